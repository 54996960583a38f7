"""e-Payment: where it is, who asks for the fee, and through which bank."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, Field, SecretStr, field_validator

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment

from .payment_codes import BankCode, PaymentType

__all__ = ["CLOSE", "CREATE", "PAYMENT_ENDPOINTS", "STATUS", "VOID", "PaymentFields"]

_GUIDE = "DGA knowledge base, e-Payment guide of Krungthai Bank"


def _endpoint(verb: str, *, source: str, in_production: bool = True) -> Endpoint:
    urls = {
        Environment.SANDBOX: f"{{sandbox}}/gdx/ws/dga/payment/{verb}",
        Environment.UAT: f"{{gateway}}/ws/dga/uat/payment/{verb}",
    }
    if in_production:
        urls[Environment.PRODUCTION] = f"{{gateway}}/ws/dga/payment/{verb}"
    return Endpoint(operation=f"payment.{verb}", urls=urls, mark=Mark.DOCUMENTED, source=source)


CREATE = _endpoint("create", source=f"{_GUIDE}, 3; guide of the Comptroller General's Department, 3")
STATUS = _endpoint("status", source=f"{_GUIDE}, 6; guide of the Comptroller General's Department, 4")
VOID = _endpoint("void", source=f"{_GUIDE}, 5")
CLOSE = _endpoint(
    "close",
    source=f"{_GUIDE}, 4; it prints the UAT address in place of the production one",
    in_production=False,  # a real order must not be closed on a test service, nor at a guessed address
)

PAYMENT_ENDPOINTS = (CREATE, STATUS, VOID, CLOSE)

_ORGANISATION = frozenset(
    {
        "orgNameEN", "orgNameTH", "orgPhoneNumber", "houseNo", "buildingName", "moo", "soi", "road",
        "tambonCode", "amphurCode", "provinceCode", "postcode", "mobileNo", "email",
    }
)  # fmt: skip
_CATALOG = frozenset({"costCenterCode", "costCenterCodeDesc", "catalogCode", "catalogName", "catalogDesc"})


def _only(value: Mapping[str, str], known: frozenset[str]) -> Mapping[str, str]:
    if not value.keys() <= known:
        raise ValueError(f"the members are {', '.join(sorted(known))}")
    return value


class PaymentFields(BaseModel):
    """What an agency sets to ask for fees.

    ``payment_source`` is the code DGA gives an agency, ``payment_bank`` and ``payment_type`` the way
    of paying; without them no order can be opened.

    For the Comptroller General's Department (CGD): ``cgd_username`` and ``cgd_password``, its own
    account, which travels inside each order (documented); ``cgd_organisation`` and ``cgd_catalog``,
    the members of the order that name the agency and the fee, spelt as its guide spells them.

    ``payment_reads_back``: an order whose answer was lost is looked for under the agency's own
    references. Krungthai's guide asks for a status by them in its example, and the text beside it by
    the platform's: that it finds orders by the former is our reading (modelled).
    """

    payment_source: str | None = Field(default=None, min_length=1)
    payment_bank: BankCode | None = None
    payment_type: PaymentType | None = None
    payment_reads_back: bool = True
    cgd_username: SecretStr | None = None
    cgd_password: SecretStr | None = None
    cgd_organisation: Mapping[str, str] = Field(default_factory=dict)
    cgd_catalog: Mapping[str, str] = Field(default_factory=dict)

    @field_validator("cgd_organisation")
    @classmethod
    def _organisation_members(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        return _only(value, _ORGANISATION)

    @field_validator("cgd_catalog")
    @classmethod
    def _catalog_members(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        return _only(value, _CATALOG)

"""The synthetic people and organisations that all simulators know."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import Fault, RejectedError
from ..models.dates import PartialDate
from ..models.identity import CitizenId

__all__ = ["SyntheticOrganisation", "SyntheticPerson"]

NOT_SYNTHETIC = Fault(
    "sandbox.not_synthetic",
    en="the sandbox takes only citizen numbers of the reserved province codes 97 to 99",
    th="sandbox รับเฉพาะเลขประจำตัวประชาชนที่มีรหัสจังหวัดสงวน 97 ถึง 99",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticPerson:
    """A person who does not exist. ``laser_code`` is two letters and ten digits."""

    citizen_id: str
    title: str
    first_name: str
    last_name: str
    birth_date: PartialDate
    laser_code: str
    mobile: str = ""
    email: str = ""
    former_names: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self) -> None:
        if not CitizenId(self.citizen_id).is_reserved:
            raise RejectedError(NOT_SYNTHETIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticOrganisation:
    """A juristic person that does not exist."""

    juristic_id: str
    name_th: str

"""What the procedure leaves to the office: periods, fee, numbers, rules. One frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..errors import ConfigError, Fault
from .certificate import NumberingScheme
from .rulebook import RULEBOOK
from .rules import Rule

__all__ = ["Procedure"]

PROCEDURE_INVALID = Fault(
    "equivalence.procedure_invalid",
    en="the procedure's {setting} must be greater than zero",
    th="ค่า {setting} ของขั้นตอนงานต้องมากกว่าศูนย์",
)
PETITION_NUMBERS = NumberingScheme(template="P-{be_year}-{token}")
CERTIFICATE_NUMBERS = NumberingScheme(template="C-{be_year}-{token}")
_PERIODS = (
    "fix_period_days",
    "payment_period_days",
    "appeal_period_days",
    "appeal_without_notice_days",
    "appeal_answer_days",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """How an office runs the procedure.

    Attributes:
        max_fix_requests: How often an applicant may be asked to fix an application. 1: the
            Licensing Facilitation Act 2558 lets an office ask once; whether it binds this service is
            open, so it is a setting.
        fix_period_days: Days to fix it. Modelled; no source names a number.
        fee_baht: The fee; None is no fee. None because no fee is published.
        payment_period_days: Days to pay. Modelled.
        appeal_period_days: Days from notification to appeal. 15, as administrative law is generally
            known to set; the text of section 44 was not read.
        appeal_without_notice_days: The same when the refusal did not tell how to appeal: one year by
            section 40 of the Administrative Procedure Act 2539.
        appeal_answer_days: Days to answer an appeal at each stage: 30 by section 45, once more for
            the superior, once more as an extension.
        petition_numbers: How petitions are numbered. Modelled.
        certificate_numbers: How certificates are numbered. Modelled.
        rulebook: The rules to judge by.
    """

    max_fix_requests: int = 1
    fix_period_days: int = 15
    fee_baht: Decimal | None = None
    payment_period_days: int = 15
    appeal_period_days: int = 15
    appeal_without_notice_days: int = 365
    appeal_answer_days: int = 30
    petition_numbers: NumberingScheme = PETITION_NUMBERS
    certificate_numbers: NumberingScheme = CERTIFICATE_NUMBERS
    rulebook: tuple[Rule, ...] = RULEBOOK

    def __post_init__(self) -> None:
        for setting in _PERIODS:
            if getattr(self, setting) <= 0:
                raise ConfigError(PROCEDURE_INVALID, setting=setting)
        if self.max_fix_requests < 0:
            raise ConfigError(PROCEDURE_INVALID, setting="max_fix_requests")
        if self.fee_baht is not None and self.fee_baht <= 0:
            raise ConfigError(PROCEDURE_INVALID, setting="fee_baht")

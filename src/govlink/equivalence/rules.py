"""Judging an application by a rulebook: rules are data, a check is a pure function.

Only a rule stated by the letters (basis SEED) redirects or refuses by itself. What any other rule
would refuse or redirect is turned into ``MANUAL_REVIEW``: proposed to an officer, with the rule's own
verdict kept in the trace. Two rules guard the form and refuse it whatever their basis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ..errors import ConfigError, ConflictError, Fault, RejectedError
from .application import Application, Service
from .bangkok import bangkok_day
from .places import GraduatedIn
from .verdicts import Basis, Judgement, RuleOutcome, Target, Verdict

__all__ = ["NO_FACTS", "Check", "Facts", "Failing", "Finding", "Rule", "judge", "refuse_form"]

DUPLICATE = Fault(
    "equivalence.duplicate",
    en="this person already has an open petition for the same matter",
    th="ผู้ยื่นมีคำร้องเรื่องเดียวกันที่ยังดำเนินการอยู่แล้ว",
)
FORM_REFUSED = Fault(
    "equivalence.form_refused",
    en="rule {rule} does not let this form be filed ({reason})",
    th="กฎ {rule} ไม่ให้ยื่นแบบคำร้องนี้ ({reason})",
)
TARGET_MISSING = Fault(
    "equivalence.rule_target_missing",
    en="rule {rule} redirects and names no office",
    th="กฎ {rule} แนะนำให้ไปหน่วยงานอื่นแต่ไม่ได้ระบุหน่วยงาน",
)


class Finding(StrEnum):
    """What a register or a check outside the form answered."""

    NOT_ASKED = "not_asked"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known beside the form.

    ``graduated_in`` is an officer's word where the province of the school does not settle it.
    """

    identity: Finding = Finding.NOT_ASKED
    prior_certificate: Finding = Finding.NOT_ASKED
    open_petition: Finding = Finding.NOT_ASKED
    graduated_in: GraduatedIn | None = None


NO_FACTS = Facts()
"""Nothing is known beside the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A check that was not passed; a field that is set replaces the rule's own."""

    verdict: Verdict | None = None
    target: Target | None = None


Check = Callable[[Application, Facts], Failing | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``services`` are those it is asked for; the validity is by the day of filing, inclusive.

    ``guards_form`` marks a rule that refuses the form itself, before there is a petition.
    """

    id: str
    services: frozenset[Service]
    verdict_on_failure: Verdict
    reason_code: str
    basis: Basis
    family: str
    source: str
    title_th: str
    title_en: str
    check: Check = field(repr=False)
    target: Target | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    guards_form: bool = False

    def in_force(self, on: date) -> bool:
        """Whether the rule is valid on that day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


def judge(application: Application, facts: Facts, *, rulebook: tuple[Rule, ...]) -> Judgement:
    """Ask every rule of the service that was in force on the day of filing, and keep every answer.

    When no rule of the letters was in force nothing is known of the right to it, and a person looks
    at it, whatever the other rules say.

    Raises:
        ConfigError: a rule of the book redirects and does not say where to.
    """
    filed_on = bangkok_day(application.filed_at)
    trace = tuple(
        _outcome(rule, application, facts)
        for rule in rulebook
        if application.service in rule.services and rule.in_force(filed_on)
    )
    stated = any(outcome.basis is Basis.SEED for outcome in trace)
    least = Verdict.PASS if stated else Verdict.MANUAL_REVIEW
    heaviest = max((least, *(outcome.counts for outcome in trace)), key=lambda verdict: verdict.weight)
    return Judgement(verdict=heaviest, trace=trace)


def _outcome(rule: Rule, application: Application, facts: Facts) -> RuleOutcome:
    failing = rule.check(application, facts)
    if failing is None:
        return RuleOutcome(rule_id=rule.id, basis=rule.basis, says=Verdict.PASS, counts=Verdict.PASS)
    says = failing.verdict or rule.verdict_on_failure
    decides = rule.basis is Basis.SEED or (rule.guards_form and says is Verdict.REFUSE)
    heavy = says in {Verdict.REFUSE, Verdict.REDIRECT}
    target = (failing.target or rule.target) if says is Verdict.REDIRECT else None
    if says is Verdict.REDIRECT and target is None:
        raise ConfigError(TARGET_MISSING, rule=rule.id)
    return RuleOutcome(
        rule_id=rule.id,
        basis=rule.basis,
        says=says,
        counts=Verdict.MANUAL_REVIEW if heavy and not decides else says,
        reason_code=rule.reason_code,
        target=target,
    )


def refuse_form(judgement: Judgement, *, rulebook: tuple[Rule, ...]) -> None:
    """Raise when a rule that guards the form was not passed.

    Raises:
        ConflictError: the person has an open petition for the same matter (rule X5).
        RejectedError: another rule that guards the form refuses it.
    """
    guards = {rule.id for rule in rulebook if rule.guards_form}
    for outcome in judgement.failed:
        if outcome.rule_id not in guards or outcome.says is not Verdict.REFUSE:
            continue
        if outcome.reason_code == "DUPLICATE":
            raise ConflictError(DUPLICATE)
        raise RejectedError(FORM_REFUSED, rule=outcome.rule_id, reason=outcome.reason_code)

"""What an agency has decided about disclosure, as a value with a name, a version and a sign-off.

No Thai law or rule that we know of sets a number, so the library holds none: a policy without a
threshold cannot be made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any, Literal

from ...errors import Fault, Problem, RejectedError
from ...models.release import Dimension
from ..hierarchy import leaves_of
from ..published import GroupRule, PublicRules, Subject
from .checks import POLICY, SIGN_OFF, combined_problems
from .parts import (
    ClosedPeriods,
    Collapse,
    ColumnNames,
    MagnitudeRule,
    NoiseRule,
    Pairs,
    SignOff,
    WorkBudget,
)
from .plain import digest_of, plain_of

__all__ = ["DisclosurePolicy", "demand_well_formed", "refuse"]

POLICY_INVALID = Fault(
    "statistics.policy_invalid",
    en="the disclosure policy is not valid: {fields}",
    th="นโยบายการปกปิดข้อมูลไม่ถูกต้อง: {fields}",
)
CHANGED = Fault(
    "statistics.policy_changed",
    en="the disclosure policy was changed after it was signed; have it signed again",
    th="นโยบายการปกปิดข้อมูลถูกแก้ไขหลังการลงนาม ต้องลงนามรับรองใหม่",
)

_BUDGET = WorkBudget()
_COLUMNS = ColumnNames()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosurePolicy:
    """The rules one agency publishes counts by; one that was not signed, or changed since, cannot be made.

    Attributes:
        id: The policy's name in the report, for example ``moe-eq-2568-01``.
        version: Which wording of it.
        threshold: The smallest count of people that may be shown or worked out; 1 to threshold - 1
            are hidden. The agency's decision; there is no default.
        sign_off: Who answers for it, and for exactly what.
        method: ``suppress`` leaves small cells, and what would give them away, empty; ``round`` rounds
            every count to ``rounding_base``, totals still adding up; ``cell_key`` adds ``noise``.
        zeros: ``structural`` publishes every empty cell; ``sampling`` may hide one like any other cell.
        structural_zeros: Codes by dimension that nobody can have together. Such cells are never hidden.
        group: Nobody may learn that all members of a group are of one category; needs ``sampling`` zeros.
        magnitude: When a sum over few, or over one that outweighs the others, is hidden.
        interval_width: By how much the greatest possible value of a hidden count must exceed the least.
        max_dimensions: How many columns a table may be counted by: 1 to 3, and to 6 with ``cell_key``.
        grand_total: ``publish`` never hides the total over everything, because other publications
            quote it and hiding it here would protect nothing; ``suppressible`` lets it be hidden.
        rounding_base: 3, 5 or 10, for ``round``.
        noise: For ``cell_key``.
        budget: How much work may be spent on finding the cheapest pattern.
        collapse: Codes that are counted together.
        period: Only closed periods are published.
        hierarchies: Dimensions whose codes are parts of other codes, each with the name of a
            classification that govlink knows, or with its codes and their parents.
        columns: Which names of columns stand for the same thing, and which look as if they did.
        personal_dimensions: Columns that look personal and may be counted by all the same.
        population: The register's name; empty where all tables of one ledger count the same register.

    Raises:
        RejectedError: a field is not what it must be, and ``problems`` points at each; or the content is
            not the one that was signed.
    """

    id: str
    version: str
    threshold: int
    sign_off: SignOff
    method: Literal["suppress", "round", "cell_key"] = "suppress"
    zeros: Literal["structural", "sampling"] = "structural"
    structural_zeros: tuple[Pairs, ...] = ()
    group: GroupRule | None = None
    magnitude: MagnitudeRule | None = None
    interval_width: int = 1
    max_dimensions: int = 3
    grand_total: Literal["publish", "suppressible"] = "publish"
    rounding_base: Literal[3, 5, 10] | None = None
    noise: NoiseRule | None = None
    budget: WorkBudget = _BUDGET
    collapse: tuple[Collapse, ...] = ()
    period: ClosedPeriods | None = None
    hierarchies: tuple[tuple[str, str | Pairs], ...] = ()
    columns: ColumnNames = _COLUMNS
    personal_dimensions: tuple[str, ...] = ()
    population: str = ""

    def __post_init__(self) -> None:
        digest = _checked_digest({name: getattr(self, name) for name in _content()})
        signed = {f.name: getattr(self.sign_off, f.name, None) for f in fields(SignOff)}
        refuse(SIGN_OFF.problems(signed, "/sign_off"))
        if self.sign_off.digest != digest:
            raise RejectedError(CHANGED)

    @classmethod
    def signed(cls, *, by: str, on: date, **content: Any) -> DisclosurePolicy:
        """A policy of that content, signed by a role on a day; for policies that are not kept in a file.

        Raises:
            RejectedError: a field is missing, unknown or wrong; ``problems`` points at each.
        """
        return cls(**content, sign_off=SignOff(by=by, on=on, digest=_checked_digest(content)))

    def rules(self) -> PublicRules:
        """What a table published by this policy promises, which anybody may know."""
        return PublicRules(
            threshold=self.threshold,
            zeros=self.zeros,
            structural_zeros=self.structural_zeros,
            group=self.group,
            interval_width=self.interval_width,
        )

    def subject(self, *, where: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> Subject:
        """Which records a table by this policy counts.

        Args:
            where: For a dimension, the only codes that were counted. A year says the same as its twelve
                months: codes are written as their finest parts, or tables that name a register's part in
                different words would look as if they had nothing in common.

        Raises:
            RejectedError: the dimension's classification does not know a code.
        """
        period = None if self.period is None else self.period.dimension
        finest = tuple((dimension, self._finest(dimension, codes)) for dimension, codes in where)
        return Subject(population=self.population, where=finest, period=period)

    def _finest(self, dimension: str, codes: tuple[str, ...]) -> tuple[str, ...]:
        parents = self.related(dimension, codes)
        column = Dimension(id=dimension, label_th=dimension, label_en=dimension, parents=parents)
        return tuple(sorted(frozenset().union(*(leaves_of(column, code) for code in codes))))

    def related(self, dimension: str, codes: Collection[str]) -> Pairs:
        """As ``parents_for``; periods are related by the calendar where the policy names no hierarchy.

        Months and quarters of one register tell of each other in any case, shown together or not.

        Raises:
            RejectedError: as ``parents_for``.
        """
        said = self.parents_for(dimension, codes)
        if said or self.period is None or dimension != self.period.dimension:
            return said
        from ..classifications import calendar_of

        return calendar_of(codes)

    def parents_for(self, dimension: str, codes: Collection[str]) -> Pairs:
        """Codes of a dimension with the codes they are part of; empty if the policy names no hierarchy.

        Args:
            dimension: The column.
            codes: Which codes are asked for. A classification tells the parents of these, and of
                their parents; a table of the policy's own is given whole.

        Raises:
            RejectedError: there is no classification of that name, or it does not know a code.
        """
        said = dict(self.hierarchies).get(dimension, ())
        if not isinstance(said, str):
            return said
        from ..classifications import parents_of

        return parents_of(said, codes)


def demand_well_formed(plain: Mapping[str, Any]) -> None:
    """Refuse a policy, as a file says it and without its sign-off, that is not well formed.

    Raises:
        RejectedError: a field is missing, unknown or wrong; ``problems`` points at each.
    """
    refuse(POLICY.problems(plain, ""))
    refuse(combined_problems(plain))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ``RejectedError`` with these problems, if there is any."""
    if found := tuple(problems):
        names = ", ".join(p.pointer.removeprefix("/") for p in found)
        raise RejectedError(POLICY_INVALID, problems=found, fields=names)


def _content() -> dict[str, object]:
    """Each field but the sign-off, with its default."""
    return {f.name: f.default for f in fields(DisclosurePolicy) if f.name != "sign_off"}


def _checked_digest(values: Mapping[str, object]) -> str:
    defaults = {name: value for name, value in _content().items() if value is not MISSING}
    # Compared with their types, or ``True`` would pass for a default of 1 unseen.
    said = {
        name: value
        for name, value in values.items()
        if name not in defaults or type(value) is not type(defaults[name]) or value != defaults[name]
    }
    plain = plain_of(said)
    demand_well_formed(plain)
    return digest_of(plain)

"""Protect a table by the method its policy names.

Suppression hides the cells that must be hidden, and whatever would give them away, alone or together with
tables that are out already. The other two methods publish every cell, a little wrong on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..errors import Fault, ProtectionError
from ..models.release import CellStatus, ProtectedTable, ReleasedCell
from .assess import Assessment, assess, close_groups, contributors_of
from .assess.result import NOT_PORTABLE
from .policy import DisclosurePolicy
from .published import PublishedTable, Subject
from .tabulate import RawTable

if TYPE_CHECKING:
    from .joint import Joint
    from .methods import PerturbationFacts, RoundingFacts
    from .pattern.problem import Pattern

__all__ = ["Protected", "Search", "protect"]

TOO_MANY_DIMENSIONS = Fault(
    "statistics.too_many_dimensions",
    en="the table is counted by {dimensions} columns and the policy allows {limit}",
    th="ตารางมี {dimensions} มิติ แต่นโยบายอนุญาตไม่เกิน {limit} มิติ",
)
NO_PATTERN = Fault(
    "statistics.no_pattern",
    en="nothing that may be hidden protects {cells}; collapse categories, or let the policy hide the total",
    th="ไม่มีรูปแบบการปกปิดใดคุ้มครองช่องต่อไปนี้ได้: {cells} ให้รวมหมวดหมู่ หรือให้นโยบายปกปิดยอดรวมได้",
)
NAMED_CELLS = 10


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Search:
    """How good a suppression pattern is known to be; its cost tells of what is hidden, so it is secret.

    Attributes:
        method: How the pattern was found; ``exact`` is the cheapest there is.
        cost: What the cells hidden for others cost.
        bound: No safe pattern costs less.
        gap: The share of the cost that is not proven necessary.
        work: Linear programs, weighted simplex iterations, and branch-and-bound nodes used.
    """

    method: str
    cost: int
    bound: int
    gap: float
    work: tuple[int, int, int]

    def __repr__(self) -> str:
        return f"Search(method={self.method!r})"

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(NOT_PORTABLE)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Protected:
    """A table that was protected and not yet attacked.

    Attributes:
        table: Its cells; hidden ones hold no number.
        assessment: For suppression, which cells had to be hidden and why; secret.
        search: For suppression, how the others were found.
        facts: For the other methods, what may be told of how the values were changed.
        caveats: Risks that were looked at in part only, by the codes a report names them by.
    """

    table: ProtectedTable
    assessment: Assessment | None = field(default=None)
    search: Search | None = None
    facts: RoundingFacts | PerturbationFacts | None = None
    caveats: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Protected(cells={len(self.table.cells)})"

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(NOT_PORTABLE)


def protect(
    raw: RawTable,
    *,
    policy: DisclosurePolicy,
    subject: Subject | None = None,
    earlier: tuple[PublishedTable, ...] = (),
    restated: tuple[PublishedTable, ...] = (),
) -> Protected:
    """The table, protected by the policy's method. The same input gives the same result.

    Args:
        raw: True counts.
        policy: Signed rules.
        subject: Which records the table counts; the policy's population without it.
        earlier: Tables already out, by the same method, that count some of the same records. A rounded table
            shows a cell that is out with the figure it is out with.
        restated: Tables already out that this one corrects.

    Raises:
        ProtectionError: the table has more dimensions than the policy allows, counts too few in all,
            contradicts what is out, or cannot be protected; the error then names the cells by their
            categories, which tells that they are small, so it is for the agency's eyes.
        RejectedError: the policy lacks what its method needs.
    """
    if len(raw.dimensions) > policy.max_dimensions:
        limit = policy.max_dimensions
        raise ProtectionError(TOO_MANY_DIMENSIONS, dimensions=len(raw.dimensions), limit=limit)
    if policy.method == "suppress":
        past = (subject or policy.subject(), earlier, restated)
        return _suppress(raw, policy, *past)
    from .joint import shown_before
    from .methods import perturb_table, round_table  # loads the solver

    if policy.method == "round":
        kept = shown_before(raw, subject=subject or policy.subject(), earlier=earlier)
        rounded, rounding = round_table(raw, policy=policy, kept=kept)
        return Protected(table=rounded, facts=rounding)
    table, facts = perturb_table(raw, policy=policy)
    return Protected(table=table, facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hidden:
    """A safe set of cells to hide, and how it was found."""

    cells: frozenset[int]
    assessment: Assessment
    joint: Joint
    pattern: Pattern


def _suppress(
    raw: RawTable,
    policy: DisclosurePolicy,
    subject: Subject,
    earlier: tuple[PublishedTable, ...],
    restated: tuple[PublishedTable, ...],
) -> Protected:
    from .joint import demand_no_new_sums, others_of  # loads the solver

    def hide(given: frozenset[int]) -> _Hidden:
        asked = replace(assessment, given=given)
        return _hide(raw, asked, policy=policy, subject=subject, earlier=earlier, restated=restated)

    assessment, others = assess(raw, policy=policy), others_of(raw, subject=subject, earlier=earlier)
    found = []
    if raw.contributions is None:
        found.append(hide(others.hidden))
    else:
        cells = others.hidden.union(assessment.at_least)
        while True:
            people = _contributors(raw, cells, policy=policy, subject=subject)
            if found and people.cells <= cells:
                break
            found += [people, hide(people.cells | cells)]
            cells = found[-1].cells
        demand_no_new_sums(raw, subject=subject, earlier=earlier, hidden=cells)
    last = found[-1]
    return Protected(
        table=_masked(raw, last.cells),
        assessment=replace(last.assessment, primaries=(*last.assessment.primaries, *last.joint.primaries)),
        search=_search(found),
        caveats=() if others.is_whole else ("other_measures",),
    )


def _hide(
    raw: RawTable,
    assessment: Assessment,
    *,
    policy: DisclosurePolicy,
    subject: Subject,
    earlier: tuple[PublishedTable, ...] = (),
    restated: tuple[PublishedTable, ...] = (),
) -> _Hidden:
    from .joint import joint_problem

    while True:
        joint = joint_problem(
            raw, policy=policy, subject=subject, assessment=assessment, earlier=earlier, restated=restated
        )
        joint, pattern = _pattern(joint, policy)
        hidden = joint.hidden(pattern)
        lacking = close_groups(raw, policy=policy, hidden=hidden)
        if not lacking:
            return _Hidden(cells=hidden, assessment=assessment, joint=joint, pattern=pattern)
        assessment = replace(assessment, primaries=(*assessment.primaries, *lacking))


def _contributors(
    raw: RawTable, hidden: frozenset[int], *, policy: DisclosurePolicy, subject: Subject
) -> _Hidden:
    """What a table of sums that hides these cells must hide to be safe as a table of how many add to them.

    A cell to which nobody adds holds a 0 there that anybody may know.
    """
    people = contributors_of(raw)
    asked = assess(people, policy=policy)
    given = frozenset(number for number in hidden if people.counts[number] >= asked.least[number])
    return _hide(people, replace(asked, given=given), policy=policy, subject=subject)


def _search(found: list[_Hidden]) -> Search:
    """How good the last of several patterns is, by what the first asked for: the last keeps that and more."""
    first, last = found[0], found[-1].pattern
    cost, method = last.cost, last.method
    if len(found) > 1:
        problem = first.joint.problem
        others = found[-1].cells - problem.given - problem.at_least.keys()
        cost = sum(problem.costs[number] for number in others)
        method = "exact" if cost <= first.pattern.bound else "safe"
    bound = first.pattern.bound
    works = [one.pattern.work for one in found]
    return Search(
        method=method,
        cost=cost,
        bound=bound,
        gap=0.0 if cost <= bound else 1.0 - bound / cost,
        work=(sum(w.lps for w in works), sum(w.effort for w in works), sum(w.nodes for w in works)),
    )


def _pattern(joint: Joint, policy: DisclosurePolicy) -> tuple[Joint, Pattern]:
    """A pattern that leaves nothing open over the union of this table and the past."""
    from .pattern.problem import Budget
    from .pattern.search import find_pattern

    while True:
        budget = Budget.of(joint.problem, policy.budget.said())
        pattern = find_pattern(joint.problem, budget=budget)
        if pattern.exposed:
            names = [joint.name(cell) for cell in pattern.exposed[:NAMED_CELLS]]
            more = ["…"] if len(pattern.exposed) > NAMED_CELLS else []
            raise ProtectionError(NO_PATTERN, cells="; ".join([*names, *more]))
        stricter = joint.stricter(pattern)
        if stricter is None:
            return joint, pattern
        joint = stricter


def _masked(raw: RawTable, hidden: frozenset[int]) -> ProtectedTable:
    cells = tuple(
        ReleasedCell(keys=keys, value=None, status=CellStatus.CONFIDENTIAL)
        if number in hidden
        else ReleasedCell(keys=keys, value=count, status=CellStatus.FREE)
        for number, (keys, count) in enumerate(zip(raw.keys(), raw.counts, strict=True))
    )
    return ProtectedTable(dimensions=raw.dimensions, cells=cells)

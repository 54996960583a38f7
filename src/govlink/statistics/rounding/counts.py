"""Controlled rounding: every published count is a multiple of a base, and every total still adds up.

The method is the one of Cox (1987) and of chapter 5 of the ESSnet Handbook on Statistical Disclosure
Control: of all tables of multiples that keep every equation and stay next to the true counts, take one
whose counts moved least in all. Zeros stay zero.

What a single published figure tells is known before anything is rounded: see ``Rounded.interval``.
Nobody can undo the rounding by subtraction, because what is published is additive already. Two limits
belong in every report: the same table rounded twice gives the same figures, so the rounding is not
random and a count below half a base mostly becomes 0; and who reckons with the whole table and with the
method may narrow some interval further than its own figure does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from ...errors import Fault, ProtectionError, RejectedError
from ..system import LinearSystem

__all__ = ["BASES", "Base", "Rounded", "RoundingBudget", "round_counts"]

BASE_INVALID = Fault(
    "statistics.rounding_base",
    en="counts are rounded to base 3, 5 or 10, widened by no more than {limit} steps",
    th="การปัดเศษแบบควบคุมใช้ฐาน 3, 5 หรือ 10 และขยายช่วงได้ไม่เกิน {limit} ขั้น",
)
COUNTS_INVALID = Fault(
    "statistics.rounding_counts",
    en="there must be one whole count of 0 or more for each of the {cells} cells",
    th="ต้องมีจำนวนเต็มตั้งแต่ 0 ขึ้นไปครบทุกช่องทั้ง {cells} ช่อง",
)
COUNTS_UNBALANCED = Fault(
    "statistics.rounding_unbalanced",
    en="the true counts do not add up to the totals in cells number {cells}",
    th="จำนวนจริงรวมกันไม่เท่ากับยอดรวมในช่องลำดับที่ {cells}",
)
KEPT_INVALID = Fault(
    "statistics.rounding_kept",
    en="what was published before of cells number {cells} is no multiple of {base} within {steps} more steps"
    " of the true count",
    th="ค่าที่เคยเผยแพร่ของช่องลำดับที่ {cells} ไม่เป็นพหุคูณของ {base} หรือห่างจากจำนวนจริงเกินกว่าที่ขยายได้ {steps} ขั้น",
)
NO_ROUNDING = Fault(
    "statistics.rounding_infeasible",
    en="no additive table of multiples of {base} was found within {steps} more steps of the true counts",
    th="ไม่พบตารางที่ผลรวมตรงกันและทุกช่องเป็นพหุคูณของ {base} แม้ขยายช่วงเพิ่ม {steps} ขั้น",
)

Base = Literal[3, 5, 10]
BASES: tuple[Base, ...] = get_args(Base)
MAX_STEPS = 4
NAMED_CELLS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundingBudget:
    """How much work a search may do: it is counted, so no machine's speed changes the outcome.

    Attributes:
        iterations: Simplex steps of any one linear program.
        nodes: Branches of the search over whole numbers, for each width tried.
        exact_up_to: Of how many cells between two multiples the nearest table is looked for to the end;
            with more, one proven within a hundredth of the least distance will do.
    """

    iterations: int = 1_000_000
    nodes: int = 500
    exact_up_to: int = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded:
    """Counts that may be published, and what each of them tells.

    Attributes:
        counts: Multiples of ``base``, by cell number; every equation holds.
        base: What they are multiples of.
        widened: 0 when every count went to a multiple next to it and multiples stayed; otherwise by how
            many more steps counts were allowed to move, because nothing nearer is additive or none was
            found within the budget.
        distance: How far all counts moved together. For the agency's eyes: 0 would tell that nothing
            did. Not shown by ``repr``.
        bound: No table that was looked for moves less; equal to ``distance`` when that is proven least.
    """

    counts: tuple[int, ...]
    base: Base
    widened: int
    distance: int = field(repr=False)
    bound: int = field(repr=False)

    @property
    def reach(self) -> int:
        """How far a true count may lie from its published one, at most."""
        return (self.widened + 1) * self.base - 1

    def interval(self, cell: int) -> tuple[int, int]:
        """The least and the greatest true count that this one published figure allows.

        A figure above 0 is never a true 0, since zeros stay zero.
        """
        published = self.counts[cell]
        return max(int(published > 0), published - self.reach), published + self.reach


def round_counts(
    *,
    system: LinearSystem,
    counts: tuple[int, ...],
    base: Base,
    steps: int = 1,
    kept: Mapping[int, int] | None = None,
    budget: RoundingBudget | None = None,
) -> Rounded:
    """Round every count to a multiple of the base so that all equations of the system still hold.

    First only adjacent multiples are tried (the zero-restricted form). Two-way tables always have such a
    rounding; tables of three or more ways, or with sub-totals on two ways, need not. Then the search is
    widened step by step, up to ``steps``, and the result says so.

    Among roundings, the one that moves counts least in all is taken, if the budget lasts to find it; the
    result holds what is proven. Only with base 10 can a count lie halfway: then the cell's number, and
    never its count, decides which way it leans, and as many cells lean up as down in the long run.
    Between tables that move equally little the solver's fixed order decides. The same input gives the
    same result, in whatever order the equations are listed.

    Args:
        system: All equations between the cells; of margins, hierarchies or linked tables.
        counts: True counts by cell number.
        base: 3, 5 or 10.
        steps: By how many more multiples a count may move if adjacent ones will not do; 0 forbids it.
        kept: Figures of cells that were published before. They stay: two figures of one cell would leave
            only the counts that both allow, and of 0 and the base, a small count for certain.
        budget: The work allowed.

    Raises:
        RejectedError: the base is another one, the counts are not whole numbers of 0 or more, or they do
            not add up, or a kept figure is out of reach; the error numbers the cells and shows no count.
        ProtectionError: no rounding was found.
    """
    from .search import search  # loads the solver

    if base not in BASES or not 0 <= steps <= MAX_STEPS:
        raise RejectedError(BASE_INVALID, limit=MAX_STEPS)
    _check(system, counts)
    kept = dict(kept or {})
    strays = [cell for cell in sorted(kept) if not _reachable(kept[cell], counts, cell, base, steps)]
    if strays:
        raise RejectedError(KEPT_INVALID, cells=_numbers(strays), base=base, steps=steps)
    leaning = frozenset(i for i, n in enumerate(counts) if 2 * (n % base) == base and _leans_up(i))
    for widened in range(steps + 1):
        if not all(_reachable(figure, counts, cell, base, widened) for cell, figure in kept.items()):
            continue
        found = search(
            system=system,
            counts=counts,
            base=base,
            widened=widened,
            leaning=leaning,
            kept=kept,
            budget=budget or RoundingBudget(),
        )
        if found is not None:
            rounded, bound = found
            distance = sum(abs(new - old) for new, old in zip(rounded, counts, strict=True))
            bound = min(bound, distance)
            return Rounded(counts=rounded, base=base, widened=widened, distance=distance, bound=bound)
    raise ProtectionError(NO_ROUNDING, base=base, steps=steps)


def _reachable(figure: int, counts: tuple[int, ...], cell: int, base: int, widened: int) -> bool:
    if not 0 <= cell < len(counts) or figure < 0 or figure % base:
        return False
    return abs(figure - counts[cell]) < (widened + 1) * base and (figure == 0 or counts[cell] > 0)


def _leans_up(cell: int) -> bool:
    return bool(hashlib.sha256(str(cell).encode()).digest()[0] & 1)


def _check(system: LinearSystem, counts: tuple[int, ...]) -> None:
    whole = all(type(n) is int and n >= 0 for n in counts)
    if len(counts) != system.cells or not whole:
        raise RejectedError(COUNTS_INVALID, cells=system.cells)
    wrong = {e.total for e in system.equations if counts[e.total] != sum(counts[part] for part in e.parts)}
    if wrong:
        raise RejectedError(COUNTS_UNBALANCED, cells=_numbers(sorted(wrong)))


def _numbers(cells: Iterable[int]) -> str:
    numbers = [str(cell) for cell in cells]
    return ", ".join([*numbers[:NAMED_CELLS], "…"] if len(numbers) > NAMED_CELLS else numbers)

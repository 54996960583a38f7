"""A new table together with what is out already, as one problem for the pattern search.

This is the protecting side's own view. The audit has another one and shares no code with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ...errors import Fault, ProtectionError
from ..assess import Assessment, Primary
from ..pattern.problem import Pattern, Problem
from ..policy import DisclosurePolicy
from ..published import PublishedTable, Subject
from ..system import LinearSystem, crossed_grid
from ..tabulate import RawTable
from .beside import Beside, known_beside
from .completion import completed, least_of
from .conditions import Layout, layout_of
from .costs import costs_of
from .facts import CONTRADICTED, Facts, Hidden, gathered, listed
from .groups import Groups
from .openings import Openings, asked, find_needs
from .past import Laid, laid_out, tied
from .restated import restated_primaries
from .superseded import add_unchanged, seems_unchanged

__all__ = ["Joint", "joint_problem"]

ZEROS_CHANGED = Fault(
    "statistics.hidden_zeros",
    en="these empty cells were hidden by an earlier policy, and this one publishes empty cells: {cells}; "
    'keep zeros = "sampling" for these records',
    th="ช่องที่นับได้ 0 ต่อไปนี้ถูกปกปิดตามนโยบายเดิม แต่นโยบายนี้เผยแพร่ช่องที่นับได้ 0: {cells} "
    'ให้ใช้ zeros = "sampling" ต่อไปสำหรับระเบียนเหล่านี้',
)
ALREADY_OUT = Fault(
    "statistics.already_published",
    en="by this policy these cells must be hidden, and they are out already: {cells}",
    th="นโยบายนี้กำหนดให้ปกปิดช่องต่อไปนี้ แต่ได้เผยแพร่ไปแล้ว: {cells}",
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Joint:
    """A new table and the past that is tied to it; secret.

    Attributes:
        problem: What is asked of the pattern search. Cells that no table of ours counts, and those that
            earlier tables hid, have values there that they could have, not the true ones.
        cells: The new table's cells are those with smaller numbers than this.
        primaries: The cells that must be hidden because they differ little from what was published and
            is being corrected; they are in the problem already.
        words: What errors call each cell.
        open: What the search was not asked for and must hold in the end all the same.
    """

    problem: Problem
    cells: int
    primaries: tuple[Primary, ...] = ()
    words: tuple[str, ...] = ()
    open: Openings = field(default_factory=Openings)

    def __repr__(self) -> str:
        return f"Joint(cells={self.cells}, others={len(self.problem.counts) - self.cells})"

    def hidden(self, pattern: Pattern) -> frozenset[int]:
        """The cells of the new table to hide: the pattern, and those that were hidden before."""
        asked = frozenset(pattern.hidden) | self.problem.given | self.problem.at_least.keys()
        return frozenset(number for number in asked if number < self.cells)

    def name(self, number: int) -> str:
        """What errors call a cell: its codes, and its table where it is an earlier one's."""
        return self.words[number]

    def stricter(self, pattern: Pattern) -> Joint | None:
        """The same with what this pattern would leave open asked for too; None when nothing is.

        A cell that an earlier table hid must not become exact, and one that nobody published must not
        turn out to be small: it may only be empty for sure, or possibly as large as the threshold.
        """
        if not self.open:
            return None
        needs = find_needs(
            self.problem,
            self.open,
            hidden=self.hidden(pattern),
            cells=self.cells,
            moves=pattern.moves,
        )
        if not needs:
            return None
        problem = asked(self.problem, needs)
        mirrors = (self.words[cell] for cell in sorted(needs.falls) for _ in range(2))
        words, left = (*self.words, *mirrors), self.open.without(needs.cells(), lines=needs.lines)
        return replace(self, problem=problem, words=words, open=left)


def joint_problem(
    raw: RawTable,
    *,
    policy: DisclosurePolicy,
    subject: Subject,
    assessment: Assessment,
    earlier: tuple[PublishedTable, ...] = (),
    restated: tuple[PublishedTable, ...] = (),
) -> Joint:
    """What must be hidden in a table so that nothing gives way, alone or together with what is out.

    Args:
        raw: True counts.
        policy: The rules to publish by.
        subject: Which records the table counts.
        assessment: What must be hidden of the table for its own sake.
        earlier: What is out, oldest first. Only tables that count some of the same records matter, and
            those that do so with these; and the latest of the same make, as its hidden cells cost less.
        restated: What is out and was corrected, or is by this table. Cells that differ from it by a small
            number are hidden. What it hid stays hidden, and it takes part as far as its figures did not
            change: an unchanged line then tells no more than it did.

    A dimension may have codes that no table names. Readers who know that there are none, of one that tables
    name in filters only, know more than is looked at here; a table that shows the dimension tells everybody.

    Where sums are published instead of counts, what is small is not known of cells of the past; they only
    must not become exact.

    Raises:
        ProtectionError: the figures contradict what is out, a cell that must be hidden is out, or the
            differences of a correction cannot be hidden.
        RejectedError: an earlier table is not a whole cross-tabulation.
    """
    measure = ("count" if raw.contributions is None else "sum", raw.measured)
    gone = {id(table) for table in restated}
    tables = (*(table for table in earlier if id(table) not in gone), *restated)
    laid, parents = laid_out(tables, subject=subject, measure=measure, dimensions=raw.dimensions)
    layout = layout_of(subject=subject, dimensions=raw.dimensions, categories=raw.categories, parents=parents)
    old = tuple(one for one in laid if id(one.published) in gone)
    past = tuple(one for one in laid if id(one.published) not in gone)
    known = known_beside(policy.rules(), tables=past, parents=parents, counted=raw.contributions is None)
    facts, counts = _agreed(layout, raw, known, past=past, old=old, least=assessment.least)
    also = Hidden(
        least=0,
        threshold=policy.threshold if raw.contributions is None else 0,
        width=policy.interval_width,
    )
    for number in assessment.given - facts.published.keys():
        facts.hidden[number] = facts.hidden.get(number, also).also(also)
    further = restated_primaries(
        raw, layout, old, threshold=policy.threshold, fixed=assessment.fixed, out=facts.published.keys()
    )
    asks = {primary.number: primary.at_least for primary in assessment.primaries}
    for primary in further:
        asks[primary.number] = max(asks.get(primary.number, 0), primary.at_least)
    out = [facts.words[number] for number in asks if number in facts.published]
    if out:
        raise ProtectionError(ALREADY_OUT, cells=listed(out))
    empty = [n for n in facts.hidden if n < len(raw.counts) and counts[n] < assessment.least[n]]
    if empty:
        raise ProtectionError(ZEROS_CHANGED, cells=listed(facts.words[n] for n in empty))
    costs = costs_of(raw.counts, layout, subject=subject, past=past)
    return _Making(raw, policy, assessment, facts, asks).joint(counts, costs, further)


def _agreed(
    layout: Layout,
    raw: RawTable,
    known: Beside,
    *,
    past: tuple[Laid, ...],
    old: tuple[Laid, ...],
    least: tuple[int, ...],
) -> tuple[Facts, tuple[int, ...]]:
    """What is known, and values that fit it for the cells whose truth is not known here.

    Old tables that show no change are taken as if they stood, unless others then contradict them.
    """
    kept = tuple(laid for laid in old if seems_unchanged(layout, raw.counts, laid))
    try:
        return _with(layout, raw, known, (*past, *kept), old, least)
    except ProtectionError as error:
        if not kept or error.code != CONTRADICTED.code:
            raise
        return _with(layout, raw, known, past, old, least)


def _with(
    layout: Layout,
    raw: RawTable,
    known: Beside,
    standing: tuple[Laid, ...],
    old: tuple[Laid, ...],
    least: tuple[int, ...],
) -> tuple[Facts, tuple[int, ...]]:
    facts = gathered(layout, raw.counts, tied(layout, standing), known)
    stands = {id(laid) for laid in standing}
    for laid in old:
        if id(laid) not in stands:
            add_unchanged(facts, laid)
    facts.settle()
    return facts, completed(facts, least_of(facts, least))


class _Making:
    """Puts the parts of a problem together."""

    def __init__(
        self,
        raw: RawTable,
        policy: DisclosurePolicy,
        assessment: Assessment,
        facts: Facts,
        asks: dict[int, int],
    ) -> None:
        self._raw, self._facts, self._asks = raw, facts, asks
        self._rules, self._assessment = policy.rules(), assessment
        self._least = least_of(facts, assessment.least)
        self._grids = (crossed_grid(trees=raw.trees()), *facts.grids)
        self._equations = tuple(dict.fromkeys((*self._grids[0].equations, *facts.equations)))

    def joint(self, counts: tuple[int, ...], costs: tuple[int, ...], further: tuple[Primary, ...]) -> Joint:
        """The problem, with values for the cells whose truth is not known here."""
        facts, cells = self._facts, len(self._raw.counts)
        at_least, given, widths = dict(self._asks), set[int](), dict[int, int]()
        for number, hidden in facts.hidden.items():
            if counts[number] < hidden.threshold:
                at_least[number] = max(at_least.get(number, 0), hidden.threshold)
            elif number not in at_least:
                given.add(number)
            if number not in at_least or hidden.width > 1:
                widths[number] = hidden.width
        own = self._rules.threshold if self._raw.contributions is None else 0
        threshold = max([own, *(h.threshold for h in facts.hidden.values())])
        holes: dict[int, int] = {}
        for number in facts.holes:
            if 0 < counts[number] < threshold:
                at_least[number] = threshold
            else:
                given.add(number)
                if threshold and not counts[number]:
                    holes[number] = threshold
        small = range(cells) if self._raw.contributions is None else ()
        reaches = {
            number: max(own, self._rules.interval_width)
            for number in small
            if number not in at_least and counts[number] < own and not self._least[number]
        }
        if (width := self._rules.interval_width) > 1:
            widths |= {number: max(width, widths.get(number, 0)) for number in range(cells)}
        problem = Problem(
            system=LinearSystem(cells=facts.size, equations=self._equations),
            counts=counts,
            at_least=at_least,
            fixed=self._assessment.fixed | facts.published.keys(),
            given=frozenset(given),
            costs=(*costs, *(1 for _ in range(facts.size - cells))),
            least=self._least,
            grids=self._grids,
        )
        openings = Openings(
            widths=widths, holes=holes, reaches=reaches, groups=self._groups(counts, max(threshold, own))
        )
        return Joint(problem=problem, cells=cells, primaries=further, words=tuple(facts.words), open=openings)

    def _groups(self, counts: tuple[int, ...], at_least: int) -> Groups | None:
        """The group rule, over the lines that it may be broken in."""
        rule, facts = self._rules.group, self._facts
        if rule is None or not facts.lines:
            return None
        lines = tuple(line for line in facts.lines if not line.is_certain(counts, rule))
        return Groups(rule=rule, lines=lines, at_least=at_least, public=frozenset(facts.published))

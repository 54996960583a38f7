"""Everything that is known of the cells of several tables: numbers, published values, sums and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from ...errors import Fault, ProtectionError
from ..published import GroupRule, PublicRules
from ..system import Equation, Grid
from .atoms import Atoms, Place, Slab, atoms_of, slab_of
from .beside import Beside
from .conditions import Codes, Conditions, Layout, in_words
from .grids import grid_of
from .lines import Categories, Line, lines_in
from .past import Laid
from .scopes import MOST_CELLS, TOO_TANGLED, Scope, widened

__all__ = ["CONTRADICTED", "NAMED_CELLS", "Facts", "Hidden", "gathered", "listed", "saying"]

CONTRADICTED = Fault(
    "statistics.contradicts_earlier",
    en="by what was published before it cannot be so: {cells}; name the dimension of time under [period] in "
    "the policy if the register grew, correct the figures if they are wrong, and declare a restatement only "
    "if the earlier ones were",
    th="ขัดกับข้อมูลที่เผยแพร่ไปแล้ว: {cells} หากทะเบียนมีระเบียนเพิ่มขึ้นให้ระบุมิติเวลาใน [period] ของนโยบาย "
    "หากตัวเลขนี้ผิดให้แก้ไข และให้ระบุว่าเป็นการแก้ไขผลเผยแพร่เฉพาะเมื่อตัวเลขเดิมผิด",
)
NAMED_CELLS = 10


def listed(names: Iterable[str]) -> str:
    """Names as an error gives them, the first few."""
    every = sorted(set(names))
    return "; ".join([*every[:NAMED_CELLS], "…"] if len(every) > NAMED_CELLS else every)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What earlier tables say of a cell they hid.

    Attributes:
        least: The least it counts.
        threshold: What it must seem able to be.
        width: How far apart its least and greatest possible values must be.
    """

    least: int
    threshold: int
    width: int

    def also(self, other: Hidden) -> Hidden:
        """What this table and another say together."""
        return Hidden(
            least=max(self.least, other.least),
            threshold=max(self.threshold, other.threshold),
            width=max(self.width, other.width),
        )


@dataclass(slots=True, kw_only=True, repr=False)
class Facts:
    """The cells of the new table, numbered as they stand, then every other one that earlier tables bring in.

    Attributes:
        counts: The true counts of the new table's cells; nothing is known of the truth of others.
        numbers: Each cell's number by its conditions.
        words: What errors call each cell.
        published: The cells with values that everybody knows already.
        hidden: The cells that earlier tables hid and nobody published.
        equations: What ties them, beyond the new table's own sums.
        grids: How the cells of earlier tables lie that hid some.
        lines: Those along the group rule's dimension that few categories are certainly possible in.
    """

    counts: tuple[int, ...]
    numbers: dict[Conditions, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    published: dict[int, int] = field(default_factory=dict)
    hidden: dict[int, Hidden] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    lines: tuple[Line, ...] = ()
    wrong: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.words)

    @property
    def holes(self) -> tuple[int, ...]:
        """The cells that no table has, neither published nor hidden."""
        rest = range(len(self.counts), self.size)
        return tuple(n for n in rest if n not in self.published and n not in self.hidden)

    def number(self, conditions: Conditions, *, words: str = "") -> int:
        """The number of a cell, a new one if it was not met before."""
        found = self.numbers.setdefault(conditions, self.size)
        if found == self.size:
            self.words.append(words or in_words(conditions))
        return found

    def constant(self, value: int, *, words: str) -> int:
        """The number of a cell that is no table's own, with a value that everybody knows."""
        self.words.append(words)
        self.published[self.size - 1] = value
        return self.size - 1

    def truth(self, number: int | None) -> int | None:
        """The true count of a cell of the new table; of any other it is not known here."""
        return None if number is None or number >= len(self.counts) else self.counts[number]

    def publish(self, number: int, value: int) -> None:
        """Note a value that everybody knows."""
        known = self.counts[number] if number < len(self.counts) else self.published.get(number, value)
        if known != value:
            self.wrong.add(self.words[number])
        self.published[number] = value

    def tie(self, total: int, parts: Sequence[int]) -> None:
        """Note a sum; one that is about known values only is checked instead."""
        if tuple(parts) == (total,):
            return
        if total in self.published and all(part in self.published for part in parts):
            if self.published[total] != sum(self.published[part] for part in parts):
                self.wrong.add(self.words[total])
            return
        self.equations.append(Equation(total=total, parts=tuple(parts)))

    def settle(self) -> None:
        """Forget what was hidden and is published elsewhere; refuse contradictions.

        Raises:
            ProtectionError: figures contradict each other.
        """
        for number in self.hidden.keys() & self.published.keys():
            if self.published[number] < self.hidden[number].least:
                self.wrong.add(self.words[number])
            del self.hidden[number]
        if self.wrong:
            raise ProtectionError(CONTRADICTED, cells=listed(self.wrong))


def gathered(new: Layout, counts: tuple[int, ...], past: Sequence[Laid], known: Beside) -> Facts:
    """What is known once the past tables, all of which are tied to the new one, are put together.

    Raises:
        ProtectionError: figures contradict each other, or the tables are too many to look at at once.
    """
    facts = Facts(counts=counts)
    for number, (keys, conditions) in enumerate(zip(new.keys(), new.conditions(), strict=True)):
        facts.words.append(f"({', '.join(keys)})")
        facts.numbers.setdefault(conditions, number)
    if not past:
        return facts
    for laid in past:
        _add_table(facts, laid, new)
    tables = (new, *(laid.layout for laid in past))
    zeros = known.loose(tables)
    layouts = [*tables, *zeros]
    atoms = atoms_of(layouts)
    scopes = widened({layout.scope() for layout in layouts}, atoms)
    grids: dict[Scope, _Grid] = {}
    for layout in layouts:
        scope = scopes[layout.scope()]
        grid = grids.setdefault(scope, _Grid(facts, atoms, tuple(sorted(scope))))
        grid.slabs.append(slab_of(layout, grid.scope, atoms))
    for zero in zeros:
        facts.publish(facts.number(zero.total()), 0)
    for layout in layouts:
        grids[scopes[layout.scope()]].add_finest(layout)
    pairs = list(combinations([grids[scope] for scope in sorted(grids, key=sorted)], 2))
    while sum(one.add_margins(other) for one, other in pairs):
        pass
    if known.group is not None:
        grouped = [grid for grid in grids.values() if known.group.dimension in grid.scope]
        name = known.group.dimension
        apart = Categories(atoms.parts[name], name, tables) if grouped else None
        facts.lines = tuple(
            line for grid in grouped if apart for line in grid.lines(known.group, known.zeros, apart)
        )
    facts.settle()
    return facts


def saying(rules: PublicRules) -> Hidden:
    """What a table of these rules says of each cell it hides."""
    counted = rules.measure == "count"
    return Hidden(
        least=int(counted and rules.zeros == "structural"),
        threshold=rules.threshold if counted else 0,
        width=rules.interval_width,
    )


def _add_table(facts: Facts, laid: Laid, new: Layout) -> None:
    table, says, numbers = laid.published, saying(laid.published.rules), list[int]()
    for cell, conditions in zip(table.table.cells, laid.layout.conditions(), strict=True):
        number = facts.number(conditions, words=f"({', '.join(cell.keys)}) / {table.name}")
        numbers.append(number)
        if cell.value is not None:
            facts.publish(number, cell.value)
            continue
        facts.hidden[number] = facts.hidden.get(number, says).also(says)
    grid = grid_of(laid.layout, numbers, new=new)
    for equation in grid.equations:
        facts.tie(equation.total, equation.parts)
    if facts.hidden.keys() & set(numbers):
        facts.grids.append(grid)


class _Grid:
    """The atomic cells of one scope, as far as they are needed."""

    def __init__(self, facts: Facts, atoms: Atoms, scope: tuple[str, ...]) -> None:
        self._facts, self._atoms, self.scope = facts, atoms, scope
        self._known: dict[Place, int] = {}
        self._tied: dict[tuple[str, ...], set[Place]] = {}
        self._choices: dict[tuple[str, Codes | None], tuple[int, ...]] = {}
        self.slabs: list[Slab] = []

    def number(self, place: Place) -> int:
        """The number of an atomic cell; one that some table leaves out of its box counts nobody."""
        number = self._known.get(place)
        if number is None:
            number = self._facts.number(self._atoms.conditions(self.scope, place))
            self._known[place] = number
            if any(slab.leaves_out(place) for slab in self.slabs):
                self._facts.publish(number, 0)
            if self._facts.size > MOST_CELLS:
                raise ProtectionError(TOO_TANGLED, dimensions=", ".join(self.scope))
        return number

    def add_finest(self, layout: Layout) -> None:
        """Tie each finest cell of a table to the atomic cells it is made of."""
        names = [d.id for d in layout.dimensions]
        shown = [[layout.meaning[axis][n] for n in layout.finest(axis)] for axis in range(len(names))]
        rest = dict(layout.elsewhere)
        for found in product(*shown):
            asked = rest | {n: codes for n, codes in zip(names, found, strict=True) if codes is not None}
            choices = (self._within(name, asked.get(name)) for name in self.scope)
            parts = [self.number(place) for place in product(*choices)]
            self._facts.tie(self._facts.number(frozenset(asked.items())), parts)

    def add_margins(self, other: _Grid) -> int:
        """Say that the dimensions shared with another scope count the same in both; returns where it is new.

        That is said wherever a table of one of them counts somebody, and the other has cells, be it because
        a third scope brought them in.
        """
        shared = frozenset(self.scope) & frozenset(other.scope)
        names = tuple(sorted(shared))
        mine, its = ({p for slab in grid.slabs for p in slab.onto(shared)} for grid in (self, other))
        wanted = (mine & (its | other._seen(shared))) | (its & self._seen(shared))
        new = wanted - self._tied.setdefault(other.scope, set())
        for place in sorted(new):
            total = self._facts.number(self._atoms.conditions(names, place))
            for grid in (self, other):
                grid._sum_above(total, dict(zip(names, place, strict=True)))  # noqa: SLF001 - its own kind
        self._tied[other.scope] |= new
        return len(new)

    def lines(self, rule: GroupRule, zeros: Sequence[Layout], categories: Categories) -> Iterable[Line]:
        """Those that the group rule may be broken in."""
        facts, within = self._facts, frozenset(self.scope)
        return lines_in(
            self.scope,
            self._atoms,
            rule,
            known=self._known,
            slabs=self.slabs,
            barred=[slab_of(zero, self.scope, self._atoms) for zero in zeros if zero.scope() <= within],
            categories=categories,
            certain=lambda number: bool(facts.published.get(number) or facts.truth(number)),
        )

    def _seen(self, names: frozenset[str]) -> set[Place]:
        """Where there are atomic cells, looked at along some of the dimensions."""
        axes = [axis for axis, name in enumerate(self.scope) if name in names]
        return {tuple(place[axis] for axis in axes) for place in self._known}

    def _sum_above(self, total: int, at: dict[str, int]) -> None:
        every = self._atoms.parts
        choices = ((at[name],) if name in at else range(len(every[name])) for name in self.scope)
        self._facts.tie(total, [self.number(place) for place in product(*choices)])

    def _within(self, name: str, codes: Codes | None) -> tuple[int, ...]:
        key = (name, codes)
        if key not in self._choices:
            self._choices[key] = self._atoms.within(name, codes)
        return self._choices[key]

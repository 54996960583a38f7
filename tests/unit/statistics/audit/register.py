"""A register small enough to try every state it can be in, and tables of it; all counts are made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.models.rules import PublicRules, Subject
from govlink.statistics.published import PublishedTable

Keys = tuple[str, ...]
State = Mapping[Keys, int]
MOST_STEPS = 4_000
CODES = {"month": ("m1", "m2"), "place": ("a", "b", "c", "(other)"), "outcome": ("x", "y", "(other)")}
"""The finest codes; nobody truly has the other one, but an attacker cannot know."""


@dataclass(frozen=True, kw_only=True)
class View:
    """How a table looks at the register: shown codes with what they stand for, parents, limits."""

    name: str
    shown: Mapping[str, Mapping[str, tuple[str, ...]]]
    parents: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def members(self, keys: Keys) -> tuple[Keys, ...]:
        """The register's cells that a cell of the table adds up."""
        sets = dict(CODES) | dict(self.where)
        if "month" in self.shown:
            sets["month"] = tuple(self.shown["month"])
        for dimension, code in zip(self.shown, keys, strict=True):
            if code != TOTAL:
                sets[dimension] = self.shown[dimension][code]
        return tuple(product(*(sets[d] for d in CODES)))

    def cells(self) -> Iterator[Keys]:
        """All cells."""
        return product(*((*codes, TOTAL) for codes in self.shown.values()))

    def nobody(self) -> tuple[Keys, ...]:
        """The register's cells that the table counts in its total and shows no code of."""
        whole = self.members((TOTAL,) * len(self.shown))
        seen = [
            {leaf for leaves in codes.values() for leaf in leaves} if (codes := self.shown.get(d)) else None
            for d in CODES
        ]
        return tuple(
            c for c in whole if any(s is not None and at not in s for s, at in zip(seen, c, strict=True))
        )

    def published(
        self, state: State, *, hidden: Sequence[Keys] = (), rules: PublicRules | None = None
    ) -> PublishedTable:
        """The table of one state of the register."""
        dimensions = tuple(
            Dimension(id=d, label_th=d, label_en=d, parents=self.parents.get(d, ())) for d in self.shown
        )
        cells = tuple(
            ReleasedCell(keys=keys, value=None, status=CellStatus.CONFIDENTIAL)
            if keys in hidden
            else ReleasedCell(
                keys=keys, value=sum(state.get(c, 0) for c in self.members(keys)), status=CellStatus.FREE
            )
            for keys in self.cells()
        )
        return PublishedTable(
            name=self.name,
            subject=Subject(population="register", where=tuple(self.where.items()), period="month"),
            table=ProtectedTable(dimensions=dimensions, cells=cells),
            rules=rules or PublicRules(threshold=3),
        )


@dataclass
class _Search:
    """States of the register, tried cell by cell."""

    sums: list[tuple[frozenset[Keys], int]]
    positive: list[frozenset[Keys]]
    steps: int
    found: list[dict[Keys, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        nobody = {cell for members, value in self.sums if not value for cell in members}
        self.cells = sorted({cell for members, _ in self.sums for cell in members} - nobody)
        self.sums = [(members - nobody, value) for members, value in self.sums if members - nobody]
        self.touching = {
            c: [at for at, (members, _) in enumerate(self.sums) if c in members] for c in self.cells
        }
        self.last = [max(self.cells.index(c) for c in members) for members, _ in self.sums]
        self.left = [value for _, value in self.sums]
        self.state: dict[Keys, int] = {}

    def fill(self, at: int = 0) -> None:
        """Try every count of one cell, and then the others."""
        self.steps -= 1
        if self.steps < 0:
            return
        if at == len(self.cells):
            if all(any(self.state.get(c) for c in members) for members in self.positive):
                self.found.append(dict(self.state))
            return
        near = self.touching[self.cells[at]]
        must = {self.left[number] for number in near if self.last[number] == at}
        top = min(self.left[number] for number in near)
        for count in range(top + 1):
            if must <= {count}:
                self.state[self.cells[at]] = count
                self._take(near, count)
                self.fill(at + 1)
                self._take(near, -count)

    def _take(self, near: list[int], count: int) -> None:
        for number in near:
            self.left[number] -= count


def possible_states(tables: Sequence[tuple[View, PublishedTable]]) -> list[dict[Keys, int]] | None:
    """Every state of the register that fits all tables; ``None`` where it takes too long to tell.

    Every table's total over everything must be published. Cells that count nobody in any are left out.
    """
    sums: list[tuple[frozenset[Keys], int]] = []
    positive: list[frozenset[Keys]] = []
    for view, table in tables:
        sums += [(frozenset({cell}), 0) for cell in view.nobody()]
        for cell in table.table.cells:
            members = frozenset(view.members(cell.keys))
            if cell.value is not None:
                sums.append((members, cell.value))
            elif table.rules.zeros == "structural":
                positive.append(members)
    search = _Search(sums=sums, positive=positive, steps=MOST_STEPS)
    search.fill()
    return search.found if search.steps >= 0 else None

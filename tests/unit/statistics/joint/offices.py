"""A small register, tables of it, and an attacker who tries every register there could be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.statistics.policy import DisclosurePolicy
from govlink.statistics.protect import protect
from govlink.statistics.published import PublishedTable, Subject
from govlink.statistics.tabulate import RawTable

Record = tuple[str, ...]
"""The codes of one finest cell of the register, in the order of its dimensions."""


@dataclass(frozen=True, kw_only=True)
class Register:
    """Counts of every finest cell."""

    dimensions: tuple[str, ...]
    counts: Mapping[Record, int]

    def raw(self, shown: Sequence[str], **where: Sequence[str]) -> RawTable:
        """A table of true counts by some dimensions, of some codes."""
        axes = [self.dimensions.index(name) for name in shown]
        kept = [record for record in self.counts if self._meets(record, where)]
        categories = tuple(tuple(sorted({record[axis] for record in kept})) for axis in axes)
        counts = tuple(
            sum(
                self.counts[record]
                for record in kept
                if all(code in (TOTAL, record[axis]) for code, axis in zip(keys, axes, strict=True))
            )
            for keys in product(*((*codes, TOTAL) for codes in categories))
        )
        dimensions = tuple(Dimension(id=name, label_th=name, label_en=name) for name in shown)
        return RawTable(dimensions=dimensions, categories=categories, counts=counts)

    def _meets(self, record: Record, where: Mapping[str, Sequence[str]]) -> bool:
        return all(record[self.dimensions.index(name)] in codes for name, codes in where.items())


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What an attacker knows of one published or hidden cell."""

    table: str
    keys: tuple[str, ...]
    records: frozenset[int]
    value: int | None
    threshold: int
    least: int


class Attacker:
    """Holds all published tables and tries every register of whole numbers that fits them."""

    def __init__(self, dimensions: tuple[str, ...], records: Sequence[Record]) -> None:
        self.dimensions, self.records = dimensions, tuple(records)
        self.cells: list[Cell] = []

    def hears(self, published: PublishedTable) -> None:
        """Take in one more table."""
        where = dict(published.subject.where)
        axes = [self.dimensions.index(d.id) for d in published.table.dimensions]
        for cell in published.table.cells:
            inside = frozenset(
                number
                for number, record in enumerate(self.records)
                if all(code in (TOTAL, record[axis]) for code, axis in zip(cell.keys, axes, strict=True))
                and all(record[self.dimensions.index(name)] in codes for name, codes in where.items())
            )
            self.cells.append(
                Cell(
                    table=published.name,
                    keys=cell.keys,
                    records=inside,
                    value=cell.value,
                    threshold=published.rules.threshold,
                    least=1 if published.rules.zeros == "structural" else 0,
                )
            )

    def registers(self) -> Iterator[tuple[int, ...]]:
        """Every register that fits."""
        known = sorted({(tuple(sorted(c.records)), c.value) for c in self.cells if c.value is not None})
        hidden = [(sorted(c.records), c.least) for c in self.cells if c.value is None]
        touching = [
            [n for n, (inside, _) in enumerate(known) if r in inside] for r in range(len(self.records))
        ]
        cap = 2 * max(cell.threshold for cell in self.cells)  # of records in no published total
        left = [value for _, value in known]
        last = [max(inside, default=-1) for inside, _ in known]
        guess = [0] * len(self.records)

        def go(at: int) -> Iterator[tuple[int, ...]]:
            if at == len(guess):
                if all(sum(guess[r] for r in inside) >= least for inside, least in hidden):
                    yield tuple(guess)
                return
            most = min((left[n] for n in touching[at]), default=cap)
            closing = [n for n in touching[at] if last[n] == at]
            values = {left[n] for n in closing} if closing else set(range(most + 1))
            if len(values) > 1 and closing:
                return
            for value in sorted(values):
                if value > most:
                    continue
                guess[at] = value
                for n in touching[at]:
                    left[n] -= value
                yield from go(at + 1)
                for n in touching[at]:
                    left[n] += value

        if not any(not inside and value for inside, value in known):
            yield from go(0)

    def finds(self, *, with_holes: bool) -> list[str]:
        """What it works out that nobody should: hidden cells, and differences, that are small or exact."""
        seen = list(self.registers())
        assert seen, "what was published contradicts itself"
        found = []
        for cell in self.cells:
            if cell.value is None:
                values = {sum(register[r] for r in cell.records) for register in seen}
                if max(values) < cell.threshold or len(values) == 1:
                    found.append(f"{cell.keys} of {cell.table}")
        if with_holes:
            threshold = max(cell.threshold for cell in self.cells)
            for hole in self._holes():
                greatest = max(sum(register[r] for r in hole) for register in seen)
                if 0 < greatest < threshold:
                    found.append(f"{[self.records[r] for r in hole]} of nobody")
        return found

    def _holes(self) -> list[frozenset[int]]:
        """Records that no table tells apart, where no table shows them."""
        alike: dict[tuple[bool, ...], set[int]] = {}
        for number in range(len(self.records)):
            alike.setdefault(tuple(number in c.records for c in self.cells), set()).add(number)
        shown = {c.records for c in self.cells}
        return [frozenset(hole) for hole in alike.values() if frozenset(hole) not in shown]


@dataclass(kw_only=True)
class Office:
    """Publishes tables of a register one after the other, each protected against those before."""

    register: Register
    policy: DisclosurePolicy
    period: str | None
    out: list[PublishedTable]

    def subject(self, **where: Sequence[str]) -> Subject:
        """Which records a table counts."""
        asked = tuple((name, tuple(codes)) for name, codes in where.items())
        return Subject(population="r", where=asked, period=self.period)

    def protected(self, name: str, shown: Sequence[str], **where: Sequence[str]) -> PublishedTable:
        """A table as it would go out."""
        subject = self.subject(**where)
        raw = self.register.raw(shown, **where)
        table = protect(raw, policy=self.policy, subject=subject, earlier=tuple(self.out)).table
        return PublishedTable(name=name, subject=subject, table=table, rules=self.policy.rules())

    def protected_by(
        self, name: str, shown: Sequence[str], visible: Mapping[int, int], **where: Sequence[str]
    ) -> PublishedTable:
        """A table with only these cells visible, by number."""
        raw = self.register.raw(shown, **where)
        cells = tuple(
            ReleasedCell(
                keys=keys,
                value=visible.get(number),
                status=CellStatus.FREE if number in visible else CellStatus.CONFIDENTIAL,
            )
            for number, keys in enumerate(raw.keys())
        )
        table = ProtectedTable(dimensions=raw.dimensions, cells=cells)
        return PublishedTable(
            name=name, subject=self.subject(**where), table=table, rules=self.policy.rules()
        )

    def publish(self, name: str, shown: Sequence[str], **where: Sequence[str]) -> PublishedTable:
        """The table, out from now on."""
        published = self.protected(name, shown, **where)
        self.out.append(published)
        return published

    def attacker(self) -> Attacker:
        """Somebody who holds everything that is out."""
        attacker = Attacker(self.register.dimensions, tuple(self.register.counts))
        for published in self.out:
            attacker.hears(published)
        return attacker


def signed_policy(**content: object) -> DisclosurePolicy:
    """A signed policy with threshold 3 unless told otherwise."""
    filled: dict[str, object] = {"id": "test", "version": "1", "threshold": 3}
    return DisclosurePolicy.signed(by="test role", on=date(2025, 11, 3), **(filled | content))


def office_of(
    dimensions: tuple[str, ...],
    counts: Mapping[Record, int],
    *,
    period: str | None = None,
    **policy: object,
) -> Office:
    """An office with nothing published yet."""
    register = Register(dimensions=dimensions, counts=dict(counts))
    return Office(register=register, policy=signed_policy(**policy), period=period, out=[])

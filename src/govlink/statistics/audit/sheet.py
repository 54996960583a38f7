"""A published table as an attacker reads it: its cells, and the sums they obey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from ...errors import Fault, ProtectionError
from ...models.release import TOTAL, CellStatus, Dimension, ProtectedTable
from .result import Keys

__all__ = ["Axis", "Sheet", "read_sheet"]

MALFORMED = Fault(
    "statistics.audit_malformed",
    en="this is not a whole table with margins: {reason}",
    th="ไม่ใช่ตารางที่ครบทุกช่องพร้อมยอดรวม ({reason})",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One dimension of a table.

    Attributes:
        id: The dimension.
        codes: Its codes in the order they are first met, the total not among them.
        parents: Each code that is part of another, whether the table shows it or not, with that other.
        sums: Each code that has parts in the table, and the total, with the parts next below it.
    """

    id: str
    codes: tuple[str, ...]
    parents: Mapping[str, str]
    sums: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def finest(self) -> tuple[str, ...]:
        """The codes that no other code of the table is part of."""
        wholes = {whole for whole, _ in self.sums}
        return tuple(code for code in self.codes if code not in wholes)

    def within(self, code: str, whole: str) -> bool:
        """Whether a code is another, or part of it."""
        return code == whole or whole in _above(code, self.parents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table that is whole: every combination of codes and totals, each once."""

    axes: tuple[Axis, ...]
    known: Mapping[Keys, int | None]

    def sums(self) -> Iterator[tuple[Keys, tuple[Keys, ...]]]:
        """Every cell that is a total over some dimension, with the cells it is the sum of."""
        extents = [(*axis.codes, TOTAL) for axis in self.axes]
        for at, axis in enumerate(self.axes):
            for before in product(*extents[:at]):
                for whole, parts in axis.sums:
                    for after in product(*extents[at + 1 :]):
                        yield (*before, whole, *after), tuple((*before, part, *after) for part in parts)


def read_sheet(table: ProtectedTable) -> Sheet:
    """Read the table's cells and hierarchies.

    Raises:
        ProtectionError: cells are missing or repeat, a value disagrees with its status, or a hierarchy is
            not a tree.
    """
    known = {cell.keys: cell.value for cell in table.cells}
    width = len(table.dimensions)
    if not known or len(known) < len(table.cells) or any(len(keys) != width for keys in known):
        raise ProtectionError(MALFORMED, reason="cells repeat or have the wrong number of keys")
    axes = tuple(
        _axis(dimension, tuple(dict.fromkeys(keys[at] for keys in known)))
        for at, dimension in enumerate(table.dimensions)
    )
    if any(keys not in known for keys in product(*((*axis.codes, TOTAL) for axis in axes))):
        raise ProtectionError(MALFORMED, reason="cells are missing")
    for cell in table.cells:
        masked = cell.status is CellStatus.CONFIDENTIAL
        if masked != (cell.value is None) or (cell.value is not None and cell.value < 0):
            raise ProtectionError(MALFORMED, reason="a value and its status disagree")
    return Sheet(axes=axes, known=known)


def _axis(dimension: Dimension, found: tuple[str, ...]) -> Axis:
    parents = dict(dimension.parents)
    circular = any(code in _above(code, parents) for code in parents)
    if circular or len(parents) < len(dimension.parents) or TOTAL in {*parents, *parents.values()}:
        raise ProtectionError(MALFORMED, reason="a hierarchy is not a tree")
    codes = tuple(code for code in found if code != TOTAL)
    shown = set(codes)
    parts: dict[str, list[str]] = {}
    for code in codes:
        whole = next((above for above in _above(code, parents) if above in shown), TOTAL)
        parts.setdefault(whole, []).append(code)
    sums = tuple((whole, tuple(below)) for whole, below in parts.items())
    return Axis(id=dimension.id, codes=codes, parents=parents, sums=sums)


def _above(code: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """The wholes that a code is part of, nearest first; ends where it comes back to one."""
    line: list[str] = []
    while code in parents and parents[code] not in line:
        line.append(code := parents[code])
    return tuple(line)

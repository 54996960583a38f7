"""Which cells of a table must be hidden for their own sake, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ...errors import Fault, ProtectionError

__all__ = ["Assessment", "Primary", "Reason"]

NOT_PORTABLE = Fault(
    "statistics.assessment_not_portable",
    en="which cells are small is not copied or stored; what may be kept is the release and its reports",
    th="ข้อมูลว่าช่องใดมีค่าน้อยไม่อนุญาตให้คัดลอกหรือจัดเก็บ สิ่งที่เก็บได้คือผลเผยแพร่และรายงาน",
)

Reason = Literal["threshold", "group", "within_group", "dominance", "p_percent", "ledger"]
"""``threshold``: few people. ``group``: without it, all members of a group would be of one category.
``within_group``: the same for the others of a group, as one of them sees it. ``dominance``, ``p_percent``:
too much of a sum is one contributor's. ``ledger``: it differs by a small number from what is out."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Primary:
    """A cell to hide for its own sake; secret.

    Attributes:
        number: The cell, in the order of ``RawTable.keys()``.
        reasons: Every rule that asks for it.
        at_least: A value that an attacker must still hold possible.
    """

    number: int
    reasons: tuple[Reason, ...]
    at_least: int

    def __repr__(self) -> str:
        return f"Primary(reasons={self.reasons})"

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(NOT_PORTABLE)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Assessment:
    """What the policy asks of a table before anything is protected; secret.

    Attributes:
        primaries: The cells to hide for their own sake, by number, each once.
        fixed: Cells that are never hidden.
        given: Cells that are hidden in any case, because another table of the same records hides them.
        least: For each cell, what an attacker knows it to be at least if it is hidden.
        warnings: What to think about before going on, as codes: ``many_primaries`` when more than a
            quarter of the cells must be hidden, so that categories had better be collapsed first.
    """

    primaries: tuple[Primary, ...]
    fixed: frozenset[int]
    least: tuple[int, ...]
    warnings: tuple[str, ...] = ()
    given: frozenset[int] = frozenset()

    @property
    def at_least(self) -> Mapping[int, int]:
        """The primaries' numbers, each with the value that must stay possible."""
        return {primary.number: primary.at_least for primary in self.primaries}

    def __repr__(self) -> str:
        return f"Assessment(cells={len(self.least)}, warnings={self.warnings})"

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(NOT_PORTABLE)

"""Everything that is published, as sums over numbered counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .result import Keys

__all__ = ["Count", "Sum", "System"]

Sum: TypeAlias = tuple[tuple[int, int], ...]
"""Counts by number, each with its sign, that add up to 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number that some table shows or hides, or that no table has.

    Attributes:
        table: The name of the table; empty for a count that no table has.
        keys: Its codes.
        value: What was published; ``None`` where it is hidden or was never published.
        least: What everybody knows it counts at least.
    """

    table: str
    keys: Keys
    value: int | None
    least: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Counts, and the sums that tie them."""

    counts: tuple[Count, ...]
    sums: tuple[Sum, ...]

    def contradictions(self) -> tuple[int, ...]:
        """The first count of each sum whose counts are all published and do not add up."""
        found: dict[int, None] = {}
        for terms in self.sums:
            values = [self.counts[number].value for number, _ in terms]
            if None in values:
                continue
            if sum((value or 0) * sign for value, (_, sign) in zip(values, terms, strict=True)):
                found[terms[0][0]] = None
        return tuple(found)

    def touched(self, own: frozenset[int]) -> tuple[int, ...]:
        """The sums that any of these counts bears on, directly or through unknown counts."""
        near: dict[int, list[int]] = {}
        for number, terms in enumerate(self.sums):
            for count, _ in terms:
                if self.counts[count].value is None:
                    near.setdefault(count, []).append(number)
        queue = [number for number, terms in enumerate(self.sums) if any(count in own for count, _ in terms)]
        met = set(queue)
        while queue:
            for count, _ in self.sums[queue.pop()]:
                fresh = [number for number in near.pop(count, ()) if number not in met]
                met.update(fresh)
                queue += fresh
        return tuple(sorted(met))

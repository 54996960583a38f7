"""The codes of a table in the order people read them: a whole before its parts, the total last."""

from __future__ import annotations

from dataclasses import dataclass

from ....models.release import TOTAL, Dimension, ProtectedTable

__all__ = ["Axis", "axes_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A dimension's codes as they are shown.

    Attributes:
        place: Which of the table's dimensions it is.
        dimension: The dimension.
        codes: All codes in reading order, the total last if there is one.
        depths: How far in each code stands, by code: 0 for one that is part of no other.
        wholes: Codes that other codes of the table are part of, and the total.
    """

    place: int
    dimension: Dimension
    codes: tuple[str, ...]
    depths: dict[str, int]
    wholes: frozenset[str]

    def plain(self) -> tuple[str, ...]:
        """The codes without the total."""
        return tuple(code for code in self.codes if code != TOTAL)

    def level(self, most: int) -> tuple[str, ...]:
        """Codes that do not overlap, as fine as they come with no more than ``most`` of them.

        Where even the coarsest are more, they are given all the same.
        """
        finest = tuple(code for code in self.plain() if code not in self.wholes)
        if len(finest) <= most:
            return finest
        for depth in range(max(self.depths.values(), default=0), -1, -1):
            codes = tuple(
                code
                for code in self.plain()
                if self.depths[code] == depth or (self.depths[code] < depth and code not in self.wholes)
            )
            if len(codes) <= most:
                return codes
        return tuple(code for code in self.plain() if self.depths[code] == 0)


def axes_of(table: ProtectedTable) -> tuple[Axis, ...]:
    """Each dimension's axis, in the table's order."""
    return tuple(_axis(table, place, dimension) for place, dimension in enumerate(table.dimensions))


def _axis(table: ProtectedTable, place: int, dimension: Dimension) -> Axis:
    shown = dict.fromkeys(cell.keys[place] for cell in table.cells)
    parents = dict(dimension.parents)
    parts: dict[str | None, list[str]] = {}
    for code in shown:
        if code != TOTAL:
            parts.setdefault(_above(code, parents, shown), []).append(code)
    codes: list[str] = []
    depths: dict[str, int] = {}
    queue = [(code, 0) for code in sorted(parts.get(None, []), reverse=True)]
    while queue:
        code, depth = queue.pop()
        codes.append(code)
        depths[code] = depth
        queue += [(part, depth + 1) for part in sorted(parts.get(code, []), reverse=True)]
    if TOTAL in shown:
        codes.append(TOTAL)
        depths[TOTAL] = 0
    wholes = frozenset(whole for whole in parts if whole is not None) | {TOTAL}
    return Axis(place=place, dimension=dimension, codes=tuple(codes), depths=depths, wholes=wholes)


def _above(code: str, parents: dict[str, str], shown: dict[str, None]) -> str | None:
    """The nearest whole that the table shows."""
    seen = {code}
    while (code := parents.get(code, "")) and code not in seen:
        if code in shown:
            return code
        seen.add(code)
    return None

"""Round numbers for the axis of a chart, and room for its words."""

from __future__ import annotations

import unicodedata

__all__ = ["nice_top", "short", "text_width"]

_STEPS = (2, 4, 6, 8, 10, 12, 16, 20)


def nice_top(greatest: int) -> int:
    """An even, round number that is not below the greatest value; 2 where there is none."""
    unit = 1
    while 20 * unit < greatest:
        unit *= 10
    return next(step * unit for step in _STEPS if step * unit >= greatest)


def short(value: int) -> str:
    """The number in few characters: from 100,000 on in thousands, from a million on in millions."""
    if value >= 1_000_000:
        return f"{value / 1_000_000:.1f}M"
    return f"{value // 1_000}k" if value >= 100_000 else f"{value:,}"


def text_width(name: str) -> float:
    """About how wide a text of 13 pixels is; marks above and below Thai letters take no room."""
    return 7.0 * sum(unicodedata.category(character) != "Mn" for character in name)

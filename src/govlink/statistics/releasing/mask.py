"""Which cells of a table are hidden, as a short text that the public report carries.

Everybody sees which cells are hidden, so the text tells nothing new. It lets an audit name a cell that was
hidden when the table was sealed and holds a number now.
"""

from __future__ import annotations

from ...models.release import CellStatus, ProtectedTable

__all__ = ["hidden_places", "mask_of"]


def mask_of(table: ProtectedTable) -> str:
    """A bit a cell in the table's order, the first the highest, filled up with zeros; in hexadecimal."""
    bits = bytearray((len(table.cells) + 7) // 8)
    for place, cell in enumerate(table.cells):
        if cell.status is CellStatus.CONFIDENTIAL:
            bits[place // 8] |= 0x80 >> place % 8
    return bits.hex()


def hidden_places(mask: str, *, cells: int) -> frozenset[int] | None:
    """The places of the hidden cells; None where the text is not that of a table with so many cells."""
    try:
        bits = bytes.fromhex(mask)
    except ValueError:
        return None
    places = frozenset(p for p in range(8 * len(bits)) if bits[p // 8] & 0x80 >> p % 8)
    fits = len(bits) == (cells + 7) // 8 and bits.hex() == mask and max(places, default=-1) < cells
    return places if fits else None

"""Which tables are looked at together over which dimensions.

Tables of different dimensions are tied by the margins they share. That says all there is to say where
the scopes form a tree of a kind (each can be taken off whose shared part lies within one other). Scopes
that go round in a ring are looked at over all of their dimensions at once.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import Fault, ProtectionError
from .atoms import Atoms

__all__ = ["widened"]

TOO_TANGLED = Fault(
    "statistics.joint_too_large",
    en="the table and earlier ones together are counted by {dimensions}, too many cells to look at at once; "
    "publish fewer dimensions",
    th="ตารางนี้รวมกับตารางก่อนหน้านับตาม {dimensions} มีจำนวนช่องมากเกินกว่าจะพิจารณาพร้อมกัน ให้เผยแพร่มิติน้อยลง",
)
MOST_CELLS = 200_000

Scope = frozenset[str]


def widened(scopes: Iterable[Scope], atoms: Atoms) -> dict[Scope, Scope]:
    """For each scope the one to look at it in: itself, or the union of a ring.

    Raises:
        ProtectionError: the union of a ring has too many cells.
    """
    left = set(scopes)
    result = {scope: scope for scope in left}
    while (ring := _ring(left)) and len(ring) > 1:
        whole = frozenset[str]().union(*ring)
        if atoms.size(whole) > MOST_CELLS:
            raise ProtectionError(TOO_TANGLED, dimensions=", ".join(sorted(whole)))
        left = (left - ring) | {whole}
        result = {scope: whole if result[scope] in ring else result[scope] for scope in result}
    return result


def _ring(scopes: set[Scope]) -> set[Scope]:
    """What stays when everything that hangs on one other scope only is taken off, again and again."""
    left = set(scopes)
    taken = True
    while taken and len(left) > 1:
        taken = False
        for scope in sorted(left, key=sorted):
            others = left - {scope}
            shared = scope & frozenset[str]().union(*others)
            if any(shared <= other for other in others):
                left, taken = others, True
                break
    return left

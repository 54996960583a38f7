"""Tables for the audit's tests, straight from counts; all made up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product

from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell

Keys = tuple[str, ...]
Parents = Sequence[tuple[str, str]]


def table_of(
    axes: Mapping[str, Sequence[str]],
    counts: Mapping[Keys, int],
    *,
    hidden: Collection[Keys] = (),
    parents: Mapping[str, Parents] | None = None,
) -> ProtectedTable:
    """A table with its margins and wholes; ``counts`` are by finest codes, 0 where left out."""
    above = {axis: dict((parents or {}).get(axis, ())) for axis in axes}
    dimensions = tuple(
        Dimension(id=axis, label_th=axis, label_en=axis, parents=tuple(above[axis].items())) for axis in axes
    )

    def within(axis: str, code: str, whole: str) -> bool:
        while code != whole and code in above[axis]:
            code = above[axis][code]
        return whole in (TOTAL, code)

    cells = []
    for keys in product(*((*codes, TOTAL) for codes in axes.values())):
        value = sum(
            count
            for finest, count in counts.items()
            if all(within(axis, code, whole) for axis, code, whole in zip(axes, finest, keys, strict=True))
        )
        cells.append(masked(keys) if keys in hidden else shown(keys, value))
    return ProtectedTable(dimensions=dimensions, cells=tuple(cells))


def masked(keys: Keys) -> ReleasedCell:
    """A hidden cell."""
    return ReleasedCell(keys=keys, value=None, status=CellStatus.CONFIDENTIAL)


def shown(keys: Keys, value: int) -> ReleasedCell:
    """A published cell."""
    return ReleasedCell(keys=keys, value=value, status=CellStatus.FREE)

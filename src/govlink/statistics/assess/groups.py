"""The group rule: which empty cells to hide so that no group is seen to be all of one category.

A line is the cells that share the codes of all dimensions but the rule's: one group of people, told apart by
the rule's finest categories. A category is possible for the group when its cell is published and not
empty, or hidden. Where all categories that are not ruled out beforehand are possible, the table tells
nothing about the group, and no more is asked.
"""

from __future__ import annotations

from ...errors import Fault, ProtectionError
from ..published import GroupRule
from ..tabulate import RawTable
from .cells import Cells, Flags, Numbers
from .result import Primary, Reason

__all__ = ["lacking_zeros"]

TOO_FEW_CATEGORIES = Fault(
    "statistics.group_too_few_categories",
    en="the table shows {found} categories of {dimension}; every group needs {wanted} possible",
    th="ตารางแสดง {dimension} เพียง {found} หมวดหมู่ แต่นโยบายกำหนดให้ทุกกลุ่มต้องเป็นไปได้ {wanted} หมวดหมู่",
)


def lacking_zeros(
    raw: RawTable, cells: Cells, *, rule: GroupRule, zeros: Flags, hidden: Flags, at_least: int
) -> tuple[Primary, ...]:
    """The empty cells to hide in addition, by number; none if the table does not show the rule's dimension.

    In each line the most frequent category of the whole table is taken first, then in order of codes.

    Args:
        raw: The table.
        cells: Its values.
        rule: The group rule.
        zeros: Cells that can count nobody; they are never hidden.
        hidden: Cells that are hidden in any case.
        at_least: A value that each cell to hide must be able to have.

    Raises:
        ProtectionError: the table shows fewer categories than the rule wants.
    """
    import numpy as np

    at = next((axis for axis, d in enumerate(raw.dimensions) if d.id == rule.dimension), None)
    if at is None:
        return ()
    order = _by_frequency(raw, cells, at)
    if order.size < rule.min_groups:
        raise ProtectionError(
            TOO_FEW_CATEGORIES, dimension=rule.dimension, found=order.size, wanted=rule.min_groups
        )
    zeros, hidden, full = (np.moveaxis(a, at, -1)[..., order] for a in (zeros, hidden, cells.values > 0))
    possible = ~zeros & (full | hidden)
    free = ~zeros & ~possible
    held = possible.sum(axis=-1)
    alone = hidden.any(axis=-1) & rule.within_group
    lacking = np.where(held > 0, rule.min_groups + alone - held, 0)  # nobody is in a group without any
    turn = np.cumsum(free, axis=-1)
    chosen = free & (turn <= lacking[..., None])
    by_group = turn <= (rule.min_groups - held)[..., None]
    numbers = np.moveaxis(np.arange(cells.values.size).reshape(cells.values.shape), at, -1)[..., order]
    reasons: dict[int, Reason] = {
        int(number): "group" if first else "within_group"
        for number, first in zip(numbers[chosen], by_group[chosen], strict=True)
    }
    return tuple(Primary(number=n, reasons=(reasons[n],), at_least=at_least) for n in sorted(reasons))


def _by_frequency(raw: RawTable, cells: Cells, at: int) -> Numbers:
    """The positions of the finest categories, the most frequent first."""
    import numpy as np

    totals = tuple(slice(None) if axis == at else -1 for axis in range(cells.people.ndim))
    frequency = cells.people[totals]
    codes = raw.categories[at]
    finest = sorted(cells.finest[at].tolist(), key=lambda i: (-int(frequency[i]), codes[i]))
    return np.array(finest, dtype=np.int64)

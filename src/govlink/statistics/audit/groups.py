"""Whether a table lets anybody learn that all members of a group are of one category."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from ...models.release import TOTAL
from ..published import GroupRule, PublicRules
from .result import Keys
from .sheet import Sheet

__all__ = ["broken_groups", "impossible"]


def impossible(sheet: Sheet, rules: PublicRules) -> frozenset[Keys]:
    """The cells that count nobody because nobody can have their codes together, or their parts'."""
    number = {axis.id: at for at, axis in enumerate(sheet.axes)}
    wanted = [
        tuple((sheet.axes[number[d]], number[d], code) for d, code in zero)
        for zero in rules.structural_zeros
        if all(d in number for d, _ in zero)
    ]
    if not wanted:
        return frozenset()
    found = {
        keys
        for keys in sheet.known
        if any(
            all(keys[at] != TOTAL and axis.within(keys[at], code) for axis, at, code in zero)
            for zero in wanted
        )
    }
    before = -1
    while before < len(found):  # a total of totals needs another round
        before = len(found)
        found.update(total for total, parts in sheet.sums() if found.issuperset(parts))
    return frozenset(found)


def broken_groups(
    sheet: Sheet,
    *,
    rule: GroupRule,
    zeros: frozenset[Keys],
    holds: Callable[[Keys], bool],
    may_be_one: Callable[[Keys], bool],
) -> tuple[Keys, ...]:
    """The lines along the rule's dimension that leave too few categories possible.

    Args:
        sheet: The table.
        rule: How many categories must be possible.
        zeros: Cells that count nobody in any case; they are never possible.
        holds: Whether a hidden cell withstood the attack.
        may_be_one: Whether a hidden cell may be a single person.

    Returns:
        Each such line by the keys of its total over the dimension.
    """
    broken: list[Keys] = []
    for at, axis in enumerate(sheet.axes):
        if axis.id != rule.dimension:
            continue
        for total, line in _lines(sheet, at):
            allowed = [keys for keys in line if keys not in zeros]
            possible = [keys for keys in allowed if _possible(sheet, keys, holds)]
            alone = rule.within_group and any(sheet.known[k] is None and may_be_one(k) for k in possible)
            # A group that has every category it can have tells nothing, however few they are.
            wanted = min(
                rule.min_groups + alone, len(allowed) if len(line) >= rule.min_groups else len(line) + 1
            )
            somebody = sheet.known[total] != 0 or any(sheet.known[keys] != 0 for keys in allowed)
            if somebody and total not in zeros and len(possible) < wanted:
                broken.append(total)
    return tuple(broken)


def _lines(sheet: Sheet, at: int) -> Iterator[tuple[Keys, tuple[Keys, ...]]]:
    extents = [(*axis.codes, TOTAL) for axis in sheet.axes]
    for before in product(*extents[:at]):
        for after in product(*extents[at + 1 :]):
            line = tuple((*before, code, *after) for code in sheet.axes[at].finest)
            yield (*before, TOTAL, *after), line


def _possible(sheet: Sheet, keys: Keys, holds: Callable[[Keys], bool]) -> bool:
    value = sheet.known[keys]
    return holds(keys) if value is None else value > 0

"""Codes that are parts of other codes: month, quarter and year; province and region.

A dimension's codes stand in canonical order: those that no other code of the table is part of first, in
code-point order, then each code after all of its parts; the total comes last and is not written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from ..errors import Fault, RejectedError
from ..models.release import TOTAL, Dimension
from .system import Equation, Tree

__all__ = ["canonical_codes", "finest", "leaves_of", "tree_of"]

NOT_A_TREE = Fault(
    "statistics.hierarchy_not_a_tree",
    en="the hierarchy of {dimension} gives {code} two parents, makes it a part of itself, or names the total",
    th="ลำดับชั้นของ {dimension} ให้ {code} มีสองต้นสังกัด เป็นส่วนของตัวเอง หรืออ้างถึงยอดรวม",
)


def leaves_of(dimension: Dimension, code: str) -> frozenset[str]:
    """The finest codes that a code stands for by the hierarchy; itself where it has no parts.

    Raises:
        RejectedError: the hierarchy is not a tree.
    """
    parts: dict[str, list[str]] = {}
    for part, whole in _parents(dimension).items():
        parts.setdefault(whole, []).append(part)
    found, queue = set[str](), [code]
    while queue:
        below = parts.get(at := queue.pop(), [])
        queue.extend(below)
        if not below:
            found.add(at)
    return frozenset(found)


def canonical_codes(dimension: Dimension, codes: Collection[str]) -> tuple[str, ...]:
    """The codes in the order a table holds them.

    Raises:
        RejectedError: the hierarchy is not a tree.
    """
    parents = _parents(dimension)
    height = dict.fromkeys(codes, 0)
    for code in codes:
        for above, whole in enumerate(_line(code, parents), start=1):
            if whole in height:
                height[whole] = max(height[whole], above)
    return tuple(sorted(height, key=lambda code: (height[code], code)))


def finest(dimension: Dimension, codes: Collection[str]) -> tuple[str, ...]:
    """Those codes that no other of them is part of, in canonical order.

    Raises:
        RejectedError: the hierarchy is not a tree.
    """
    parents = _parents(dimension)
    wholes = {whole for code in codes for whole in _line(code, parents)}
    return tuple(sorted(set(codes) - wholes))


def tree_of(dimension: Dimension, codes: tuple[str, ...]) -> Tree:
    """The sums among these codes, numbered as they stand, and the total, numbered last.

    A code is the sum of the codes next below it that the table shows, so parts that are not shown count
    nobody; a code without shown parts is bound by no sum of its own. The total is the sum of all codes
    that no other is above.

    Raises:
        RejectedError: the hierarchy is not a tree.
    """
    parents = _parents(dimension)
    number = {code: i for i, code in enumerate(codes)}
    parts: dict[int, list[int]] = {}
    for i, code in enumerate(codes):
        whole = next((number[w] for w in _line(code, parents) if w in number), len(codes))
        parts.setdefault(whole, []).append(i)
    return tuple(Equation(total=whole, parts=tuple(parts[whole])) for whole in sorted(parts))


def _parents(dimension: Dimension) -> Mapping[str, str]:
    parents = dict(dimension.parents)
    if len(parents) < len(dimension.parents):
        times = Counter(code for code, _ in dimension.parents)
        raise RejectedError(NOT_A_TREE, dimension=dimension.id, code=times.most_common(1)[0][0])
    for code in parents:
        if TOTAL in (code, parents[code]) or code in _line(code, parents):
            raise RejectedError(NOT_A_TREE, dimension=dimension.id, code=code)
    return parents


def _line(code: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """The wholes above a code, nearest first; ends where it comes back to a code."""
    line: list[str] = []
    while code in parents and parents[code] not in line:
        line.append(code := parents[code])
    return tuple(line)

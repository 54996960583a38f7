"""Which published cells add up or subtract to one that was to be hidden."""

from __future__ import annotations

from collections.abc import Iterable

from .system import Count, System

__all__ = ["equation"]

MOST_TERMS = 12
NOWHERE = {"en": "in no table", "th": "ไม่มีในตารางใด"}
TOO_LITTLE = {"en": ", too little for each to be large enough", "th": " ซึ่งน้อยเกินกว่าที่แต่ละช่องจะถึงเกณฑ์"}


def equation(
    system: System,
    *,
    sums: Iterable[tuple[int, int]],
    cell: int,
    home: str,
    language: str,
    empty: bool = False,
) -> str:
    """The sums, multiplied and added up, with what was to be hidden on the left.

    Args:
        system: What is known.
        sums: Sums by number, each with its factor; added up, the cell has a positive coefficient.
        cell: The count that gives way.
        home: The table whose cells need no table's name.
        language: ``en`` or ``th``.
        empty: Whether it is to be said that published cells come to nothing.
    """
    total: dict[int, int] = {}
    for number, factor in sums:
        for count, sign in system.sums[number]:
            total[count] = total.get(count, 0) + factor * sign
    own = total.pop(cell)
    left = [(cell, own)]
    left += [
        (count, factor) for count, factor in total.items() if factor and system.counts[count].value is None
    ]
    right = [(count, -factor) for count, factor in total.items() if factor and system.counts[count].value]
    right.sort(key=lambda term: (term[1] < 0, -(system.counts[term[0]].value or 0), term[0]))
    sides = [_side(system, terms, home, language) for terms in (left, right)]
    if empty and right and not sum(factor * (system.counts[count].value or 0) for count, factor in right):
        return " = ".join([*sides, "0"])
    return " = ".join(sides) + (TOO_LITTLE[language] if len(left) > 1 else "")


def _side(system: System, terms: list[tuple[int, int]], home: str, language: str) -> str:
    if not terms:
        return "0"
    words = []
    for at, (count, factor) in enumerate(terms[:MOST_TERMS]):
        sign = "-" if factor < 0 else "+" if at else ""
        times = f"{abs(factor)} × " if abs(factor) > 1 else ""
        name = times + _name(system.counts[count], home, language)
        words.append(f"{sign} {name}" if at else f"{sign}{name}")
    return " ".join([*words, "…"] if len(terms) > MOST_TERMS else words)


def _name(count: Count, home: str, language: str) -> str:
    keys = ", ".join(count.keys)
    if count.table == home:
        return f"({keys})"
    return f"({count.table or NOWHERE[language]}: {keys})"

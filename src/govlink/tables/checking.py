"""From the values of a source to canonical texts, column by column, noting each value that is unfit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ..errors import Fault
from ..models.table import Column, ColumnType
from .layout import Layout
from .persons import CITIZEN_NUMBER, holds_citizen_number, may_hold_citizen_number
from .problems import Problems
from .texts import texts_of
from .values import MOST_CHARACTERS, PARSERS

__all__ = ["Batch", "canonical", "checked_lines"]

Batch: TypeAlias = tuple[Sequence[int], Sequence[Sequence[object]]]
"""Row numbers, and the rows' values in column order."""

KEY_EMPTY = Fault(
    "table.key_empty",
    en="the key is empty here; a catalogue stores such a row again at every run, so give each row a key",
    th="คีย์ของแถวนี้ว่าง บัญชีข้อมูลจะเก็บแถวเช่นนี้ซ้ำทุกครั้ง ให้ระบุค่าคีย์ให้ครบ",
)
KEY_INVISIBLE = Fault(
    "table.key_invisible",
    en="the key holds a character that cannot be seen (line break, tab, zero-width or no-break space);"
    " remove it",
    th="คีย์มีอักขระที่มองไม่เห็น (ขึ้นบรรทัดใหม่ แท็บ ช่องว่างความกว้างศูนย์หรือไม่ตัดคำ) ให้ลบออก",
)

_CITIZEN_DIGITS = 13
_NUMBERLESS = {ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.BOOLEAN}


def canonical(
    texts: list[str], *, kind: ColumnType, parse: Callable[[str], str | Fault]
) -> tuple[list[str], dict[int, Fault]]:
    """The canonical texts of one column, and the faults by place; a faulty value becomes empty."""
    if kind is ColumnType.TEXT and " ".join(texts).isprintable():
        # Whatever a text may not hold is unprintable, so one look is enough for most columns.
        suspects = {text for text in texts if len(text) > MOST_CHARACTERS} if _is_long(texts) else set()
    else:
        suspects = set(texts)
    suspects.discard("")
    if not suspects:
        return texts, {}
    given = list(suspects)
    results = list(map(parse, given))
    if results == given:
        return texts, {}
    known = dict(zip(given, results, strict=True))
    faults = {text: found for text, found in known.items() if isinstance(found, Fault)}
    good = {text: "" if isinstance(found, Fault) else found for text, found in known.items()}
    places = {place: faults[text] for place, text in enumerate(texts) if text in faults} if faults else {}
    return [good.get(text, text) for text in texts], places


def _is_long(texts: list[str]) -> bool:
    return max(map(len, texts), default=0) > MOST_CHARACTERS


def checked_lines(
    batch: Batch, *, layout: Layout, harmless_numbers: frozenset[str], problems: Problems
) -> list[bytes]:
    """The batch as lines to sort. Rows without a key are left out; every problem is noted."""
    numbers, rows = batch
    if not rows:
        return []
    columns: list[Sequence[str]] = []
    for place, values in enumerate(zip(*rows, strict=True)):
        column = layout.columns[place]
        texts, faults = _checked(values, column)
        if column.id not in harmless_numbers and column.type not in _NUMBERLESS:
            faults |= _citizen_numbers(texts)
        if column.id in layout.key:
            faults = _key_faults(texts) | faults
        _note(faults, numbers=numbers, column=column, place=place, problems=problems)
        columns.append(texts)
    return _with_keys(numbers, columns, layout)


def _checked(values: Sequence[object], column: Column) -> tuple[list[str], dict[int, Fault]]:
    texts, shapeless = texts_of(values)
    found, faults = canonical(texts, kind=column.type, parse=PARSERS[column.type])
    return found, faults | shapeless


def _citizen_numbers(texts: list[str]) -> dict[int, Fault]:
    if max(map(len, texts)) < _CITIZEN_DIGITS or not may_hold_citizen_number("\n".join(texts)):
        return {}
    return {place: CITIZEN_NUMBER for place, text in enumerate(texts) if holds_citizen_number(text)}


def _key_faults(texts: list[str]) -> dict[int, Fault]:
    if all(map(str.strip, texts)) and "".join(texts).isprintable():
        return {}
    faults = {place: KEY_INVISIBLE for place, text in enumerate(texts) if not text.isprintable()}
    return faults | {place: KEY_EMPTY for place, text in enumerate(texts) if not text.strip()}


def _note(
    faults: dict[int, Fault], *, numbers: Sequence[int], column: Column, place: int, problems: Problems
) -> None:
    for index, fault in sorted(faults.items()):
        row = numbers[index]
        if fault is CITIZEN_NUMBER:
            problems.add_person(row, column=column.id, place=place)
        else:
            problems.add_row(row, fault, column=column.id, place=place)


def _with_keys(numbers: Sequence[int], columns: list[Sequence[str]], layout: Layout) -> list[bytes]:
    keys = [columns[place] for place in layout.key_places()]
    if all(all(key) for key in keys):
        return layout.lines(numbers, columns)
    kept = [index for index in range(len(numbers)) if all(key[index] for key in keys)]
    return layout.lines([numbers[i] for i in kept], [[column[i] for i in kept] for column in columns])

"""The names a source gives its columns, and where in it the table's columns are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..errors import Fault
from ..models.table import Column
from .problems import Problems

__all__ = ["check_header", "source_names_of"]

MISSING = Fault(
    "table.column_missing",
    en="the source has no column {name}; its first line must be the header, spelled the same, with no title"
    " line above",
    th="ต้นทางไม่มีคอลัมน์ {name} บรรทัดแรกต้องเป็นหัวตาราง สะกดตรงกัน และไม่มีบรรทัดชื่อเรื่องอยู่ด้านบน",
)
TWICE = Fault(
    "table.header_twice",
    en="the name of this column stands in the header twice; give each column its own",
    th="ชื่อคอลัมน์นี้ซ้ำในหัวตาราง ให้ตั้งชื่อไม่ซ้ำกัน",
)
UNKNOWN = Fault(
    "table.column_unknown",
    en="this column of the source is none of the table; declare it, or ask to ignore the others",
    th="คอลัมน์นี้ของต้นทางไม่อยู่ในตาราง ให้กำหนดคอลัมน์เพิ่ม หรือเลือกไม่ใช้คอลัมน์อื่น",
)


def source_names_of(columns: tuple[Column, ...], source_names: Mapping[str, str] | None) -> tuple[str, ...]:
    """What each column is called in the source: its id unless named otherwise."""
    named = source_names or {}
    return tuple(named.get(column.id, column.id) for column in columns)


def check_header(
    header: Sequence[str],
    *,
    names: tuple[str, ...],
    ignore_others: bool,
    problems: Problems,
) -> tuple[int, ...] | None:
    """Where each of the columns stands in the source; None if something is wrong, which is noted.

    What stands in a header that is none may be data, so only the caller's own names are told.
    """
    before, times, wanted = problems.count, Counter(header), set(names)
    for index, name in enumerate(names):
        if name not in times:
            problems.add(f"/columns/{index}/id", MISSING, name=name)
    for index, name in enumerate(header):
        if name in wanted:
            if times[name] > 1:
                problems.add(f"/header/{index}", TWICE)
        elif not ignore_others:
            problems.add(f"/header/{index}", TWICE if times[name] > 1 else UNKNOWN)
    if problems.count > before:
        return None
    return tuple(header.index(name) for name in names)

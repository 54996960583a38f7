"""Only periods that nothing is added to any more, and only wholes of time that are all there.

A period published early would change, and the difference between its two tables is about the few who came
late. A year beside January alone would read as another figure of that year in every month's table.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ...errors import Fault, ProtectionError, RejectedError
from ...models.release import Dimension
from ..classifications import calendar_of
from ..hierarchy import finest, leaves_of
from .columns import named
from .limits import Where
from .raw import RawTable

if TYPE_CHECKING:
    from ..policy import ClosedPeriods

__all__ = ["demand_closed", "last_day", "whole_periods"]

PERIOD_MISSING = Fault(
    "statistics.period_missing",
    en="the policy publishes closed periods only; the table neither has a dimension {dimension} nor is"
    " limited to some of its codes",
    th="นโยบายให้เผยแพร่เฉพาะงวดที่ปิดแล้ว แต่ตารางไม่มีมิติ {dimension} และไม่ได้จำกัดรหัสของมิตินี้",
)
PERIOD_UNREADABLE = Fault(
    "statistics.period_unreadable",
    en="these codes of {dimension} are no periods of the Buddhist era, such as 2568, 2568-Q1 or 2568-01, or"
    " with FY in front of a fiscal year: {codes}",
    th="รหัสของ {dimension} ต่อไปนี้ไม่ใช่งวดตามพุทธศักราช เช่น 2568, 2568-Q1 หรือ 2568-01 หรือปีงบประมาณที่ขึ้นต้นด้วย"
    " FY: {codes}",
)
PERIOD_OPEN = Fault(
    "statistics.period_open",
    en="on {day} these periods were not closed, which they are {wait_days} days after their end: {codes}",
    th="ณ วันที่ {day} งวดต่อไปนี้ยังไม่ปิด งวดจะปิดเมื่อพ้นวันสิ้นงวด {wait_days} วัน: {codes}",
    next_en="Nothing was published; leave these periods out (where), or run again when they are closed.",
    next_th="ยังไม่มีการเผยแพร่ข้อมูลใด ให้ตัดงวดเหล่านี้ออก (where) หรือเรียกใช้ใหม่เมื่อปิดแล้ว",
)

_PERIOD = re.compile(
    r"(?P<fiscal>FY)?(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?"
)
_YEARS = range(2484, 3000)  # the year began in April before


def whole_periods(raw: RawTable, *, dimension: str) -> RawTable:
    """The table without the quarters and years of which it does not count every month.

    A month is there if the table shows it, or is limited to codes among which it is.

    Args:
        raw: The table.
        dimension: The column of periods, if it shows one; what is part of what is told by its hierarchy and
            by the calendar.
    """
    axis = next((axis for axis, d in enumerate(raw.dimensions) if d.id == dimension), None)
    if axis is None:
        return raw
    own, codes = raw.dimensions[axis], raw.categories[axis]
    lowest = set(finest(own, codes))
    shown = {*lowest, *dict(raw.where).get(dimension, ())}
    calendar = Dimension(id=dimension, label_th="", label_en="", parents=calendar_of({*codes, *shown}))
    counted = {part for code in shown for part in _parts(code, own, calendar)}
    gone = {code for code in codes if code not in lowest and not _parts(code, own, calendar) <= counted}
    return _without(raw, axis, gone) if gone else raw


def _parts(code: str, *told_by: Dimension) -> frozenset[str]:
    return frozenset[str]().union(*(leaves_of(dimension, code) for dimension in told_by))


def _without(raw: RawTable, axis: int, gone: set[str]) -> RawTable:
    kept = [number for number, keys in enumerate(raw.keys()) if keys[axis] not in gone]
    left = tuple(code for code in raw.categories[axis] if code not in gone)
    people, keyed = raw.contributions, raw.cell_keys
    return replace(
        raw,
        categories=(*raw.categories[:axis], left, *raw.categories[axis + 1 :]),
        counts=tuple(raw.counts[number] for number in kept),
        contributions=None if people is None else tuple(people[number] for number in kept),
        cell_keys=None if keyed is None else tuple(keyed[number] for number in kept),
    )


def demand_closed(raw: RawTable, *, period: ClosedPeriods, as_of: date, where: Where = ()) -> None:
    """Refuse a table that shows a period which is not closed yet; a quarter or a year shown is one too.

    Args:
        raw: The table.
        period: The dimension of periods, and how long after its end one is closed.
        as_of: The day on which the records were taken.
        where: The only codes that were counted, by dimension, as ``Subject.where``. Periods named there must
            be closed too, and are enough where the table does not show periods.

    Raises:
        RejectedError: nothing tells the table's periods, or some of their codes are no periods.
        ProtectionError: some periods are open; they are named.
    """
    shown = {d.id: codes for d, codes in zip(raw.dimensions, raw.categories, strict=True)}
    codes = tuple(dict.fromkeys((*shown.get(period.dimension, ()), *dict(where).get(period.dimension, ()))))
    if not codes:
        raise RejectedError(PERIOD_MISSING, dimension=period.dimension)
    ends = {code: last_day(code) for code in codes}
    if unread := [code for code, end in ends.items() if end is None]:
        raise RejectedError(PERIOD_UNREADABLE, dimension=period.dimension, codes=named(unread))
    wait = timedelta(days=period.wait_days)
    if late := [code for code, end in ends.items() if end is not None and end + wait >= as_of]:
        raise ProtectionError(PERIOD_OPEN, day=as_of, wait_days=period.wait_days, codes=named(late))


def last_day(code: str) -> date | None:
    """The last day of a period, or ``None`` if the code is none.

    ``2568`` is a year of the Buddhist era, ``2568-Q1`` its January to March and ``2568-01`` its January;
    ``FY2568`` is the fiscal year from October 2567 to September 2568, ``FY2568-Q1`` its first three months.
    """
    found = _PERIOD.fullmatch(code)
    if found is None or int(found["year"]) not in _YEARS or (found["fiscal"] and found["month"]):
        return None
    months = int(found["month"] or 3 * int(found["quarter"] or 4))
    if found["fiscal"]:
        months -= 3
    year = int(found["year"]) - 543 + months // 12  # the first day after it
    return date(year, months % 12 + 1, 1) - timedelta(days=1)

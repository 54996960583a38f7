"""What is wrong with counts that others made: cells are named by their codes and where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...errors import Fault, Problem, RejectedError
from .long_rows import LongRows
from .measures import DIGITS
from .raw import RawTable

if TYPE_CHECKING:
    from .margins import Numbers

__all__ = ["check_repeated", "check_totals", "checked_values"]

COUNTS_BAD = Fault(
    "statistics.counts_bad",
    en="counts that are no whole number of 0 or more with at most {digits} digits: {cells}",
    th="มี {cells} ช่องที่ค่าไม่ใช่จำนวนเต็มตั้งแต่ 0 ขึ้นไป หรือยาวเกิน {digits} หลัก",
)
CELLS_REPEATED = Fault(
    "statistics.cells_repeated",
    en="rows of a cell that stands in the table before: {cells}",
    th="มี {cells} แถวที่เป็นช่องซ้ำกับแถวก่อนหน้า",
)
MARGINS_WRONG = Fault(
    "statistics.margins_wrong",
    en="totals that are not the sum of their parts, where a cell that is left out counts 0: {cells}",
    th="มียอดรวม {cells} ช่องที่ไม่เท่ากับผลบวกของส่วนย่อย ช่องที่ไม่ได้ระบุไว้นับเป็น 0",
    next_en="Correct the totals; or, if some codes are wholes of others, such as 2568-Q1 of months, name"
    ' their hierarchy in the policy: [hierarchies] month = "be-month".',
    next_th="แก้ไขยอดรวม หรือหากบางรหัสเป็นผลรวมของรหัสอื่น เช่น 2568-Q1 ของเดือน ให้ระบุลำดับชั้นในนโยบาย:"
    ' [hierarchies] month = "be-month"',
)
IN_LINE = Fault("statistics.cell_in_line", en="line {place}: {cell}", th="บรรทัดที่ {place}: {cell}")
IN_ROW = Fault("statistics.cell_in_row", en="row {place}: {cell}", th="แถวที่ {place}: {cell}")

_COUNT = re.compile(rf"[0-9]{{1,{DIGITS}}}")
_NAMED = 20


def checked_values(rows: LongRows) -> Numbers:
    """The counts as numbers.

    Raises:
        RejectedError: some are no whole numbers of 0 or more.
    """
    import numpy as np

    bad = [i for i, text in enumerate(rows.counts) if text is None or not _COUNT.fullmatch(text)]
    if bad:
        raise RejectedError(COUNTS_BAD, problems=_named(rows, bad), cells=len(bad), digits=DIGITS)
    return np.array(rows.counts, dtype=object).astype(np.int64)


def check_repeated(rows: LongRows, cells: Numbers) -> None:
    """Refuse rows of a cell that another row is of.

    Raises:
        RejectedError: there are such.
    """
    import numpy as np

    order = np.argsort(cells, kind="stable")
    again = order[1:][cells[order][1:] == cells[order][:-1]]
    if len(again):
        raise RejectedError(CELLS_REPEATED, problems=_named(rows, sorted(again.tolist())), cells=len(again))


def check_totals(rows: LongRows, table: RawTable, *, cells: Numbers, values: Numbers) -> None:
    """Refuse rows that say another number than the table that was added up from the finest ones.

    Raises:
        RejectedError: there are such.
    """
    import numpy as np

    wrong = np.flatnonzero(np.array(table.counts, dtype=np.int64)[cells] != values)
    if len(wrong):
        raise RejectedError(MARGINS_WRONG, problems=_named(rows, wrong.tolist()), cells=len(wrong))


def _named(rows: LongRows, numbers: Sequence[int]) -> tuple[Problem, ...]:
    problems = []
    for number in numbers[:_NAMED]:
        cell = ", ".join(
            f"{name}={column[number]}" for name, column in zip(rows.ids, rows.columns, strict=True)
        )
        place = number + 1 if rows.lines is None else rows.lines[number]
        fault = IN_ROW if rows.lines is None else IN_LINE
        values = (("place", str(place)), ("cell", cell))
        problems.append(Problem(pointer=f"/rows/{number + 1}", fault=fault, values=values))
    return tuple(problems)

"""Parts a CSV text into records, each with the line it begins on, and bounds what damage can do.

A quotation mark that is never closed would make a CSV reader swallow the rest of the file. Here a
record may span a few lines; when it is not closed by then, its first line alone is given up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TextIO

from ..errors import Fault

__all__ = ["ROW_BROKEN", "ROW_TOO_LONG", "csv_records"]

_MOST_CHARACTERS = 65_536
_MOST_LINES = 16

ROW_BROKEN = Fault(
    "equivalence.row_broken",
    en="the row's quotation marks do not match",
    th="เครื่องหมายคำพูดในแถวนี้ไม่ครบคู่",
)
ROW_TOO_LONG = Fault(
    "equivalence.row_too_long",
    en=f"the line is longer than {_MOST_CHARACTERS} characters",
    th=f"บรรทัดนี้ยาวเกิน {_MOST_CHARACTERS} ตัวอักษร",
)


def csv_records(stream: TextIO) -> Iterator[tuple[int, str | Fault]]:
    """Each record's first line number, counted from 1, with its text or why it is given up.

    ``stream`` is opened with ``newline=""``. Memory is bounded whatever the text holds.
    """
    lines = _lines(stream)
    ahead: deque[str | None] = deque()
    number = 1
    while True:
        line = ahead.popleft() if ahead else next(lines, "")
        if line == "":
            return
        if line is None:
            yield number, ROW_TOO_LONG
            number += 1
            continue
        text, taken = _close(line, ahead=ahead, lines=lines)
        yield number, text
        number += taken


def _close(line: str, *, ahead: deque[str | None], lines: Iterator[str | None]) -> tuple[str | Fault, int]:
    """The whole record that begins with ``line``, and how many lines it takes."""
    quotes, record = line.count('"'), [line]
    looked_at: list[str | None] = []
    while quotes % 2 and len(record) < _MOST_LINES:
        following = ahead.popleft() if ahead else next(lines, "")
        if not following:
            looked_at.append(following)
            break
        looked_at.append(following)
        record.append(following)
        quotes += following.count('"')
    if quotes % 2 == 0:
        return "".join(record), len(record)
    ahead.extendleft(reversed(looked_at))
    return ROW_BROKEN, 1


def _lines(stream: TextIO) -> Iterator[str | None]:
    """The lines with their ends; None for one that is too long to keep."""
    while line := stream.readline(_MOST_CHARACTERS):
        if len(line) < _MOST_CHARACTERS or line.endswith(("\n", "\r")):
            yield line
            continue
        while not line.endswith(("\n", "\r")) and (line := stream.readline(_MOST_CHARACTERS)):
            pass
        yield None

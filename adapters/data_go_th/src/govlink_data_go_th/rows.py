"""Rows on their way: serial batches in key order, as large as the catalogue takes them in good time.

Serial and in key order, because parallel writers of the same keys deadlock (tried), and because what is
there after a broken run is then the first part of the table. A batch without an answer is sent again as
an upsert, smaller: whether it had arrived or not, the same rows stand there afterwards.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from govlink.errors import (
    Fault,
    GovlinkError,
    OutcomeUnknownError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Context, Flow, Request

from .answers import ROWS_BUSY, TOO_LARGE
from .settings import PLATFORM, DataGoThSettings

__all__ = ["UNSETTLED", "Batches", "send_batches"]

UNSETTLED = (OutcomeUnknownError, UnavailableError, UnexpectedAnswerError)
"""Errors after which a write may have taken effect or not: only reading back tells."""

ROW_TOO_LARGE = Fault(
    "data_go_th.row_too_large",
    en="the catalogue does not even take row {row} alone (counted from 1, of those sent in this step)",
    th="แค็ตตาล็อกไม่รับแม้เพียงแถวที่ {row} แถวเดียว (นับจาก 1 ของแถวที่ส่งในขั้นตอนนี้)",
)

_ATTEMPTS = 7  # without progress: their waits outlast the 60 s after which the database stops a call
_LONGEST_WAIT_S = 32.0
_GROWTH = 1.25


@dataclass(slots=True, kw_only=True)
class Batches:
    """Encoded rows, given out a batch at a time; never more in memory than one batch.

    ``size`` is how many rows the next batch may have; it follows the time that calls take. ``done`` counts
    those written. Used once, by one flow.
    """

    source: Iterator[bytes]
    settings: DataGoThSettings
    size: int = 0
    done: int = 0
    _held: deque[bytes] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.size = self.size or min(self.settings.rows_per_call, 2000)

    def next_batch(self) -> tuple[bytes, ...]:
        """The rows to send now: the same again until ``advance``; empty when there are no more."""
        batch: list[bytes] = []
        size_bytes, limit_bytes = 0, self.settings.bytes_per_call
        while len(batch) < self.size:
            if len(self._held) <= len(batch) and (item := next(self.source, None)) is not None:
                self._held.append(item)
            if len(self._held) <= len(batch):
                break
            size_bytes += len(self._held[len(batch)]) + 1
            if batch and size_bytes > limit_bytes:
                break
            batch.append(self._held[len(batch)])
        return tuple(batch)

    def advance(self, count: int, *, seconds: float) -> None:
        """That many rows are written; the next batch is fitted to the time they took."""
        for _ in range(count):
            self._held.popleft()
        self.done += count
        target_s = self.settings.seconds_per_call
        if seconds > target_s:
            self.size = max(1, int(count * target_s / seconds))
        elif seconds * 2 < target_s and count == self.size:
            self.size = min(self.settings.rows_per_call, int(count * _GROWTH) + 1)

    def shrink(self, size: int) -> None:
        """The last batch was too much: the next may have that many rows."""
        self.size = max(1, size)


Make = Callable[[Sequence[bytes], bool], Request]
Send = Callable[[Request, int, int], Flow[None]]


def send_batches(batches: Batches, *, make: Make, send: Send, context: Context) -> Flow[int]:
    """Send all rows; gives how many.

    ``make`` builds the request for some rows; its second argument says that a former call may have
    written them already. ``send`` sends it, after so many rows and with
    so many, and raises what its answer means.

    Raises:
        RejectedError: the catalogue refused a row, or does not take one even alone.
        OutcomeUnknownError, UnavailableError, UnexpectedAnswerError: no call got through, small ones
            included; running again goes on from there.
    """
    attempt, perhaps_done = 0, 0
    while batch := batches.next_batch():
        wait_s = min(2.0 ** (attempt - 1), _LONGEST_WAIT_S) if attempt else 0.0
        request = replace(make(batch, batches.done < perhaps_done), wait_s=wait_s)
        began = context.now()
        try:
            yield from send(request, batches.done, len(batch))
        except RejectedError as error:
            if error.fault is not TOO_LARGE:
                raise
            if len(batch) == 1:
                raise _row_too_large(error, row=batches.done + 1) from error
            batches.shrink(len(batch) // 2)
        except UNSETTLED as error:
            attempt += 1
            if attempt > _ATTEMPTS:
                raise
            perhaps_done = max(perhaps_done, batches.done + len(batch))
            if error.fault is not ROWS_BUSY:
                batches.shrink(len(batch) // 4)
        else:
            took_s = (context.now() - began).total_seconds() - wait_s
            batches.advance(len(batch), seconds=max(0.0, took_s))
            attempt = 0
    return batches.done


def _row_too_large(error: GovlinkError, *, row: int) -> RejectedError:
    return RejectedError(ROW_TOO_LARGE, platform=PLATFORM, operation=error.operation, row=row)

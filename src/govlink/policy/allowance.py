"""A platform's own limits kept on this side too: calls a day, and hours of service.

A call that is bound to be refused is not sent, and neither is the log-in before it. Every sending counts,
retries included, because the platform counts what it receives; a sending that never left does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TypeVar

from .._one_process import OneProcessLock
from .._private_files import locked, read_private, replace_private
from ..errors import ConfigError, Fault, QuotaError, Sent, TransportError
from ..flow import Allowance, Context, Flow, Request, Response
from .relay import relay

__all__ = ["AllowanceBook", "Taken", "with_allowance"]

T = TypeVar("T")

BANGKOK = timezone(timedelta(hours=7))
_DAY = timedelta(days=1)
_FORMAT = "allowances-1"
_DAYS_KEPT = 3  # by number and not by age: a clock that was wrong once must not wipe out this day's count
_LONGEST_CLOSED_DAYS = (
    400  # a service closed for longer than a year's holidays says nothing of its next opening
)

ALLOWANCE_USED = Fault(
    "policy.allowance_used",
    en="the {limit} calls of this day are used up; nothing was sent",
    th="ใช้สิทธิ {limit} ครั้งของวันนี้ครบแล้ว ยังไม่ได้ส่งคำขอ",
)
OUTSIDE_HOURS = Fault(
    "policy.outside_hours",
    en="the service is closed at this hour; nothing was sent",
    th="อยู่นอกเวลาให้บริการ ยังไม่ได้ส่งคำขอ",
)
DAMAGED = Fault(
    "policy.allowance_file_damaged",
    en="{name} holds no counters of allowances; delete it and this day is counted anew",
    th="{name} ไม่มีตัวนับสิทธิการเรียกใช้ ให้ลบไฟล์แล้วเริ่มนับวันนี้ใหม่",
)

Counts = dict[str, dict[str, int]]
"""By day, then by the hash of an allowance's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken from an allowance, so that it can be given back."""

    day: str
    name: str
    cost: int


def _hours(allowance: Allowance, day: date) -> tuple[datetime, datetime] | None:
    """From when until when the service is open on that day; hours past midnight end the day after."""
    if day in allowance.holidays or (allowance.is_weekdays_only and day.weekday() >= 5):
        return None
    opens = datetime.combine(day, allowance.opens or time(), BANGKOK)
    closes = datetime.combine(day, allowance.closes or time(), BANGKOK)
    return opens, closes if closes > opens else closes + _DAY


def _opening(allowance: Allowance, at: datetime) -> datetime | None:
    """The first moment from ``at`` on at which the service is open; ``at`` itself while it is open."""
    today = at.astimezone(BANGKOK).date()
    for offset in range(-1, _LONGEST_CLOSED_DAYS):
        hours = _hours(allowance, today + offset * _DAY)
        if hours is not None and at < hours[1]:
            return max(at, hours[0])
    return None


def _wait_s(allowance: Allowance, *, after: datetime, at: datetime) -> float | None:
    opening = _opening(allowance, after)
    return None if opening is None else (opening - at).total_seconds()


class AllowanceBook:
    """How much of each allowance is used today. Safe to share between threads, not with a forked child.

    With a ``share``, a file of mode 600 on a local disk, processes count together; each sending then
    waits for the file's lock and its replacement, often 1 to 10 ms, in which an event loop does nothing
    else. That is little beside a call to a registry that allows some hundred a day.
    """

    def __init__(self, *, share: Path | None = None) -> None:
        self.share = share
        self._lock = OneProcessLock()
        self._counts: Counts = {}

    def take(self, allowance: Allowance, *, at: datetime, instead_of: Taken | None = None) -> Taken:
        """Count one sending at that moment, in place of one counted before.

        Raises:
            QuotaError: the service is closed then, or too little is left; nothing was counted.
        """
        if _opening(allowance, at) != at:
            raise QuotaError(OUTSIDE_HOURS, retry_after_s=_wait_s(allowance, after=at, at=at))
        local = at.astimezone(BANGKOK)
        limit = allowance.calls_per_day
        name = hashlib.sha256("\x00".join(allowance.key).encode()).hexdigest()[:40]
        taken = Taken(day=local.date().isoformat(), name=name, cost=0 if limit is None else allowance.cost)
        if limit is None or taken == instead_of:
            return taken
        with self._open() as counts:
            used = counts.get(taken.day, {}).get(name, 0)
            if used + taken.cost > limit:
                midnight = datetime.combine(local.date(), time(), BANGKOK) + _DAY
                wait_s = _wait_s(allowance, after=midnight, at=at)
                raise QuotaError(ALLOWANCE_USED, retry_after_s=wait_s, limit=limit)
            if instead_of is not None:
                _add(counts, instead_of, -instead_of.cost)
            _add(counts, taken, taken.cost)
            for day in set(sorted(counts)[:-_DAYS_KEPT]) - {taken.day}:
                del counts[day]
        return taken

    def give_back(self, taken: Taken) -> None:
        """Uncount what was not sent."""
        if taken.cost:
            with self._open() as counts:
                _add(counts, taken, -taken.cost)

    @contextmanager
    def _open(self) -> Iterator[Counts]:
        """The counters to change, this process's own or those in the shared file."""
        with self._lock:
            if self.share is None:
                yield self._counts
                return
            with locked(self.share.with_name(self.share.name + ".lock")):
                counts = _read(self.share)
                yield counts
                replace_private(self.share, json.dumps({_FORMAT: counts}).encode())


def _add(counts: Counts, taken: Taken, change: int) -> None:
    day = counts.setdefault(taken.day, {})
    day[taken.name] = max(0, day.get(taken.name, 0) + change)


def _read(path: Path) -> Counts:
    content = read_private(path)
    if content is None:
        return {}
    try:
        return {
            date.fromisoformat(day).isoformat(): {str(name): _count(count) for name, count in names.items()}
            for day, names in json.loads(content)[_FORMAT].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ConfigError(DAMAGED, name=path.name) from None


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


def _alone(flow: Flow[T]) -> Flow[T]:
    return flow


def with_allowance(
    flow: Flow[T],
    *,
    book: AllowanceBook,
    context: Context,
    platform: str | None = None,
    sending: Callable[[Flow[T]], Flow[T]] = _alone,
) -> Flow[T]:
    """Refuse what exceeds a request's allowance, and count every sending of the rest.

    ``sending`` are the policies in between, those that log in and send again. The first sending is
    taken on the adapter's side of them, so that a refused call does not even log in, and every further
    one on the side of the wire.

    Raises:
        QuotaError: used up, or outside hours; with the time until the next opening.
    """
    prepaid: Taken | None = None

    def take(request: Request, allowance: Allowance) -> Taken:
        at = context.now() + timedelta(seconds=request.wait_s)
        try:
            return book.take(allowance, at=at, instead_of=prepaid)
        except QuotaError as error:
            raise QuotaError(
                error.fault,
                retry_after_s=error.retry_after_s,
                platform=platform,
                operation=request.operation,
                **error.values,
            ) from None

    def first(request: Request) -> Flow[Response]:
        nonlocal prepaid
        if request.allowance is None:
            return (yield request)
        prepaid = take(request, request.allowance)
        try:
            return (yield request)
        finally:
            if prepaid is not None:  # the log-in failed, or the call was given up before it was sent
                book.give_back(prepaid)
                prepaid = None

    def each(request: Request) -> Flow[Response]:
        nonlocal prepaid
        if request.allowance is None:
            return (yield request)
        taken, prepaid = take(request, request.allowance), None
        try:
            return (yield request)
        except TransportError as error:
            if error.sent is Sent.NO:
                book.give_back(taken)
            raise

    return relay(sending(relay(flow, first)), each)

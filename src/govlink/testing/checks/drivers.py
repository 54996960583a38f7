"""The same bytes under every driver, and pages that come to an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from ... import _drive
from ...flow import Page
from ...transport import Transport, open_transport
from ..bench import Attempt, Bench, Driver, Run, Session
from ..recording import SentRequest

__all__ = ["paging", "same_bytes"]

MOST_PAGES = 100


def same_bytes(bench: Bench) -> Iterator[str]:
    """Threads, asyncio and trio send identical requests from equal state."""
    for driver in (Driver.ASYNCIO, Driver.TRIO):
        other = bench.driven_by(driver)
        for run, its in zip(bench.recorded.runs, other.runs, strict=True):
            if run.error is None:
                yield from _different(run, its, driver=driver)


def _different(run: Run, its: Run, *, driver: Driver) -> Iterator[str]:
    name = run.example.name
    if its.error is not None:
        yield f"{name} succeeds in a thread and raises {type(its.error).__name__} under {driver}"
    elif len(run.sent) != len(its.sent):
        yield f"{name} sends {len(run.sent)} requests in a thread, {len(its.sent)} under {driver}"
    else:
        for mine, theirs in zip(run.sent, its.sent, strict=True):
            if mine != theirs:
                yield f"{name}: {mine.operation} differs under {driver} in {_where(mine, theirs)}"


def _where(mine: SentRequest, theirs: SentRequest) -> str:
    names = (f.name for f in fields(SentRequest))
    return ", ".join(name for name in names if getattr(mine, name) != getattr(theirs, name))


def paging(bench: Bench) -> Iterator[str]:
    """Where a verb answers in pages, following the cursors comes to an end and repeats none."""
    paged = {run.example.name for run in bench.good_runs if isinstance(run.result, Page)}
    if not paged:
        return
    longest = dict.fromkeys(sorted(paged), 0)
    with bench.session() as session:
        transport = open_transport()
        try:
            for attempt in session.attempts():
                if attempt.example.name in paged:
                    pages, finding = _follow(session, attempt, transport)
                    longest[attempt.example.name] = max(pages, longest[attempt.example.name])
                    if finding:
                        yield f"{attempt.example.name}: {finding}"
        finally:
            transport.close()
    for name, pages in longest.items():
        if pages < 2:
            yield f"no example of {name} fills a second page"


def _follow(session: Session, attempt: Attempt, transport: Transport) -> tuple[int, str | None]:
    """How many pages there are, and what is wrong with them."""
    seen: set[str] = set()
    while True:
        try:
            page = _drive.run(session.flow(attempt), transport)
        except Exception as error:  # noqa: BLE001 - an adapter may raise anything; the kit reports it
            return len(seen), f"page {len(seen) + 1} raises {type(error).__name__}"
        cursor = page.cursor
        if cursor is None:
            return len(seen) + 1, None
        if cursor in seen:
            return len(seen) + 1, "the same cursor comes twice"
        if len(seen) >= MOST_PAGES:
            return len(seen) + 1, f"more than {MOST_PAGES} pages, and no end"
        seen.add(cursor)
        attempt = attempt.after(cursor)

"""Calls per minute: exact in parallel, a sliding minute, each caller by itself."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from govlink.errors import QuotaError
from govlink.exchange.provider import HeaderCallers
from govlink.exchange.provider.limits import RateLimiter

from .serving import CITIZEN, Kept, acall, application, call, entry
from .test_provider_application import code

QUERY = {"CitizenID": CITIZEN}


class Seconds:
    """A clock to move by hand."""

    now = 1000.0

    def __call__(self) -> float:
        """The present second."""
        return self.now


def test_the_limit_is_exact_under_parallel_calls() -> None:
    """Of 50 calls at once exactly 20 are answered; the others are told when, and not logged as accesses."""
    log = Kept()
    callers = HeaderCallers(key_header="Consumer-Key", entries=(entry(calls_per_minute=20),))
    app = application(log=log, callers=callers)

    async def main() -> list[int]:
        statuses: list[int] = []

        async def one() -> None:
            statuses.append((await acall(app, query=QUERY)).status)

        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(one)
        return statuses

    assert sorted(asyncio.run(main())) == [200] * 20 + [429] * 30
    assert len(log.records) == 20


def test_the_limit_is_exact_among_threads() -> None:
    """Servers with several event loops share one count."""
    caller = entry(calls_per_minute=100).caller
    rates = RateLimiter(lambda: 0.0)

    def take(_number: int) -> bool:
        try:
            rates.take(caller)
        except QuotaError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(400))) == 100


def test_the_minute_slides() -> None:
    """A call becomes free 60 seconds after it was made, neither sooner nor at the turn of a minute."""
    clock, caller = Seconds(), entry(calls_per_minute=2).caller
    rates = RateLimiter(clock)
    rates.take(caller)
    clock.now += 40
    rates.take(caller)
    clock.now += 19.5
    with pytest.raises(QuotaError) as refused:
        rates.take(caller)
    assert refused.value.retry_after_s == 1
    clock.now += 0.5
    rates.take(caller)
    with pytest.raises(QuotaError) as refused:
        rates.take(caller)
    assert refused.value.retry_after_s == 40


def test_a_caller_over_its_limit_is_told_when_to_come_back() -> None:
    """429 with Retry-After; another caller is served meanwhile."""
    clock = Seconds()
    entries = (entry(calls_per_minute=1), entry("college", calls_per_minute=1))
    callers = HeaderCallers(key_header="Consumer-Key", entries=entries)
    app = application(callers=callers, clock_s=clock)
    assert call(app, query=QUERY).status == 200
    clock.now += 12.25
    got = call(app, query=QUERY)
    assert (got.status, code(got.json), got.headers["retry-after"]) == (429, "too_many", "48")
    assert call(app, query=QUERY, caller="college").status == 200
    clock.now += 48
    assert call(app, query=QUERY).status == 200

"""The rate limit: how far apart calls are, and who waits for whom."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from govlink.flow import Context, Flow, Request, Response
from govlink.policy import RateLimiter, with_rate_limit

NOW = datetime(2026, 7, 1, tzinfo=UTC)
REQUEST = Request(method="GET", url="https://h/x", operation="op")


def call(request: Request = REQUEST) -> Flow[bytes]:
    """One call that returns the body it got."""
    response = yield request
    return response.body


@given(
    asks=st.lists(st.tuples(st.floats(0, 5), st.floats(0, 10)), max_size=40),
    calls=st.integers(1, 5),
    per_s=st.floats(0.1, 10),
)
def test_no_two_calls_are_closer_than_the_spacing(
    asks: list[tuple[float, float]], calls: int, per_s: float
) -> None:
    """Whenever they ask and however long they mean to wait themselves (a retry), calls stay apart."""
    limiter, now, starts = RateLimiter(calls=calls, per_s=per_s), NOW, []
    for passed_s, after_s in asks:
        now += timedelta(seconds=passed_s)
        wait_s = limiter.reserve(now=now, after_s=after_s)
        assert wait_s >= after_s - 1e-5
        starts.append(now + timedelta(seconds=wait_s))
    starts.sort()
    spacing = timedelta(seconds=per_s / calls) - timedelta(microseconds=5)
    assert all(later - earlier >= spacing for earlier, later in itertools.pairwise(starts))


def test_a_free_limiter_does_not_delay() -> None:
    """The first call, and any after a pause, goes at once."""
    limiter = RateLimiter(calls=1, per_s=10)
    assert limiter.reserve(now=NOW) == 0
    assert limiter.reserve(now=NOW) == 10
    assert limiter.reserve(now=NOW + timedelta(seconds=60)) == 0


def test_a_retry_far_ahead_does_not_hold_up_the_others() -> None:
    """Moments before a reserved one are given to those who ask for them."""
    limiter = RateLimiter(calls=1, per_s=1)
    assert limiter.reserve(now=NOW, after_s=8) == 8
    assert limiter.reserve(now=NOW) == 0


def test_a_clock_set_back_does_not_stop_calls() -> None:
    """A machine's clock may be corrected by an hour."""
    limiter = RateLimiter(calls=1, per_s=1)
    limiter.reserve(now=NOW)
    assert limiter.reserve(now=NOW - timedelta(hours=1)) == 0


def test_the_limit_is_put_on_the_request(script, context: Context) -> None:
    """The waiting is data: a driver does it."""
    limiter, wire = RateLimiter(calls=2, per_s=1), script(*[Response(status=200)] * 3)
    for _ in range(3):
        wire.play(with_rate_limit(call(), limiter=limiter, context=context))
    assert wire.waits_s == [0.0, 0.5, 1.0]

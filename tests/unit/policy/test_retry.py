"""When a request is sent again: by effect, by how far it got, by what came back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import Fault, OutcomeUnknownError, Sent, TransportError
from govlink.flow import Context, Effect, Flow, Request, Response
from govlink.policy import RetryPolicy, with_retry

LOST = Fault("test.lost", en="lost", th="ไม่มีคำตอบ")
OK = Response(status=200)


def lost(sent: Sent) -> TransportError:
    """A failed connection."""
    return TransportError(LOST, sent=sent)


def call(effect: Effect) -> Flow[int]:
    """One call that returns the status it got."""
    response = yield Request(method="POST", url="u", operation="op", effect=effect)
    return response.status


def play(wire, effect: Effect, context: Context, **policy: float) -> int:
    """The call under the retry policy."""
    return wire.play(with_retry(call(effect), policy=RetryPolicy(**policy), context=context))


@pytest.mark.parametrize(
    ("effect", "sent", "sendings"),
    [
        (Effect.READ, Sent.NO, 2),
        (Effect.READ, Sent.MAYBE, 2),
        (Effect.IDEMPOTENT, Sent.NO, 2),
        (Effect.IDEMPOTENT, Sent.MAYBE, 2),
        (Effect.WRITE, Sent.NO, 2),
        (Effect.WRITE, Sent.MAYBE, 1),
        (Effect.ONE_SHOT, Sent.NO, 1),
        (Effect.ONE_SHOT, Sent.MAYBE, 1),
    ],
)
def test_after_a_failed_connection(
    script, context: Context, effect: Effect, sent: Sent, sendings: int
) -> None:
    """A write that may have arrived is never repeated blindly; what was spent is never spent twice."""
    wire = script(lost(sent), OK)
    if sendings == 2:
        assert play(wire, effect, context) == 200
    else:
        expected = OutcomeUnknownError if sent is Sent.MAYBE else TransportError
        with pytest.raises(expected) as caught:
            play(wire, effect, context)
        if expected is OutcomeUnknownError:
            assert isinstance(caught.value.__cause__, TransportError)
            assert caught.value.operation == "op"
    assert len(wire.sent) == sendings


@pytest.mark.parametrize("status", [200, 400, 401, 404, 409, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("effect", list(Effect))
def test_after_an_answer(script, context: Context, effect: Effect, status: int) -> None:
    """Reads and idempotent writes repeat what may pass; a write repeats only what was refused unread."""
    repeats = {
        Effect.READ: {429, 502, 503, 504},
        Effect.IDEMPOTENT: {429, 502, 503, 504},
        Effect.WRITE: {429},
        Effect.ONE_SHOT: set(),
    }[effect]
    wire = script(Response(status=status), OK)
    assert play(wire, effect, context) == (200 if status in repeats else status)
    assert len(wire.sent) == (2 if status in repeats else 1)


def test_the_adapter_may_say_which_answers_pass(script, context: Context) -> None:
    """Platforms hide passing trouble in other statuses, and final answers in passing ones."""

    def flow() -> Flow[int]:
        response = yield Request(
            method="GET", url="u", operation="op", transient=lambda r: r.body == b"try again"
        )
        return response.status

    wire = script(Response(status=500, body=b"try again"), Response(status=503, body=b"quota"))
    assert wire.play(with_retry(flow(), policy=RetryPolicy(), context=context)) == 503


def test_it_gives_up_with_the_last_answer_or_error(script, context: Context) -> None:
    """After ``attempts`` sendings the flow gets what came, to name it itself."""
    wire = script(*[Response(status=503)] * 4)
    assert play(wire, Effect.READ, context) == 503
    wire = script(*[lost(Sent.NO) for _ in range(4)])
    with pytest.raises(TransportError):
        play(wire, Effect.READ, context)
    assert len(wire.sent) == 4


def test_delays_double_with_jitter_and_stay_below_their_bound(script, context: Context) -> None:
    """Each delay is between half of and the whole exponential one; the first sending does not wait."""
    wire = script(*[Response(status=503)] * 9)
    play(wire, Effect.READ, context, attempts=9, total_wait_s=1e9)
    assert wire.waits_s[0] == 0
    for number, wait_s in enumerate(wire.waits_s[1:]):
        whole = min(0.25 * 2**number, 8.0)
        assert whole / 2 <= wait_s <= whole


def test_the_jitter_differs_from_call_to_call(script) -> None:
    """Many clients that fail together must not come back together, and one replays exactly."""

    def waits(seed: str) -> list[float]:
        context = Context.fixed(now=Context.system().now(), seed=seed)
        wire = script(*[Response(status=503)] * 4)
        play(wire, Effect.READ, context)
        return wire.waits_s

    assert waits("a") == waits("a")
    assert waits("a") != waits("b")


def test_waiting_is_bounded(script, context: Context) -> None:
    """No more than ``total_wait_s`` in all, however many attempts are left."""
    wire = script(*[Response(status=503)] * 50)
    play(wire, Effect.READ, context, attempts=50, total_wait_s=20.0)
    assert 10 < sum(wire.waits_s) <= 20


def test_a_requests_own_wait_is_kept(script, context: Context) -> None:
    """A flow that asks to wait between polls waits before each sending, retries on top."""

    def flow() -> Flow[int]:
        response = yield Request(method="GET", url="u", operation="op", wait_s=3.0)
        return response.status

    wire = script(Response(status=503), OK)
    wire.play(with_retry(flow(), policy=RetryPolicy(), context=context))
    assert wire.waits_s[0] == 3.0
    assert wire.waits_s[1] > 3.0


def quota(retry_after: str) -> Response:
    """A 429 that says when to come back."""
    return Response(status=429, headers=(("Retry-After", retry_after),))


@given(asked_s=st.integers(0, 60), seed=st.text())
def test_a_retry_after_is_waited_out_in_full(asked_s: int, seed: str) -> None:
    """Jitter never shortens it: coming back early is what gets a key blocked."""
    context = Context.fixed(now=Context.system().now(), seed=seed)
    flow = with_retry(call(Effect.WRITE), policy=RetryPolicy(total_wait_s=61), context=context)
    next(flow)
    again = flow.send(quota(str(asked_s)))
    assert asked_s <= again.wait_s <= max(asked_s, 0.25)


@pytest.mark.parametrize("asked", ["61", "121", "9" * 400])
def test_a_retry_after_too_long_to_wait_ends_the_call(script, context: Context, asked: str) -> None:
    """The caller is told at once, and how long; nobody sleeps for an hour inside a call."""
    wire = script(quota(asked), OK)
    assert play(wire, Effect.READ, context) == 429
    wire = script(quota("121"), OK)
    assert play(wire, Effect.READ, context, total_wait_s=1e6) == 429


def test_a_retry_after_that_is_no_number_is_no_delay_of_its_own(script, context: Context) -> None:
    """The date form is left to the policy's own delay."""
    wire = script(quota("Wed, 21 Oct 2026 07:28:00 GMT"), OK)
    assert play(wire, Effect.READ, context) == 200
    assert wire.waits_s[1] <= 0.25

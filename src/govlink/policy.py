"""What holds for every platform call, written once as flow → flow functions.

From the adapter outwards: session token, retry, rate limit, observation. Each takes a flow and gives
a flow, so none knows whether threads or tasks drive it. tenacity's strategies decide about retrying;
its attempt loop is not used, because it swallows the ``GeneratorExit`` that closes a flow.
"""

from __future__ import annotations

import math
import threading
from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import tenacity

from .errors import Fault, GovlinkError, OutcomeUnknownError, Sent, TransportError
from .flow import Auth, Context, Effect, FileBody, Flow, Request, Response, Token
from .redaction import redacted_path
from .wire import retry_after_s

__all__ = [
    "Policies",
    "RateLimiter",
    "RetryPolicy",
    "TokenCache",
    "TrafficEvent",
    "apply_policies",
    "with_observer",
    "with_rate_limit",
    "with_retry",
    "with_token",
]

T = TypeVar("T")

OUTCOME_UNKNOWN = Fault(
    "policy.outcome_unknown",
    en="the request was sent and no answer came; whether it took effect is unknown",
    th="ส่งคำขอแล้วแต่ไม่ได้รับคำตอบ ไม่ทราบว่ามีผลหรือไม่",
)


def relay(flow: Flow[T], handle: Callable[[Request], Flow[Response]]) -> Flow[T]:
    """The flow with every request of it answered by ``handle``, whose errors are thrown into it."""
    step: Callable[[], Request] = partial(next, flow)
    try:
        while True:
            try:
                request = step()
            except StopIteration as stop:
                result: T = stop.value
                return result
            try:
                response = yield from handle(request)
            except GovlinkError as error:
                step = partial(flow.throw, error)
            else:
                step = partial(flow.send, response)
    finally:
        flow.close()


# --- session tokens ---------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Session:
    token: Token | None = None
    last_used: datetime | None = None
    generation: int = 0


class TokenCache:
    """Session tokens by ``Auth.key``, safe to share between threads and between platforms.

    A token unused for ``idle_s`` is given up before the platform gives it up. The generation of a
    key rises whenever its token is given up, which is how a single flight knows an old answer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[tuple[str, ...], _Session] = {}

    def current(self, auth: Auth, *, now: datetime) -> tuple[Token | None, int]:
        """The live token, or None, and the generation to ask a new one with."""
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            idle = session.last_used is not None and now - session.last_used > timedelta(seconds=auth.idle_s)
            if session.token is not None and idle:
                session.token, session.generation = None, session.generation + 1
            return session.token, session.generation

    def keep(self, auth: Auth, token: Token, *, generation: int, now: datetime) -> None:
        """Remember a token asked for with ``generation``, unless it was given up meanwhile."""
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            if session.generation == generation:
                session.token, session.last_used = token, now

    def used(self, auth: Auth, token: Token, *, now: datetime) -> None:
        """Note that the platform took this token just now."""
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            if session.token is not None and session.token.value == token.value:
                session.last_used = now

    def distrust(self, auth: Auth, *, generation: int) -> None:
        """The login of ``generation`` gave no token: its answer must not serve anybody again."""
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            if session.token is None and session.generation == generation:
                session.generation += 1

    def give_up(self, auth: Auth, token: Token) -> None:
        """Forget this token; a newer one that another flow obtained meanwhile stays."""
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            if session.token is not None and session.token.value == token.value:
                session.token, session.generation = None, session.generation + 1


def with_token(flow: Flow[T], *, cache: TokenCache, context: Context) -> Flow[T]:
    """Give every request that asks for it a session token; on a 401 log in once more, then stop."""

    def obtain(auth: Auth) -> Flow[Token]:
        token, generation = cache.current(auth, now=context.now())
        if token is not None:
            return token
        coalesce = (*auth.key, str(generation))

        def send(request: Request) -> Flow[Response]:
            return (yield replace(request, coalesce=coalesce))

        try:
            token = yield from relay(auth.login(context), send)
        except GovlinkError:
            cache.distrust(auth, generation=generation)
            raise
        cache.keep(auth, token, generation=generation, now=context.now())
        return token

    def handle(request: Request) -> Flow[Response]:
        auth = request.auth
        if auth is None:
            return (yield request)
        token = yield from obtain(auth)
        response = yield replace(auth.attach(request, token), auth=None)
        if response.status == 401:
            cache.give_up(auth, token)
            # A one-shot request is spent by its first sending, whatever came back.
            if request.effect is not Effect.ONE_SHOT:
                token = yield from obtain(auth)
                response = yield replace(auth.attach(request, token), auth=None)
        if response.status == 401:
            cache.give_up(auth, token)
        else:
            cache.used(auth, token, now=context.now())
        return response

    return relay(flow, handle)


# --- retry ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When a request is sent again.

    At most ``attempts`` sendings, within ``total_wait_s`` of waiting; the delay doubles from
    ``first_wait_s`` up to ``longest_wait_s``, times a jitter between one half and one. A Retry-After
    in seconds is waited out in full; one longer than ``longest_retry_after_s`` ends the call.
    """

    attempts: int = 4
    first_wait_s: float = 0.25
    longest_wait_s: float = 8.0
    total_wait_s: float = 60.0
    longest_retry_after_s: float = 120.0


def _may_repeat(request: Request, response: Response) -> bool:
    if request.effect is Effect.ONE_SHOT:
        return False
    if request.effect is Effect.WRITE:
        return response.status == 429  # refused unread; any other status may hide a write
    return request.transient(response)


def _may_resend(request: Request, error: BaseException) -> bool:
    if not isinstance(error, TransportError) or request.effect is Effect.ONE_SHOT:
        return False
    return request.effect is not Effect.WRITE or error.sent is Sent.NO


def _delay_s(
    policy: RetryPolicy, state: tenacity.RetryCallState, response: Response | None, *, jitter: float
) -> float:
    own_s = (
        tenacity.wait_exponential(multiplier=policy.first_wait_s, max=policy.longest_wait_s)(state) * jitter
    )
    asked_s = retry_after_s(response) if response is not None else None
    if asked_s is None:
        return own_s
    return max(own_s, asked_s) if asked_s <= policy.longest_retry_after_s else math.inf


def with_retry(flow: Flow[T], *, policy: RetryPolicy, context: Context) -> Flow[T]:
    """Send again what may be sent again. A write without an answer becomes ``OutcomeUnknownError``."""
    stop = tenacity.stop_after_attempt(policy.attempts) | tenacity.stop_before_delay(policy.total_wait_s)
    counter = 0

    def handle(request: Request) -> Flow[Response]:
        nonlocal counter
        counter += 1
        again = tenacity.retry_if_exception(partial(_may_resend, request)) | tenacity.retry_if_result(
            partial(_may_repeat, request)
        )
        state = tenacity.RetryCallState(tenacity.Retrying(), fn=None, args=(), kwargs={})
        state.start_time, waited_s, delay_s = 0.0, 0.0, 0.0
        while True:
            response: Response | None = None
            try:
                response = yield replace(request, wait_s=request.wait_s + delay_s)
                state.set_result(response)
            except TransportError as error:
                state.set_exception((type(error), error, error.__traceback__))
            state.outcome_timestamp = waited_s  # the time spent waiting is the only time a flow knows
            jitter = 0.5 + context.fraction(f"retry-{counter}-{state.attempt_number}") / 2
            delay_s = _delay_s(policy, state, response, jitter=jitter)
            state.upcoming_sleep = delay_s
            if not again(state) or stop(state):
                return _outcome(request, state)
            waited_s += delay_s
            state.attempt_number += 1

    return relay(flow, handle)


def _outcome(request: Request, state: tenacity.RetryCallState) -> Response:
    outcome = state.outcome
    assert outcome is not None  # set just before, by result or by exception
    error = outcome.exception()
    if error is None:
        response: Response = outcome.result()
        return response
    writes = request.effect in {Effect.WRITE, Effect.ONE_SHOT}
    if isinstance(error, TransportError) and writes and error.sent is not Sent.NO:
        raise OutcomeUnknownError(OUTCOME_UNKNOWN, operation=request.operation) from error
    raise error


# --- rate limit -------------------------------------------------------------------------------


class RateLimiter:
    """At most ``calls`` in any ``per_s`` seconds, spread evenly; safe to share between threads."""

    def __init__(self, *, calls: int, per_s: float) -> None:
        self._spacing = timedelta(seconds=per_s / calls)
        self._lock = threading.Lock()
        self._taken: list[datetime] = []

    def reserve(self, *, now: datetime, after_s: float = 0.0) -> float:
        """Take the first free moment from ``after_s`` on; returns the seconds to wait until then."""
        with self._lock:
            self._taken = [taken for taken in self._taken if taken > now - self._spacing]
            start = now + timedelta(seconds=after_s)
            for taken in self._taken:
                if taken - start >= self._spacing:
                    break
                start = max(start, taken + self._spacing)
            insort(self._taken, start)
            return (start - now).total_seconds()


def with_rate_limit(flow: Flow[T], *, limiter: RateLimiter, context: Context) -> Flow[T]:
    """Let every request wait its turn."""

    def handle(request: Request) -> Flow[Response]:
        wait_s = limiter.reserve(now=context.now(), after_s=request.wait_s)
        return (yield replace(request, wait_s=wait_s))

    return relay(flow, handle)


# --- observation ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficEvent:
    """One request as it may be logged: nothing of its query, headers or bodies.

    ``outcome`` is the HTTP status, the error's code when no answer came, or ``abandoned`` when the call
    was cancelled or its answer could not be taken. ``elapsed_s`` counts from the yield to the answer,
    waiting included.
    """

    platform: str
    operation: str
    method: str
    path: str
    effect: Effect
    outcome: str
    request_bytes: int
    response_bytes: int
    elapsed_s: float = field(compare=False)


Observer = Callable[[TrafficEvent], None]


def with_observer(flow: Flow[T], *, platform: str, observer: Observer, context: Context) -> Flow[T]:
    """Tell ``observer`` of every request after its answer, and before the flow sees it."""

    def handle(request: Request) -> Flow[Response]:
        started = context.now()

        def tell(outcome: str, response_bytes: int) -> None:
            body = request.body
            size = (body.length_bytes or 0) if isinstance(body, FileBody) else len(body or b"")
            observer(
                TrafficEvent(
                    platform=platform,
                    operation=request.operation,
                    method=request.method,
                    path=redacted_path(request.url),
                    effect=request.effect,
                    outcome=outcome,
                    request_bytes=size,
                    response_bytes=response_bytes,
                    elapsed_s=(context.now() - started).total_seconds(),
                )
            )

        try:
            response = yield request
        except TransportError as error:
            tell(error.code, 0)
            raise
        except GeneratorExit:
            tell("abandoned", 0)
            raise
        tell(str(response.status), len(response.body))
        return response

    return relay(flow, handle)


# --- all of them ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The policies a client applies to every call."""

    tokens: TokenCache = field(default_factory=TokenCache)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    limiter: RateLimiter | None = None
    observer: Observer | None = None


def apply_policies(flow: Flow[T], *, policies: Policies, platform: str, context: Context) -> Flow[T]:
    """Wrap a flow in all of them, in the one right order."""
    flow = with_token(flow, cache=policies.tokens, context=context)
    flow = with_retry(flow, policy=policies.retry, context=context)
    if policies.limiter is not None:
        flow = with_rate_limit(flow, limiter=policies.limiter, context=context)
    if policies.observer is not None:
        flow = with_observer(flow, platform=platform, observer=policies.observer, context=context)
    return flow

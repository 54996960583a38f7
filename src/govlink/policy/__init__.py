"""What holds for every platform call, written once as flow → flow functions.

From the adapter outwards: allowance, session token, retry, rate limit, observation. Each takes a flow
and gives a flow, so none knows whether threads or tasks drive it. tenacity's strategies decide about
retrying; its attempt loop is not used, because it swallows the ``GeneratorExit`` that closes a flow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from ..audit import AuditLog
from ..flow import Context, Flow
from .allowance import AllowanceBook, with_allowance
from .limits import RateLimiter, with_rate_limit
from .observation import Observer, TrafficEvent, with_observer
from .relay import relay
from .retry import RetryPolicy, with_retry
from .token_file import FileTokenStore
from .tokens import SharedSession, TokenCache, TokenStore, with_token

__all__ = [
    "AllowanceBook",
    "FileTokenStore",
    "Policies",
    "RateLimiter",
    "RetryPolicy",
    "SharedSession",
    "TokenCache",
    "TokenStore",
    "TrafficEvent",
    "apply_policies",
    "relay",
    "with_allowance",
    "with_observer",
    "with_rate_limit",
    "with_retry",
    "with_token",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The policies a client applies to every call.

    ``audit`` is where look-ups are recorded; None leaves it to the settings. It is applied where a
    platform's look-ups are handed out, nearest to the caller, and not by ``apply_policies``.
    """

    tokens: TokenCache = field(default_factory=TokenCache)
    allowances: AllowanceBook = field(default_factory=AllowanceBook)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    limiter: RateLimiter | None = None
    observer: Observer | None = None
    audit: AuditLog | None = None


def apply_policies(flow: Flow[T], *, policies: Policies, platform: str, context: Context) -> Flow[T]:
    """Wrap a flow in all of them, in the one right order."""

    def sending(inner: Flow[T]) -> Flow[T]:
        inner = with_token(inner, cache=policies.tokens, context=context)
        inner = with_retry(inner, policy=policies.retry, context=context)
        if policies.limiter is not None:
            inner = with_rate_limit(inner, limiter=policies.limiter, context=context)
        return inner

    flow = with_allowance(flow, book=policies.allowances, context=context, platform=platform, sending=sending)
    if policies.observer is not None:
        flow = with_observer(flow, platform=platform, observer=policies.observer, context=context)
    return flow

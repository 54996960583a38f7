"""Session tokens: when one is reused, given up, asked for again, and when not."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from .._drive import SharedAnswers
from .._one_process import OneProcessLock
from ..errors import ConfigError, GovlinkError
from ..flow import Auth, Context, Effect, Flow, Request, Response, Token
from .relay import relay

__all__ = ["SharedSession", "TokenCache", "TokenStore", "with_token"]

T = TypeVar("T")

_LOGGER = logging.getLogger("govlink.policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSession:
    """What processes agree on: which generation of a key counts, since when, and its last use by any."""

    generation: int
    since: datetime | None
    last_used: datetime | None


class TokenStore(SharedAnswers, Protocol):
    """Sessions shared between processes. The tokens travel as answers to log-ins, see ``SharedAnswers``."""

    def session(self, key: tuple[str, ...]) -> SharedSession:
        """The generation that counts now, when its token was first used, and when last, by any process."""
        ...

    def give_up(self, key: tuple[str, ...], *, generation: int) -> int:
        """End this generation for every process; returns the one to log in for."""
        ...

    def used(self, key: tuple[str, ...], *, generation: int, now: datetime) -> None:
        """Note the use for the others; it need not be written each time."""
        ...


@dataclass(slots=True, kw_only=True)
class _Session:
    token: Token | None = None
    last_used: datetime | None = None
    generation: int = 0

    def follow(self, shared: SharedSession) -> None:
        """Take over what other processes did: a generation that ended has no token here either."""
        if shared.generation != self.generation:
            self.token, self.last_used, self.generation = None, None, shared.generation
        if shared.last_used and (self.last_used is None or self.last_used < shared.last_used):
            self.last_used = shared.last_used


def _as_old_as(token: Token, shared: SharedSession) -> Token:
    if shared.since is None or token.issued_at < shared.since:
        return token
    return replace(token, issued_at=shared.since)


class TokenCache:
    """Session tokens by ``Auth.key``, safe to share between threads and between platforms.

    A token unused for ``idle_s`` is given up before the platform gives it up. The generation of a
    key rises whenever its token is given up, which is how a single flight knows an old answer. With a
    ``store``, generations and the idle clock are those of all processes that share it. The cache itself
    belongs to the process that made it: in a forked child it raises ``ConfigError``.
    """

    def __init__(self, *, store: TokenStore | None = None) -> None:
        self.store = store
        self._lock = OneProcessLock()
        self._sessions: dict[tuple[str, ...], _Session] = {}

    def current(self, auth: Auth, *, now: datetime) -> tuple[Token | None, int]:
        """The live token, or None, and the generation to ask a new one with."""
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            if self.store is not None:
                session.follow(self.store.session(auth.key))
            idle = session.last_used is not None and now - session.last_used > timedelta(seconds=auth.idle_s)
            if idle and (session.token is not None or self.store is not None):
                self._end(auth, session)
            return session.token, session.generation

    def _end(self, auth: Auth, session: _Session) -> None:
        session.token, session.last_used = None, None
        if self.store is None:
            session.generation += 1
        else:
            session.generation = self.store.give_up(auth.key, generation=session.generation)

    def keep(self, auth: Auth, token: Token, *, generation: int, now: datetime) -> Token:
        """Remember a token asked for with ``generation``, unless it was given up meanwhile.

        Returns it, as old as it is: another process may have asked for it long before.
        """
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            if session.generation == generation:
                if self.store is not None:
                    token = _as_old_as(token, self.store.session(auth.key))
                session.token, session.last_used = token, now
                self._note_use(auth, session, now)
            return token

    def used(self, auth: Auth, token: Token, *, now: datetime) -> None:
        """Note that the platform took this token just now.

        A store that does not take the note costs nobody the answer, which may be that of a write: at worst
        other processes think the session idle and log in.
        """
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            if session.token is not None and session.token.value == token.value:
                session.last_used = now
                try:
                    self._note_use(auth, session, now)
                except ConfigError as error:
                    _LOGGER.warning("the use of a shared session could not be noted: %s", error.code)

    def _note_use(self, auth: Auth, session: _Session, now: datetime) -> None:
        if self.store is not None:
            self.store.used(auth.key, generation=session.generation, now=now)

    def distrust(self, auth: Auth, *, generation: int) -> None:
        """The login of ``generation`` gave no token: its answer must not serve anybody again."""
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            if session.token is None and session.generation == generation:
                self._end(auth, session)

    def give_up(self, auth: Auth, token: Token) -> None:
        """Forget this token; a newer one that another flow obtained meanwhile stays."""
        with self._lock:
            session = self._sessions.setdefault(auth.key, _Session())
            if session.token is not None and session.token.value == token.value:
                self._end(auth, session)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where a flow gets its token."""

    cache: TokenCache
    context: Context

    def obtain(self, auth: Auth) -> Flow[Token]:
        """The live token, a renewed one, or one of a new log-in."""
        token, _ = self._current(auth)
        if token is None:
            return (yield from self._log_in(auth))
        age = self.context.now() - token.issued_at
        if auth.renew is None or age < timedelta(seconds=auth.renew_after_s):
            return token
        return (yield from self._renew(auth, auth.renew(token, self.context), token))

    def _current(self, auth: Auth) -> tuple[Token | None, int]:
        return self.cache.current(auth, now=self.context.now())

    def _log_in(self, auth: Auth) -> Flow[Token]:
        token, generation = self._current(auth)
        return token or (yield from self._ask(auth, auth.login(self.context), generation))

    def _renew(self, auth: Auth, renewal: Flow[Token], old: Token) -> Flow[Token]:
        self.cache.give_up(auth, old)
        token, generation = self._current(auth)
        if token is not None:  # another flow was quicker
            return token
        try:
            return (yield from self._ask(auth, renewal, generation))
        except GovlinkError:  # the session may have ended already
            return (yield from self._log_in(auth))

    def _ask(self, auth: Auth, way: Flow[Token], generation: int) -> Flow[Token]:
        coalesce = (*auth.key, str(generation))

        def send(request: Request) -> Flow[Response]:
            return (yield replace(request, coalesce=coalesce))

        try:
            token = yield from relay(way, send)
        except GovlinkError:
            self.cache.distrust(auth, generation=generation)
            raise
        return self.cache.keep(auth, token, generation=generation, now=self.context.now())


def with_token(flow: Flow[T], *, cache: TokenCache, context: Context) -> Flow[T]:
    """Give every request that asks for it a session token; on a 401 log in once more, then stop.

    A token that has reached its age for it is renewed first; where that fails, a log-in follows.
    """
    desk = _Desk(cache=cache, context=context)

    def handle(request: Request) -> Flow[Response]:
        auth = request.auth
        if auth is None:
            return (yield request)
        token = yield from desk.obtain(auth)
        response = yield replace(auth.attach(request, token), auth=None)
        if response.status == 401:
            cache.give_up(auth, token)
            # A one-shot request is spent by its first sending, whatever came back.
            if request.effect is not Effect.ONE_SHOT:
                token = yield from desk.obtain(auth)
                response = yield replace(auth.attach(request, token), auth=None)
        if response.status == 401:
            cache.give_up(auth, token)
        else:
            cache.used(auth, token, now=context.now())
        return response

    return relay(flow, handle)

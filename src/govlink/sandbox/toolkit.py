"""What a simulator is built from: the shared world, the gateway's session rules, small answers.

Adapters import this module in ``sandbox.py`` only. All state lives in a ``World``, which one running
sandbox owns; simulators add their own state when their factory is called. Handlers run on one event
loop and change state without awaiting, so they need no locks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from .people import SyntheticOrganisation, SyntheticPerson

__all__ = ["Account", "GatewaySessions", "World", "forbidden", "thai_json"]

TOKEN_IDLE = timedelta(minutes=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A test account on the simulated gateway, made for one sandbox and good nowhere else."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    app_id: str


@dataclass(slots=True, kw_only=True)
class _Session:
    consumer_key: str
    agent_id: str
    last_used: datetime


class World:
    """The state all simulators share: clock, people, test account, gateway sessions.

    ``clock`` is injected so that a test can move it. Everything random follows from ``seed``, so a
    sandbox with the same seed and the same calls gives the same answers. ``receiver_of`` finds the
    application that takes sealed messages in for an organisation (``govlink.exchange.receiving``).
    """

    def __init__(self, *, seed: str = "govlink", clock: Callable[[], datetime] | None = None) -> None:
        self.seed = seed
        self.clock = clock or (lambda: datetime.now(UTC))
        self.people: dict[str, SyntheticPerson] = {}
        self.organisations: dict[str, SyntheticOrganisation] = {}
        self.account = Account(
            consumer_key=str(self.uuid("consumer-key")),
            consumer_secret=self.token("consumer-secret")[:11],
            app_id=str(self.uuid("app-id")),
        )
        self.sessions = GatewaySessions(self)
        self.receiver_of: Callable[[str], ASGIApp | None] = _nobody
        self.skew = timedelta()
        self._counters: dict[str, int] = {}

    def now(self) -> datetime:
        """The sandbox's present moment, aware; off by ``skew``, as a platform's clock may be."""
        return self.clock() + self.skew

    def token(self, label: str) -> str:
        """64 hexadecimal digits that follow from the seed and the label."""
        return hashlib.sha256(f"{self.seed}\x00{label}".encode()).hexdigest()

    def uuid(self, label: str) -> UUID:
        """A UUID that follows from the seed and the label."""
        return UUID(self.token(label)[:32], version=4)

    def access_token(self, platform: str) -> str:
        """The 40-digit token this sandbox accepts on a platform that issues one outside its protocol."""
        return self.token(f"{platform}-access")[:40]

    def next_number(self, series: str) -> int:
        """1, 2, 3, … in each series."""
        self._counters[series] = self._counters.get(series, 0) + 1
        return self._counters[series]

    def add_person(self, person: SyntheticPerson) -> None:
        """Make the person known to all simulators."""
        self.people[person.citizen_id] = person

    def add_organisation(self, organisation: SyntheticOrganisation) -> None:
        """Make the organisation known to all simulators."""
        self.organisations[organisation.juristic_id] = organisation


def _nobody(_: str) -> ASGIApp | None:
    return None


class GatewaySessions:
    """Tokens of the simulated gateway: 60 idle minutes, each call extends (documented; sliding modelled)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._live: dict[str, _Session] = {}
        self.validated_count = 0

    def validate(self, *, consumer_key: str, consumer_secret: str, agent_id: str) -> str | None:
        """A new token, or None when key and secret are not the test account's."""
        account = self._world.account
        if consumer_secret != account.consumer_secret or consumer_key != account.consumer_key:
            return None
        self.validated_count += 1
        token = str(self._world.uuid(f"gateway-token-{self.validated_count}"))
        self._live[token] = _Session(
            consumer_key=consumer_key, agent_id=agent_id, last_used=self._world.now()
        )
        return token

    def agent_of(self, request: Request) -> str | None:
        """The AgentID behind a request's headers, extending its session; None if there is none."""
        session = self._live.get(request.headers.get("Token", ""))
        if session is None or session.consumer_key != request.headers.get("Consumer-Key"):
            return None
        if self._world.now() - session.last_used > TOKEN_IDLE:
            return None
        session.last_used = self._world.now()
        return session.agent_id

    def expire_all(self) -> None:
        """Forget every session, as the gateway does after an idle hour."""
        self._live.clear()


def thai_json(content: Mapping[str, object] | list[object] | str, *, status: int = 200) -> Response:
    """A JSON answer in UTF-8."""
    return JSONResponse(content, status_code=status)


def forbidden(request: Request, world: World) -> Response | None:
    """The gateway's refusal of a call without a good key and token, or None when the call may pass.

    The two texts were seen in code on calls without a token; the JSON member around them is modelled.
    """
    if request.headers.get("Consumer-Key") != world.account.consumer_key:
        return thai_json({"Message": "ForbiddenException: consumer not found"}, status=403)
    if world.sessions.agent_of(request) is None:
        return thai_json({"Message": "UnauthorizedException: token not found"}, status=401)
    return None

"""The bench a subject stands on: its examples run against its simulator, everything that passed kept.

Three drivers run the examples, each against a sandbox of its own in equal state: same seed, clock
standing still. What the first one recorded is then replayed by hand, without a server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from .. import _drive
from ..flow import Context, Flow, Request, Response
from ..interfaces import Capabilities
from ..policy import Policies, RetryPolicy, TrafficEvent, apply_policies, relay
from ..sandbox.people import SyntheticPerson
from ..sandbox.server import RunningSandbox, running_sandbox, settings_for
from ..sandbox.toolkit import World
from ..transport import open_async_transport, open_transport
from .examples import Example, Subject
from .recording import AsyncRecordingTransport, RecordingTransport, SentRequest

__all__ = ["Attempt", "Bench", "Driver", "Exchange", "Run", "Runs", "Session", "call", "fixed_context"]

NOW = datetime(2025, 1, 15, 3, 30, tzinfo=UTC)  # a Wednesday, mid-morning in Bangkok


class Driver(StrEnum):
    """Who waits for the answers."""

    THREAD = "thread"
    ASYNCIO = "asyncio"
    TRIO = "trio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request as the flow gave it, before any policy, and the answer it was sent."""

    request: Request
    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One example as it went. ``error`` is what it raised, else None."""

    example: Example
    arguments: Mapping[str, object] = field(repr=False)
    exchanges: tuple[Exchange, ...]
    sent: tuple[SentRequest, ...]
    result: object = field(default=None, repr=False)
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """All examples under one driver, the settings they ran with, and the secrets and people in play."""

    values: Mapping[str, object] = field(repr=False)
    capabilities: Capabilities
    runs: tuple[Run, ...]
    events: tuple[TrafficEvent, ...]
    secrets: tuple[str, ...] = field(repr=False)
    people: tuple[SyntheticPerson, ...] = field(repr=False)


def fixed_context(example: Example) -> Context:
    """The context every run and replay of an example gets: its time and randomness stand still."""
    return Context.fixed(now=NOW, seed=f"conformance {example.name}")


def call(capabilities: Capabilities, example: Example, arguments: Mapping[str, object]) -> Flow[Any]:
    """Call the example's verb; what comes back is a flow if the adapter is sound."""
    verb = getattr(getattr(capabilities, example.capability), example.verb)
    flow: Flow[Any] = verb(**arguments, context=fixed_context(example))
    return flow


class Attempt:
    """An example under way."""

    def __init__(self, example: Example, arguments: Mapping[str, object]) -> None:
        self.example = example
        self.arguments = arguments
        self.exchanges: list[Exchange] = []

    def _record(self, request: Request) -> Flow[Response]:
        response = yield request
        self.exchanges.append(Exchange(request=request, response=response))
        return response

    def flow(self, capabilities: Capabilities) -> Flow[Any]:
        """The verb's flow, each exchange of which is noted."""
        return (yield from relay(call(capabilities, self.example, self.arguments), self._record))

    def after(self, cursor: str) -> Attempt:
        """The same call for the page behind this cursor."""
        return Attempt(self.example, {**self.arguments, "cursor": cursor})


class Session:
    """One running sandbox, the adapter connected to it, and what the examples left behind."""

    def __init__(self, subject: Subject, sandbox: RunningSandbox) -> None:
        self._subject = subject
        self._sandbox = sandbox
        self._runs: list[Run] = []
        self._events: list[TrafficEvent] = []
        self._policies = Policies(retry=RetryPolicy(attempts=1), observer=self._events.append)
        self._values = settings_for(subject.adapter, sandbox, extra=subject.settings)
        self._capabilities = subject.adapter.connect_from(self._values)

    def attempts(self) -> Iterator[Attempt]:
        """The examples in their order, each prepared when its turn comes."""
        for example in self._subject.examples:
            prepared = example.prepare(self._sandbox) if example.prepare else {}
            yield Attempt(example, {**example.arguments, **prepared})

    def flow(self, attempt: Attempt) -> Flow[Any]:
        """The attempt's flow in the client's policies, without repetition."""
        return apply_policies(
            attempt.flow(self._capabilities),
            policies=self._policies,
            platform=self._subject.adapter.name,
            context=fixed_context(attempt.example),
        )

    def keep(
        self,
        attempt: Attempt,
        sent: list[SentRequest],
        *,
        result: object = None,
        error: Exception | None = None,
    ) -> None:
        """Note how an attempt went; ``sent`` is taken over and emptied."""
        self._runs.append(
            Run(
                example=attempt.example,
                arguments=attempt.arguments,
                exchanges=tuple(attempt.exchanges),
                sent=tuple(sent),
                result=result,
                error=error,
            )
        )
        sent.clear()

    def finished(self) -> Runs:
        """Everything that was kept."""
        world = self._sandbox.world
        fields = self._subject.adapter.settings.model_fields
        secrets = {
            "consumer_key": world.account.consumer_key,
            "consumer_secret": world.account.consumer_secret,
            "access_token": world.access_token(self._subject.adapter.name),
        }
        return Runs(
            values=self._values,
            capabilities=self._capabilities,
            runs=tuple(self._runs),
            events=tuple(self._events),
            secrets=tuple(value for name, value in secrets.items() if name in fields),
            people=tuple(world.people.values()),
        )


def _in_thread(session: Session) -> None:
    transport = RecordingTransport(open_transport())
    try:
        for attempt in session.attempts():
            try:
                result = _drive.run(session.flow(attempt), transport)
            except Exception as error:  # noqa: BLE001 - an adapter may raise anything; the kit reports it
                session.keep(attempt, transport.sent, error=error)
            else:
                session.keep(attempt, transport.sent, result=result)
    finally:
        transport.close()


async def _in_task(session: Session) -> None:
    transport = AsyncRecordingTransport(open_async_transport())
    try:
        for attempt in session.attempts():
            try:
                result = await _drive.arun(session.flow(attempt), transport)
            except Exception as error:  # noqa: BLE001 - an adapter may raise anything; the kit reports it
                session.keep(attempt, transport.sent, error=error)
            else:
                session.keep(attempt, transport.sent, result=result)
    finally:
        await transport.aclose()


class Bench:
    """A subject and, made when first asked for, how its examples went."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A new sandbox in the state all others began in."""
        world = World(seed="conformance", clock=lambda: NOW)
        with running_sandbox((self.subject.adapter,), world=world) as sandbox:
            yield Session(self.subject, sandbox)

    def driven_by(self, driver: Driver) -> Runs:
        """Run all examples under this driver, against a new sandbox."""
        with self.session() as session:
            if driver is Driver.THREAD:
                _in_thread(session)
            else:
                import anyio

                anyio.run(_in_task, session, backend=driver.value)
            return session.finished()

    @cached_property
    def recorded(self) -> Runs:
        """The run that all replays rest on."""
        return self.driven_by(Driver.THREAD)

    @property
    def good_runs(self) -> tuple[Run, ...]:
        """The recorded runs that succeeded; the others are the business of one check alone."""
        return tuple(run for run in self.recorded.runs if run.error is None)

"""An agency's own registry, served by ``govlink.exchange.provider``, asked as a declared service on GDX.

The gateway between them is the sandbox's. That a gateway shows a provider a key of the provider's own, and
carries the purpose headers on, is modelled: nothing of it is published.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from urllib.parse import parse_qs, unquote

import pytest
import uvicorn
from starlette.requests import Request as Arrived
from starlette.types import ASGIApp, Receive, Scope, Send

from govlink._drive import SingleFlight, run
from govlink.errors import (
    AuthError,
    Fault,
    GovlinkError,
    NotFoundError,
    QuotaError,
    RejectedError,
    UnavailableError,
)
from govlink.exchange.provider import (
    AccessRecord,
    Bilingual,
    Caller,
    HashedKey,
    HeaderCallers,
    KeyedCaller,
    Pseudonyms,
    new_key,
    provider_application,
)
from govlink.flow import Context
from govlink.models.identity import AgentId, check_digit
from govlink.models.registry import Purpose, RegistryQuery, RegistryRecord
from govlink.office.certificate_registry import (
    CertificateRegister,
    CertificateStanding,
    CertificateState,
    certificate_service,
)
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.sandbox.server import build_app
from govlink.sandbox.toolkit import World, forbidden
from govlink.transport import open_transport
from govlink_gdx import adapter
from govlink_gdx.flows import GdxFlows
from govlink_gdx.settings import GdxSettings

from .service_box import CONTEXT

OFFICER = "197000000001" + check_digit("197000000001")
NUMBER, CODE = "วฒ 15/2569", "ABCDEF-GHIJKL-MNOPQR-STUVWX"
CASE = "รับสมัคร 12/2569"
KEY = new_key(CONTEXT)
QUOTA = Fault("testing.quota", en="planted", th="ทดสอบ")
PSEUDONYMS = Pseudonyms(b"a key of the tests, thirty-two bytes long")
KEYS = {"CertificateNumber": NUMBER, "VerificationCode": CODE}
HEADERS = {
    "purpose": "X-Purpose",
    "case_reference": "X-Case-Reference",
    "officer": "X-Officer",
    "codes": {"รับนักเรียน": "admission", "ตรวจสอบภายใน": "audit"},
}
DECLARED = {
    "name": "obec.certificate",
    "path": "ws/obec/equivalence/v1/certificate",
    "keys": [{"name": name} for name in KEYS],
    "answer": "yes_no",
    "style": "post_form",
    "purpose_headers": HEADERS,
}


@dataclass
class Register:
    """One certificate; fails where a test says so."""

    fails: Exception | None = None

    def standing(self, *, number: str, verify_code: str) -> CertificateStanding | None:
        """Whether it is the one."""
        if self.fails:
            raise self.fails
        if (number, verify_code) != (NUMBER, CODE.replace("-", "")):
            return None
        return CertificateStanding(state=CertificateState.VALID, issued_on=date(2026, 7, 1))


@dataclass
class Gateway:
    """The sandbox, and behind its session check the provider, to which it shows the provider's own key."""

    world: World
    sandbox: ASGIApp
    provider: ASGIApp
    key: str = KEY
    seen: list[Arrived] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the gateway, else as what stands behind it."""
        if scope["type"] != "http" or not scope["path"].startswith("/gdx/ws/obec/"):
            await self.sandbox(scope, receive, send)
            return
        request = Arrived(scope, receive)
        self.seen.append(request)
        if refusal := forbidden(request, self.world):
            await refusal(scope, receive, send)
            return
        kept = [pair for pair in scope["headers"] if pair[0] not in {b"consumer-key", b"token"}]
        path = scope["path"].removeprefix("/gdx")
        shown = [*kept, (b"x-provider-key", self.key.encode())]
        inner = {**scope, "path": path, "raw_path": path.encode(), "headers": shown}
        await self.provider(inner, receive, send)


@dataclass
class Scene:
    """A provider behind a gateway on loopback, and a client of it."""

    gateway: Gateway
    register: Register
    log: list[AccessRecord]
    url: str
    transport: SingleFlight
    policies: Policies = field(default_factory=lambda: Policies(retry=RetryPolicy(attempts=1)))

    def ask(
        self, keys: Mapping[str, str] = KEYS, *, purpose: str = "รับนักเรียน", **declared: object
    ) -> RegistryRecord:
        """Look up through the client's policies."""
        account = self.gateway.world.account
        settings = GdxSettings.model_validate(
            {
                "environment": "sandbox",
                "sandbox_url": self.url,
                "consumer_key": account.consumer_key,
                "consumer_secret": account.consumer_secret,
                "agent_id": "govlink-tests",
                "services": [{**DECLARED, **declared}],
            }
        )
        query = RegistryQuery(
            service="obec.certificate",
            keys=dict(keys),
            purpose=Purpose(text=purpose, legal_basis="synthetic", case_reference=CASE),
            officer=AgentId(OFFICER),
        )
        context = Context.system()
        flow = GdxFlows(settings=settings).look_up(query, context=context)
        return run(
            apply_policies(flow, policies=self.policies, platform="gdx", context=context), self.transport
        )


@dataclass
class _Log:
    records: list[AccessRecord] = field(default_factory=list)

    def write(self, record: AccessRecord) -> None:
        """Keep it."""
        self.records.append(record)


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve on loopback; gives the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", server_header=False)
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@contextmanager
def scene(**rights: Any) -> Iterator[Scene]:
    """A scene whose consumer has these rights at the provider in place of the usual."""
    register, log, world = Register(), _Log(), World()
    service = certificate_service(
        cast("CertificateRegister", register), purposes=frozenset({"admission"}), name="certificate.state"
    )
    usual: dict[str, Any] = {
        "id": "university",
        "name": "มหาวิทยาลัยทดสอบ",
        "services": frozenset({"certificate.state"}),
        "purposes": frozenset({"admission"}),
        "calls_per_minute": 100,
    }
    hashed = HashedKey.of(KEY, context=Context.system())
    caller = KeyedCaller(caller=Caller(**usual | rights), keys=(hashed,))
    provider = provider_application(
        services=[service],
        callers=HeaderCallers(key_header="X-Provider-Key", entries=(caller,)),
        access_log=log,
        pseudonyms=PSEUDONYMS,
        prefix="ws/obec",
        title=Bilingual(th="ทดสอบ", en="for tests"),
    )
    sandbox = build_app([adapter], world=world, faults=[])
    gateway = Gateway(world=world, sandbox=sandbox, provider=provider)
    with serving(gateway) as url:
        transport = SingleFlight(open_transport())
        try:
            yield Scene(gateway=gateway, register=register, log=log.records, url=url, transport=transport)
        finally:
            transport.close()


@pytest.fixture
def usual() -> Iterator[Scene]:
    """A consumer with all rights."""
    with scene() as one:
        yield one


def refused(one: Scene, kind: type[GovlinkError], code: str, **how: Any) -> GovlinkError:
    """The error of a look-up; what it shows holds nobody and nothing that the provider sent."""
    with pytest.raises(kind) as caught:
        one.ask(**how)
    error = caught.value
    shown = f"{error!r} {error} {error.explain('th')} {error.explain()} {error.__cause__!r}"
    for canary in (OFFICER, NUMBER, CODE, CASE, KEY, "exchange.provider"):
        assert canary not in shown
    assert error.code == code
    return error


def test_a_valid_certificate_is_confirmed_and_the_look_up_recorded(usual: Scene) -> None:
    """Purpose, case and officer arrive and are logged as the provider wants them; no URL holds the code."""
    record = usual.ask()
    assert (record.confirmed, record.extra) == (True, {"State": "VALID"})
    (entry,) = usual.log
    assert (entry.purpose, entry.case_reference, entry.status) == ("admission", CASE, 200)
    assert entry.officer_hmac == PSEUDONYMS.of("officer", OFFICER)
    assert entry.subject_hmac == PSEUDONYMS.of("CertificateNumber", NUMBER)
    (seen,) = usual.gateway.seen
    assert (seen.method, seen.url.query) == ("POST", "")
    assert unquote(seen.headers["X-Case-Reference"]) == CASE


def test_keys_may_go_by_get_as_well(usual: Scene) -> None:
    """A style that the provider does not serve is its 405, which is no answer of a registry."""
    with pytest.raises(GovlinkError) as caught:
        usual.ask(style="get")
    assert caught.value.code == "wire.unexpected_status"
    assert parse_qs(usual.gateway.seen[0].url.query)["CertificateNumber"] == [NUMBER]


def test_number_and_code_that_do_not_match_are_not_found(usual: Scene) -> None:
    """The provider's 204 says that there is no such certificate, and no more."""
    refused(usual, NotFoundError, "wire.not_found", keys={**KEYS, "VerificationCode": "A" * 24})


def test_a_key_the_provider_does_not_know_is_an_auth_error(usual: Scene) -> None:
    """Its 401 looks like a dead session, so one log-in is tried and then no more."""
    usual.gateway.key = new_key(Context.fixed(now=CONTEXT.now(), seed="stranger"))
    refused(usual, AuthError, "gdx.refused_at_401")
    assert usual.gateway.world.sessions.validated_count == 2
    assert len(usual.gateway.seen) == 2


@pytest.mark.parametrize(
    ("rights", "purpose"),
    [({"services": frozenset({"another.service"})}, "รับนักเรียน"), ({}, "ตรวจสอบภายใน")],
)
def test_no_right_and_a_purpose_not_allowed_are_auth_errors(rights: dict[str, Any], purpose: str) -> None:
    """Its 403, in its own bilingual body: no code of DOPA's is read into it."""
    with scene(**rights) as one:
        refused(one, AuthError, "wire.forbidden", purpose=purpose)


def test_too_many_calls_say_how_long_to_wait() -> None:
    """Its 429 with Retry-After in whole seconds."""
    with scene(calls_per_minute=1) as one:
        one.ask()
        error = refused(one, QuotaError, "wire.quota")
    assert isinstance(error, QuotaError)
    assert error.retry_after_s is not None
    assert 0 < error.retry_after_s <= 60


@pytest.mark.parametrize(
    "how",
    [
        {"purpose_headers": None},
        {"purpose_headers": {**HEADERS, "officer": None}},
        {"purpose_headers": {**HEADERS, "codes": {}}},
        {"keys": {**KEYS, "VerificationCode": "short"}},
    ],
)
def test_what_the_provider_cannot_take_is_rejected(usual: Scene, how: dict[str, Any]) -> None:
    """Its 400: no purpose, no officer, a purpose in words where it wants a code, a code of no form."""
    refused(usual, RejectedError, "wire.refused", **how)
    assert len(usual.gateway.seen) == 1


def test_a_registry_that_fails_is_unavailable(usual: Scene) -> None:
    """Its 500 and 503 are no answer to the question; neither is sent again at once without a reason."""
    usual.register.fails = RuntimeError(NUMBER)
    refused(usual, UnavailableError, "wire.unavailable")
    usual.register.fails = QuotaError(QUOTA)
    refused(usual, UnavailableError, "wire.unavailable")
    assert [entry.status for entry in usual.log] == [500, 503]


def test_a_path_the_provider_does_not_serve_is_not_found(usual: Scene) -> None:
    """Its 404 may mean either, and the text says so."""
    refused(usual, NotFoundError, "gdx.nothing_at_404", path="ws/obec/equivalence/v1/nothing")


def test_a_purpose_that_cannot_be_told_is_not_sent(usual: Scene) -> None:
    """One without a code, an empty one, an endless one; all problems are told at once."""
    with pytest.raises(RejectedError) as caught:
        usual.ask({"CertificateNumber": NUMBER}, purpose="อื่น ๆ")
    pointers = [problem.pointer for problem in caught.value.problems]
    assert pointers == ["/keys/VerificationCode", "/purpose/text"]
    plain = {**HEADERS, "codes": {}}
    for text in (" \n", "ก" * 201):
        with pytest.raises(RejectedError):
            usual.ask(purpose=text, purpose_headers=plain)
    assert usual.gateway.seen == []


def test_no_header_is_sent_that_no_setting_names(usual: Scene) -> None:
    """GDX publishes none, so a service tells nobody who asks and why unless its declaration says so."""
    with pytest.raises(RejectedError):
        usual.ask(purpose_headers={"purpose": "X-Why"})
    (seen,) = usual.gateway.seen
    assert unquote(seen.headers["X-Why"]) == "รับนักเรียน"
    assert not {"x-purpose", "x-case-reference", "x-officer"} & set(seen.headers)
    assert OFFICER not in str(seen.headers)

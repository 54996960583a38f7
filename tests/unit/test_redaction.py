"""Canaries: a secret, a token, a citizen number and a name are planted and looked for everywhere."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from govlink import Client, Config, Policies, RetryPolicy
from govlink.errors import GovlinkError
from govlink.flow import Flow, Request
from govlink.gateway import GatewaySettings, gateway_auth
from govlink.interfaces import CONTRACT, Adapter, AnyAdapter, Capabilities
from govlink.models.identity import CitizenId, PersonIdentity, PersonName
from govlink.models.mark import Mark
from govlink.models.registry import DocumentKind, Purpose, RegistryDocument, RegistryQuery, RegistryRecord
from govlink.policy import TrafficEvent
from govlink.redaction import REDACTED, redacted_path, redacted_text
from govlink.wire import parse_json_object, raise_for_status

KEY, SECRET, TOKEN = "CANARYKEY", "CANARYSECRET", "123e4567-e89b-42d3-a456-426614174000"
NUMBER, NAME = "1979900000013", "สมหญิงผู้ไม่มีจริง"
CANARIES = (KEY, SECRET, TOKEN, NUMBER, NAME)


def settings() -> GatewaySettings:
    """Settings that hold the planted credential and agent."""
    values = {
        "environment": "sandbox",
        "sandbox_url": "http://127.0.0.1:1",
        "consumer_key": SecretStr(KEY),
        "consumer_secret": SecretStr(SECRET),
        "agent_id": NUMBER,
    }
    return GatewaySettings.from_values(values, platform="toy")


ADAPTER: AnyAdapter = Adapter(
    name="toy",
    contract=CONTRACT,
    title_th="ของเล่น",
    title_en="Toy",
    homepage="https://toy.example",
    mark=Mark.MODELLED,
    settings=GatewaySettings,
    connect=lambda _settings: Capabilities(),
    provides=frozenset(),
)


class _Handler(BaseHTTPRequestHandler):
    """Logs in, then answers as the path's first part says, echoing everything it was sent."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        status, body = 200, f'{{"Result": "{TOKEN}"}}'.encode()
        if "/auth/validate" not in self.path:
            status = int(self.path.split("/")[1])
            body = f"<html>{self.path} {self.headers} {NAME}".encode()
        if status == 999:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", f"session={TOKEN}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: this is the server."""


@pytest.fixture
def echo_url() -> Iterator[str]:
    """The address of the echoing server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 429, 500, 503, 999])
def test_no_canary_is_in_any_error_log_or_event(
    echo_url: str, status: int, library: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With every logger at DEBUG and the server echoing all it gets, nothing shows up anywhere."""
    caplog.set_level(logging.DEBUG)
    events: list[TrafficEvent] = []
    given_settings = settings().model_copy(update={"sandbox_url": echo_url})

    def call() -> Flow[object]:
        request = Request(
            method="GET",
            url=f"{echo_url}/{status}/people/{NUMBER}",
            operation="record.get",
            query=(("name", NAME), ("cid", NUMBER)),
            auth=gateway_auth(given_settings, platform="toy"),
        )
        response = yield request
        raise_for_status(response, platform="toy", operation="record.get")
        return parse_json_object(response, platform="toy", operation="record.get")

    values = {"consumer_key": SecretStr(KEY), "consumer_secret": SecretStr(SECRET), "agent_id": NUMBER}
    config = Config(sandbox_url=echo_url, transport=library, platforms={"toy": values})
    policies = Policies(observer=events.append, retry=RetryPolicy(attempts=1))
    with (
        Client(config, adapters=[ADAPTER], policies=policies) as client,
        pytest.raises(GovlinkError) as caught,
    ):
        client.run("toy", lambda _p, _x: call())
    error = caught.value
    texts = [str(error), repr(error), error.explain("en"), error.explain("th"), repr(error.values)]
    texts += ["".join(traceback.format_exception(error)), repr(events), caplog.text, repr(config)]
    texts += [repr(record.__dict__) for record in caplog.records]
    assert len(events) >= 2
    for text in texts:
        assert not any(canary in text for canary in CANARIES), text


def test_the_application_keeps_its_own_http_logs(echo_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Only our requests are silenced: an application's own use of httpx logs as before."""
    import httpx

    caplog.set_level(logging.INFO)
    Client(Config()).close()
    with httpx.Client() as own:
        own.get(f"{echo_url}/200/own")
    assert "/200/own" in caplog.text


def test_values_do_not_show_people() -> None:
    """Everything that carries a person or a document keeps it out of ``repr`` and ``str``."""
    number = CitizenId(NUMBER)
    purpose = Purpose(text="t", legal_basis="b", case_reference="c")
    from govlink.models.identity import AgentId

    shown = [
        number,
        AgentId(NUMBER),
        PersonName(first=NAME, last=NAME),
        PersonIdentity(portal_user_id=NUMBER, citizen_id=number, name=PersonName(first=NAME), mobile=NUMBER),
        RegistryQuery(service="s", keys={"cid": NUMBER}, purpose=purpose, officer=AgentId(NUMBER)),
        RegistryRecord(service="s", fields={"name": NAME}, extra={"x": NAME}),
        RegistryDocument(
            service="s",
            kind=DocumentKind.PDF,
            file_name=f"{NUMBER}.pdf",
            media_type="application/pdf",
            content=NAME.encode(),
            sha256_hex="0",
        ),
        settings(),
        gateway_auth(settings(), platform="toy"),
    ]
    for value in shown:
        text = f"{value!r} {value} {[value]!r}"
        assert not any(canary in text for canary in CANARIES), type(value)


@given(prefix=st.sampled_from(["/", "/a/", "/a-"]), suffix=st.sampled_from(["", "/x", "?q=1", "-b"]))
def test_a_path_is_shown_without_numbers_and_query(prefix: str, suffix: str) -> None:
    """Host and query go, the number is masked, the rest stays readable."""
    path = redacted_path(f"https://host{prefix}{NUMBER}{suffix}")
    assert path.startswith(prefix)
    assert REDACTED in path
    assert NUMBER not in path
    assert "?" not in path


@pytest.mark.parametrize(
    "text",
    [
        f"GET /x?ConsumerSecret={SECRET}&AgentID={NUMBER}",
        f"token {TOKEN} was refused",
        f"Token: {SECRET}",
        f"Consumer-Key={KEY}",
        "eyJhbGciOi.J9.abc",
        "1-9799-00000-01-3",
        f"เลข{NUMBER}ค่ะ",
        "a" * 40,
    ],
)
def test_free_text_loses_what_looks_secret(text: str) -> None:
    """Texts from elsewhere are shown only with tokens, queries and 13-digit numbers masked."""
    shown = redacted_text(text)
    assert REDACTED in shown
    assert not any(canary in shown for canary in (*CANARIES, "eyJ", "1-9799-00000-01-3", "a" * 40))


def test_plain_text_stays() -> None:
    """What is no secret is worth reading."""
    assert redacted_text("HTTP 503 after 12 s, 1234567 rows") == "HTTP 503 after 12 s, 1234567 rows"

"""Sealed delivery: where an envelope goes, in whose session, and what is taken for a receipt."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    AuthError,
    ConfigError,
    ConflictError,
    GovlinkError,
    NotFoundError,
    QuotaError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.exchange import DocumentInfo, KeyRing, TrustList, seal
from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.inbox import Inbox
from govlink.exchange.manifest import check_organisation
from govlink.exchange.party import Party
from govlink.exchange.receipts import Outcome, read_receipt
from govlink.exchange.receiving import receiving_app
from govlink.flow import Context, Effect, FileBody, Response
from govlink_gdx.delivery import DeliveryFlows, parse_receipt
from govlink_gdx.settings import GdxSettings

from .service_box import CONTEXT, NOW, Box, answer, boxed, play

MESSAGE = UUID("00000000-0000-4000-8000-000000000001")
RECEIPT = "aGVhZA.Ym9keQ.c2ln"
SANDBOX = GdxSettings.model_validate(
    {
        "environment": "sandbox",
        "sandbox_url": "http://127.0.0.1:1",
        "consumer_key": "key-good-nowhere",
        "consumer_secret": "secret-good-nowhere",
        "agent_id": "govlink-tests",
    }
)


def send(settings: GdxSettings, *, recipient: str = "obec", **extra: object) -> object:
    """The flow under more settings; the envelope need not be there, since a flow opens no file."""
    values = {**settings.model_dump(), **extra}
    flows = DeliveryFlows(settings=GdxSettings.model_validate(values))
    return flows.send(Path("no-such-envelope"), message_id=MESSAGE, recipient=recipient, context=CONTEXT)


def test_the_envelope_is_streamed_to_the_inbox(settings: GdxSettings) -> None:
    """The file itself, under the message's number; harmless to repeat."""
    flow = send(settings, inboxes={"obec": "{gateway}/ws/obec/messages/v1/"})
    receipt, (request,) = play(flow, answer(RECEIPT.encode() + b"\n"))
    assert request.url == f"https://api.egov.go.th/ws/obec/messages/v1/{MESSAGE}"
    assert (request.method, request.effect) == ("POST", Effect.IDEMPOTENT)
    assert request.body == FileBody(path=Path("no-such-envelope"))
    assert request.headers[0] == ("Content-Type", "application/octet-stream")
    assert request.auth is not None
    assert receipt == RECEIPT


def test_key_and_token_go_to_the_gateway_only(settings: GdxSettings) -> None:
    """An inbox elsewhere gets the sealed envelope, not the agency's session."""
    for inbox in (
        "https://inbox.invalid/v1",
        "https://api.egov.go.th.invalid/v1",
        "https://api.egov.go.th:444/",
    ):
        assert next(send(settings, inboxes={"obec": inbox})).auth is None
    proxy = {"gateway": "https://proxy.invalid/egov"}
    beside = next(send(settings, hosts=proxy, inboxes={"obec": "https://proxy.invalid/egov2/v1"}))
    behind = next(send(settings, hosts=proxy, inboxes={"obec": "{gateway}/ws/obec/messages/v1"}))
    assert beside.auth is None
    assert behind.auth is not None


def test_an_inbox_must_be_known_and_safe(settings: GdxSettings) -> None:
    """GDX publishes none; a plain http one would carry the session in the clear."""
    with pytest.raises(ConfigError, match=r"platforms\.gdx\.inboxes"):
        next(send(settings))
    with pytest.raises(ConfigError, match="https"):
        next(send(settings, inboxes={"obec": "http://inbox.invalid/v1"}))


@pytest.mark.parametrize(
    "inbox",
    [
        "https://user:password@inbox.invalid/v1",
        "{gateway}@inbox.invalid/v1",
        "{gateway}.inbox.invalid/v1",
        "{gateway.__class__}/v1",
        "https://api.egov.go.th/../v1",
        "https://inbox.invalid/v1?key=x",
        "https://inbox.invalid/v1#x",
        "https://inbox.invalid/\r\nX: y",
        "https:///v1",
        "//inbox.invalid/v1",
        "ftp://inbox.invalid/v1",
    ],
)
def test_an_inbox_is_a_host_and_a_path(settings: GdxSettings, inbox: str) -> None:
    """An account in it, a way out of the path, or what would swallow the message's number is refused."""
    with pytest.raises(ValueError, match="inbox is https"):
        next(send(settings, inboxes={"obec": inbox}))


@given(st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?", fullmatch=True) | st.just("a..b.school.example"))
def test_every_organisation_of_an_exchange_is_a_recipient(recipient: str) -> None:
    """Full stops included; and its id stays one part of the path, in the sandbox and as a setting."""
    check_organisation(recipient)
    url = next(send(SANDBOX, recipient=recipient)).url
    assert url == f"http://127.0.0.1:1/gdx/ws/{recipient}/messages/v1/{MESSAGE}"
    assert httpx.URL(url).path == f"/gdx/ws/{recipient}/messages/v1/{MESSAGE}"
    real = {"environment": "production", "inboxes": {recipient: "{gateway}/ws/any"}}
    assert next(send(SANDBOX, recipient=recipient, **real)).url == f"https://api.egov.go.th/ws/any/{MESSAGE}"


@given(st.text("aB0.-_/{}%\n", max_size=64))
def test_no_other_text_is_a_recipient(recipient: str) -> None:
    """What ``exchange`` refuses as an organisation is refused here, and the other way about."""
    try:
        check_organisation(recipient)
    except RejectedError:
        with pytest.raises(RejectedError):
            next(send(SANDBOX, recipient=recipient))
    else:
        assert f"/{recipient}/" in next(send(SANDBOX, recipient=recipient)).url


@pytest.mark.parametrize("recipient", ["", "OBEC", "a/b", "..", "a" * 64, "อเบค", "-a", "a\n"])
def test_a_recipient_is_a_plain_name(settings: GdxSettings, recipient: str) -> None:
    """It becomes part of a path in the sandbox."""
    with pytest.raises(RejectedError):
        next(send(settings, environment="sandbox", sandbox_url="http://127.0.0.1:1", recipient=recipient))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthError),
        (403, AuthError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, RejectedError),
        (422, RejectedError),
        (429, QuotaError),
        (500, UnavailableError),
        (503, UnavailableError),
        (302, UnexpectedAnswerError),
    ],
)
def test_each_refusal_says_what_to_do(status: int, kind: type[GovlinkError]) -> None:
    """The receiving interface's statuses and the gateway's."""
    with pytest.raises(kind):
        parse_receipt(answer({}, status))


@pytest.mark.parametrize(
    "body",
    [
        b"exchange.bad_signature\n",
        b'{"code": "exchange.bad_signature"}',
        b'{"Code": "exchange.bad_signature"}',
    ],
)
def test_the_recipients_code_is_told(body: bytes) -> None:
    """In either form."""
    with pytest.raises(RejectedError) as caught:
        parse_receipt(answer(body, 422))
    assert "exchange.bad_signature" in caught.value.explain()


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b'{"code": 7}', b'{"code": "exchange.x3980000000025"}', b"exchange.x " + b"y" * 300],
)
def test_nothing_else_of_a_refusal_is_told(body: bytes) -> None:
    """A recipient may put anything into its answer."""
    with pytest.raises(RejectedError) as caught:
        parse_receipt(answer(body, 422))
    assert caught.value.problems == ()


@given(st.binary(max_size=100))
def test_any_bytes_are_a_receipt_or_unexpected(body: bytes) -> None:
    """Three parts of a compact JWS, and nothing else."""
    try:
        receipt = parse_receipt(Response(status=200, body=body))
    except UnexpectedAnswerError:
        return
    assert len(receipt.split(".")) == 3


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b"a.b", b"a..c", b"a.b.c.d", b"a." + b"b" * 16384 + b".c"]
)
def test_what_is_no_receipt_is_not_handed_on(body: bytes) -> None:
    """A proxy's page must never be filed as a proof of delivery."""
    with pytest.raises(UnexpectedAnswerError):
        parse_receipt(answer(body))


# --- against the box --------------------------------------------------------------------------


@pytest.fixture
def box() -> Iterator[Box]:
    """A running GDX."""
    with boxed() as running:
        yield running


def test_an_inbox_answers_for_itself(box: Box, tmp_path: Path) -> None:
    """What is no envelope is refused with the recipient's reason, and there is no inbox without a name."""
    (tmp_path / "empty").touch()
    flows = DeliveryFlows(settings=box.settings())

    def post(recipient: str) -> str:
        flow = flows.send(tmp_path / "empty", message_id=MESSAGE, recipient=recipient, context=box.context())
        return box.drive(flow)

    with pytest.raises(RejectedError) as caught:
        post("obec")
    assert "exchange.not_an_envelope" in caught.value.explain()
    box.sandbox.world.receiver_of = lambda _: None
    with pytest.raises(NotFoundError):
        post("obec")


def test_a_sealed_document_reaches_the_real_receiving_end(box: Box, tmp_path: Path) -> None:
    """Sealed, sent through the gateway, opened by the recipient, receipted: the receipt holds."""
    rings = {name: KeyRing(tmp_path / name) for name in ("obec", "school.example")}
    trust = TrustList()
    for name, ring in rings.items():
        ring.generate(name, at=NOW, lifetime=timedelta(days=30))
        for entry in ring.public_entries(name_th="หน่วยงานสมมติ", name_en="Made-up agency", at=NOW):
            trust = trust.pin(entry, fingerprint=entry.kid, at=NOW)
    document, envelope = tmp_path / "document", tmp_path / "envelope"
    document.write_bytes(b"a transcript" * 10_000)
    sent = seal(
        document,
        into=envelope,
        info=DocumentInfo(file_name="transcript.pdf", media_type="application/pdf"),
        message_id=MESSAGE,
        sender="school.example",
        recipient="obec",
        purpose="equivalence",
        case_reference="CASE-1",
        signing_key=rings["school.example"].current_signing(NOW),
        recipient_key=trust.sealer(organisation="obec", at=NOW),
        at=NOW,
    ).manifest
    contents: list[bytes] = []
    party = Party(
        keys=rings["obec"],
        trust=lambda: trust,
        evidence=EvidenceLog(tmp_path / "evidence.jsonl"),
        context=lambda: Context(clock=box.clock, entropy=secrets.token_bytes(32)),
    )
    flows = DeliveryFlows(settings=box.settings())

    def post(path: Path) -> str:
        flow = flows.send(path, message_id=MESSAGE, recipient="obec", context=box.context())
        return box.drive(flow)

    with Inbox(tmp_path / "inbox", party=party) as inbox:
        app = receiving_app(inbox, process=lambda opened: contents.append(opened.path.read_bytes()))
        box.sandbox.world.receiver_of = {"obec": app}.get
        first = post(envelope)
        assert post(envelope) == first
        envelope.write_bytes(envelope.read_bytes()[:-1])
        with pytest.raises(RejectedError) as caught:
            post(envelope)
    assert contents == [document.read_bytes()]
    assert read_receipt(first, trust=trust, sent=sent, at=NOW).outcome is Outcome.ACCEPTED
    assert "exchange." in caught.value.explain()

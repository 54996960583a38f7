"""Receipts: one message, one signer, one spelling; and nothing else is taken for one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from govlink.errors import RejectedError, VerificationError
from govlink.exchange import jose
from govlink.exchange.encoding import base64url, canonical_json, from_base64url
from govlink.exchange.keys import Suite, generate_decryption_key, generate_signing_key
from govlink.exchange.manifest import Manifest, manifest_sha256_hex
from govlink.exchange.receipts import (
    MAX_RECEIPT_BYTES,
    RECEIPT_TYPE,
    Outcome,
    Receipt,
    issue_receipt,
    parse_receipt,
    read_receipt,
)
from govlink.exchange.standing import CLOCK_SKEW
from govlink.exchange.trust import TrustEntry, TrustList

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SENDER, RECIPIENT = "obec.go.th", "ocsc.go.th"
KEY, OTHER = generate_signing_key(), generate_signing_key()
MANIFEST = Manifest(
    message_id=UUID("6f1c0c3e-8f0a-4d5e-9b1a-2c3d4e5f6071"),
    sender=SENDER,
    recipient=RECIPIENT,
    purpose="การเทียบวุฒิ",
    case_reference="EQ-1",
    sealed_at=AT - timedelta(minutes=1),
    suite=Suite.P256,
    chunk_bytes=1024 * 1024,
    chunk_count=1,
    plain_bytes=100,
    prelude_sha256="a" * 64,
    body_sha256="b" * 64,
)


def entry(**changes: Any) -> TrustEntry:
    """The recipient's signing key as the sender pinned it."""
    pinned = TrustEntry(
        organisation=RECIPIENT,
        name_th="หน่วยรับ",
        name_en="Recipient",
        key=KEY.verifying_key(),
        valid_from=AT - 100 * DAY,
        valid_until=AT + 100 * DAY,
        pinned_at=AT - 100 * DAY,
    )
    return replace(pinned, **changes)


TRUST = TrustList(entries=(entry(),))
TEXT = issue_receipt(MANIFEST, outcome=Outcome.ACCEPTED, key=KEY, at=AT)


def refusal(text: str, *, trust: TrustList = TRUST, sent: Manifest = MANIFEST, at: datetime = AT) -> str:
    """The code with which it is refused."""
    with pytest.raises(VerificationError) as caught:
        read_receipt(text, trust=trust, sent=sent, at=at)
    return caught.value.code


def test_a_receipt_is_read_by_the_sender() -> None:
    """Everything that binds it to the message is there."""
    receipt = read_receipt(TEXT, trust=TRUST, sent=MANIFEST, at=AT)
    assert (receipt.message_id, receipt.sender, receipt.recipient) == (MANIFEST.message_id, SENDER, RECIPIENT)
    assert receipt.manifest_sha256 == manifest_sha256_hex(MANIFEST)
    assert (receipt.received_at, receipt.outcome, receipt.reason_code) == (AT, Outcome.ACCEPTED, "")
    assert jose.header_of(TEXT) == {"alg": "ES256", "kid": KEY.kid, "typ": "govlink-receipt+jws"}


def test_a_refusal_says_why() -> None:
    """With the code of the error."""
    text = issue_receipt(
        MANIFEST, outcome=Outcome.REFUSED, reason_code="exchange.recipient_wrong", key=KEY, at=AT
    )
    receipt = read_receipt(text, trust=TRUST, sent=MANIFEST, at=AT)
    assert (receipt.outcome, receipt.reason_code) == (Outcome.REFUSED, "exchange.recipient_wrong")


def test_an_id_names_one_receipt() -> None:
    """The same decision has the same id; another decision or moment has another."""
    ids = {
        parse_receipt(
            issue_receipt(MANIFEST, outcome=outcome, reason_code=reason, key=KEY, at=at),
            key=KEY.verifying_key(),
        ).receipt_id
        for outcome, reason in ((Outcome.ACCEPTED, ""), (Outcome.REFUSED, "a.b"))
        for at in (AT, AT, AT + timedelta(microseconds=1))
    }
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("reason_code", {"outcome": Outcome.REFUSED}),
        ("reason_code", {"reason_code": "exchange.oversize"}),
        ("reason_code", {"outcome": Outcome.REFUSED, "reason_code": "No code"}),
        ("reason_code", {"outcome": Outcome.REFUSED, "reason_code": "a." + "b" * 100}),
        ("received_at", {"at": datetime(2026, 1, 1)}),  # noqa: DTZ001 - a time without a zone is the case
    ],
)
def test_a_contradictory_receipt_is_not_issued(what: str, changes: dict[str, Any]) -> None:
    """A refusal has a reason and an acceptance none."""
    with pytest.raises(RejectedError, match=what):
        issue_receipt(MANIFEST, **{"outcome": Outcome.ACCEPTED, "key": KEY, "at": AT, **changes})


# --- which message -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("message_id", {"message_id": UUID(int=1)}),
        ("sender", {"sender": "moe.go.th"}),
        ("manifest_sha256", {"case_reference": "EQ-2"}),
        ("manifest_sha256", {"body_sha256": "c" * 64}),
    ],
)
def test_a_receipt_for_another_message_is_refused(what: str, changes: dict[str, Any]) -> None:
    """Of the same recipient, with a good signature; the error says what differs."""
    with pytest.raises(VerificationError) as caught:
        read_receipt(TEXT, trust=TRUST, sent=replace(MANIFEST, **changes), at=AT)
    assert (caught.value.code, caught.value.values) == ("exchange.receipt_foreign", {"what": what})


def test_a_receipt_that_names_another_recipient_is_refused() -> None:
    """A good key of the right organisation signs only for that organisation."""
    text = issue_receipt(replace(MANIFEST, recipient="moe.go.th"), outcome=Outcome.ACCEPTED, key=KEY, at=AT)
    assert refusal(text) == "exchange.receipt_foreign"


# --- whose key -----------------------------------------------------------------------------------


def test_a_key_nobody_pinned_is_refused() -> None:
    """Nor one that was pinned for sealing or for somebody else."""
    by_other = issue_receipt(MANIFEST, outcome=Outcome.ACCEPTED, key=OTHER, at=AT)
    sealing = generate_decryption_key(suite=Suite.P256).encryption_key()
    assert refusal(by_other) == "exchange.key_unknown"
    assert refusal(TEXT, trust=TrustList()) == "exchange.key_unknown"
    assert refusal(TEXT, trust=TrustList(entries=(entry(key=sealing),))) == "exchange.key_unknown"
    assert (
        refusal(TEXT, trust=TrustList(entries=(entry(organisation="moe.go.th"),))) == "exchange.key_unknown"
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_until": AT}, "exchange.key_expired"),
        ({"valid_from": AT + DAY}, "exchange.key_not_yet_valid"),
        ({"revoked_at": AT}, "exchange.key_revoked"),
        ({"revoked_at": AT + DAY}, "exchange.key_revoked_since"),
    ],
)
def test_the_keys_standing_is_told(changes: dict[str, Any], code: str) -> None:
    """Ten days later, each reason with its own code."""
    assert refusal(TEXT, trust=TrustList(entries=(entry(**changes),)), at=AT + 10 * DAY) == code


def test_an_original_receipt_outlives_its_key() -> None:
    """A repeat is answered with the stored receipt, though the key ran out meanwhile."""
    trust = TrustList(entries=(entry(valid_until=AT + DAY),))
    assert read_receipt(TEXT, trust=trust, sent=MANIFEST, at=AT + 10 * DAY).received_at == AT


def test_a_revocation_to_come_does_not_count_yet() -> None:
    """As the trust list has it."""
    trust = TrustList(entries=(entry(revoked_at=AT + 20 * DAY),))
    assert read_receipt(TEXT, trust=trust, sent=MANIFEST, at=AT + 10 * DAY).received_at == AT


# --- form ----------------------------------------------------------------------------------------


def signed(**changes: object) -> str:
    """A receipt signed by the right key whose payload has these members; None takes one out."""
    content = json.loads(
        Receipt(
            receipt_id=UUID(int=7),
            message_id=MANIFEST.message_id,
            manifest_sha256=manifest_sha256_hex(MANIFEST),
            sender=SENDER,
            recipient=RECIPIENT,
            received_at=AT,
            outcome=Outcome.ACCEPTED,
        ).to_bytes()
    )
    content = {name: value for name, value in {**content, **changes}.items() if value is not None}
    return jose.sign(canonical_json(content), key=KEY, typ=RECEIPT_TYPE)


def test_the_receipt_the_bad_ones_are_made_from_is_good() -> None:
    """Or the tests below would pass for the wrong reason."""
    assert read_receipt(signed(), trust=TRUST, sent=MANIFEST, at=AT).receipt_id == UUID(int=7)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 2}, "exchange.receipt_version"),
        ({"version": True}, "exchange.receipt_invalid"),
        ({"version": "1"}, "exchange.receipt_invalid"),
        ({"version": None}, "exchange.receipt_invalid"),
        ({"more": "x"}, "exchange.receipt_invalid"),
        ({"sender": None}, "exchange.receipt_invalid"),
        ({"sender": 1}, "exchange.receipt_invalid"),
        ({"sender": "NOT AN ID"}, "exchange.organisation_invalid"),
        ({"outcome": "perhaps"}, "exchange.receipt_invalid"),
        ({"outcome": "refused"}, "exchange.receipt_invalid"),
        ({"receipt_id": "x"}, "exchange.receipt_invalid"),
        ({"message_id": str(MANIFEST.message_id).upper()}, "exchange.receipt_invalid"),
        ({"manifest_sha256": "A" * 64}, "exchange.receipt_invalid"),
        ({"received_at": "yesterday"}, "exchange.time_invalid"),
    ],
)
def test_a_signed_payload_of_another_form_is_refused(changes: dict[str, object], code: str) -> None:
    """A trusted peer's program may be wrong too."""
    assert refusal(signed(**changes)) == code


def test_other_things_that_the_key_signed_are_no_receipts() -> None:
    """The type is part of what is signed."""
    text = jose.sign(MANIFEST.to_bytes(), key=KEY, typ="govlink-manifest+jws")
    assert refusal(text) == "exchange.type_wrong"


def test_payloads_in_another_spelling_are_refused() -> None:
    """Spaces, or a member twice."""
    payload = signed().split(".")[1]
    good = parse_receipt(signed(), key=KEY.verifying_key()).to_bytes()
    assert base64url(good) == payload
    for content in (good.replace(b",", b", ", 1), good.replace(b"{", b'{"sender":"x",', 1), b"[]", b"\xff"):
        code = refusal(jose.sign(content, key=KEY, typ=RECEIPT_TYPE))
        assert code in {"exchange.json_invalid", "exchange.member_repeated"}


@pytest.mark.parametrize("received_at", [AT + DAY, datetime.max.replace(tzinfo=UTC)])
def test_a_receipt_from_the_future_is_refused(received_at: datetime) -> None:
    """Else it would be kept, and called not valid by the verifier; a clock a little ahead is borne."""
    text = issue_receipt(MANIFEST, outcome=Outcome.ACCEPTED, key=KEY, at=received_at)
    assert refusal(text) == "exchange.received_in_future"
    ahead = issue_receipt(MANIFEST, outcome=Outcome.ACCEPTED, key=KEY, at=AT + CLOCK_SKEW)
    assert read_receipt(ahead, trust=TRUST, sent=MANIFEST, at=AT).received_at == AT + CLOCK_SKEW


def test_receipts_that_another_jose_library_signed_are_read() -> None:
    """Such a library makes either of the two forms of an ECDSA signature, each half of the time."""
    content = parse_receipt(TEXT, key=KEY.verifying_key()).to_bytes()
    header = {"alg": "ES256", "kid": KEY.kid, "typ": RECEIPT_TYPE}
    key = ECKey.import_key(KEY.native)
    texts = [jws.serialize_compact(header, content, key, algorithms=["ES256"]) for _ in range(40)]
    halves = {from_base64url(text.rpartition(".")[2], what="signature")[32] >> 7 for text in texts}
    assert halves == {0, 1}
    assert len({read_receipt(text, trust=TRUST, sent=MANIFEST, at=AT) for text in texts}) == 1


def test_a_receipt_too_long_for_the_evidence_log_is_refused() -> None:
    """A peer cannot make us fail at writing down what it sent."""
    assert refusal(signed(more="x" * MAX_RECEIPT_BYTES)) == "exchange.receipt_oversize"


@settings(deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda content: content.decode("latin-1")))
def test_any_text_is_refused_without_another_error(text: str) -> None:
    """Whatever a peer answers."""
    assert refusal(text).startswith("exchange.")


@settings(deadline=None)
@given(data=st.data())
def test_any_changed_character_is_refused(data: st.DataObject) -> None:
    """Also one that decodes to the same bytes."""
    place = data.draw(st.integers(0, len(TEXT) - 1))
    character = data.draw(st.characters(max_codepoint=255).filter(lambda other: other != TEXT[place]))
    assert refusal(TEXT[:place] + character + TEXT[place + 1 :]).startswith("exchange.")


@pytest.mark.parametrize("text", [TEXT + "\n", " " + TEXT, TEXT + ".", TEXT[:-1], TEXT + "=", ""])
def test_text_around_or_missing_is_refused(text: str) -> None:
    """The caller decides what a file or an answer may have around it."""
    assert refusal(text).startswith("exchange.")

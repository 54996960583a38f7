"""Manifests, and the texts that travel in clear with them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import RejectedError, VerificationError
from govlink.exchange import DocumentInfo, Manifest, Suite, manifest_sha256_hex
from govlink.exchange.document import head_bytes, parse_document_info, split_head
from govlink.exchange.encoding import canonical_json
from govlink.exchange.manifest import parse_manifest
from govlink.exchange.texts import check_organisation, check_text
from govlink.models.identity import check_digit

MANIFEST = Manifest(
    message_id=UUID("0b9f6f0e-52b0-4a0e-9a55-0f6f3a3f9d10"),
    sender="sender.example",
    recipient="recipient.example",
    purpose="เทียบวุฒิการศึกษา",
    case_reference="ศธ 04001/2569",
    sealed_at=datetime(2026, 7, 1, 9, 0, tzinfo=UTC),
    suite=Suite.P256,
    chunk_bytes=1024 * 1024,
    chunk_count=2,
    plain_bytes=1024 * 1024 + 1,
    prelude_sha256="0" * 64,
    body_sha256="f" * 64,
)
DIGIT = check_digit("197000000001")
THAI_DIGIT = chr(ord("๐") + int(DIGIT))
TEXTS = st.text(st.characters(exclude_categories=("C", "Z", "Nd")), min_size=1, max_size=200)


@given(
    message_id=st.uuids(),
    purpose=TEXTS,
    case_reference=TEXTS,
    sealed_at=st.datetimes(timezones=st.sampled_from((UTC, timezone(timedelta(hours=7))))),
    suite=st.sampled_from(Suite),
)
def test_a_manifest_comes_back(**changes: object) -> None:
    """Equal, in the same bytes, whatever zone its time was given in."""
    manifest = replace(MANIFEST, **changes)  # type: ignore[arg-type]  # a table of fields
    found = parse_manifest(manifest.to_bytes())
    assert found == manifest
    assert found.to_bytes() == manifest.to_bytes()


def test_the_bytes_are_fixed() -> None:
    """Version 1, for ever: receipts and evidence name a manifest by the digest of these bytes."""
    text = (
        '{"body_sha256":"'
        + "f" * 64
        + '","case_reference":"ศธ 04001/2569","chunk_bytes":1048576,"chunk_count":2,'
        '"message_id":"0b9f6f0e-52b0-4a0e-9a55-0f6f3a3f9d10","plain_bytes":1048577,"prelude_sha256":"'
        + "0"
        * 64
        + '",'
        '"purpose":"เทียบวุฒิการศึกษา","recipient":"recipient.example","sealed_at":"2026-07-01T09:00:00Z",'
        '"sender":"sender.example","suite":"p256","version":1}'
    )
    assert MANIFEST.to_bytes().decode() == text
    assert manifest_sha256_hex(MANIFEST) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("name", sorted(json.loads(MANIFEST.to_bytes())))
def test_every_member_is_needed_in_its_own_form(name: str) -> None:
    """Missing, null, or another kind of value."""
    members = json.loads(MANIFEST.to_bytes())
    wrong = [{k: v for k, v in members.items() if k != name}]
    values: tuple[object, ...] = (None, True, [], {}, -1, "x\n")
    wrong += [{**members, name: value} for value in values]
    for content in wrong:
        with pytest.raises(VerificationError):
            parse_manifest(canonical_json(content))


@pytest.mark.parametrize(
    ("chunk_bytes", "chunk_count", "plain_bytes"),
    [(65536, 2, 65536), (65536, 1, 65537), (65536, 0, 0), (65536, 1, 0), (65535, 1, 5), (4194305, 1, 5)],
)
def test_sizes_agree(chunk_bytes: int, chunk_count: int, plain_bytes: int) -> None:
    """As many chunks as the plaintext needs, of an allowed size, and never none."""
    with pytest.raises(RejectedError):
        replace(MANIFEST, chunk_bytes=chunk_bytes, chunk_count=chunk_count, plain_bytes=plain_bytes)


@pytest.mark.parametrize("text", ["a", "0", "obec.moe", "a-b", "a" * 63])
def test_an_organisations_id_is_taken(text: str) -> None:
    """Small letters, digits, dots and hyphens."""
    assert check_organisation(text) == text


@pytest.mark.parametrize("text", ["", "A", "-a", "a-", ".a", "a_b", "a b", "ก", "a" * 64, "a\n", "a/b"])
def test_another_id_is_refused(text: str) -> None:
    """Ids become file names and parts of URLs."""
    with pytest.raises(RejectedError):
        check_organisation(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9 9700 00000 01 0", None),
        (f"ตรวจสอบของ 1-9700-00000-01-{DIGIT}", "exchange.person_in_clear"),
        (f"197000000001{DIGIT}", "exchange.person_in_clear"),
        (f"197000000001{(int(DIGIT) + 1) % 10}", None),
        (f"1197000000001{DIGIT}", None),
        (f"๑-๙๗๐๐-๐๐๐๐๐-๐๑-{THAI_DIGIT}", "exchange.person_in_clear"),
        ("", "exchange.text_invalid"),
        ("EQ-1\u202e9-QE", "exchange.text_invalid"),
        (" x", "exchange.text_invalid"),
        ("x\u2028y", "exchange.text_invalid"),
        ("x\0y", "exchange.text_invalid"),
        ("\ud800", "exchange.text_invalid"),
        ("x" * 501, "exchange.text_invalid"),
    ],
)
def test_what_travels_in_clear_names_nobody(text: str, code: str | None) -> None:
    """A right citizen number is refused; other numbers of its length are none."""
    if code is None:
        assert check_text(text, what="purpose", most=500) == text
        return
    with pytest.raises(RejectedError) as caught:
        check_text(text, what="purpose", most=500)
    assert caught.value.code == code
    assert "0000" not in caught.value.explain("th")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "/etc/passwd",
        "a\0b",
        "a\nb",
        "\u202efdp.exe",
        "a\u2066b",
        "ก" * 86,
        "\ud800",
    ],
)
def test_a_file_name_is_no_trap(name: str) -> None:
    """No path, no control or text-direction character, at most 255 bytes; sent or received."""
    with pytest.raises(RejectedError) as caught:
        DocumentInfo(file_name=name)
    assert caught.value.code == "exchange.file_name_invalid"
    if name.isprintable():
        with pytest.raises(VerificationError):
            parse_document_info(canonical_json({"file_name": name, "media_type": "text/plain"}))


@pytest.mark.parametrize(
    "media_type", ["", "pdf", "application/", "text/html; charset=x", "Text/Plain", "a/b\n"]
)
def test_a_media_type_is_one(media_type: str) -> None:
    """Type and subtype, in small letters, without parameters."""
    with pytest.raises(RejectedError) as caught:
        DocumentInfo(file_name="x", media_type=media_type)
    assert caught.value.code == "exchange.media_type_invalid"


@given(rest=st.binary(max_size=50))
def test_the_head_is_split_off(rest: bytes) -> None:
    """What follows it is the document."""
    info = DocumentInfo(file_name="ใบรับรอง ๒.pdf", media_type="application/pdf")
    found, document = split_head(head_bytes(info) + rest)
    assert (found, bytes(document)) == (info, rest)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        b"\0\0\0\0",
        b"\xff\xff\xff\xff{}",
        b"\0\0\0\5{}",
        b"\0\0\0\2{}",
        b'\0\0\0\x11{"file_name":"x"}',
        b"\0\0\x20\0" + b" " * 0x2000,
    ],
)
def test_another_head_is_refused(content: bytes) -> None:
    """Too short, too long, or not what version 1 writes."""
    with pytest.raises(VerificationError):
        split_head(content)

"""Literal document answers: decoding, checking, and bytes left alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govlink.errors import NotFoundError, UnexpectedAnswerError, VerificationError
from govlink.flow import Response
from govlink.models.registry import RegistryDocument
from govlink_gdx.catalogue import SERVICES
from govlink_gdx.documents import decode_base64, parse_pdf
from govlink_gdx.tiny_pdf import tiny_pdf

Answer = Callable[..., Response]
CERTIFICATE = next(service for service in SERVICES if service.name == "dbd.certificate")
LIMIT = 1024 * 1024
PDF = tiny_pdf("one")


def envelope(content: bytes = PDF, /, **changes: object) -> dict[str, object]:
    """The documented envelope around a document, with members changed; None leaves one out."""
    members: dict[str, object] = {
        "ID": "1",
        "FileName": "certificate.pdf",
        "FileSize": str(len(content)),
        "Info": {"Name": "x", "NumberOfPage": "2"},
        "mimeType": "application/pdf",
        "Hashes": hashlib.md5(content, usedforsecurity=False).hexdigest().upper(),
        "Result": base64.b64encode(content).decode(),
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def parse(
    response: Response, *, hash_algorithm: str | None = "md5", limit_bytes: int = LIMIT
) -> RegistryDocument:
    """Read a certificate."""
    return parse_pdf(response, service=CERTIFICATE, limit_bytes=limit_bytes, hash_algorithm=hash_algorithm)


@given(st.binary(max_size=300), st.booleans(), st.booleans(), st.booleans())
@example(bytes(range(251)), True, False, True)
def test_both_alphabets_padded_or_not(content: bytes, safe: bool, padded: bool, wrapped: bool) -> None:
    """Every spelling of Base64 that the guide allows gives the same bytes."""
    text = (base64.urlsafe_b64encode if safe else base64.b64encode)(content).decode()
    text = text if padded else text.rstrip("=")
    text = "\r\n".join(text[i : i + 76] for i in range(0, len(text), 76)) if wrapped else text
    assert decode_base64(text) == content


@pytest.mark.parametrize("text", ["A", "AA=A", "AAA*", "AAAกAAA", "data:application/pdf;base64,AAAA"])
def test_other_text_is_no_base64(text: str) -> None:
    """Nothing is skipped over silently."""
    with pytest.raises(ValueError, match="Base64"):
        decode_base64(text)


def test_document_comes_byte_for_byte(answer: Answer) -> None:
    """The bytes, their digest and what the envelope says of them."""
    document = parse(answer(200, envelope()))
    assert document.content == PDF
    assert document.sha256_hex == hashlib.sha256(PDF).hexdigest()
    assert (document.file_name, document.media_type, document.page_count) == (
        "certificate.pdf",
        "application/pdf",
        2,
    )


def test_info_is_optional_and_size_may_be_a_number(answer: Answer) -> None:
    """Members that vary in type or presence do not stop a good document."""
    assert parse(answer(200, envelope(Info=None, FileSize=len(PDF)))).page_count is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"FileSize": str(len(PDF) + 1)}, "gdx.size_differs"),
        ({"Hashes": "0" * 32}, "gdx.hash_differs"),
        ({"Result": base64.b64encode(PDF[:-1] + b"x").decode()}, "gdx.hash_differs"),
    ],
)
def test_a_document_that_is_not_what_it_says(answer: Answer, changes: dict[str, object], code: str) -> None:
    """A changed size, digest or byte is never handed on."""
    with pytest.raises(VerificationError) as caught:
        parse(answer(200, envelope(**changes)))
    assert caught.value.code == code


@pytest.mark.parametrize("algorithm", ["md5", None])
def test_what_is_no_pdf(answer: Answer, algorithm: str | None) -> None:
    """Right size and digest do not make a web page a certificate."""
    with pytest.raises(VerificationError) as caught:
        parse(answer(200, envelope(b"<html></html>")), hash_algorithm=algorithm)
    assert caught.value.code == "gdx.not_a_pdf"


def test_hash_check_can_be_changed_and_switched_off(answer: Answer) -> None:
    """The algorithm is configuration, and None leaves the digest out."""
    sha = hashlib.sha256(PDF).hexdigest().upper()
    assert parse(answer(200, envelope(Hashes=sha)), hash_algorithm="sha256").content == PDF
    assert parse(answer(200, envelope(Hashes=None)), hash_algorithm=None).content == PDF


@pytest.mark.parametrize(
    "changes",
    [
        {"FileSize": "big"},
        {"FileSize": None},
        {"Result": None},
        {"Result": "*"},
        {"Hashes": None},
        {"FileName": ".."},
        {"FileName": "a" * 201},
        {"FileSize": "9" * 5000},
        {"mimeType": "application/pdf\r\nSet-Cookie: a=b"},
        {"mimeType": "pdf"},
    ],
)
def test_an_envelope_of_another_form(answer: Answer, changes: dict[str, object]) -> None:
    """A missing or misshapen member is an unexpected answer."""
    with pytest.raises(UnexpectedAnswerError):
        parse(answer(200, envelope(**changes)))


@pytest.mark.parametrize("name", ["../../etc/a.pdf", "C:\\temp\\a.pdf", "/a.pdf", "C:a.pdf"])
def test_file_name_keeps_no_path(answer: Answer, name: str) -> None:
    """A caller that saves under the name stays in its own folder."""
    assert parse(answer(200, envelope(FileName=name))).file_name == "a.pdf"


def test_no_document_and_too_large_a_document(answer: Answer) -> None:
    """204 is not found; an answer over the limit is refused before it is parsed."""
    with pytest.raises(NotFoundError):
        parse(answer(204))
    with pytest.raises(UnexpectedAnswerError):
        parse(answer(200, envelope()), limit_bytes=100)

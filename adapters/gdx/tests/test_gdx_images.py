"""Literal answers with page images and photographs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import pytest

from govlink.errors import NotFoundError, UnexpectedAnswerError, VerificationError
from govlink.flow import Response
from govlink.models.registry import DocumentKind, RegistryDocument
from govlink_gdx.catalogue import SERVICES
from govlink_gdx.images import parse_image, parse_photo
from govlink_gdx.tiny_pdf import tiny_pdf

Answer = Callable[..., Response]
NAMED = {service.name: service for service in SERVICES}
LIMIT = 1024 * 1024
ONE, TWO = tiny_pdf("one"), tiny_pdf("number two")
JPEG = b"\xff\xd8\xff\xe0rest\xff\xd9"


def entry(content: bytes, **changes: object) -> dict[str, object]:
    """One of Contents as documented: Page is always 0."""
    data = base64.b64encode(content).decode()
    return {"Page": 0, "Total": 1, "Type": "PDF", "Size": len(content), "Data": data, **changes}


def image(response: Response, *, check_size: bool = True) -> RegistryDocument:
    """Read page images."""
    return parse_image(
        response, service=NAMED["dbd.shareholders_image"], limit_bytes=LIMIT, check_size=check_size
    )


def photo(response: Response, *, check_size: bool = True) -> RegistryDocument:
    """Read a photograph."""
    return parse_photo(response, service=NAMED["dopa.ikno_photo"], limit_bytes=LIMIT, check_size=check_size)


def test_each_entry_is_a_file_of_its_own(answer: Answer) -> None:
    """Several files stay several, in order, byte for byte."""
    document = image(answer(200, {"Type": "PDF", "Page": 0, "Contents": [entry(ONE), entry(TWO)]}))
    assert [file.content for file in document.files] == [ONE, TWO]
    assert [file.sha256_hex for file in document.files] == [hashlib.sha256(f).hexdigest() for f in (ONE, TWO)]
    assert [file.file_name for file in document.files] == [
        "dbd.shareholders_image-1.pdf",
        "dbd.shareholders_image-2.pdf",
    ]
    assert document.kind is DocumentKind.IMAGE
    assert document.further[0].further == ()


def test_one_entry_is_one_file(answer: Answer) -> None:
    """The common case has nothing further; a size in text counts like a number."""
    document = image(answer(200, {"contents": [entry(ONE, Size=str(len(ONE)))]}))
    assert document.files == (document,)


def test_size_of_an_image(answer: Answer) -> None:
    """A size that differs is not handed on, unless its reading was switched off; a text may stand there."""
    bad = answer(200, {"Contents": [entry(ONE, Size=len(ONE) + 1)]})
    with pytest.raises(VerificationError):
        image(bad)
    assert image(bad, check_size=False).content == ONE
    assert image(answer(200, {"Contents": [entry(ONE, Size="2 KB")]})).content == ONE


@pytest.mark.parametrize("contents", [None, {}, [1], [{"Size": 1}], [entry(ONE, Data="*")]])
def test_images_of_another_form(answer: Answer, contents: object) -> None:
    """A missing list, an entry without data, or data that is no Base64."""
    with pytest.raises(UnexpectedAnswerError):
        image(answer(200, {"Contents": contents}))


def test_no_images_and_no_pdf(answer: Answer) -> None:
    """An empty list is not found; one web page among the files spoils all."""
    with pytest.raises(NotFoundError):
        image(answer(200, {"Contents": []}))
    with pytest.raises(VerificationError):
        image(answer(200, {"Contents": [entry(ONE), entry(b"<html>")]}))


def test_photograph_from_hexadecimal(answer: Answer) -> None:
    """The picture's bytes, its kind read off them, and no number kept."""
    content = {"CitizenID": "1980000000038", "ImageSize": str(len(JPEG)), "ImageHex": JPEG.hex().upper()}
    document = photo(answer(200, content))
    assert document.content == JPEG
    assert (document.media_type, document.file_name) == ("image/jpeg", "dopa.ikno_photo.jpg")
    assert "1980000000038" not in repr(document)


def test_photograph_of_an_unknown_kind(answer: Answer) -> None:
    """Which formats there are is not told, so another one is handed on as bytes."""
    document = photo(answer(200, {"ImageSize": 2, "ImageHex": "0102"}))
    assert document.media_type == "application/octet-stream"


@pytest.mark.parametrize("digits", ["", "0", "0g", "01 02", "๐๑", None, 12])
def test_photograph_that_is_not_hexadecimal(answer: Answer, digits: object) -> None:
    """Nothing is skipped over silently."""
    with pytest.raises(UnexpectedAnswerError):
        photo(answer(200, {"ImageSize": "1", "ImageHex": digits}))


def test_size_of_a_photograph(answer: Answer) -> None:
    """It must be there and right, unless its reading was switched off."""
    with pytest.raises(VerificationError):
        photo(answer(200, {"ImageSize": "3", "ImageHex": "0102"}))
    with pytest.raises(UnexpectedAnswerError):
        photo(answer(200, {"ImageHex": "0102"}))
    assert photo(answer(200, {"ImageHex": "0102"}), check_size=False).content == b"\x01\x02"


def test_no_photograph(answer: Answer) -> None:
    """99991 and its neighbours say that card or picture is not there."""
    with pytest.raises(NotFoundError):
        photo(answer(500, {"Message": "[99993] x"}))

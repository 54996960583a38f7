"""Documents that come without a name or a digest: page images, a person's photograph, and raw XML.

The file names are ours (modelled): these answers hold none.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from govlink.errors import Fault, NotFoundError, VerificationError
from govlink.flow import Response
from govlink.models.registry import DocumentKind, RegistryDocument
from govlink.wire import field_ci, text_field

from .answers import EMPTY_LIST, open_answer, unexpected
from .catalogue import Service
from .codes import PLATFORM
from .documents import base64_field, check_file, number_of

__all__ = ["parse_image", "parse_photo", "parse_raw_text"]

NOT_XML = Fault("gdx.not_xml", en="the register's text is not XML", th="ข้อความจากทะเบียนไม่ใช่ XML")

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_PICTURES = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n", "image/png", "png"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2", "jp2"),
    (b"BM", "image/bmp", "bmp"),
)


def _document(
    service: Service, content: bytes, *, kind: DocumentKind, media_type: str, file_name: str
) -> RegistryDocument:
    return RegistryDocument(
        service=service.name,
        kind=kind,
        file_name=file_name,
        media_type=media_type,
        content=content,
        sha256_hex=hashlib.sha256(content).hexdigest(),
    )


def parse_raw_text(response: Response, *, service: Service, limit_bytes: int) -> RegistryDocument:
    """The XML that the register itself sent, from ``RawData``; it is handed on unread.

    Source: DGA knowledge base, DBD API guide (documented): the sample decodes to an XML prolog.

    Raises:
        UnexpectedAnswerError: there is no RawData, or it is no Base64.
        VerificationError: it does not begin as XML does.
    """
    operation = service.endpoint.operation
    envelope = open_answer(response, operation=operation, limit_bytes=limit_bytes)
    content = base64_field(envelope, "RawData", operation=operation)
    if not content.lstrip(b" \t\r\n").startswith(_XML_STARTS):
        raise VerificationError(NOT_XML, platform=PLATFORM, operation=operation)
    return _document(
        service,
        content,
        kind=DocumentKind.TEXT,
        media_type="application/xml",
        file_name=f"{operation}.xml",
    )


def _image_file(entry: object, service: Service, *, number: int, check_size: bool) -> RegistryDocument:
    operation = service.endpoint.operation
    if not isinstance(entry, dict):
        raise unexpected("Contents", operation=operation)
    content = base64_field(entry, "Data", operation=operation)
    size_bytes = number_of(field_ci(entry, "Size")) if check_size else None
    check_file(content, size_bytes=size_bytes, is_pdf=True, operation=operation)
    return _document(
        service,
        content,
        kind=DocumentKind.IMAGE,
        media_type="application/pdf",
        file_name=f"{operation}-{number}.pdf",
    )


def parse_image(
    response: Response, *, service: Service, limit_bytes: int, check_size: bool
) -> RegistryDocument:
    """``{Type, Page, Contents: [{Page, Total, Type, Size, Data}]}``, each entry a PDF in Base64.

    The first entry is the document, the others are its ``further``: they are separate files and stay
    so. Source: DGA knowledge base, DBD API guide (documented). That Size counts bytes is modelled;
    ``check_size`` false leaves it unread. No page count is given: what Page and Total count is not told.

    Raises:
        NotFoundError: Contents is empty.
        UnexpectedAnswerError: a member is missing or in another form.
        VerificationError: size or file type are not what the answer says.
    """
    operation = service.endpoint.operation
    envelope = open_answer(response, operation=operation, limit_bytes=limit_bytes)
    entries = field_ci(envelope, "Contents")
    if not isinstance(entries, list):
        raise unexpected("Contents", operation=operation)
    if not entries:
        raise NotFoundError(EMPTY_LIST, platform=PLATFORM, operation=operation)
    files = tuple(
        _image_file(entry, service, number=number, check_size=check_size)
        for number, entry in enumerate(entries, start=1)
    )
    return replace(files[0], further=files[1:])


def parse_photo(
    response: Response, *, service: Service, limit_bytes: int, check_size: bool
) -> RegistryDocument:
    """A person's photograph: ``ImageHex`` in hexadecimal digits, ``ImageSize`` its bytes, as text.

    Source: GovAPI manual of 22 Nov 2018, IKNO-005 (documented). The picture's format is not told, so
    it is read off its first bytes. That ImageSize leaves Padding out is not told either; ``check_size``
    false leaves it unread. The numbers beside the picture are not kept.

    Raises:
        UnexpectedAnswerError: a member is missing or in another form.
        VerificationError: the size is not what the answer says.
    """
    operation = service.endpoint.operation
    envelope = open_answer(response, operation=operation, limit_bytes=limit_bytes)
    digits = text_field(envelope, "ImageHex", response=response, platform=PLATFORM, operation=operation)
    if _HEX.fullmatch(digits) is None:
        raise unexpected("ImageHex (hexadecimal)", operation=operation)
    content = bytes.fromhex(digits)
    size_bytes = number_of(field_ci(envelope, "ImageSize")) if check_size else None
    if check_size and size_bytes is None:
        raise unexpected("ImageSize", operation=operation)
    check_file(content, size_bytes=size_bytes, is_pdf=False, operation=operation)
    media_type, suffix = next(
        ((kind, suffix) for start, kind, suffix in _PICTURES if content.startswith(start)),
        ("application/octet-stream", "bin"),
    )
    return _document(
        service,
        content,
        kind=DocumentKind.IMAGE,
        media_type=media_type,
        file_name=f"{operation}.{suffix}",
    )

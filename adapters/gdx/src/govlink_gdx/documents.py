"""From a document answer to the document: decoded, checked, and not a byte changed.

The PDF is already signed when it comes (our reading of the documented sample), so it is handed on
exactly as it was, never re-encoded or repaired.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

from govlink.errors import Fault, VerificationError
from govlink.flow import Response
from govlink.models.registry import DocumentKind, RegistryDocument
from govlink.wire import field_ci, text_field

from .answers import open_answer, unexpected
from .catalogue import Service
from .codes import PLATFORM

__all__ = ["base64_field", "check_file", "decode_base64", "number_of", "parse_pdf"]

SIZE_DIFFERS = Fault(
    "gdx.size_differs",
    en="the document has {actual} bytes, its FileSize says otherwise",
    th="เอกสารมีขนาด {actual} ไบต์ ไม่ตรงกับ FileSize ที่แจ้ง",
)
HASH_DIFFERS = Fault(
    "gdx.hash_differs",
    en="the document's {algorithm} digest is not the one in Hashes (setting hash_algorithm)",
    th="ค่าแฮช {algorithm} ของเอกสารไม่ตรงกับ Hashes ที่แจ้ง (ค่าตั้ง hash_algorithm)",
)
NOT_A_PDF = Fault("gdx.not_a_pdf", en="the document is not a PDF", th="เอกสารไม่ใช่ไฟล์ PDF")

_URL_SAFE_TO_STANDARD = str.maketrans("-_", "+/")
_COUNT = re.compile(r"[0-9]{1,15}")  # Python refuses to read a number of thousands of digits
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,60}(?:;[ -~]{0,100})?")
_LONGEST_NAME = 200
_BLANKS = dict.fromkeys(map(ord, " \t\r\n"))


def decode_base64(text: str) -> bytes:
    """Decode either alphabet, wrapped or not, padded or not (documented: GDX API guide, Base64).

    Raises:
        ValueError: the text is no Base64.
    """
    bare = text.translate(_BLANKS).rstrip("=").translate(_URL_SAFE_TO_STANDARD)
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:  # binascii.Error, and the plain one for other scripts
        raise ValueError("not Base64") from None


def number_of(value: object) -> int | None:
    """A count that comes as text in the sample and may come as a number."""
    if isinstance(value, str) and _COUNT.fullmatch(value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _file_name(text: str, *, operation: str) -> str:
    """The last part of the name: a path in it could make a caller write where it must not."""
    name = re.split(r"[/\\:]", text)[-1]
    if name in {"", ".", ".."} or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise unexpected("FileName", operation=operation)
    return name


def _media_type(text: str, *, operation: str) -> str:
    """The type as sent; a line break in it would forge a header of whoever serves the document on."""
    if _MEDIA_TYPE.fullmatch(text) is None:
        raise unexpected("mimeType", operation=operation)
    return text


def base64_field(envelope: Mapping[str, object], name: str, *, operation: str) -> bytes:
    """The bytes of a member in Base64, or ``UnexpectedAnswerError``."""
    value = field_ci(envelope, name)
    try:
        if isinstance(value, str) and value:
            return decode_base64(value)
    except ValueError:
        pass
    raise unexpected(f"{name} (Base64)", operation=operation) from None


def check_file(content: bytes, *, size_bytes: int | None, is_pdf: bool, operation: str) -> None:
    """Size, where one was told, and the beginning of a PDF, where the file must be one.

    Raises:
        VerificationError: the file is not what the answer says.
    """
    if size_bytes is not None and len(content) != size_bytes:
        raise VerificationError(SIZE_DIFFERS, platform=PLATFORM, operation=operation, actual=len(content))
    if is_pdf and not content.startswith(b"%PDF"):
        raise VerificationError(NOT_A_PDF, platform=PLATFORM, operation=operation)


def _check_digest(content: bytes, *, hashes: str, hash_algorithm: str, operation: str) -> None:
    digest = hashlib.new(hash_algorithm, content, usedforsecurity=False).hexdigest()
    if digest.upper() != hashes.upper():
        raise VerificationError(
            HASH_DIFFERS, platform=PLATFORM, operation=operation, algorithm=hash_algorithm
        )


def _page_count(envelope: Mapping[str, object]) -> int | None:
    info = field_ci(envelope, "Info")
    return number_of(field_ci(info, "NumberOfPage")) if isinstance(info, dict) else None


def parse_pdf(
    response: Response, *, service: Service, limit_bytes: int, hash_algorithm: str | None
) -> RegistryDocument:
    """``{ID, FileName, FileSize, Info, mimeType, Hashes, Result}`` with the PDF as Base64 in Result.

    Size, digest and file type are checked before the bytes are handed on. Source: DGA knowledge base,
    DBD API guide (documented); the digest's algorithm is configuration.

    Raises:
        UnexpectedAnswerError: a member is missing or in another form.
        VerificationError: size, digest or file type are not what the answer says.
    """
    operation = service.endpoint.operation
    envelope = open_answer(response, operation=operation, limit_bytes=limit_bytes)

    def text(name: str) -> str:
        return text_field(envelope, name, response=response, platform=PLATFORM, operation=operation)

    size_bytes = number_of(field_ci(envelope, "FileSize"))
    if size_bytes is None:
        raise unexpected("FileSize", operation=operation)
    content = base64_field(envelope, "Result", operation=operation)
    check_file(content, size_bytes=size_bytes, is_pdf=False, operation=operation)
    if hash_algorithm:
        _check_digest(content, hashes=text("Hashes"), hash_algorithm=hash_algorithm, operation=operation)
    check_file(content, size_bytes=None, is_pdf=True, operation=operation)
    return RegistryDocument(
        service=service.name,
        kind=DocumentKind.PDF,
        file_name=_file_name(text("FileName"), operation=operation),
        media_type=_media_type(text("mimeType"), operation=operation),
        content=content,
        sha256_hex=hashlib.sha256(content).hexdigest(),
        page_count=_page_count(envelope),
    )

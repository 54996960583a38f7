"""The document's name and media type, encrypted at the head of the plaintext."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from ..errors import Fault, RejectedError, VerificationError
from .encoding import canonical_json, strict_json_object
from .restating import restated
from .texts import is_plain

__all__ = ["DocumentInfo", "head_bytes", "parse_document_info", "split_head"]

FILE_NAME_INVALID = Fault(
    "exchange.file_name_invalid",
    en="the file name is empty, too long, or holds a path, control or text-direction character",
    th="ชื่อไฟล์ว่าง ยาวเกินไป หรือมีเครื่องหมายเส้นทาง อักขระควบคุม หรืออักขระเปลี่ยนทิศทางข้อความ",
)
MEDIA_TYPE_INVALID = Fault(
    "exchange.media_type_invalid",
    en="the media type is not of the form type/subtype",
    th="ชนิดข้อมูล (media type) ไม่อยู่ในรูป type/subtype",
)
HEAD_INVALID = Fault(
    "exchange.head_invalid",
    en="the decrypted document does not begin with its name and media type",
    th="เอกสารที่ถอดรหัสแล้วไม่ได้ขึ้นต้นด้วยชื่อและชนิดข้อมูล",
)

_LENGTH = struct.Struct(">I")
_MAX_HEAD_BYTES = 4096
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """What the recipient needs to use the document; encrypted, at the head of the plaintext."""

    file_name: str
    media_type: str = "application/octet-stream"

    def __post_init__(self) -> None:
        name = self.file_name
        is_path = name in {"", ".", ".."} or "/" in name or "\\" in name
        if is_path or not is_plain(name) or len(name.encode()) > 255:
            raise RejectedError(FILE_NAME_INVALID)
        if not _MEDIA_TYPE.fullmatch(self.media_type):
            raise RejectedError(MEDIA_TYPE_INVALID)

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_json({"file_name": self.file_name, "media_type": self.media_type})


def parse_document_info(content: bytes) -> DocumentInfo:
    """Read what ``DocumentInfo.to_bytes`` wrote, in that one spelling.

    Raises:
        VerificationError: it is anything else, or the file name would be a trap.
    """
    members = strict_json_object(content, what="document info", is_canonical=True)
    file_name, media_type = members.pop("file_name", None), members.pop("media_type", None)
    if members or not isinstance(file_name, str) or not isinstance(media_type, str):
        raise VerificationError(HEAD_INVALID)
    try:
        return DocumentInfo(file_name=file_name, media_type=media_type)
    except RejectedError as error:
        raise restated(error, VerificationError) from None


def head_bytes(info: DocumentInfo) -> bytes:
    """What stands before the document in the plaintext: u32 length, canonical JSON."""
    content = info.to_bytes()
    return _LENGTH.pack(len(content)) + content


def split_head(first: bytes) -> tuple[DocumentInfo, memoryview]:
    """What ``head_bytes`` wrote, and the part of the document that is in the first chunk.

    Raises:
        VerificationError: the chunk does not begin so.
    """
    content = memoryview(first)
    if len(content) < _LENGTH.size:
        raise VerificationError(HEAD_INVALID)
    (length,) = _LENGTH.unpack_from(content)
    end = _LENGTH.size + length
    if length > _MAX_HEAD_BYTES or end > len(content):
        raise VerificationError(HEAD_INVALID)
    return parse_document_info(bytes(content[_LENGTH.size : end])), content[end:]

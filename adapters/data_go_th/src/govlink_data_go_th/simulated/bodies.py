"""Request bodies as CKAN's web framework reads them: JSON, a form, or a form in parts with files.

A JSON text sent as a form, which is how curl sends it unless told otherwise, is understood while it is
small. The framework's limits bring an HTML page with status 413. (tried on CKAN 2.11 and 2.12)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

__all__ = ["TooLarge", "Unreadable", "UploadedFile", "parse_body"]

_FIELD_LIMIT_BYTES = 500_000
_PARTS_LIMIT = 1000
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NAME = re.compile(rb'\bname="([^"]*)"')
_FILENAME = re.compile(rb'\bfilename="([^"]*)"')


class Unreadable(Exception):
    """A bare JSON text with status 400 says so, without an envelope."""


class TooLarge(Exception):
    """An HTML page with status 413 says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """A file in a form."""

    name: str
    content: bytes = field(repr=False)


def parse_body(body: bytes, *, content_type: str) -> dict[str, object]:
    """The parameters of an action.

    Raises:
        Unreadable: no JSON, or JSON that is no object.
        TooLarge: a form beyond the framework's limits.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        if len(body) > _FIELD_LIMIT_BYTES:
            raise TooLarge
        return _form(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    if kind == "multipart/form-data":
        return _form(_parts(body, content_type))
    return _object(body or b"{}")


def _object(text: bytes | str) -> dict[str, object]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Unreadable("Error decoding JSON data.") from error
    if not isinstance(data, dict):
        raise Unreadable("Request data JSON decoded to something else than a dictionary.")
    return data


def _form(pairs: Iterable[tuple[str, str | UploadedFile]]) -> dict[str, object]:
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadedFile] = {}
    for name, value in pairs:
        if isinstance(value, UploadedFile):
            files.setdefault(name, value)
        else:
            texts.setdefault(name, []).append(value)
    if len(texts) == 1 and next(iter(texts.values())) in (["1"], [""]):
        return {**_object(next(iter(texts))), **files}
    return {**{name: v[0] if len(v) == 1 else v for name, v in texts.items()}, **files}


def _parts(body: bytes, content_type: str) -> Iterator[tuple[str, str | UploadedFile]]:
    found = _BOUNDARY.search(content_type)
    pieces = body.split(b"--" + found[1].encode()) if found else []
    if len(pieces) - 2 > _PARTS_LIMIT:
        raise TooLarge
    for piece in pieces[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        name, filename = _NAME.search(head), _FILENAME.search(head)
        if name is None:
            continue
        if filename is not None:
            yield name[1].decode(), UploadedFile(name=filename[1].decode(), content=content)
        elif len(content) > _FIELD_LIMIT_BYTES:
            raise TooLarge
        else:
            yield name[1].decode(), content.decode(errors="replace")

"""The names of uploaded files: CKAN keeps what is ASCII, so Thai letters vanish (tried)."""

from __future__ import annotations

import mimetypes
import re

__all__ = ["MAX_FILE_BYTES", "format_of", "mimetype_of", "munged"]

MAX_FILE_BYTES = 10 * 2**20
"""CKAN's own default; more is refused with 409 (tried)."""

_EXTENSION_MAX, _TOTAL_MAX, _TOTAL_MIN = 21, 100, 3
_FORMATS = frozenset({"csv", "tsv", "json", "xls", "xlsx", "pdf", "xml", "zip", "txt", "html"})
_FORMAT_OF_TYPE = {"text/csv": "CSV", "application/json": "JSON", "application/pdf": "PDF"}


def munged(name: str) -> str:
    """The name under which a file is kept: ``ข้อมูล ทดสอบ.csv`` becomes ``-.csv``."""
    name = re.sub(r"[^a-z0-9_. -]", "", name.rsplit("/", 1)[-1].lower().strip(), flags=re.ASCII)
    name = re.sub(r"-+", "-", name.replace(" ", "-"))
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    extension = (dot + extension)[:_EXTENSION_MAX]
    stem = stem.ljust(max(1, _TOTAL_MIN - len(extension)), "_")
    return stem[: _TOTAL_MAX - len(extension)] + extension


def mimetype_of(name: str) -> str | None:
    """What the name's ending says."""
    return mimetypes.guess_type(name)[0]


def format_of(given: str) -> str:
    """A format as CKAN writes it: known ones in capitals, others as given."""
    return given.upper() if given.lower() in _FORMATS else _FORMAT_OF_TYPE.get(given, given)

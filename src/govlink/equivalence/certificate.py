"""The record of a certificate: what is certified, its number, and what proves it unchanged.

How the Bureau numbers its certificates is not published, so the scheme is configuration.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import date

from ..errors import ConfigError, Fault
from ..flow import Context
from ..models.dates import be_year_of
from ..models.identity import PersonName
from .application import Service
from .levels import Level

__all__ = ["CertificateRecord", "NumberingScheme", "canonical_record", "new_verify_code", "record_sha256"]

SCHEME_INVALID = Fault(
    "equivalence.numbering_invalid",
    en="a numbering template may name service, be_year and token, and must name token",
    th="รูปแบบเลขที่ใช้ได้เฉพาะ service, be_year และ token โดยต้องมี token",
)

_MARKER = "\0"
_CODE_CHARACTERS = 24  # 120 bits: nobody guesses it
_TOKEN_CHARACTERS = 12  # 60 bits: a million numbers a year, drawn apart, do not meet


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberingScheme:
    """How numbers are made: a template of ``service``, ``be_year`` and ``token``.

    ``token`` is 12 random letters and digits, because numbers are given by machines that do not ask
    each other. An office with a register of its own hands the number in instead.
    """

    template: str

    def __post_init__(self) -> None:
        try:
            sample = self.template.format(service="", be_year=0, token=_MARKER)
        except (KeyError, IndexError, ValueError, AttributeError):
            raise ConfigError(SCHEME_INVALID) from None
        if _MARKER not in sample:
            raise ConfigError(SCHEME_INVALID)

    def number(self, *, service: Service, on: date, context: Context, label: str) -> str:
        """A number for something of that service made on that day."""
        token = _base32(context.random_bytes(label), characters=_TOKEN_CHARACTERS)
        return self.template.format(service=service.value, be_year=be_year_of(on), token=token)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRecord:
    """A certificate as issued. ``sha256_hex`` is over everything else, in canonical JSON.

    ``version`` counts the corrections of clerical errors. ``replaces`` is the number of the
    certificate this one stands in for, None when there is none or its number is not known.
    """

    number: str
    version: int
    verify_code: str = field(repr=False)
    petition_number: str
    service: Service
    level: Level
    issued_on: date
    name_at_issue: PersonName
    replaces: str | None = field(default=None, repr=False)
    sha256_hex: str = ""


def new_verify_code(context: Context, *, label: str) -> str:
    """A code of 24 letters and digits that nobody can guess, in groups of six."""
    code = _base32(context.random_bytes(label), characters=_CODE_CHARACTERS)
    return "-".join(code[i : i + 6] for i in range(0, len(code), 6))


def canonical_record(record: CertificateRecord) -> bytes:
    """The record without its digest: JSON with sorted keys, no blanks, UTF-8."""
    name = record.name_at_issue
    values = {
        "issued_on": record.issued_on.isoformat(),
        "level": record.level.value,
        "name_at_issue": {
            "first": name.first,
            "last": name.last,
            "middle": name.middle,
            "title": name.title,
        },
        "number": record.number,
        "petition_number": record.petition_number,
        "replaces": record.replaces,
        "service": record.service.value,
        "verify_code": record.verify_code,
        "version": record.version,
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def record_sha256(record: CertificateRecord) -> str:
    """The digest of the record, in hexadecimal."""
    return hashlib.sha256(canonical_record(record)).hexdigest()


def _base32(material: bytes, *, characters: int) -> str:
    return base64.b32encode(material).decode()[:characters]

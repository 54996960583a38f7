"""A call's typed outcome as JSON, to be kept beside the recording and compared on replay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from uuid import UUID

from ...errors import GovlinkError
from ...flow import Token

__all__ = ["error_told", "outcome_told"]


def outcome_told(value: object) -> dict[str, object]:
    """The value with its type and every field; bytes by size and digest, a session token not at all."""
    return {"type": type(value).__name__, "value": _told(value)}


def error_told(error: GovlinkError) -> dict[str, object]:
    """The error's class, its stable code and the safe values of its text."""
    told: dict[str, object] = {"error": type(error).__name__, "code": error.code}
    return {**told, "values": dict(error.values)} if error.values else told


def _told(value: object) -> object:
    if isinstance(value, Token):
        return "a token"
    if (
        value is None
        or isinstance(value, bool | int | float)
        or (isinstance(value, str) and not _is_enum(value))
    ):
        return value
    if isinstance(value, bytes):
        return {"size_bytes": len(value), "sha256": hashlib.sha256(value).hexdigest()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _told(part) for key, part in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [_told(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _told(getattr(value, field.name)) for field in fields(value)}
    return str(value) if isinstance(value, UUID | Path) else type(value).__name__


def _is_enum(value: object) -> bool:
    return isinstance(value, Enum)

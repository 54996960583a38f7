"""A registration's two files: the manifest a person writes (TOML), the record govlink keeps (JSON)."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from ..errors import ConfigError, Fault, Problem, RejectedError
from ..models.portal import ServiceManifest
from ..wire import strict_json
from .progress import RegistrationProgress

__all__ = ["load_manifest", "load_progress", "save_progress"]

T = TypeVar("T")

FILE_UNREADABLE = Fault("registration.file_unreadable", en="{name} cannot be read", th="อ่านไฟล์ {name} ไม่ได้")
FILE_UNWRITABLE = Fault(
    "registration.file_unwritable", en="{name} cannot be written", th="เขียนไฟล์ {name} ไม่ได้"
)
NOT_TOML = Fault(
    "registration.not_toml",
    en="{name} is not TOML in UTF-8 (line {line})",
    th="{name} ไม่ใช่ TOML ในรหัส UTF-8 (บรรทัด {line})",
)
MANIFEST_INVALID = Fault(
    "registration.manifest_invalid",
    en="{name} is not a service manifest",
    th="{name} ไม่ใช่เอกสารกำกับบริการที่ถูกต้อง",
)
KEY_UNKNOWN = Fault(
    "registration.key_unknown", en="there is no such entry", th="ไม่มีรายการชื่อนี้ในเอกสารกำกับบริการ"
)
KEY_MISSING = Fault("registration.key_missing", en="this entry is missing", th="ขาดรายการนี้")
KEY_WRONG_KIND = Fault(
    "registration.key_wrong_kind", en="this must be of the kind {kind}", th="ค่าต้องเป็นชนิด {kind}"
)
PROGRESS_DAMAGED = Fault(
    "registration.progress_damaged",
    en="{name} is not a registration's record, or was damaged",
    th="{name} ไม่ใช่บันทึกการขึ้นทะเบียนบริการ หรือไฟล์เสียหาย",
)

_FORMAT = "govlink.registration/1"
_KINDS: Mapping[str, str] = {
    "str": "string",
    "bool": "true/false",
    "int": "integer",
    "date": "date",
    "tuple[str, ...]": "array of strings",
}


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(FILE_UNREADABLE, name=path.name) from error


def _toml_of(path: Path) -> dict[str, object]:
    content = _bytes_of(path)
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(NOT_TOML, name=path.name, line=line) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ConfigError(NOT_TOML, name=path.name, line=found[1] if found else "?") from error


def _field_problems(error: ValidationError) -> tuple[Problem, ...]:
    kinds = {f.name: _KINDS.get(str(f.type), str(f.type)) for f in fields(ServiceManifest)}
    problems: dict[str, Problem] = {}
    for item in error.errors(include_input=False, include_context=False, include_url=False):
        pointer = "/" + "/".join(str(part) for part in item["loc"])
        kind = kinds.get(str(item["loc"][0]), "?")
        fault = KEY_MISSING if item["type"] == "missing" else KEY_WRONG_KIND
        problems.setdefault(pointer, Problem(pointer=pointer, fault=fault, values=(("kind", kind),)))
    return tuple(problems.values())


def _strictly(kind: type[T], content: object) -> T:
    """Build a dataclass from JSON-like content without converting kinds.

    JSON is the one input in which pydantic's strict mode takes text for a date and a list for a tuple.
    """
    return TypeAdapter(kind).validate_json(json.dumps(content, default=str), strict=True)


def load_manifest(path: Path) -> ServiceManifest:
    """Read a service manifest from TOML, one top-level entry for each field of ``ServiceManifest``.

    Raises:
        ConfigError: the file is not there or is not TOML.
        RejectedError: an entry is unknown, missing or of the wrong kind; one problem for each.
    """
    content = _toml_of(path)
    known = {f.name for f in fields(ServiceManifest)}
    problems = tuple(Problem(pointer=f"/{k}", fault=KEY_UNKNOWN) for k in content if k not in known)
    try:
        manifest = _strictly(ServiceManifest, {k: v for k, v in content.items() if k in known})
    except ValidationError as error:
        raise RejectedError(
            MANIFEST_INVALID, problems=problems + _field_problems(error), name=path.name
        ) from None  # pydantic's own text would show values
    if problems:
        raise RejectedError(MANIFEST_INVALID, problems=problems, name=path.name)
    return manifest


def _as_json(progress: RegistrationProgress) -> dict[str, object]:
    content = TypeAdapter(RegistrationProgress).dump_python(progress, mode="json")
    return {"format": _FORMAT, **content}


def _replace_atomically(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def save_progress(progress: RegistrationProgress, path: Path) -> None:
    """Write the record as JSON: wholly or not at all, its bytes on the disk before it takes the name.

    Raises:
        ConfigError: the folder does not take the file; an older record stays as it was.
    """
    text = json.dumps(_as_json(progress), ensure_ascii=False, indent=2) + "\n"
    try:
        _replace_atomically(path, text)
    except OSError as error:
        raise ConfigError(FILE_UNWRITABLE, name=path.name) from error


def load_progress(path: Path) -> RegistrationProgress:
    """Read what ``save_progress`` wrote. Nothing unknown, missing or converted is let through.

    Raises:
        ConfigError: the file is not there.
        RejectedError: it is not such a record, or its steps contradict each other.
    """
    content = _bytes_of(path)
    try:
        members = strict_json(content.decode())
        if not isinstance(members, dict):
            raise RejectedError(PROGRESS_DAMAGED, name=path.name)
        kept = {k: v for k, v in members.items() if k != "format"}
        progress = _strictly(RegistrationProgress, kept)
    except (ValueError, RecursionError):
        raise RejectedError(PROGRESS_DAMAGED, name=path.name) from None  # the texts would show values
    if _as_json(progress) != members:  # an unknown or missing member, however deep
        raise RejectedError(PROGRESS_DAMAGED, name=path.name)
    return progress

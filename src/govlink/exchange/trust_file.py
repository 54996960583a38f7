"""The trust list as a file, and the file in which an organisation hands its public keys to a peer.

Both are the same JSON, govlink's own format, version 1. A key in a peer's file was pinned by nobody,
so it is not believed until a person pins it.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..errors import ConfigError, Fault, RejectedError, VerificationError
from .claims import holding
from .encoding import from_rfc3339, rfc3339, strict_json_object
from .jwk import parse_public_jwk
from .keys import KeyUse
from .output import write_whole
from .restating import restated
from .trust import ENTRY_INVALID, TrustEntry, TrustList

__all__ = ["edit_trust", "load_entries", "load_trust", "save_entries", "save_trust"]

TRUST_FILE_UNREADABLE = Fault(
    "exchange.trust_file_unreadable",
    en="the trust file {name} cannot be read",
    th="อ่านไฟล์รายการกุญแจที่เชื่อถือ {name} ไม่ได้",
)
TRUST_FILE_INVALID = Fault(
    "exchange.trust_file_invalid",
    en="the trust file {name} is not of version 1, or lacks a member, or has an unknown one",
    th="ไฟล์รายการกุญแจที่เชื่อถือ {name} ไม่ใช่รุ่น 1 หรือขาดสมาชิก หรือมีสมาชิกที่ไม่รู้จัก",
)
NOT_PINNED = Fault(
    "exchange.not_pinned",
    en="the trust file {name} holds a key that nobody pinned; pin it with its fingerprint",
    th="ไฟล์ {name} มีกุญแจที่ยังไม่มีผู้ตรึง ให้ตรึง (pin) ด้วยลายพิมพ์กุญแจ",
)

TRUST_FILE_OPEN = Fault(
    "exchange.trust_file_open",
    en="anybody on this machine may change the trust file {name}; take that right away",
    th="ทุกคนในเครื่องนี้แก้ไขไฟล์ {name} ได้ ให้ถอนสิทธิเขียนของผู้อื่น",
)
TRUST_FILE_BUSY = Fault(
    "exchange.trust_file_busy",
    en="another program is changing the trust file",
    th="มีโปรแกรมอื่นกำลังแก้ไขไฟล์รายการกุญแจที่เชื่อถือ",
)

_MAX_FILE_BYTES = 4 * 1024 * 1024
_MEMBERS = {
    "organisation", "name_th", "name_en", "kid", "use", "suite", "public_jwk",
    "valid_from", "valid_until", "revoked_at", "pinned_at",
}  # fmt: skip


def _as_json(entry: TrustEntry) -> dict[str, object]:
    times = {
        "valid_from": entry.valid_from,
        "valid_until": entry.valid_until,
        "revoked_at": entry.revoked_at,
        "pinned_at": entry.pinned_at,
    }
    return {
        "organisation": entry.organisation,
        "name_th": entry.name_th,
        "name_en": entry.name_en,
        "kid": entry.kid,
        "use": entry.use.value,
        "suite": entry.suite.value if entry.suite else None,
        "public_jwk": entry.public_jwk(),
        **{name: rfc3339(moment) if moment else None for name, moment in times.items()},
    }


def _entry(content: object, *, name: str) -> TrustEntry:
    if not isinstance(content, dict) or content.keys() != _MEMBERS:
        raise ConfigError(TRUST_FILE_INVALID, name=name)
    texts = {key: value for key, value in content.items() if isinstance(value, str)}
    jwk, use = content["public_jwk"], texts.get("use", "")
    needed = {"organisation", "name_th", "name_en", "valid_from", "valid_until"}
    if not needed <= texts.keys() or not isinstance(jwk, dict) or use not in {"sign", "seal"}:
        raise ConfigError(TRUST_FILE_INVALID, name=name)
    optional = {
        key: None if content[key] is None else from_rfc3339(content[key], what=key)
        for key in ("revoked_at", "pinned_at")
    }
    entry = TrustEntry(
        organisation=texts["organisation"],
        name_th=texts["name_th"],
        name_en=texts["name_en"],
        key=parse_public_jwk(jwk, use=KeyUse(use)),
        valid_from=from_rfc3339(texts["valid_from"], what="valid_from"),
        valid_until=from_rfc3339(texts["valid_until"], what="valid_until"),
        revoked_at=optional["revoked_at"],
        pinned_at=optional["pinned_at"],
    )
    if _as_json(entry) != {**content, "public_jwk": entry.public_jwk()}:  # kid or suite is not the key's
        raise ConfigError(ENTRY_INVALID, what="kid, suite")
    return entry


def _items(content: Mapping[str, object], *, name: str) -> list[object]:
    items = content.get("entries")
    is_one = content.keys() == {"version", "entries"} and type(content["version"]) is int
    if not is_one or content["version"] != 1 or not isinstance(items, list):
        raise ConfigError(TRUST_FILE_INVALID, name=name)
    return items


def load_entries(path: Path) -> tuple[TrustEntry, ...]:
    """Read entries, pinned or not: what a peer handed over, to be shown and pinned.

    Raises:
        ConfigError: the file cannot be read, or anything in it is wrong, weak keys included.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES)
    except OSError as error:
        raise ConfigError(TRUST_FILE_UNREADABLE, name=path.name) from error
    try:
        items = _items(strict_json_object(content, what=path.name), name=path.name)
        return tuple(_entry(item, name=path.name) for item in items)
    except (VerificationError, RejectedError) as error:
        raise restated(error, ConfigError) from None


def load_trust(path: Path) -> TrustList:
    """Read a trust list.

    Raises:
        ConfigError: as ``load_entries``; or all may write to the file; or an entry was never pinned; or a
            key stands there twice.
    """
    entries = load_entries(path)
    if path.stat().st_mode & stat.S_IWOTH:
        raise ConfigError(TRUST_FILE_OPEN, name=path.name)
    if any(entry.pinned_at is None for entry in entries):
        raise ConfigError(NOT_PINNED, name=path.name)
    return TrustList(entries=entries)


def save_entries(entries: Iterable[TrustEntry], path: Path) -> None:
    """Write entries as readable JSON, whole or not at all, in place of what is there.

    Raises:
        UnavailableError: the file cannot be written.
    """
    content = {"version": 1, "entries": [_as_json(entry) for entry in entries]}
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    write_whole(path, text.encode(), overwrite=True)


def save_trust(trust: TrustList, path: Path) -> None:
    """Write a trust list; errors as ``save_entries``."""
    save_entries(trust.entries, path)


def edit_trust(path: Path, change: Callable[[TrustList], TrustList]) -> TrustList:
    """Replace a trust list by what ``change`` makes of it, and return that.

    Edits wait for each other, in any thread or process, at an empty file of the list's name and ``.lock``
    beside it; so ``change`` sees what every earlier one wrote. Where there is no list yet it gets an empty
    one. When it raises, nothing is written.

    Raises:
        ConfigError: as ``load_trust``.
        UnavailableError: the file or its lock cannot be written.
    """
    with holding(path.with_name(f"{path.name}.lock"), busy=TRUST_FILE_BUSY, is_waiting=True):
        changed = change(load_trust(path) if path.exists() else TrustList())
        save_trust(changed, path)
        return changed

"""``keyring.json``: which keys an organisation has, what for and until when. Holds no secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import ConfigError, Fault, GovlinkError
from .encoding import from_rfc3339, rfc3339, strict_json_object
from .keys import Suite
from .manifest import check_organisation
from .output import write_whole

__all__ = ["STATE_NAME", "OwnKey", "RingState", "load_state", "save_state"]

RING_UNREADABLE = Fault(
    "exchange.keyring_unreadable",
    en="there is no readable key ring in this directory; make one first",
    th="ไม่มีพวงกุญแจที่อ่านได้ในโฟลเดอร์นี้ ให้สร้างก่อน",
)
RING_INVALID = Fault(
    "exchange.keyring_invalid",
    en="keyring.json is damaged or of another version",
    th="ไฟล์ keyring.json เสียหายหรือเป็นรุ่นอื่น",
)

STATE_NAME = "keyring.json"
_MAX_FILE_BYTES = 1024 * 1024
_MEMBERS = {"kid", "suite", "valid_from", "valid_until"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """One of our keys; ``suite`` is None for one that signs. It retires at ``valid_until``."""

    kid: str
    suite: Suite | None
    valid_from: datetime
    valid_until: datetime

    def is_valid(self, at: datetime) -> bool:
        """Whether it is in use at that moment."""
        return self.valid_from <= at < self.valid_until


@dataclass(frozen=True, slots=True, kw_only=True)
class RingState:
    """The whole file."""

    organisation: str
    keys: tuple[OwnKey, ...]


def save_state(directory: Path, state: RingState) -> None:
    """Replace the file, whole or not at all.

    Raises:
        UnavailableError: it cannot be written.
    """
    keys = [
        {
            "kid": key.kid,
            "suite": key.suite.value if key.suite else None,
            "valid_from": rfc3339(key.valid_from),
            "valid_until": rfc3339(key.valid_until),
        }
        for key in state.keys
    ]
    content = {"version": 1, "organisation": state.organisation, "keys": keys}
    write_whole(directory / STATE_NAME, (json.dumps(content, indent=2) + "\n").encode(), overwrite=True)


def _own_key(content: object) -> OwnKey:
    if not isinstance(content, dict) or content.keys() != _MEMBERS:
        raise ConfigError(RING_INVALID)
    return OwnKey(
        kid=str(content["kid"]),
        suite=None if content["suite"] is None else Suite(content["suite"]),
        valid_from=from_rfc3339(content["valid_from"], what="valid_from"),
        valid_until=from_rfc3339(content["valid_until"], what="valid_until"),
    )


def load_state(directory: Path) -> RingState:
    """Read the file.

    Raises:
        ConfigError: it is not there, or damaged.
    """
    try:
        with (directory / STATE_NAME).open("rb") as file:
            content = file.read(_MAX_FILE_BYTES)
    except OSError as error:
        raise ConfigError(RING_UNREADABLE) from error
    try:
        members = strict_json_object(content, what=STATE_NAME)
        keys = members.get("keys")
        if members.get("version") != 1 or not isinstance(keys, list):
            raise ConfigError(RING_INVALID)
        organisation = check_organisation(str(members.get("organisation")))
        return RingState(organisation=organisation, keys=tuple(_own_key(key) for key in keys))
    except (GovlinkError, ValueError):
        raise ConfigError(RING_INVALID) from None

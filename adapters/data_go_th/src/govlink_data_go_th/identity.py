"""How a publication knows its own things on the catalogue: resource ids, and the marks it leaves there.

CKAN stores unknown keys of a resource (tried), so a publication writes there how far it is. What the
next run needs stands on the catalogue, and on no machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

from govlink.models.table import Table

__all__ = [
    "APPLIED_KEY",
    "CONTENT_KEY",
    "FILE_KEY",
    "TABLE_KEY_KEY",
    "RowsMark",
    "Stage",
    "applied_of",
    "applied_text",
    "digest_of",
    "fingerprint",
    "mark_of",
    "resource_id_of",
]

CONTENT_KEY = "govlink_content"
"""On the table's resource: what its rows are, see ``Stage``."""

APPLIED_KEY = "govlink_applied"
"""On the table's resource: a fingerprint of each field as the last publication wanted it (JSON)."""

TABLE_KEY_KEY = "govlink_key"
"""On the table's resource: the columns of the table's key, with commas; CKAN tells them nowhere."""

FILE_KEY = "govlink_sha256"
"""On the file's resource: the SHA-256 of its bytes, in hexadecimal digits."""

LAYOUT = "1"
"""Rises when the same table would be stored otherwise, so that old digests stop matching."""

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:govlink:data_go_th:resource")


class Stage(StrEnum):
    """What ``govlink_content`` says of the rows; anything else there is a digest, of rows that are public."""

    NEW = ""
    """Nothing of ours was public yet."""
    LOADING = "loading"
    """``loading:<digest>``: rows of that digest are being inserted in key order into an empty table."""
    PENDING = "pending"
    """Rows are being changed; we hid the dataset for it, or it was not public."""
    REPLACING = "replacing"
    """Rows are being changed by one call that the public sees before or after, so it was left public."""
    WITHDRAWN = "withdrawn"
    """``withdraw`` took it out of public view."""
    PUBLIC = "public"
    """Its digest stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsMark:
    """``govlink_content``, read. ``digest`` is empty unless rows of that digest are loading or public."""

    stage: Stage
    digest: str = ""

    @property
    def is_hidden_by_us(self) -> bool:
        """Whether a dataset so marked is private because a publication has not finished."""
        return self.stage in {Stage.NEW, Stage.LOADING, Stage.PENDING}

    def text(self) -> str:
        """The value to be stored."""
        if self.stage is Stage.PUBLIC:
            return self.digest
        return f"{self.stage.value}:{self.digest}" if self.stage is Stage.LOADING else self.stage.value


def mark_of(resource: Mapping[str, object] | None) -> RowsMark:
    """What the table's resource says of its rows; a value of any other form is taken for a digest."""
    text = str((resource or {}).get(CONTENT_KEY) or "")
    stage, colon, digest = text.partition(":")
    if stage == Stage.LOADING.value and colon:
        return RowsMark(stage=Stage.LOADING, digest=digest)
    plain = {s.value: s for s in (Stage.NEW, Stage.PENDING, Stage.REPLACING, Stage.WITHDRAWN)}
    return RowsMark(stage=plain[text]) if text in plain else RowsMark(stage=Stage.PUBLIC, digest=text)


def resource_id_of(dataset: str, *, resource_key: str = "table") -> str:
    """The id of a dataset's resource: the same always, so that creating it twice makes one.

    Editors may choose a resource's id, unlike a dataset's (tried).
    """
    return str(uuid5(_NAMESPACE, f"{dataset}\x00{resource_key}"))


def digest_of(table: Table) -> str:
    """The name of a table's content on the catalogue."""
    return f"{LAYOUT}:{table.sha256_hex}"


def fingerprint(value: object) -> str:
    """16 hexadecimal digits that tell a field's value from another; it cannot be read back."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def applied_text(prints: Mapping[str, str]) -> str:
    """Fingerprints by field, as they are stored."""
    return json.dumps(dict(prints), sort_keys=True, separators=(",", ":"))


def applied_of(resource: Mapping[str, object] | None) -> dict[str, str]:
    """Fingerprints by field as they stand; empty where there are none, or where anything else stands."""
    try:
        content = json.loads(str((resource or {}).get(APPLIED_KEY) or "{}"))
    except (ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in content.items()} if isinstance(content, dict) else {}

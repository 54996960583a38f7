"""One line of a ledger: how a published table is written, hashed and read back.

govlink's own format, version 1. A ledger is JSON Lines. Each line is canonical JSON (members sorted, no
spaces, UTF-8) with ``seq`` (1, 2, 3, ...), ``prev`` and ``hash``, the SHA-256 of the line's canonical JSON
without ``hash``; ``prev`` is the hash of the line before, that of the first line names the version. The
rest is what went out: the table's shape and values (null where hidden), which records it counts, the
rules it kept and the policy that set them. It holds nothing that was not published, and no time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ...errors import Fault, ProtectionError, RejectedError, VerificationError
from ...models.release import ProtectedTable
from ...wire import strict_json
from ..policy import DisclosurePolicy
from ..published import PublishedTable
from . import shapes

__all__ = ["GENESIS", "MOST_LINE_BYTES", "Entry", "PolicyMark", "make_entry", "parse_entry"]

GENESIS = hashlib.sha256(b"govlink statistics ledger, version 1").hexdigest()
"""What the first entry follows."""
MOST_LINE_BYTES = 64 * 1024 * 1024

Method = Literal["suppress", "round", "cell_key"]

RESTORE_EN = (
    "Publish nothing; put the ledger back from its backup, or find out who changed it, and run again."
)
RESTORE_TH = "อย่าเพิ่งเผยแพร่ ให้นำบัญชีผลเผยแพร่กลับมาจากสำเนาสำรอง หรือหาสาเหตุของการเปลี่ยนแปลง แล้วเรียกใช้ใหม่"

TOO_LARGE = Fault(
    "statistics.ledger_entry_too_large",
    en="{name} is too large for the ledger",
    th="{name} มีขนาดใหญ่เกินกว่าจะบันทึกในบัญชีผลเผยแพร่",
)
UNREADABLE = Fault(
    "statistics.ledger_unreadable",
    en="entry {seq} of the ledger is not one that govlink wrote",
    th="รายการลำดับที่ {seq} ในบัญชีผลเผยแพร่ไม่ใช่รายการที่ govlink เขียน",
    next_en=RESTORE_EN,
    next_th=RESTORE_TH,
)
ALTERED = Fault(
    "statistics.ledger_altered",
    en="entry {seq} of the ledger is not what was written: its hash differs",
    th="รายการลำดับที่ {seq} ในบัญชีผลเผยแพร่ถูกแก้ไข ค่าแฮชไม่ตรง",
    next_en=RESTORE_EN,
    next_th=RESTORE_TH,
)
OUT_OF_PLACE = Fault(
    "statistics.ledger_out_of_place",
    en="entry {seq} of the ledger does not follow from the one before: lines were removed, moved or added",
    th="รายการลำดับที่ {seq} ในบัญชีผลเผยแพร่ไม่ต่อเนื่องจากรายการก่อนหน้า มีการลบ ย้าย หรือเพิ่มบรรทัด",
    next_en=RESTORE_EN,
    next_th=RESTORE_TH,
)

_METHODS: tuple[Method, ...] = ("suppress", "round", "cell_key")
_MEMBERS = frozenset(
    {"dimensions", "hash", "kind", "name", "policy", "prev", "restates", "rules", "seq", "subject"}
    | {"table_sha256", "values"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyMark:
    """Which signed policy a table was published by, and its method."""

    id: str
    version: str
    sha256_hex: str
    method: Method = "suppress"

    @classmethod
    def of(cls, policy: DisclosurePolicy) -> PolicyMark:
        """The mark of a policy; the digest is the one that was signed."""
        digest = policy.sign_off.digest
        return cls(id=policy.id, version=policy.version, sha256_hex=digest, method=policy.method)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One table that went out.

    Attributes:
        seq: Its number, from 1.
        kind: ``restatement`` where it corrects earlier entries.
        published: The table; labels are not kept, each dimension's labels are its id.
        mark: The policy.
        table_sha256_hex: Digest of the table.
        restates: Names of the entries it corrects.
        prev_hex: The hash of the entry before.
        hash_hex: The hash of this one.
    """

    seq: int
    kind: Literal["release", "restatement"]
    published: PublishedTable
    mark: PolicyMark
    table_sha256_hex: str
    restates: tuple[str, ...]
    prev_hex: str
    hash_hex: str

    @property
    def name(self) -> str:
        """What the table was published as."""
        return self.published.name

    def to_line(self) -> bytes:
        """The entry as it stands in the file, with its line feed."""
        return _canonical({**_content(self), "hash": self.hash_hex}) + b"\n"


def make_entry(
    published: PublishedTable, *, mark: PolicyMark, restates: tuple[str, ...], seq: int, prev_hex: str
) -> Entry:
    """The entry that follows the one with ``prev_hex``.

    Raises:
        RejectedError: the table is not a whole cross-tabulation.
        ProtectionError: it is too large for a ledger.
    """
    bare = shapes.without_labels(published)
    content = _content_of(bare, mark=mark, restates=restates, seq=seq, prev_hex=prev_hex)
    line = _canonical(content)
    if len(line) > MOST_LINE_BYTES - 100:
        raise ProtectionError(TOO_LARGE, name=published.name)
    return Entry(
        seq=seq,
        kind="restatement" if restates else "release",
        published=bare,
        mark=mark,
        table_sha256_hex=bare.table.sha256_hex(),
        restates=restates,
        prev_hex=prev_hex,
        hash_hex=hashlib.sha256(line).hexdigest(),
    )


def parse_entry(line: bytes, *, seq: int, prev_hex: str) -> Entry:
    """The entry of one line, without its line feed, that must be the next after ``prev_hex``.

    Raises:
        VerificationError: it is no entry, was altered, or does not stand in its place.
    """
    members = _members(line, seq=seq)
    content = {name: value for name, value in members.items() if name != "hash"}
    hash_hex = hashlib.sha256(_canonical(content)).hexdigest()
    if hash_hex != members["hash"]:
        raise VerificationError(ALTERED, seq=seq)
    if members["seq"] != seq or members["prev"] != prev_hex:
        raise VerificationError(OUT_OF_PLACE, seq=seq)
    try:
        published = shapes.published_of(members)
        entry = make_entry(
            published,
            mark=_mark(members["policy"]),
            restates=shapes.texts(members["restates"]),
            seq=seq,
            prev_hex=prev_hex,
        )
    except (TypeError, ValueError, KeyError, StopIteration, RejectedError, ProtectionError):
        raise VerificationError(UNREADABLE, seq=seq) from None
    if entry.hash_hex != hash_hex:  # something in it was not in the one form that we write
        raise VerificationError(UNREADABLE, seq=seq)
    return entry


def _members(line: bytes, *, seq: int) -> Mapping[str, object]:
    try:
        members = strict_json(line.decode())
    except (ValueError, RecursionError):
        raise VerificationError(UNREADABLE, seq=seq) from None
    if not isinstance(members, dict) or members.keys() != _MEMBERS or _canonical(members) != line:
        raise VerificationError(UNREADABLE, seq=seq)
    return members


def _mark(members: object) -> PolicyMark:
    id_, method, sha256_hex, version = (
        shapes.text(value) for _, value in sorted(shapes.mapping(members).items())
    )
    known = next(one for one in _METHODS if one == method)
    return PolicyMark(id=id_, version=version, sha256_hex=sha256_hex, method=known)


def _content(entry: Entry) -> dict[str, object]:
    return _content_of(
        entry.published, mark=entry.mark, restates=entry.restates, seq=entry.seq, prev_hex=entry.prev_hex
    )


def _content_of(
    published: PublishedTable, *, mark: PolicyMark, restates: tuple[str, ...], seq: int, prev_hex: str
) -> dict[str, object]:
    table: ProtectedTable = published.table
    return {
        **shapes.content_of(published),
        "kind": "restatement" if restates else "release",
        "policy": {"id": mark.id, "method": mark.method, "sha256": mark.sha256_hex, "version": mark.version},
        "prev": prev_hex,
        "restates": list(restates),
        "seq": seq,
        "table_sha256": table.sha256_hex(),
    }


def _canonical(content: Mapping[str, object]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()

"""The ledger: every table that was ever published of a register, in the order it went out.

It is what the next table is protected and audited against. The chain of hashes shows a changed, missing
or moved line; that whole lines were taken off its end shows only against a head noted elsewhere, and every
published report notes one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from ..._private_files import locked
from ...errors import ConflictError, Fault, VerificationError
from ...models.release import ProtectedTable
from ..published import PublicRules, PublishedTable, Subject
from .entries import GENESIS, RESTORE_EN, RESTORE_TH, Entry, PolicyMark, make_entry
from .file import add_line, read_as_it_is, read_chain
from .vintages import demand_consistent, demand_one_register, latest, recognised, restated

__all__ = ["HeldLedger", "Ledger", "held_ledger"]

MOVED_ON = Fault(
    "statistics.ledger_moved_on",
    en="the ledger {name} was written to since it was read; protect the table against what is in it now",
    th="บัญชีผลเผยแพร่ {name} มีการบันทึกเพิ่มหลังจากที่อ่าน ให้ปกปิดข้อมูลใหม่โดยเทียบกับรายการล่าสุด",
    next_en="Nothing was published; run it again, and it is protected together with what came in between.",
    next_th="ยังไม่มีการเผยแพร่ข้อมูลใด ให้เรียกใช้ใหม่ ระบบจะปกปิดร่วมกับรายการที่เพิ่มเข้ามา",
)
REPLACED = Fault(
    "statistics.ledger_replaced",
    en="the ledger {name} was shortened or replaced since it was read",
    th="บัญชีผลเผยแพร่ {name} ถูกตัดให้สั้นลงหรือถูกแทนที่หลังจากที่อ่าน",
    next_en=RESTORE_EN,
    next_th=RESTORE_TH,
)
OTHER_HEAD = Fault(
    "statistics.ledger_other_head",
    en="the ledger {name} does not hold the entry that was noted as its head: it is another one, or lines "
    "were taken off",
    th="บัญชีผลเผยแพร่ {name} ไม่มีรายการที่จดไว้เป็นรายการท้ายสุด อาจเป็นคนละบัญชีหรือมีบรรทัดถูกตัดออก",
    next_en=RESTORE_EN,
    next_th=RESTORE_TH,
)


class Ledger:
    """The entries of one ledger file, as they were when it was opened, and the means to add one."""

    def __init__(self, path: Path, entries: tuple[Entry, ...]) -> None:
        self._path = path
        self._entries = entries

    @classmethod
    def open(cls, path: Path, *, expected_head: str | None = None) -> Self:
        """Read and check all of a ledger; the file is made, for its owner alone, if it is not there.

        A line that a crash cut off is put aside. A publication that a crash cut off is finished if its
        entry is in the ledger, and undone if it is not.

        Args:
            path: The file, on a local disk.
            expected_head: A head noted earlier, as every report does; that entry must still be there.

        Raises:
            VerificationError: a line was altered, removed, added or moved, or the expected one is missing.
            ConfigError: others may read the file, or it cannot be used.
        """
        from .transaction import recover_ledger  # which needs the ledger itself

        with held_ledger(path) as held:
            entries = held.entries
            recover_ledger(held)
        _demand_head(entries, expected_head, name=path.name)
        return cls(path, entries)

    @classmethod
    def read(cls, path: Path, *, expected_head: str | None = None) -> Self:
        """Read and check all of a ledger, to hold a release against it; the file stays as it is.

        For whoever publishes or audits and does not protect: no lock is taken, nothing is made, mended or
        finished, and the file may belong to somebody else, or be a copy.

        Args:
            path: The file.
            expected_head: As for ``open``.

        Raises:
            VerificationError: as for ``open``.
            ConfigError: the file is not there or cannot be read.
        """
        entries = read_as_it_is(path)
        _demand_head(entries, expected_head, name=path.name)
        return cls(path, entries)

    def __repr__(self) -> str:
        return f"Ledger({self._path.name!r}, entries={len(self._entries)})"

    @property
    def path(self) -> Path:
        """Where the ledger is."""
        return self._path

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, oldest first."""
        return self._entries

    @property
    def head(self) -> str:
        """The hash of the last entry, 64 hexadecimal digits; of an empty ledger, the format's."""
        return self._entries[-1].hash_hex if self._entries else GENESIS

    def before(self, entry: Entry) -> Self:
        """The ledger as it was when this entry of it was not yet made."""
        return type(self)(self._path, self._entries[: entry.seq - 1])

    def noted(self, table: ProtectedTable, *, rules: PublicRules, subject: Subject | None) -> Entry | None:
        """The last entry of this very table under these rules, before any that were corrected since.

        Args:
            table: The table.
            rules: What it promises.
            subject: Which records it counts; of any without one.
        """
        digest = table.sha256_hex()
        entries = [
            entry
            for entry in self._entries
            if entry.table_sha256_hex == digest
            and entry.published.rules == rules
            and subject in (None, entry.published.subject)
        ]
        return max(entries, key=lambda e: (self.corrected_by(e) is None, e.seq), default=None)

    def corrected_by(self, entry: Entry) -> Entry | None:
        """The first entry after this one that corrects it."""
        register = entry.published.subject
        for later in self._entries[entry.seq :]:
            if entry.name in later.restates and later.published.subject.same_register(register):
                return later
        return None

    def demand_register(self, subject: Subject, *, policy_id: str) -> None:
        """Refuse a policy that has published tables of another population here.

        Raises:
            ProtectionError: its tables of then and of now would not be compared.
        """
        demand_one_register(self._entries, policy_id=policy_id, subject=subject)

    def is_one_register(self, subject: Subject) -> bool:
        """Whether no entry is of a population that the subject's tables are not compared with."""
        return all(entry.published.subject.same_register(subject) for entry in self._entries)

    def published(
        self, subject: Subject, *, restates: tuple[str, ...] = (), method: str = "suppress"
    ) -> tuple[PublishedTable, ...]:
        """What is out of the subject's population and stands, oldest first.

        Tables of one method only: suppressed tables are exact, the values of the others are not. Without
        entries that were corrected since, and without those named in ``restates``, which are about to be.

        Raises:
            RejectedError: nothing of such a name is out and stands.
        """
        gone = {id(entry) for entry in restated(self._entries, restates, subject=subject)}
        return tuple(
            entry.published
            for entry in latest(self._entries)
            if id(entry) not in gone and self._is_by(method, entry, subject)
        )

    def restated(self, subject: Subject, restates: tuple[str, ...]) -> tuple[PublishedTable, ...]:
        """What is out of the subject's population and stands no more, once these names are corrected.

        Whoever has kept them can still compare, so later figures must not differ from them by a few.

        Raises:
            RejectedError: nothing of such a name is out and stands.
        """
        named = restated(self._entries, restates, subject=subject)
        standing = {id(entry) for entry in latest(self._entries)} - {id(entry) for entry in named}
        return tuple(
            entry.published
            for entry in self._entries
            if id(entry) not in standing and self._is_by("suppress", entry, subject)
        )

    @staticmethod
    def _is_by(method: str, entry: Entry, subject: Subject) -> bool:
        return entry.published.subject.same_register(subject) and entry.mark.method == method

    def append(self, published: PublishedTable, *, mark: PolicyMark, restates: tuple[str, ...] = ()) -> Entry:
        """Note a table that goes out now; when this returns, it is on the disk.

        A table that is in the ledger already, by name and content, is recognised: its entry comes back
        and nothing is written.

        Raises:
            ProtectionError: the name is taken by other figures, a cell was published with another value
                or by a method that cannot be mixed with this one, or the table is too large.
            RejectedError: ``restates`` names nothing that stands, or the table is not whole.
            ConflictError: the ledger was written to since it was opened.
            VerificationError: it was altered or replaced.
            ConfigError: it cannot be written.
        """
        with self.hold() as held:
            entry = held.plan(published, mark=mark, restates=restates)
            return held.add(entry)

    @contextmanager
    def hold(self) -> Iterator[HeldLedger]:
        """The ledger locked, checked to be still what this object read. For one step at the end.

        Raises:
            ConflictError: it was written to since it was opened.
            VerificationError: it was altered or replaced.
            ConfigError: it cannot be used.
        """
        with held_ledger(self._path) as held:
            now = tuple(entry.hash_hex for entry in held.entries)
            known = tuple(entry.hash_hex for entry in self._entries)
            if now[: len(known)] != known:
                raise VerificationError(REPLACED, name=self._path.name)
            if now != known:
                raise ConflictError(MOVED_ON, name=self._path.name)
            held.entries = self._entries
            try:
                yield held
            finally:
                self._entries = held.entries


def _demand_head(entries: tuple[Entry, ...], expected_head: str | None, *, name: str) -> None:
    if expected_head not in {None, GENESIS, *(entry.hash_hex for entry in entries)}:
        raise VerificationError(OTHER_HEAD, name=name)


class HeldLedger:
    """A ledger file locked by this process."""

    def __init__(self, descriptor: int, path: Path, entries: tuple[Entry, ...]) -> None:
        self._descriptor = descriptor
        self.path = path
        self.entries = entries

    def plan(self, published: PublishedTable, *, mark: PolicyMark, restates: tuple[str, ...]) -> Entry:
        """The entry the table would get, or has; nothing is written.

        Raises:
            ProtectionError: as for ``Ledger.append``.
            RejectedError: as there.
        """
        head = self.entries[-1].hash_hex if self.entries else GENESIS
        entry = make_entry(published, mark=mark, restates=restates, seq=len(self.entries) + 1, prev_hex=head)
        known = recognised(self.entries, entry)
        if known is None:
            demand_consistent(self.entries, entry)
        return known or entry

    def read_again(self) -> None:
        """What is in the file now; after an error it may be more or less than was known.

        Raises:
            VerificationError: it was altered.
            ConfigError: it cannot be read.
        """
        self.entries = read_chain(self._descriptor, self.path)

    def holds(self, hash_hex: str) -> bool:
        """Whether an entry is in the ledger."""
        return any(entry.hash_hex == hash_hex for entry in self.entries)

    def add(self, entry: Entry) -> Entry:
        """Write a planned entry, unless it is there.

        Raises:
            ConfigError: the file cannot be written.
        """
        if not self.holds(entry.hash_hex):
            add_line(self._descriptor, self.path, entry.to_line())
            self.entries = (*self.entries, entry)
        return entry


@contextmanager
def held_ledger(path: Path) -> Iterator[HeldLedger]:
    """A ledger file read, checked and locked.

    Raises:
        VerificationError: it was altered.
        ConfigError: it cannot be used.
    """
    with locked(path, flags=os.O_RDWR) as descriptor:
        yield HeldLedger(descriptor, path, read_chain(descriptor, path))

"""A publication: what is to be published and by whose decision, what it would change, what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ..errors import Fault, ProtectionError
from .dataset import Dataset, DataType
from .release import Release
from .table import Table

__all__ = [
    "ColumnChange",
    "Consent",
    "Declaration",
    "FieldChange",
    "NationalState",
    "Publication",
    "PublicationPlan",
    "PublicationResult",
    "PublicationState",
    "PublicationStep",
]

UNPROTECTED = Fault(
    "publication.unprotected",
    en="statistics are published from a release that protect made, other data by a declaration; not both",
    th="ข้อมูลสถิติต้องเผยแพร่จากผลของ protect เท่านั้น ข้อมูลอื่นต้องมีคำรับรองการเปิดเผย และให้ระบุเพียงอย่างใดอย่างหนึ่ง",
)


class PublicationState(StrEnum):
    """Where a dataset stands on the agency's catalogue."""

    ABSENT = "absent"
    PRIVATE = "private"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    PUBLIC = "public"


class NationalState(StrEnum):
    """Where a dataset stands at the national catalogue (GD Catalog), which people approve.

    The national catalogue's own words are WAIT, VALIDATE, VALIDATE_MODIFIED, APPROVAL, WAIT_REVOKE,
    REVOKE, REJECT and DELETED. (ckanext-thai_gdc 2.1.0, templates; seen in code)
    """

    UNKNOWN = "unknown"
    """The national catalogue has not taken note of it, or tells nothing."""
    WAITING = "waiting"
    BEING_CHECKED = "being_checked"
    CHANGE_WAITING = "change_waiting"
    CHANGE_BEING_CHECKED = "change_being_checked"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    PUBLISHED = "published"
    REVOCATION_WAITING = "revocation_waiting"
    REVOCATION_BEING_CHECKED = "revocation_being_checked"
    REVOKED = "revoked"
    REJECTED = "rejected"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Who decided that rows which are no statistics are open data, and hold nothing personal.

    ``decided_by`` is an office or committee, never a person; ``reference`` the document that says so.
    """

    decided_by: str
    reference: str
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a publication may do that it refuses by itself; nothing, unless a person says so.

    ``republish`` brings back a dataset that somebody withdrew or deleted. ``drop_columns`` names stored
    columns that may be dropped. ``overwrite`` names dataset fields whose edits by others may be
    overwritten; ``*`` stands for all.
    """

    republish: bool = False
    drop_columns: frozenset[str] = frozenset()
    overwrite: frozenset[str] = frozenset()

    def may_overwrite(self, name: str) -> bool:
        """Whether another's edit of that field may be lost."""
        return name in self.overwrite or "*" in self.overwrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One dataset with its one table, and what allows it to be open.

    Statistics come with the ``release`` their table was made of, anything else with a ``declaration``.

    Raises:
        ProtectionError: neither is given, or both; or statistics are given without a release.
    """

    dataset: Dataset
    table: Table
    release: Release | None = None
    declaration: Declaration | None = None
    consent: Consent = field(default_factory=Consent)

    def __post_init__(self) -> None:
        is_statistics = self.dataset.data_type is DataType.STATISTICS
        if (self.release is None) == (self.declaration is None) or (is_statistics and self.release is None):
            raise ProtectionError(UNPROTECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A metadata field that differs; values as texts, None where there is none.

    ``stored`` is what the catalogue holds, ``wanted`` what is given. ``published`` is what the last
    publication stored, where that is still known: where it differs from ``stored``, somebody else edited it.
    """

    name: str
    stored: str | None
    wanted: str | None
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChange:
    """A column that differs: ``change`` is ``add``, ``drop``, ``retype`` or ``relabel``."""

    id: str
    change: str
    stored: str | None = None
    wanted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPlan:
    """What a publication would change; nothing was written to find out.

    ``fields`` would be written; ``kept`` differ because somebody edited them on the portal and the given
    description has not changed since: their edit stands. ``drift`` says in English how the portal's live
    schema differs from the lists in this SDK. ``is_hidden_meanwhile`` says that the public would not see the
    dataset while its rows change. ``steps`` are the changes in words, in order.
    """

    dataset: str
    fields: tuple[FieldChange, ...] = ()
    kept: tuple[FieldChange, ...] = ()
    columns: tuple[ColumnChange, ...] = ()
    rows_new: int = 0
    rows_changed: int = 0
    rows_deleted: int = 0
    rows_total: int = 0
    is_table_rebuilt: bool = False
    is_file_replaced: bool = False
    is_hidden_meanwhile: bool = False
    steps: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything would be written."""
        return bool(self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationResult:
    """What a publication did. ``writes`` counts write requests sent; 0 means nothing had changed.

    ``rows`` are the rows of the table, ``rows_written`` and ``rows_deleted`` those this run changed.
    ``file_resource_id`` is None where the table is too large for a file beside it; ``notes`` say so.
    """

    dataset: str
    dataset_id: str
    resource_id: str
    state: PublicationState
    rows: int
    writes: int
    file_resource_id: str | None = None
    rows_written: int = 0
    rows_deleted: int = 0
    kept: tuple[FieldChange, ...] = ()
    drift: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationStep:
    """A step of a publication, as its journal keeps it.

    ``name`` is one of ``survey``, ``dataset``, ``describe``, ``resource``, ``table``, ``rows``, ``verify``,
    ``reveal``, ``done``. ``target`` is the digest of the table being published. ``outcome`` is ``sent``
    before a write, then ``done``, or ``unknown`` where no answer came. ``rows_done`` of ``rows_total`` have
    been written, in the steps that write rows. ``fields`` are, in ``done``, the metadata as they were stored.
    """

    name: str
    target: str
    outcome: str = "done"
    rows_done: int = 0
    rows_total: int = 0
    fields: tuple[tuple[str, str], ...] = ()

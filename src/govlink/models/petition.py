"""A petition as it was filed, before anybody judged it: what an intake hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

__all__ = ["Channel", "FiledDocument", "FiledPetition", "StateReport"]


class Channel(StrEnum):
    """Where a petition was filed, or was taken in from where that is not told."""

    E_OCS = "e_ocs"
    CITIZEN_PORTAL = "citizen_portal"
    BIZ_PORTAL = "biz_portal"
    COUNTER = "counter"
    SRAT = "srat"
    """DGA's back office for portal services, which does not say through which portal one was filed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledDocument:
    """A paper attached to a petition; ``kind`` is a code of the equivalence domain."""

    kind: str
    file_name: str = field(repr=False)
    sha256_hex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledPetition:
    """One petition as an intake handed it over.

    ``reference`` is the filing system's own number and the key against filing twice. ``form`` holds
    the answers by field name as text, exactly as filed: reading them is the service's work.
    """

    reference: str
    service: str
    channel: Channel
    filed_at: datetime
    form: Mapping[str, str] = field(repr=False)
    documents: tuple[FiledDocument, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateReport:
    """What is told back to the system a petition came from.

    ``state`` is the petition state's code; ``note_th`` is shown to the applicant and holds no
    personal datum. ``report_id`` makes telling it twice harmless.
    """

    reference: str
    state: str
    note_th: str
    at: datetime
    report_id: str

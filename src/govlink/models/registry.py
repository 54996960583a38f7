"""Registry look-ups and documents: what is asked, why, by whom, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .dates import PartialDate
from .identity import AgentId
from .mark import Mark

__all__ = ["DocumentKind", "Purpose", "RegistryDocument", "RegistryQuery", "RegistryRecord", "ServiceListing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Why a record is looked up, for the audit record every look-up leaves.

    ``legal_basis`` is the provision relied on; ``case_reference`` ties the look-up to a case.
    """

    text: str
    legal_basis: str
    case_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryQuery:
    """One look-up in a registry.

    ``service`` names the record set (``dopa.laser_code``); ``keys`` are its parameters by the
    adapter's documented names, personal data among them and so kept out of ``repr``.
    """

    service: str
    keys: Mapping[str, str] = field(repr=False)
    purpose: Purpose
    officer: AgentId


class DocumentKind(StrEnum):
    """In which form a registry hands out a document."""

    TEXT = "text"
    PDF = "pdf"
    IMAGE = "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRecord:
    """A registry's answer. ``confirmed`` is set by yes/no services and None elsewhere.

    ``fields`` keep the platform's spelling; ``extra`` holds what the adapter does not know. ``rows``
    are the records of an answer that is a list, what is nested in one standing under its path
    (``AddressInformations/0/Province``). ``dates`` are those members whose form and era are known, by
    their name, or by row and path in a list (``0/ChangeDate``); their text stays where it was.
    """

    service: str
    confirmed: bool | None = None
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    rows: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    dates: Mapping[str, PartialDate] = field(default_factory=dict, repr=False)
    extra: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryDocument:
    """A document handed out by a registry, byte for byte as it came (it may be signed).

    ``further`` are the other files of an answer that came as several, in order; ``files`` are all.
    """

    service: str
    kind: DocumentKind
    file_name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)
    sha256_hex: str
    page_count: int | None = None
    further: tuple[RegistryDocument, ...] = field(default=(), repr=False)

    @property
    def files(self) -> tuple[RegistryDocument, ...]:
        """This document and those after it: what a caller stores."""
        return (self, *self.further)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceListing:
    """A service that can be asked, for people who choose one. ``code`` is the platform's own number.

    ``keys`` are its parameters' names, those in ``optional_keys`` may be left out. ``verbs`` says which of
    ``look_up`` and ``fetch`` it answers. ``needs_officer``: a person must be logged in for it.
    """

    name: str
    code: str
    keys: tuple[str, ...]
    optional_keys: frozenset[str] = frozenset()
    verbs: tuple[str, ...]
    needs_officer: bool
    mark: Mark

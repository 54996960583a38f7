"""What a release file says, as values: what is published, by whose decision, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ..models.dataset import Dataset
from ..models.publication import Consent, Declaration
from ..models.release import Dimension
from ..models.table import Column

__all__ = ["LinkedTexts", "ReleaseSpec", "Source", "StatisticsSource", "TableSource"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsSource:
    """A directory that ``write_release`` wrote, and what its columns are called.

    ``policy`` is the file of the policy in force, ``ledger`` the register's; None where nobody asks.
    """

    directory: Path
    dimensions: tuple[Dimension, ...]
    policy: Path | None = None
    ledger: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource:
    """Rows from a file, or from a DuckDB query; exactly one of ``file`` and ``query`` is given.

    A query reads ``database``, a file of DuckDB, where one is named; paths in it start from ``folder``.

    ``renamed`` gives, by a column's id, its name in the source where that is another.
    ``harmless_numbers`` names columns that may hold numbers that look like a citizen number.
    Columns of the source that are none of the table are refused, unless ``ignore_others`` leaves them out.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    file: Path | None = None
    query: str | None = field(default=None, repr=False)
    database: Path | None = None
    folder: Path | None = None
    renamed: tuple[tuple[str, str], ...] = ()
    harmless_numbers: frozenset[str] = frozenset()
    ignore_others: bool = False


Source: TypeAlias = StatisticsSource | TableSource


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTexts:
    """What the description as linked data says beside the metadata: the agency's full name, English texts."""

    publisher_th: str = ""
    publisher_en: str = ""
    title_en: str = ""
    description_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSpec:
    """A release file: one dataset with one table.

    ``path`` is the file itself, ``config`` the settings file it names. Paths are absolute, or start where
    the file's own path starts.
    """

    path: Path
    dataset: Dataset
    source: Source
    declaration: Declaration | None = None
    consent: Consent = field(default_factory=Consent)
    platform: str = "data_go_th"
    config: Path | None = None
    texts: LinkedTexts = field(default_factory=LinkedTexts)

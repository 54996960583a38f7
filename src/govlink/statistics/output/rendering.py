"""All formats by name, each with the name of its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from ...models.release import Release
from ..releasing.table_file import table_csv
from .json_stat import json_stat
from .labels import Labels, Language
from .page import page
from .parquet import parquet
from .sdmx import sdmx_csv

__all__ = ["FILE_NAMES", "FORMATS", "Format", "rendered"]

Format = Literal["csv", "sdmx-csv", "json-stat", "parquet", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
FILE_NAMES: Mapping[Format, str] = {
    "csv": "table.csv",
    "sdmx-csv": "table.sdmx.csv",
    "json-stat": "table.json-stat.json",
    "parquet": "table.parquet",
    "html": "table.html",
}


def rendered(
    release: Release, kind: Format, *, labels: Labels | None = None, language: Language = "th", structure: str
) -> tuple[str, bytes]:
    """The release in one format: the name of the file, and what goes into it.

    Args:
        release: What is published.
        kind: Which format.
        labels: Names of dimensions and codes, where the format holds any.
        language: Their language where the format holds one, and the page's first.
        structure: The dataflow that SDMX-CSV names.

    Raises:
        ProtectionError: the release was altered.
        RejectedError: the format cannot hold this table.
    """
    release.verify_seal()
    return FILE_NAMES[kind], _content(release, kind, labels=labels, language=language, structure=structure)


def _content(
    release: Release, kind: Format, *, labels: Labels | None, language: Language, structure: str
) -> bytes:
    match kind:
        case "csv":
            return table_csv(release.table)
        case "sdmx-csv":
            return sdmx_csv(release, structure=structure)
        case "json-stat":
            return json_stat(release, labels=labels, language=language)
        case "parquet":
            return parquet(release)
        case "html":
            return page(release, labels=labels, language=language)

"""The published dataset described as linked data, in a file that other catalogues can read."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import nullcontext
from pathlib import Path

from ..dcat import Published, dataset_jsonld
from ..errors import ConfigError, Fault
from ..models.publication import PublicationResult
from ..models.release import Release
from ..models.table import Table
from ..tables import release_table
from .spec import ReleaseSpec

__all__ = ["demand_place", "description_of", "write_description"]

UNWRITABLE = Fault(
    "publishing.description_unwritable",
    en="the description {name} cannot be written ({reason})",
    th="เขียนไฟล์คำอธิบาย {name} ไม่ได้ ({reason})",
)


def demand_place(path: Path) -> None:
    """Find out before publishing whether the description will have somewhere to go.

    Raises:
        ConfigError: the folder is not there or takes no files.
    """
    if path.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        raise ConfigError(UNWRITABLE, name=path.name, reason="no such place")


def description_of(
    spec: ReleaseSpec, *, content: Release | Table, result: PublicationResult, site_url: str
) -> bytes:
    """The JSON-LD document; the same publication gives the same bytes."""
    with release_table(content) if isinstance(content, Release) else nullcontext(content) as table:
        published = Published(
            dataset=spec.dataset,
            result=result,
            site_url=site_url,
            publisher_th=spec.texts.publisher_th,
            publisher_en=spec.texts.publisher_en,
            title_en=spec.texts.title_en,
            description_en=spec.texts.description_en,
            file=table.csv_file() if result.file_resource_id is not None else None,
            report=content.report if isinstance(content, Release) else None,
            declaration=spec.declaration,
        )
        return (json.dumps(dataset_jsonld(published), ensure_ascii=False, indent=2) + "\n").encode()


def write_description(path: Path, content: bytes) -> None:
    """Write it whole or not at all, for everybody to read.

    Raises:
        ConfigError: the folder does not take it.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            written.chmod(0o644)  # made to be published, and a temporary file is private
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(UNWRITABLE, name=path.name, reason=type(error).__name__) from error

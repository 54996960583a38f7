"""What has to be done to get from what stands to what is wanted. Decides; sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from govlink.models.publication import Publication
from govlink.models.table import CsvFile, Row, RowChanges

from .columns import Columns, ColumnWork
from .gate import Description
from .identity import FILE_KEY, RowsMark, Stage, digest_of, resource_id_of
from .merge import Merge, fields_of, merge
from .parse import Package
from .row_requests import encoded_row
from .settings import DataGoThSettings
from .stored import Rows, RowWork
from .survey import Survey, is_seen

__all__ = ["FileWork", "Steps", "fits_one_call", "steps_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWork:
    """The file beside the table: ``file`` is None where it is too large for the catalogue."""

    resource_id: str
    file: CsvFile | None

    def is_stored(self, package: Package | None) -> bool:
        """Whether the catalogue's file is this one; or whether there is none, where none should be."""
        resource = package.resource(self.resource_id) if package else None
        if self.file is None or resource is None:
            return self.file is None and resource is None
        size = resource.get("size")
        is_sized = not isinstance(size, int) or size == self.file.size_bytes  # a person may have put another
        return is_sized and resource.get(FILE_KEY) == self.file.sha256_hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The work, part by part. ``changes`` are there when stored rows were compared."""

    found: Survey
    description: Description
    digest: str
    columns: Columns
    rows: Rows
    changes: RowChanges | None
    file: FileWork
    merged: Merge | None
    is_atomic: bool

    @property
    def touches_rows(self) -> bool:
        """Whether the table is made, or its columns or rows change."""
        changes = self.changes
        has_changes = changes is not None and bool(
            changes.new_count or changes.changed_count or changes.stale_count
        )
        return has_changes or self.columns.is_reshaped or self.rows.work is RowWork.LOAD

    @property
    def hides(self) -> bool:
        """Whether the dataset is public now and must not be while its rows change."""
        return self.touches_rows and not self.is_atomic and is_seen(self.found.package)

    def mark(self) -> RowsMark:
        """What the table's mark must say before its rows are touched."""
        if self.rows.work is RowWork.LOAD and self.columns.work is not ColumnWork.REBUILD:
            return RowsMark(stage=Stage.LOADING, digest=self.digest)
        return RowsMark(stage=Stage.REPLACING if self.is_atomic else Stage.PENDING)


def fits_one_call(settings: DataGoThSettings, publication: Publication, changes: RowChanges) -> bool:
    """Whether the whole change is one upsert, which readers see before or after, never between."""
    count = changes.new_count + changes.changed_count
    if changes.stale_count or not 0 < count <= settings.rows_per_call:
        return False
    rows: Iterator[Row] = chain(changes.new(), changes.changed())
    encoded = (len(encoded_row(publication.table, row)) + 1 for row in islice(rows, count))
    return sum(encoded) <= settings.bytes_per_call


def steps_of(
    settings: DataGoThSettings,
    publication: Publication,
    *,
    description: Description,
    found: Survey,
    columns: Columns,
    rows: Rows,
    changes: RowChanges | None,
    published: Mapping[str, str],
) -> Steps:
    """Put the work together.

    Raises:
        EditedElsewhereError: somebody edited fields that the caller changed too.
    """
    name, table = publication.dataset.name, publication.table
    csv = table.csv_file_within(settings.max_upload_bytes)
    merged = None
    if found.package is not None:
        wanted = fields_of(description.wanted, has_file=csv is not None)
        merged = merge(wanted, found.package, consent=publication.consent, published=published)
    is_atomic = (
        is_seen(found.package)
        and changes is not None
        and not columns.is_reshaped
        and fits_one_call(settings, publication, changes)
    )
    return Steps(
        found=found,
        description=description,
        digest=digest_of(table),
        columns=columns,
        rows=rows,
        changes=changes,
        file=FileWork(resource_id=resource_id_of(name, resource_key="csv"), file=csv),
        merged=merged,
        is_atomic=is_atomic,
    )

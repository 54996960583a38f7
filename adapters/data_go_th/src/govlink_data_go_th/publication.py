"""Carrying out the steps of one publication.

Rows are written while the dataset is private, except where one call changes them all at once; one
``package_revise`` makes it public, with the description and the file, and records the digest of the
rows, or does none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain

from govlink.errors import ConflictError, Fault, NotFoundError, RejectedError
from govlink.flow import Flow, Request
from govlink.models.publication import FieldChange, Publication
from govlink.models.table import Row

from .answers import TOO_LARGE
from .columns import ColumnWork
from .gate import STATUS, masked_count_of
from .identity import RowsMark, Stage, resource_id_of
from .merge import fields_of, merge, stored_texts
from .parse import Package, parse_table
from .requests import Revision, request_datastore_search
from .revisions import created_fields, lost_of_new, preparation, revelation
from .row_requests import (
    encoded_row,
    request_datastore_create,
    request_datastore_drop,
    request_rows_delete,
    request_rows_write,
)
from .rows import UNSETTLED, Batches, send_batches
from .run import Run
from .settings import PLATFORM
from .steps import Steps
from .stored import RowWork

__all__ = ["Carrier"]

ROWS_DIFFER = Fault(
    "data_go_th.rows_differ",
    en="the stored table does not hold the rows that were sent; publish again to compare them one by one",
    th="ตารางที่จัดเก็บมีจำนวนแถวไม่ตรงกับที่ส่ง ให้เผยแพร่อีกครั้งเพื่อเปรียบเทียบทีละแถว",
)


@dataclass(slots=True, kw_only=True)
class Carrier:
    """Does what the steps say, once. ``kept`` are the edits of others that stand in the end."""

    run: Run
    publication: Publication
    steps: Steps
    published: Mapping[str, str]
    rows_written: int = 0
    rows_deleted: int = 0
    kept: tuple[FieldChange, ...] = field(default=())

    @property
    def _name(self) -> str:
        return self.publication.dataset.name

    @property
    def _resource_id(self) -> str:
        return resource_id_of(self._name)

    def carry_out(self) -> Flow[Package]:
        """Do the steps, verify the table, and make it public.

        Raises:
            ConflictError: somebody changed the dataset or the table during the run.
            OutcomeUnknownError: a write had no answer and is not to be seen; running again settles it.
            UnexpectedAnswerError: the catalogue dropped a field it had accepted.
        """
        steps = self.steps
        self.run.package = steps.found.package
        if steps.found.package is None:
            yield from self.run.create(
                created_fields(self.publication, steps),
                name=self._name,
                missing=lambda package: lost_of_new(self.publication, steps, package),
            )
        if steps.touches_rows:
            if steps.found.package is not None:
                yield from self._prepare()
            yield from self._table()
            yield from self._rows()
            yield from self._verify()
        elif steps.columns.work is ColumnWork.RELABEL:
            yield from self._table()
        return (yield from self._reveal())

    def _prepare(self, *, mark: RowsMark | None = None) -> Flow[None]:
        def missing(package: Package) -> Revision:
            return preparation(self.publication, self.steps, package, mark=mark)

        yield from self.run.revise(self._name, step="resource" if mark else "describe", missing=missing)

    def _table(self) -> Flow[None]:
        """Make or change the table itself."""
        work, run = self.steps.columns.work, self.run
        if work is ColumnWork.NOTHING:
            return
        if work is ColumnWork.REBUILD:
            with suppress(NotFoundError):  # an earlier sending of the same call dropped it
                yield from run.send(request_datastore_drop(run.settings, self._resource_id), step="table")
        request = request_datastore_create(
            run.settings,
            self._resource_id,
            self.publication.table,
            version=self.steps.found.site.version,
            drops_columns=work is ColumnWork.DROP,
        )
        yield from run.send(request, step="table")
        run.note("table")
        if work is ColumnWork.REBUILD:
            # only now, for a loading mark beside the former table would pass its rows for ours
            yield from self._prepare(mark=RowsMark(stage=Stage.LOADING, digest=self.steps.digest))

    def _rows(self) -> Flow[None]:
        steps, table = self.steps, self.publication.table
        if steps.rows.work is RowWork.LOAD:
            skip = steps.rows.skip
            yield from self._write(table.rows(skip=skip), method="insert", before=skip, total=table.row_count)
            return
        changes = steps.changes
        if changes is None:
            return
        stale, new = changes.stale_count, changes.new_count
        total = stale + new + changes.changed_count
        if steps.is_atomic:
            if (yield from self._write_at_once(chain(changes.new(), changes.changed()))):
                return
            self.steps = replace(steps, is_atomic=False)
            yield from self._prepare()
        yield from self._delete(changes.stale_ids(), total=total)
        yield from self._write(changes.new(), method="insert", before=stale, total=total)
        yield from self._write(changes.changed(), method="upsert", before=stale + new, total=total)

    def _write_at_once(self, rows: Iterable[Row]) -> Flow[bool]:
        """Write all changed rows by one call; whether that was possible."""
        run = self.run
        records = [encoded_row(self.publication.table, row) for row in rows]
        request = request_rows_write(run.settings, self._resource_id, records, method="upsert")
        count = len(records)
        for wait_s in (0.0, 2.0):  # whole once more: what was written is not written otherwise
            try:
                yield from run.send(replace(request, wait_s=wait_s), step="rows", rows=(0, count))
            except RejectedError as error:
                if error.fault is not TOO_LARGE:
                    raise
                return False
            except UNSETTLED:
                continue
            self.rows_written += count
            run.note("rows", rows=(count, count))
            return True
        return False

    def _write(self, rows: Iterable[Row], *, method: str, before: int, total: int) -> Flow[None]:
        run, table = self.run, self.publication.table

        def make(records: Sequence[bytes], is_repeat: bool) -> Request:  # noqa: FBT001 - the shape that send_batches calls
            chosen = "upsert" if is_repeat else method
            return request_rows_write(run.settings, self._resource_id, records, method=chosen)

        def send(request: Request, done: int, count: int) -> Flow[None]:
            yield from run.send(request, step="rows", rows=(before + done, total))
            run.note("rows", rows=(before + done + count, total))

        batches = Batches(source=(encoded_row(table, row) for row in rows), settings=run.settings)
        self.rows_written += yield from send_batches(batches, make=make, send=send, context=run.context)

    def _delete(self, row_ids: Iterable[int], *, total: int) -> Flow[None]:
        run = self.run

        def make(ids: Sequence[bytes], is_repeat: bool) -> Request:  # noqa: FBT001 - the shape that send_batches calls
            del is_repeat  # deleting what is gone changes nothing
            return request_rows_delete(run.settings, self._resource_id, ids)

        def send(request: Request, done: int, count: int) -> Flow[None]:
            yield from run.send(request, step="rows", rows=(done, total))
            run.note("rows", rows=(done + count, total))

        batches = Batches(source=(str(i).encode() for i in row_ids), settings=run.settings)
        self.rows_deleted += yield from send_batches(batches, make=make, send=send, context=run.context)

    def _verify(self) -> Flow[None]:
        """Read the counts back: of all rows, and of the confidential ones."""
        release, run = self.publication.release, self.run
        expected: list[tuple[dict[str, str], int]] = [({}, self.publication.table.row_count)]
        if release is not None:
            expected.append(({STATUS: "C"}, masked_count_of(release)))
        for filters, count in expected:
            request = request_datastore_search(run.settings, self._resource_id, filters=filters)
            table = parse_table((yield from run.send(request, step="verify")), operation=request.operation)
            if table.row_count != count:
                raise ConflictError(ROWS_DIFFER, platform=PLATFORM, operation=request.operation)
        run.note("verify", rows=(expected[0][1], expected[0][1]))

    def _reveal(self) -> Flow[Package]:
        wanted = fields_of(self.steps.description.wanted, has_file=self.steps.file.file is not None)

        def missing(package: Package) -> Revision:
            merged = merge(wanted, package, consent=self.publication.consent, published=self.published)
            self.kept = merged.kept
            return revelation(self.publication, self.steps, package, merged)

        package = yield from self.run.revise(self._name, step="reveal", missing=missing)
        self.run.note("done", fields=stored_texts(package, wanted))
        return package

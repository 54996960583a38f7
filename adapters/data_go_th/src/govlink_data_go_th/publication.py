"""Carrying out the steps of one publication.

Every write of metadata is followed by reading the dataset back. So a write without an answer is
settled by what stands there, and a field the catalogue dropped in silence is noticed. What stands
already is changed by ``package_revise`` alone, CKAN's compare-and-set, so no person's change in
between is overwritten. Rows are written while the dataset is private; one ``package_revise`` makes it
public and records the digest of the rows, or does neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from govlink.errors import (
    ConflictError,
    Fault,
    GovlinkError,
    NotFoundError,
    OutcomeUnknownError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Effect, Flow, Request

from .answers import result_of
from .metadata import Wanted, differences, strayed
from .parse import PREPARE, Package, Schema, parse_table
from .requests import (
    request_datastore_create,
    request_datastore_delete,
    request_datastore_insert,
    request_datastore_search,
    request_datastore_upsert,
    request_package_create,
    request_package_revise,
    request_resource_create,
)
from .settings import PLATFORM, DataGoThSettings
from .sheet import CONTENT_KEY, PENDING, STATUS, Sheet, resource_id_of, split
from .survey import (
    Steps,
    check_not_withdrawn,
    content_of,
    read_package,
    resource_fields,
    reveal_of,
)

__all__ = ["Publication"]

NOT_KEPT = Fault(
    "data_go_th.not_kept",
    en="the catalogue accepted the call but did not keep: {fields}",
    th="แค็ตตาล็อกรับคำขอแต่ไม่ได้จัดเก็บรายการ: {fields}",
)
GONE = Fault(
    "data_go_th.gone",
    en="the dataset is not there, or not in view of this token",
    th="ไม่พบชุดข้อมูล หรือโทเคนนี้ไม่มีสิทธิเห็น",
)
ROWS_DIFFER = Fault(
    "data_go_th.rows_differ",
    en="the stored table does not hold the rows that were sent; the dataset stays private",
    th="ตารางที่จัดเก็บมีจำนวนแถวไม่ตรงกับที่ส่ง ชุดข้อมูลยังไม่เผยแพร่",
)
CHANGED_MEANWHILE = Fault(
    "data_go_th.changed_meanwhile",
    en="somebody changed the dataset during the publication: {fields}",
    th="มีผู้แก้ไขชุดข้อมูลระหว่างการเผยแพร่: {fields}",
)

REVISE_ATTEMPTS = 3  # CKAN 2.12 touches the dataset in the background after rows were written (tried)
_UNSETTLED = (OutcomeUnknownError, UnavailableError, UnexpectedAnswerError)  # only reading back tells


def _changed_meanwhile(names: Iterable[str]) -> ConflictError:
    return ConflictError(
        CHANGED_MEANWHILE,
        platform=PLATFORM,
        operation="package_revise",
        fields=", ".join(sorted(names)),
    )


def _description(steps: Steps, wanted: Wanted, before: Package, now: Package) -> dict[str, object]:
    """What of the description differs still, and of the visibility that rows in change demand.

    Raises:
        ConflictError: a field that would be written is not as it was surveyed.
    """
    resource_id = resource_id_of(wanted.name)
    update = differences(wanted, now)
    stray = strayed(update, now=now.fields, before=before.fields)
    resource, old = now.resource(resource_id), before.resource(resource_id) or {}
    if resource is not None:
        fields = resource_fields(wanted)
        if steps.touches_rows and content_of(now, wanted.name):
            fields[CONTENT_KEY] = PENDING
        changes = {k: v for k, v in fields.items() if (resource.get(k) or "") != v}
        stray += strayed(changes, now=resource, before=old)
        update |= {f"resources__{resource_id}": changes} if changes else {}
    if stray:
        raise _changed_meanwhile(stray)
    if steps.touches_rows and not now.is_private and now.type != PREPARE:
        update["private"] = True
    return update


def _missing_of_new(wanted: Wanted) -> Callable[[Package], Mapping[str, object]]:
    def missing(package: Package) -> Mapping[str, object]:
        is_seen = not package.is_private and package.type != PREPARE
        return {**differences(wanted, package), **({"private": True} if is_seen else {})}

    return missing


@dataclass(slots=True, kw_only=True)
class Publication:
    """One run: what is wanted, and what was sent and seen so far. Used once, by one flow."""

    settings: DataGoThSettings
    writes: int = 0
    package: Package | None = None

    def _send(self, request: Request) -> Flow[object]:
        if request.effect is not Effect.READ:
            self.writes += 1
        response = yield request
        return result_of(response, operation=request.operation)

    def _read_back(self, name: str) -> Flow[Package]:
        package = yield from read_package(self.settings, name)
        if package is None:
            raise NotFoundError(GONE, platform=PLATFORM, operation="package_show")
        self.package = package
        return package

    def _write(
        self, request: Request, *, name: str, missing: Callable[[Package], Mapping[str, object]]
    ) -> Flow[Package]:
        """Write metadata and read it back; ``missing`` tells what of it did not arrive."""
        lost: GovlinkError | None = None
        try:
            yield from self._send(request)
        except _UNSETTLED as error:
            lost = error
        package = yield from read_package(self.settings, name)
        absent = {name} if package is None else set(missing(package))
        if package is None or absent:
            fields = ", ".join(sorted(absent))
            raise lost or UnexpectedAnswerError(
                NOT_KEPT, platform=PLATFORM, operation=request.operation, fields=fields
            )
        self.package = package
        return package

    def carry_out(
        self, steps: Steps, *, wanted: Wanted, sheet: Sheet, schema: Schema | None
    ) -> Flow[Package]:
        """Do what the steps say, verify the table, and make it public.

        Raises:
            ConflictError: somebody changed the dataset or the table during the run.
            OutcomeUnknownError: a write had no answer and is not to be seen; running again settles it.
            UnexpectedAnswerError: the catalogue dropped a field it had accepted.
        """
        self.package = steps.package
        yield from self._describe(steps, wanted)
        yield from self._resource(steps, wanted)
        yield from self._table(steps, wanted, sheet)

        def still_missing(package: Package) -> Mapping[str, object]:
            check_not_withdrawn(self.settings, package)
            if stray := differences(wanted, package):
                raise _changed_meanwhile(stray)
            return reveal_of(self.settings, package, wanted=wanted, digest=sheet.digest, schema=schema)

        return (yield from self.revise(wanted.name, missing=still_missing))

    def _describe(self, steps: Steps, wanted: Wanted) -> Flow[None]:
        """Create the dataset, or bring its description and its resource's up to date in one call."""
        before = steps.package
        if before is None:
            request = request_package_create(self.settings, wanted)
            yield from self._write(request, name=wanted.name, missing=_missing_of_new(wanted))
            return

        def missing(package: Package) -> Mapping[str, object]:
            check_not_withdrawn(self.settings, package)
            return _description(steps, wanted, before, package)

        if missing(before):
            yield from self.revise(wanted.name, missing=missing)

    def _resource(self, steps: Steps, wanted: Wanted) -> Flow[None]:
        if not steps.resource_is_new:
            return
        resource_id, fields = resource_id_of(wanted.name), dict(steps.resource)
        content = {"id": resource_id, "package_id": wanted.name, "url": "_datastore_only_resource"}
        request = request_resource_create(self.settings, {**content, **fields})

        def missing(package: Package) -> Mapping[str, object]:
            stored = package.resource(resource_id) or {}
            return {k: v for k, v in fields.items() if (stored.get(k) or "") != v}

        yield from self._write(request, name=wanted.name, missing=missing)

    def _table(self, steps: Steps, wanted: Wanted, sheet: Sheet) -> Flow[None]:
        settings, resource_id = self.settings, resource_id_of(wanted.name)
        if steps.table_is_new or steps.labels_differ:
            yield from self._send(request_datastore_create(settings, resource_id, sheet))
        for ids in split(steps.rows.stale_ids, settings.rows_per_call):
            yield from self._send(request_datastore_delete(settings, resource_id, ids))
        for rows in split(steps.rows.rows, settings.rows_per_call):
            upsert = request_datastore_upsert(settings, resource_id, sheet=sheet, rows=rows)
            if not steps.table_is_new:
                yield from self._send(upsert)
                continue
            try:
                yield from self._send(request_datastore_insert(settings, resource_id, sheet=sheet, rows=rows))
            except _UNSETTLED:
                # whether the rows arrived or not, an upsert of the same rows ends in the same table
                yield from self._send(upsert)
        if steps.touches_rows:
            yield from self._verify(resource_id, sheet)

    def _verify(self, resource_id: str, sheet: Sheet) -> Flow[None]:
        counts: list[int] = []
        for filters in ({}, {STATUS: "C"}):
            request = request_datastore_search(self.settings, resource_id, limit=0, filters=filters)
            table = parse_table((yield from self._send(request)), operation=request.operation)
            counts.append(table.row_count)
        if counts != [len(sheet.rows), sheet.masked_count]:
            raise ConflictError(ROWS_DIFFER, platform=PLATFORM, operation="datastore_search")

    def revise(self, name: str, *, missing: Callable[[Package], Mapping[str, object]]) -> Flow[Package]:
        """Bring about what is ``missing`` by compare-and-set, reading anew before each attempt.

        Raises:
            NotFoundError: the dataset is not there.
            ConflictError: somebody keeps changing the dataset.
            OutcomeUnknownError: no attempt had an answer, and nothing is to be seen of them.
            UnexpectedAnswerError: the catalogue took the call and dropped a part of it.
        """
        last: GovlinkError | None = None
        package = yield from self._read_back(name)
        for _ in range(REVISE_ATTEMPTS):
            update = missing(package)
            if not update:
                return package
            last = None
            try:
                yield from self._send(request_package_revise(self.settings, package, update))
            except (ConflictError, *_UNSETTLED) as error:
                last = error
            package = yield from self._read_back(name)
            if last is None:
                break
        if absent := missing(package):
            raise last or UnexpectedAnswerError(
                NOT_KEPT, platform=PLATFORM, operation="package_revise", fields=", ".join(sorted(absent))
            )
        return package

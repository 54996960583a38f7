"""What stands on the catalogue, and the steps from there to what is wanted. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govlink.errors import (
    AuthError,
    ConflictError,
    Fault,
    NotFoundError,
    RejectedError,
    UnexpectedAnswerError,
)
from govlink.flow import Flow, Request

from .answers import NOT_A_CALL, result_of
from .metadata import Wanted, differences
from .parse import (
    PREPARE,
    Package,
    Schema,
    StoredTable,
    parse_organisations,
    parse_package,
    parse_schema,
    parse_status,
    parse_table,
)
from .requests import (
    request_datastore_search,
    request_organization_list_for_user,
    request_package_show,
    request_scheming_dataset_schema_show,
    request_status_show,
)
from .settings import PLATFORM, DataGoThSettings
from .sheet import CONTENT_KEY, PENDING, RowChanges, Sheet, changes_between, resource_id_of

__all__ = [
    "Steps",
    "check_not_withdrawn",
    "content_of",
    "read_package",
    "read_schema",
    "resource_fields",
    "reveal_of",
    "survey",
]

TOO_OLD = Fault(
    "data_go_th.too_old",
    en="this CKAN is older than 2.9 and cannot publish in one step",
    th="CKAN รุ่นนี้เก่ากว่า 2.9 ไม่สามารถเผยแพร่ในขั้นตอนเดียวได้",
)
NO_ORGANISATION = Fault(
    "data_go_th.no_organisation",
    en="the access token is not known, or may not create datasets in this organisation",
    th="ไม่รู้จักโทเคนนี้ หรือโทเคนไม่มีสิทธิสร้างชุดข้อมูลในองค์กรนี้",
)
OTHER_OWNER = Fault(
    "data_go_th.other_owner",
    en="a dataset of this name belongs to another organisation",
    th="ชุดข้อมูลชื่อนี้เป็นขององค์กรอื่น",
)
WITHDRAWN_BY_A_PERSON = Fault(
    "data_go_th.withdrawn",
    en="the dataset was withdrawn or deleted and stays so; to publish it again name it in republish",
    th="ชุดข้อมูลนี้ถูกถอนหรือลบไปแล้วและจะคงไว้เช่นนั้น หากต้องการเผยแพร่อีกให้ระบุชื่อในค่าตั้ง republish",
)
COLUMNS_CHANGED = Fault(
    "data_go_th.columns_changed",
    en="the stored table has other columns; publish under a new name or drop the table first",
    th="ตารางที่จัดเก็บไว้มีคอลัมน์ต่างออกไป ให้เผยแพร่ด้วยชื่อใหม่หรือลบตารางเดิมก่อน",
)

PAGE_ROWS = 10_000  # the cap that the Thai extension sets (seen in code)
_TYPE_NAMES: Mapping[str, str] = {"int4": "int", "integer": "int"}  # PostgreSQL's names for what we asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What has to be done, in this order; a step that is None or empty is not needed.

    ``fields`` are dataset fields to change, ``resource`` resource fields to change or, where
    ``resource_is_new``, to create with. ``touches_rows`` says whether readers would see a table in
    change, which is why the dataset is hidden first. ``reveal`` is the last, atomic change.
    """

    package: Package | None
    fields: Mapping[str, object]
    resource_is_new: bool
    resource: Mapping[str, object]
    table_is_new: bool
    labels_differ: bool
    rows: RowChanges
    reveal: Mapping[str, object]

    @property
    def touches_rows(self) -> bool:
        """Whether the table is made or its rows change."""
        return self.table_is_new or bool(self.rows)

    @property
    def hides(self) -> bool:
        """Whether the dataset is public now and must not be while its rows change."""
        package = self.package
        is_seen = package is not None and not package.is_private and package.type != PREPARE
        return self.touches_rows and is_seen

    def lines(self) -> tuple[str, ...]:
        """The steps in words, one line each."""
        said = (
            (self.package is None, "create the dataset, private until all is in place"),
            (self.hides, "make the dataset private until its rows are in place again"),
            (bool(self.fields), f"change dataset fields: {', '.join(sorted(self.fields))}"),
            (self.resource_is_new, "create the resource of the table"),
            (bool(self.resource) and not self.resource_is_new, "change the resource"),
            (self.table_is_new, "create the table"),
            (self.labels_differ, "change the labels of the table's columns"),
            (bool(self.rows.rows), f"write {len(self.rows.rows)} rows"),
            (bool(self.rows.stale_ids), f"delete {len(self.rows.stale_ids)} rows"),
            (self.hides or self.reveal.get("private") is False, "make the dataset public"),
            ("allow_harvest" in self.reveal, "allow the national catalogue to harvest it"),
        )
        return tuple(line for applies, line in said if applies)


def _ask(request: Request) -> Flow[object]:
    response = yield request
    return result_of(response, operation=request.operation)


def read_package(settings: DataGoThSettings, name: str) -> Flow[Package | None]:
    """The dataset of that name, or None."""
    try:
        result = yield from _ask(request_package_show(settings, name))
    except NotFoundError:
        return None
    return parse_package(result, operation="package_show")


def read_schema(settings: DataGoThSettings) -> Flow[Schema | None]:
    """The live schema after a look at the version; None where the catalogue does not tell its schema.

    Raises:
        UnexpectedAnswerError: CKAN is older than 2.9 and lacks ``package_revise``.
    """
    version = parse_status((yield from _ask(request_status_show(settings))), operation="status_show")
    if version is not None and version < (2, 9):
        raise UnexpectedAnswerError(TOO_OLD, platform=PLATFORM, operation="status_show")
    request = request_scheming_dataset_schema_show(settings)
    try:
        result = yield from _ask(request)
    except NotFoundError:
        return None
    except RejectedError as error:
        if error.fault is NOT_A_CALL:
            return None
        raise
    return parse_schema(result, operation=request.operation)


def _check_right(settings: DataGoThSettings, owner_org: str) -> Flow[None]:
    request = request_organization_list_for_user(settings)
    result = yield from _ask(request)
    if owner_org not in parse_organisations(result, operation=request.operation):
        raise AuthError(NO_ORGANISATION, platform=PLATFORM, operation=request.operation)


def _read_table(settings: DataGoThSettings, resource_id: str) -> Flow[StoredTable | None]:
    request = request_datastore_search(settings, resource_id, limit=0)
    try:
        result = yield from _ask(request)
    except NotFoundError:
        return None
    return parse_table(result, operation=request.operation)


def _read_rows(settings: DataGoThSettings, resource_id: str) -> Flow[tuple[Mapping[str, object], ...]]:
    records: list[Mapping[str, object]] = []
    while True:
        request = request_datastore_search(settings, resource_id, limit=PAGE_ROWS, offset=len(records))
        page = parse_table((yield from _ask(request)), operation=request.operation)
        records += page.records
        if not page.records or len(records) >= page.row_count:
            return tuple(records)


def resource_fields(wanted: Wanted) -> dict[str, object]:
    """The fields of the table's resource."""
    return {
        "name": wanted.fields["title"],
        "description": "ตารางข้อมูลสถิติที่ปกปิดข้อมูลแล้ว / Statistical table after disclosure control",
        "format": "CSV",
        "url_type": "datastore",  # a table without a file, writable, and left alone by loaders (seen in code)
    }


def _check_columns(sheet: Sheet, table: StoredTable) -> bool:
    """Whether only labels differ; a changed type would be accepted and ignored by CKAN (tried)."""
    stored = {name: _TYPE_NAMES.get(kind, kind) for name, kind, _, _ in table.columns}
    if stored != {column.id: column.type for column in sheet.columns}:
        raise RejectedError(COLUMNS_CHANGED, platform=PLATFORM, operation="datastore_search")
    labels = {name: (label, notes) for name, _, label, notes in table.columns}
    return labels != {column.id: (column.label, column.notes) for column in sheet.columns}


def content_of(package: Package | None, dataset: str) -> str:
    """What ``CONTENT_KEY`` of the dataset's table says; empty before its rows were first public."""
    resource = package.resource(resource_id_of(dataset)) if package else None
    return str((resource or {}).get(CONTENT_KEY) or "")


def check_not_withdrawn(settings: DataGoThSettings, package: Package) -> None:
    """Refuse to bring back what somebody took out of public view.

    A publication hides a dataset and marks its rows ``PENDING`` in one call. So a private dataset
    whose rows are marked otherwise was withdrawn, by ``withdraw`` or in the web form. While the
    governance extension prepares a dataset, it is private by its rules.

    Raises:
        ConflictError: it was withdrawn or deleted, and ``republish`` does not name it.
    """
    is_hidden = package.is_private and package.type != PREPARE
    was_hidden = is_hidden and content_of(package, package.name) not in {"", PENDING}
    if (was_hidden or package.state == "deleted") and package.name not in settings.republish:
        raise ConflictError(WITHDRAWN_BY_A_PERSON, platform=PLATFORM, operation="package_show")


def _may_be_harvested(settings: DataGoThSettings, package: Package | None, wanted: Wanted) -> bool:
    """Whether to consent to harvesting: not against a refusal made since the rows were first public."""
    if "allow_harvest" in wanted.fields:
        return False
    stored = package.fields.get("allow_harvest") if package else None
    is_refused = stored == "False" and content_of(package, wanted.name) != ""
    return stored != "True" and (not is_refused or wanted.name in settings.republish)


def reveal_of(
    settings: DataGoThSettings,
    package: Package | None,
    *,
    wanted: Wanted,
    digest: str,
    schema: Schema | None,
) -> dict[str, object]:
    """The last change: public, harvestable, and the rows' digest; what holds already is left out.

    While the governance extension prepares a dataset, its visibility is the stewards' affair.
    """
    update: dict[str, object] = {}
    if package is None or (package.is_private and package.type != PREPARE):
        update["private"] = False
    is_known = schema is not None and "allow_harvest" in schema.fields
    if is_known and _may_be_harvested(settings, package, wanted):
        update["allow_harvest"] = "True"  # the text, because JSON true is stored as 'true' (tried)
    if content_of(package, wanted.name) != digest:
        update[f"resources__{resource_id_of(wanted.name)}"] = {CONTENT_KEY: digest}
    return update


def survey(settings: DataGoThSettings, *, wanted: Wanted, sheet: Sheet, schema: Schema | None) -> Flow[Steps]:
    """Read what stands and say what has to be done.

    Raises:
        AuthError: the token may not create datasets in the organisation.
        ConflictError: another organisation has a dataset of this name, or it was withdrawn.
        RejectedError: the stored table has other columns.
    """
    package = yield from read_package(settings, wanted.name)
    if package is None:
        yield from _check_right(settings, wanted.owner_org)
    elif wanted.owner_org not in package.owners:
        raise ConflictError(OTHER_OWNER, platform=PLATFORM, operation="package_show")
    else:
        check_not_withdrawn(settings, package)
    resource_id = resource_id_of(wanted.name)
    resource = package.resource(resource_id) if package else None
    table = (yield from _read_table(settings, resource_id)) if resource is not None else None
    rows, labels_differ = RowChanges(rows=sheet.rows, stale_ids=()), False
    if table is not None and resource is not None:
        labels_differ = _check_columns(sheet, table)
        is_same = resource.get(CONTENT_KEY) == sheet.digest and table.row_count == len(sheet.rows)
        stored = () if is_same else (yield from _read_rows(settings, resource_id))
        rows = RowChanges(rows=(), stale_ids=()) if is_same else changes_between(sheet, stored)
    fields = resource_fields(wanted)
    return Steps(
        package=package,
        fields=differences(wanted, package) if package else {},
        resource_is_new=resource is None,
        resource={k: v for k, v in fields.items() if resource is None or resource.get(k) != v},
        table_is_new=table is None,
        labels_differ=labels_differ,
        rows=rows,
        reveal=reveal_of(settings, package, wanted=wanted, digest=sheet.digest, schema=schema),
    )

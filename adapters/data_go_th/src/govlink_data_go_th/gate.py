"""What has to hold before the first request: the seal, the rows behind it, or a whole declaration.

Neither a type nor a caller is trusted here: what was audited must be what would be sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from govlink.errors import Fault, Problem, ProtectionError, RejectedError
from govlink.models.publication import Declaration, Publication
from govlink.models.release import CellStatus, Release
from govlink.models.statements import declaration_statement
from govlink.models.table import Row, Table

from .metadata import Wanted, wanted_of
from .parse import Schema
from .preflight import check_against, check_dataset
from .settings import PLATFORM, DataGoThSettings

__all__ = ["STATUS", "check_publication", "description_of", "masked_count_of"]

STATUS = "conf_status"
"""The column that says of a cell ``F`` free or ``C`` confidential, SDMX's CL_CONF_STATUS."""

_COLUMN_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_FIRST_BUDDHIST_YEAR = 2400

COLUMN_ID = Fault(
    "data_go_th.column_id",
    en="a column id is 1 to 63 ASCII letters, digits and _, begins with a letter and is unique",
    th="ชื่อคอลัมน์ต้องเป็นอักษรอังกฤษ ตัวเลข หรือ _ ยาว 1-63 ตัว ขึ้นต้นด้วยตัวอักษร และไม่ซ้ำกัน",
)
NO_KEY = Fault(
    "data_go_th.no_key",
    en="a table needs a key of columns that it has; without one no row can be changed later",
    th="ตารางต้องมีคีย์ซึ่งเป็นคอลัมน์ในตารางนั้น มิฉะนั้นจะแก้ไขแถวในภายหลังไม่ได้",
)
TABLE_INVALID = Fault(
    "data_go_th.table_invalid",
    en="the table cannot be stored as it is",
    th="ไม่สามารถจัดเก็บตารางในรูปแบบนี้ได้",
)
MASK_BROKEN = Fault(
    "data_go_th.mask_broken",
    en="counts, masks and the protection report disagree; nothing was published",
    th="ค่า การปกปิด และรายงานการปกปิดไม่ตรงกัน ยังไม่มีการเผยแพร่",
)
NOT_THE_RELEASE = Fault(
    "data_go_th.not_the_release",
    en="the table to be published does not hold the cells that were audited; nothing was published",
    th="ตารางที่จะเผยแพร่ไม่ตรงกับข้อมูลที่ผ่านการตรวจสอบ ยังไม่มีการเผยแพร่",
)
DECLARATION_INCOMPLETE = Fault(
    "data_go_th.declaration_incomplete",
    en="say which office decided that the data are open, by which document, and on what day (Gregorian)",
    th="ระบุหน่วยงานที่ตัดสินให้เปิดเผยข้อมูล เลขที่หนังสือ และวันที่ (ปีคริสต์ศักราช) ให้ครบ",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The description as it will be stored, checked, and what the live schema made of it."""

    wanted: Wanted
    schema: Schema | None


def _check_columns(table: Table) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, column in enumerate(table.columns):
        if _COLUMN_ID.fullmatch(column.id) is None or column.id.lower() in seen:
            yield Problem(pointer=f"/columns/{index}/id", fault=COLUMN_ID)
        seen.add(column.id.lower())
    if not table.key or not set(table.key) <= {column.id for column in table.columns}:
        yield Problem(pointer="/key", fault=NO_KEY)


def masked_count_of(release: Release) -> int:
    """How many cells of the release are confidential.

    Raises:
        ProtectionError: a masked cell holds a number, or the report counts other cells.
    """
    cells, report = release.table.cells, release.report
    masked = sum(cell.status is CellStatus.CONFIDENTIAL for cell in cells)
    agrees = all((cell.value is None) == (cell.status is CellStatus.CONFIDENTIAL) for cell in cells)
    if not agrees or (len(cells) - masked, masked) != (report.cells_published, report.cells_suppressed):
        raise ProtectionError(MASK_BROKEN, platform=PLATFORM)
    return masked


def _rows_of(release: Release) -> Iterator[Row]:
    for cell in sorted(release.table.cells, key=lambda cell: cell.keys):
        yield (*cell.keys, cell.value, cell.status.value)


def _check_release(release: Release, table: Table) -> None:
    release.verify_seal()
    masked_count_of(release)
    dimensions = tuple(d.id for d in release.table.dimensions)
    ids = tuple(column.id for column in table.columns)
    is_shaped = ids[: len(dimensions)] == dimensions and len(ids) == len(dimensions) + 2 and ids[-1] == STATUS
    same = is_shaped and table.row_count == len(release.table.cells) and table.key == dimensions
    # a text never equals a number here, so rows of other types differ too
    if not same or any(a != b for a, b in zip(table.rows(), _rows_of(release), strict=True)):
        raise ProtectionError(NOT_THE_RELEASE, platform=PLATFORM)


def _check_declaration(declaration: Declaration) -> None:
    texts = (declaration.decided_by, declaration.reference)
    is_dated = declaration.decided_on.year < _FIRST_BUDDHIST_YEAR
    if not is_dated or not all(text.strip() and text.isprintable() for text in texts):
        problems = (Problem(pointer="/declaration", fault=DECLARATION_INCOMPLETE),)
        raise RejectedError(TABLE_INVALID, platform=PLATFORM, problems=problems)


def check_publication(publication: Publication) -> None:
    """Check all that needs no catalogue to know.

    Raises:
        ProtectionError: the release was altered, or the table is not the release's.
        RejectedError: the description, the declaration or a column breaks a rule.
    """
    if publication.release is not None:
        _check_release(publication.release, publication.table)
    if publication.declaration is not None:
        _check_declaration(publication.declaration)
    problems = tuple(_check_columns(publication.table))
    if problems:
        raise RejectedError(TABLE_INVALID, platform=PLATFORM, problems=problems[:100])
    check_dataset(publication.dataset)


def _declared(wanted: Wanted, declaration: Declaration) -> Wanted:
    statement = declaration_statement(declaration)
    notes = f"{wanted.fields['notes']}\n\n{statement.th}\n{statement.en}"
    return replace(wanted, fields={**wanted.fields, "notes": notes})


def description_of(
    publication: Publication, *, settings: DataGoThSettings, schema: Schema | None
) -> Description:
    """The fields to be stored; the notes end by saying how the data were protected, or who opened them.

    Raises:
        RejectedError: the catalogue's live schema, where it tells one, takes something else.
    """
    release, declaration = publication.release, publication.declaration
    wanted = wanted_of(
        publication.dataset, report=release.report if release else None, settings=settings, schema=schema
    )
    if declaration is not None:
        wanted = _declared(wanted, declaration)
    if schema is not None:
        check_against(wanted, schema)
    return Description(wanted=wanted, schema=schema)

"""The protection report read back from its file, strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from ..errors import Fault, ProtectionError
from ..models.release import CellStatus, ProtectedTable, ProtectionReport
from ..wire import strict_json

__all__ = ["demand_report_of", "read_report"]

REPORT_MISSING = Fault(
    "statistics.report_missing",
    en="there is no {name} beside the table: what was not protected and audited is not published",
    th="ไม่พบ {name} คู่กับตาราง ตารางที่ไม่ได้ผ่านการปกปิดและตรวจสอบเผยแพร่ไม่ได้",
)
REPORT_UNREADABLE = Fault(
    "statistics.report_unreadable",
    en="{name} is not a report that govlink wrote, or was edited",
    th="{name} ไม่ใช่รายงานที่ govlink เขียน หรือถูกแก้ไข",
)
REPORT_NOT_ITS_OWN = Fault(
    "statistics.report_not_its_own",
    en="{name} is not the report of this table: the table was altered, or was written again after the report",
    th="{name} ไม่ใช่รายงานของตารางนี้ ตารางถูกแก้ไข หรือถูกเขียนใหม่หลังออกรายงาน",
)
VERDICT = Fault(
    "statistics.report_verdict",
    en="by {name} the table did not pass its audit",
    th="{name} ระบุว่าตารางไม่ผ่านการตรวจสอบ",
)

_MOST_BYTES = 1024 * 1024


def read_report(path: Path) -> ProtectionReport:
    """Read a ``report.json`` that ``write_release`` wrote; nothing in it may be missing, new or converted.

    Raises:
        ProtectionError: there is none, or it is not one.
        OSError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = strict_json(file.read(_MOST_BYTES).decode())
    except FileNotFoundError:
        raise ProtectionError(REPORT_MISSING, name=path.name) from None
    except (ValueError, RecursionError):
        raise ProtectionError(REPORT_UNREADABLE, name=path.name) from None
    if not isinstance(content, Mapping) or not _is_report(content):
        raise ProtectionError(REPORT_UNREADABLE, name=path.name)
    return ProtectionReport(**{**content, "not_covered": tuple(content["not_covered"])})


def _is_report(content: Mapping[str, object]) -> bool:
    kinds = {field.name: str(field.type) for field in fields(ProtectionReport)}
    return content.keys() == kinds.keys() and all(_fits(content[name], kind) for name, kind in kinds.items())


def _fits(value: object, kind: str) -> bool:
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if kind == "str":
        return isinstance(value, str)
    if kind.startswith("Mapping"):
        return isinstance(value, Mapping) and all(isinstance(part, str) for part in value.values())
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def demand_report_of(table: ProtectedTable, report: ProtectionReport, *, name: str) -> None:
    """Refuse unless the report is of this table and says that it passed.

    Raises:
        ProtectionError: it is another table's, or an older version's; or its verdict is not ``passed``.
    """
    hidden = sum(cell.status is CellStatus.CONFIDENTIAL for cell in table.cells)
    counts = (report.cells_published, report.cells_suppressed, report.audited_cells)
    if report.table_sha256_hex != table.sha256_hex():
        raise ProtectionError(REPORT_NOT_ITS_OWN, name=name)
    if counts != (len(table.cells) - hidden, hidden, hidden):
        raise ProtectionError(REPORT_UNREADABLE, name=name)
    if report.audit_verdict != "passed":
        raise ProtectionError(VERDICT, name=name)

"""The protection report read back from its file, strictly."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

from ...errors import Fault, ProtectionError
from ...models.release import CellStatus, ProtectedTable, ProtectionReport
from ...models.rules import PublicRules
from ...wire import strict_json
from .mask import mask_of

__all__ = ["demand_report_of", "parents_of", "read_report"]

REPORT_MISSING = Fault(
    "statistics.report_missing",
    en="there is no {name} beside the table: what was not protected and audited is not published",
    th="ไม่พบ {name} คู่กับตาราง ตารางที่ไม่ได้ผ่านการปกปิดและตรวจสอบเผยแพร่ไม่ได้",
    next_en="Take table and report as they were written together, or protect the table again.",
    next_th="ให้ใช้ตารางและรายงานที่เขียนไว้พร้อมกัน หรือปกปิดข้อมูลใหม่",
)
REPORT_UNREADABLE = Fault(
    "statistics.report_unreadable",
    en="{name} is not a report that govlink wrote, or was edited",
    th="{name} ไม่ใช่รายงานที่ govlink เขียน หรือถูกแก้ไข",
    next_en="Take table and report as they were written together, or protect the table again.",
    next_th="ให้ใช้ตารางและรายงานที่เขียนไว้พร้อมกัน หรือปกปิดข้อมูลใหม่",
)
REPORT_NOT_ITS_OWN = Fault(
    "statistics.report_not_its_own",
    en="{name} is not the report of this table: the table was altered, or was written again after the report",
    th="{name} ไม่ใช่รายงานของตารางนี้ ตารางถูกแก้ไข หรือถูกเขียนใหม่หลังออกรายงาน",
    next_en="Take table and report as they were written together, or protect the table again.",
    next_th="ให้ใช้ตารางและรายงานที่เขียนไว้พร้อมกัน หรือปกปิดข้อมูลใหม่",
)
VERDICT = Fault(
    "statistics.report_verdict",
    en="by {name} the table did not pass its audit",
    th="{name} ระบุว่าตารางไม่ผ่านการตรวจสอบ",
)

_MOST_BYTES = 16 * 1024 * 1024
_SHARES = ("suppressed_share", "gap", "suppressed_count_share")
_SHA256 = re.compile("[0-9a-f]{64}")


def read_report(path: Path) -> ProtectionReport:
    """Read a ``report.json`` that ``write_release`` wrote; nothing in it may be missing, new or converted.

    Raises:
        ProtectionError: there is none, or it is not one.
        OSError: the file cannot be read.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode()
        content = strict_json(text)
        report = TypeAdapter(ProtectionReport).validate_json(_with_rules(content), strict=True)
    except FileNotFoundError:
        raise ProtectionError(REPORT_MISSING, name=path.name) from None
    except (ValidationError, ValueError, RecursionError):
        raise ProtectionError(REPORT_UNREADABLE, name=path.name) from None
    # Written again it must be what was read: so nothing was left out, added or taken for something else.
    if json.loads(json.dumps(report.content())) != content or not _is_sound(report):
        raise ProtectionError(REPORT_UNREADABLE, name=path.name)
    return report


def _with_rules(content: object) -> str:
    """The report's JSON with the members that are rules in one; what is no object stays what it is."""
    if not isinstance(content, dict):
        return json.dumps(content)
    names = {field.name for field in fields(PublicRules)}
    rules = {name: value for name, value in content.items() if name in names}
    others = {name: value for name, value in content.items() if name not in names}
    return json.dumps({**others, "rules": rules})


def _is_sound(report: ProtectionReport) -> bool:
    numbers = [value for value in report.content().values() if type(value) is int]
    shares = [getattr(report, name) for name in _SHARES]
    return (
        all(number >= 0 for number in numbers)
        and all(share is None or 0 <= share <= 1 for share in shares)
        and bool(_SHA256.fullmatch(report.table_sha256_hex))
    )


def parents_of(table: ProtectedTable) -> dict[str, tuple[tuple[str, str], ...]]:
    """The hierarchies of the table's dimensions, as its report names them."""
    return {dimension.id: dimension.parents for dimension in table.dimensions if dimension.parents}


def demand_report_of(table: ProtectedTable, report: ProtectionReport, *, name: str) -> None:
    """Refuse unless the report is of this table and says that it passed.

    Raises:
        ProtectionError: it is another table's, or an older version's; or its verdict is not ``passed``.
    """
    hidden = sum(cell.status is CellStatus.CONFIDENTIAL for cell in table.cells)
    counts = (report.cells_published, report.cells_suppressed, report.audited_cells)
    if report.table_sha256_hex != table.sha256_hex():
        raise ProtectionError(REPORT_NOT_ITS_OWN, name=name)
    # A method that hides nothing is audited on every cell.
    audited = hidden if report.method == "suppress" else len(table.cells)
    is_whole = counts == (len(table.cells) - hidden, hidden, audited)
    if not is_whole or report.mask != mask_of(table) or dict(report.parents) != parents_of(table):
        raise ProtectionError(REPORT_UNREADABLE, name=name)
    if report.audit_verdict != "passed":
        raise ProtectionError(VERDICT, name=name)

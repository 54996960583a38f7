"""What ``protect`` and ``audit`` tell at their end: one object for machines, and rows for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .output import language, print_json, print_table

if TYPE_CHECKING:  # the solver is loaded by the commands that need it
    from ..statistics.ledger import Entry, Ledger
    from ..statistics.release import Prepared

__all__ = ["print_worded", "protected", "risks", "tell_protected", "worded"]

_WORDS: Mapping[str, tuple[str, str]] = {
    "altered": ("altered", "ถูกแก้ไข"),
    "audit": ("audit", "ผลการตรวจสอบ"),
    "can be worked out": ("can be worked out", "คำนวณย้อนกลับได้"),
    "cells": ("cells", "จำนวนช่อง"),
    "contradicted": ("contradicted", "ขัดกับผลรวม"),
    "earlier_tables": ("earlier tables attacked with it", "ตารางก่อนหน้าที่ตรวจสอบร่วม"),
    "files": ("files", "ไฟล์"),
    "gap": ("not proven necessary", "ส่วนที่ยังพิสูจน์ไม่ได้ว่าจำเป็น"),
    "hidden cells attacked": ("hidden cells attacked", "ช่องที่ปกปิดซึ่งตรวจสอบแล้ว"),
    "hidden when sealed, shown now": ("hidden when sealed, shown now", "เดิมปกปิด แต่ขณะนี้มีค่า"),
    "ledger_begun": ("ledger begun", "เริ่มบัญชีผลเผยแพร่ใหม่"),
    "ledger_entry": ("ledger entry", "รายการที่ในบัญชีผลเผยแพร่"),
    "ledger_head": ("ledger head", "รายการท้ายสุดของบัญชีผลเผยแพร่"),
    "method": ("method", "วิธี"),
    "not_covered": ("risks nobody looked at", "ความเสี่ยงที่การตรวจสอบไม่ครอบคลุม"),
    "policy": ("policy", "นโยบาย"),
    "policy_sha256": ("policy sha256", "SHA-256 ของนโยบาย"),
    "published": ("published", "ช่องที่เผยแพร่"),
    "report_sha256": ("report sha256", "SHA-256 ของรายงาน"),
    "search": ("search", "การค้นหารูปแบบ"),
    "small and shown": ("small and shown", "มีค่าน้อยแต่แสดงอยู่"),
    "suppressed": ("suppressed", "ช่องที่ปกปิด"),
    "suppressed_count_share": ("share of the total in hidden cells", "สัดส่วนจำนวนที่อยู่ในช่องที่ปกปิด"),
    "suppressed_share": ("share of cells suppressed", "สัดส่วนช่องที่ปกปิด"),
    "table_sha256": ("table sha256", "SHA-256 ของตาราง"),
    "tells of a whole group": ("tells of a whole group", "บอกเรื่องของทั้งกลุ่ม"),
    "threshold": ("threshold", "เกณฑ์ขั้นต่ำ"),
    "verdict": ("verdict", "ผลการตรวจสอบ"),
    "version": ("version", "รุ่น"),
    "warnings": ("look at first", "ควรพิจารณาก่อน"),
}
_VALUES: Mapping[str, tuple[str, str]] = {
    "passed": ("passed", "ผ่าน"),
    "FAILED": ("FAILED", "ไม่ผ่าน"),
    "many_primaries": (
        "many_primaries: more than a quarter of the cells must be hidden; collapse categories first",
        "many_primaries: ต้องปกปิดเกินหนึ่งในสี่ของช่องทั้งหมด ควรรวมหมวดหมู่ก่อน",
    ),
    "the table is not the one its report is of": (
        "the table is not the one its report is of",
        "ตารางไม่ตรงกับรายงานของตาราง",
    ),
    "the report is of another one, or of an older wording": (
        "the report is of another one, or of an older wording",
        "รายงานเป็นของนโยบายอื่น หรือของฉบับเก่า",
    ),
}


def protected(
    prepared: Prepared,
    *,
    name: str,
    files: tuple[Path, ...],
    entry: Entry | None,
    ledger: Ledger | None,
    begun: bool,
    dry_run: bool,
) -> dict[str, object]:
    """What ``protect`` did, for machines.

    Args:
        prepared: What was made.
        name: What it is called.
        files: What was written.
        entry: Its entry in the ledger.
        ledger: The ledger as it is now.
        begun: Whether the ledger was empty before.
        dry_run: Whether nothing was written.
    """
    report = prepared.release.report
    return {
        "name": name,
        "dry_run": dry_run,
        "exit_code": 0,
        "policy": report.policy_id,
        "version": report.policy_version,
        "policy_sha256": report.policy_sha256_hex,
        "method": report.method,
        "cells": report.cells_published + report.cells_suppressed,
        "published": report.cells_published,
        "suppressed": report.cells_suppressed,
        "suppressed_share": report.suppressed_share,
        "suppressed_count_share": report.suppressed_count_share,
        "gap": report.gap,
        "search": report.search,
        "audit": report.audit_verdict,
        "not_covered": list(report.not_covered),
        "earlier_tables": prepared.earlier,
        "warnings": list(prepared.restricted.warnings),
        "table_sha256": report.table_sha256_hex,
        "report_sha256": report.sha256_hex(),
        "files": [str(file) for file in files],
        "ledger_entry": entry.seq if entry else None,
        "ledger_head": ledger.head if ledger else None,
        "ledger_begun": begun,
    }


def tell_protected(content: Mapping[str, object], *, out: Path, json: bool) -> None:
    """Print what ``protected`` gave, as JSON or as rows in the language of the terminal."""
    if json:
        print_json(content)
        return
    thai, name = language() == "th", content["name"]
    if content["dry_run"]:
        title = f"{name}: ทดลองเท่านั้น ไม่ได้เขียนไฟล์" if thai else f"{name}: would be written, nothing was"
    else:
        title = f"{name}: เขียนลงใน {out} แล้ว" if thai else f"{name}: written to {out}"
    rows = [(what, _shown(what, value)) for what, value in content.items() if what in _WORDS]
    print_worded(title, [row for row in rows if row[1] != ""])


def print_worded(title: str, rows: list[tuple[str, str]]) -> None:
    """A table of what and its value, in the language of the terminal."""
    thai = language() == "th"
    columns = ("รายการ", "ค่า") if thai else ("what", "value")
    print_table(title, columns, [(_of(_WORDS, what), value) for what, value in rows])


def worded(value: str) -> str:
    """A fixed value in the language of the terminal; others stay as they are."""
    return _of(_VALUES, value)


def risks(codes: Collection[str]) -> str:
    """Risks by their codes, each with its words."""
    from ..statistics.output.page.texts import RISKS

    thai = language() == "th"
    told = {code: (RISKS[code].th if thai else RISKS[code].en) for code in codes if code in RISKS}
    return "\n".join(f"{code}: {told[code]}" if code in told else code for code in codes)


def _of(words: Mapping[str, tuple[str, str]], key: str) -> str:
    english, thai = words.get(key, (key, key))
    return thai if language() == "th" else english


def _shown(what: str, value: object) -> str:
    if what == "search":
        return _search(str(value))
    if what == "not_covered" and isinstance(value, list):
        return risks(value)
    if isinstance(value, list):
        return "\n".join(worded(str(part)) for part in value)
    if isinstance(value, bool):
        return ("ใช่" if language() == "th" else "yes") if value else ""
    if isinstance(value, float):
        return f"{value:.1%}"
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else worded(str(value))


def _search(code: str) -> str:
    from ..statistics.output.page.texts import SEARCHES

    if code not in SEARCHES:
        return code
    told = SEARCHES[code].th if language() == "th" else SEARCHES[code].en
    return f"{code}: {told}"

"""What a published description says of the data's release: how they were protected, or who opened them."""

from __future__ import annotations

from dataclasses import dataclass

from .dates import format_thai_date
from .publication import Declaration
from .release import ProtectionReport

__all__ = ["Statement", "declaration_statement", "protection_statement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement in both languages."""

    th: str
    en: str


def protection_statement(report: ProtectionReport) -> Statement:
    """How the figures of a table were protected."""
    share = f"{report.suppressed_share:.1%}"
    return Statement(
        th=f"การปกปิดข้อมูลทางสถิติ: ใช้วิธี {report.method} เกณฑ์ขั้นต่ำ {report.rules.threshold} "
        f"ปกปิด {report.cells_suppressed} ช่อง ({share} ของทั้งหมด) ช่องที่ปกปิดไม่มีค่าและมี conf_status เป็น C "
        f"(นโยบาย {report.policy_id} รุ่น {report.policy_version})",
        en=f"Statistical disclosure control: method {report.method}, threshold {report.rules.threshold}, "
        f"{report.cells_suppressed} cells suppressed ({share} of all); a suppressed cell has no count and "
        f"conf_status C (policy {report.policy_id}, version {report.policy_version}).",
    )


def declaration_statement(declaration: Declaration) -> Statement:
    """Who decided that the data are open, and by which document."""
    day = declaration.decided_on
    return Statement(
        th=f"การเปิดเผยข้อมูล: ตัดสินโดย {declaration.decided_by} ตามหนังสือ {declaration.reference} "
        f"ลงวันที่ {format_thai_date(day)}",
        en=f"Declared open data by {declaration.decided_by}, document {declaration.reference}, "
        f"{day.isoformat()}.",
    )

"""The columns of a petition file: the Thai header and the form field it fills.

The layout is ours: no office's export format is published.
"""

from __future__ import annotations

from ..models.petition import Channel

__all__ = [
    "CHANNEL",
    "CHANNEL_TITLES_TH",
    "DATE_FIELDS",
    "DOCUMENTS",
    "FILED_ON",
    "FILED_TIME",
    "FORM_COLUMNS",
    "HEADERS",
    "REFERENCE",
    "SERVICE",
]

REFERENCE = "เลขที่คำร้อง"
SERVICE = "บริการ"
CHANNEL = "ช่องทาง"
FILED_ON = "วันที่ยื่น"
FILED_TIME = "เวลาที่ยื่น"
DOCUMENTS = "เอกสารแนบ"

FORM_COLUMNS = {
    "คำนำหน้าชื่อ": "title",
    "ชื่อ": "first_name",
    "นามสกุล": "last_name",
    "วันเกิด": "birth_date",
    "เลขประจำตัวประชาชน": "citizen_id",
    "เลขหลังบัตรประชาชน": "laser_code",
    "เลขหนังสือเดินทาง": "passport_number",
    "ประเทศที่ออกหนังสือเดินทาง": "passport_state",
    "โทรศัพท์มือถือ": "mobile",
    "รหัสผู้ใช้ทางรัฐ": "portal_user_id",
    "เลขทะเบียนนิติบุคคลผู้ยื่นแทน": "agent_juristic_id",
    "วัตถุประสงค์": "purpose",
    "ระดับที่ขอเทียบ": "target_level",
    "ประเทศที่ศึกษา": "country",
    "วุฒิที่ได้รับ": "qualification",
    "สถานะการศึกษา": "study_status",
    "วันที่สำเร็จการศึกษา": "completed_on",
    "เหตุที่ขอใบแทน": "reissue_reason",
    "เลขที่เอกสารเดิม": "certificate_number",
    "ปีที่ออกเอกสารเดิม": "certificate_year_be",
    "ระดับชั้น": "level",
    "โรงเรียน": "school_name",
    "จังหวัดที่ตั้งโรงเรียน": "school_province",
    "ปีที่สำเร็จการศึกษา": "graduation_year_be",
    "ประโยคเปรียญธรรม": "pali_grade",
    "ปีการศึกษาเปรียญธรรม": "pali_academic_year_be",
}
"""Header to form field; what the fields hold is told in ``form``."""

DATE_FIELDS = frozenset({"birth_date", "completed_on"})

HEADERS = (REFERENCE, SERVICE, CHANNEL, FILED_ON, FILED_TIME, *FORM_COLUMNS, DOCUMENTS)
"""Every column; a file must have them all, in any order, and may have more."""

CHANNEL_TITLES_TH = {
    Channel.E_OCS: "E-OCS",
    Channel.CITIZEN_PORTAL: "ทางรัฐ",
    Channel.BIZ_PORTAL: "Biz Portal",
    Channel.COUNTER: "เคาน์เตอร์",
    Channel.SRAT: "SRAT",
}

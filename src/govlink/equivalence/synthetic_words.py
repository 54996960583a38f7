"""Words the synthetic petitions are made of: common names, qualifications, spellings of levels."""

from __future__ import annotations

_MEN = (
    "สมชาย", "สมศักดิ์", "ประเสริฐ", "วิชัย", "สุรชัย", "อนุชา", "ธนพล", "กิตติพงษ์", "ณัฐวุฒิ", "พงศกร",
    "ชัยวัฒน์", "บุญมี", "ประยูร", "สุชาติ", "วีระ", "เกรียงไกร", "อดิศักดิ์", "ภานุพงศ์", "จักรพันธ์", "ทวีศักดิ์",
)  # fmt: skip
_WOMEN = (
    "สมหญิง", "มาลี", "สุดารัตน์", "วิไล", "ประภา", "นงลักษณ์", "กัญญา", "พิมพ์ชนก", "ณัฐธิดา", "ศิริพร",
    "จันทร์เพ็ญ", "อรทัย", "รัตนา", "สุภาพร", "ปาริชาต", "ชุติมา", "ธิดารัตน์", "บุษบา", "วราภรณ์", "เพ็ญศรี",
)  # fmt: skip
LAST_NAMES = (
    "ใจดี", "รักไทย", "มีสุข", "แสงทอง", "ศรีสุข", "บุญเรือง", "ทองคำ", "วงศ์ใหญ่", "สายชล", "พูลสวัสดิ์",
    "จันทร์แจ่ม", "ชัยชนะ", "สุขเกษม", "นาคสวัสดิ์", "ดวงแก้ว", "เพชรรัตน์", "อินทร์แก้ว", "คำแสน", "พันธุ์ดี", "ธรรมรักษ์",
    "เจริญผล", "สว่างวงศ์", "กาญจนา", "ภูผา", "ทองสุข", "แก้วมณี", "ประเสริฐศรี", "สมบูรณ์", "รุ่งเรือง", "วัฒนกุล",
)  # fmt: skip
MEN_AND_WOMEN = ((("นาย",), _MEN), (("นาง", "นางสาว", "น.ส."), _WOMEN))
MONKS = (("พระมหา", "พระมหา", "นาย"), _MEN)

FOREIGNERS = (
    ("Somphone", "Vongsa", "LAO"),
    ("Khamla", "Sisavath", "LAO"),
    ("Aung", "Min", "MMR"),
    ("Thiri", "Hlaing", "MMR"),
    ("Sokha", "Chea", "KHM"),
    ("Linh", "Nguyen", "VNM"),
    ("Wei", "Zhang", "CHN"),
    ("Haruka", "Tanaka", "JPN"),
    ("Minjun", "Kim", "KOR"),
    ("Emma", "Schneider", "DEU"),
    ("Oliver", "Brown", "GBR"),
    ("Mia", "Johnson", "USA"),
)

QUALIFICATIONS = (
    ("US", "High School Diploma"),
    ("US", "GED"),
    ("GB", "GCE A-Level"),
    ("NZ", "NCEA Level 2"),
    ("DE", "Abitur"),
    ("JP", "Kotogakko sotsugyo shomeisho"),
    ("CN", "Senior high school graduation certificate"),
    ("KR", "High school graduation certificate"),
    ("LA", "Upper secondary certificate"),
    ("VN", "Upper secondary graduation diploma"),
    ("CA-ON", "Ontario Secondary School Diploma"),
    ("CA-BC", "Dogwood Diploma"),
    ("MY", "Sijil Pelajaran Malaysia"),
    ("FR", "Baccalauréat"),
    ("IN", "Higher Secondary Certificate"),
    ("AU", "Senior Secondary Certificate"),
)
PURPOSES = ("สมัครงาน", "สมัครงาน", "รับราชการ", "การทหาร", "ศึกษาต่อสายอาชีพ", "อื่น ๆ")
REISSUE_REASONS = ("สูญหาย", "สูญหาย", "ชำรุด")

OLD_LEVELS = (
    (2505, 2520, ("ป.7", "ป. 7", "ป.๗", "ประถมศึกษาปีที่ 7")),
    (2505, 2522, ("ม.ศ.3", "ม.ศ. ๓", "มศ.3", "ม.ศ.3.")),
    (2506, 2524, ("ม.ศ.5", "ม.ศ. ๕ ,", "มศ.5", "ม.ศ.5(วิทยาศาสตร์)")),
    (2507, 2524, ("ม.ศ.6 (สายอาชีพ)", "ม.ศ.๖ (สายอาชีพ)")),
    (2495, 2505, ("ม.8 เดิม", "ม. ๘ เดิม", "ม.8 (เดิม)")),
)
"""The first and last year of graduation used, and how people write the level."""

UNCOVERED_LEVELS = (2515, 2522, ("ป.4", "ม.ศ.4", "ป.6", "ม.ศ.2"))
AMBIGUOUS_LEVELS = (2515, 2530, ("ม.6", "ม. 6", "ม.๖"))
PROVINCES = ("เชียงใหม่", "ขอนแก่น", "สงขลา", "นครราชสีมา", "พิษณุโลก", "สุโขทัย", "อุบลราชธานี", "ชลบุรี")

LOOK_ALIKE_SERVICES = ("การขอเทียบโอนผลการเรียน", "การขอเทียบระดับการศึกษา", "การขอเทียบคุณวุฒิอุดมศึกษา")
"""Procedures of other bodies that people take for this one."""

UNREADABLE_DATES = ("32 ตุลาคม 2567", "ต้นเดือนพฤศจิกายน", "15 ธันวา", "10 ตุลาคม 2024", "๓๑/๑๑/๒๕๖๗")

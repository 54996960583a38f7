"""The data sets of the equivalence service that govlink describes ready to use.

Modelled: the names and columns are this project's proposal, no specification of such data sets is
published. Rows for them come from ``govlink.equivalence.statistics_rows``, or from any register that
uses the same codes.

All of them count petitions by the period of the first decision, and what was decided then: those are
final. Counts by month of filing, or by present state, would change with every later decision, and the
difference between two releases would single people out. They count the same petitions, so their tables
are published through one ledger. Years are calendar years of the Buddhist era.
"""

from __future__ import annotations

from ...models.periods import Grain
from ...models.release import Dimension
from .model import PERIOD, ReadyDataset

__all__ = [
    "EQUIVALENCE_DATASETS",
    "EQ_APPLICANT_PROVINCE_YEAR",
    "EQ_FOREIGN_ORIGIN_YEAR",
    "EQ_PETITIONS_MONTH",
    "EQ_REFUSAL_REASONS_YEAR",
    "EQ_REISSUE_YEAR",
    "EQ_TURNAROUND_QUARTER",
    "POPULATION",
]

POPULATION = "equivalence-petitions"
"""The register that all six count: decided petitions for equivalence and replacement."""

_SERVICE = Dimension(id="service", label_th="บริการ", label_en="service")
_OUTCOME = Dimension(id="outcome", label_th="ผลการพิจารณา", label_en="outcome")
_MONTH = Dimension(id=PERIOD, label_th="เดือนที่พิจารณา (พ.ศ.)", label_en="month of decision (Buddhist era)")
_QUARTER = Dimension(
    id=PERIOD, label_th="ไตรมาสที่พิจารณา (พ.ศ.)", label_en="quarter of decision (Buddhist era)"
)
_YEAR = Dimension(id=PERIOD, label_th="ปีที่พิจารณา (พ.ศ.)", label_en="year of decision (Buddhist era)")

_NOT_RECORDED = ("ไม่ได้บันทึกไว้", "not recorded")
_SERVICES = {
    "FOREIGN_EQ": ("การขอเทียบวุฒิการศึกษาต่างประเทศ", "equivalence of schooling abroad"),
    "EQ_REISSUE": ("การขอใบแทนใบเทียบวุฒิการศึกษา", "replacement of an equivalence certificate"),
    "CERT_REISSUE": ("การขอใบแทนประกาศนียบัตร", "replacement of an old school certificate"),
    "PALI5_EQ": ("การขอเทียบวุฒิเปรียญธรรม 5 ประโยค", "equivalence of the fifth Pali grade"),
}
_OUTCOMES = {
    "approved": ("อนุมัติ", "approved"),
    "refused": ("ไม่อนุมัติ", "refused"),
    "redirected": ("แนะนำหน่วยงานที่รับผิดชอบ", "sent to the office in charge"),
    "closed": ("ยุติเรื่อง (ถอนคำร้องหรือพ้นกำหนด)", "closed (withdrawn or out of time)"),
}
_REISSUE_REASONS = {
    "damaged": ("ชำรุด", "damaged"),
    "lost": ("สูญหาย", "lost"),
    "correction": ("แก้ไขข้อมูล", "correction"),
    "other": ("อื่น ๆ", "other"),
    "not_recorded": _NOT_RECORDED,
}
_REFUSAL_REASONS = {
    "AUTHORITY_MISSING": ("ไม่มีหนังสือมอบอำนาจ", "no power of attorney"),
    "DOC_MISSING": ("เอกสารไม่ครบ", "papers are missing"),
    "ERA_AMBIGUOUS": ("ไม่ชัดว่าเป็นระดับชั้นเดิมหรือปัจจุบัน", "the era of the level is not clear"),
    "ID_UNVERIFIED": ("ยืนยันตัวตนไม่ได้", "identity not confirmed"),
    "LOSS_PROOF_MISSING": ("ไม่มีหลักฐานการสูญหายหรือชำรุด", "loss or damage not shown"),
    "NOT_COMPLETED_ABROAD": ("ไม่ได้สำเร็จการศึกษาในต่างประเทศ", "schooling not completed abroad"),
    "NO_PRIOR_CERT": ("ไม่พบใบเทียบวุฒิฉบับเดิม", "no earlier certificate found"),
    "REISSUE_REASON": ("ไม่ใช่กรณีชำรุดหรือสูญหาย", "neither damaged nor lost"),
    "STREAM_MISMATCH": ("ไม่ใช่สายอาชีพ", "not the vocational stream"),
}
_DAYS = {
    "00-07": ("ไม่เกิน 7 วัน", "up to 7 days"),
    "08-15": ("8 ถึง 15 วัน", "8 to 15 days"),
    "16-30": ("16 ถึง 30 วัน", "16 to 30 days"),
    "31-60": ("31 ถึง 60 วัน", "31 to 60 days"),
    "61+": ("เกิน 60 วัน", "over 60 days"),
    "not_examined": ("ไม่ได้พิจารณา (แนะนำหน่วยงานอื่น ถอน หรือพ้นกำหนด)", "not examined (redirected or closed)"),
}

EQ_PETITIONS_MONTH = ReadyDataset(
    name="eq_petitions_month",
    title_th="คำร้องที่พิจารณาแล้ว รายเดือน",
    title_en="Decided petitions by month",
    dimensions=(_MONTH, _SERVICE, _OUTCOME),
    grain=Grain.MONTH,
    population=POPULATION,
    labels={"service": _SERVICES, "outcome": _OUTCOMES},
)
"""Decided petitions by month of decision, service and outcome."""

EQ_FOREIGN_ORIGIN_YEAR = ReadyDataset(
    name="eq_foreign_origin_year",
    title_th="คำร้องเทียบวุฒิต่างประเทศ จำแนกตามประเทศที่ศึกษา รายปี",
    title_en="Petitions about schooling abroad by country and year",
    dimensions=(
        _YEAR,
        Dimension(id="origin", label_th="ประเทศที่ศึกษา", label_en="country of schooling"),
        _OUTCOME,
    ),
    grain=Grain.YEAR,
    population=POPULATION,
    where=(("outcome", ("approved", "redirected", "refused")), ("service", ("FOREIGN_EQ",))),
    hierarchies=(("origin", "iso3166-region"),),
    labels={"outcome": _OUTCOMES},
)
"""Petitions about schooling abroad that the office answered, by year, country (in regions) and outcome.

``ZZ`` stands where no country is kept: a draft that was redirected at once keeps nothing of what it said.
"""

EQ_REISSUE_YEAR = ReadyDataset(
    name="eq_reissue_year",
    title_th="คำร้องขอใบแทน จำแนกตามเหตุที่ขอ รายปี",
    title_en="Petitions for replacements by reason and year",
    dimensions=(_YEAR, _SERVICE, Dimension(id="reason", label_th="เหตุที่ขอใบแทน", label_en="why replaced")),
    grain=Grain.YEAR,
    population=POPULATION,
    where=(("service", ("CERT_REISSUE", "EQ_REISSUE")),),
    labels={"service": _SERVICES, "reason": _REISSUE_REASONS},
)
"""Petitions for replacements by year of decision, service and why one is asked for."""

EQ_REFUSAL_REASONS_YEAR = ReadyDataset(
    name="eq_refusal_reasons_year",
    title_th="คำร้องที่ไม่อนุมัติ จำแนกตามเหตุผล รายปี",
    title_en="Refused petitions by reason and year",
    dimensions=(
        _YEAR,
        _SERVICE,
        Dimension(id="refusal_reason", label_th="เหตุผลที่ไม่อนุมัติ", label_en="reason of refusal"),
    ),
    grain=Grain.YEAR,
    population=POPULATION,
    where=(("outcome", ("refused",)),),
    labels={"service": _SERVICES, "refusal_reason": _REFUSAL_REASONS},
)
"""Refused petitions by year of decision, service and reason code.

The codes are those that officers and rules give; a code that has no name here is shown as it is.
"""

EQ_TURNAROUND_QUARTER = ReadyDataset(
    name="eq_turnaround_quarter",
    title_th="ระยะเวลาพิจารณาคำร้อง รายไตรมาส",
    title_en="Processing time of petitions by quarter",
    dimensions=(
        _QUARTER,
        _SERVICE,
        Dimension(id="days", label_th="จำนวนวันที่ใช้พิจารณา", label_en="days of processing"),
    ),
    grain=Grain.QUARTER,
    population=POPULATION,
    labels={"service": _SERVICES, "days": _DAYS},
)
"""Decided petitions by quarter of decision, service and band of processing days."""

EQ_APPLICANT_PROVINCE_YEAR = ReadyDataset(
    name="eq_applicant_province_year",
    title_th="คำร้องที่พิจารณาแล้ว จำแนกตามจังหวัดของผู้ยื่น รายปี",
    title_en="Decided petitions by the applicant's province and year",
    dimensions=(
        _YEAR,
        Dimension(id="province", label_th="จังหวัดของผู้ยื่น", label_en="applicant's province"),
    ),
    grain=Grain.YEAR,
    population=POPULATION,
    hierarchies=(("province", "th-province-region"),),
)
"""Decided petitions by year of decision and the applicant's province (in regions).

``00`` stands where the province is not known, or the applicant lives abroad.
"""

EQUIVALENCE_DATASETS = (
    EQ_PETITIONS_MONTH,
    EQ_APPLICANT_PROVINCE_YEAR,
    EQ_TURNAROUND_QUARTER,
    EQ_FOREIGN_ORIGIN_YEAR,
    EQ_REISSUE_YEAR,
    EQ_REFUSAL_REASONS_YEAR,
)
"""All six, in the order in which they are best published: what comes first shows the most, and those that
count every petition come before those that count some."""

"""The rules of the four services, as data.

Basis SEED: the letter of 16 October 2567 of the Bureau of Educational Testing says it. INF: modelled,
so the rule asks for evidence or warns and never decides. ``build_rulebook`` takes what is modelled as
arguments; the defaults are explained where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from . import checks
from .application import Paper, Service
from .places import CENTRAL_PROVINCES
from .rules import Check, Rule
from .verdicts import Basis, Target, Verdict

__all__ = ["RULEBOOK", "Checklist", "build_rulebook"]

SERVICE_OPENED = date(2023, 11, 1)  # the letter: online filing opened on 1 November 2566
PALI_LIMIT_BE = 2562  # the letter: completed before academic year 2562

TITLES = {
    "F1": ("ไม่ใช่การเทียบวุฒิ ม.6 เพื่อเข้าศึกษาต่อระดับอุดมศึกษา", "not ม.6 for entering higher education"),
    "F2": ("ระดับที่ขอเทียบคือ ม.3 หรือ ม.6", "the level asked for is ม.3 or ม.6"),
    "F3": ("สำเร็จการศึกษาจากต่างประเทศ", "the schooling was completed abroad"),
    "F4": ("สำเร็จการศึกษาตามหลักสูตรแล้ว", "the schooling is finished"),
    "F11": ("มีใบสำคัญแสดงวุฒิและใบแสดงผลการเรียน", "certificate and transcript are attached"),
    "E1": ("เคยได้รับใบเทียบวุฒิการศึกษา", "an equivalence certificate was issued before"),
    "E2": ("ใบเทียบวุฒิฉบับเดิมชำรุดหรือสูญหาย", "the original is damaged or lost"),
    "E4": ("มีหลักฐานการสูญหายหรือชำรุด", "loss or damage is shown"),
    "C1": ("ระดับ ป.7 ม.ศ.3 ม.ศ.5 ม.ศ.6 (สายอาชีพ) หรือ ม.8 เดิม", "the level is one of the five named"),
    "C2": ("สำเร็จการศึกษาในส่วนกลาง", "graduated centrally"),
    "C3": ("ประกาศนียบัตรฉบับเดิมชำรุดหรือสูญหาย", "the original is damaged or lost"),
    "C4": ("ม.ศ.6 เป็นสายอาชีพ", "ม.ศ.6 is of the vocational stream"),
    "C5": ("ระบุชัดว่าเป็นระดับชั้นเดิมหรือปัจจุบัน", "the era of the level is clear"),
    "C6": ("ปีที่สำเร็จการศึกษาสอดคล้องกับระดับชั้น", "the year of graduation fits the level"),
    "P1": ("สำเร็จเปรียญธรรม 5 ประโยค", "the Pali grade is the fifth"),
    "P2": ("สำเร็จก่อนปีการศึกษา 2562", "completed before academic year 2562"),
    "P4": ("มีประกาศนียบัตรเปรียญธรรม", "the Pali certificate is attached"),
    "X1": ("ยืนยันตัวตนผู้ยื่นแล้ว", "the applicant's identity is confirmed"),
    "X2": ("เลขประจำตัวประชาชนถูกต้องตามเลขตรวจสอบ", "the citizen number's check digit is right"),
    "X4": ("ผู้ยื่นแทนมีหนังสือมอบอำนาจ", "whoever files for another shows a power of attorney"),
    "X5": ("ไม่มีคำร้องเรื่องเดียวกันที่ยังดำเนินการอยู่", "no other petition for the matter is open"),
}

_ALL = frozenset(Service)
_FOREIGN = frozenset({Service.FOREIGN_EQ})
_EQ_AGAIN = frozenset({Service.EQ_REISSUE})
_CERT_AGAIN = frozenset({Service.CERT_REISSUE})
_PALI = frozenset({Service.PALI5_EQ})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """Papers the services need; of the papers in one inner tuple any one will do.

    Modelled: E-OCS publishes no list. The defaults are what sibling services ask for.
    """

    foreign: tuple[tuple[Paper, ...], ...] = ((Paper.QUAL_CERT,), (Paper.TRANSCRIPT,))
    lost: tuple[Paper, ...] = (Paper.POLICE_REPORT,)
    damaged: tuple[Paper, ...] = (Paper.DAMAGED_ORIGINAL,)
    pali: tuple[tuple[Paper, ...], ...] = ((Paper.PALI_CERT,),)


def _letter(
    rule_id: str,
    services: frozenset[Service],
    verdict: Verdict,
    reason_code: str,
    check: Check,
    target: Target | None = None,
) -> Rule:
    title_th, title_en = TITLES[rule_id]
    return Rule(
        id=rule_id,
        services=services,
        verdict_on_failure=verdict,
        reason_code=reason_code,
        basis=Basis.SEED,
        family="LETTER",
        source="หนังสือสำนักทดสอบทางการศึกษา สพฐ. ลงวันที่ 16 ตุลาคม 2567",
        title_th=title_th,
        title_en=title_en,
        check=check,
        target=target,
        valid_from=SERVICE_OPENED,
    )


def _modelled(
    rule_id: str, services: frozenset[Service], verdict: Verdict, reason_code: str, check: Check
) -> Rule:
    title_th, title_en = TITLES[rule_id]
    return Rule(
        id=rule_id,
        services=services,
        verdict_on_failure=verdict,
        reason_code=reason_code,
        basis=Basis.INF,
        family="MODELLED",
        source="modelled",
        title_th=title_th,
        title_en=title_en,
        check=check,
    )


def build_rulebook(
    *, central_provinces: frozenset[str] = CENTRAL_PROVINCES, checklist: Checklist | None = None
) -> tuple[Rule, ...]:
    """The rules with these settings; see ``CENTRAL_PROVINCES`` and ``Checklist`` for the defaults."""
    return (*_letter_rules(central_provinces), *_modelled_rules(checklist or Checklist()), *_form_guards())


def _letter_rules(central: frozenset[str]) -> tuple[Rule, ...]:
    redirect, refuse, review = Verdict.REDIRECT, Verdict.REFUSE, Verdict.MANUAL_REVIEW
    evidence, c = Verdict.NEED_EVIDENCE, checks
    return (
        _letter("F1", _FOREIGN, redirect, "HE_PURPOSE", c.not_for_higher_education, Target.UNIVERSITY),
        _letter("F2", _FOREIGN, redirect, "LEVEL_OUT_OF_RANGE", c.target_in_range, Target.SCHOOL),
        _letter("F3", _FOREIGN, review, "NOT_COMPLETED_ABROAD", c.schooled_abroad),
        _letter("F4", _FOREIGN, redirect, "INCOMPLETE_STUDY", c.study_finished, Target.SCHOOL),
        _letter("E1", _EQ_AGAIN, refuse, "NO_PRIOR_CERT", c.prior_certificate_exists),
        _letter("E2", _EQ_AGAIN, refuse, "REISSUE_REASON", c.reissue_reason_covered),
        _letter("C1", _CERT_AGAIN, redirect, "LEVEL_NOT_COVERED", c.covered_level, Target.SCHOOL),
        _letter("C2", _CERT_AGAIN, redirect, "NOT_CENTRAL", c.graduated_centrally(central), Target.PEO),
        _letter("C3", _CERT_AGAIN, refuse, "REISSUE_REASON", c.reissue_reason_covered),
        _letter("C4", _CERT_AGAIN, review, "STREAM_MISMATCH", c.vocational_stream),
        _letter("C5", _CERT_AGAIN, evidence, "ERA_AMBIGUOUS", c.unambiguous_era),
        _letter("P1", _PALI, redirect, "PALI_GRADE", c.pali_grade_five, Target.PALI_OFFICE),
        _letter(
            "P2", _PALI, redirect, "PALI_AFTER_2562", c.pali_year_before(PALI_LIMIT_BE), Target.PALI_OFFICE
        ),
    )


def _modelled_rules(papers: Checklist) -> tuple[Rule, ...]:
    evidence, c = Verdict.NEED_EVIDENCE, checks
    loss_shown = c.loss_shown(lost=papers.lost, damaged=papers.damaged)
    return (
        _modelled("F11", _FOREIGN, evidence, "DOC_MISSING", c.has_papers(papers.foreign)),
        _modelled("E4", _EQ_AGAIN, evidence, "LOSS_PROOF_MISSING", loss_shown),
        _modelled("C6", _CERT_AGAIN, Verdict.WARN, "YEAR_IMPLAUSIBLE", c.plausible_year),
        _modelled("P4", _PALI, evidence, "DOC_MISSING", c.has_papers(papers.pali)),
        _modelled("X1", _ALL, evidence, "ID_UNVERIFIED", c.identity_confirmed),
        _modelled("X4", _ALL, evidence, "AUTHORITY_MISSING", c.agent_has_authority),
    )


def _form_guards() -> tuple[Rule, ...]:
    # These refuse before there is a petition, so no officer's time and no number is used up.
    number = _modelled("X2", _ALL, Verdict.REFUSE, "ID_INVALID", checks.citizen_number_checked)
    once = _modelled("X5", _ALL, Verdict.REFUSE, "DUPLICATE", checks.no_open_petition)
    number = replace(number, basis=Basis.SRC, family="DOPA", source="python-stdnum stdnum/th/pin.py")
    return replace(number, guards_form=True), replace(once, guards_form=True)


RULEBOOK = build_rulebook()
"""The rules with the default settings."""

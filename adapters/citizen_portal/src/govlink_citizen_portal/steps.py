"""The documented way of a mini app onto ทางรัฐ: 5 phases, 13 steps.

``working_days`` is DGA's clock. On a step of DGA's it runs from the end of the step before. On a step
of the agency's it is the time in which DGA answers it; on step 12 it is the notice DGA wants before
the opening. The guide names no steps that may run in parallel. (documented: czp developer guide,
overview)
"""

from __future__ import annotations

from govlink.models.portal import RegistrationStep, StepActor

__all__ = ["NOTICE_WORKING_DAYS", "STEPS"]

NOTICE_WORKING_DAYS = 7
"""How long before the opening the agency confirms that it is ready (documented: overview, step 12)."""

_AGENCY, _DGA = StepActor.AGENCY, StepActor.PLATFORM

STEPS = (
    RegistrationStep(
        number=1,
        phase=1,
        actor=_AGENCY,
        title_th="ส่งหนังสือแจ้งความสนใจถึง สพร. ที่ saraban@dga.or.th",
        title_en="Send the letter of interest to DGA, saraban@dga.or.th",
        working_days=14,
    ),
    RegistrationStep(
        number=2,
        phase=1,
        actor=_AGENCY,
        title_th="กรอก e-Form ขอรหัสเชื่อมต่อ UAT ตามช่องทางในหนังสือตอบกลับ",
        title_en="Fill in the e-Form for the UAT credential, by the link in DGA's reply",
    ),
    RegistrationStep(
        number=3,
        phase=1,
        actor=_DGA,
        title_th="สพร. ตรวจสอบ สร้างรหัสเชื่อมต่อ UAT และแจ้งทางอีเมล",
        title_en="DGA checks, makes the UAT credential and sends it by e-mail",
        working_days=7,
    ),
    RegistrationStep(
        number=4,
        phase=2,
        actor=_AGENCY,
        title_th="พัฒนาบริการและติดตั้งบน UAT ของหน่วยงาน",
        title_en="Build the service and deploy it on the agency's UAT",
    ),
    RegistrationStep(
        number=5,
        phase=2,
        actor=_AGENCY,
        title_th="แจ้ง Landing URL และบัญชีผู้ทดสอบ UAT ที่ citizen.platform@dga.or.th",
        title_en="E-mail the landing URL and the UAT test accounts to citizen.platform@dga.or.th",
        working_days=7,
    ),
    RegistrationStep(
        number=6,
        phase=2,
        actor=_AGENCY,
        title_th="ทดสอบในทางรัฐ UAT ส่งผลทดสอบ และเตรียมไอคอน ภาพหน้าจอ และคำอธิบายบริการ",
        title_en="Test in ทางรัฐ UAT, send the results; prepare icon, screenshots and descriptions",
    ),
    RegistrationStep(
        number=7,
        phase=3,
        actor=_AGENCY,
        title_th="ส่งใบสมัครที่ผู้บริหารลงนามพร้อมรายละเอียดบริการและวันที่ต้องการเปิด",
        title_en="Send the application signed by an executive, with the details and the opening wanted",
    ),
    RegistrationStep(
        number=8,
        phase=3,
        actor=_DGA,
        title_th="สพร. ตรวจสอบและสร้างรหัสเชื่อมต่อ Production",
        title_en="DGA checks and makes the production credential",
        working_days=14,
    ),
    RegistrationStep(
        number=9,
        phase=4,
        actor=_AGENCY,
        title_th="เปลี่ยน endpoint และรหัสเชื่อมต่อ แล้วติดตั้งบน Production ของหน่วยงาน",
        title_en="Switch endpoint and credential and deploy on the agency's production",
    ),
    RegistrationStep(
        number=10,
        phase=4,
        actor=_AGENCY,
        title_th="แจ้ง Landing URL และบัญชีผู้ทดสอบ Pre Production ทางอีเมล",
        title_en="E-mail the landing URL and the test accounts for Pre Production",
        working_days=7,
    ),
    RegistrationStep(
        number=11,
        phase=4,
        actor=_AGENCY,
        title_th="ทดสอบในทางรัฐ Pre Production และส่งผลทดสอบ",
        title_en="Test in ทางรัฐ Pre Production and send the results",
    ),
    RegistrationStep(
        number=12,
        phase=5,
        actor=_AGENCY,
        title_th="ยืนยันความพร้อมก่อนเปิดบริการอย่างน้อย 7 วันทำการ",
        title_en="Confirm readiness at least 7 working days before the opening",
        working_days=NOTICE_WORKING_DAYS,
    ),
    RegistrationStep(
        number=13,
        phase=5,
        actor=_DGA,
        title_th="สพร. เปิดบริการในแอปทางรัฐ",
        title_en="DGA opens the service in ทางรัฐ",
    ),
)

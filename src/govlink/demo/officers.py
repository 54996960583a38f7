"""Scripted people in place of the real ones: officers, a signer, and applicants who answer or do not.

A real office decides for itself; these only make the demo go on. They follow the rules' judgement
where it decides, and otherwise choose by the seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from ..equivalence.actors import TIMER, Actor, Role
from ..equivalence.application import Application, Paper, Service
from ..equivalence.commands import (
    AskSource,
    Command,
    CompleteIntake,
    PassDue,
    Propose,
    RecordSource,
    Redirect,
    RequestFix,
    Resubmit,
    SendBack,
    SignApproval,
    SignRefusal,
)
from ..equivalence.events import Gap, Outcome, SourceKind
from ..equivalence.levels import Level
from ..equivalence.petition import Petition
from ..equivalence.rules import Finding
from ..equivalence.states import State
from ..equivalence.verdicts import Target, Verdict
from ..models.petition import FiledDocument
from .chance import chance

__all__ = ["Cast"]

OFFICER = Actor(role=Role.OFFICER, id="officer-1")
SIGNER = Actor(role=Role.SIGNER, id="signer-1")
APPLICANT = Actor(role=Role.APPLICANT, id="applicant")

ANSWER_DAYS = 5
_SUPPLIED = (
    Paper.QUAL_CERT,
    Paper.TRANSCRIPT,
    Paper.PALI_CERT,
    Paper.POLICE_REPORT,
    Paper.TEACHING_PROOF,
    Paper.ID_CARD,
)


class Cast:
    """Everybody who acts on petitions in the demo."""

    def __init__(self, *, seed: int) -> None:
        self._seed = seed
        self._asked: set[str] = set()

    def next_command(self, petition: Petition, *, today: date) -> Command | None:
        """What somebody would do next, or None when nobody is to act today."""
        match petition.state:
            case State.INTAKE:
                return self._intake(petition)
            case State.RETURNED:
                return self._returned(petition, today=today)
            case State.REVIEW:
                return self._review(petition)
            case State.SOURCE_CHECK:
                return RecordSource(actor=OFFICER, finding=Finding.CONFIRMED)
            case State.SIGNOFF:
                return self._sign(petition)
            case _:
                return None

    def _roll(self, petition: Petition, question: str) -> float:
        return chance(self._seed, petition.reference, question)

    def _verdict(self, petition: Petition) -> Verdict:
        return petition.judgement.verdict if petition.judgement else Verdict.MANUAL_REVIEW

    def _intake(self, petition: Petition) -> Command:
        verdict = self._verdict(petition)
        if verdict is Verdict.REDIRECT and petition.judgement is not None:
            first = petition.judgement.failed[0]
            target, code = first.target or Target.COUNTER, first.reason_code or "OUT_OF_SCOPE"
            return Redirect(actor=OFFICER, target=target, reason_code=code)
        if verdict is Verdict.NEED_EVIDENCE and petition.fix_requests == 0:
            return RequestFix(actor=OFFICER, gaps=tuple(self._gaps(petition)))
        return CompleteIntake(actor=OFFICER)

    def _gaps(self, petition: Petition) -> Iterator[Gap]:
        failed = petition.judgement.failed if petition.judgement else ()
        for outcome in failed:
            if outcome.counts is Verdict.NEED_EVIDENCE:
                yield Gap(reason_code=outcome.reason_code or outcome.rule_id)

    def _returned(self, petition: Petition, *, today: date) -> Command | None:
        due, application = petition.due_on, petition.application
        if due is not None and today > due:
            return PassDue(actor=TIMER)
        answers = self._roll(petition, "answers") < 0.8
        answer_on = petition.changed_at.date() + timedelta(days=ANSWER_DAYS)
        if answers and application is not None and today >= answer_on:
            return Resubmit(actor=APPLICANT, application=self._completed(application))
        return None

    def _completed(self, application: Application) -> Application:
        there = {document.kind for document in application.documents}
        supplied = tuple(
            FiledDocument(kind=paper.value, file_name=f"{paper.value.lower()}.pdf", sha256_hex="0" * 64)
            for paper in _SUPPLIED
            if paper not in there
        )
        return replace(application, documents=application.documents + supplied)

    def _review(self, petition: Petition) -> Command:
        verdict, roll = self._verdict(petition), self._roll(petition, "review")
        if verdict in {Verdict.PASS, Verdict.WARN}:
            return self._approve(petition)
        if self._roll(petition, "ask") < 0.2 and petition.id not in self._asked:
            self._asked.add(petition.id)
            return AskSource(actor=OFFICER, kind=SourceKind.REGISTER, source="register-of-old-certificates")
        if verdict is Verdict.MANUAL_REVIEW and roll < 0.75:
            return self._approve(petition)
        codes = petition.judgement.reason_codes if petition.judgement else ()
        return Propose(
            actor=OFFICER,
            outcome=Outcome.REFUSE,
            reason_code=codes[0] if codes else "NOT_SHOWN",
            statement="ข้อเท็จจริงยังไม่เพียงพอ",
        )

    def _approve(self, petition: Petition) -> Command:
        needs_level = petition.service in {Service.EQ_REISSUE, Service.PALI5_EQ}
        return Propose(
            actor=OFFICER,
            outcome=Outcome.APPROVE,
            level=Level.M6 if needs_level else None,
            statement="ตรวจเอกสารและข้อเท็จจริงแล้ว",
        )

    def _sign(self, petition: Petition) -> Command:
        proposal = petition.proposal
        if proposal is not None and proposal.outcome is Outcome.REFUSE:
            return SignRefusal(
                actor=SIGNER,
                facts_found="เอกสารที่ยื่นไม่แสดงคุณสมบัติตามที่ขอ",
                law="ประกาศเปิดให้บริการของสำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน",
                considerations="พิจารณาจากเอกสารและทะเบียนแล้วไม่เข้าเกณฑ์",
            )
        if self._roll(petition, "send back") < 0.02 and petition.version < 9:
            return SendBack(actor=SIGNER, note="โปรดตรวจสอบอีกครั้ง")
        return SignApproval(actor=SIGNER)

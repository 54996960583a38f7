"""One office at work: what it does itself, and how it performs each effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote
from uuid import UUID, uuid5

from ..client import Client
from ..engine import DrainReport, Handler, InlineEngine, Job, JobResult
from ..equivalence.actors import SYSTEM
from ..equivalence.application import Application
from ..equivalence.bangkok import bangkok_day
from ..equivalence.commands import Issue, NotifyRefusal
from ..equivalence.effects import CASE_STATES, EffectKind, case_key
from ..equivalence.outbox import EffectStatus
from ..equivalence.petition import Petition
from ..equivalence.service import PetitionDesk
from ..equivalence.states import STATES, State
from ..equivalence.store import STALE_VERSION, EventStore
from ..errors import ConflictError, Fault, RejectedError, UnavailableError
from ..flow import Context
from ..models.petition import FiledPetition, StateReport
from ..models.portal import CaseOpening, CaseUpdate, Message
from .evidence import EvidenceCollector
from .intake import Intake, IntakeReport
from .outbox import StoreOutbox
from .settings import OfficePlatforms, OfficeSettings

__all__ = ["EquivalenceOffice"]

NO_CASE = Fault(
    "office.no_case",
    en="the portal shows no case of this petition",
    th="ไม่มีเรื่องของคำร้องนี้บนพอร์ทัล",
)
NO_APPLICATION = Fault(
    "office.no_application",
    en="the petition holds no application",
    th="คำร้องนี้ยังไม่มีคำขอที่ยื่นไว้",
)
NOT_TOLD = Fault(
    "office.not_told",
    en="nobody could be told of the refusal; tell the applicant by letter and record the day",
    th="แจ้งผลการไม่อนุมัติไม่สำเร็จ ให้แจ้งผู้ยื่นเป็นหนังสือและบันทึกวันที่แจ้ง",
)
NOT_TOLD_YET = Fault(
    "office.not_told_yet",
    en="the applicant has not been told of the refusal yet",
    th="ยังไม่ได้แจ้งผลการไม่อนุมัติแก่ผู้ยื่น",
)
CHANGED_MEANWHILE = Fault(
    "office.changed_meanwhile",
    en="somebody changed the petition while this was being done",
    th="มีผู้แก้ไขคำร้องระหว่างดำเนินการ",
)

_CASES = UUID("6d1f1b3a-5c0e-5b0a-9a53-6f0f3f5f2a11")
"""Namespace of the reference ids given to the business portal; any fixed UUID does."""

_ONCE = (EffectKind.NOTIFY, EffectKind.UPDATE_CASE)
"""Both reach a person each time they are sent, and neither portal takes a key against sending twice."""

_CASE_LANE = "case"


class EquivalenceOffice:
    """One office at work. Not for several threads at a time.

    Every effect may be performed twice and then does no harm: its handler reads the petition first, and
    passes the effect's own key on to platforms that honour one. Messages to people have no such key:
    they are sent once at most, and one that was interrupted is left to a person.
    """

    def __init__(
        self,
        *,
        client: Client,
        desk: PetitionDesk,
        store: EventStore,
        settings: OfficeSettings,
        context: Callable[[], Context],
        platforms: OfficePlatforms | None = None,
    ) -> None:
        self._client = client
        self._desk = desk
        self._outbox = StoreOutbox(store)
        self._settings = settings
        self._context = context
        self._platforms = platforms or OfficePlatforms()
        self._intake = Intake(client, desk, platform=self._platforms.intake)
        self._evidence = EvidenceCollector(
            client, desk=desk, store=store, settings=settings, platform=self._platforms.registry
        )
        self._engine = InlineEngine(
            self._outbox,
            handlers={kind.value: _reread(handler) for kind, handler in self._handlers().items()},
            once=[kind.value for kind in _ONCE],
            lanes={EffectKind.OPEN_CASE.value: _CASE_LANE, EffectKind.UPDATE_CASE.value: _CASE_LANE},
        )

    def take_in(self, filed: FiledPetition) -> Petition:
        """Read, judge and accept one petition; a draft that belongs elsewhere ends redirected.

        Raises:
            RejectedError: the form cannot be read; nothing was kept.
            ConflictError: the person has an open petition for the same matter.
        """
        return self._desk.take_in(filed)

    def take_in_filed(self, *, since: datetime | None = None) -> IntakeReport:
        """Take in the petitions that wait in the filing system, and acknowledge those that are settled.

        Settled are a petition that is stored and one whose refusal was reported. What is not settled
        stays unacknowledged and comes again with the next call, as does everything when the process
        dies on the way: nothing is lost, and repeating changes nothing. With ``since``, petitions that
        were filed earlier stay where they are.

        Raises:
            UnavailableError: the filing system or the database failed; nothing was acknowledged.
            AuthError, ConfigError: as for every call.
        """
        return self._intake.run(since=since, now=self.now)

    def now(self) -> datetime:
        """The office's present moment."""
        return self._context().now()

    def perform_effects(self) -> DrainReport:
        """Do everything that waits in the outbox and can be done now.

        Raises:
            AuthError, ConfigError: would strike every effect; all that is left stays pending.
            UnavailableError: the database failed.
        """
        return self._engine.drain()

    # --- effects ----------------------------------------------------------------------------

    def _handlers(self) -> dict[EffectKind, Handler]:
        return {
            EffectKind.CONFIRM_PERSON: self._confirm_person,
            EffectKind.CHECK_LASER_CODE: self._check_card,
            EffectKind.FETCH_AGENT_CERTIFICATE: self._fetch_agent,
            EffectKind.ISSUE: self._issue,
            EffectKind.NOTE_REFUSAL: self._note_refusal,
            EffectKind.REPORT_STATE: self._report_state,
            EffectKind.NOTIFY: self._notify,
            EffectKind.OPEN_CASE: self._open_case,
            EffectKind.UPDATE_CASE: self._update_case,
        }

    def _confirm_person(self, job: Job) -> JobResult:
        return self._evidence.ask(*self._petition(job), service=self._settings.person_service)

    def _check_card(self, job: Job) -> JobResult:
        return self._evidence.ask(*self._petition(job), service=self._settings.card_service)

    def _fetch_agent(self, job: Job) -> JobResult:
        return self._evidence.fetch_agent(*self._petition(job))

    def _issue(self, job: Job) -> JobResult:
        petition, _ = self._petition(job)
        if petition.state is State.APPROVED:
            petition = self._desk.handle(petition.id, Issue(actor=SYSTEM))
        certificate = petition.certificate
        return {} if certificate is None else {"number": certificate.number}

    def _note_refusal(self, job: Job) -> JobResult:
        """The appeal period runs from the day somebody was told, so telling comes first."""
        petition, _ = self._petition(job)
        if petition.state is not State.REFUSED or petition.notified_on is not None:
            return {}
        told = [self._outbox.status_of(effect_id) for effect_id in job.payload["told_by"].split()]
        if EffectStatus.DONE not in told:
            if EffectStatus.PENDING in told:
                raise UnavailableError(NOT_TOLD_YET)
            raise RejectedError(NOT_TOLD)
        self._desk.handle(petition.id, NotifyRefusal(actor=SYSTEM, notified_on=bangkok_day(self.now())))
        return {}

    def _report_state(self, job: Job) -> JobResult:
        petition = self._desk.petition(job.stream)
        state = State(job.payload["state"])
        report = StateReport(
            reference=petition.reference,
            state=state.value,
            note_th=STATES[state].label_th,
            at=datetime.fromisoformat(job.payload["at"]),
            report_id=job.effect_id,
        )
        self._client.report_state(report, platform=self._platforms.intake)
        return {}

    def _notify(self, job: Job) -> JobResult:
        petition, application = self._petition(job)
        user_id = application.applicant.portal_user_id
        if user_id is None:
            return {}
        label = STATES[State(job.payload["state"])].label_th
        message = Message(portal_user_id=user_id, text=f"คำร้องเลขที่ {petition.number}: {label}")
        receipt = self._client.notify((message,), platform=self._platforms.portal)
        return {"transactions": str(len(receipt.transaction_ids))}

    def _open_case(self, job: Job) -> JobResult:
        petition, application = self._petition(job)
        if application.agent is None or petition.number is None:
            return {}
        receipt = self._client.open_case(
            CaseOpening(
                applicant=application.agent.juristic_id,
                service_code=self._settings.business_service_code,
                reference_id=str(uuid5(_CASES, petition.id)),
                reference_number=petition.number,
                url=self._settings.case_url.replace("{number}", quote(petition.number, safe="")),
            ),
            platform=self._platforms.business_portal,
        )
        return {"case_id": receipt.case_id}

    def _update_case(self, job: Job) -> JobResult:
        petition, application = self._petition(job)
        if application.agent is None:
            return {}
        case_id = self._outbox.result_of(case_key(petition.id)).get("case_id")
        if case_id is None:
            raise RejectedError(NO_CASE)
        state, waiting_for = CASE_STATES[State(job.payload["state"])]
        self._client.update_case(
            CaseUpdate(
                applicant=application.agent.juristic_id,
                service_code=self._settings.business_service_code,
                case_id=case_id,
                state=state,
                waiting_for=waiting_for,
            ),
            platform=self._platforms.business_portal,
        )
        return {}

    def _petition(self, job: Job) -> tuple[Petition, Application]:
        petition = self._desk.petition(job.stream)
        if petition.application is None:
            raise RejectedError(NO_APPLICATION)
        return petition, petition.application


def _reread(handler: Handler) -> Handler:
    """The handler, put off when an officer changed the petition under it: next time it reads afresh."""

    def perform(job: Job) -> JobResult:
        try:
            return handler(job)
        except ConflictError as error:
            if error.fault is STALE_VERSION:
                raise UnavailableError(CHANGED_MEANWHILE) from error
            raise

    return perform

"""The equivalence office: petitions taken in, evidence collected, certificates issued, states told.

It joins the petition desk to connected platforms, and knows platforms only by the names it is given.
Every effect handler here may be called twice for one effect and then does no harm: it reads the
petition first, and passes the effect's own key on to platforms that honour one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from .client import Client
from .engine import DrainReport, InlineEngine, Job, JobResult
from .equivalence.actors import SYSTEM
from .equivalence.application import Applicant, Application
from .equivalence.bangkok import bangkok_day
from .equivalence.commands import Issue, NotifyRefusal, RecordEvidence
from .equivalence.effects import CASE_STATES, EffectKind, case_key
from .equivalence.outbox import EffectStatus
from .equivalence.petition import Petition
from .equivalence.rules import Finding
from .equivalence.service import PetitionDesk
from .equivalence.states import STATES, State
from .equivalence.store import EventStore
from .errors import Fault, GovlinkError, NotFoundError, RejectedError
from .flow import Context
from .models.identity import AgentId, CitizenId
from .models.petition import Channel, FiledPetition, StateReport
from .models.portal import CaseOpening, CaseUpdate, Message
from .models.registry import Purpose, RegistryQuery

__all__ = [
    "EquivalenceOffice",
    "OfficePlatforms",
    "OfficeSettings",
    "RegistryService",
    "gdx_card_service",
    "gdx_person_service",
]

NO_CASE_YET = Fault(
    "office.no_case_yet",
    en="the case of this petition has not been opened on the portal",
    th="ยังไม่ได้เปิดเรื่องของคำร้องนี้บนพอร์ทัล",
)
FORM_REFUSED = "FORM_REFUSED"
"""What is reported of a petition that never became one (modelled)."""

_CASES = UUID("6d1f1b3a-5c0e-5b0a-9a53-6f0f3f5f2a11")
"""Namespace of the reference ids given to the business portal; any fixed UUID does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryService:
    """A registry's service by its adapter's name, and how an applicant's data become its keys."""

    name: str
    keys: Callable[[Applicant], Mapping[str, str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePlatforms:
    """Which connected platform serves each interface."""

    registry: str = "gdx"
    intake: str = "eocs"
    portal: str = "citizen_portal"
    business_portal: str = "biz_portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    """Who the office is towards registries and portals.

    ``officer`` is in whose name registries are asked. ``business_service_code`` is the ApplicationId
    the business portal assigned. ``case_url`` shows a petition on the office's site; ``{number}``
    stands for its number. The three registry services are named as the registry's adapter names them.
    """

    officer: AgentId
    legal_basis: str
    purpose: str
    business_service_code: str
    case_url: str
    person_service: RegistryService
    card_service: RegistryService
    company_service: str
    company_key: str


class StoreOutbox:
    """The event store's outbox as an engine takes it; results are kept as JSON."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def pending(self, *, limit: int) -> tuple[Job, ...]:
        """The oldest effects not yet settled."""
        return tuple(
            Job(effect_id=e.effect_id, stream=e.stream, kind=e.kind, payload=e.payload)
            for e in self._store.effects(limit=limit)
        )

    def mark_done(self, effect_id: str, result: JobResult) -> None:
        """Settle it with its result."""
        text = json.dumps(dict(result), sort_keys=True)
        self._store.settle_effect(effect_id, status=EffectStatus.DONE, result=text)

    def mark_failed(self, effect_id: str, *, code: str) -> None:
        """Settle it as failed."""
        text = json.dumps({"code": code})
        self._store.settle_effect(effect_id, status=EffectStatus.FAILED, result=text)

    def result_of(self, effect_id: str) -> JobResult:
        """What an effect left behind; nothing while it is pending."""
        result = self._store.effect(effect_id).result
        kept: JobResult = json.loads(result) if result else {}
        return kept


class EquivalenceOffice:
    """One office at work. Not for several threads at a time."""

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
        self._engine = InlineEngine(self._outbox, handlers=self._handlers())

    def take_in(self, filed: FiledPetition) -> Petition:
        """Read, judge and accept one petition; a draft that belongs elsewhere ends redirected.

        Raises:
            RejectedError: the form cannot be read; nothing was kept.
            ConflictError: the person has an open petition for the same matter.
        """
        return self._desk.take_in(filed)

    def pull(self, *, since: datetime | None) -> tuple[FiledPetition, ...]:
        """Petitions filed since then, acknowledged once they are all here."""
        filed = tuple(self._client.pull_petitions(since=since, platform=self._platforms.intake))
        if filed:
            references = tuple(f.reference for f in filed)
            self._client.acknowledge(references, platform=self._platforms.intake)
        return filed

    def refuse_form(self, filed: FiledPetition, *, error: GovlinkError) -> None:
        """Tell the filing system that a petition was not taken in, so that its applicant is not left waiting.

        The note says which rule refused it; petitions from a portal's page were refused on that page.
        """
        if filed.channel is not Channel.E_OCS:
            return
        report = StateReport(
            reference=filed.reference,
            state=FORM_REFUSED,
            note_th=error.fault.th.format_map(error.values),
            at=self.now(),
            report_id=f"{filed.reference}:{FORM_REFUSED}",
        )
        self._client.report_state(report, platform=self._platforms.intake)

    def now(self) -> datetime:
        """The office's present moment."""
        return self._context().now()

    def perform_effects(self) -> DrainReport:
        """Do everything that waits in the outbox."""
        return self._engine.drain()

    # --- effects ----------------------------------------------------------------------------

    def _handlers(self) -> dict[str, Callable[[Job], JobResult]]:
        return {
            EffectKind.CONFIRM_PERSON.value: self._confirm_person,
            EffectKind.CHECK_LASER_CODE.value: self._check_card,
            EffectKind.FETCH_AGENT_CERTIFICATE.value: self._fetch_agent,
            EffectKind.ISSUE.value: self._issue,
            EffectKind.NOTE_REFUSAL.value: self._note_refusal,
            EffectKind.REPORT_STATE.value: self._report_state,
            EffectKind.NOTIFY.value: self._notify,
            EffectKind.OPEN_CASE.value: self._open_case,
            EffectKind.UPDATE_CASE.value: self._update_case,
        }

    def _query(self, petition: Petition, service: str, keys: Mapping[str, str]) -> RegistryQuery:
        purpose = Purpose(
            text=self._settings.purpose,
            legal_basis=self._settings.legal_basis,
            case_reference=petition.number or petition.reference,
        )
        return RegistryQuery(service=service, keys=keys, purpose=purpose, officer=self._settings.officer)

    def _record(self, petition: Petition, *, source: str, identity: Finding) -> JobResult:
        """Keep the answer as evidence; a denial stands, whatever another source says later."""
        stands = petition.facts.identity is Finding.DENIED
        command = RecordEvidence(actor=SYSTEM, source=source, identity=None if stands else identity)
        self._desk.handle(petition.id, command)
        return {"finding": identity.value}

    def _confirm_person(self, job: Job) -> JobResult:
        petition, application = self._petition(job)
        service = self._settings.person_service
        query = self._query(petition, service.name, service.keys(application.applicant))
        try:
            record = self._client.look_up(query, platform=self._platforms.registry)
        except NotFoundError:
            return self._record(petition, source=service.name, identity=Finding.DENIED)
        name = application.applicant.name
        same = (record.fields.get("firstName"), record.fields.get("lastName")) == (name.first, name.last)
        finding = Finding.CONFIRMED if same else Finding.DENIED
        return self._record(petition, source=service.name, identity=finding)

    def _check_card(self, job: Job) -> JobResult:
        petition, application = self._petition(job)
        service = self._settings.card_service
        query = self._query(petition, service.name, service.keys(application.applicant))
        record = self._client.look_up(query, platform=self._platforms.registry)
        finding = Finding.CONFIRMED if record.confirmed is True else Finding.DENIED
        return self._record(petition, source=service.name, identity=finding)

    def _fetch_agent(self, job: Job) -> JobResult:
        petition, application = self._petition(job)
        agent = application.agent
        keys = {self._settings.company_key: agent.juristic_id.value} if agent else {}
        query = self._query(petition, self._settings.company_service, keys)
        document = self._client.fetch_document(query, platform=self._platforms.registry)
        return {"sha256": document.sha256_hex, "bytes": str(len(document.content))}

    def _issue(self, job: Job) -> JobResult:
        petition, _ = self._petition(job)
        if petition.state is State.APPROVED:
            petition = self._desk.handle(petition.id, Issue(actor=SYSTEM))
        certificate = petition.certificate
        return {} if certificate is None else {"number": certificate.number}

    def _note_refusal(self, job: Job) -> JobResult:
        petition, _ = self._petition(job)
        if petition.state is State.REFUSED and petition.notified_on is None:
            today = bangkok_day(self.now())
            self._desk.handle(petition.id, NotifyRefusal(actor=SYSTEM, notified_on=today))
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
        text = f"คำร้องเลขที่ {petition.number}: {label}"
        message = Message(portal_user_id=user_id, text=text)
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
                url=self._settings.case_url.format(number=petition.number),
            ),
            platform=self._platforms.business_portal,
        )
        return {"case_id": receipt.case_id}

    def _update_case(self, job: Job) -> JobResult:
        petition, application = self._petition(job)
        case_id = self._outbox.result_of(case_key(petition.id)).get("case_id")
        if application.agent is None:
            return {}
        if case_id is None:
            raise RejectedError(NO_CASE_YET)
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
            raise RejectedError(NO_CASE_YET)
        return petition, petition.application


def gdx_person_service() -> RegistryService:
    """The civil registry over Linkage, as the ``gdx`` adapter names it."""

    def keys(applicant: Applicant) -> Mapping[str, str]:
        return {"CitizenID": _citizen(applicant)}

    return RegistryService(name="dopa.linkage_person", keys=keys)


def gdx_card_service() -> RegistryService:
    """The check of the identity card's laser code, as the ``gdx`` adapter names it."""

    def keys(applicant: Applicant) -> Mapping[str, str]:
        born = applicant.birth_date
        return {
            "CitizenID": _citizen(applicant),
            "FirstName": applicant.name.first,
            "LastName": applicant.name.last,
            "BEBirthDate": born.compact_be() if born else "",
            "LaserCode": applicant.laser_code or "",
        }

    return RegistryService(name="dopa.laser_code", keys=keys)


def _citizen(applicant: Applicant) -> str:
    identity = applicant.identity
    return identity.value if isinstance(identity, CitizenId) else ""

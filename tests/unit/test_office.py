"""The office against all five simulated platforms: intake, effects, crashes and outages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from govlink.engine import Job, JobResult
from govlink.equivalence.commands import (
    CompleteIntake,
    Propose,
    RequestFix,
    SendBack,
    SignApproval,
    SignRefusal,
)
from govlink.equivalence.effects import EffectKind
from govlink.equivalence.events import EvidenceRecorded, Gap, Outcome
from govlink.equivalence.outbox import EffectStatus
from govlink.equivalence.petition import Petition
from govlink.equivalence.rules import Finding
from govlink.equivalence.service import PetitionDesk
from govlink.equivalence.states import State
from govlink.equivalence.store import STALE_VERSION
from govlink.errors import AuthError, ConfigError, ConflictError, UnavailableError
from govlink.models.petition import Channel
from govlink.models.registry import RegistryRecord
from govlink.office import OfficePlatforms, gdx_card_service, gdx_person_service
from govlink.office.outbox import StoreOutbox
from govlink.sandbox.faults import FaultKind

from ..faults.scene import Scene, filed, open_scene, person
from .equivalence.cases import OFFICER, SIGNER, application

BAD_NUMBER = {"citizen_id": "1999000000018"}


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """An office among simulated platforms."""
    with open_scene(tmp_path) as opened:
        yield opened


def refuse(scene: Scene) -> Petition:
    """People refuse the petition."""
    stream = scene.petition().id
    scene.desk.handle(stream, CompleteIntake(actor=OFFICER))
    propose = Propose(actor=OFFICER, outcome=Outcome.REFUSE, reason_code="NOT_SHOWN", statement="ก")
    scene.desk.handle(stream, propose)
    return scene.desk.handle(stream, SignRefusal(actor=SIGNER, facts_found="ก", law="ข", considerations="ค"))


def approve(scene: Scene) -> Petition:
    """People approve the petition."""
    stream = scene.petition().id
    scene.desk.handle(stream, CompleteIntake(actor=OFFICER))
    scene.desk.handle(stream, Propose(actor=OFFICER, outcome=Outcome.APPROVE, statement="ก"))
    return scene.desk.handle(stream, SignApproval(actor=SIGNER))


# --- intake -----------------------------------------------------------------------------------


def test_what_waits_is_stored_or_refused_and_then_acknowledged(scene: Scene) -> None:
    """A good form, a bad one and a second petition for the same matter; the bad ones are answered."""
    scene.file(filed(), filed("EOCS-2", **BAD_NUMBER), filed("EOCS-3"))
    report = scene.office.take_in_filed()
    assert [p.reference for p in report.taken] == ["EOCS-1"]
    assert [(r.filed.reference, r.error.code) for r in report.refused] == [
        ("EOCS-2", "equivalence.application_invalid"),
        ("EOCS-3", "equivalence.duplicate"),
    ]
    assert report.unsettled == ()
    assert scene.waiting_at_eocs() == []
    assert scene.reported("EOCS-2") == scene.reported("EOCS-3") == ["FORM_REFUSED"]
    again = scene.office.take_in_filed()
    assert (again.taken, again.refused, again.unsettled) == ((), (), ())


def test_a_refusals_note_says_what_is_wrong_and_repeats_no_answer(scene: Scene) -> None:
    """The applicant can put it right; nobody else learns the number."""
    scene.file(filed(**BAD_NUMBER))
    scene.office.take_in_filed()
    states = scene.look("/eocs/_sandbox/states")
    assert isinstance(states, dict)
    (report,) = states["EOCS-1"]
    assert "เลขประจำตัวประชาชน" in report["note_th"]
    assert BAD_NUMBER["citizen_id"] not in report["note_th"]


def test_dying_between_pulling_and_taking_in_loses_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is acknowledged before it is settled, so the next office meets it all again."""
    scene.file(filed(), filed("EOCS-2", **BAD_NUMBER))
    with monkeypatch.context() as patch:
        patch.setattr(PetitionDesk, "take_in", _raise(Crash()))
        with pytest.raises(Crash):
            scene.office.take_in_filed()
    assert scene.waiting_at_eocs() == ["EOCS-1", "EOCS-2"]
    scene.open_office()
    assert len(scene.office.take_in_filed().taken) == 1
    assert scene.waiting_at_eocs() == []


def test_dying_before_the_acknowledgement_repeats_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day later the same petitions come again: one event log, one refusal, both acknowledged."""
    scene.file(filed(), filed("EOCS-2", **BAD_NUMBER))
    with monkeypatch.context() as patch:
        patch.setattr(type(scene.client), "acknowledge", _raise(Crash()))
        with pytest.raises(Crash):
            scene.office.take_in_filed()
    taken, waiting = scene.petition(), scene.effects(EffectStatus.PENDING)
    scene.tomorrow()
    scene.open_office()
    report = scene.office.take_in_filed()
    assert [p.reference for p in report.taken] == ["EOCS-1"]
    assert [r.filed.reference for r in report.refused] == ["EOCS-2"]
    assert scene.petition() == taken
    assert scene.effects(EffectStatus.PENDING) == waiting
    assert scene.reported("EOCS-2") == ["FORM_REFUSED"]
    assert scene.waiting_at_eocs() == []


def test_a_refusal_that_cannot_be_told_holds_up_nobody(scene: Scene) -> None:
    """It stays unacknowledged, the others are settled, and the next intake tells it."""
    scene.file(filed("EOCS-1", **BAD_NUMBER), filed("EOCS-2"))
    scene.fault(FaultKind.STATUS_503, "eocs", path_part="/state", times=4)
    report = scene.office.take_in_filed()
    assert [(u.filed.reference, u.error.code) for u in report.unsettled] == [("EOCS-1", "wire.unavailable")]
    assert [p.reference for p in report.taken] == ["EOCS-2"]
    assert scene.waiting_at_eocs() == ["EOCS-1"]
    assert [r.filed.reference for r in scene.office.take_in_filed().refused] == ["EOCS-1"]
    assert scene.waiting_at_eocs() == []


def test_trouble_of_the_store_is_told_nobody_as_a_bad_form(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process took the petition in at the same moment: no refusal is sent for that."""
    scene.file(filed())
    with monkeypatch.context() as patch:
        patch.setattr(PetitionDesk, "take_in", _raise(ConflictError(STALE_VERSION, expected=0)))
        report = scene.office.take_in_filed()
    assert [u.error.code for u in report.unsettled] == ["equivalence.stale_version"]
    assert scene.reported() == []
    assert scene.waiting_at_eocs() == ["EOCS-1"]


def test_a_database_that_is_down_acknowledges_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error passes to whoever runs the office."""
    scene.file(filed())
    fault = replace(STALE_VERSION, en="down", th="ล่ม")
    with monkeypatch.context() as patch:
        patch.setattr(PetitionDesk, "take_in", _raise(UnavailableError(fault)))
        with pytest.raises(UnavailableError):
            scene.office.take_in_filed()
    assert scene.waiting_at_eocs() == ["EOCS-1"]


def _raise(error: BaseException) -> object:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


# --- the whole of it --------------------------------------------------------------------------


def test_a_petition_from_filing_to_certificate(scene: Scene) -> None:
    """Every platform plays its part, in order, and nothing is left over."""
    scene.file(filed())
    scene.office.take_in_filed()
    report = scene.office.perform_effects()
    assert (report.waiting, report.failed) == (0, 0)
    assert scene.petition().facts.identity is Finding.CONFIRMED
    approve(scene)
    scene.office.perform_effects()
    petition = scene.petition()
    assert petition.state is State.ISSUED
    assert petition.certificate is not None
    assert scene.reported() == ["INTAKE", "REVIEW", "ISSUED"]
    assert scene.inbox() == ["ออกเอกสารแล้ว"]
    assert scene.cases() == [["PENDING", "COMPLETED"]]
    assert scene.effects(EffectStatus.PENDING) == scene.effects(EffectStatus.FAILED) == ()


def test_coming_back_from_the_signer_is_told_nobody(scene: Scene) -> None:
    """What passes between officers is no news to the applicant."""
    scene.file(filed())
    scene.office.take_in_filed()
    stream = scene.petition().id
    scene.desk.handle(stream, CompleteIntake(actor=OFFICER))
    scene.desk.handle(stream, Propose(actor=OFFICER, outcome=Outcome.APPROVE, statement="ก"))
    scene.desk.handle(stream, SendBack(actor=SIGNER, note="ก"))
    scene.office.perform_effects()
    assert scene.reported() == ["INTAKE", "REVIEW"]
    assert scene.cases() == [["PENDING"]]


# --- repeating and crashing -------------------------------------------------------------------


def everything_outside(scene: Scene) -> tuple[object, ...]:
    """What the world would notice if something was done twice."""
    petition = scene.petition()
    return petition.version, petition.facts, scene.reported(), scene.inbox(), scene.cases()


SAFE = sorted(set(EffectKind) - {EffectKind.NOTIFY, EffectKind.UPDATE_CASE, EffectKind.OPEN_CASE})


def pending_job(scene: Scene, kind: EffectKind) -> Job:
    """Work until an effect of this kind is the next to be done."""
    scene.file(filed())
    scene.office.take_in_filed()
    if kind in {EffectKind.NOTE_REFUSAL, EffectKind.NOTIFY, EffectKind.UPDATE_CASE}:
        scene.office.perform_effects()
        refuse(scene)
    if kind is EffectKind.ISSUE:
        scene.office.perform_effects()
        approve(scene)
    outbox = StoreOutbox(scene.store)
    for job in outbox.pending(limit=100):
        if job.kind == kind:
            return job
        outbox.mark_done(job.effect_id, scene.office._handlers()[EffectKind(job.kind)](job))
    raise AssertionError(kind)


@pytest.mark.parametrize("kind", SAFE)
def test_each_handler_is_harmless_to_repeat(scene: Scene, kind: EffectKind) -> None:
    """Called twice for one effect, it leaves the world as called once."""
    job = pending_job(scene, kind)
    handler = scene.office._handlers()[kind]
    first = handler(job)
    once = everything_outside(scene)
    scene.tomorrow()
    assert handler(job) == first
    assert everything_outside(scene) == once


def test_a_case_is_opened_once(scene: Scene) -> None:
    """The portal knows its references again; the second opening is a conflict, not a second case."""
    job = pending_job(scene, EffectKind.OPEN_CASE)
    handler = scene.office._handlers()[EffectKind.OPEN_CASE]
    assert handler(job)["case_id"]
    with pytest.raises(ConflictError):
        handler(job)
    assert len(scene.cases()) == 1


@pytest.mark.parametrize("kind", sorted(EffectKind))
def test_dying_between_doing_and_recording(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, kind: EffectKind
) -> None:
    """The next office finishes the day; nothing was done twice, and what is unsure is left to a person."""
    pending_job(scene, kind)
    plain = StoreOutbox.mark_done

    def die(self: StoreOutbox, effect_id: str, result: JobResult) -> None:
        if effect_id.endswith(f":{kind}"):
            raise Crash
        plain(self, effect_id, result)

    with monkeypatch.context() as patch:
        patch.setattr(StoreOutbox, "mark_done", die)
        with pytest.raises(Crash):
            scene.office.perform_effects()
    scene.open_office()
    scene.office.perform_effects()
    assert scene.effects(EffectStatus.PENDING) == ()
    unsure = {
        EffectKind.NOTIFY: {"notify": "engine.interrupted"},
        EffectKind.UPDATE_CASE: {"update_case": "engine.interrupted"},
        EffectKind.OPEN_CASE: {"open_case": "biz_portal.duplicate_reference"},
    }
    assert scene.failures() == unsure.get(kind, {})
    decided = kind in {EffectKind.ISSUE, EffectKind.NOTE_REFUSAL, EffectKind.NOTIFY, EffectKind.UPDATE_CASE}
    assert len(scene.inbox()) == decided
    (updates,) = scene.cases()
    assert len(updates) == len(set(updates)) == 2 * decided
    assert len(scene.reported()) == len(set(scene.reported())) == 1 + 2 * decided
    sources = [e.source for e in scene.store.load(scene.petition().id) if isinstance(e, EvidenceRecorded)]
    assert sorted(sources) == ["dopa.laser_code", "dopa.linkage_person"]


# --- evidence ---------------------------------------------------------------------------------


def test_a_denial_stands(scene: Scene) -> None:
    """The civil registry knows another surname; that the card is good does not undo it."""
    scene.sandbox.world.add_person(person(last_name="สกุลเดิม"))
    scene.file(filed())
    scene.office.take_in_filed()
    person_job, card_job, *_ = StoreOutbox(scene.store).pending(limit=10)
    scene.office._confirm_person(person_job)
    assert scene.petition().facts.identity is Finding.DENIED
    scene.sandbox.world.add_person(person())
    assert scene.office._check_card(card_job) == {"finding": "confirmed"}
    assert scene.petition().facts.identity is Finding.DENIED


def test_a_person_the_registry_does_not_know_is_denied(scene: Scene) -> None:
    """Not found is an answer."""
    scene.sandbox.world.people.clear()
    scene.file(filed())
    scene.office.take_in_filed()
    assert scene.office.perform_effects().failed == 0
    assert scene.petition().facts.identity is Finding.DENIED


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        ({"firstName": "สมชาย", "lastName": "ใจดี"}, Finding.CONFIRMED),
        ({"firstName": " สมชาย ", "lastName": "ใจดี"}, Finding.CONFIRMED),
        ({"firstName": "สมชาย", "lastName": "อื่น"}, Finding.DENIED),
        ({"titleName": "นาย"}, Finding.SILENT),
        ({"firstName": "สมชาย"}, Finding.SILENT),
    ],
)
def test_what_a_civil_record_says(fields: dict[str, str], finding: Finding) -> None:
    """A right that does not reach the name denies nobody."""
    record = RegistryRecord(service="dopa.linkage_person", fields=fields)
    assert gdx_person_service().finding(application().applicant, record) is finding


def test_silence_undoes_no_confirmation(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The weightier finding is kept."""
    scene.file(filed())
    scene.office.take_in_filed()
    person_job, card_job, *_ = StoreOutbox(scene.store).pending(limit=10)
    scene.office._check_card(card_job)
    silent = RegistryRecord(service="dopa.linkage_person", fields={})
    monkeypatch.setattr(type(scene.client), "look_up", lambda *_, **__: silent)
    assert scene.office._confirm_person(person_job) == {"finding": "silent"}
    assert scene.petition().facts.identity is Finding.CONFIRMED


def test_nobody_is_looked_up_once_it_is_decided(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no purpose left for asking; the effect is given up with the reason."""
    scene.file(filed())
    scene.office.take_in_filed()
    scene.fault(FaultKind.STATUS_503, "gdx", times=100)
    scene.office.perform_effects()
    approve(scene)
    scene.sandbox.faults.clear()
    monkeypatch.setattr(type(scene.client), "look_up", _raise(AssertionError("somebody was looked up")))
    scene.office.perform_effects()
    assert scene.failures()["confirm_person"] == "equivalence.not_in_state"


def test_the_cards_keys_without_a_birth_date() -> None:
    """Such a petition is not checked; if it were, the register's own check refuses the empty date."""
    applicant = application(citizen_id="1999000000017").applicant
    assert applicant.birth_date is None
    assert gdx_card_service().keys(applicant)["BEBirthDate"] == ""


# --- outages ----------------------------------------------------------------------------------


def test_refused_credentials_leave_everything_pending(scene: Scene) -> None:
    """The drain stops; once the credential is right, a later drain does it all."""
    scene.file(filed())
    scene.office.take_in_filed()
    before = scene.effects(EffectStatus.PENDING)
    scene.fault(FaultKind.EXPIRED_TOKEN, "gdx", times=2)
    with pytest.raises(AuthError):
        scene.office.perform_effects()
    assert scene.effects(EffectStatus.PENDING) == before
    assert scene.office.perform_effects().failed == 0
    assert scene.effects(EffectStatus.PENDING) == ()


@pytest.mark.parametrize("platform", ["registry", "intake", "portal", "business_portal"])
def test_wrong_settings_leave_effects_pending(scene: Scene, platform: str) -> None:
    """A platform that is not installed gives up nothing, not even what is sent once at most."""
    scene.file(filed())
    scene.office.take_in_filed()
    if platform != "registry":
        scene.office.perform_effects()
        refuse(scene)
    scene.open_office(platforms=OfficePlatforms(**{platform: "not_installed"}))
    with pytest.raises(ConfigError):
        scene.office.perform_effects()
    assert scene.effects(EffectStatus.FAILED) == ()
    scene.open_office()
    scene.office.perform_effects()
    assert scene.effects(EffectStatus.PENDING) == scene.effects(EffectStatus.FAILED) == ()
    assert scene.inbox() == ([] if platform == "registry" else ["ไม่อนุมัติ"])


def test_a_platform_that_is_down_holds_up_its_own_effects_only(scene: Scene) -> None:
    """The register is down: E-OCS is told all the same, and the evidence comes with a later drain."""
    scene.file(filed())
    scene.office.take_in_filed()
    scene.fault(FaultKind.STATUS_503, "gdx", times=100)
    report = scene.office.perform_effects()
    assert (report.waiting, report.failed) == (3, 0)
    assert scene.reported() == ["INTAKE"]
    assert scene.petition().facts.identity is Finding.NOT_ASKED
    scene.sandbox.faults.clear()
    assert scene.office.perform_effects().done == 3
    assert scene.petition().facts.identity is Finding.CONFIRMED


def test_a_case_is_updated_in_order_after_it_was_opened(scene: Scene) -> None:
    """With the opening put off, the updates wait behind it instead of being given up."""
    scene.file(filed())
    scene.office.take_in_filed()
    scene.fault(FaultKind.STATUS_503, "biz_portal", times=2)
    assert scene.office.perform_effects().waiting == 1
    refuse(scene)
    report = scene.office.perform_effects()
    assert (report.waiting, report.failed) == (3, 0)
    assert scene.cases() == []
    assert scene.office.perform_effects().waiting == 0
    assert scene.cases() == [["PENDING", "REJECTED"]]


def test_an_update_that_was_put_off_comes_before_the_next(scene: Scene) -> None:
    """The portal never learns of an older state after a newer one."""
    scene.file(filed())
    scene.office.take_in_filed()
    scene.office.perform_effects()
    refuse(scene)
    scene.fault(FaultKind.STATUS_503, "biz_portal")
    scene.office.perform_effects()
    assert scene.cases() == [[]]
    scene.office.perform_effects()
    assert scene.cases() == [["PENDING", "REJECTED"]]


def test_an_officer_who_comes_between_only_delays(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stale version is read afresh later, and the evidence is not given up."""
    scene.file(filed())
    scene.office.take_in_filed()
    with monkeypatch.context() as patch:
        patch.setattr(PetitionDesk, "handle", _raise(ConflictError(STALE_VERSION, expected=3)))
        assert scene.office.perform_effects().waiting == 2
    assert scene.office.perform_effects().waiting == 0
    assert scene.failures() == {}
    assert scene.petition().facts.identity is Finding.CONFIRMED


# --- being told of a refusal --------------------------------------------------------------------


def test_the_appeal_period_runs_from_the_day_of_telling(scene: Scene) -> None:
    """As long as nobody could be told, no day is recorded."""
    scene.file(filed())
    scene.office.take_in_filed()
    refuse(scene)
    for platform in ("eocs", "citizen_portal", "biz_portal"):
        scene.fault(FaultKind.STATUS_503, platform, times=100)
    scene.office.perform_effects()
    assert scene.petition().notified_on is None
    scene.sandbox.faults.clear()
    scene.tomorrow()
    scene.office.perform_effects()
    assert str(scene.petition().notified_on) == str(scene.now.date())


def test_a_refusal_that_nobody_was_told_of_is_not_noted_as_told(scene: Scene) -> None:
    """The only message had an unknown outcome: a person must tell, and record the day."""
    petition = replace(
        filed("TR-1"),
        channel=Channel.CITIZEN_PORTAL,
        form={k: v for k, v in filed().form.items() if k != "agent_juristic_id"},
    )
    taken = scene.office.take_in(petition)
    scene.office.perform_effects()
    scene.desk.handle(taken.id, CompleteIntake(actor=OFFICER))
    propose = Propose(actor=OFFICER, outcome=Outcome.REFUSE, reason_code="NOT_SHOWN", statement="ก")
    scene.desk.handle(taken.id, propose)
    scene.desk.handle(taken.id, SignRefusal(actor=SIGNER, facts_found="ก", law="ข", considerations="ค"))
    scene.fault(FaultKind.RESET_AFTER, "citizen_portal", path_part="/push")
    scene.office.perform_effects()
    assert scene.failures() == {"notify": "policy.outcome_unknown", "note_refusal": "office.not_told"}
    assert scene.desk.petition(taken.id).notified_on is None


# --- small things -------------------------------------------------------------------------------


def test_an_applicant_asked_to_fix_is_told_and_the_case_waits_for_them(scene: Scene) -> None:
    """RETURNED goes to E-OCS, to the inbox and to the business portal."""
    scene.file(filed())
    scene.office.take_in_filed()
    scene.desk.handle(
        scene.petition().id, RequestFix(actor=OFFICER, gaps=(Gap(reason_code="PAPERS_MISSING"),))
    )
    scene.office.perform_effects()
    assert scene.reported() == ["INTAKE", "RETURNED"]
    assert scene.inbox() == ["รอผู้ยื่นแก้ไขหรือส่งเอกสารเพิ่ม"]
    assert scene.cases() == [["CHECK"]]


def test_an_effect_recorded_twice_is_harmless(scene: Scene) -> None:
    """What is done stays done, whoever says otherwise later."""
    scene.file(filed())
    scene.office.take_in_filed()
    outbox = StoreOutbox(scene.store)
    job = outbox.pending(limit=1)[0]
    outbox.mark_done(job.effect_id, {"finding": "confirmed"})
    outbox.mark_done(job.effect_id, {"finding": "denied"})
    outbox.mark_failed(job.effect_id, code="a.b")
    assert outbox.result_of(job.effect_id) == {"finding": "confirmed"}
    assert outbox.status_of(job.effect_id) is EffectStatus.DONE
    assert outbox.result_of("never planned") == {}


def test_a_case_url_holds_a_number_of_any_form(scene: Scene) -> None:
    """A number with a slash and a Thai letter stays one segment of the path."""
    opened: list[str] = []
    scene.file(filed())
    scene.office.take_in_filed()
    job = next(j for j in StoreOutbox(scene.store).pending(limit=10) if j.kind == EffectKind.OPEN_CASE)
    numbered = replace(scene.petition(), number="ตย 1/2567")
    scene.office._petition = lambda _job: (numbered, numbered.application)  # type: ignore[method-assign,assignment,return-value]  # the store has no such number
    scene.office._client = _Recorder(opened)  # type: ignore[assignment]  # only opens cases
    scene.office._open_case(job)
    assert opened == ["https://equivalence.example/petitions/%E0%B8%95%E0%B8%A2%201%2F2567"]


class _Recorder:
    def __init__(self, urls: list[str]) -> None:
        self._urls = urls

    def open_case(self, opening: object, *, platform: str) -> object:
        self._urls.append(getattr(opening, "url", ""))
        return type("Receipt", (), {"case_id": "1"})

"""What each event brings about outside, as data."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from govlink.equivalence.actors import SYSTEM
from govlink.equivalence.commands import (
    AllowAppeal,
    Appeal,
    AskSource,
    Command,
    CompleteIntake,
    NotifyRefusal,
    Propose,
    RecordEvidence,
    RecordSource,
    RequestFee,
    RequestFix,
    Resubmit,
    SendBack,
    SignApproval,
    SignRefusal,
)
from govlink.equivalence.effects import (
    CASE_STATES,
    NOTIFIED,
    REPORTED,
    EffectKind,
    case_key,
    effects_of,
)
from govlink.equivalence.events import Event, Gap, Outcome, SourceKind
from govlink.equivalence.levels import Level
from govlink.equivalence.outbox import PlannedEffect
from govlink.equivalence.petition import Petition
from govlink.equivalence.procedure import Procedure
from govlink.equivalence.rules import Finding
from govlink.equivalence.states import State
from govlink.models.petition import Channel
from govlink.models.portal import CaseState, WaitingFor

from .cases import APPLICANT, AUTHORITY, OFFICER, SIGNER, Case

AGENT = {"agent_juristic_id": "0999000000001"}
PORTAL = {"portal_user_id": "user-1"}
CARD = {"laser_code": "ZZ0123456789", "birth_date": "12 มกราคม 2540"}


def planned(case: Case, *commands: Command) -> list[PlannedEffect]:
    """The effects of these commands, taken one by one."""
    effects: list[PlannedEffect] = []
    for command in commands:
        known = len(case.log)
        petition = case.do(command)
        effects += effects_of(petition, case.log[known:])
    return effects


def kinds(effects: list[PlannedEffect] | tuple[PlannedEffect, ...]) -> list[str]:
    """Their kinds, with the state where one is told."""
    return [":".join((e.kind, *([e.payload["state"]] if "state" in e.payload else []))) for e in effects]


def at_filing(**answers: str) -> list[str]:
    """What a petition with these answers brings about when it is taken in."""
    case = Case().submitted(**answers)
    return kinds(effects_of(case.petition, case.log))


@pytest.mark.parametrize(
    ("answers", "effects"),
    [
        ({}, ["confirm_person", "report_state:INTAKE"]),
        (CARD, ["confirm_person", "check_laser_code", "report_state:INTAKE"]),
        ({"laser_code": CARD["laser_code"]}, ["confirm_person", "report_state:INTAKE"]),
        ({"birth_date": CARD["birth_date"]}, ["confirm_person", "report_state:INTAKE"]),
        (
            {"citizen_id": "", "passport_number": "TEST00001", "passport_state": "AUS", **CARD},
            ["report_state:INTAKE"],
        ),
        (PORTAL, ["confirm_person", "report_state:INTAKE"]),
        (AGENT, ["confirm_person", "fetch_agent_certificate", "open_case", "report_state:INTAKE"]),
    ],
    ids=["citizen", "card", "no birth date", "no laser code", "passport", "portal user", "agent"],
)
def test_what_is_asked_when_a_petition_is_taken_in(answers: dict[str, str], effects: list[str]) -> None:
    """The card is asked about only with everything its register wants."""
    assert at_filing(**answers) == effects


def test_only_a_petition_of_the_filing_system_is_reported_to_it() -> None:
    """A petition of the portal's page is told through the portal alone."""
    case = Case().submitted(**PORTAL)
    elsewhere = replace(case.petition, channel=Channel.CITIZEN_PORTAL)
    assert kinds(effects_of(elsewhere, case.log)) == ["confirm_person"]


def test_an_approval_brings_the_certificate_and_then_the_news() -> None:
    """SIGNOFF and APPROVED are the office's own affair."""
    case = Case().submitted(**AGENT, **PORTAL)
    propose = Propose(actor=OFFICER, outcome=Outcome.APPROVE, statement="ก")
    effects = planned(case, CompleteIntake(actor=OFFICER), propose, SignApproval(actor=SIGNER))
    assert kinds(effects) == ["report_state:REVIEW", "update_case:REVIEW", "issue"]


def refused(case: Case) -> list[PlannedEffect]:
    """What signing a refusal brings about."""
    case.do(CompleteIntake(actor=OFFICER))
    case.do(Propose(actor=OFFICER, outcome=Outcome.REFUSE, reason_code="X", statement="ก"))
    return planned(case, SignRefusal(actor=SIGNER, facts_found="ก", law="ข", considerations="ค"))


def test_a_refusal_is_noted_after_it_was_told() -> None:
    """The note names the effects that tell, all of the same event."""
    *telling, note = refused(Case().submitted(**AGENT, **PORTAL))
    assert kinds(telling) == ["report_state:REFUSED", "notify:REFUSED", "update_case:REFUSED"]
    assert note.kind == EffectKind.NOTE_REFUSAL
    assert note.payload["told_by"].split() == [effect.key for effect in telling]


def test_a_refusal_that_nothing_tells_is_noted_by_an_officer() -> None:
    """Without a channel the appeal period must not begin by itself."""
    case = Case().submitted()
    refused(case)
    at_the_counter = replace(case.petition, channel=Channel.COUNTER)
    assert effects_of(at_the_counter, case.log[-1:]) == ()


def test_an_appeal_that_is_granted_brings_a_certificate() -> None:
    """APPROVED is reached by two ways."""
    case = Case()
    case.refused()
    case.do(NotifyRefusal(actor=SYSTEM, notified_on=case.petition.changed_at.date()))
    case.do(Appeal(actor=APPLICANT, grounds="ก"))
    assert kinds(planned(case, AllowAppeal(actor=AUTHORITY, level=Level.M6))) == ["issue"]


def test_an_appeal_that_reopens_the_case_is_told() -> None:
    """Back to the review after a refusal is news."""
    case = Case()
    case.refused()
    case.do(NotifyRefusal(actor=SYSTEM, notified_on=case.petition.changed_at.date()))
    case.do(Appeal(actor=APPLICANT, grounds="ก"))
    assert kinds(planned(case, AllowAppeal(actor=AUTHORITY))) == ["report_state:REVIEW"]


def test_coming_back_from_the_signer_or_the_source_is_no_news() -> None:
    """To everybody outside it was the review all the time."""
    case = Case().submitted(**AGENT, **PORTAL)
    case.do(CompleteIntake(actor=OFFICER))
    effects = planned(
        case,
        AskSource(actor=OFFICER, kind=SourceKind.REGISTER, source="register"),
        RecordSource(actor=OFFICER, finding=Finding.CONFIRMED),
        Propose(actor=OFFICER, outcome=Outcome.APPROVE, statement="ก"),
        SendBack(actor=SIGNER, note="ก"),
    )
    assert effects == []


def test_the_case_waits_for_the_applicant_and_then_for_the_office_again() -> None:
    """The opening says the first INTAKE; the one after a correction must be said."""
    case = Case().submitted(**AGENT)
    application = case.petition.application
    assert application is not None
    effects = planned(
        case,
        RequestFix(actor=OFFICER, gaps=(Gap(reason_code="X"),)),
        Resubmit(actor=APPLICANT, application=application),
    )
    updates = [e.payload["state"] for e in effects if e.kind == EffectKind.UPDATE_CASE]
    assert updates == ["RETURNED", "INTAKE"]
    assert [CASE_STATES[State(state)][1] for state in updates] == [WaitingFor.APPLICANT, WaitingFor.AGENCY]


def test_a_fee_is_asked_for_everywhere() -> None:
    """Somebody who is not told cannot pay."""
    case = Case(procedure=Procedure(fee_baht=Decimal(20))).submitted(**AGENT, **PORTAL)
    effects = planned(case, RequestFee(actor=OFFICER))
    told = [f"{kind}:AWAIT_PAYMENT" for kind in ("report_state", "notify", "update_case")]
    assert kinds(effects) == told
    assert CASE_STATES[State.AWAIT_PAYMENT] == (CaseState.FEE_DUE, WaitingFor.APPLICANT)


def test_evidence_brings_nothing_about() -> None:
    """An event that moves nothing is told nobody."""
    case = Case().submitted(**AGENT, **PORTAL)
    assert planned(case, RecordEvidence(actor=SYSTEM, source="dopa.x", identity=Finding.CONFIRMED)) == []


def test_keys_are_unique_and_payloads_name_nobody() -> None:
    """Over a whole life with every channel."""
    case = Case().submitted(**AGENT, **PORTAL, **CARD)
    effects = list(effects_of(case.petition, case.log))
    effects += planned(case, RequestFix(actor=OFFICER, gaps=(Gap(reason_code="X"),)))
    application = case.petition.application
    assert application is not None
    effects += planned(case, Resubmit(actor=APPLICANT, application=application))
    effects += refused(case)
    keys = [effect.key for effect in effects]
    assert len(set(keys)) == len(keys)
    assert case_key(case.petition.id) in keys
    personal = [*AGENT.values(), *PORTAL.values(), *CARD.values(), "1999000000017", "สมชาย", "ใจดี"]
    assert not [p for p in personal if p in repr(effects) or p in str([dict(e.payload) for e in effects])]


def test_effects_are_the_same_whether_events_come_one_by_one_or_together() -> None:
    """Keys follow from the event's own version."""
    case = Case().submitted(**AGENT)
    together = effects_of(case.petition, case.log)
    single: list[PlannedEffect] = []
    for version, event in enumerate(case.log, start=1):
        so_far: Petition = replace(case.petition, version=version)
        events: tuple[Event, ...] = (event,)
        single += effects_of(so_far, events)
    assert tuple(single) == together


def test_the_tables_of_states_agree() -> None:
    """Whoever is notified could read it on the filing system; every state told has a word on the portal."""
    assert NOTIFIED < REPORTED
    assert set(CASE_STATES) == REPORTED
    ended = {CaseState.COMPLETED, CaseState.REJECTED}
    for state, waiting_for in CASE_STATES.values():
        assert (state in ended) == (waiting_for is WaitingFor.NOBODY)

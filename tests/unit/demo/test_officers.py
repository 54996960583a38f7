"""The scripted people follow the rules' judgement, and come to an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from govlink.demo.officers import Cast
from govlink.equivalence.actors import SYSTEM
from govlink.equivalence.application import Service
from govlink.equivalence.commands import (
    AcceptIntake,
    CompleteIntake,
    Issue,
    PassDue,
    Propose,
    RecordEvidence,
    Redirect,
    RequestFix,
    Resubmit,
    Submit,
)
from govlink.equivalence.events import Outcome
from govlink.equivalence.petition import Petition
from govlink.equivalence.rulebook import RULEBOOK
from govlink.equivalence.rules import NO_FACTS, Finding, judge
from govlink.equivalence.states import State

from ..equivalence.cases import APPLICANT, NOW, OFFICER, Case, application

TODAY = NOW.date()


def play(case: Case, *, seed: int = 1, days: int = 60) -> Petition:
    """Let everybody act, day after day; the system issues what was approved."""
    cast = Cast(seed=seed)
    for day in range(days):
        case.days = day
        while command := cast.next_command(case.petition, today=TODAY + timedelta(days=day)):
            case.do(command)
        if case.petition.state is State.APPROVED:
            case.do(Issue(actor=SYSTEM))
    return case.petition


@pytest.mark.parametrize("service", list(Service))
@pytest.mark.parametrize("finding", [Finding.CONFIRMED, Finding.DENIED])
@pytest.mark.parametrize("seed", range(8))
def test_every_petition_comes_to_an_end(service: Service, finding: Finding, seed: int) -> None:
    """Whatever the register says and the seed decides; none circles or stays open."""
    case = Case().submitted(service)
    case.do(RecordEvidence(actor=SYSTEM, source="dopa.linkage_person", identity=finding))
    assert play(case, seed=seed).state in {State.ISSUED, State.REFUSED, State.LAPSED, State.REDIRECTED}


def without_papers() -> Case:
    """A petition that lacks every paper, in INTAKE."""
    bare = replace(application(), documents=())
    case = Case().created()
    case.do(Submit(actor=APPLICANT, application=bare), AcceptIntake(actor=SYSTEM))
    return case


def test_papers_that_are_missing_are_asked_for_once() -> None:
    """All at once; then it is the applicant's turn."""
    case, cast = without_papers(), Cast(seed=1)
    command = cast.next_command(case.petition, today=TODAY)
    assert isinstance(command, RequestFix)
    assert command.gaps
    case.do(command)
    assert cast.next_command(case.petition, today=TODAY) is None


def test_most_applicants_answer_in_time_and_some_never() -> None:
    """By the seed; who does not answer is closed when the period is over."""
    case = without_papers()
    command = Cast(seed=1).next_command(case.petition, today=TODAY)
    assert command is not None
    case.do(command)
    in_time, late = TODAY + timedelta(days=6), TODAY + timedelta(days=30)
    answers = [Cast(seed=seed).next_command(case.petition, today=in_time) for seed in range(200)]
    answered = sum(isinstance(answer, Resubmit) for answer in answers)
    assert 130 < answered < 190
    assert answers.count(None) == 200 - answered
    assert isinstance(Cast(seed=1).next_command(case.petition, today=late), PassDue)


def test_what_belongs_elsewhere_is_redirected() -> None:
    """A judgement that changed after filing is followed by the officer."""
    case = Case().submitted(Service.PALI5_EQ)
    assert isinstance(Cast(seed=1).next_command(case.petition, today=TODAY), CompleteIntake | RequestFix)
    late = application(Service.PALI5_EQ, pali_academic_year_be="2563")
    judged = replace(case.petition, judgement=judge(late, NO_FACTS, rulebook=RULEBOOK))
    command = Cast(seed=1).next_command(judged, today=TODAY)
    assert isinstance(command, Redirect)
    assert command.reason_code == "PALI_AFTER_2562"


def test_a_petition_that_passes_is_proposed_for_approval() -> None:
    """Chance decides only where the rules leave it to a person."""
    case = Case().submitted()
    case.do(RecordEvidence(actor=SYSTEM, source="dopa.linkage_person", identity=Finding.CONFIRMED))
    case.do(CompleteIntake(actor=OFFICER))
    for seed in range(20):
        command = Cast(seed=seed).next_command(case.petition, today=TODAY)
        assert isinstance(command, Propose)
        assert command.outcome is Outcome.APPROVE

"""Random commands against a petition: whatever is asked, the invariants hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from govlink.equivalence import commands as c
from govlink.equivalence.actors import SYSTEM, TIMER, Actor
from govlink.equivalence.application import Service
from govlink.equivalence.bangkok import bangkok_day
from govlink.equivalence.codec import decode_event, encode_event
from govlink.equivalence.decide import decide
from govlink.equivalence.events import (
    Appealed,
    ApprovalSigned,
    Corrected,
    DecisionProposed,
    DeliveryMeans,
    Event,
    FixRequested,
    Gap,
    Outcome,
    RefusalNotified,
    RefusalSigned,
    Revoked,
    SourceKind,
    Submitted,
)
from govlink.equivalence.guards import GUARDS
from govlink.equivalence.levels import Level
from govlink.equivalence.petition import Petition, apply, replay
from govlink.equivalence.procedure import Procedure
from govlink.equivalence.rules import Finding
from govlink.equivalence.states import STATES, TERMINAL_STATES, State
from govlink.equivalence.verdicts import Target
from govlink.errors import GovlinkError
from govlink.flow import Context
from govlink.models.identity import PersonName
from govlink.models.petition import Channel

from .cases import APPLICANT, AUTHORITY, NOW, OFFICER, SIGNER, Case, application

GOOD, ELSEWHERE = application(), application(purpose="higher_education")
OTHER_PERSON = application(citizen_id="2999012345675")
NAMES = (GOOD.applicant.name, PersonName(first="สมชัย", last="ใจดี"))
ACTORS = (APPLICANT, OFFICER, SIGNER, AUTHORITY, SYSTEM, TIMER, replace(OFFICER, role=SIGNER.role))
DAYS = tuple(date(2024, 10, 1) + timedelta(days=10 * i) for i in range(8))

FIELDS: dict[str, st.SearchStrategy[object]] = {
    "actor": st.sampled_from(ACTORS),
    "petition_id": st.just("petition-1"),
    "service": st.sampled_from([Service.FOREIGN_EQ, Service.PALI5_EQ]),
    "channel": st.sampled_from(Channel),
    "reference": st.just("EOCS-1"),
    "application": st.sampled_from([GOOD, GOOD, GOOD, ELSEWHERE, OTHER_PERSON]),
    "source": st.sampled_from(["dopa.person", "โรงเรียน"]),
    "identity": st.sampled_from([None, *Finding]),
    "gaps": st.sampled_from([(), (Gap(reason_code="DOC_MISSING"),)]),
    "due_on": st.sampled_from([None, *DAYS]),
    "payment_reference": st.just("not the reference"),
    "target": st.sampled_from(Target),
    "reason_code": st.sampled_from([None, "", "REASON"]),
    "kind": st.sampled_from(SourceKind),
    "finding": st.sampled_from(Finding),
    "outcome": st.sampled_from(Outcome),
    "level": st.sampled_from([None, Level.M6]),
    "number": st.sampled_from([None, "ท 1/2567", " " * 70]),
    "means": st.sampled_from(DeliveryMeans),
    "notified_on": st.sampled_from(DAYS),
    "name": st.sampled_from(NAMES),
}
TEXTS = ("statement", "facts_found", "law", "considerations", "note", "grounds", "reasons")
FIELDS |= {text: st.sampled_from(["เหตุผล", ""]) for text in TEXTS}

ENDINGS = {c.Withdraw, c.Redirect, c.PassDue, c.ExpirePayment, c.Revoke, c.Create}
REOPENING = (Appealed, RefusalNotified, Corrected, Revoked)
"""The only events that follow a terminal state."""


CAREFUL: dict[str, object] = {
    "application": GOOD,
    "source": "dopa.person",
    "gaps": (Gap(reason_code="DOC_MISSING"),),
    "due_on": None,
    "reason_code": "REASON",
    "number": None,
    **dict.fromkeys(TEXTS, "เหตุผล"),
}
"""Answers with which a fitting command succeeds; the fields not named here may be anything."""


def build(kind: type[c.Command], values: dict[str, object]) -> c.Command:
    """The command of that kind."""
    make: Callable[..., c.Command] = kind
    return make(**values)


@st.composite
def careless(draw: st.DrawFn) -> c.Command:
    """Any command with any answers, from anybody."""
    kind = draw(st.sampled_from(get_args(c.Command)))
    names = [part.name for part in fields(kind) if part.name in FIELDS]
    return build(kind, {name: draw(FIELDS[name]) for name in names})


@st.composite
def careful(draw: st.DrawFn, kind: type[c.Command], today: date) -> c.Command:
    """A command of that kind, complete, from somebody who may ask it."""
    allowed = [actor for actor in ACTORS if actor.role in GUARDS[kind].roles]
    fixed = CAREFUL | {"actor": draw(st.sampled_from(allowed)), "notified_on": today}
    names = [part.name for part in fields(kind) if part.name in FIELDS]
    return build(kind, {name: fixed[name] if name in fixed else draw(FIELDS[name]) for name in names})


class PetitionMachine(RuleBasedStateMachine):
    """Asks anything of a petition at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.petition: Petition | None = None
        self.log: tuple[Event, ...] = ()
        self.procedure = Procedure()
        self.days = 0

    @initialize(
        fee=st.sampled_from([None, None, Decimal(100)]),
        most=st.integers(1, 2),
        begin=st.sampled_from([Case.created, Case.submitted, Case.reviewed, Case.issued, Case.refused]),
    )
    def begin(self, fee: Decimal | None, most: int, begin: Callable[[Case], Case]) -> None:
        """A petition somewhere on the straight way, in an office with a procedure of its own."""
        case = begin(Case())
        self.petition, self.log = case.petition, case.log
        self.procedure = Procedure(fee_baht=fee, max_fix_requests=most)

    @rule(days=st.sampled_from([0, 1, 3, 20, 40]))
    def wait(self, days: int) -> None:
        """Time passes."""
        self.days += days

    @rule(command=careless())
    def ask_anything(self, command: c.Command) -> None:
        """Any command, fitting or not."""
        self.ask(command)

    @precondition(lambda self: any(self.now.state in guard.states for guard in GUARDS.values()))
    @rule(data=st.data())
    def ask_something_fitting(self, data: st.DataObject) -> None:
        """A command that is taken in this state, so that the far states are reached."""
        kinds = [kind for kind, guard in GUARDS.items() if self.now.state in guard.states]
        # Mostly not the commands after which nothing can happen any more.
        going_on = [kind for kind in kinds if kind not in ENDINGS]
        kind = data.draw(st.sampled_from((going_on or kinds) * 5 + kinds))
        self.ask(data.draw(careful(kind, bangkok_day(NOW + timedelta(days=self.days)))))

    @precondition(lambda self: self.now.fee is not None)
    @rule()
    def pay(self) -> None:
        """The right payment, perhaps again."""
        assert self.now.fee is not None
        self.ask(c.RecordPayment(actor=SYSTEM, payment_reference=self.now.fee.payment_reference))

    @property
    def now(self) -> Petition:
        """The petition as it stands."""
        assert self.petition is not None
        return self.petition

    def ask(self, command: c.Command) -> None:
        """Decide and apply; an error must be one of ours and leave no trace."""
        context = Context.fixed(now=NOW + timedelta(days=self.days), seed=str(len(self.log)))
        try:
            events = decide(self.petition, command, context=context, procedure=self.procedure)
        except GovlinkError:
            return
        for event in events:
            self.check_step(event)
            self.petition = apply(self.now, event)
            self.log += (event,)

    def check_step(self, event: Event) -> None:
        """What must hold of every single event."""
        if self.now.state in TERMINAL_STATES:
            assert isinstance(event, REOPENING)
        if isinstance(event, ApprovalSigned | RefusalSigned):
            maker: DecisionProposed | None = self.now.proposal
            assert maker is not None
            assert not maker.actor.is_same_person(event.actor)
        assert event.at >= self.log[-1].at
        assert decode_event(encode_event(event), type_name=type(event).__name__, version=1) == event

    @invariant()
    def replay_equals_state(self) -> None:
        """The log alone gives the petition."""
        assert replay(self.log) == self.petition

    @invariant()
    def certificates_follow_approval(self) -> None:
        """A certificate exists exactly where the state says so, and a number since submission."""
        certified = {State.ISSUED, State.DELIVERED, State.REVOKED}
        assert (self.now.certificate is not None) == (self.now.state in certified)
        submitted = any(isinstance(event, Submitted) for event in self.log)
        assert (self.now.number is not None) == submitted

    @invariant()
    def fix_requests_are_counted(self) -> None:
        """Never more than the procedure allows."""
        asked = sum(isinstance(event, FixRequested) for event in self.log)
        assert asked <= self.procedure.max_fix_requests

    @invariant()
    def nothing_personal_is_shown(self) -> None:
        """Whatever happened, the log can be printed."""
        assert "1999000000017" not in repr(self.log)


PetitionMachine.TestCase.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestPetitionMachine = PetitionMachine.TestCase


def test_every_command_has_a_guard_and_every_state_a_label() -> None:
    """A command added without a guard, or a state without a label, is noticed."""
    assert set(GUARDS) == set(get_args(c.Command))
    assert set(STATES) == set(State)
    assert all(info.label_th and info.label_en for info in STATES.values())
    assert {state.value for state in TERMINAL_STATES} == {
        "DELIVERED", "REFUSED", "REDIRECTED", "WITHDRAWN", "LAPSED", "REVOKED",
    }  # fmt: skip


def test_every_state_is_entered_and_left_as_drawn() -> None:
    """From the terminal states only the listed commands lead on."""
    leaving = {
        state: {kind.__name__ for kind, guard in GUARDS.items() if state in guard.states}
        for state in TERMINAL_STATES
    }
    assert leaving == {
        State.DELIVERED: {"Correct", "Revoke"},
        State.REFUSED: {"Appeal", "NotifyRefusal"},
        State.REDIRECTED: set(),
        State.WITHDRAWN: set(),
        State.LAPSED: set(),
        State.REVOKED: set(),
    }


def test_actors_of_the_machine_cover_every_role() -> None:
    """Otherwise some command would never be asked."""
    roles = {actor.role for actor in ACTORS}
    assert all(guard.roles & roles for guard in GUARDS.values())
    assert isinstance(ACTORS[0], Actor)

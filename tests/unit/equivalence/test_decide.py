"""The procedure, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from govlink.equivalence import commands as c
from govlink.equivalence.actors import SYSTEM, TIMER, Actor, Role
from govlink.equivalence.application import Paper, Service
from govlink.equivalence.certificate import record_sha256
from govlink.equivalence.decide import decide
from govlink.equivalence.events import (
    AppealNotice,
    DeliveryMeans,
    FeePaid,
    Gap,
    Issued,
    LapseCause,
    Lapsed,
    Outcome,
    Redirected,
    SourceKind,
    Submitted,
)
from govlink.equivalence.levels import Level
from govlink.equivalence.petition import apply, replay
from govlink.equivalence.procedure import Procedure
from govlink.equivalence.rules import Facts, Finding
from govlink.equivalence.states import State
from govlink.equivalence.verdicts import Target, Verdict
from govlink.errors import ConfigError, ConflictError, GovlinkError, RejectedError, VerificationError
from govlink.models.identity import PersonName
from govlink.models.petition import Channel

from .cases import APPLICANT, AUTHORITY, NOW, OFFICER, SIGNER, Case, application, at

APPROVE = c.Propose(actor=OFFICER, outcome=Outcome.APPROVE, statement="ตรวจแล้ว")
REFUSE = c.Propose(actor=OFFICER, outcome=Outcome.REFUSE, reason_code="QUALIFICATION_UNLISTED")
REFUSAL = c.SignRefusal(actor=SIGNER, facts_found="ก", law="ข", considerations="ค")
GAPS = (Gap(reason_code="DOC_MISSING", paper=Paper.TRANSCRIPT),)
CREATE = c.Create(
    actor=APPLICANT,
    petition_id="petition-1",
    service=Service.FOREIGN_EQ,
    channel=Channel.E_OCS,
    reference="EOCS-1",
)


def refused(case: Case, command: c.Command) -> str:
    """The code of the error the command gives; nothing may have happened."""
    before = case.state
    with pytest.raises(GovlinkError) as caught:
        case.do(command)
    assert case.state is before
    return caught.value.code


def test_the_straight_way_to_a_certificate() -> None:
    """Filed, checked, proposed, signed, issued, delivered; replaying the log gives the same petition."""
    case = Case().issued()
    case.do(c.Deliver(actor=SYSTEM, means=DeliveryMeans.ELECTRONIC))
    assert [event.now for event in case.log] == [
        State.DRAFT,
        State.SUBMITTED,
        State.INTAKE,
        State.REVIEW,
        State.SIGNOFF,
        State.APPROVED,
        State.ISSUED,
        State.DELIVERED,
    ]
    assert replay(case.log) == case.petition
    certificate = case.petition.certificate
    assert certificate is not None
    assert certificate.level is Level.M6
    assert certificate.name_at_issue.first == "สมชาย"
    assert certificate.issued_on == date(2024, 10, 10)
    assert certificate.sha256_hex == record_sha256(certificate)
    assert certificate.number.startswith("C-2567-")
    assert len(certificate.verify_code) == 27


def test_out_of_scope_ends_before_a_number_is_used() -> None:
    """What the letter sends elsewhere is told at once, and nothing about the person is kept."""
    case = Case()
    case.do(CREATE, c.Submit(actor=APPLICANT, application=application(purpose="higher_education")))
    assert case.petition.state is State.REDIRECTED
    assert (case.petition.number, case.petition.application) == (None, None)
    last = case.log[-1]
    assert isinstance(last, Redirected)
    assert (last.target, last.reason_code) == (Target.UNIVERSITY, "HE_PURPOSE")
    assert last.actor.role is Role.SYSTEM
    assert not any(isinstance(event, Submitted) for event in case.log)


def test_a_refusal_by_rule_is_still_signed_by_a_person() -> None:
    """Rule E2 says REFUSE, and the petition goes to review all the same."""
    case = Case().submitted(Service.EQ_REISSUE, reissue_reason="other")
    assert case.petition.state is State.INTAKE
    assert case.petition.judgement is not None
    assert case.petition.judgement.verdict is Verdict.REFUSE


def test_a_known_duplicate_is_refused_at_the_form() -> None:
    """Rule X5 stops the submission when the open petition is known beforehand."""
    case = Case()
    case.do(CREATE)
    known = Facts(open_petition=Finding.CONFIRMED)
    submit = c.Submit(actor=APPLICANT, application=application(), facts=known)
    assert refused(case, submit) == "equivalence.duplicate"


def test_the_fix_is_asked_for_once_with_everything() -> None:
    """All gaps at once, one request by default, the clock standing meanwhile."""
    case = Case().submitted()
    assert refused(case, c.RequestFix(actor=OFFICER, gaps=())) == "equivalence.gaps_missing"
    past = c.RequestFix(actor=OFFICER, gaps=GAPS, due_on=date(2024, 10, 10))
    assert refused(case, past) == "equivalence.due_in_past"
    case.days = 1
    case.do(c.RequestFix(actor=OFFICER, gaps=GAPS))
    assert (case.petition.gaps, case.petition.due_on) == (GAPS, date(2024, 10, 26))
    case.days = 4
    case.do(c.Resubmit(actor=APPLICANT, application=application(qualification="GED")))
    assert (case.petition.state, case.petition.revision, case.petition.gaps) == (State.INTAKE, 2, ())
    assert refused(case, c.RequestFix(actor=OFFICER, gaps=GAPS)) == "equivalence.fix_used_up"
    case.days = 6
    case.do(c.CompleteIntake(actor=OFFICER))
    assert case.petition.elapsed.working == timedelta(days=3)
    assert case.petition.elapsed.stopped == timedelta(days=3)


def test_a_fix_may_be_asked_for_more_often_by_configuration() -> None:
    """Whether the one-chance rule binds this service is open, so it is a setting."""
    case = Case(procedure=Procedure(max_fix_requests=2)).submitted()
    for _ in range(2):
        case.do(c.RequestFix(actor=OFFICER, gaps=GAPS))
        case.do(c.Resubmit(actor=APPLICANT, application=application()))
    assert refused(case, c.RequestFix(actor=OFFICER, gaps=GAPS)) == "equivalence.fix_used_up"


def test_a_resubmission_keeps_person_number_and_service() -> None:
    """Another person's application cannot slip into a petition, nor another service."""
    case = Case().submitted()
    number = case.petition.number
    case.do(c.RequestFix(actor=OFFICER, gaps=GAPS))
    other = application(citizen_id="2999012345675")
    assert refused(case, c.Resubmit(actor=APPLICANT, application=other)) == "equivalence.person_changed"
    pali = application(Service.PALI5_EQ)
    assert refused(case, c.Resubmit(actor=APPLICANT, application=pali)) == "equivalence.service_changed"
    case.do(c.Resubmit(actor=APPLICANT, application=application()))
    assert case.petition.number == number


def test_a_resubmission_keeps_findings_about_what_did_not_change() -> None:
    """A register confirmed the name of then, and the certificate of then; not those put in since."""
    found = c.RecordEvidence(
        actor=SYSTEM, source="register", identity=Finding.CONFIRMED, prior_certificate=Finding.CONFIRMED
    )
    kept: dict[str, tuple[Finding, Finding]] = {}
    for key, answers in {
        "nothing": {},
        "name": {"last_name": "ใจงาม"},
        "certificate": {"certificate_number": "ตย 2/2550"},
    }.items():
        case = Case().submitted(Service.EQ_REISSUE)
        case.do(found, c.RequestFix(actor=OFFICER, gaps=GAPS))
        case.do(c.Resubmit(actor=APPLICANT, application=application(Service.EQ_REISSUE, **answers)))
        kept[key] = (case.petition.facts.identity, case.petition.facts.prior_certificate)
    yes, unknown = Finding.CONFIRMED, Finding.NOT_ASKED
    assert kept == {"nothing": (yes, yes), "name": (unknown, yes), "certificate": (yes, unknown)}


@pytest.mark.parametrize("code", ["สมชาย ใจดี", "not shown", "1999000000017", "A" * 41])
def test_a_reason_code_is_no_place_for_words(code: str) -> None:
    """Codes stand in every export unmasked, so a name or a number does not get in."""
    invalid = "equivalence.reason_code_invalid"
    intake, review, issued = Case().submitted(), Case().reviewed(), Case().issued()
    assert refused(intake, c.RequestFix(actor=OFFICER, gaps=(Gap(reason_code=code),))) == invalid
    redirect = c.Redirect(actor=OFFICER, target=Target.SCHOOL, reason_code=code)
    assert refused(intake, redirect) == invalid
    assert refused(review, replace(REFUSE, reason_code=code)) == invalid
    assert refused(review, replace(APPROVE, reason_code=code)) == invalid
    revoke = c.Revoke(actor=SIGNER, reason_code=code, statement="ปลอมเอกสาร")
    assert refused(issued, revoke) == invalid


def test_the_first_decision_stays_on_record() -> None:
    """Statistics by decision do not change when an appeal, a correction or a revocation follows."""
    case = Case()
    assert case.reviewed().petition.decided_as is None
    case = Case().refused()
    when = case.petition.decided_at
    case.days = 40
    appeal = c.Appeal(actor=APPLICANT, grounds="ก")
    case.do(appeal, c.AllowAppeal(actor=AUTHORITY, level=Level.M6), c.Issue(actor=SYSTEM))
    assert case.petition.state is State.ISSUED
    assert (case.petition.decided_as, case.petition.decided_at) == (State.REFUSED, when)
    case = Case().issued()
    case.days = 40
    case.do(c.Revoke(actor=SIGNER, reason_code="FRAUD", statement="ปลอมเอกสาร"))
    assert (case.petition.decided_as, case.petition.decided_at) == (State.APPROVED, NOW)


def test_what_is_not_fixed_in_time_lapses() -> None:
    """The day due still belongs to the applicant."""
    case = Case().submitted()
    case.do(c.RequestFix(actor=OFFICER, gaps=GAPS))
    case.days = 15
    assert refused(case, c.PassDue(actor=TIMER)) == "equivalence.not_yet_due"
    case.days = 16
    case.do(c.PassDue(actor=TIMER))
    last = case.log[-1]
    assert isinstance(last, Lapsed)
    assert last.cause is LapseCause.NOT_FIXED


def test_evidence_changes_the_judgement_and_not_the_state() -> None:
    """A register's answer is recorded with a new judgement; what it does not say stays as it was."""
    case = Case().submitted(Service.EQ_REISSUE)
    case.do(c.RecordEvidence(actor=SYSTEM, source="dopa.laser_code", identity=Finding.CONFIRMED))
    assert case.petition.state is State.INTAKE
    assert case.petition.judgement is not None
    assert case.petition.judgement.reason_codes == ("NO_PRIOR_CERT",)
    case.do(c.RecordEvidence(actor=OFFICER, source="obec.register", prior_certificate=Finding.CONFIRMED))
    assert case.petition.judgement.verdict is Verdict.PASS
    assert case.petition.facts.identity is Finding.CONFIRMED
    named = c.RecordEvidence(actor=OFFICER, source="นาย ก", identity=Finding.DENIED)
    assert refused(case, named) == "equivalence.evidence_source_invalid"


def test_the_fee_is_asked_for_only_where_there_is_one() -> None:
    """Without a fee nothing can be asked; with one the review waits for it."""
    assert refused(Case().submitted(), c.RequestFee(actor=SYSTEM)) == "equivalence.no_fee"
    case = Case(procedure=Procedure(fee_baht=Decimal(100))).submitted()
    assert refused(case, c.CompleteIntake(actor=OFFICER)) == "equivalence.fee_due"
    case.do(c.RequestFee(actor=SYSTEM))
    fee = case.petition.fee
    assert fee is not None
    wrong = c.RecordPayment(actor=SYSTEM, payment_reference="other")
    assert refused(case, wrong) == "equivalence.payment_unknown"
    paid = c.RecordPayment(actor=SYSTEM, payment_reference=fee.payment_reference)
    case.do(paid)
    assert case.petition.state is State.REVIEW
    case.do(paid)
    assert sum(isinstance(event, FeePaid) for event in case.log) == 1


def test_an_unpaid_fee_lapses() -> None:
    """After the time to pay, and not before."""
    case = Case(procedure=Procedure(fee_baht=Decimal(100))).submitted()
    case.do(c.RequestFee(actor=SYSTEM))
    case.days = 15
    assert refused(case, c.ExpirePayment(actor=TIMER)) == "equivalence.not_yet_due"
    case.days = 15.1
    case.do(c.ExpirePayment(actor=TIMER))
    assert case.petition.state is State.LAPSED


def test_the_source_is_asked_and_its_silence_recorded() -> None:
    """The petition comes back to review either way."""
    case = Case().reviewed()
    case.do(c.AskSource(actor=OFFICER, kind=SourceKind.SCHOOL, source="a school"))
    assert case.petition.state is State.SOURCE_CHECK
    case.do(c.RecordSource(actor=SYSTEM, finding=Finding.SILENT))
    assert case.log[-1].now is State.REVIEW


def test_whoever_proposes_does_not_sign() -> None:
    """The same person is recognised in another role and another spelling."""
    for signing, proposal in ((c.SignApproval, APPROVE), (None, REFUSE)):
        case = Case().reviewed()
        case.do(proposal)
        same = Actor(role=Role.SIGNER, id="OFFICER-1")
        command = signing(actor=same) if signing else replace(REFUSAL, actor=same)
        assert refused(case, command) == "equivalence.maker_signs"


def test_the_signer_follows_the_proposal_or_sends_it_back() -> None:
    """A signer cannot turn a proposal round alone."""
    case = Case().reviewed()
    case.do(REFUSE)
    assert refused(case, c.SignApproval(actor=SIGNER)) == "equivalence.proposed_otherwise"
    case.do(c.SendBack(actor=SIGNER, note="ตรวจใหม่"))
    assert (case.petition.state, case.petition.proposal) == (State.REVIEW, None)
    case.do(APPROVE)
    assert refused(case, REFUSAL) == "equivalence.proposed_otherwise"


def test_a_proposal_says_why_when_it_must() -> None:
    """A refusal names its reason; an approval against the rules explains itself."""
    case = Case().reviewed()
    assert refused(case, replace(REFUSE, reason_code=None)) == "equivalence.reason_needed"
    assert refused(case, replace(APPROVE, statement="")) == "equivalence.reason_needed"
    case.do(c.RecordEvidence(actor=SYSTEM, source="dopa.person", identity=Finding.CONFIRMED))
    case.do(replace(APPROVE, statement=""))
    assert case.petition.state is State.SIGNOFF


@pytest.mark.parametrize(
    ("service", "level"),
    [(Service.CERT_REISSUE, Level.P7), (Service.PALI5_EQ, None), (Service.EQ_REISSUE, None)],
)
def test_the_level_follows_from_the_application_or_is_said(service: Service, level: Level | None) -> None:
    """What an old Pali grade or a lost certificate is worth, an officer says."""
    case = Case().reviewed(service)
    if level is None:
        assert refused(case, APPROVE) == "equivalence.level_needed"
    case.do(replace(APPROVE, level=None if level else Level.M6), c.SignApproval(actor=SIGNER))
    assert case.petition.level is (level or Level.M6)


def test_a_refusal_is_a_reasoned_order() -> None:
    """Facts, law and considerations, each of them."""
    case = Case().reviewed()
    case.do(REFUSE)
    for part in ("facts_found", "law", "considerations"):
        change: Callable[..., c.SignRefusal] = replace
        assert refused(case, change(REFUSAL, **{part: ""})) == "equivalence.order_incomplete"


def test_a_replacement_names_what_it_replaces() -> None:
    """The link from the new certificate to the old one is kept."""
    propose = replace(APPROVE, level=Level.M6)
    case = Case().reviewed(Service.EQ_REISSUE)
    case.do(propose, c.SignApproval(actor=SIGNER), c.Issue(actor=SYSTEM, number="ท 1/2567"))
    certificate = case.petition.certificate
    assert certificate is not None
    assert (certificate.replaces, certificate.number) == ("ตย 1/2550", "ท 1/2567")


def test_a_correction_makes_a_new_version() -> None:
    """The number stays; name, digest and code are new."""
    case = Case().issued()
    before = case.petition.certificate
    assert before is not None
    name = PersonName(title="นาย", first="สมชัย", last="ใจดี")
    case.days = 2
    case.do(c.Correct(actor=OFFICER, name=name))
    after = case.petition.certificate
    assert after is not None
    assert (after.number, after.version, after.name_at_issue) == (before.number, 2, name)
    assert after.verify_code != before.verify_code
    assert after.sha256_hex == record_sha256(after)
    assert refused(case, c.Correct(actor=OFFICER, name=name)) == "equivalence.nothing_to_correct"


def test_a_revocation_gives_its_reason() -> None:
    """And it ends the petition."""
    case = Case().issued()
    bare = c.Revoke(actor=SIGNER, reason_code="FRAUD", statement="")
    assert refused(case, bare) == "equivalence.reason_needed"
    case.do(replace(bare, statement="ปลอมเอกสาร"))
    assert case.petition.state is State.REVOKED
    name = PersonName(first="ก", last="ข")
    assert refused(case, c.Correct(actor=OFFICER, name=name)) == "equivalence.not_in_state"


@pytest.mark.parametrize(("notice", "last_day"), [(AppealNotice.GIVEN, 15), (AppealNotice.MISSING, 365)])
def test_the_appeal_period_runs_from_notification(notice: AppealNotice, last_day: int) -> None:
    """The last day is in time, the next is late; without a notice of appeal it is a year."""
    appeal = c.Appeal(actor=APPLICANT, grounds="ขอให้ทบทวน")

    def case_on(day: int) -> Case:
        case = Case().reviewed()
        case.do(REFUSE, replace(REFUSAL, notice=notice))
        case.days = 3
        case.do(c.NotifyRefusal(actor=SYSTEM, notified_on=date(2024, 10, 13)))
        case.days = 3 + day
        return case

    assert case_on(last_day).do(appeal).state is State.APPEALED
    assert refused(case_on(last_day + 1), appeal) == "equivalence.appeal_late"


def test_no_period_runs_before_notification() -> None:
    """A refusal nobody was told of can be appealed against at any time."""
    case = Case().refused()
    case.days = 1000
    assert case.do(c.Appeal(actor=APPLICANT, grounds="ก")).state is State.APPEALED


def test_the_day_of_notification_must_be_possible() -> None:
    """Not before the refusal, not in the future, not twice."""
    case = Case().refused()
    for day in (date(2024, 10, 9), date(2024, 10, 11)):
        notify = c.NotifyRefusal(actor=SYSTEM, notified_on=day)
        assert refused(case, notify) == "equivalence.notice_date_invalid"
    notify = c.NotifyRefusal(actor=SYSTEM, notified_on=date(2024, 10, 10))
    case.do(notify)
    assert refused(case, notify) == "equivalence.notice_date_invalid"


def test_an_appeal_passes_its_stages() -> None:
    """Thirty days, the superior's thirty, one extension, and no more."""
    case = Case().refused()
    case.do(c.Appeal(actor=APPLICANT, grounds="ก"))
    assert case.petition.appeal_answer_by == date(2024, 11, 9)
    case.do(c.ForwardAppeal(actor=AUTHORITY), c.ForwardAppeal(actor=AUTHORITY))
    assert case.petition.appeal_answer_by == date(2025, 1, 8)
    assert refused(case, c.ForwardAppeal(actor=AUTHORITY)) == "equivalence.appeal_stages_used"


def test_an_appeal_is_allowed_or_dismissed_for_good() -> None:
    """Allowed: approved, or examined again with a new right to appeal. Dismissed: the end."""
    appeal = c.Appeal(actor=APPLICANT, grounds="ก")
    case = Case().refused()
    case.do(appeal, c.AllowAppeal(actor=AUTHORITY, level=Level.M6), c.Issue(actor=SYSTEM))
    assert case.petition.state is State.ISSUED
    case = Case().refused()
    case.do(appeal, c.AllowAppeal(actor=AUTHORITY))
    assert (case.petition.state, case.petition.refusal) == (State.REVIEW, None)
    case.do(REFUSE, REFUSAL, appeal)
    case.do(c.DismissAppeal(actor=AUTHORITY, reasons="คำสั่งเดิมชอบแล้ว"))
    assert case.petition.state is State.REFUSED
    assert refused(case, appeal) == "equivalence.appeal_closed"


def test_a_petition_is_withdrawn_before_the_decision_only() -> None:
    """Until the signer has signed."""
    case = Case().reviewed()
    case.do(APPROVE)
    case.do(c.Withdraw(actor=APPLICANT))
    assert case.petition.state is State.WITHDRAWN
    assert refused(Case().issued(), c.Withdraw(actor=APPLICANT)) == "equivalence.not_in_state"


def test_an_officer_redirects_with_a_reason() -> None:
    """A person may send elsewhere what no rule does."""
    case = Case().reviewed()
    bare = c.Redirect(actor=OFFICER, target=Target.OPEC, reason_code="")
    assert refused(case, bare) == "equivalence.reason_needed"
    assert case.do(replace(bare, reason_code="NOT_COMPLETED_ABROAD")).state is State.REDIRECTED


def test_roles_and_openings_are_checked() -> None:
    """Nobody acts in another's role, twice opens, or acts on nothing."""
    case = Case().reviewed()
    assert refused(case, replace(APPROVE, actor=APPLICANT)) == "equivalence.role_refused"
    assert refused(case, CREATE) == "equivalence.already_opened"
    assert refused(Case(), c.AcceptIntake(actor=SYSTEM)) == "equivalence.not_opened"


def test_time_never_runs_backwards() -> None:
    """A machine whose clock is behind adds its event at the moment of the last one."""
    case = Case().submitted()
    case.days = -1
    case.do(c.CompleteIntake(actor=OFFICER))
    assert case.log[-1].at == case.log[-2].at


@pytest.mark.parametrize(
    "number", ["1999000000017", "u1999000000017", "1-9990-00000-01-7", "", "a b", "x" * 65]
)
def test_an_actor_is_never_a_citizen_number(number: str) -> None:
    """The log keeps actors for ever, so no number of a person may become one."""
    with pytest.raises(RejectedError):
        Actor(role=Role.OFFICER, id=number)


def test_events_that_do_not_follow_are_not_trusted() -> None:
    """A log with a hole, a repetition or a changed certificate is told at once."""
    log = Case().issued().log
    for broken in (log[1:], log[:2] + log[3:], (log[0], *log)):
        with pytest.raises(VerificationError):
            replay(broken)
    issued = log[-1]
    assert isinstance(issued, Issued)
    before = replay(log[:-1])
    with pytest.raises(VerificationError):
        apply(before, replace(issued, number="C-2567-FORGED"))


def test_settings_that_make_no_sense_are_refused() -> None:
    """A period of nothing, or a fee of nothing."""
    make: Callable[..., Procedure] = Procedure
    for setting in ({"fix_period_days": 0}, {"appeal_period_days": -1}, {"max_fix_requests": -1}):
        with pytest.raises(ConfigError):
            make(**setting)
    with pytest.raises(ConfigError):
        Procedure(fee_baht=Decimal(0))


def test_deciding_twice_in_one_context_gives_the_same_events() -> None:
    """The decision is pure: numbers and codes follow from the context."""
    case = Case().reviewed()
    case.do(APPROVE, c.SignApproval(actor=SIGNER))
    issue = c.Issue(actor=SYSTEM)
    once, again = (decide(case.petition, issue, context=at(days=1)) for _ in range(2))
    assert once == again
    assert decide(case.petition, issue, context=at(days=2)) != once


def test_nothing_personal_shows_in_a_repr() -> None:
    """A petition and its events can be logged."""
    case = Case().issued()
    told = repr(case.log) + repr(case.petition)
    for secret in ("1999000000017", "สมชาย", "ใจดี", "paper.pdf"):
        assert secret not in told
    with pytest.raises(ConflictError):
        case.do(c.Issue(actor=SYSTEM))

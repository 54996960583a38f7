"""The rules, one by one, and how verdicts are weighed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from govlink.equivalence.application import Agent, Application, Paper, Service
from govlink.equivalence.places import GraduatedIn
from govlink.equivalence.rulebook import RULEBOOK, Checklist, build_rulebook
from govlink.equivalence.rules import NO_FACTS, Facts, Failing, Finding, Rule, judge, refuse_form
from govlink.equivalence.verdicts import TARGETS, Basis, Judgement, Target, Verdict
from govlink.errors import ConfigError, ConflictError, RejectedError
from govlink.models.identity import JuristicId

from .cases import NOW, application, papers

KNOWN = Facts(identity=Finding.CONFIRMED, prior_certificate=Finding.CONFIRMED)
FOREIGN, EQ, CERT, PALI = Service.FOREIGN_EQ, Service.EQ_REISSUE, Service.CERT_REISSUE, Service.PALI5_EQ


def judged(wanted: Application, facts: Facts = KNOWN) -> Judgement:
    """The judgement by the rules as shipped."""
    return judge(wanted, facts, rulebook=RULEBOOK)


def says(wanted: Application, facts: Facts = KNOWN) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and the reasons, heaviest first."""
    judgement = judged(wanted, facts)
    return judgement.verdict, judgement.reason_codes


@pytest.mark.parametrize("service", Service)
def test_a_faultless_application_passes(service: Service) -> None:
    """Nothing is found where nothing is wrong, and every rule of the service was asked."""
    judgement = judged(application(service))
    assert judgement.verdict is Verdict.PASS
    asked = {rule.id for rule in RULEBOOK if service in rule.services}
    assert {outcome.rule_id for outcome in judgement.trace} == asked


@pytest.mark.parametrize(
    ("service", "answers", "verdict", "reason"),
    [
        (FOREIGN, {"purpose": "higher_education"}, Verdict.REDIRECT, "HE_PURPOSE"),
        (FOREIGN, {"target_level": "DEGREE"}, Verdict.REDIRECT, "LEVEL_OUT_OF_RANGE"),
        (FOREIGN, {"target_level": "PARTIAL"}, Verdict.REDIRECT, "LEVEL_OUT_OF_RANGE"),
        (FOREIGN, {"country": "TH"}, Verdict.MANUAL_REVIEW, "NOT_COMPLETED_ABROAD"),
        (FOREIGN, {"study_status": "in_progress"}, Verdict.REDIRECT, "INCOMPLETE_STUDY"),
        (FOREIGN, {"completed_on": "2024-12"}, Verdict.REDIRECT, "INCOMPLETE_STUDY"),
        (EQ, {"reissue_reason": "other"}, Verdict.REFUSE, "REISSUE_REASON"),
        (CERT, {"reissue_reason": "correction"}, Verdict.REFUSE, "REISSUE_REASON"),
        (CERT, {"level": "ม.6 เดิม"}, Verdict.REDIRECT, "LEVEL_NOT_COVERED"),
        (CERT, {"level": "ป.4"}, Verdict.REDIRECT, "LEVEL_NOT_COVERED"),
        (CERT, {"school_province": "เชียงใหม่"}, Verdict.REDIRECT, "NOT_CENTRAL"),
        (CERT, {"school_province": "ไม่ทราบ"}, Verdict.MANUAL_REVIEW, "NOT_CENTRAL"),
        (CERT, {"level": "ม.ศ.6"}, Verdict.MANUAL_REVIEW, "STREAM_MISMATCH"),
        (CERT, {"level": "ม.6"}, Verdict.NEED_EVIDENCE, "ERA_AMBIGUOUS"),
        (CERT, {"graduation_year_be": "2530"}, Verdict.WARN, "YEAR_IMPLAUSIBLE"),
        (PALI, {"pali_grade": "6", "pali_academic_year_be": "2550"}, Verdict.REDIRECT, "PALI_GRADE"),
        (PALI, {"pali_academic_year_be": "2562"}, Verdict.REDIRECT, "PALI_AFTER_2562"),
    ],
)
def test_each_rule_finds_its_fault(
    service: Service, answers: dict[str, str], verdict: Verdict, reason: str
) -> None:
    """One fault gives one reason with the verdict of the rule table."""
    assert says(application(service, **answers)) == (verdict, (reason,))


@pytest.mark.parametrize(
    ("service", "answers"),
    [
        (FOREIGN, {"purpose": "higher_education", "target_level": "M3"}),
        (FOREIGN, {"completed_on": "2024-10-10"}),
        (FOREIGN, {"completed_on": "2024"}),
        (PALI, {"pali_academic_year_be": "2561"}),
        (CERT, {"school_province": "ธนบุรี"}),
        (CERT, {"level": "ม.ศ. ๕ ,"}),
        (CERT, {"level": "ม.ศ.๖ (สายอาชีพ)"}),
        (CERT, {"level": "MS6V"}),
        (CERT, {"level": "ม.8", "graduation_year_be": "2500"}),
    ],
)
def test_the_border_cases_pass(service: Service, answers: dict[str, str]) -> None:
    """The exceptions of the letter are no wider than its words."""
    assert says(application(service, **answers)) == (Verdict.PASS, ())


def test_redirects_say_where_to() -> None:
    """Each reason leads to the office in charge, of which a name in Thai is known."""

    def target(wanted: Application) -> Target | None:
        return judged(wanted).failed[0].target

    assert target(application(purpose="higher_education")) is Target.UNIVERSITY
    assert target(application(target_level="DEGREE")) is Target.MHESI
    assert target(application(target_level="PRIMARY")) is Target.SCHOOL
    assert target(application(CERT, school_province="สงขลา")) is Target.PEO
    assert target(application(PALI, pali_grade="6")) is Target.PALI_OFFICE
    assert all(TARGETS[wanted].name_th for wanted in Target)


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        (Finding.CONFIRMED, Verdict.PASS),
        (Finding.DENIED, Verdict.REFUSE),
        (Finding.SILENT, Verdict.MANUAL_REVIEW),
        (Finding.NOT_ASKED, Verdict.MANUAL_REVIEW),
    ],
)
def test_a_silent_register_refuses_nobody(finding: Finding, verdict: Verdict) -> None:
    """Only a register that says no leads to a refusal (rule E1)."""
    assert says(application(EQ), replace(KNOWN, prior_certificate=finding))[0] is verdict


@pytest.mark.parametrize(
    ("service", "kept", "reason"),
    [
        (FOREIGN, (Paper.QUAL_CERT,), "DOC_MISSING"),
        (FOREIGN, (Paper.TRANSCRIPT,), "DOC_MISSING"),
        (EQ, (Paper.DAMAGED_ORIGINAL,), "LOSS_PROOF_MISSING"),
        (PALI, (), "DOC_MISSING"),
    ],
)
def test_missing_papers_are_asked_for(service: Service, kept: tuple[Paper, ...], reason: str) -> None:
    """A missing paper asks for evidence and decides nothing; the wrong paper does not count."""
    wanted = replace(application(service), documents=papers(*kept))
    assert says(wanted) == (Verdict.NEED_EVIDENCE, (reason,))


def test_the_checklist_is_configuration() -> None:
    """Which papers are needed is modelled, so an office can say otherwise."""
    rulebook = build_rulebook(checklist=Checklist(foreign=((Paper.RESULT_SLIP, Paper.TRANSCRIPT),)))
    wanted = replace(application(), documents=papers(Paper.RESULT_SLIP))
    assert judge(wanted, KNOWN, rulebook=rulebook).verdict is Verdict.PASS


def test_identity_and_authority_are_asked_for() -> None:
    """Nobody's identity is taken for granted, nor an agent's right to act (rules X1, X4)."""
    assert says(application(), NO_FACTS) == (Verdict.NEED_EVIDENCE, ("ID_UNVERIFIED",))
    by_agent = replace(application(), agent=Agent(juristic_id=JuristicId("0999000000001")))
    assert says(by_agent) == (Verdict.NEED_EVIDENCE, ("AUTHORITY_MISSING",))
    with_power = replace(by_agent, documents=(*by_agent.documents, *papers(Paper.POWER_OF_ATTORNEY)))
    assert says(with_power) == (Verdict.PASS, ())


def test_an_officer_can_settle_where_somebody_graduated() -> None:
    """The province is a default; the register's word counts more."""
    wanted = application(CERT, school_province="เชียงใหม่")
    assert says(wanted, replace(KNOWN, graduated_in=GraduatedIn.CENTRAL)) == (Verdict.PASS, ())


def test_what_another_source_says_is_proposed_and_not_done() -> None:
    """A rule the letter does not state never redirects by itself, and its own word stays in the trace."""
    rule = replace(RULEBOOK[0], id="T1", basis=Basis.SRC, check=lambda _application, _facts: Failing())
    judgement = judge(application(), KNOWN, rulebook=(rule,))
    assert judgement.verdict is Verdict.MANUAL_REVIEW
    assert judgement.trace[0].says is Verdict.REDIRECT
    assert judgement.trace[0].target is Target.UNIVERSITY


def test_the_office_in_charge_comes_before_the_merits() -> None:
    """Who is not competent does not refuse: a redirect outweighs a refusal."""
    wanted = application(CERT, school_province="สงขลา", reissue_reason="other", level="ม.6")
    judgement = judged(wanted, NO_FACTS)
    assert judgement.verdict is Verdict.REDIRECT
    assert judgement.reason_codes == ("NOT_CENTRAL", "REISSUE_REASON", "ERA_AMBIGUOUS", "ID_UNVERIFIED")


def test_rules_are_in_force_for_their_time_only() -> None:
    """The validity is judged by the Bangkok day of filing; with no rule in force a person looks."""
    wanted = application(purpose="higher_education")
    last_moment_before = datetime(2023, 10, 31, 16, 59, tzinfo=UTC)
    letter = tuple(rule for rule in RULEBOOK if rule.basis is Basis.SEED)
    before = judge(replace(wanted, filed_at=last_moment_before), KNOWN, rulebook=letter)
    assert (before.verdict, before.trace) == (Verdict.MANUAL_REVIEW, ())
    opened = replace(wanted, filed_at=last_moment_before + timedelta(minutes=1))
    assert judge(opened, KNOWN, rulebook=letter).verdict is Verdict.REDIRECT
    whole_book = judge(replace(wanted, filed_at=last_moment_before), KNOWN, rulebook=RULEBOOK)
    assert whole_book.verdict is Verdict.MANUAL_REVIEW
    ended = tuple(replace(rule, valid_to=date(2024, 10, 9)) for rule in letter)
    assert judge(replace(wanted, filed_at=NOW), KNOWN, rulebook=ended).trace == ()


def test_a_second_petition_for_one_matter_is_refused_at_the_form() -> None:
    """Rule X5 refuses before there is a petition, although no letter states it."""
    judgement = judged(application(), replace(KNOWN, open_petition=Finding.CONFIRMED))
    assert judgement.verdict is Verdict.REFUSE
    with pytest.raises(ConflictError) as caught:
        refuse_form(judgement, rulebook=RULEBOOK)
    assert caught.value.code == "equivalence.duplicate"
    refuse_form(judged(application(EQ, reissue_reason="other")), rulebook=RULEBOOK)


def test_another_guard_of_the_form_is_told_by_its_name() -> None:
    """An office's own guard is not mistaken for a duplicate."""
    guard = replace(RULEBOOK[-1], id="G1", reason_code="CLOSED", check=lambda _application, _facts: Failing())
    judgement = judge(application(), KNOWN, rulebook=(guard,))
    with pytest.raises(RejectedError) as caught:
        refuse_form(judgement, rulebook=(guard,))
    assert caught.value.values == {"rule": "G1", "reason": "CLOSED"}


def test_a_guard_of_the_form_sends_nobody_away() -> None:
    """A guard may refuse the form; where to go instead, only the letter says."""
    guard = replace(RULEBOOK[0], basis=Basis.INF, guards_form=True)
    judgement = judge(application(purpose="higher_education"), KNOWN, rulebook=(guard,))
    assert judgement.verdict is Verdict.MANUAL_REVIEW


def test_a_redirect_to_nowhere_is_a_fault_of_the_rulebook() -> None:
    """An applicant is never sent away without being told where to."""
    rule = replace(RULEBOOK[0], target=None)
    with pytest.raises(ConfigError):
        judge(application(purpose="higher_education"), KNOWN, rulebook=(rule,))


def test_only_the_letter_decides() -> None:
    """Every rule not stated by the letter only asks, warns or guards the form."""
    gentle = {Verdict.WARN, Verdict.NEED_EVIDENCE, Verdict.MANUAL_REVIEW}
    rules: tuple[Rule, ...] = RULEBOOK
    assert {rule.id for rule in rules if rule.guards_form} == {"X2", "X5"}
    for rule in rules:
        stated = rule.basis is Basis.SEED
        assert stated or rule.guards_form or rule.verdict_on_failure in gentle, rule.id
    assert len({rule.id for rule in rules}) == len(rules)

"""Every way a run can end has a word and an exit code of its own meaning."""

from __future__ import annotations

import pytest

from govlink import errors
from govlink.errors import Fault, GovlinkError, Sent
from govlink.models.publication import FieldChange, PublicationPlan, PublicationResult, PublicationState
from govlink.publishing import EXIT_CODES, Outcome, outcome_of, outcome_of_error, outcome_of_plan
from govlink.publishing.report import conflict_of, plan_object, result_object

FAULT = Fault("test.x", en="x", th="ก")
KINDS = [
    kind
    for name in errors.__all__
    if isinstance(kind := getattr(errors, name), type)
    and issubclass(kind, GovlinkError)
    and kind is not GovlinkError
]
PERSON = FieldChange(name="maintainer_email", stored="somchai@old.example", wanted="new@new.example")
TITLE = FieldChange(name="title", stored="เดิม", wanted="ใหม่", published="แรก")


def result(state: PublicationState, *, writes: int) -> PublicationResult:
    """A result with a kept edit."""
    return PublicationResult(
        dataset="d", dataset_id="1", resource_id="2", state=state, rows=3, writes=writes, kept=(TITLE, PERSON)
    )


@pytest.mark.parametrize(
    ("state", "writes", "outcome", "code"),
    [
        (PublicationState.PUBLIC, 4, Outcome.PUBLISHED, 0),
        (PublicationState.PUBLIC, 0, Outcome.UNCHANGED, 10),
        (PublicationState.WAITING_FOR_APPROVAL, 4, Outcome.WAITING_FOR_APPROVAL, 11),
        (PublicationState.WAITING_FOR_APPROVAL, 0, Outcome.WAITING_FOR_APPROVAL, 11),
    ],
)
def test_results_are_told_apart(state: PublicationState, writes: int, outcome: Outcome, code: int) -> None:
    """By state first: what waits is not published, however much was written."""
    assert outcome_of(result(state, writes=writes)) is outcome
    assert EXIT_CODES[outcome] == code


@pytest.mark.parametrize(
    ("plan", "state", "outcome"),
    [
        (PublicationPlan(dataset="d", steps=("x",)), PublicationState.ABSENT, Outcome.PUBLISHED),
        (PublicationPlan(dataset="d", steps=("x",)), PublicationState.PUBLIC, Outcome.PUBLISHED),
        (PublicationPlan(dataset="d"), PublicationState.PUBLIC, Outcome.UNCHANGED),
        (PublicationPlan(dataset="d"), PublicationState.WAITING_FOR_APPROVAL, Outcome.WAITING_FOR_APPROVAL),
    ],
)
def test_a_plan_tells_what_publishing_would_come_to(
    plan: PublicationPlan, state: PublicationState, outcome: Outcome
) -> None:
    """As far as it can be known before."""
    assert outcome_of_plan(plan, state=state) is outcome


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_word_that_fits_its_exit_code(kind: type[GovlinkError]) -> None:
    """Two errors of one exit code have one word; a failure never has a success's code."""
    by_code = {
        65: Outcome.REFUSED,
        66: Outcome.FAILED,
        73: Outcome.CONFLICT,
        74: Outcome.OUTCOME_UNKNOWN,
        75: Outcome.TRY_LATER,
        76: Outcome.FAILED,
        77: Outcome.NO_RIGHT,
        78: Outcome.MISCONFIGURED,
        79: Outcome.FAILED,
        80: Outcome.REFUSED,
    }
    error = kind(FAULT, sent=Sent.NO) if kind is errors.TransportError else kind(FAULT)
    assert outcome_of_error(error) is by_code[kind.exit_code]
    assert kind.exit_code not in EXIT_CODES.values()


def test_values_that_may_name_a_person_are_left_out() -> None:
    """Of plans, results and conflicts; others are shown with all three versions."""
    shown = [
        {"name": "title", "stored": "เดิม", "wanted": "ใหม่", "published": "แรก"},
        {"name": "maintainer_email", "values_withheld": True},
    ]
    assert result_object(result(PublicationState.PUBLIC, writes=1))["kept"] == shown
    plan = PublicationPlan(dataset="d", fields=(TITLE, PERSON), kept=(TITLE, PERSON))
    assert plan_object(plan)["fields"] == plan_object(plan)["kept"] == shown


def test_only_a_report_of_changes_is_a_conflicts_report() -> None:
    """An error without one, or with something else under that name, has none."""
    error = errors.ConflictError(FAULT)
    assert conflict_of(error) == ()
    error.report = (TITLE, "other")  # type: ignore[attr-defined]  # an adapter's own kind declares it
    assert conflict_of(error) == (TITLE,)

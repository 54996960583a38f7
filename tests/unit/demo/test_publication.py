"""What of a petition reaches the statistics: three words, and only when it is final."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from govlink.demo.publication import outcome_of, statistics_rows
from govlink.equivalence.petition import Petition
from govlink.equivalence.states import DECIDED_STATES, State

from ..equivalence.cases import Case

FIRST_OF_NOVEMBER = date(2024, 11, 1)


def decided(state: State, moment: datetime) -> Petition:
    """A petition that came into this state then, and was first decided by that."""
    known = Case().submitted().petition
    if state in DECIDED_STATES:
        known = replace(known, decided_as=state, decided_at=moment)
    return replace(known, state=state, changed_at=moment)


@pytest.mark.parametrize("state", list(State))
def test_every_decision_has_an_outcome(state: State) -> None:
    """Only what was decided is counted."""
    petition = decided(state, datetime(2024, 10, 10, tzinfo=UTC))
    rows = list(statistics_rows([petition], before=FIRST_OF_NOVEMBER))
    assert [row["outcome"] for row in rows] == ([outcome_of(petition)] if state in DECIDED_STATES else [])


@pytest.mark.parametrize("state", [State.ISSUED, State.APPEALED, State.REVOKED])
def test_a_month_that_was_counted_stays_as_it_is(state: State) -> None:
    """What follows a decision, next month or next year, neither moves nor removes it."""
    first = decided(State.REFUSED, datetime(2024, 10, 10, tzinfo=UTC))
    later = replace(first, state=state, changed_at=datetime(2024, 12, 1, tzinfo=UTC))
    before = date(2025, 1, 1)
    assert list(statistics_rows([later], before=before)) == list(statistics_rows([first], before=before))


def test_a_row_holds_month_service_and_outcome_and_nothing_else() -> None:
    """Nothing of the person can leak from what is not there."""
    petition = decided(State.APPROVED, datetime(2024, 10, 10, tzinfo=UTC))
    (row,) = statistics_rows([petition], before=FIRST_OF_NOVEMBER)
    assert row == {"month": "2567-10", "service": "FOREIGN_EQ", "outcome": "approved"}


@pytest.mark.parametrize(
    ("moment", "counted"),
    [
        (datetime(2024, 10, 31, 16, 59, tzinfo=UTC), True),
        (datetime(2024, 10, 31, 17, 0, tzinfo=UTC), False),
    ],
)
def test_months_are_bangkoks(moment: datetime, counted: bool) -> None:
    """The last minute of October there is 16:59 in London; a month that is not over is not counted."""
    rows = list(statistics_rows([decided(State.REFUSED, moment)], before=FIRST_OF_NOVEMBER))
    assert bool(rows) is counted

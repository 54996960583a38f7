"""What of a petition reaches the statistics: a few coded words, and only when they are final."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from govlink.equivalence.actors import SYSTEM
from govlink.equivalence.application import Service
from govlink.equivalence.commands import AllowAppeal, Appeal, NotifyRefusal
from govlink.equivalence.events import Event
from govlink.equivalence.levels import Level
from govlink.equivalence.petition import Elapsed, Petition
from govlink.equivalence.states import DECIDED_STATES, State
from govlink.equivalence.statistics_rows import (
    OUTCOMES,
    first_decisions,
    origin_rows,
    petition_rows,
    province_rows,
    refusal_rows,
    reissue_rows,
    turnaround_rows,
)
from govlink.models.periods import YearKind

from .cases import APPLICANT, AUTHORITY, NOW, PERSON, Case

FIRST_OF_NOVEMBER = date(2024, 11, 1)
NEW_YEAR = date(2025, 1, 1)
OCTOBER = datetime(2024, 10, 10, tzinfo=UTC)
Rows = Callable[..., Iterator[dict[str, str]]]


def in_provinces(decided: Iterable[Petition], *, as_of: date) -> Iterator[dict[str, str]]:
    """Province rows with a register of one."""
    return province_rows(decided, as_of=as_of, provinces={"petition-1": "64"})


ALL_ROWS = (petition_rows, origin_rows, reissue_rows, refusal_rows, turnaround_rows, in_provinces)


class Log:
    """A log in memory, for one petition."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def append(self, stream: str, *, expected_version: int, events: object, effects: object = ()) -> int:
        """Not used."""
        raise NotImplementedError

    def load(self, stream: str) -> tuple[Event, ...]:
        """The case's events."""
        return self._case.log if stream == "petition-1" else ()


def decided(state: State, moment: datetime, service: Service = Service.FOREIGN_EQ) -> Petition:
    """A petition that came into this state then, and was first decided by that."""
    known = Case().submitted(service).petition
    if state in DECIDED_STATES:
        known = replace(known, decided_as=state, decided_at=moment)
    return replace(known, state=state, changed_at=moment)


@pytest.mark.parametrize("state", list(State))
def test_every_decision_has_an_outcome(state: State) -> None:
    """Only what was decided is counted, and no decision is left out."""
    rows = list(petition_rows([decided(state, OCTOBER)], as_of=FIRST_OF_NOVEMBER))
    assert [row["outcome"] for row in rows] == ([OUTCOMES[state]] if state in DECIDED_STATES else [])


@pytest.mark.parametrize("state", [State.ISSUED, State.APPEALED, State.REVOKED])
def test_a_month_that_was_counted_stays_as_it_is(state: State) -> None:
    """What follows a decision, next month or next year, neither moves nor removes it."""
    first = decided(State.REFUSED, OCTOBER)
    later = replace(first, state=state, changed_at=datetime(2024, 12, 1, tzinfo=UTC))
    assert list(petition_rows([later], as_of=NEW_YEAR)) == list(petition_rows([first], as_of=NEW_YEAR))


def test_a_reversed_refusal_still_is_the_first_decision() -> None:
    """An appeal that is allowed forgets the refusal; the figures of its year do not."""
    case = Case().refused()
    at_first = [list(rows(first_decisions(Log(case), ["petition-1"]), as_of=NEW_YEAR)) for rows in ALL_ROWS]
    told = NotifyRefusal(actor=SYSTEM, notified_on=NOW.date())
    case.do(told, Appeal(actor=APPLICANT, grounds="ก"))
    case.days = 20
    case.do(AllowAppeal(actor=AUTHORITY, level=Level.M6))
    assert case.petition.refusal is None
    later = [list(rows(first_decisions(Log(case), ["petition-1"]), as_of=NEW_YEAR)) for rows in ALL_ROWS]
    assert later == at_first
    assert at_first[3] == [
        {"period": "2567", "service": "FOREIGN_EQ", "refusal_reason": "QUALIFICATION_UNLISTED"}
    ]


def test_what_is_not_decided_is_no_first_decision() -> None:
    """An open petition, and a stream that is not there, are left out."""
    assert list(first_decisions(Log(Case().reviewed()), ["petition-1", "petition-2"])) == []


@pytest.mark.parametrize("rows", ALL_ROWS)
@pytest.mark.parametrize("service", list(Service))
def test_a_row_holds_codes_and_nothing_of_the_person(rows: Rows, service: Service) -> None:
    """Nothing of the person can leak from what is not there."""
    case = Case().refused(service)
    for row in rows(first_decisions(Log(case), ["petition-1"]), as_of=NEW_YEAR):
        assert 2 <= len(row) <= 3
        assert all(value.isascii() and len(value) <= 40 for value in row.values())
        written = " ".join(row.values())
        assert not any(value in written for value in (*PERSON.values(), "EOCS-1", "petition-1", "2567-10-10"))


def test_a_petition_about_schooling_abroad_tells_its_country() -> None:
    """A part of a country counts as the country; what is no country is not made one."""
    for answer, origin in (("US", "US"), ("CA-ON", "CA"), ("XX", "ZZ")):
        case = Case().refused()
        details = replace(case.petition.application.details, country=answer)  # type: ignore[union-attr]  # it has one
        petition = replace(
            case.petition,
            application=replace(case.petition.application, details=details),  # type: ignore[type-var]  # as above
        )
        (row,) = origin_rows([petition], as_of=NEW_YEAR)
        assert row == {"period": "2567", "origin": origin, "outcome": "refused"}


def test_what_the_office_did_not_answer_has_no_origin() -> None:
    """Withdrawn or out of time: so few that they would hide the others."""
    unanswered = [decided(state, OCTOBER) for state in (State.LAPSED, State.WITHDRAWN)]
    assert list(origin_rows(unanswered, as_of=NEW_YEAR)) == []


def test_what_a_redirected_draft_said_is_not_recorded() -> None:
    """Such a draft keeps nothing, and it is counted all the same."""
    foreign = replace(decided(State.REDIRECTED, OCTOBER), application=None)
    again = replace(decided(State.REDIRECTED, OCTOBER, Service.CERT_REISSUE), application=None)
    assert [row["origin"] for row in origin_rows([foreign, again], as_of=NEW_YEAR)] == ["ZZ"]
    assert [row["reason"] for row in reissue_rows([foreign, again], as_of=NEW_YEAR)] == ["not_recorded"]


def test_a_replacement_tells_why() -> None:
    """Both services for replacements, and no other."""
    petitions = [decided(State.APPROVED, OCTOBER, service) for service in Service]
    assert list(reissue_rows(petitions, as_of=NEW_YEAR)) == [
        {"period": "2567", "service": "EQ_REISSUE", "reason": "lost"},
        {"period": "2567", "service": "CERT_REISSUE", "reason": "damaged"},
    ]


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "00-07"), (7.9, "00-07"), (8, "08-15"), (15, "08-15"), (16, "16-30"), (31, "31-60"), (61, "61+")],
)
def test_days_of_processing_fall_into_fixed_bands(days: float, band: str) -> None:
    """The office's own days, whole ones; while others had the turn they do not count."""
    took = Elapsed(working=timedelta(days=days), stopped=timedelta(days=400))
    petition = replace(decided(State.APPROVED, OCTOBER), elapsed=took)
    (row,) = turnaround_rows([petition], as_of=NEW_YEAR)
    assert row == {"period": "2567-Q4", "service": "FOREIGN_EQ", "days": band}


def test_what_no_officer_decided_has_no_days() -> None:
    """A draft redirected in a second would make the office look fast; left out, it could be worked out."""
    undecided = [decided(state, OCTOBER) for state in (State.REDIRECTED, State.LAPSED, State.WITHDRAWN)]
    assert [row["days"] for row in turnaround_rows(undecided, as_of=NEW_YEAR)] == ["not_examined"] * 3


def test_the_province_is_what_the_office_says() -> None:
    """The store has no address; nothing else stands in for one."""
    petition = decided(State.APPROVED, OCTOBER, Service.CERT_REISSUE)
    (known,) = in_provinces([petition], as_of=NEW_YEAR)
    (unknown,) = in_provinces([replace(petition, id="petition-2")], as_of=NEW_YEAR)
    assert (known["province"], unknown["province"]) == ("64", "00")


@pytest.mark.parametrize(
    ("moment", "counted"),
    [
        (datetime(2024, 10, 31, 16, 59, tzinfo=UTC), True),
        (datetime(2024, 10, 31, 17, 0, tzinfo=UTC), False),
    ],
)
def test_months_are_bangkoks(moment: datetime, counted: bool) -> None:
    """The last minute of October there is 16:59 in London; a month that is not over is not counted."""
    rows = list(petition_rows([decided(State.REFUSED, moment)], as_of=FIRST_OF_NOVEMBER))
    assert bool(rows) is counted


@pytest.mark.parametrize(
    ("rows", "over", "fiscal_over"),
    [
        (reissue_rows, date(2025, 1, 1), date(2025, 10, 1)),
        (in_provinces, date(2025, 1, 1), date(2025, 10, 1)),
        (turnaround_rows, date(2025, 1, 1), date(2025, 1, 1)),
    ],
)
def test_only_periods_that_are_over_are_counted(rows: Rows, over: date, fiscal_over: date) -> None:
    """The day before, the period could still change."""
    petitions = [decided(State.APPROVED, OCTOBER, Service.CERT_REISSUE)]
    assert list(rows(petitions, as_of=over - timedelta(days=1))) == []
    assert len(list(rows(petitions, as_of=over))) == 1
    if rows is not in_provinces:
        assert list(rows(petitions, as_of=fiscal_over - timedelta(days=1), kind=YearKind.FISCAL)) == []
        (row,) = rows(petitions, as_of=fiscal_over, kind=YearKind.FISCAL)
        assert row["period"].startswith("FY2568")

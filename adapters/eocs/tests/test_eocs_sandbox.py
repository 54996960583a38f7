"""The adapter and its simulator together, over loopback, with the client's policies."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from govlink._drive import run
from govlink.errors import (
    AuthError,
    ConflictError,
    NotFoundError,
    RejectedError,
    TransportError,
    UnexpectedAnswerError,
)
from govlink.flow import Context, Flow, Page, Request, Response
from govlink.interfaces import PetitionIntake
from govlink.models.petition import FiledPetition, StateReport
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.transport import Transport, open_transport
from govlink_eocs import adapter

T = TypeVar("T")

START = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
RETRY = RetryPolicy(first_wait_s=0.001, longest_wait_s=0.002)


def petition(number: int, *, hours: int | None = None, reference: str | None = None) -> dict[str, object]:
    """A synthetic petition, filed so many hours after the start."""
    filed_at = START + timedelta(hours=number if hours is None else hours)
    return {
        "reference": reference or f"EQ-2569-{number:06d}",
        "service": "EQ_FOREIGN",
        "filed_at": filed_at.isoformat(),
        "form": {"country": "NZ"},
    }


def report(reference: str, *, state: str = "REVIEW", report_id: str = "r-1", hours: int = 0) -> StateReport:
    """A state reached so many hours after the start."""
    at = START + timedelta(hours=hours)
    return StateReport(reference=reference, state=state, note_th="พิจารณา", at=at, report_id=report_id)


class Desk:
    """One sandbox, reached through flows as a client drives them."""

    def __init__(self, sandbox: RunningSandbox, transport: Transport) -> None:
        self.sandbox, self._transport, self._policies = sandbox, transport, Policies(retry=RETRY)

    def intake(self, **extra: object) -> PetitionIntake:
        """The capability, with settings changed."""
        capability = adapter.connect_from(settings_for(adapter, self.sandbox, extra=extra)).intake
        assert capability is not None
        return capability

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow in a client's policies."""
        flow = apply_policies(flow, policies=self._policies, platform="eocs", context=Context.system())
        return run(flow, self._transport)

    def pull(
        self, *, cursor: str | None = None, since: datetime | None = None, **extra: object
    ) -> Page[FiledPetition]:
        """One page."""
        return self.run(self.intake(**extra).pull(since=since, cursor=cursor, context=Context.system()))

    def walk(self, **extra: object) -> list[str]:
        """The references of all pages."""
        found, cursor = [], None
        while True:
            page = self.pull(cursor=cursor, **extra)
            found += [p.reference for p in page.items]
            cursor = page.cursor
            if cursor is None:
                return found

    def acknowledge(self, *references: str) -> None:
        """Take these in."""
        self.run(self.intake().acknowledge(references, context=Context.system()))

    def tell(self, state_report: StateReport) -> None:
        """Report a state."""
        reports = adapter.connect_from(settings_for(adapter, self.sandbox)).reports
        assert reports is not None
        self.run(reports.report_state(state_report, context=Context.system()))

    def control(self, method: str, path: str, content: object = None) -> Response:
        """Use one of the sandbox's own routes."""
        url = f"{self.sandbox.url}/eocs/_sandbox/{path}"
        body = None if content is None else json.dumps(content).encode()
        return self._transport.send(Request(method=method, url=url, operation="sandbox", body=body))

    def file(self, *petitions: dict[str, object]) -> Response:
        """File petitions in the simulated E-OCS."""
        return self.control("POST", "petitions", list(petitions))

    def states(self) -> dict[str, list[dict[str, str]]]:
        """What was reported back, by reference."""
        shown: dict[str, list[dict[str, str]]] = json.loads(self.control("GET", "states").body)
        return shown


@pytest.fixture(scope="module")
def transport() -> Iterator[Transport]:
    """One connection pool for all tests."""
    opened = open_transport()
    yield opened
    opened.close()


@pytest.fixture
def desk(transport: Transport) -> Iterator[Desk]:
    """A fresh sandbox for each test."""
    with running_sandbox([adapter]) as sandbox:
        yield Desk(sandbox, transport)


def refs(*numbers: int) -> list[str]:
    """References by number."""
    return [f"EQ-2569-{n:06d}" for n in numbers]


def test_petitions_come_oldest_first_in_pages(desk: Desk) -> None:
    """The order is by filing, not by arrival, and pages join without a seam."""
    desk.file(petition(3), petition(1), petition(5))
    desk.file(petition(2), petition(4))
    assert desk.walk(page_size=2) == refs(1, 2, 3, 4, 5)
    assert desk.walk(page_size=5) == refs(1, 2, 3, 4, 5)


def test_an_empty_system_gives_an_empty_last_page(desk: Desk) -> None:
    """Nothing filed is an answer, not an error."""
    assert desk.pull() == Page(items=(), cursor=None)


def test_equal_moments_are_ordered_by_reference(desk: Desk) -> None:
    """Petitions of the same second are neither skipped nor repeated at a page's edge."""
    desk.file(*(petition(n, hours=0) for n in (4, 2, 1, 3)))
    assert desk.walk(page_size=1) == refs(1, 2, 3, 4)


def test_pages_are_stable_under_inserts_and_acknowledgements(desk: Desk) -> None:
    """Taking in a page, or a new filing ahead of it, shifts nothing on the next page."""
    desk.file(*(petition(n) for n in (1, 2, 3, 4)))
    first = desk.pull(page_size=2)
    desk.acknowledge(*(p.reference for p in first.items))
    desk.file(petition(0), petition(5))
    second = desk.pull(cursor=first.cursor, page_size=2)
    third = desk.pull(cursor=second.cursor, page_size=2)
    assert [p.reference for p in (*second.items, *third.items)] == refs(3, 4, 5)
    assert desk.walk() == refs(0, 3, 4, 5)


def test_since_includes_its_own_moment(desk: Desk) -> None:
    """At or after, so a watermark never loses its own petition."""
    desk.file(petition(1), petition(2), petition(3))
    assert desk.walk(since=START + timedelta(hours=2), page_size=1) == refs(2, 3)


def test_acknowledged_petitions_are_not_pulled_unless_asked(desk: Desk) -> None:
    """Acknowledging twice is harmless; asking brings them back after a restore."""
    desk.file(petition(1), petition(2))
    desk.acknowledge(*refs(1))
    desk.acknowledge(*refs(1))
    assert desk.walk() == refs(2)
    assert desk.walk(include_acknowledged=True) == refs(1, 2)


def test_one_unknown_reference_acknowledges_none(desk: Desk) -> None:
    """A batch is taken whole or not at all, and the unknown one is pointed at."""
    desk.file(petition(1))
    with pytest.raises(RejectedError) as caught:
        desk.acknowledge(*refs(1, 9))
    assert [p.pointer for p in caught.value.problems] == ["/references/1"]
    assert desk.walk() == refs(1)


def test_a_state_told_twice_is_recorded_once(desk: Desk) -> None:
    """report_id is the idempotency key."""
    desk.file(petition(1))
    desk.tell(report(*refs(1)))
    desk.tell(report(*refs(1)))
    assert [r["report_id"] for r in desk.states()[refs(1)[0]]] == ["r-1"]


def test_a_lost_answer_is_resent_and_recorded_once(desk: Desk) -> None:
    """PUT is idempotent, so a reset after commit costs a resend and nothing else."""
    desk.file(petition(1))
    desk.pull()
    desk.sandbox.faults.append(FaultRule(kind=FaultKind.RESET_AFTER, platform="eocs", path_part="/state"))
    desk.tell(report(*refs(1)))
    assert len(desk.states()[refs(1)[0]]) == 1


def test_a_report_id_belongs_to_one_report(desk: Desk) -> None:
    """The same id with another content, or for another petition, is a conflict."""
    desk.file(petition(1), petition(2))
    first = report(*refs(1))
    desk.tell(first)
    for other in (replace(first, state="REFUSED"), replace(first, reference=refs(2)[0])):
        with pytest.raises(ConflictError):
            desk.tell(other)
    assert [r["state"] for r in desk.states()[refs(1)[0]]] == ["REVIEW"]
    assert desk.states()[refs(2)[0]] == []


def test_a_state_of_no_petition_is_not_found(desk: Desk) -> None:
    """A reference E-OCS does not hold is a business answer."""
    with pytest.raises(NotFoundError):
        desk.tell(report("EQ-0"))


@pytest.mark.parametrize("reference", ["ทว 12/2569", "a/state", "a%2Fb", "x?y#z", "a/../b"])
def test_any_reference_survives_the_path(desk: Desk, reference: str) -> None:
    """A slash or a percent sign in a reference reaches the right petition."""
    desk.file(petition(1), petition(2, reference=reference))
    desk.tell(report(reference))
    desk.acknowledge(reference)
    assert len(desk.states()[reference]) == 1
    assert desk.walk() == refs(1)


def test_a_wrong_token_is_an_auth_error(desk: Desk) -> None:
    """No call passes without the token."""
    with pytest.raises(AuthError):
        desk.pull(access_token="wrong")


@pytest.mark.parametrize("cursor", ["x", "bnVsbA==", "WyJhIiwgImIiXQ==", "ก", "WzEsIDJd"])
def test_a_forged_cursor_is_refused(desk: Desk, cursor: str) -> None:
    """A cursor the server did not give is refused by name, not misread."""
    with pytest.raises(RejectedError) as caught:
        desk.pull(cursor=cursor)
    assert [p.pointer for p in caught.value.problems] == ["/cursor"]


@pytest.mark.parametrize("kind", [FaultKind.STATUS_429, FaultKind.STATUS_503, FaultKind.RESET_BEFORE])
def test_a_bad_moment_passes(desk: Desk, kind: FaultKind) -> None:
    """Reads are repeated over what may pass."""
    desk.file(petition(1))
    rule = FaultRule(kind=kind, platform="eocs")
    desk.sandbox.faults.append(rule)
    assert desk.walk() == refs(1)
    assert rule.times == 0


@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.EMPTY])
def test_a_foreign_answer_is_not_an_empty_page(desk: Desk, kind: FaultKind) -> None:
    """A firewall's page does not pass for "no petitions"."""
    desk.sandbox.faults.append(FaultRule(kind=kind, platform="eocs"))
    with pytest.raises(UnexpectedAnswerError):
        desk.pull()


def test_truncation_is_repeated_and_then_told(desk: Desk) -> None:
    """A body cut off is no answer; repeated to the end it is an error of the way."""
    desk.file(petition(1))
    desk.sandbox.faults.append(FaultRule(kind=FaultKind.TRUNCATED, platform="eocs", times=4))
    with pytest.raises(TransportError):
        desk.pull()
    assert desk.walk() == refs(1)


def test_filing_is_all_or_none_and_repeatable(desk: Desk) -> None:
    """A bad list files nothing; the same petition again is harmless, a changed one is not."""
    assert desk.file(petition(1), {"reference": "x"}).status == 400
    assert desk.walk() == []
    assert json.loads(desk.file(petition(1)).body) == {"filed": 1}
    assert json.loads(desk.file(petition(1), petition(2)).body) == {"filed": 1}
    assert desk.file(petition(1, hours=9)).status == 409
    assert desk.walk() == refs(1, 2)


def test_states_are_listed_for_every_petition(desk: Desk) -> None:
    """The log keeps each report in the order told."""
    desk.file(petition(1), petition(2))
    desk.tell(report(*refs(1), state="ISSUED", report_id="b", hours=2))
    desk.tell(report(*refs(1), state="REVIEW", report_id="a", hours=1))
    assert desk.states() == {
        refs(1)[0]: [
            {"report_id": "b", "state": "ISSUED", "note_th": "พิจารณา", "at": "2026-07-01T04:00:00+00:00"},
            {"report_id": "a", "state": "REVIEW", "note_th": "พิจารณา", "at": "2026-07-01T03:00:00+00:00"},
        ],
        refs(2)[0]: [],
    }

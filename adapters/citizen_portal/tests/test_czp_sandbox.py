"""The adapter against its simulator on loopback, through the policies a client applies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from govlink._drive import run
from govlink.errors import AuthError, OutcomeUnknownError, RejectedError, UnexpectedAnswerError
from govlink.flow import Context, Flow, Request
from govlink.models.dates import PartialDate
from govlink.models.documents import CardRequest
from govlink.models.identity import CitizenId, check_digit
from govlink.models.portal import Launch, Message
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.sandbox.toolkit import World
from govlink.transport import Transport, open_transport
from govlink_citizen_portal import CitizenPortalFlows, CitizenPortalSettings, TestProfile, adapter

T = TypeVar("T")

START = datetime(2027, 1, 4, 3, 0, 0, tzinfo=UTC)


def number(serial: int) -> str:
    """A citizen number of the reserved province 99."""
    twelve = f"199{serial:09d}"
    return twelve + check_digit(twelve)


PROFILES = [
    {
        "userId": "user-one",
        "citizenId": number(1),
        "firstName": "หนึ่ง",
        "lastName": "ทดสอบ",
        "dateOfBirthString": "198605--",
        "notification": True,
    },
    {"userId": "user-two", "citizenId": number(2), "notification": False},
]


@dataclass(slots=True)
class Clock:
    """A clock that a test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        """The moment it shows."""
        return self.now


@dataclass(slots=True, kw_only=True)
class Bench:
    """A running simulator and the flows that reach it."""

    box: RunningSandbox
    clock: Clock
    transport: Transport
    flows: CitizenPortalFlows
    policies: Policies = field(
        default_factory=lambda: Policies(retry=RetryPolicy(first_wait_s=0.001, total_wait_s=1))
    )

    @property
    def context(self) -> Context:
        """The simulator's time and fixed randomness."""
        return Context(clock=self.clock, entropy=b"\0" * 32)

    def drive(self, flow: Flow[T]) -> T:
        """Run a flow in the client's policies."""
        wrapped = apply_policies(
            flow, policies=self.policies, platform="citizen_portal", context=self.context
        )
        return run(wrapped, self.transport)

    def control(self, method: str, path: str, content: object = None) -> tuple[int, Any]:
        """Call a control route."""
        response = self.transport.send(
            Request(
                method=method,
                url=f"{self.box.url}/citizen_portal/_sandbox/{path}",
                operation="control",
                body=None if content is None else json.dumps(content).encode(),
            )
        )
        return response.status, json.loads(response.body)

    def launch(self, user_id: str) -> Launch:
        """A launch by this person, as the app would make it."""
        _, made = self.control("POST", "launches", {"userId": user_id})
        return Launch(app_id=made["appId"], token=made["mToken"])


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A fresh portal with two people, at a fixed time."""
    clock = Clock()
    with running_sandbox([adapter], world=World(clock=clock)) as box:
        transport = open_transport()
        values = settings_for(adapter, box)
        settings = CitizenPortalSettings.from_values(values, platform="citizen_portal")
        made = Bench(box=box, clock=clock, transport=transport, flows=CitizenPortalFlows(settings=settings))
        assert made.control("POST", "profiles", PROFILES) == (200, {"profiles": 2})
        yield made
        transport.close()


def test_identify_and_only_once(bench: Bench) -> None:
    """The launch gives the person, with what was consented to; the second time it is refused."""
    launch = bench.launch("user-one")
    person = bench.drive(bench.flows.identify(launch, context=bench.context))
    assert person.portal_user_id == "user-one"
    assert person.citizen_id == CitizenId(number(1))
    assert person.birth_date == PartialDate(year=1986, month=5)
    assert (person.mobile, person.email) == (None, None)
    with pytest.raises(RejectedError) as caught:
        bench.drive(bench.flows.identify(launch, context=bench.context))
    assert caught.value.code == "czp.launch_refused"


@pytest.mark.parametrize(("age_s", "alive"), [(119, True), (121, False)])
def test_launch_lives_two_minutes(bench: Bench, age_s: int, alive: bool) -> None:
    """Within two minutes the launch is good, after them it is not."""
    launch = bench.launch("user-one")
    bench.clock.now += timedelta(seconds=age_s)
    flow = bench.flows.identify(launch, context=bench.context)
    if alive:
        assert bench.drive(flow).portal_user_id == "user-one"
    else:
        with pytest.raises(RejectedError):
            bench.drive(flow)


@pytest.mark.parametrize("kind", [FaultKind.RESET_AFTER, FaultKind.STATUS_503, FaultKind.TRUNCATED])
def test_identify_is_never_sent_twice(bench: Bench, kind: FaultKind) -> None:
    """A fault that strikes once would be healed by a second sending; there is none."""
    bench.box.faults.append(FaultRule(kind=kind, path_part="deproc"))
    launch = bench.launch("user-one")
    with pytest.raises((OutcomeUnknownError, UnexpectedAnswerError)):
        bench.drive(bench.flows.identify(launch, context=bench.context))


def test_a_forgotten_session_costs_the_launch(bench: Bench) -> None:
    """A 401 on the one-shot call is not followed by another sending; the next launch works."""
    first, second = bench.launch("user-one"), bench.launch("user-one")
    bench.drive(bench.flows.notify((Message(portal_user_id="user-one", text="a"),), context=bench.context))
    bench.box.world.sessions.expire_all()
    with pytest.raises(AuthError):
        bench.drive(bench.flows.identify(first, context=bench.context))
    assert bench.drive(bench.flows.identify(second, context=bench.context)).portal_user_id == "user-one"


def test_mint_then_identify(bench: Bench) -> None:
    """A test launch of a known citizen number is that person; of nobody it is a new one."""
    known = bench.drive(bench.flows.mint_test_launch(TestProfile(citizen_id=CitizenId(number(2)))))
    assert bench.drive(bench.flows.identify(known, context=bench.context)).portal_user_id == "user-two"
    fresh = TestProfile(first_name="สาม", birth_date=PartialDate(year=1990))
    launch = bench.drive(bench.flows.mint_test_launch(fresh))
    person = bench.drive(bench.flows.identify(launch, context=bench.context))
    assert person.citizen_id is None
    assert person.birth_date == PartialDate(year=1990)
    assert person.name is not None
    assert person.name.first == "สาม"


def test_only_reserved_people_enter(bench: Bench) -> None:
    """Neither the loader nor mock takes a citizen number outside the reserved provinces."""
    twelve = "100000000001"  # province 00, which is not reserved and which no person has either
    outside = twelve + check_digit(twelve)
    status, _ = bench.control("POST", "profiles", [{"userId": "x", "citizenId": outside}])
    assert status == 422
    with pytest.raises(RejectedError):
        bench.drive(bench.flows.mint_test_launch(TestProfile(citizen_id=CitizenId(outside))))


def test_push_reaches_the_inbox_and_only_subscribers_get_ids(bench: Bench) -> None:
    """The inbox fills whatever the flag; ids exist for subscribers; unknown people are passed over."""
    people = ("user-one", "user-two", "nobody")
    batch = tuple(Message(portal_user_id=u, text=f"ถึง {u}") for u in people)
    receipt = bench.drive(bench.flows.notify(batch, context=bench.context))
    assert len(receipt.transaction_ids) == 2
    _, inbox = bench.control("GET", "inbox")
    assert [(m["userId"], m["pushed"]) for m in inbox] == [("user-one", True), ("user-two", False)]
    _, pushes = bench.control("GET", "pushes")
    assert [p["messages"] for p in pushes] == [3]


def test_push_to_nobody_is_an_empty_receipt(bench: Bench) -> None:
    """Nobody subscribed: accepted, and nothing pushed."""
    batch = (Message(portal_user_id="user-two", text="a"), Message(portal_user_id="nobody", text="b"))
    assert bench.drive(bench.flows.notify(batch, context=bench.context)).transaction_ids == ()


def test_scheduled_push_appears_in_its_minute(bench: Bench) -> None:
    """A message for later is not in the inbox before its minute."""
    at = START + timedelta(minutes=10, seconds=20)
    batch = (Message(portal_user_id="user-one", text="a"),)
    receipt = bench.drive(bench.flows.notify(batch, send_at=at, context=bench.context))
    assert receipt.scheduled_for == START + timedelta(minutes=10)
    assert bench.control("GET", "inbox?userId=user-one") == (200, [])
    bench.clock.now += timedelta(minutes=10)
    _, inbox = bench.control("GET", "inbox?userId=user-one")
    assert [m["receivedAt"] for m in inbox] == ["2027-01-04T10:10:00+07:00"]


def test_long_push_goes_in_batches(bench: Bench) -> None:
    """2,001 messages are three pushes, all of which the portal takes."""
    batch = tuple(Message(portal_user_id="user-two", text="a") for _ in range(2001))
    bench.drive(bench.flows.notify(batch, context=bench.context))
    _, pushes = bench.control("GET", "pushes")
    assert [p["messages"] for p in pushes] == [1000, 1000, 1]


def test_lost_answer_to_a_push_is_not_repeated(bench: Bench) -> None:
    """The portal took it once and the caller is told that the outcome is unknown."""
    bench.box.faults.append(FaultRule(kind=FaultKind.RESET_AFTER, path_part="push"))
    with pytest.raises(OutcomeUnknownError):
        bench.drive(
            bench.flows.notify((Message(portal_user_id="user-one", text="a"),), context=bench.context)
        )
    assert len(bench.control("GET", "pushes")[1]) == 1


def test_one_live_card_for_each_person(bench: Bench) -> None:
    """A new QR kills the old one, and each lives five minutes."""
    request = CardRequest(portal_user_id="user-one", document_name="ใบเทียบวุฒิ", full_name="หนึ่ง ทดสอบ")
    first = bench.drive(bench.flows.issue_card(request, context=bench.context))
    second = bench.drive(bench.flows.issue_card(request, context=bench.context))
    assert first.qr_text != second.qr_text
    assert second.expires_at == START + timedelta(minutes=5)
    assert bench.control("GET", "cards")[1]["user-one"]["qrText"] == second.qr_text
    bench.clock.now += timedelta(minutes=5)
    assert bench.control("GET", "cards") == (200, {})


def test_lost_answer_to_a_card_is_repeated(bench: Bench) -> None:
    """A card may be asked for again: the one returned is the one that lives."""
    bench.box.faults.append(FaultRule(kind=FaultKind.RESET_AFTER, path_part="generate"))
    request = CardRequest(portal_user_id="user-one", document_name="ใบเทียบวุฒิ", full_name="หนึ่ง ทดสอบ")
    card = bench.drive(bench.flows.issue_card(request, context=bench.context))
    assert bench.control("GET", "cards")[1]["user-one"]["qrText"] == card.qr_text


def test_card_for_an_unknown_person_is_refused(bench: Bench) -> None:
    """The portal answers HTTP 200 with a null result, which is no card."""
    request = CardRequest(portal_user_id="nobody", document_name="d", full_name="f")
    with pytest.raises(RejectedError):
        bench.drive(bench.flows.issue_card(request, context=bench.context))


def test_calls_share_one_session(bench: Bench) -> None:
    """Several calls validate once."""
    for _ in range(3):
        bench.drive(
            bench.flows.notify((Message(portal_user_id="user-one", text="a"),), context=bench.context)
        )
    assert bench.box.world.sessions.validated_count == 1


@pytest.mark.parametrize(
    "content",
    [[], {}, {"data": []}, {"appId": "other", "data": []}, {"data": [{"message": "m"}]}, {"data": "x"}],
)
def test_simulator_refuses_what_the_guide_does_not_describe(bench: Bench, content: object) -> None:
    """A malformed push is answered in the envelope, with HTTP 200 and a null result."""
    world = bench.box.world
    account = world.account
    token = world.sessions.validate(
        consumer_key=account.consumer_key, consumer_secret=account.consumer_secret, agent_id="govlink-test"
    )
    if isinstance(content, dict):
        content = {"appId": account.app_id, **content}
    response = bench.transport.send(
        Request(
            method="POST",
            url=f"{bench.box.url}/citizen_portal/ws/dga/czp/uat/v1/core/notification/push",
            operation="raw",
            headers=(("Consumer-Key", account.consumer_key), ("Token", token or "")),
            body=json.dumps(content).encode(),
        )
    )
    envelope = json.loads(response.body)
    assert response.status == 200
    assert (envelope["result"], envelope["messageCode"]) == (None, 400)
    assert envelope["requestTimeStamp"] == int(START.timestamp())

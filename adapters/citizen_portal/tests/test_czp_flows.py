"""Flows driven by hand: what they send, in which order, and what they refuse to send."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    ConfigError,
    Fault,
    OutcomeUnknownError,
    RejectedError,
    Sent,
    TransportError,
    UnavailableError,
)
from govlink.flow import Context, Effect, Request, Response
from govlink.interfaces import Capabilities
from govlink.models.dates import PartialDate
from govlink.models.documents import CardRequest
from govlink.models.identity import CitizenId, check_digit
from govlink.models.portal import Launch, Message
from govlink_citizen_portal import CitizenPortalFlows, CitizenPortalSettings, TestProfile, adapter
from govlink_citizen_portal.requests import portal_minute

APP = "11111111-2222-4333-8444-555555555555"
SECRET = "canary-secret"
VALUES: dict[str, object] = {
    "environment": "uat",
    "consumer_key": "canary-key",
    "consumer_secret": SECRET,
    "agent_id": "govlink-test",
    "app_id": APP,
}
CONTEXT = Context.fixed(now=datetime(2027, 1, 4, 3, 0, tzinfo=UTC), seed="czp")
NO_ANSWER = Fault("test.no_answer", en="none", th="ไม่มี")


def flows(**changes: object) -> CitizenPortalFlows:
    """The flows with UAT settings, changed as asked."""
    values = {**VALUES, **changes}
    return CitizenPortalFlows(settings=CitizenPortalSettings.from_values(values, platform="citizen_portal"))


def body(request: Request) -> dict[str, Any]:
    """The JSON a request carries."""
    assert isinstance(request.body, bytes)
    content: dict[str, Any] = json.loads(request.body)
    return content


def answer(result: object, *, code: int = 200) -> Response:
    """An answer in the portal's envelope."""
    return Response(status=200, body=json.dumps({"result": result, "messageCode": code}).encode())


def end(flow: Generator[Request, Response, Any], response: Response) -> Any:
    """Send the last response and give back what the flow returns."""
    with pytest.raises(StopIteration) as stop:
        flow.send(response)
    return stop.value.value


def messages(count: int) -> tuple[Message, ...]:
    """So many messages, each to a person of its own."""
    return tuple(Message(portal_user_id=f"u{i}", text=f"t{i}") for i in range(count))


def test_identify_spends_the_launch_once() -> None:
    """One POST with the documented member names, marked as never to be repeated."""
    flow = flows().identify(Launch(app_id=APP, token="m-token"), context=CONTEXT)
    request = next(flow)
    assert request.url == "https://api.egov.go.th/ws/dga/czp/uat/v1/core/shield/data/deproc"
    assert (request.method, request.effect) == ("POST", Effect.ONE_SHOT)
    assert body(request) == {"AppId": APP, "MToken": "m-token"}
    assert ("Content-Type", "application/json") in request.headers
    assert request.auth is not None
    assert end(flow, answer({"userId": "u"})).portal_user_id == "u"


def test_identify_does_not_send_again_after_a_lost_answer() -> None:
    """A lost connection passes through; the flow yields nothing more."""
    flow = flows().identify(Launch(app_id=APP, token="m-token"), context=CONTEXT)
    next(flow)
    with pytest.raises(TransportError):
        flow.throw(TransportError(NO_ANSWER, sent=Sent.MAYBE))


@pytest.mark.parametrize(
    ("launch", "code"),
    [
        (Launch(app_id="99999999-2222-4333-8444-555555555555", token="m"), "czp.app_id_mismatch"),
        (Launch(app_id="", token="m"), "czp.app_id_mismatch"),
        (Launch(app_id=APP, token=" "), "czp.token_blank"),
    ],
)
def test_identify_refuses_before_sending(launch: Launch, code: str) -> None:
    """Another app's launch, or one without a token, is refused and nothing is sent."""
    with pytest.raises(RejectedError) as caught:
        next(flows().identify(launch, context=CONTEXT))
    assert caught.value.code == code


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 2500])
def test_notify_splits_at_a_thousand(count: int) -> None:
    """Every message goes out once, in order, at most 1,000 to a request; all ids come back."""
    flow = flows().notify(messages(count), context=CONTEXT)
    sent: list[dict[str, str]] = []
    requests, receipt = 0, None
    request = next(flow)
    while receipt is None:
        requests += 1
        content = body(request)
        assert request.effect is Effect.WRITE
        assert content["appId"] == APP
        assert "sendDateTime" not in content
        assert len(content["data"]) <= 1000
        sent += content["data"]
        try:
            request = flow.send(answer([f"id{requests}"]))
        except StopIteration as stop:
            receipt = stop.value
    assert sent == [{"message": f"t{i}", "userId": f"u{i}"} for i in range(count)]
    assert requests == -(-count // 1000)
    assert receipt.transaction_ids == tuple(f"id{i + 1}" for i in range(requests))
    assert receipt.scheduled_for is None


def test_notify_says_how_many_were_taken_before_a_failure() -> None:
    """After a first batch was taken, any failure forbids sending the whole list again."""
    flow = flows().notify(messages(1500), context=CONTEXT)
    next(flow)
    flow.send(answer(["id"]))
    with pytest.raises(OutcomeUnknownError) as caught:
        flow.send(Response(status=503))
    assert (caught.value.values["accepted"], caught.value.values["total"]) == ("1000", "1500")
    assert caught.value.values["cause"] == "wire.unavailable"
    assert isinstance(caught.value.__cause__, UnavailableError)


def test_notify_passes_a_failure_of_the_first_batch() -> None:
    """When nothing was taken the error is the plain one, and the list may be sent again."""
    flow = flows().notify(messages(1500), context=CONTEXT)
    next(flow)
    with pytest.raises(UnavailableError):
        flow.send(Response(status=503))


def test_notify_at_a_moment_in_thai_time() -> None:
    """A UTC moment becomes +07:00 with seconds 00, on the wire and in the receipt."""
    moment = datetime(2027, 1, 5, 2, 30, 45, 999, tzinfo=UTC)
    flow = flows().notify(messages(1), send_at=moment, context=CONTEXT)
    assert body(next(flow))["sendDateTime"] == "2027-01-05T09:30:00+07:00"
    receipt = end(flow, answer([]))
    assert receipt.transaction_ids == ()
    assert receipt.scheduled_for == datetime(2027, 1, 5, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (datetime(2027, 1, 5, 9, 30), "czp.send_at_naive"),  # noqa: DTZ001 - that is what is refused
        (datetime(2570, 1, 5, 9, 30, tzinfo=UTC), "czp.send_at_buddhist"),
    ],
)
def test_notify_refuses_a_moment_without_zone_or_of_another_era(moment: datetime, code: str) -> None:
    """Nothing is guessed about a moment."""
    with pytest.raises(RejectedError) as caught:
        next(flows().notify(messages(1), send_at=moment, context=CONTEXT))
    assert caught.value.code == code


@given(
    moment=st.datetimes(
        min_value=datetime(2000, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2399, 12, 30),  # noqa: DTZ001 - hypothesis adds the zone
        timezones=st.builds(timezone, st.integers(-14 * 60, 14 * 60).map(lambda m: timedelta(minutes=m))),
    )
)
def test_portal_minute_is_the_same_minute(moment: datetime) -> None:
    """Whatever the zone, less than a minute is cut off and the documented form comes out."""
    minute = portal_minute(moment)
    assert timedelta(0) <= moment - minute < timedelta(minutes=1)
    assert minute.isoformat(timespec="seconds").endswith(":00+07:00")


def test_notify_names_each_blank_and_sends_nothing() -> None:
    """Problems point at the message; an empty list is refused too."""
    bad = (Message(portal_user_id="u", text="t"), Message(portal_user_id=" ", text=""))
    with pytest.raises(RejectedError) as caught:
        next(flows().notify(bad, context=CONTEXT))
    assert [p.pointer for p in caught.value.problems] == ["/1/portal_user_id", "/1/text"]
    with pytest.raises(RejectedError):
        next(flows().notify((), context=CONTEXT))


def test_card_goes_to_version_four() -> None:
    """The virtual card is the one operation of v4, with all four members."""
    card = CardRequest(portal_user_id="u", document_name="ใบเทียบวุฒิ", full_name="ทดสอบ ระบบดี")
    flow = flows().issue_card(card, context=CONTEXT)
    request = next(flow)
    assert request.url == "https://api.egov.go.th/ws/dga/czp/uat/v4/core/qr/generate/vc"
    assert body(request) == {
        "appId": APP,
        "userId": "u",
        "docName": "ใบเทียบวุฒิ",
        "fullName": "ทดสอบ ระบบดี",
    }
    assert end(flow, answer({"qrText": "qr", "expiryDate": 1})).qr_text == "qr"


def test_card_with_blanks_is_refused() -> None:
    """All four members are required by the guide, so a blank one is never sent."""
    card = CardRequest(portal_user_id="u", document_name="", full_name=" ")
    with pytest.raises(RejectedError) as caught:
        next(flows().issue_card(card, context=CONTEXT))
    assert [p.pointer for p in caught.value.problems] == ["/document_name", "/full_name"]


def test_mint_sends_only_what_is_set() -> None:
    """Optional members are left out, and an unknown day goes as dashes."""
    number = CitizenId("199000000001" + check_digit("199000000001"))
    profile = TestProfile(citizen_id=number, birth_date=PartialDate(year=1986, month=5), wants_push=False)
    flow = flows().mint_test_launch(profile)
    request = next(flow)
    assert body(request) == {
        "AppId": APP,
        "CitizenId": number.value,
        "DateOfBirthString": "198605--",
        "Notification": False,
    }
    assert number.value not in repr(request) + repr(profile)
    assert end(flow, answer({"appId": APP, "mToken": "m"}, code=0)) == Launch(app_id=APP, token="m")


def test_mint_is_refused_in_production_even_with_a_url() -> None:
    """No configuration makes a test launch in production."""
    made = flows(environment="production", endpoints={"shield.data.mock": "https://agency.example/mock"})
    with pytest.raises(ConfigError) as caught:
        next(made.mint_test_launch(TestProfile()))
    assert caught.value.code == "czp.mint_in_production"


def test_production_has_no_url_until_configured() -> None:
    """The production URL is not published, so it is asked for, and a configured one is used as it is."""
    launch = Launch(app_id=APP, token="m")
    with pytest.raises(ConfigError) as caught:
        next(flows(environment="production").identify(launch, context=CONTEXT))
    assert caught.value.code == "config.url_unpublished"
    url = "https://agency.example/rest/egov/czp/deproc"
    made = flows(environment="production", endpoints={"shield.data.deproc": url})
    assert next(made.identify(launch, context=CONTEXT)).url == url


def test_own_proxy_replaces_the_gateway() -> None:
    """Host and path prefix of the gateway can be the agency's own."""
    made = flows(hosts={"gateway": "https://proxy.example/rest/egov"})
    request = next(made.identify(Launch(app_id=APP, token="m"), context=CONTEXT))
    assert request.url == "https://proxy.example/rest/egov/ws/dga/czp/uat/v1/core/shield/data/deproc"


def test_nothing_secret_in_a_repr() -> None:
    """Neither credential, token nor person shows in what a log would print."""
    made = flows()
    request = next(made.identify(Launch(app_id=APP, token="canary-token"), context=CONTEXT))
    shown = repr(made) + repr(request)
    assert not any(canary in shown for canary in (SECRET, "canary-key", "canary-token"))


def test_app_id_must_be_there() -> None:
    """Settings without an app id, or with blanks in it, are refused by name."""
    for wrong in ("", "two words"):
        with pytest.raises(ConfigError) as caught:
            flows(app_id=wrong)
        assert [p.pointer for p in caught.value.problems] == ["/app_id"]


def test_adapter_accounts_for_every_capability() -> None:
    """What connect gives is what is promised, and every other capability says why it is absent."""
    capabilities = adapter.connect_from(VALUES)
    assert isinstance(capabilities, Capabilities)
    assert capabilities.provided() == adapter.provides
    everything = set(Capabilities.__dataclass_fields__)
    absent = [a.capability for a in adapter.absences]
    assert set(absent) == everything - adapter.provides
    assert len(absent) == len(set(absent))

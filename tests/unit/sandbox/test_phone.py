"""The phone: whom it opens a mini app for, where it refuses to, and the script it plays along with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.models.identity import CitizenId
from govlink.registry import load_adapter
from govlink.sandbox.phone import is_loopback_landing, with_launch
from govlink.sandbox.server import RunningSandbox, running_sandbox

HOSTILE = "<script>alert(1)</script>\"'>"
LANDING = "http://127.0.0.1:3000/"


@pytest.fixture
def sandbox(citizen_number) -> Iterator[RunningSandbox]:
    """A sandbox whose portal knows one person with a hostile name."""
    with running_sandbox([load_adapter("citizen_portal")]) as running:
        profile = {"userId": "u1", "citizenId": citizen_number("199000000017"), "firstName": HOSTILE}
        httpx.post(f"{running.url}/citizen_portal/_sandbox/profiles", json=[profile]).raise_for_status()
        yield running


def open_phone(sandbox: RunningSandbox, **query: str) -> httpx.Response:
    """The phone's page."""
    return httpx.get(f"{sandbox.url}/phone", params=query)


def launches(text: str) -> list[dict[str, list[str]]]:
    """The queries of the frame and of the plain link."""
    [frame] = re.findall(r'<iframe[^>]* src="([^"]*)"', text)
    [link] = re.findall(r'id="plain" href="([^"]*)"', text)
    return [parse_qs(urlsplit(unescape(url)).query) for url in (frame, link)]


def test_people_are_offered_and_escaped(sandbox: RunningSandbox) -> None:
    """Everybody the simulated portal knows; a name is text."""
    text = open_phone(sandbox).text
    assert '<option value="u1">&lt;script&gt;' in text
    assert "<script>" not in text
    assert "<iframe" not in text


def test_opening_mints_fresh_launches(sandbox: RunningSandbox) -> None:
    """Frame and link carry the two documented members, each token its own, and a reload new ones."""
    opened = [*launches(open_phone(sandbox, person="u1", landing=LANDING).text)]
    opened += launches(open_phone(sandbox, person="u1", landing=LANDING).text)
    assert all(query.keys() == {"appId", "mToken"} for query in opened)
    assert {query["appId"][0] for query in opened} == {sandbox.world.account.app_id}
    assert len({query["mToken"][0] for query in opened}) == 4


def test_an_unknown_person_opens_nothing(sandbox: RunningSandbox) -> None:
    """The page says so and has no frame."""
    answer = open_phone(sandbox, person=HOSTILE, landing=LANDING)
    assert answer.status_code == 400
    assert "knows no such person" in answer.text
    assert "<iframe" not in answer.text
    assert "<script>" not in answer.text


ELSEWHERE = (
    "http://mini.example/",
    "https://127.0.0.1/",
    "//127.0.0.1/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://127.0.0.1.example/",
    "http://127.0.0.1@mini.example/",
    "http://mini.example\\@127.0.0.1/",
    "http://127.0.0.1\\@mini.example/",
    "http://127.0.0.1:80@mini.example/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1#@mini.example/",
    "http://localhost.example",
    "http://127.0.0.1/\n",
    "HTTP://[::1]/",
)


@pytest.mark.parametrize("landing", ELSEWHERE)
def test_landing_pages_elsewhere_are_refused(sandbox: RunningSandbox, landing: str) -> None:
    """A launch must not leave this machine, however the address is written."""
    assert not is_loopback_landing(landing)
    if landing == landing.strip():
        answer = open_phone(sandbox, person="u1", landing=landing)
        assert answer.status_code == 400
        assert "<iframe" not in answer.text
        assert "mToken" not in answer.text


@pytest.mark.parametrize(
    "landing", [LANDING, "http://localhost", "http://localhost:80?a=b", "http://127.0.0.1/ก#/route"]
)
def test_landing_pages_here_are_taken(sandbox: RunningSandbox, landing: str) -> None:
    """Both names of this machine, any port, path, query and fragment."""
    assert is_loopback_landing(landing)
    assert open_phone(sandbox, person="u1", landing=landing).status_code == 200


@given(st.text(), st.sampled_from(("http://127.0.0.1", "http://localhost:8000", "http://localhost/a?b=c")))
def test_what_is_taken_stays_on_this_machine(rest: str, start: str) -> None:
    """Whatever follows the host, a URL that is taken has a loopback host and no user before it."""
    landing = start + rest
    if is_loopback_landing(landing):
        parts = urlsplit(with_launch(landing, app_id="a", token="t"))
        assert parts.hostname in {"127.0.0.1", "localhost"}
        assert parts.username is None
        assert parse_qs(parts.query)["mToken"] == ["t"]


def test_a_launch_replaces_an_old_one_and_keeps_the_rest() -> None:
    """A bookmarked address with a spent token opens with the fresh one."""
    url = with_launch("http://localhost/a?x=1&mToken=old&appId=old#/r", app_id="A", token="new")
    assert url == "http://localhost/a?x=1&appId=A&mToken=new#/r"


def test_a_person_can_be_added(sandbox: RunningSandbox) -> None:
    """Without a number one is made up, with a reserved province; then the person is chosen."""
    form = {"firstName": HOSTILE, "lastName": "ทดสอบ", "citizenId": ""}
    answer = httpx.post(f"{sandbox.url}/phone/people", data=form)
    assert answer.status_code == 303
    page = httpx.get(sandbox.url + answer.headers["location"])
    assert '<option value="phone-1" selected>&lt;script&gt;' in page.text
    profiles = httpx.get(f"{sandbox.url}/citizen_portal/_sandbox/profiles").json()
    [added] = [p for p in profiles if p["userId"] == "phone-1"]
    assert CitizenId(added["citizenId"]).is_reserved
    assert added["lastName"] == "ทดสอบ"


@pytest.mark.parametrize("twelve", ["110000000000", None])
def test_a_number_of_a_real_province_is_refused(
    sandbox: RunningSandbox, citizen_number, twelve: str | None
) -> None:
    """A real person must not get into a test by mistake, nor a text that is no number."""
    number = citizen_number(twelve) if twelve else HOSTILE
    form = {"firstName": "ก", "lastName": "ข", "citizenId": number}
    answer = httpx.post(f"{sandbox.url}/phone/people", data=form)
    assert answer.status_code == 400
    assert "must be a reserved one" in answer.text
    assert number not in answer.text
    assert len(httpx.get(f"{sandbox.url}/citizen_portal/_sandbox/profiles").json()) == 1


def test_the_inbox_is_that_persons(sandbox: RunningSandbox, citizen_number) -> None:
    """Messages to the chosen person, escaped, and nobody else's."""
    other = {"userId": "u2", "citizenId": citizen_number("199000000025")}
    httpx.post(f"{sandbox.url}/citizen_portal/_sandbox/profiles", json=[other]).raise_for_status()
    account = sandbox.world.account
    token = sandbox.world.sessions.validate(
        consumer_key=account.consumer_key, consumer_secret=account.consumer_secret, agent_id="t"
    )
    data = [{"userId": "u1", "message": f"หนึ่ง{HOSTILE}"}, {"userId": "u2", "message": "สอง"}]
    httpx.post(
        f"{sandbox.url}/citizen_portal/ws/dga/czp/uat/v1/core/notification/push",
        json={"appId": account.app_id, "data": data},
        headers={"Consumer-Key": account.consumer_key, "Token": str(token)},
    ).raise_for_status()
    text = open_phone(sandbox, person="u1").text
    assert "หนึ่ง&lt;script&gt;" in text
    assert "สอง" not in text
    assert "หนึ่ง" not in open_phone(sandbox).text


FUNCTIONS = (
    "setTitle", "setBackButtonVisible", "getToken", "getAppId", "sendFileToNativeWithName",
    "sendFileToNativeWithUrl", "closeWindow", "scanQrCode", "isCitizenPortal",
)  # fmt: skip


def test_the_script_is_at_its_documented_path(sandbox: RunningSandbox) -> None:
    """A mini app changes the script's host only; every documented function is there."""
    answer = httpx.get(f"{sandbox.url}/citizen_portal/cportal/sdk/iu/v3/sdk.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "window.czpSdk" in answer.text
    assert [name for name in FUNCTIONS if f"{name}:" not in answer.text] == []


def test_the_pages_script_is_served(sandbox: RunningSandbox) -> None:
    """As a file, because the page's policy runs no inline script."""
    assert 'src="/phone/phone.js"' in open_phone(sandbox).text
    answer = httpx.get(f"{sandbox.url}/phone/phone.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "innerHTML" not in answer.text

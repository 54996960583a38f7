"""What recording keeps, what it replaces, and what it refuses to write."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from govlink.flow import Request, Response
from govlink.testing.cassettes import (
    AllowList,
    CassetteError,
    Deck,
    Origin,
    OriginKind,
    opened_recording,
    read_cassette,
    recording,
)
from govlink.transport import HttpLibrary, Transport, open_transport

from .cassette_server import (
    ALLOW,
    PERSON,
    REAL,
    SANDBOX,
    SECRET,
    SERVER,
    TOKEN,
    ask,
    log_in,
    small_platform,
)


def record(
    path: Path, *requests: Request, url: str, origin: Origin = SANDBOX, allow: AllowList = ALLOW
) -> str:
    """Record the requests; returns the file's text."""
    del url
    with recording(path, origin=origin, allow=allow, secrets=(SECRET,)) as transport:
        for request in requests:
            transport.send(request)
    return path.read_text("utf-8")


def test_no_secret_token_or_host_is_kept(tmp_path: Path) -> None:
    """Key, secret, token, AgentID, cookie and address become placeholders, the same one each time."""
    with small_platform() as url:
        text = record(tmp_path / "c.json", log_in(url), ask(url, CitizenID=PERSON), url=url)
    for value in (SECRET, TOKEN, "the-key-of-the-agency", urlsplit(url).netloc, "127.0.0.1"):
        assert value not in text
    login, look_up = json.loads(text)["interactions"]
    assert login["request"]["query"] == {
        "AgentID": "{{agent_id:1}}",
        "ConsumerSecret": "{{consumer_secret:1}}",
    }
    assert login["response"]["body"] == {"json": {"Result": "{{token:1}}"}}
    assert login["response"]["headers"]["set-cookie"] == "{{cookie:1}}"
    assert look_up["request"]["headers"]["token"] == "{{token:1}}"
    assert look_up["request"]["host"] == login["request"]["host"] == "{{host:1}}"


def test_what_is_not_named_is_not_kept(tmp_path: Path) -> None:
    """A member or parameter nobody allowed is replaced by a placeholder of its type; so is all other text."""
    with small_platform() as url:
        text = record(
            tmp_path / "c.json", ask(url, Nickname="หนูนา", OfficeID="00023"), ask(url, "/html"), url=url
        )
    first, second = json.loads(text)["interactions"]
    assert first["request"]["query"] == {"Nickname": "{{text:1}}", "OfficeID": "00023"}
    answer = first["response"]["body"]["json"]
    assert (answer["age"], answer["more"], answer["Code"]) == ("{{number:1}}", None, "00000")
    assert answer["link"] == "{{text:2}}"
    assert second["response"]["body"] == {"text": "{{text:3}}"}
    assert (second["response"]["status"], "หนูนา" in text, "blocked" in text) == (403, False, False)


def test_people_are_kept_only_where_nobody_is_real(tmp_path: Path) -> None:
    """The same allow-list keeps a name from the sandbox and replaces it from a server."""
    with small_platform() as url:
        synthetic = record(tmp_path / "a.json", ask(url, CitizenID=PERSON), url=url)
        real = record(tmp_path / "b.json", ask(url, CitizenID=PERSON), url=url, origin=SERVER)
    assert PERSON in synthetic
    assert "สมหญิง" in synthetic
    assert PERSON not in real
    assert "สมหญิง" not in real
    assert '"Code": "00000"' in real


def test_a_real_persons_number_is_replaced_even_where_names_are_kept(tmp_path: Path) -> None:
    """A number of a province that exists is nobody's synthetic person."""
    with small_platform() as url:
        text = record(tmp_path / "c.json", ask(url, CitizenID=REAL), url=url)
    assert REAL not in text
    assert "{{citizen_id:1}}" in text


def test_bodies_are_readable(tmp_path: Path) -> None:
    """Gzip is decoded, binary is Base64 where it is allowed and a placeholder elsewhere."""
    with small_platform() as url:
        text = record(tmp_path / "a.json", ask(url, "/gzip"), ask(url, "/binary"), url=url)
        binary = AllowList(binary=True)
        whole = record(tmp_path / "b.json", ask(url, "/binary"), url=url, allow=binary)
    packed, hidden = (i["response"] for i in json.loads(text)["interactions"])
    assert packed["body"] == {"json": {"Result": True}}
    assert "content-encoding" not in packed["headers"]
    assert hidden["body"] == {"text": "{{bytes:1}}"}
    assert json.loads(whole)["interactions"][0]["response"]["body"] == {"base64": "iVBORwD/"}


def post(url: str, body: bytes, kind: str) -> Request:
    """A request with a body."""
    return Request(
        method="POST", url=f"{url}/echo", operation="echo", headers=(("Content-Type", kind),), body=body
    )


def test_forms_and_multipart_are_kept_by_part(tmp_path: Path) -> None:
    """Form members are redacted one by one; a multipart body loses its boundary."""
    body = (
        b'--random123\r\nContent-Disposition: form-data; name="OfficeID"\r\n\r\n00023\r\n'
        b'--random123\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF\xff\r\n--random123--\r\n"
    )
    with small_platform() as url:
        text = record(
            tmp_path / "c.json",
            post(url, b"OfficeID=00023&mToken=abcdefgh", "application/x-www-form-urlencoded"),
            post(url, body, "multipart/form-data; boundary=random123"),
            url=url,
        )
    form, parts = (i["request"] for i in json.loads(text)["interactions"])
    assert form["body"] == {"form": {"OfficeID": "00023", "mToken": "{{mtoken:1}}"}}
    assert parts["headers"]["content-type"] == "multipart/form-data; boundary=govlink-cassette"
    assert [part["name"] for part in parts["body"]["multipart"]] == ["OfficeID", "file"]
    assert "random123" not in text
    assert "a.pdf" not in text


def send_and_note(deck: Deck, request: Request, outcome: str) -> None:
    """Record a request and an outcome."""
    transport = deck.transport()
    transport.send(request)
    transport.close()
    deck.expected = {"value": outcome}


def test_a_secret_that_slips_through_is_not_written(tmp_path: Path) -> None:
    """The allow-list keeps ``Result``; the persister sees the secret in it and writes nothing."""
    path = tmp_path / "gdx" / "op" / "leak.json"
    with (
        small_platform() as url,
        pytest.raises(CassetteError) as caught,
        opened_recording(path, origin=SANDBOX, allow=ALLOW, secrets=(SECRET,)) as deck,
    ):
        send_and_note(deck, ask(url, "/leak"), f"seen: {SECRET}")
    assert caught.value.code == "cassette.refused"
    assert [p.pointer for p in caught.value.problems] == ["/expected/value"]
    assert SECRET not in caught.value.explain()
    assert not path.parent.exists() or list(path.parent.iterdir()) == []


def send_and_stumble(transport: Transport, request: Request) -> None:
    """One request, and a test that fails."""
    transport.send(request)
    raise LookupError


def test_an_old_cassette_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    """A test that fails while recording, or a refusal, leaves the file as it was."""
    path = tmp_path / "c.json"
    with small_platform() as url:
        before = record(path, ask(url), url=url)
        with pytest.raises(LookupError), recording(path, origin=SANDBOX) as transport:
            send_and_stumble(transport, ask(url, "/gzip"))
    assert path.read_text("utf-8") == before
    assert [p.name for p in tmp_path.iterdir()] == ["c.json"]


def test_only_loopback_and_named_hosts_are_recorded(tmp_path: Path) -> None:
    """Another server is refused before a name is resolved."""
    with pytest.raises(CassetteError) as caught, recording(tmp_path / "c.json", origin=SERVER) as transport:
        transport.send(ask("https://platform.invalid"))
    assert caught.value.code == "cassette.host_refused"
    assert list(tmp_path.iterdir()) == []
    named = recording(tmp_path / "d.json", origin=SERVER, hosts=("platform.invalid",))
    with pytest.raises(pytest.fail.Exception, match="beyond loopback"), named as transport:
        transport.send(ask("https://platform.invalid"))  # let through, and caught by these tests' own guard


class Bypass:
    """A transport whose client vcrpy does not know."""

    def send(self, request: Request) -> Response:
        """Open a connection that no patch sees."""
        import socket

        parts = urlsplit(request.url)
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as out:
            out.sendall(b"GET /gzip HTTP/1.0\r\nHost: x\r\n\r\n")
            return Response(status=200, body=out.makefile("rb").read())

    def close(self) -> None:
        """Nothing to give back."""


def test_a_client_vcrpy_does_not_know_is_noticed(tmp_path: Path) -> None:
    """What went past the recorder is an error, not an empty cassette."""
    path = tmp_path / "c.json"
    with (
        small_platform() as url,
        pytest.raises(CassetteError) as caught,
        recording(path, origin=SANDBOX, transport=Bypass()) as transport,
    ):
        transport.send(ask(url))
    assert caught.value.code == "cassette.not_intercepted"
    assert not path.exists()


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_both_libraries_record_the_same_bytes(library: HttpLibrary, tmp_path: Path) -> None:
    """A cassette does not tell which library made it, and recording twice makes the same file."""
    texts = []
    for name in ("a", "b"):
        with small_platform() as url, opened_recording(tmp_path / f"{name}.json", origin=SANDBOX) as deck:
            chosen: HttpLibrary = library if name == "a" else "httpx"
            transport = deck.transport(open_transport(library=chosen))
            transport.send(log_in(url))
            transport.send(ask(url, CitizenID=PERSON))
            transport.close()
        texts.append((tmp_path / f"{name}.json").read_text("utf-8"))
    assert texts[0] == texts[1]


def test_something_like_a_placeholder_is_refused(tmp_path: Path) -> None:
    """It would come alive on replay as something that was never said."""
    with small_platform() as url, pytest.raises(CassetteError) as caught:
        record(tmp_path / "c.json", ask(url, OfficeID="{{token:1}}"), url=url)
    assert caught.value.code == "cassette.placeholder_sent"


def test_an_origin_says_enough() -> None:
    """A recording has a server and a time with its zone, a specified answer a document and a clause."""
    for told in (
        {"kind": OriginKind.SPEC, "document": "a manual"},
        {"kind": OriginKind.RECORDED, "server": "x"},
        {
            "kind": OriginKind.SANDBOX,
            "server": "x",
            "recorded_at": SANDBOX.recorded_at and SANDBOX.recorded_at.replace(tzinfo=None),
        },
    ):
        with pytest.raises(CassetteError):
            Origin(**told)


def test_recording_reads_back(tmp_path: Path) -> None:
    """What is written is a cassette, with its call and outcome."""
    path = tmp_path / "c.json"
    with small_platform() as url, opened_recording(path, origin=SANDBOX, allow=ALLOW) as deck:
        transport = deck.transport()
        transport.send(ask(url))
        transport.close()
        deck.call, deck.expected = {"verb": "look_up"}, {"type": "RegistryRecord"}
    cassette = read_cassette(path)
    assert (cassette.origin, len(cassette.interactions)) == (SANDBOX, 1)
    assert (cassette.call, cassette.expected) == ({"verb": "look_up"}, {"type": "RegistryRecord"})


def test_a_recording_without_a_request_is_none(tmp_path: Path) -> None:
    """A test that forgot the deck would pass for ever, with an empty cassette."""
    path = tmp_path / "c.json"
    with pytest.raises(CassetteError) as caught, opened_recording(path, origin=SANDBOX):
        pass
    assert caught.value.code == "cassette.not_recorded"
    assert not path.exists()


def send_and_tell(deck: Deck, request: Request, member: str) -> None:
    """Record a request and a person's name beside it."""
    transport = deck.transport()
    transport.send(request)
    transport.close()
    setattr(deck, member, {"firstName": "สมหญิง"})


@pytest.mark.parametrize("member", ["call", "expected"])
def test_a_real_servers_outcome_is_not_kept(tmp_path: Path, member: str) -> None:
    """It would hold in clear what the redactor took out of the answer."""
    path = tmp_path / "c.json"
    with (
        small_platform() as url,
        pytest.raises(CassetteError) as caught,
        opened_recording(path, origin=SERVER, allow=ALLOW) as deck,
    ):
        send_and_tell(deck, ask(url, CitizenID=PERSON), member)
    assert caught.value.code == "cassette.outcome_of_server"
    assert not path.exists()

"""Replaying: strictly what is written, and nothing on the network."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from govlink.errors import VerificationError
from govlink.flow import FileBody, Request, Response
from govlink.testing.cassettes import (
    AllowList,
    CassetteError,
    opened_recording,
    opened_replay,
    recording,
    replaying,
    replaying_async,
)
from govlink.transport import HttpLibrary, Transport, open_transport

from .cassette_server import (
    ALLOW,
    OFFICER,
    PERSON,
    SANDBOX,
    SECRET,
    SERVER,
    TOKEN,
    ask,
    log_in,
    small_platform,
)
from .test_cassettes_record import Bypass, post

ELSEWHERE = "https://api.invalid"  # nobody listens there
OTHER = "1989900000013"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    """Log in, look one person up, post a form; recorded as from a server."""
    path = tmp_path / "small" / "person" / "found.json"
    with small_platform() as url, opened_recording(path, origin=SERVER, allow=ALLOW) as deck:
        transport = deck.transport()
        for request in three(url):
            transport.send(request)
        transport.close()
    return path


def send(transport: Transport, *requests: Request, swallowing: type[Exception] | tuple[()] = ()) -> None:
    """Send them all, passing over some errors."""
    for request in requests:
        try:
            transport.send(request)
        except swallowing:
            continue


def three(url: str, *, token: str = TOKEN, person: str = PERSON) -> list[Request]:
    """The three requests of the cassette."""
    form = f"CitizenID={person}&OfficeID=00023".encode()
    return [
        log_in(url),
        ask(url, CitizenID=person, OfficeID="00023", token=token),
        post(url, form, FORM),
    ]


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_replays_elsewhere_with_other_values(library: HttpLibrary, cassette: Path) -> None:
    """Another host, secret and person fit; the token to send is the stand-in that was handed out."""
    with replaying(cassette, library=library) as transport:
        token = json.loads(transport.send(log_in(ELSEWHERE, secret="another1")).body)["Result"]
        assert token != TOKEN
        found = transport.send(three(ELSEWHERE, token=token, person=OTHER)[1])
        assert (found.status, found.header("content-type")) == (200, "application/json")
        answer = json.loads(found.body)
        assert (answer["CitizenID"], answer["age"], answer["Code"]) == (OTHER, 1, "00000")
        transport.send(three(ELSEWHERE, person=OTHER)[2])


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_replays_for_tasks(library: HttpLibrary, backend: str, cassette: Path) -> None:
    """The same cassette, both loops, both libraries."""

    async def play() -> list[int]:
        async with replaying_async(cassette, library=library) as transport:
            token = json.loads((await transport.send(log_in(ELSEWHERE))).body)["Result"]
            rest = three(ELSEWHERE, token=token)[1:]
            return [(await transport.send(request)).status for request in rest]

    assert anyio.run(play, backend=backend) == [200, 200]


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_recorded_by_tasks(library: HttpLibrary, backend: str, tmp_path: Path, cassette: Path) -> None:
    """The same file as a thread makes."""
    path = tmp_path / "again.json"

    async def record(url: str) -> None:
        with opened_recording(path, origin=SERVER, allow=ALLOW) as deck:
            transport = deck.async_transport(library=library)
            for request in three(url):
                await transport.send(request)
            await transport.aclose()

    with small_platform() as url:
        anyio.run(record, url, backend=backend)
    assert path.read_bytes() == cassette.read_bytes()


def multipart(url: str, *, boundary: str, content: bytes = b"%PDF\xff") -> Request:
    """A file in a multipart body."""
    head = b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf'
    mark = boundary.encode()
    body = b"--" + mark + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n--" + mark + b"--\r\n"
    return post(url, body, f"multipart/form-data; boundary={boundary}")


def test_multipart_fits_under_another_boundary(tmp_path: Path) -> None:
    """The boundary is random; parts are compared, and binary ones only where they were kept."""
    path, other = tmp_path / "c.json", b"%PDF\xfe"
    allow = AllowList(binary=True)
    with small_platform() as url, recording(path, origin=SANDBOX, allow=allow) as transport:
        transport.send(multipart(url, boundary="one"))
    with replaying(path) as again:
        assert again.send(multipart(ELSEWHERE, boundary="two")).status == 200
    error = played(path, multipart(ELSEWHERE, boundary="two", content=other))
    assert error.values["what"] == "body/0/base64"


def test_files_and_sinks_go_through(tmp_path: Path) -> None:
    """A body read from a file is compared, an answer written to one is the cassette's."""
    path, source, sink = tmp_path / "c.json", tmp_path / "in", tmp_path / "out"
    source.write_bytes(b'{"OfficeID": "00023"}')

    def send_file(transport: Transport, url: str) -> None:
        request = post(url, b"", "application/json")
        transport.send(replace(request, body=FileBody(path=source), sink=sink))

    with small_platform() as url, recording(path, origin=SANDBOX, allow=ALLOW) as transport:
        send_file(transport, url)
    sink.unlink()
    with replaying(path) as again:
        send_file(again, ELSEWHERE)
    assert json.loads(sink.read_bytes())["Result"] is True
    source.write_bytes(b'{"OfficeID": "00024"}')
    with pytest.raises(CassetteError, match="body/OfficeID"), replaying(path) as once_more:
        send_file(once_more, ELSEWHERE)


def played(cassette: Path, *requests: Request, ordered: bool = True) -> CassetteError:
    """Why the cassette does not play these."""
    with pytest.raises(CassetteError) as caught, replaying(cassette, ordered=ordered) as transport:
        send(transport, *requests)
    return caught.value


def test_every_difference_is_told_without_a_value(cassette: Path) -> None:
    """Method, path, query, header, body: the place is named, and nothing that was sent."""
    login, look_up, form = three(ELSEWHERE, token="00000000-0000-4000-8000-000000000001")
    other_method = Request(method="PUT", url=login.url, operation="x")
    for requests, place in (
        ([other_method], "method"),
        ([ask(ELSEWHERE, "/ws/else")], "path"),
        ([login, ask("https://b.invalid", CitizenID=PERSON)], "host"),
        ([login, ask(ELSEWHERE, CitizenID=PERSON)], "names in the query"),
        ([login, ask(ELSEWHERE, CitizenID=PERSON, OfficeID="00024")], "query: OfficeID"),
        ([login, ask(ELSEWHERE, CitizenID=PERSON, OfficeID="00023", token="wrong")], "header token"),
        ([login, look_up, post(ELSEWHERE, b"{}", "application/json")], "header content-type"),
        ([login, look_up, post(ELSEWHERE, b"", FORM)], "body is none, not form"),
        ([login, look_up, three(ELSEWHERE, person=OTHER)[2]], "form: CitizenID"),
        ([login, look_up, form, form], "there are no more"),
    ):
        error = played(cassette, *requests)
        assert error.code == "cassette.not_as_written"
        assert error.values["what"] == place
        assert not any(value in error.explain() for value in (PERSON, OTHER, SECRET, "00024", "wrong"))


def test_all_of_it_must_be_played(cassette: Path) -> None:
    """A flow that stops early is as wrong as one that asks more."""
    error = played(cassette, log_in(ELSEWHERE))
    assert (error.code, error.values["unused"]) == ("cassette.unused", "2")


def test_order_matters_unless_told(cassette: Path) -> None:
    """The form first is an error in order and fits without."""
    login, look_up, form = three(ELSEWHERE, token="00000000-0000-4000-8000-000000000001")
    assert played(cassette, form, login, look_up).code == "cassette.not_as_written"
    with replaying(cassette, ordered=False) as transport:
        for request in (form, login, look_up):
            assert transport.send(request).status == 200


def test_a_swallowed_failure_comes_back(cassette: Path) -> None:
    """Code that catches everything cannot make a wrong replay pass."""
    requests = (ask(ELSEWHERE), *three(ELSEWHERE, token="00000000-0000-4000-8000-000000000001"))
    with pytest.raises(CassetteError) as caught, replaying(cassette) as transport:
        send(transport, *requests, swallowing=VerificationError)
    assert caught.value.code == "cassette.not_as_written"


def test_a_missing_cassette_is_never_recorded(tmp_path: Path) -> None:
    """It is an error, and no file comes into being."""
    missing = tmp_path / "gdx" / "none.json"
    with (
        small_platform() as url,
        pytest.raises(CassetteError) as caught,
        replaying(missing) as transport,
    ):
        transport.send(ask(url))
    assert caught.value.code == "cassette.missing"
    assert list(tmp_path.iterdir()) == []


def _by_name(port: int) -> None:
    socket.getaddrinfo("name.invalid", port)


def _by_stream(port: int) -> None:
    with socket.socket() as out:
        out.connect(("127.0.0.1", port))


def _by_stream_ex(port: int) -> None:
    with socket.socket() as out:
        out.connect_ex(("127.0.0.1", port))


def _by_datagram(port: int) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as out:
        out.sendto(b"x", ("127.0.0.1", port))


def _by_task(port: int) -> None:
    asyncio.run(asyncio.open_connection("127.0.0.1", port))


@pytest.mark.parametrize("reach", [_by_name, _by_stream, _by_stream_ex, _by_datagram, _by_task])
def test_no_socket_is_opened(reach: Callable[[int], None], cassette: Path) -> None:
    """Whoever opens one, with whatever library, fails: a live server on loopback gets nothing, too."""
    with small_platform() as url, pytest.raises(CassetteError) as caught, opened_replay(cassette):
        reach(int(url.rpartition(":")[2]))
    assert caught.value.code == "cassette.network_refused"


def test_a_client_vcrpy_does_not_know_reaches_nothing(cassette: Path) -> None:
    """Its socket is refused."""
    with (
        small_platform() as url,
        pytest.raises(CassetteError) as caught,
        replaying(cassette, transport=Bypass()) as transport,
    ):
        transport.send(ask(url))
    assert caught.value.code == "cassette.network_refused"


class Invented:
    """A transport that answers by itself: vcrpy sees nothing of it."""

    def send(self, request: Request) -> Response:
        """An answer from nowhere."""
        return Response(status=200, body=request.method.encode())

    def close(self) -> None:
        """Nothing to give back."""


def test_an_answer_that_is_not_the_cassettes_is_noticed(cassette: Path) -> None:
    """No socket was opened and yet the answer was not the recorded one."""
    with pytest.raises(CassetteError) as caught, replaying(cassette, transport=Invented()) as transport:
        transport.send(log_in(ELSEWHERE))
    assert caught.value.code == "cassette.not_intercepted"


def test_afterwards_everything_is_as_before(cassette: Path) -> None:
    """Patches, sockets and loggers come back, after a failure as well."""
    before = (socket.socket.connect, socket.getaddrinfo, logging.getLogger("vcr").level)
    played(cassette, ask(ELSEWHERE))
    assert (socket.socket.connect, socket.getaddrinfo, logging.getLogger("vcr").level) == before
    with small_platform() as url:
        transport = open_transport()
        assert transport.send(ask(url, "/gzip")).status == 200
        transport.close()


def test_nothing_secret_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Vcrpy logs whole URLs; not while a cassette of ours is open."""
    with caplog.at_level(logging.DEBUG), small_platform() as url:
        with opened_recording(tmp_path / "c.json", origin=SANDBOX) as deck:
            transport = deck.transport()
            transport.send(log_in(url))
            transport.close()
        with replaying(tmp_path / "c.json") as again:
            again.send(log_in(url))
    assert SECRET not in caplog.text
    assert OFFICER not in caplog.text

"""What goes wrong on the wire, as the caller meets it under every driver and library."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from govlink.errors import ConfigError, Sent, TransportError, UnexpectedAnswerError
from govlink.flow import Flow, Request, Response

# The libraries nest generators and leave the inner ones to the collector, which trio warns of.
pytestmark = pytest.mark.filterwarnings("ignore:Async generator 'http:ResourceWarning")


def get(url: str, **more: object) -> Flow[Response]:
    """One GET."""
    return (yield Request(method="GET", url=url, operation="op", **more))  # type: ignore[arg-type]  # by name


def test_connection_refused_was_not_sent(go) -> None:
    """Nothing listened, so even a write may be sent again."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(TransportError) as caught:
            go(get(url))
    assert caught.value.sent is Sent.NO
    assert caught.value.operation == "op"
    assert caught.value.__cause__ is not None


def test_a_reset_after_sending_may_have_arrived(server, go, resets) -> None:
    """The platform had the request; whether it acted is unknown."""
    server.behaviour = resets
    with pytest.raises(TransportError) as caught:
        go(get(server.url))
    assert caught.value.sent is Sent.MAYBE
    assert len(server.seen) == 1


def test_a_close_without_an_answer_may_have_arrived(server, go) -> None:
    """The same for a polite end."""
    server.behaviour = lambda peer: None
    with pytest.raises(TransportError) as caught:
        go(get(server.url))
    assert caught.value.sent is Sent.MAYBE


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"not http at all\r\n\r\n",
    ],
    ids=["length", "chunked", "gzip", "garbage"],
)
def test_a_broken_answer_is_a_transport_error(server, go, raw: bytes) -> None:
    """Half an answer is no answer: it is never handed to a parser as if it were whole."""
    server.behaviour = lambda peer: peer.sendall(raw)
    with pytest.raises(TransportError) as caught:
        go(get(server.url))
    assert caught.value.sent is Sent.MAYBE


def test_a_silent_server_is_given_up(server, go) -> None:
    """No answer within ``timeout_s``."""
    server.behaviour = lambda peer: peer.recv(1)
    with pytest.raises(TransportError) as caught:
        go(get(server.url, timeout_s=0.2))
    assert caught.value.sent is Sent.MAYBE
    assert "ReadTimeout" in str(caught.value)


def test_a_dripping_server_is_given_up(server, go) -> None:
    """Each byte comes in time, the whole never would: the answer as a whole has a deadline."""
    stop = threading.Event()

    def drip(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(200):  # bounded: a driver without a deadline fails, and does not hang
            if not stop.wait(0.02):
                peer.sendall(b"x")

    server.behaviour = drip
    started = time.monotonic()
    with pytest.raises(TransportError, match=r"transport\.too_slow") as caught:
        go(get(server.url, timeout_s=0.3))
    stop.set()
    assert caught.value.sent is Sent.MAYBE
    assert time.monotonic() - started < 5


def test_redirects_are_not_followed(server, go, answers) -> None:
    """A redirect would carry the token to whom it names."""
    server.behaviour = answers(
        status="302 Found", headers=f"Location: {server.url}/elsewhere\r\n".encode(), body=b"x"
    )
    assert go(get(server.url)).status == 302
    assert len(server.seen) == 1


def test_cookies_are_not_kept(server, go, answers) -> None:
    """One client speaks for many officers: a cookie of one must not go out with another's call."""
    server.behaviour = answers(headers=b"Set-Cookie: session=CANARY; Path=/\r\n")

    def flow() -> Flow[None]:
        yield from get(server.url)
        yield from get(server.url)

    go(flow())
    assert b"CANARY" not in server.seen[1][0]


def test_a_proxy_of_the_environment_is_not_used_for_loopback(
    server, go, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Agencies set HTTP_PROXY; the sandbox is on this machine all the same."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert go(get(server.url)).status == 200


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "/relative", "http://127.0.0.1:port/CANARY"])
def test_a_url_that_is_none_is_a_config_error(go, url: str) -> None:
    """And its text, which the library repeats, is not."""
    with pytest.raises(ConfigError, match=r"transport\.bad_url") as caught:
        go(get(url))
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("value", ["ก", "\ud800"])
def test_a_header_that_http_cannot_carry(go, value: str) -> None:
    """A key pasted with a stray character is told as such, without the key."""
    with pytest.raises(ConfigError, match=r"transport\.bad_value") as caught:
        go(get("http://127.0.0.1:1", headers=(("Token", f"CANARY{value}"),)))
    assert "CANARY" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_query_that_is_no_text(go) -> None:
    """Half a surrogate pair has no UTF-8 form."""
    with pytest.raises(ConfigError, match=r"transport\.bad_value"):
        go(get("http://127.0.0.1:1", query=(("name", "\ud800"),)))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that signed itself, with its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def serve_tls(listener: socket.socket, certificate: Path) -> None:
    """Answer one request over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    peer, _ = listener.accept()
    try:
        with context.wrap_socket(peer, server_side=True) as secure:
            secure.recv(65536)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    except OSError:
        peer.close()


@pytest.mark.parametrize("trusted", [False, True])
def test_certificates_are_verified(go, certificate: Path, *, trusted: bool) -> None:
    """An unknown certificate is a matter of settings, not of trying again; a CA bundle settles it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve_tls, args=(listener, certificate))
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        if trusted:
            assert go(get(url), ca_bundle=certificate).body == b"{}"
        else:
            with pytest.raises(ConfigError, match=r"transport\.untrusted.*ca_bundle"):
                go(get(url))
        thread.join(5)


def test_a_ca_bundle_that_is_none(go, tmp_path: Path) -> None:
    """Absent, and not PEM."""
    (tmp_path / "x.pem").write_text("x", encoding="ascii")
    for file in (tmp_path / "none.pem", tmp_path / "x.pem"):
        with pytest.raises(ConfigError, match=r"transport\.bad_ca_bundle"):
            go(get("http://127.0.0.1:1"), ca_bundle=file)


def test_an_answer_too_large_is_cut_off(server, go, answers) -> None:
    """Sizes are limited before anything is parsed, also when compression hides them."""
    server.behaviour = answers(b"x" * 10_000)
    with pytest.raises(UnexpectedAnswerError, match=r"transport\.too_large.*9999"):
        go(get(server.url, max_body_bytes=9_999))
    assert len(go(get(server.url, max_body_bytes=10_000)).body) == 10_000
    server.behaviour = answers(gzip.compress(bytes(5_000_000)), headers=b"Content-Encoding: gzip\r\n")
    with pytest.raises(UnexpectedAnswerError, match=r"transport\.too_large"):
        go(get(server.url, max_body_bytes=1_000_000))

"""Time-stamps: asked for with a digest only, and believed only when everything about them fits."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rfc3161_client
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink._drive import run
from govlink.errors import (
    ConfigError,
    GovlinkError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
    VerificationError,
)
from govlink.exchange.timestamps import (
    TimestampSettings,
    load_roots,
    request_timestamp,
    timestamp_query,
    verify_timestamp,
)
from govlink.flow import Context, Response
from govlink.transport import open_transport

from .authority import Authority, Root, Server, serve

DIGEST = hashlib.sha256(b"the head of a chain").digest()
CONTEXT = Context.fixed(now=datetime(2026, 11, 23, tzinfo=UTC), seed="timestamps")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One in good order."""
    return Authority.make(tmp_path_factory.mktemp("tsa") / "good")


@pytest.fixture
def server(authority: Authority) -> Iterator[Server]:
    """The same on loopback."""
    with serve(authority) as running:
        yield running


@pytest.fixture(scope="module")
def token(authority: Authority) -> bytes:
    """A time-stamp over ``DIGEST``."""
    return authority.reply(timestamp_query(DIGEST, nonce=1))


def ask(server: Server, roots: tuple[x509.Certificate, ...], **settings: int) -> bytes:
    """The token through a real transport."""
    flow = request_timestamp(
        DIGEST, settings=TimestampSettings(url=server.url, **settings), roots=roots, context=CONTEXT
    )
    transport = open_transport()
    try:
        return run(flow, transport)
    finally:
        transport.close()


# --- asking --------------------------------------------------------------------------------------


@settings(deadline=None)
@given(digest=st.binary(min_size=32, max_size=32), nonce=st.integers(0, 2**64 - 1))
def test_the_query_is_what_the_library_reads(digest: bytes, nonce: int) -> None:
    """Another implementation of RFC 3161 takes it and finds the same in it."""
    query = timestamp_query(digest, nonce=nonce)
    read = rfc3161_client._rust.parse_timestamp_request(query)
    assert read.as_bytes() == query
    assert (read.version, read.nonce, read.cert_req, read.policy) == (1, nonce, True, None)
    assert read.message_imprint.message == digest


@pytest.mark.parametrize("digest", [b"", b"x" * 20, b"x" * 64])
def test_only_a_sha256_digest_is_stamped(digest: bytes) -> None:
    """A document given by mistake does not leave the house."""
    with pytest.raises(RejectedError):
        timestamp_query(digest, nonce=1)


def test_a_token_is_asked_for_and_verified(server: Server, authority: Authority) -> None:
    """A real authority; only the digest and the nonce went over the wire."""
    before = datetime.now(UTC) - timedelta(seconds=2)
    token = ask(server, authority.roots)
    assert before <= verify_timestamp(token, DIGEST, roots=authority.roots) <= datetime.now(UTC)
    nonce = int.from_bytes(CONTEXT.random_bytes("timestamp-nonce")[:8], "big")
    assert server.asked == [("application/timestamp-query", timestamp_query(DIGEST, nonce=nonce))]


def test_openssl_verifies_what_is_kept(authority: Authority, token: bytes, tmp_path: Path) -> None:
    """Nobody needs govlink to believe it."""
    tmp_path.joinpath("token.tsr").write_bytes(token)
    command = ["openssl", "ts", "-verify", "-in", "token.tsr", "-digest", DIGEST.hex()]
    command += ["-CAfile", str(authority.folder / "root.pem")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "Verification: OK"


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        ({"content_type": "text/html"}, UnexpectedAnswerError, "exchange.timestamp_not_a_reply"),
        ({"content_type": ""}, UnexpectedAnswerError, "exchange.timestamp_not_a_reply"),
        ({"padding": b"x"}, UnexpectedAnswerError, "exchange.timestamp_not_a_reply"),
        ({"padding": b"x" * 40_000}, UnexpectedAnswerError, "transport.too_large"),
        ({"status": 503}, UnavailableError, "wire.unavailable"),
        ({"status": 302}, UnexpectedAnswerError, "wire.unexpected_status"),
    ],
)
def test_an_answer_that_is_none_is_refused(
    server: Server, authority: Authority, change: dict[str, object], kind: type[GovlinkError], code: str
) -> None:
    """A proxy's page, an oversized body, a server in trouble: each with its own code."""
    for name, value in change.items():
        setattr(server, name, value)
    with pytest.raises(kind) as caught:
        ask(server, authority.roots)
    assert caught.value.code == code


def answered(
    body: bytes, *, kind: str = "application/timestamp-reply", max_answer_bytes: int = 4096
) -> bytes:
    """What the flow makes of this answer."""
    settings = TimestampSettings(url="https://tsa.invalid", max_answer_bytes=max_answer_bytes)
    flow = request_timestamp(DIGEST, settings=settings, roots=(), context=CONTEXT)
    next(flow)
    try:
        flow.send(Response(status=200, headers=(("content-type", kind),), body=body))
    except StopIteration as stop:
        result: bytes = stop.value
        return result
    raise AssertionError("the flow asks twice")


def test_a_refusal_is_told_with_its_status() -> None:
    """PKIStatus 2 is a rejection: a whole answer without a token."""
    with pytest.raises(UnavailableError) as caught:
        answered(bytes.fromhex("30053003020102"))
    assert caught.value.values == {"status": "2"}


def test_a_large_answer_is_refused_whatever_carried_it(token: bytes) -> None:
    """A transport that knows no limit does not lift it."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        answered(token, max_answer_bytes=len(token) - 1)
    assert caught.value.code == "exchange.timestamp_not_a_reply"


def test_a_media_type_with_a_parameter_is_the_same(token: bytes) -> None:
    """The nonce is the next thing that is looked at."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        answered(token, kind="Application/Timestamp-Reply; charset=binary")
    assert caught.value.code == "exchange.timestamp_other_reply"


def test_a_replayed_answer_is_refused(token: bytes) -> None:
    """The token is good and for the same digest, and answers another question."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        answered(token)
    assert caught.value.code == "exchange.timestamp_other_reply"


def test_a_token_of_an_authority_nobody_chose_is_not_returned(server: Server) -> None:
    """It would be found worthless years later."""
    with pytest.raises(VerificationError) as caught:
        ask(server, (Root.make("another").certificate,))
    assert caught.value.code == "exchange.timestamp_untrusted"


# --- verifying -----------------------------------------------------------------------------------


def refusal(token: bytes, roots: tuple[x509.Certificate, ...], digest: bytes = DIGEST) -> str:
    """The code with which it is refused."""
    with pytest.raises(VerificationError) as caught:
        verify_timestamp(token, digest, roots=roots)
    return caught.value.code


def test_another_content_is_refused(token: bytes, authority: Authority) -> None:
    """One bit of the digest is enough."""
    other = bytes([DIGEST[0] ^ 1]) + DIGEST[1:]
    assert refusal(token, authority.roots, other) == "exchange.timestamp_wrong_digest"


def test_a_digest_of_another_algorithm_is_refused(authority: Authority, tmp_path: Path) -> None:
    """A token over SHA-512 is not one over SHA-256, even where the bytes agreed."""
    tmp_path.joinpath("data").write_bytes(b"content")
    command = ["openssl", "ts", "-query", "-data", "data", "-sha512", "-cert", "-out", "query"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    token = authority.reply(tmp_path.joinpath("query").read_bytes())
    digest = hashlib.sha512(b"content").digest()
    assert refusal(token, authority.roots, digest) == "exchange.timestamp_wrong_digest"


@pytest.mark.parametrize("subject", ["another root", "test root"])
def test_another_root_is_refused(token: bytes, subject: str) -> None:
    """Also one that bears the same name."""
    assert refusal(token, (Root.make(subject).certificate,)) == "exchange.timestamp_untrusted"


def test_without_a_root_nothing_is_believed(token: bytes) -> None:
    """An empty file of roots is no permission."""
    assert refusal(token, ()) == "exchange.timestamp_untrusted"


@pytest.mark.parametrize(("from_days", "to_days"), [(-20, -10), (10, 20)])
def test_a_certificate_out_of_its_time_is_refused(tmp_path: Path, from_days: int, to_days: int) -> None:
    """It is judged at the time in the token."""
    late = Authority.make(tmp_path / "late", from_days=from_days, to_days=to_days)
    token = late.reply(timestamp_query(DIGEST, nonce=1))
    assert refusal(token, late.roots) == "exchange.timestamp_certificate_expired"


@pytest.mark.parametrize("junk", [b"", b"0", b"0\0", b"hello", b"\xff" * 900])
def test_what_is_no_token_is_refused(junk: bytes, authority: Authority) -> None:
    """Whatever the parser thinks of it."""
    assert refusal(junk, authority.roots) == "exchange.timestamp_unreadable"


def test_a_refusal_is_no_token(authority: Authority) -> None:
    """An answer without a token cannot be kept as one."""
    assert refusal(bytes.fromhex("30053003020102"), authority.roots) == "exchange.timestamp_unreadable"


def test_a_cut_or_longer_token_is_refused(token: bytes, authority: Authority) -> None:
    """At any length."""
    for size in range(0, len(token), 7):
        assert refusal(token[:size], authority.roots) == "exchange.timestamp_unreadable"
    assert refusal(token + b"\0", authority.roots) == "exchange.timestamp_unreadable"


def test_a_changed_time_is_refused(token: bytes, authority: Authority) -> None:
    """The signature covers what matters most."""
    place = token.index(b"20") if b"20" in token else 0
    year = token.index(str(datetime.now(UTC).year).encode(), place)
    changed = token[: year + 3] + bytes([token[year + 3] ^ 1]) + token[year + 4 :]
    assert rfc3161_client.decode_timestamp_response(changed).tst_info.gen_time.year != datetime.now(UTC).year
    assert refusal(changed, authority.roots) in {
        "exchange.timestamp_altered",
        "exchange.timestamp_certificate_expired",
    }


@settings(deadline=None)
@given(data=st.data())
def test_no_altered_token_says_anything_else(data: st.DataObject, token: bytes, authority: Authority) -> None:
    """Refused, or (in a few bytes that CMS leaves unsigned) still the same time for the same digest."""
    place = data.draw(st.integers(0, len(token) - 1))
    changed = token[:place] + bytes([token[place] ^ data.draw(st.integers(1, 255))]) + token[place + 1 :]
    with contextlib.suppress(VerificationError):
        at = verify_timestamp(changed, DIGEST, roots=authority.roots)
        assert at == verify_timestamp(token, DIGEST, roots=authority.roots)


@pytest.mark.parametrize("part", ["signature", "certificate"])
def test_an_altered_signature_or_certificate_has_its_code(
    token: bytes, authority: Authority, part: str
) -> None:
    """The last byte of the token is the signature's; the root's own certificate is not in it."""
    place = len(token) - 1 if part == "signature" else token.index(b"test authority")
    changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
    code = refusal(changed, authority.roots)
    assert code == f"exchange.timestamp_{'altered' if part == 'signature' else 'untrusted'}"


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "tsa.example", "ftp://tsa.example", "https://", "http://[", "file:///x"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    """At the start, not at the first time-stamp."""
    with pytest.raises(ConfigError):
        TimestampSettings(url=url)


def test_roots_are_read_from_pem(tmp_path: Path, authority: Authority) -> None:
    """All of them."""
    both = tmp_path / "roots.pem"
    both.write_bytes(authority.folder.joinpath("root.pem").read_bytes() * 2)
    assert load_roots(both) == authority.roots * 2


@pytest.mark.parametrize("content", [None, b"", b"hello", b"-----BEGIN CERTIFICATE-----\nxx\n"])
def test_a_file_without_roots_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """Missing, empty or damaged: it must not silently mean that nothing is checked."""
    if content is not None:
        tmp_path.joinpath("roots.pem").write_bytes(content)
    with pytest.raises(ConfigError, match=r"roots\.pem"):
        load_roots(tmp_path / "roots.pem")

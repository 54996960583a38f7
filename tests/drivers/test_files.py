"""Large bodies from and into files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from govlink.errors import TransportError
from govlink.flow import FileBody, Flow, Request, Response

CONTENT = bytes(range(256)) * 8000  # about 2 MB, several chunks


def fetch(url: str, sink: Path, **more: object) -> Flow[Response]:
    """Download into a file."""
    return (yield Request(method="GET", url=url, operation="fetch", sink=sink, **more))  # type: ignore[arg-type]  # by name


def test_a_download_goes_to_its_sink_with_its_digest(server, go, answers, tmp_path: Path) -> None:
    """Nothing of it is kept in memory, and the size limit of answers does not apply."""
    server.behaviour = answers(CONTENT)
    response = go(fetch(server.url, tmp_path / "out", max_body_bytes=10))
    assert response.body == b""
    assert response.sha256_hex == hashlib.sha256(CONTENT).hexdigest()
    assert (tmp_path / "out").read_bytes() == CONTENT
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("existing", [None, b"yesterday's"])
def test_a_download_that_fails_leaves_nothing_behind(
    server, go, tmp_path: Path, existing: bytes | None
) -> None:
    """No half file is taken for a whole one, and what was there before stays."""
    sink = tmp_path / "out"
    if existing is not None:
        sink.write_bytes(existing)
    server.behaviour = lambda peer: peer.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + CONTENT
    )
    with pytest.raises(TransportError):
        go(fetch(server.url, sink))
    assert [p.read_bytes() for p in tmp_path.iterdir()] == ([] if existing is None else [existing])


def test_a_refusal_is_readable_and_is_not_the_document(server, go, answers, tmp_path: Path) -> None:
    """An error page must not lie where the document is expected, and its reason must be parsed."""
    server.behaviour = answers(b'{"reason": 1}', status="409 Conflict")
    response = go(fetch(server.url, tmp_path / "out"))
    assert (response.status, response.body, response.sha256_hex) == (409, b'{"reason": 1}', None)
    assert list(tmp_path.iterdir()) == []


def test_an_upload_is_read_while_it_is_sent(server, go, tmp_path: Path) -> None:
    """With a length, so that no platform has to take chunked uploads."""
    file = tmp_path / "in"
    file.write_bytes(CONTENT)

    def flow() -> Flow[int]:
        body = FileBody(path=file, offset_bytes=1000, length_bytes=1_500_000)
        response = yield Request(method="POST", url=server.url, operation="up", body=body)
        return response.status

    assert go(flow()) == 200
    head, body = server.seen[0]
    assert body == CONTENT[1000:1_501_000]
    assert b"content-length: 1500000" in head.lower()
    assert b"transfer-encoding" not in head.lower()


def test_parts_around_a_file_are_sent_with_it_and_counted(server, go, tmp_path: Path) -> None:
    """A multipart form whose file is read from the disk still tells its length."""
    file = tmp_path / "in"
    file.write_bytes(CONTENT)

    def flow() -> Flow[int]:
        body = FileBody(path=file, before=b"--part\r\n\r\n", after=b"\r\n--part--\r\n")
        return (yield Request(method="POST", url=server.url, operation="up", body=body)).status

    assert go(flow()) == 200
    head, body = server.seen[0]
    assert body == b"--part\r\n\r\n" + CONTENT + b"\r\n--part--\r\n"
    assert f"content-length: {len(body)}".encode() in head.lower()


def test_a_length_past_the_end_means_to_the_end(server, go, tmp_path: Path) -> None:
    """A part of a file that is shorter than asked for."""
    file = tmp_path / "in"
    file.write_bytes(b"0123456789")

    def flow() -> Flow[int]:
        body = FileBody(path=file, offset_bytes=7, length_bytes=100)
        return (yield Request(method="POST", url=server.url, operation="up", body=body)).status

    assert go(flow()) == 200
    assert server.seen[0][1] == b"789"

"""One flow, six ways to drive it, the same bytes on the wire."""

from __future__ import annotations

from pathlib import Path

from govlink.flow import FileBody, Flow, Request

VARIES = {b"host", b"connection"}


def requests(url: str, file: Path) -> list[Request]:
    """One request of each kind an adapter makes."""
    return [
        Request(method="GET", url=f"{url}/plain", operation="a"),
        Request(
            method="GET",
            url=f"{url}/ws/ทะเบียน/x%20y?fixed=1",
            operation="b",
            query=(("ชื่อ", "สมหญิง ใจดี"), ("a", "1&2=3+4"), ("a", "second"), ("empty", "")),
            headers=(("Consumer-Key", "k"), ("Token", "t"), ("X-Two", "1"), ("X-Two", "2")),
        ),
        Request(
            method="POST",
            url=f"{url}/json",
            operation="c",
            headers=(("Content-Type", "application/json"),),
            body='{"ก":1}'.encode(),
        ),
        Request(method="PUT", url=f"{url}/empty", operation="d", body=b""),
        Request(method="DELETE", url=f"{url}/delete", operation="e"),
        Request(method="POST", url=f"{url}/file", operation="f", body=FileBody(path=file)),
        Request(
            method="PATCH",
            url=f"{url}/part",
            operation="g",
            body=FileBody(path=file, offset_bytes=3, length_bytes=1000),
        ),
    ]


def test_requests_are_the_same_under_every_driver_and_library(server, go_everywhere, tmp_path: Path) -> None:
    """Method, target, headers and body agree: an adapter tested under one driver holds under all."""
    file = tmp_path / "body.bin"
    file.write_bytes(bytes(range(256)) * 3000)

    def flow() -> Flow[list[int]]:
        statuses = []
        for request in requests(server.url, file):
            response = yield request
            statuses.append(response.status)
        return statuses

    assert go_everywhere(flow) == [[200] * 7] * 6
    rounds = [server.seen[i : i + 7] for i in range(0, 42, 7)]
    assert len(rounds) == 6
    for later in rounds[1:]:
        for (head, body), (first_head, first_body) in zip(later, rounds[0], strict=True):
            assert _told(head) == _told(first_head)
            assert body == first_body
    bodies = [body for _, body in rounds[0]]
    assert bodies[5] == file.read_bytes()
    assert bodies[6] == file.read_bytes()[3:1003]


def _told(head: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    first, *lines = head.split(b"\r\n")
    pairs = [tuple(line.split(b": ", 1)) for line in lines]
    return first, [(name.lower(), value) for name, value in pairs if name.lower() not in VARIES]


def test_what_is_sent_is_what_the_request_says(server, go, tmp_path: Path) -> None:
    """Query pairs keep their order and repeats, a query in the URL is not lost, nothing is added."""
    (tmp_path / "f").write_bytes(b"x")

    def flow() -> Flow[int]:
        response = yield requests(server.url, tmp_path / "f")[1]
        return response.status

    assert go(flow()) == 200
    line, headers = _told(server.seen[0][0])
    assert line.startswith(b"GET /ws/%E0%B8%97")
    target = line.split()[1]
    assert target.count(b"?") == 1
    assert target.split(b"?")[1].startswith(b"fixed=1&%E0%B8%8A")
    assert target.split(b"?")[1].endswith(b"&a=1%262%3D3%2B4&a=second&empty=")
    names = [name for name, _ in headers]
    assert names.count(b"x-two") == 2
    assert set(names) == {b"accept", b"accept-encoding", b"user-agent", b"consumer-key", b"token", b"x-two"}
    assert dict(headers)[b"user-agent"] == b"govlink"

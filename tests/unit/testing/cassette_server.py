"""A small platform on loopback for the tests of cassettes: hands out a token, echoes, compresses, errs."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from govlink.flow import Request
from govlink.models.identity import check_digit
from govlink.testing.cassettes import AllowList, Origin, OriginKind

__all__ = [
    "ALLOW",
    "OFFICER",
    "PERSON",
    "REAL",
    "SANDBOX",
    "SECRET",
    "SERVER",
    "TOKEN",
    "ask",
    "log_in",
    "small_platform",
]

TOKEN = str(UUID(int=0xA1B2C3D4E5F6 << 64, version=4))
SECRET = "s3cr3t" + "Value9"
PERSON = "398000000002" + check_digit("398000000002")
OFFICER = "197000000001" + check_digit("197000000001")
REAL = "110170020345" + check_digit("110170020345")
AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
SANDBOX = Origin(kind=OriginKind.SANDBOX, server="a small platform", recorded_at=AT)
SERVER = Origin(kind=OriginKind.RECORDED, server="a small platform", recorded_at=AT)
ALLOW = AllowList(
    protocol=frozenset({"OfficeID", "Result", "Code"}), personal=frozenset({"CitizenID", "firstName"})
)


class _Platform(BaseHTTPRequestHandler):
    def _answer(self, body: bytes, *, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Answer by path."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/auth/validate"):
            self._answer(json.dumps({"Result": TOKEN}).encode(), Set_Cookie=f"session={TOKEN}")
        elif parts.path == "/gzip":
            self._answer(gzip.compress(b'{"Result": true}'), Content_Encoding="gzip")
        elif parts.path == "/binary":
            self._answer(b"\x89PNG\x00\xff", Content_Type="image/png")
        elif parts.path == "/leak":
            self._answer(json.dumps({"Result": SECRET[:8] + SECRET[8:]}).encode())
        elif parts.path == "/html":
            self._answer(b"<html>blocked</html>", Content_Type="text/html", status=403)
        else:
            host = self.headers["Host"]
            record = {"CitizenID": query.get("CitizenID"), "firstName": "สมหญิง", "age": 31, "more": None}
            self._answer(json.dumps({**record, "link": f"http://{host}/next", "Code": "00000"}).encode())

    def do_POST(self) -> None:
        """Echo what came."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(json.dumps({"Result": True, "length": len(body)}).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def small_platform() -> Iterator[str]:
    """Serve until the block ends; gives the URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Platform)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def log_in(url: str, *, secret: str = SECRET) -> Request:
    """A request for a token, as the gateway's."""
    return Request(
        method="GET",
        url=f"{url}/ws/auth/validate",
        operation="auth.validate",
        query=(("ConsumerSecret", secret), ("AgentID", OFFICER)),
        headers=(("Consumer-Key", "the-key-of-the-agency"),),
    )


def ask(url: str, path: str = "/ws/person", *, token: str = TOKEN, **query: str) -> Request:
    """A look-up with the token."""
    return Request(
        method="GET",
        url=url + path,
        operation="person",
        query=tuple(query.items()),
        headers=(("Consumer-Key", "the-key-of-the-agency"), ("Token", token)),
    )

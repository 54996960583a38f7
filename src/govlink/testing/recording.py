"""Transports that remember, as data, what went through them, for tests that compare what was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..flow import Effect, FileBody, Request, Response
from ..transport import AsyncTransport, Transport

__all__ = ["AsyncRecordingTransport", "RecordingTransport", "SentRequest", "body_bytes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """One request as it was handed to the transport, without the host, so that two servers compare.

    A file body is read in full. Two records are equal when the same bytes were asked to be sent.
    """

    operation: str
    method: str
    path: str
    effect: Effect
    timeout_s: float
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    @classmethod
    def of(cls, request: Request) -> SentRequest:
        """The record of a request."""
        return cls(
            operation=request.operation,
            method=request.method,
            path=urlsplit(request.url).path,
            effect=request.effect,
            timeout_s=request.timeout_s,
            query=request.query,
            headers=request.headers,
            body=body_bytes(request).replace(urlsplit(request.url).netloc.encode(), b"host"),
        )


def body_bytes(request: Request) -> bytes:
    """The body in full, read from its file where it is one, with what is sent around it."""
    body = request.body
    if not isinstance(body, FileBody):
        return body or b""
    with body.path.open("rb") as file:
        file.seek(body.offset_bytes)
        content = file.read() if body.length_bytes is None else file.read(body.length_bytes)
    return body.before + content + body.after


class RecordingTransport:
    """Carries requests with another transport and keeps a record of each in ``sent``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.sent: list[SentRequest] = []

    def send(self, request: Request) -> Response:
        """Record, then carry."""
        self.sent.append(SentRequest.of(request))
        return self._transport.send(request)

    def close(self) -> None:
        """Close the transport that carries."""
        self._transport.close()


class AsyncRecordingTransport:
    """The same for tasks."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
        self.sent: list[SentRequest] = []

    async def send(self, request: Request) -> Response:
        """Record, then carry."""
        self.sent.append(SentRequest.of(request))
        return await self._transport.send(request)

    async def aclose(self) -> None:
        """Close the transport that carries."""
        await self._transport.aclose()

"""An ASGI application that takes sealed messages in over HTTP. Needs the extra ``provider``.

``POST {mount}/{message_id}`` with the envelope as the body, of any media type. govlink's own form,
version 1; no platform documents one. Answers:

====  =====================================================================================
200   the receipt (JWS compact) as ``text/plain``, which may be a signed refusal; a repeat gets the
      first one, byte for byte
409   another content was received from this sender under this id before
413   the envelope is larger than is taken here
422   the envelope itself is refused, and nothing is kept of it: sending it again is no use
503   it could not be processed now, or is being processed: send it again later
====  =====================================================================================

Every answer but the receipt is a JSON object with ``Message`` (English, without any content of the
envelope) and ``Code`` (stable). The body goes to a file of mode 600 while it arrives and never into
memory whole. Who may call at all is the gateway's affair, or that of whoever wraps this application.
"""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from anyio import open_file, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from ..errors import (
    ConflictError,
    Fault,
    GovlinkError,
    RejectedError,
    Sent,
    TransportError,
    UnavailableError,
    VerificationError,
)
from .inbox import Inbox, Process

__all__ = ["receiving_app"]

ENVELOPE_TOO_LARGE = Fault(
    "exchange.envelope_too_large",
    en="an envelope may have at most {most_bytes} bytes here",
    th="ที่นี่รับซองเอกสารได้ไม่เกิน {most_bytes} ไบต์",
)
UNSTORABLE = Fault(
    "exchange.arrival_unstorable",
    en="the envelope that was arriving could not be stored ({kind})",
    th="จัดเก็บซองเอกสารที่กำลังรับไม่ได้ ({kind})",
)
CUT_OFF = Fault(
    "exchange.arrival_cut_off",
    en="the sender went away before the whole envelope arrived",
    th="ผู้ส่งตัดการเชื่อมต่อก่อนที่ซองเอกสารจะมาถึงครบ",
)

_RETRY_AFTER_S = 5


def receiving_app(inbox: Inbox, *, process: Process) -> ASGIApp:
    """The application; mount it under any path.

    Args:
        inbox: Where messages are kept; its limits are those of the application.
        process: Takes each document over, in a thread; see ``govlink.exchange.inbox`` for what it must bear.
    """

    async def receive(request: Request) -> Response:
        try:
            receipt = await _accept(request, inbox=inbox, process=process)
        except GovlinkError as error:
            return _refusal(error)
        return PlainTextResponse(receipt)

    return Router(routes=[Route("/{message_id:uuid}", receive, methods=["POST"])], redirect_slashes=False)


async def _accept(request: Request, *, inbox: Inbox, process: Process) -> str:
    most_bytes = inbox.limits.max_envelope_bytes
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > most_bytes:
        raise RejectedError(ENVELOPE_TOO_LARGE, most_bytes=most_bytes)
    message_id: UUID = request.path_params["message_id"]
    with inbox.incoming() as envelope:
        await _store(request, envelope, most_bytes=most_bytes)
        return await to_thread.run_sync(
            lambda: inbox.accept(envelope, process=process, message_id=message_id)
        )


async def _store(request: Request, envelope: Path, *, most_bytes: int) -> None:
    size_bytes = 0
    try:
        async with await open_file(envelope, "wb") as file:
            async for chunk in request.stream():
                size_bytes += len(chunk)
                if size_bytes > most_bytes:
                    raise RejectedError(ENVELOPE_TOO_LARGE, most_bytes=most_bytes)
                await file.write(chunk)
    except ClientDisconnect:
        raise TransportError(CUT_OFF, sent=Sent.MAYBE) from None
    except OSError as error:
        raise UnavailableError(UNSTORABLE, kind=type(error).__name__) from error


def _refusal(error: GovlinkError) -> Response:
    match error:
        case RejectedError(fault=fault) if fault is ENVELOPE_TOO_LARGE:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        case RejectedError() | VerificationError():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        case ConflictError():
            status = HTTPStatus.CONFLICT
        case _:
            status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": str(_RETRY_AFTER_S)} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse({"Message": str(error), "Code": error.code}, status_code=status, headers=headers)

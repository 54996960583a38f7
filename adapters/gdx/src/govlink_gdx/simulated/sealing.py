"""e-Document signing in a box.

Paths, parameters and members were seen in code, the rest is modelled: statuses and texts of failures,
and what is added to a PDF, which is no real signature.

``GET /_sandbox/edoc`` shows the documents: who registered and who signed them.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.sandbox.toolkit import World, forbidden, thai_json

from .desk import Handler, missing

__all__ = ["routes"]

_PART = re.compile(
    rb'Content-Disposition: form-data; name="(\w+)"[^\r]*\r\n(?:Content-Type: [^\r]+\r\n)?\r\n'
)
_PLACE = ("Page", "Left", "Bottom", "Width", "Height")


@dataclass(slots=True, kw_only=True)
class _Document:
    content: bytes
    template_id: str
    link: str
    registered_by: str
    signed_by: str = ""
    reason: str = ""


def _parts(body: bytes, media_type: str) -> dict[str, bytes]:
    """The parts of a ``multipart/form-data`` body, by name."""
    _, _, boundary = media_type.partition("boundary=")
    found: dict[str, bytes] = {}
    for part in body.split(f"--{boundary}".encode())[1:-1]:
        head = _PART.match(part.lstrip(b"\r\n"))
        if head:
            found[head[1].decode()] = part.lstrip(b"\r\n")[head.end() :].removesuffix(b"\r\n")
    return found


def _failed(text: str, *, status: int) -> Response:
    return thai_json({"Message": text}, status=status)


def _signed(document: _Document) -> bytes:
    """The PDF with what a signed one has at its end, saying that it is none."""
    mark = f"\n% SYNTHETIC signature of {document.registered_by}, not a real one /ByteRange [0 0 0 0]\n"
    return document.content + mark.encode()


class _Edoc:
    def __init__(self, world: World) -> None:
        self.world = world
        self.documents: dict[str, _Document] = {}

    def register(self, parts: dict[str, bytes], *, template_id: str, agent: str) -> Response:
        content = parts.get("Content", b"")
        if not content.startswith(b"%PDF") or not template_id:
            return _failed("BadRequestException: Content or TemplateID", status=400)
        document_id = f"doc{self.world.next_number('edoc'):09d}"
        self.documents[document_id] = _Document(
            content=content,
            template_id=template_id,
            link=parts.get("Link", b"").decode(),
            registered_by=agent,
        )
        return thai_json({"DocumentID": document_id})

    def certify(self, content: dict[str, object]) -> Response:
        if not all(content.get(name) for name in ("CertificateID", "Agent", "Position")):
            return missing()
        return self.sign(content, by=f"certificate {content['CertificateID']}")

    def sign(self, content: dict[str, object], *, by: str) -> Response:
        document = self.documents.get(str(content.get("DocumentID")))
        if document is None:
            return _failed("NotFoundException: document not found", status=404)
        signature = content.get("Signature")
        is_placed = isinstance(signature, dict) and all(name in signature for name in _PLACE)
        if not is_placed or not _is_image(signature) or not content.get("Reason"):
            return _failed("BadRequestException: Signature or Reason", status=400)
        document.signed_by, document.reason = by, str(content["Reason"])
        return thai_json({"DocumentID": content["DocumentID"], "Status": "COMPLETED"})

    def content(self, document_id: str) -> Response:
        document = self.documents.get(document_id)
        if document is None:
            return _failed("NotFoundException: document not found", status=404)
        pdf = _signed(document) if document.signed_by else document.content
        return Response(pdf, media_type="application/pdf")

    def shown(self) -> Response:
        names = ("template_id", "link", "registered_by", "signed_by")
        return thai_json({number: {n: getattr(d, n) for n in names} for number, d in self.documents.items()})


def _is_image(signature: object) -> bool:
    image = signature.get("Image") if isinstance(signature, dict) else None
    try:
        return isinstance(image, str) and base64.b64decode(image, validate=True).startswith(b"\x89PNG")
    except ValueError:
        return False


def routes(world: World) -> list[Route]:
    """e-Document's four calls that sealing needs, and the sandbox's own."""
    edoc = _Edoc(world)

    def guarded(handler: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            return forbidden(request, world) or await handler(request)

        return handle

    def agent(request: Request) -> str:
        return world.sessions.agent_of(request) or ""

    async def register(request: Request) -> Response:
        parts = _parts(await request.body(), request.headers.get("Content-Type", ""))
        template_id = request.query_params.get("TemplateID", "")
        return edoc.register(parts, template_id=template_id, agent=agent(request))

    async def certify(request: Request) -> Response:
        return edoc.certify(await request.json())

    async def sign(request: Request) -> Response:
        signer = agent(request)
        if not signer.isdigit():  # the session must be the signing person's own (documented: AgentID)
            return _failed("ForbiddenException: AgentID is not a person", status=403)
        return edoc.sign(await request.json(), by=signer)

    async def content(request: Request) -> Response:
        return edoc.content(request.query_params.get("DocumentID", ""))

    async def show(_: Request) -> Response:
        return edoc.shown()

    signature = "/api/edoc/signature/egov/v1"
    return [
        Route("/api/edoc/document/v1/register", guarded(register), methods=["PUT"]),
        Route(f"{signature}/organization/certified", guarded(certify), methods=["POST"]),
        Route(f"{signature}/image/signed", guarded(sign), methods=["POST"]),
        Route(f"{signature}/content", guarded(content)),
        Route("/_sandbox/edoc", show),
    ]

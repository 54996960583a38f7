"""From a document to seal to e-Document's four requests."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace

from govlink.errors import Fault, Problem, RejectedError
from govlink.flow import Auth, Context, Effect, Request
from govlink.gateway import DEFAULT_HOSTS, gateway_auth
from govlink.models.documents import OrganisationSeal, PersonSignature, Placement, SealRequest
from govlink.models.identity import AgentId
from govlink.settings import Endpoint, Environment
from govlink.wire import JSON_TYPE, json_body

from .codes import PLATFORM
from .sealing_settings import (
    CONTENT,
    IMAGE_SIGNED,
    ORGANIZATION_CERTIFIED,
    REGISTER,
    TRIAL_HOST,
    Coordinates,
)
from .settings import GdxSettings

__all__ = ["check_seal", "request_content", "request_register", "request_sign"]

SEAL_INVALID = Fault(
    "gdx.seal_invalid",
    en="the document was not sent, because it could not be sealed",
    th="ไม่ได้ส่งเอกสาร เนื่องจากข้อมูลไม่ครบหรือไม่ถูกต้องสำหรับการลงลายมือชื่อ",
)
NO_PDF = Fault("gdx.seal_no_pdf", en="this is no PDF", th="ข้อมูลนี้ไม่ใช่ไฟล์ PDF")
TOO_BIG = Fault("gdx.seal_too_big", en="this is larger than {limit} bytes", th="ข้อมูลนี้มีขนาดเกิน {limit} ไบต์")
NO_PNG = Fault("gdx.seal_no_png", en="this is no PNG image", th="ข้อมูลนี้ไม่ใช่ภาพ PNG")
SEAL_EMPTY = Fault("gdx.seal_empty", en="this must not be empty", th="ค่านี้ต้องไม่ว่าง")
NOT_A_PERSON = Fault(
    "gdx.seal_not_a_person",
    en="the signer must be a person's citizen number, in whose own session the document is signed",
    th="ผู้ลงนามต้องเป็นเลขประจำตัวประชาชนของเจ้าของเซสชัน",
)

SIGNATURE_ROOM_BYTES = 2 * 1024 * 1024


def check_seal(request: SealRequest, *, limit_bytes: int) -> None:
    """Do nothing for a request that can be sent.

    Raises:
        RejectedError: content, image, names or signer cannot be such; ``problems`` says which.
    """
    faults: dict[str, Fault | None] = {
        "/content": None if request.content.startswith(b"%PDF") else NO_PDF,
        "/image_png": None if request.image_png.startswith(b"\x89PNG\r\n\x1a\n") else NO_PNG,
        "/template_id": None if request.template_id else SEAL_EMPTY,
        "/reason": None if request.reason else SEAL_EMPTY,
    }
    if isinstance(request.signer, PersonSignature):
        faults["/signer/signer"] = None if request.signer.signer.is_officer else NOT_A_PERSON
    else:
        faults["/signer/certificate_id"] = None if request.signer.certificate_id else SEAL_EMPTY
    problems = [Problem(pointer=p, fault=fault) for p, fault in faults.items() if fault is not None]
    if len(request.content) > limit_bytes:
        problems.append(Problem(pointer="/content", fault=TOO_BIG, values=(("limit", str(limit_bytes)),)))
    if problems:
        raise RejectedError(
            SEAL_INVALID, platform=PLATFORM, operation=REGISTER.operation, problems=tuple(problems)
        )


def _hosts(settings: GdxSettings) -> dict[str, str]:
    return {**DEFAULT_HOSTS, "trial": TRIAL_HOST, **settings.hosts}


def _auth(settings: GdxSettings, request: SealRequest) -> Auth:
    """The session the document is signed in: the person's own, or the agency's for a seal.

    In UAT the session comes from the test host that the documents are on (documented for the host,
    modelled that its two services belong together).
    """
    agent: AgentId | None = None
    if isinstance(request.signer, PersonSignature):
        agent = request.signer.signer
    if settings.environment is Environment.UAT:
        hosts = _hosts(settings)
        settings = settings.model_copy(update={"hosts": {**hosts, "gateway": hosts["trial"]}})
    return gateway_auth(settings, platform=PLATFORM, agent=agent)


def _request(endpoint: Endpoint, settings: GdxSettings, request: SealRequest) -> Request:
    return Request(
        method="POST",
        url=settings.url_of(endpoint, platform=PLATFORM, hosts=_hosts(settings)),
        operation=endpoint.operation,
        effect=Effect.WRITE,
        headers=(JSON_TYPE,),
        timeout_s=settings.document_timeout_s,
        max_body_bytes=settings.record_limit_bytes,
        auth=_auth(settings, request),
    )


def _boundary(context: Context, *bodies: bytes) -> str:
    """A line that stands in none of the parts, and follows from the context."""
    attempt = 0
    while True:
        boundary = f"govlink-{context.random_bytes(f'multipart-{attempt}').hex()[:32]}"
        if not any(boundary.encode() in body for body in bodies):
            return boundary
        attempt += 1


def _part(boundary: str, disposition: str, body: bytes, *, media_type: str | None = None) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n"
    if media_type is not None:
        head += f"Content-Type: {media_type}\r\n"
    return head.encode() + b"\r\n" + body + b"\r\n"


def request_register(settings: GdxSettings, *, request: SealRequest, context: Context) -> Request:
    """``PUT api/edoc/document/v1/register`` with the PDF and what is printed on it (seen in code).

    The body is ``multipart/form-data``: Content, Clause, Link, Page, Left, Bottom, in this order, all
    but the first as text. That Link is printed as an address to verify at is inferred.
    """
    place = request.link_placement
    texts = {
        "Clause": request.clause,
        "Link": request.verification_url,
        "Page": str(place.page),
        "Left": str(place.left),
        "Bottom": str(place.bottom),
    }
    boundary = _boundary(context, request.content, *(text.encode() for text in texts.values()))
    parts = [
        _part(
            boundary,
            'name="Content"; filename="document.pdf"',
            request.content,
            media_type="application/pdf",
        ),
        *(_part(boundary, f'name="{name}"', text.encode()) for name, text in texts.items()),
        f"--{boundary}--\r\n".encode(),
    ]
    return replace(
        _request(REGISTER, settings, request),
        method="PUT",
        query=(
            ("TemplateID", request.template_id),
            ("Timestamp", "true" if settings.edoc_timestamp else "false"),
        ),
        headers=(("Content-Type", f"multipart/form-data; boundary={boundary}"),),
        body=b"".join(parts),
    )


def _signature(place: Placement, image_png: bytes, *, as_text: bool) -> dict[str, object]:
    numbers = {
        "Page": place.page,
        "Left": place.left,
        "Bottom": place.bottom,
        "Width": place.width,
        "Height": place.height,
    }
    written: Mapping[str, object] = {n: str(v) for n, v in numbers.items()} if as_text else numbers
    return {**written, "Image": base64.b64encode(image_png).decode()}


def request_sign(settings: GdxSettings, *, request: SealRequest, document_id: str) -> Request:
    """Sign a registered document: ``…/organization/certified`` or ``…/image/signed`` (seen in code).

    A seal names its certificate and who ordered it; a signature by image counts for the person whose
    session it is. ``Content``, further texts printed beside a seal, is sent empty.
    """
    as_text = settings.edoc_coordinates is Coordinates.TEXT
    content: dict[str, object] = {
        "DocumentID": document_id,
        "Reason": request.reason,
        "Signature": _signature(request.placement, request.image_png, as_text=as_text),
    }
    if isinstance(request.signer, OrganisationSeal):
        content = {
            "CertificateID": request.signer.certificate_id,
            **content,
            "Agent": request.signer.agent_name,
            "Position": request.signer.agent_position,
            "Content": [],
        }
        endpoint = ORGANIZATION_CERTIFIED
    else:
        endpoint = IMAGE_SIGNED
    return replace(_request(endpoint, settings, request), body=json_body(content))


def request_content(settings: GdxSettings, *, request: SealRequest, document_id: str) -> Request:
    """``GET api/edoc/signature/egov/v1/content``: the PDF itself, not JSON (seen in code).

    It may be larger than what was sent by the signature, its certificates and its time stamp: a
    document just within the limit must not be signed and then be too large to fetch.
    """
    return replace(
        _request(CONTENT, settings, request),
        method="GET",
        effect=Effect.READ,
        query=(("DocumentID", document_id),),
        headers=(("Accept", "application/pdf"),),
        max_body_bytes=settings.document_limit_bytes + SIGNATURE_ROOM_BYTES,
    )

"""Sealing a PDF on DGA's e-Document: registered, signed there, and fetched back byte for byte.

The protocol is known from public clients' code only.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from govlink.errors import (
    Fault,
    GovlinkError,
    OutcomeUnknownError,
    Problem,
    UnexpectedAnswerError,
    VerificationError,
)
from govlink.flow import Context, Flow, Request, Response
from govlink.models.documents import SealRequest
from govlink.models.registry import DocumentKind, RegistryDocument
from govlink.wire import field_ci, parse_json_object, raise_for_status

from .codes import PLATFORM, raise_for_code
from .sealing_requests import check_seal, request_content, request_register, request_sign
from .sealing_settings import CONTENT, REGISTER
from .settings import GdxSettings

__all__ = ["SealingFlows", "parse_registered", "parse_sealed"]

NO_DOCUMENT_ID = Fault(
    "gdx.seal_no_document_id",
    en="e-Document took the file but named no DocumentID",
    th="ระบบ e-Document รับไฟล์แล้วแต่ไม่แจ้ง DocumentID",
)
SEAL_UNKNOWN = Fault(
    "gdx.seal_unknown",
    en="the signature was asked for and no answer came; see document {document_id} on e-Document",
    th="ส่งคำขอลงลายมือชื่อแล้วแต่ไม่ได้รับคำตอบ โปรดตรวจสอบเอกสาร {document_id} ในระบบ e-Document",
)
NOT_SEALED = Fault(
    "gdx.not_sealed",
    en="e-Document answered with a file that bears no signature ({what})",
    th="ไฟล์ที่ระบบ e-Document ส่งกลับไม่มีลายมือชื่อ ({what})",
)
STANDS = Fault(
    "gdx.seal_stands",
    en="the signature was accepted; see document {document_id} on e-Document before sealing anew",
    th="ระบบรับคำขอลงลายมือชื่อแล้ว โปรดตรวจสอบเอกสาร {document_id} ในระบบ e-Document ก่อนลงลายมือชื่อใหม่",
)
NO_PDF_BACK = Fault(
    "gdx.seal_answer_no_pdf",
    en="e-Document answered with something that is no PDF (HTTP {status})",
    th="ระบบ e-Document ตอบกลับด้วยข้อมูลที่ไม่ใช่ไฟล์ PDF (HTTP {status})",
)

_DOCUMENT_ID = re.compile(r"(?!\d{13}$)[0-9A-Za-z][0-9A-Za-z_-]{3,63}")  # never a citizen number


def _raise_for_refusal(response: Response, *, operation: str) -> None:
    raise_for_code(response, operation=operation)
    raise_for_status(response, platform=PLATFORM, operation=operation)


def parse_registered(response: Response) -> str:
    """The ``DocumentID`` of a registered document.

    Raises:
        UnexpectedAnswerError: there is none, or it cannot be one.
    """
    operation = REGISTER.operation
    _raise_for_refusal(response, operation=operation)
    content = parse_json_object(response, platform=PLATFORM, operation=operation)
    document_id = field_ci(content, "DocumentID")
    if not isinstance(document_id, str) or _DOCUMENT_ID.fullmatch(document_id) is None:
        raise UnexpectedAnswerError(NO_DOCUMENT_ID, platform=PLATFORM, operation=operation)
    return document_id


def parse_sealed(
    response: Response, *, request: SealRequest, document_id: str, signature_sign: str
) -> RegistryDocument:
    """The sealed PDF, untouched: it is signed, so not a byte may change.

    That a signature is in it is looked for, not verified: who signed and whether it holds is a
    verifier's work.

    Raises:
        UnexpectedAnswerError: something else than a PDF came.
        VerificationError: it is the file that was sent, or holds no signature.
    """
    operation, pdf = CONTENT.operation, response.body
    _raise_for_refusal(response, operation=operation)
    if not pdf.startswith(b"%PDF"):
        raise UnexpectedAnswerError(
            NO_PDF_BACK, platform=PLATFORM, operation=operation, status=response.status
        )
    if pdf == request.content:
        raise VerificationError(NOT_SEALED, platform=PLATFORM, operation=operation, what="unchanged")
    if signature_sign.encode() not in pdf:
        raise VerificationError(NOT_SEALED, platform=PLATFORM, operation=operation, what=signature_sign)
    return RegistryDocument(
        service="edoc.seal",
        kind=DocumentKind.PDF,
        file_name=f"{document_id}.pdf",
        media_type="application/pdf",
        content=pdf,
        sha256_hex=hashlib.sha256(pdf).hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingFlows:
    """``DocumentSealing`` by the organisation's certificate or a person's image of a signature."""

    settings: GdxSettings

    def seal(self, request: SealRequest, *, context: Context) -> Flow[RegistryDocument]:
        """Register the PDF, have it signed, fetch it back; three requests (seen in code).

        A registration whose answer was lost is made once more: its number is lost with it, and a
        document that nobody signed binds nobody. A signature whose answer was lost is not asked for
        again; the error names the document, so that a person can look it up. So does the problem of
        every error after the signature was accepted: sealing anew would sign a second document.
        A time stamp is asked for by default (``edoc_timestamp``).

        Raises:
            RejectedError: the request cannot be sent, or the platform refused it.
            OutcomeUnknownError: the signature was asked for and no answer came.
            VerificationError: what came back bears no signature.
            UnexpectedAnswerError: an answer in another form.
        """
        check_seal(request, limit_bytes=self.settings.document_limit_bytes)
        register = request_register(self.settings, request=request, context=context)
        document_id = yield from self._register(register)
        sign = request_sign(self.settings, request=request, document_id=document_id)
        try:
            response = yield sign
        except OutcomeUnknownError as lost:
            raise OutcomeUnknownError(
                SEAL_UNKNOWN, platform=PLATFORM, operation=sign.operation, document_id=document_id
            ) from lost
        _raise_for_refusal(response, operation=sign.operation)
        try:
            response = yield request_content(self.settings, request=request, document_id=document_id)
            return parse_sealed(
                response,
                request=request,
                document_id=document_id,
                signature_sign=self.settings.edoc_signature_sign,
            )
        except GovlinkError as error:
            stands = Problem(pointer="", fault=STANDS, values=(("document_id", document_id),))
            error.problems = (*error.problems, stands)
            raise

    def _register(self, request: Request) -> Flow[str]:
        try:
            response = yield request
        except OutcomeUnknownError:
            response = yield request
        return parse_registered(response)

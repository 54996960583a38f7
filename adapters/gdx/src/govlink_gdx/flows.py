"""The verbs of GDX: each builds one request, waits for its answer and reads it."""

from __future__ import annotations

from dataclasses import dataclass

from govlink.flow import Context, Flow, Response
from govlink.models.identity import AgentId
from govlink.models.registry import RegistryDocument, RegistryQuery, RegistryRecord

from .catalogue import DOCUMENTS, RECORDS, AnswerKind, Service
from .documents import parse_pdf
from .images import parse_image, parse_photo, parse_raw_text
from .linkage2 import LinkageCenter2Flows
from .linkage2_settings import EDUCATION_SERVICES
from .parse import SessionState, parse_agent_permission, parse_look_up
from .requests import request_agent_permission, request_service, service_of
from .settings import GdxSettings

__all__ = ["GdxFlows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GdxFlows:
    """``RegistryLookup`` and ``RegistryDocuments`` on GDX, and the probe of an officer's session."""

    settings: GdxSettings

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
        """Ask a registry: any service of the catalogue that answers yes or no, a record or a list.

        One request with the keys in its query, or in a form where the service is asked by POST. The
        purpose is not sent, but to a declared service whose ``purpose_headers`` say so. Civil registration
        (``dopa.linkage_…``, ``dopa.ikno_…``) is asked in the officer's own session, so that officer must
        be logged in to GovAMI. An ``ikno`` call counts against the day's quota and is not sent outside
        the registry's hours.

        Raises:
            RejectedError: the query is not one that the service takes; nothing was sent.
            NotFoundError: no such record (204, 404, a code that says so, or an empty list).
            OfficerLoginRequired: the officer's session is not open.
            AuthError: no right to the service or the data set.
            QuotaError: the day's look-ups are used up; or the call would come outside the hours that
                the settings name, and was not sent.
            UnavailableError: the registry says that it is outside its hours, or cannot be reached.
            UnexpectedAnswerError: an unknown code, or an answer in another form.
        """
        if query.service in EDUCATION_SERVICES:
            center = LinkageCenter2Flows(settings=self.settings)
            return (yield from center.look_up(query, context=context))
        service = service_of(self.settings, query=query, kinds=RECORDS)
        request = request_service(self.settings, service=service, query=query)
        response = yield request
        return parse_look_up(response, service=service, limit_bytes=request.max_body_bytes)

    def fetch(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryDocument]:  # noqa: ARG002 - the verb's signature
        """Fetch a document: a PDF, page images, a photograph, or a text register's own XML.

        One ``GET`` with the keys in its query. The bytes are decoded, checked against the size and
        digest that came with them, and handed on untouched. Page images that came as several files
        are the document and its ``further``.

        Raises:
            RejectedError: the query is not one that the service takes; nothing was sent.
            NotFoundError: there is no such document.
            VerificationError: size, digest or file type are not what the answer says.
            GovlinkError: as for ``look_up``.
        """
        service = service_of(self.settings, query=query, kinds=DOCUMENTS)
        request = request_service(self.settings, service=service, query=query)
        response = yield request
        return self._document(response, service=service, limit_bytes=request.max_body_bytes)

    def _document(self, response: Response, *, service: Service, limit_bytes: int) -> RegistryDocument:
        if service.answer is AnswerKind.PDF:
            algorithm = self.settings.hash_algorithm
            return parse_pdf(response, service=service, limit_bytes=limit_bytes, hash_algorithm=algorithm)
        if service.answer is AnswerKind.TEXT:
            return parse_raw_text(response, service=service, limit_bytes=limit_bytes)
        parse = parse_image if service.answer is AnswerKind.IMAGE else parse_photo
        check_size = self.settings.check_image_size
        return parse(response, service=service, limit_bytes=limit_bytes, check_size=check_size)

    def officer_session(self, officer: AgentId, *, context: Context) -> Flow[SessionState]:  # noqa: ARG002 - all flows take a context
        """Whether the officer is logged in to GovAMI, without looking anybody up.

        One ``GET`` with Consumer-Key and AgentID in its query (documented: Linkage API guide).

        Raises:
            RejectedError: the officer is a system's name.
            AuthError: the gateway refused the session.
        """
        request = request_agent_permission(self.settings, officer=officer)
        response = yield request
        return parse_agent_permission(response, limit_bytes=request.max_body_bytes)

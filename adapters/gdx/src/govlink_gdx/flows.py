"""The verbs of GDX: each builds one request, waits for its answer and reads it."""

from __future__ import annotations

from dataclasses import dataclass

from govlink.flow import Context, Flow
from govlink.models.identity import AgentId
from govlink.models.registry import RegistryDocument, RegistryQuery, RegistryRecord

from .catalogue import AnswerKind
from .documents import parse_pdf
from .parse import SessionState, parse_agent_permission, parse_record, parse_yes_no
from .requests import request_agent_permission, request_service, service_of
from .settings import GdxSettings

__all__ = ["GdxFlows"]

_RECORDS = frozenset({AnswerKind.YES_NO, AnswerKind.RECORD})
_DOCUMENTS = frozenset({AnswerKind.PDF})


@dataclass(frozen=True, slots=True, kw_only=True)
class GdxFlows:
    """``RegistryLookup`` and ``RegistryDocuments`` on GDX, and the probe of an officer's session."""

    settings: GdxSettings

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:  # noqa: ARG002 - the verb's signature
        """Ask a registry: ``dopa.laser_code`` (yes or no) or ``dopa.linkage_person`` (a record).

        One ``GET`` with the keys in its query; the purpose is not sent. ``dopa.linkage_person`` is
        asked in the officer's own session, so that officer must be logged in to GovAMI.

        Raises:
            RejectedError: the query is not one that the service takes; nothing was sent.
            NotFoundError: no such record (204, 404, or code 00815 in a 500).
            OfficerLoginRequired: the officer's session is not open.
            AuthError: no right to the service or the data set.
            QuotaError: the day's look-ups are used up.
            UnavailableError: outside hours, or the registry cannot be reached.
            UnexpectedAnswerError: an unknown code, or an answer in another form.
        """
        service = service_of(query, kinds=_RECORDS)
        request = request_service(self.settings, service=service, query=query)
        response = yield request
        parse = parse_yes_no if service.answer is AnswerKind.YES_NO else parse_record
        return parse(response, service=service, limit_bytes=request.max_body_bytes)

    def fetch(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryDocument]:  # noqa: ARG002 - the verb's signature
        """Fetch a document: ``dbd.certificate``, a company certificate as the registry sends it.

        One ``GET`` with the keys in its query. The bytes are decoded from Base64, checked against the
        size and digest that came with them, and handed on untouched.

        Raises:
            RejectedError: the query is not one that the service takes; nothing was sent.
            NotFoundError: there is no such document.
            VerificationError: size, digest or file type are not what the answer says.
            GovlinkError: as for ``look_up``.
        """
        service = service_of(query, kinds=_DOCUMENTS)
        request = request_service(self.settings, service=service, query=query)
        response = yield request
        return parse_pdf(
            response,
            service=service,
            limit_bytes=request.max_body_bytes,
            hash_algorithm=self.settings.hash_algorithm,
        )

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

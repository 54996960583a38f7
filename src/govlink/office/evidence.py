"""What registries say of an applicant, kept as evidence."""

from __future__ import annotations

from collections.abc import Mapping

from ..client import Client
from ..engine import JobResult
from ..equivalence.actors import SYSTEM
from ..equivalence.application import Application
from ..equivalence.commands import RecordEvidence
from ..equivalence.events import EvidenceRecorded
from ..equivalence.guards import check_state
from ..equivalence.petition import Petition
from ..equivalence.rules import Finding
from ..equivalence.service import PetitionDesk
from ..equivalence.store import EventStore
from ..errors import NotFoundError
from ..models.registry import Purpose, RegistryQuery
from .settings import OfficeSettings, RegistryService

__all__ = ["EvidenceCollector"]

_WEIGHT = {Finding.NOT_ASKED: 0, Finding.SILENT: 1, Finding.CONFIRMED: 2, Finding.DENIED: 3}
"""A weightier finding replaces another: silence undoes nothing, and a denial stands."""


class EvidenceCollector:
    """Asks registries in the officer's name, once for each petition and service."""

    def __init__(
        self,
        client: Client,
        *,
        desk: PetitionDesk,
        store: EventStore,
        settings: OfficeSettings,
        platform: str,
    ) -> None:
        self._client = client
        self._desk = desk
        self._store = store
        self._settings = settings
        self._platform = platform

    def ask(self, petition: Petition, application: Application, *, service: RegistryService) -> JobResult:
        """Record what the service says of the applicant; nothing is asked when it said so before.

        Raises:
            ConflictError: the petition takes no evidence any more; nobody was looked up.
        """
        if self._was_recorded(petition.id, source=service.name):
            return {"finding": petition.facts.identity.value}
        check_state(RecordEvidence(actor=SYSTEM, source=service.name), petition.state)
        query = self._query(petition, service=service.name, keys=service.keys(application.applicant))
        try:
            record = self._client.look_up(query, platform=self._platform)
        except NotFoundError:
            finding = Finding.DENIED
        else:
            finding = service.finding(application.applicant, record)
        weightier = _WEIGHT[finding] > _WEIGHT[petition.facts.identity]
        command = RecordEvidence(actor=SYSTEM, source=service.name, identity=finding if weightier else None)
        self._desk.handle(petition.id, command)
        return {"finding": finding.value}

    def fetch_agent(self, petition: Petition, application: Application) -> JobResult:
        """Fetch the company certificate of the organisation that filed; its digest is kept."""
        agent = application.agent
        keys = {self._settings.company_key: agent.juristic_id.value} if agent else {}
        query = self._query(petition, service=self._settings.company_service, keys=keys)
        document = self._client.fetch_document(query, platform=self._platform)
        return {"sha256": document.sha256_hex, "bytes": str(len(document.content))}

    def _was_recorded(self, stream: str, *, source: str) -> bool:
        return any(
            isinstance(event, EvidenceRecorded) and event.source == source and event.actor == SYSTEM
            for event in self._store.load(stream)
        )

    def _query(self, petition: Petition, *, service: str, keys: Mapping[str, str]) -> RegistryQuery:
        purpose = Purpose(
            text=self._settings.purpose,
            legal_basis=self._settings.legal_basis,
            case_reference=petition.number or petition.reference,
        )
        return RegistryQuery(service=service, keys=keys, purpose=purpose, officer=self._settings.officer)

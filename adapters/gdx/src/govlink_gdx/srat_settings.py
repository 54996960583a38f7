"""Service Request and Tracking (SRAT), DGA's back office: where its petitions are pulled from."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, Field

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment

__all__ = ["APPLICATION", "SRAT_ENDPOINTS", "SratFields"]

APPLICATION = Endpoint(
    operation="srat.application",
    urls={
        Environment.SANDBOX: "{sandbox}/gdx/ws/ws/dga/srat/v1/application",
        # The guide prints the segment twice in both; endpoints replaces it where that is a misprint.
        Environment.UAT: "{gateway}/ws/ws/dga/srat/v1/test/application",
        Environment.PRODUCTION: "{gateway}/ws/ws/dga/srat/v1/application",
    },
    mark=Mark.DOCUMENTED,
    source="DGA knowledge base, SRAT API guide, 2",
)

SRAT_ENDPOINTS = (APPLICATION,)


class SratFields(BaseModel):
    """What an agency sets to take in petitions from SRAT.

    ``srat_service_no`` is the number of its service there; without it nothing can be pulled.
    ``srat_only_success`` pulls approved petitions only.
    ``srat_document_kinds`` gives the kind of an attachment by how its ``DocName`` begins (what follows
    may number the file or name a person); one that is not there is ``OTHER``. ``srat_page_size``
    petitions are handed over at a time: SRAT itself has no pages.
    """

    srat_service_no: str | None = Field(default=None, min_length=1)
    srat_only_success: bool = False
    srat_document_kinds: Mapping[str, str] = Field(default_factory=dict)
    srat_page_size: int = Field(default=50, ge=1, le=1000)

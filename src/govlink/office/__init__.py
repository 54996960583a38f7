"""The equivalence office: petitions taken in, evidence collected, certificates issued, states told.

It joins the petition desk to connected platforms, and knows platforms only by the names it is given.
"""

from __future__ import annotations

from .intake import FormRefusal, IntakeReport, Unsettled
from .office import EquivalenceOffice
from .settings import OfficePlatforms, OfficeSettings, RegistryService, gdx_card_service, gdx_person_service

__all__ = [
    "EquivalenceOffice",
    "FormRefusal",
    "IntakeReport",
    "OfficePlatforms",
    "OfficeSettings",
    "RegistryService",
    "Unsettled",
    "gdx_card_service",
    "gdx_person_service",
]

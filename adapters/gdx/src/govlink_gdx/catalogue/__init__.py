"""The services on GDX, as data: adding a service of a known kind is adding a record to a family.

``SERVICES`` is the whole catalogue; an agency adds its own records in its settings (``declared``).
"""

from __future__ import annotations

from .dbd import DBD
from .ikno import IKNO
from .linkage import AGENT_PERMISSION, LINKAGE
from .model import (
    DOCUMENTS,
    LARGE,
    RECORDS,
    AnswerKind,
    AskedAs,
    CallStyle,
    Family,
    Service,
    gdx_endpoint,
)
from .public import PUBLIC

__all__ = [
    "AGENT_PERMISSION",
    "DOCUMENTS",
    "LARGE",
    "RECORDS",
    "SERVICES",
    "AnswerKind",
    "AskedAs",
    "CallStyle",
    "Family",
    "Service",
    "gdx_endpoint",
]

SERVICES: tuple[Service, ...] = (*PUBLIC, *LINKAGE, *IKNO, *DBD)
"""Every service govlink knows, in the order in which they are listed to people."""

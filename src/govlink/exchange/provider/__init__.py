"""An agency's own registry, served in the gateway's conventions.

``provider_application`` makes an ASGI application of ``RegistryService`` values: who may call, for what
purpose, how often, what is answered, and what is logged before it is. Needs the extra ``provider``.
"""

from __future__ import annotations

from .access_log import AccessLog, AccessRecord, EvidenceAccessLog, Pseudonyms
from .application import provider_application
from .callers import Arrival, Caller, Callers, HashedKey, HeaderCallers, KeyedCaller, new_key
from .limits import Limits
from .pipeline import DescriptionReaders
from .purpose import PurposeHeaders
from .service import (
    Answer,
    Bilingual,
    Check,
    Handler,
    JsonType,
    Member,
    Method,
    Parameter,
    RegistryService,
    gateway_path,
    matching,
)

__all__ = [
    "AccessLog",
    "AccessRecord",
    "Answer",
    "Arrival",
    "Bilingual",
    "Caller",
    "Callers",
    "Check",
    "DescriptionReaders",
    "EvidenceAccessLog",
    "Handler",
    "HashedKey",
    "HeaderCallers",
    "JsonType",
    "KeyedCaller",
    "Limits",
    "Member",
    "Method",
    "Parameter",
    "Pseudonyms",
    "PurposeHeaders",
    "RegistryService",
    "gateway_path",
    "matching",
    "new_key",
    "provider_application",
]

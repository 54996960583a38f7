"""e-Document signing: where it is, and what only its clients' code tells."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment

__all__ = [
    "CONTENT",
    "IMAGE_SIGNED",
    "ORGANIZATION_CERTIFIED",
    "REGISTER",
    "SEALING_ENDPOINTS",
    "TRIAL_HOST",
    "Coordinates",
    "SealingFields",
]

TRIAL_HOST = "https://trial.dga.or.th"
"""DGA's test host (documented for sessions, seen in code for e-Documents); ``hosts.trial`` replaces it."""


def _endpoint(operation: str, path: str) -> Endpoint:
    return Endpoint(
        operation=f"edoc.{operation}",
        urls={
            Environment.SANDBOX: f"{{sandbox}}/gdx/api/edoc/{path}",
            Environment.UAT: f"{{trial}}/api/edoc/{path}",
            Environment.PRODUCTION: f"{{gateway}}/api/edoc/{path}",
        },
        mark=Mark.SEEN,
        source="public clients of the e-Document API; its page in the DGA knowledge base is gone",
    )


REGISTER = _endpoint("register", "document/v1/register")
ORGANIZATION_CERTIFIED = _endpoint("organization_certified", "signature/egov/v1/organization/certified")
IMAGE_SIGNED = _endpoint("image_signed", "signature/egov/v1/image/signed")
CONTENT = _endpoint("content", "signature/egov/v1/content")

SEALING_ENDPOINTS = (REGISTER, ORGANIZATION_CERTIFIED, IMAGE_SIGNED, CONTENT)


class Coordinates(StrEnum):
    """How the places in a signature are written in JSON."""

    TEXT = "text"
    NUMBER = "number"


class SealingFields(BaseModel):
    """What may have to be set to sign on e-Document; the defaults are what public clients send.

    ``edoc_timestamp`` asks for an electronic time stamp (what the parameter means is our reading).
    ``edoc_coordinates`` is how the places of a signature are written: texts, as seen. A signed PDF
    must hold ``edoc_signature_sign``, the name every PDF signature has; an empty text switches that
    check off.
    """

    edoc_timestamp: bool = True
    edoc_coordinates: Coordinates = Coordinates.TEXT
    edoc_signature_sign: str = Field(default="/ByteRange", pattern=r"^[ -~]*$")

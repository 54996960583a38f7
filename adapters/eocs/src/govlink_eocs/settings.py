"""Settings of the E-OCS interface, and the collection URL each call starts from."""

from __future__ import annotations

from pydantic import Field, SecretStr

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment, PlatformSettings

__all__ = ["ACKNOWLEDGE", "ENDPOINTS", "PLATFORM", "PULL", "REPORT_STATE", "EocsSettings"]

PLATFORM = "eocs"

_SOURCE = "modelled: openapi.json of this package; no interface of E-OCS OBEC is published"

PULL = Endpoint(
    operation="petitions.pull",
    urls={Environment.SANDBOX: "{sandbox}/eocs/v1/petitions"},
    mark=Mark.MODELLED,
    source=_SOURCE,
)
ACKNOWLEDGE = Endpoint(
    operation="petitions.acknowledge",
    urls={Environment.SANDBOX: "{sandbox}/eocs/v1/petitions/acknowledgements"},
    mark=Mark.MODELLED,
    source=_SOURCE,
)
REPORT_STATE = Endpoint(
    operation="petitions.report_state",
    urls={Environment.SANDBOX: "{sandbox}/eocs/v1/petitions"},
    mark=Mark.MODELLED,
    source=_SOURCE,
)
ENDPOINTS = (PULL, ACKNOWLEDGE, REPORT_STATE)


class EocsSettings(PlatformSettings):
    """How to reach E-OCS. Everything here is modelled, so everything can be set.

    No UAT or production URL is published: set ``endpoints`` for ``petitions.pull``,
    ``petitions.acknowledge`` and ``petitions.report_state`` (for the last, the petitions' collection,
    to which reference and ``/state`` are added).
    ``access_token`` goes out as a bearer token. ``page_size`` petitions are asked for at a time, and
    ``acknowledge_batch`` references are acknowledged in one call; both end at 500.
    ``include_acknowledged`` also pulls petitions taken in before, as after restoring an old backup.
    """

    access_token: SecretStr
    page_size: int = Field(default=100, ge=1, le=500)
    acknowledge_batch: int = Field(default=500, ge=1, le=500)
    include_acknowledged: bool = False

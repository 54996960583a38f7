"""What the national catalogue (GD Catalog) says of a dataset, through its harvester.

A person there validates and approves. Two questions tell the published version and the one under way;
the second wins, because it says what happens next. (the Thai extension's helpers and dataset page,
release 2.1.0; seen in code, not tried)
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from govlink.flow import Flow, Request
from govlink.models.publication import NationalState
from govlink.wire import json_body

from .answers import result_of
from .parse import Package, Site
from .settings import DataGoThSettings

__all__ = ["national_state_of"]

_STATES: Mapping[str, tuple[NationalState, NationalState]] = {
    "WAIT": (NationalState.WAITING, NationalState.WAITING),
    "VALIDATE": (NationalState.WAITING, NationalState.BEING_CHECKED),
    "VALIDATE_MODIFIED": (NationalState.CHANGE_WAITING, NationalState.CHANGE_BEING_CHECKED),
    "APPROVAL": (NationalState.WAITING_FOR_APPROVAL, NationalState.WAITING_FOR_APPROVAL),
    "WAIT_REVOKE": (NationalState.REVOCATION_WAITING, NationalState.REVOCATION_BEING_CHECKED),
    "REVOKE": (NationalState.REVOKED, NationalState.REVOKED),
    "REJECT": (NationalState.REJECTED, NationalState.REJECTED),
    "DELETED": (NationalState.DELETED, NationalState.DELETED),
}
"""The harvester's words: what each means before and after somebody began to check it."""


def _question(settings: DataGoThSettings, operation: str, *, host: str, package: Package) -> Request:
    """Ask about a dataset by the host of its catalogue and its id there; no token goes along."""
    return Request(
        method="POST",
        url=settings.action_url(operation),
        operation=operation,
        headers=(("Content-Type", "application/json"),),
        body=json_body({"site_url": host, "package": package.id}),
        timeout_s=settings.timeout_s,
    )


def _first(result: object) -> Mapping[str, object]:
    first = result[0] if isinstance(result, list) and result else {}
    return first if isinstance(first, dict) else {}


def national_state_of(settings: DataGoThSettings, package: Package, *, site: Site) -> Flow[NationalState]:
    """The state of the version under way, else whether a version is published, else unknown."""
    host = urlsplit(site.url or settings.action_url("package_show")).netloc
    answers: list[Mapping[str, object]] = []
    for operation in ("gdcatalog_nonpublish_state", "gdcatalog_published_state"):
        response = yield _question(settings, operation, host=host, package=package)
        answers.append(_first(result_of(response, operation=operation)))
    pending, published = answers
    states = _STATES.get(str(pending.get("governance_state") or ""))
    if states is not None:
        return states[bool(pending.get("validate_time"))]
    return NationalState.PUBLISHED if published.get("metadata_modified") else NationalState.UNKNOWN

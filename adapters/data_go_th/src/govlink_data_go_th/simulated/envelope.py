"""CKAN's ways of refusing, and what every action of the simulated catalogue is called with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Answer", "Call", "Refusal", "denied", "invalid", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status and its JSON content; ``html`` replaces the content where CKAN answers a page."""

    status: int
    content: object = None
    html: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An action's parameters and who calls; every wrong token is anonymous (tried)."""

    data: dict[str, object]
    is_known: bool
    site_url: str


class Refusal(Exception):
    """An error in CKAN's envelope."""

    def __init__(self, status: int, error: Mapping[str, object]) -> None:
        super().__init__(status)
        self.status = status
        self.error = dict(error)


def denied() -> Refusal:
    """403, whatever is wrong with the token or the right (tried)."""
    return Refusal(403, {"__type": "Authorization Error", "message": "Access denied"})


def missing() -> Refusal:
    """404."""
    return Refusal(404, {"__type": "Not Found Error", "message": "Not found"})


def invalid(**fields: object) -> Refusal:
    """409 with the field names beside ``__type`` (tried)."""
    return Refusal(409, {**fields, "__type": "Validation Error"})

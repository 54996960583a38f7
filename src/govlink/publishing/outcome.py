"""How a run ended, in one word and one number."""

from __future__ import annotations

from enum import StrEnum

from ..errors import (
    AuthError,
    ConfigError,
    ConflictError,
    GovlinkError,
    OutcomeUnknownError,
    ProtectionError,
    QuotaError,
    RejectedError,
    TryAgainError,
)
from ..models.publication import PublicationPlan, PublicationResult, PublicationState

__all__ = ["EXIT_CODES", "Outcome", "outcome_of", "outcome_of_error", "outcome_of_plan"]


class Outcome(StrEnum):
    """How a run ended; the members after ``PLANNED`` are failures."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    PLANNED = "planned"
    REFUSED = "refused"
    CONFLICT = "conflict"
    TRY_LATER = "try_later"
    OUTCOME_UNKNOWN = "outcome_unknown"
    NO_RIGHT = "no_right"
    MISCONFIGURED = "misconfigured"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


EXIT_CODES = {Outcome.PUBLISHED: 0, Outcome.UNCHANGED: 10, Outcome.WAITING_FOR_APPROVAL: 11}
"""Exit codes of the outcomes that are no failure; a failure's is that of its error."""

_BY_ERROR: tuple[tuple[type[GovlinkError], Outcome], ...] = (
    (RejectedError, Outcome.REFUSED),
    (ProtectionError, Outcome.REFUSED),
    (ConflictError, Outcome.CONFLICT),
    (TryAgainError, Outcome.TRY_LATER),
    (QuotaError, Outcome.TRY_LATER),
    (OutcomeUnknownError, Outcome.OUTCOME_UNKNOWN),
    (AuthError, Outcome.NO_RIGHT),
    (ConfigError, Outcome.MISCONFIGURED),
)


def outcome_of(result: PublicationResult) -> Outcome:
    """What a publication came to. A dataset that is not public waits for somebody's approval."""
    if result.state is not PublicationState.PUBLIC:
        return Outcome.WAITING_FOR_APPROVAL
    return Outcome.PUBLISHED if result.writes else Outcome.UNCHANGED


def outcome_of_plan(plan: PublicationPlan, *, state: PublicationState) -> Outcome:
    """What publishing would come to now; whether a new publication has to be approved shows only then."""
    if state is PublicationState.WAITING_FOR_APPROVAL:
        return Outcome.WAITING_FOR_APPROVAL
    return Outcome.PUBLISHED if plan else Outcome.UNCHANGED


def outcome_of_error(error: GovlinkError) -> Outcome:
    """The word for an error."""
    return next((outcome for kind, outcome in _BY_ERROR if isinstance(error, kind)), Outcome.FAILED)

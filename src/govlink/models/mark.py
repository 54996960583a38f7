"""How well a platform behaviour is known; every modelled behaviour carries one of these."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Mark"]


class Mark(StrEnum):
    """Where the knowledge of a behaviour comes from, strongest first."""

    DOCUMENTED = "documented"
    """The platform's owner says so."""
    TRIED = "tried"
    """Observed on a real server."""
    SEEN = "seen"
    """Seen in public code that talks to the platform; not confirmed by its owner."""
    MODELLED = "modelled"
    """Ours: no public protocol exists, or a detail is inferred. Always configuration."""

"""Effects on the outside world, written in the same transaction as the events that call for them.

An effect is planned as data and done later, once: its key is unique for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from .events import Event
from .petition import Petition

__all__ = ["EffectStatus", "EffectsOf", "PlannedEffect", "StoredEffect", "no_effects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEffect:
    """Something to be done. ``key`` is unique for ever; ``payload`` holds no personal datum."""

    kind: str
    key: str
    payload: Mapping[str, str]


class EffectStatus(StrEnum):
    """How far an effect is."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEffect:
    """A planned effect as the outbox keeps it.

    ``event_version`` is the petition's version when it was planned. ``result`` is what the doer
    reported, None while it is pending.
    """

    effect_id: str
    stream: str
    event_version: int
    kind: str
    payload: Mapping[str, str]
    status: EffectStatus = EffectStatus.PENDING
    result: str | None = None


EffectsOf: TypeAlias = Callable[[Petition, tuple[Event, ...]], tuple[PlannedEffect, ...]]
"""Plans the effects of new events; ``petition`` is the petition after them."""


def no_effects(_petition: Petition, _events: tuple[Event, ...]) -> tuple[PlannedEffect, ...]:
    """Plans nothing."""
    return ()

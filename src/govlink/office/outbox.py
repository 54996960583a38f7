"""The event store's outbox as an engine takes it."""

from __future__ import annotations

import json

from ..engine import Job, JobResult
from ..equivalence.outbox import EffectStatus
from ..equivalence.store import EventStore
from ..errors import NotFoundError

__all__ = ["StoreOutbox"]


class StoreOutbox:
    """Effects of the event store; results are kept as JSON, and the code of one that was given up."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def pending(self, *, limit: int) -> tuple[Job, ...]:
        """The oldest effects not yet settled."""
        return tuple(
            Job(effect_id=e.effect_id, stream=e.stream, kind=e.kind, payload=e.payload)
            for e in self._store.effects(limit=limit)
        )

    def mark_begun(self, effect_id: str, *, code: str) -> None:
        """Settle it as failed for the time it is being done."""
        result = _json({"code": code})
        self._store.settle_effect(effect_id, status=EffectStatus.FAILED, result=result)

    def put_back(self, effect_id: str) -> None:
        """Make one that was begun pending again."""
        self._store.retry_effect(effect_id)

    def mark_done(self, effect_id: str, result: JobResult) -> None:
        """Settle it with its result."""
        self._settle(effect_id, status=EffectStatus.DONE, result=_json(result))

    def mark_failed(self, effect_id: str, *, code: str) -> None:
        """Settle it as failed."""
        self._settle(effect_id, status=EffectStatus.FAILED, result=_json({"code": code}))

    def _settle(self, effect_id: str, *, status: EffectStatus, result: str) -> None:
        known = self._store.effect(effect_id).status
        if known is not EffectStatus.DONE:
            self._store.settle_effect(effect_id, status=status, result=result, was=known)

    def status_of(self, effect_id: str) -> EffectStatus:
        """How far an effect is.

        Raises:
            NotFoundError: it was never planned.
        """
        return self._store.effect(effect_id).status

    def result_of(self, effect_id: str) -> JobResult:
        """What an effect left behind; nothing while it is pending or when it was never planned."""
        try:
            result = self._store.effect(effect_id).result
        except NotFoundError:
            return {}
        kept: JobResult = json.loads(result) if result else {}
        return kept


def _json(result: JobResult) -> str:
    return json.dumps(dict(result), sort_keys=True)

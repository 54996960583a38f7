"""Answers of a bad day, on demand: what CKAN says when the database or the search index lets it down.

Nothing is stored by a call that loses a race for rows. Without the search index a dataset is not changed,
but a table is made or dropped all the same. (tried on CKAN 2.11 and 2.12)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .envelope import Refusal, invalid

__all__ = ["Failure", "FailureKind"]


class FailureKind(StrEnum):
    """What fails."""

    DEADLOCK = "deadlock"
    DUPLICATE_KEY = "duplicate_key"
    SEARCH_INDEX = "search_index"


_RACES: Mapping[FailureKind, str] = {
    FailureKind.DEADLOCK: "deadlock detected",
    FailureKind.DUPLICATE_KEY: "duplicate key value violates unique constraint",
}


@dataclass(slots=True, kw_only=True)
class Failure:
    """The next ``times`` calls of an action fail; ``action`` "*" stands for any."""

    kind: FailureKind
    action: str = "*"
    times: int = 1

    def strikes(self, action: str) -> bool:
        """Whether this call is to fail, which uses the failure up."""
        if self.times < 1 or self.action not in {"*", action}:
            return False
        self.times -= 1
        return True

    def refusal(self) -> Refusal | None:
        """What the call is refused with before it does anything; None if it fails on the way."""
        text = _RACES.get(self.kind)
        return None if text is None else invalid(records=[text], records_row=0)

"""What deciding a command needs beside the command: the petition, the moment, the procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ..flow import Context
from .actors import Actor
from .bangkok import bangkok_day
from .events import Move
from .petition import Petition
from .procedure import Procedure
from .states import State

__all__ = ["Step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command about to be decided."""

    petition: Petition
    actor: Actor
    at: datetime
    procedure: Procedure
    context: Context

    @property
    def today(self) -> date:
        """The civil day in Bangkok."""
        return bangkok_day(self.at)

    def to(self, state: State, *, actor: Actor | None = None) -> Move:
        """The move into that state."""
        return Move(at=self.at, actor=actor or self.actor, was=self.petition.state, now=state)

    def stay(self) -> Move:
        """The move that stays where it is."""
        return self.to(self.petition.state)

    def label(self, what: str) -> str:
        """A label for randomness that no other event of any petition shares."""
        return f"petition/{self.petition.id}/{self.petition.version + 1}/{what}"

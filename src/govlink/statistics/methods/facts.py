"""What may be told of how a table's values were changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from ..cell_key import CAVEATS as NOISE_CAVEATS
from ..rounding import CAVEATS as ROUNDING_CAVEATS

__all__ = ["Method", "PerturbationFacts", "RoundingFacts"]

Method = Literal["round", "cell_key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundingFacts:
    """How a table was rounded.

    Attributes:
        base: What its figures are multiples of.
        widened: By how many steps more than to an adjacent multiple counts were allowed to move.
        audited: How many cells were checked, against the true counts and by the published table alone.
        passed: Whether all held.
        gap: Up to which share of all that counts moved by is not proven necessary, to two digits.
        distance: How far all counts moved together; restricted, since 0 would tell that none did.
        bound: No rounding moves less; restricted for the same reason.
        caveats: What a reader must know, by stable codes.
    """

    method: ClassVar[Method] = "round"
    base: int
    widened: int
    audited: int
    passed: bool
    gap: float
    distance: int = field(repr=False)
    bound: int = field(repr=False)
    caveats: tuple[str, ...] = ROUNDING_CAVEATS

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """What the public report tells of the method, and all that checking the table takes."""
        return (("base", str(self.base)), ("widened", str(self.widened)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PerturbationFacts:
    """How noise was added to a table.

    Attributes:
        noise_bound: The most that was added to a count or taken away.
        variance: Of the noise.
        never_up_to: Counts from 1 to this never show.
        key_id: Tells the secret from others: figures of releases with the same one compare.
        audited: How many cells were checked, against the true counts and by the published table alone.
        passed: Whether all held.
        caveats: What a reader must know, by stable codes.
    """

    method: ClassVar[Method] = "cell_key"
    noise_bound: int
    variance: Decimal
    never_up_to: int
    key_id: str
    audited: int
    passed: bool
    caveats: tuple[str, ...] = NOISE_CAVEATS

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """What the public report tells of the method, and all that checking the table takes."""
        numbers = (
            ("bound", self.noise_bound),
            ("variance", self.variance),
            ("never_up_to", self.never_up_to),
        )
        return (*((name, str(value)) for name, value in numbers), ("key_id", self.key_id))

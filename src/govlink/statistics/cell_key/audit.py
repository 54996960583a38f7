"""Check perturbed figures against the truth, sharing nothing with what perturbed them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["PerturbationAudit", "SeenCell", "audit_perturbed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCell:
    """One published figure with its true count and key; only the figure is shown."""

    published: int
    count: int = field(repr=False)
    key: int = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerturbationAudit:
    """What was found, by place in what was given; all empty when every promise is kept.

    Attributes:
        cells: How many figures were looked at.
        far: Figures further from the true count than the bound.
        negative: Figures below 0.
        forbidden: Figures from 1 to what is never shown.
        emptied: True zeros that were given a count.
        inconsistent: Figures whose key and true count appeared before with other noise.
    """

    cells: int
    far: tuple[int, ...]
    negative: tuple[int, ...]
    forbidden: tuple[int, ...]
    emptied: tuple[int, ...]
    inconsistent: tuple[int, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not (self.far or self.negative or self.forbidden or self.emptied or self.inconsistent)


def audit_perturbed(cells: Iterable[SeenCell], *, bound: int, never_up_to: int) -> PerturbationAudit:
    """Check figures of any number of tables and releases made with one secret and one noise table.

    Args:
        cells: All of them, one after the other.
        bound: The most any may differ from its true count.
        never_up_to: Counts from 1 to this may not appear.
    """
    seen = tuple(cells)
    first: dict[tuple[int, int], int] = {}
    inconsistent = []
    for place, cell in enumerate(seen):
        noise = cell.published - cell.count
        if first.setdefault((cell.count, cell.key), noise) != noise:
            inconsistent.append(place)
    numbered = tuple(enumerate(seen))
    return PerturbationAudit(
        cells=len(seen),
        far=tuple(i for i, c in numbered if not -bound <= c.published - c.count <= bound),
        negative=tuple(i for i, c in numbered if c.published < 0),
        forbidden=tuple(i for i, c in numbered if 0 < c.published <= never_up_to),
        emptied=tuple(i for i, c in numbered if c.count == 0 and c.published != 0),
        inconsistent=tuple(inconsistent),
    )

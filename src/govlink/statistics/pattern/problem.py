"""What is asked of a suppression pattern, how much work it may cost, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ..system import Grid, LinearSystem

__all__ = ["Budget", "Method", "Moves", "Pattern", "Problem", "Work"]

Moves = Mapping[int, tuple[int, int]]
"""For cells by number how far each can fall and how far it can rise."""

Method = Literal["none", "exact", "completed", "safe"]

ORDINARY = 450  # cells to protect; with more of them more is allowed
MOST_TIMES = 4


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Problem:
    """True counts, what ties them together, and what must not be worked out; secret.

    Attributes:
        system: Every equation an attacker knows, over cells by number: margins, hierarchies, linked
            tables and earlier releases alike.
        counts: The true count of each cell, none negative, and every equation holding.
        at_least: The cells to hide for their own sake, each with a value that an attacker must still
            hold possible. Where it is no more than the count, one more than the count is asked.
        fixed: Cells that are never hidden.
        given: Cells that are hidden already, at no cost, and ask nothing for themselves.
        costs: What hiding each cell costs, 1 or more. Cells of ``at_least`` are hidden in any case.
        least: What an attacker knows a hidden cell counts at least, for each cell. A cell that counts
            less is never hidden. With 1 everywhere, zeros are published.
        grids: How cells lie in cross-tabulations, the one that is being protected first. They speed up, and
            change no promise.
    """

    system: LinearSystem
    counts: tuple[int, ...]
    at_least: Mapping[int, int]
    fixed: frozenset[int]
    given: frozenset[int] = frozenset()
    costs: tuple[int, ...]
    least: tuple[int, ...]
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most work that looking for the cheapest pattern may take; never seconds.

    A slower machine must come to the same pattern, so nothing here is a time. When the budget is
    used up the best pattern so far is completed and returned, with the bound proven until then.

    Attributes:
        lps: Linear programs solved.
        effort: Simplex iterations, each weighted by the size of its program, and work of that order.
        nodes: Branch-and-bound nodes of the covering program.
    """

    lps: int = 20_000
    effort: int = 300_000_000
    nodes: int = 150

    @classmethod
    def of(cls, problem: Problem, said: Mapping[str, int] | None = None) -> Budget:
        """What is allowed for this problem, save where it is said.

        Every cell to protect needs proof again whenever a place that its last proof used is published, so
        the effort grows with the number of them, from many on and up to a few times as much.
        """
        usual = cls()
        many = min(max(len(problem.at_least), ORDINARY), MOST_TIMES * ORDINARY)
        return replace(replace(usual, effort=usual.effort * many // ORDINARY), **(said or {}))

    def part(self, share: float) -> Budget:
        """This share of it."""
        return Budget(
            lps=int(self.lps * share), effort=int(self.effort * share), nodes=int(self.nodes * share)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was used of a budget."""

    lps: int = 0
    effort: int = 0
    nodes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Which cells to hide, what that costs, and how much less any safe pattern might cost.

    Attributes:
        hidden: The cells to hide, in order; those hidden for their own sake or since earlier among them.
        cost: What the others among them cost.
        bound: No safe pattern costs less than this.
        method: ``exact`` when cost and bound meet; ``completed`` when the search was ended before and
            the cheapest proposal was completed and thinned out until nothing in it can be spared;
            ``safe`` when that could not be settled for every cell within the budget; ``none`` when
            nothing had to be hidden.
        work: What was used.
        moves: How far cells are known to move in tables that an attacker cannot rule out.
        exposed: If no pattern can be safe, the cells that nothing protects; ``hidden`` is then empty.
    """

    hidden: tuple[int, ...] = ()
    cost: int = 0
    bound: int = 0
    method: Method = "none"
    work: Work = field(default_factory=Work)
    moves: Moves = field(default_factory=dict, repr=False)
    exposed: tuple[int, ...] = ()

    @property
    def gap(self) -> float:
        """The share of the cost that is not proven necessary, 0 when the pattern is the cheapest."""
        return 0.0 if self.cost <= self.bound else 1.0 - self.bound / self.cost

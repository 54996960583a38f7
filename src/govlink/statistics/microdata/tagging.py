"""Predictive tagging of a lattice whose property, once reached, is kept going up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Found", "search"]

Levels: TypeAlias = tuple[int, ...]
UNKNOWN, FAILS, HOLDS, DROPPED = range(4)
BLOCK = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The nodes looked for, by cost and then levels, and what it took."""

    nodes: tuple[Levels, ...]
    evaluated: int
    complete: bool


def search(
    *,
    tops: Levels,
    weights: tuple[int, ...],
    holds: Callable[[Levels], bool],
    cheapest: bool,
    limit: int,
) -> Found:
    """Find all minimal nodes that hold, or the cheapest.

    Args:
        tops: The highest level of each dimension.
        weights: What one level costs in each; above 0.
        holds: Whether a node has the property.
        cheapest: Whether only the cheapest node is wanted, of equal ones the first by levels.
        limit: How often ``holds`` may be called.
    """
    lattice = _Lattice(tops, weights)
    best: Levels | None = None
    evaluated = 0
    for chain in lattice.chains():
        low, high = 0, len(chain) - 1
        while low <= high:
            if evaluated == limit:
                return Found(
                    nodes=lattice.proven(best, cheapest=cheapest), evaluated=evaluated, complete=False
                )
            middle = (low + high) // 2
            node = chain[middle]
            evaluated += 1
            if holds(node):
                lattice.tag_up(node)
                high = middle - 1
                if cheapest and (best is None or lattice.order(node) < lattice.order(best)):
                    best = node
                    lattice.drop_dearer(node)
            else:
                lattice.tag_down(node)
                low = middle + 1
    return Found(nodes=lattice.proven(best, cheapest=cheapest), evaluated=evaluated, complete=True)


class _Lattice:
    """What is known of each node. The arrays have one axis for each dimension."""

    def __init__(self, tops: Levels, weights: tuple[int, ...]) -> None:
        self._shape = tuple(top + 1 for top in tops)
        self._weights = weights
        self._state: NDArray[np.uint8] = np.zeros(self._shape, dtype=np.uint8)
        cost = np.zeros(self._shape, dtype=np.int64)
        for axis, weight in enumerate(weights):
            line = [1] * len(tops)
            line[axis] = -1
            cost += (weight * np.arange(self._shape[axis])).reshape(line)
        # Stable, so that of equal costs the first by levels comes first.
        self._order = np.argsort(cost, axis=None, kind="stable")

    def order(self, node: Levels) -> tuple[int, Levels]:
        """Cheaper first, then by levels."""
        return sum(weight * level for weight, level in zip(self._weights, node, strict=True)), node

    def chains(self) -> Iterator[tuple[Levels, ...]]:
        """From the first unknown node upwards through unknown ones, as long as there are any."""
        flat = self._state.reshape(-1)
        at = 0
        while at < flat.size:
            ahead = np.flatnonzero(flat[self._order[at : at + BLOCK]] == UNKNOWN)
            if not ahead.size:
                at += BLOCK
                continue
            at += int(ahead[0])
            yield self._chain(tuple(int(i) for i in np.unravel_index(self._order[at], self._shape)))

    def _chain(self, node: Levels) -> tuple[Levels, ...]:
        chain = [node]
        while True:
            above = [up for up in self._above(chain[-1]) if self._state[up] == UNKNOWN]
            if not above:
                return tuple(chain)
            chain.append(above[0])

    def _above(self, node: Levels) -> Iterator[Levels]:
        for axis, level in enumerate(node):
            if level + 1 < self._shape[axis]:
                yield (*node[:axis], level + 1, *node[axis + 1 :])

    def tag_up(self, node: Levels) -> None:
        """This node and all above it hold."""
        self._tag(tuple(slice(level, None) for level in node), HOLDS)

    def tag_down(self, node: Levels) -> None:
        """This node and all below it fail."""
        self._tag(tuple(slice(level + 1) for level in node), FAILS)

    def _tag(self, where: tuple[slice, ...], what: int) -> None:
        part = self._state[where]
        part[part == UNKNOWN] = what

    def drop_dearer(self, node: Levels) -> None:
        """Nothing that comes after this node is of interest any more."""
        flat = self._state.reshape(-1)
        number = int(np.ravel_multi_index(node, self._shape))
        after = self._order[int(np.flatnonzero(self._order == number)[0]) + 1 :]
        flat[after[flat[after] == UNKNOWN]] = DROPPED

    def proven(self, best: Levels | None, *, cheapest: bool) -> tuple[Levels, ...]:
        """The best node, or all that hold while every node right below them is known to fail."""
        if cheapest:
            return () if best is None else (best,)
        minimal = self._state == HOLDS
        for axis in range(len(self._shape)):
            over = tuple(slice(1, None) if i == axis else slice(None) for i in range(len(self._shape)))
            under = tuple(slice(-1) if i == axis else slice(None) for i in range(len(self._shape)))
            minimal[over] &= self._state[under] == FAILS
        nodes = (tuple(int(i) for i in node) for node in np.argwhere(minimal))
        return tuple(sorted(nodes, key=self.order))

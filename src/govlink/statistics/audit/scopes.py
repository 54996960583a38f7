"""Which tables must be laid over each other cell by cell, and which only share margins.

The scope of a table is the set of dimensions that tell its cells apart. Tables of one scope are laid over
each other in one grid. Grids of different scopes are tied by their common margins; that loses nothing where
the scopes form a tree in which what two of them share is shared by all between them (the reduction of Graham
and of Yu and Özsoyoğlu finds one). Where they do not, a further grid over the dimensions they share closes
the circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Scope", "ScopeTree", "scope_tree"]

Scope: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeTree:
    """Scopes none of which contains another, and for each pair of neighbours what they share.

    Attributes:
        scopes: In the order they were reduced.
        shared: The numbers of two scopes and their common dimensions.
        added: The scopes that no table has, which close a circle.
    """

    scopes: tuple[Scope, ...]
    shared: tuple[tuple[int, int, Scope], ...]
    added: tuple[Scope, ...] = ()


def scope_tree(found: Iterable[Scope]) -> ScopeTree:
    """The tree over these scopes, with as few further scopes as the reduction asks for."""
    scopes = sorted(set(found), key=lambda scope: (len(scope), sorted(scope)))
    scopes = [a for a in scopes if not any(a < b for b in scopes)]
    left = dict(enumerate(scopes))
    shared: list[tuple[int, int, Scope]] = []
    added: list[Scope] = []
    while len(left) > 1:
        step = _ear(left)
        if step is None:
            core = frozenset().union(*(_common(at, left) for at in left))
            added.append(core)
            left[len(scopes)] = core
            scopes.append(core)
            continue
        ear, neighbour = step
        shared.append((ear, neighbour, left[ear] & left[neighbour]))
        del left[ear]
    return ScopeTree(scopes=tuple(scopes), shared=tuple(shared), added=tuple(added))


def _ear(left: dict[int, Scope]) -> tuple[int, int] | None:
    """A scope whose dimensions that others have too all lie in one other scope, and that one."""
    for at in left:
        common = _common(at, left)
        for other, scope in left.items():
            if other != at and common <= scope:
                return at, other
    return None


def _common(at: int, left: dict[int, Scope]) -> Scope:
    others: Scope = frozenset().union(*(scope for other, scope in left.items() if other != at))
    return left[at] & others

"""Regions laid over each other become disjoint leaves, and every sum covers its region exactly."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError
from govlink.models.rules import PublicRules, Subject
from govlink.statistics import audit
from govlink.statistics.audit import joint
from govlink.statistics.audit.overlay import Overlay
from govlink.statistics.audit.regions import Region
from govlink.statistics.audit.scopes import scope_tree
from govlink.statistics.published import PublishedTable

from .tables import table_of

EXTENTS = (4, 3)
REGIONS = st.lists(st.tuples(*(st.integers(1, 2**n - 1) for n in EXTENTS)), min_size=1, max_size=9)


def points(region: Region) -> set[tuple[int, ...]]:
    """The atoms of a region."""
    return set(
        product(*([at for at in range(n) if mask >> at & 1] for n, mask in zip(EXTENTS, region, strict=True)))
    )


@settings(max_examples=200, deadline=None)
@given(regions=REGIONS)
def test_leaves_are_disjoint_and_sums_are_exact(regions: list[Region]) -> None:
    """Every region is a leaf or comes down to leaves by sums of disjoint parts."""
    overlay = Overlay(places=(0, 1), atoms=tuple(tuple(1 << at for at in range(n)) for n in EXTENTS))
    overlay.lay(regions)
    leaves = overlay.leaves
    assert sum(len(points(leaf)) for leaf in leaves) == len(set().union(*map(points, leaves)))
    defined = dict(overlay.sums)
    assert len(defined) == len(overlay.sums)
    for whole, parts in overlay.sums:
        assert sum(len(points(part)) for part in parts) == len(points(whole))
        assert set().union(*map(points, parts)) == points(whole)
    for region in {*regions, *(part for _, parts in overlay.sums for part in parts)}:
        assert (region in leaves) is not (region in defined)


def test_scopes_in_a_tree_share_what_neighbours_share() -> None:
    """A chain of scopes needs nothing added; a scope within another disappears."""
    chain = [frozenset("ab"), frozenset("bc"), frozenset("cd"), frozenset("c")]
    tree = scope_tree(chain)
    assert tree.added == ()
    assert set(tree.scopes) == set(chain[:3])
    assert {shared for _, _, shared in tree.shared} == {frozenset("b"), frozenset("c")}


def test_scopes_in_a_circle_get_one_that_closes_it() -> None:
    """Three pairs of three dimensions: only a grid over all three says whether they fit."""
    tree = scope_tree([frozenset("ab"), frozenset("bc"), frozenset("ca")])
    assert tree.added == (frozenset("abc"),)
    assert len(tree.shared) == 3


def triangle() -> list[PublishedTable]:
    """All two-way margins of a cube of which one corner must be empty for them to fit."""
    axes = {"a": ("0", "1"), "b": ("0", "1"), "c": ("0", "1")}
    # Pairs that differ in every two-way table would need more than all people.
    odd = {(a, b): 6 if a != b else 0 for a, b in product("01", repeat=2)}
    even = {(a, b): 6 if a == b else 0 for a, b in product("01", repeat=2)}
    rules = PublicRules(threshold=5)
    pairs = (("a", "b", even), ("b", "c", even), ("a", "c", odd))
    return [
        PublishedTable(
            name=one + other,
            subject=Subject(population="p"),
            table=table_of({one: axes[one], other: axes[other]}, counts),
            rules=rules,
        )
        for one, other, counts in pairs
    ]


def test_a_circle_of_tables_is_attacked_as_a_whole() -> None:
    """Each two of the tables agree; no cube has all three as margins, and only the added grid shows it."""
    first, second, third = triangle()
    attacked = {"rules": third.rules, "subject": third.subject, "name": "ac"}
    assert audit.attack(third.table, **attacked, earlier=(first,)).passed  # type: ignore[arg-type]  # as written
    assert audit.attack(third.table, **attacked, earlier=(first, second)).unbalanced  # type: ignore[arg-type]  # as written


def test_a_circle_too_large_to_be_joined_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal says to publish fewer dimensions."""
    monkeypatch.setattr(joint, "MOST_ADDED", 7)
    first, second, third = triangle()
    with pytest.raises(ProtectionError) as caught:
        audit.attack(third.table, rules=third.rules, subject=third.subject, earlier=(first, second))
    assert caught.value.code == "statistics.audit_entangled"

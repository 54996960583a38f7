"""Which tables are joined over which dimensions, and the parts that tables tell apart."""

from __future__ import annotations

import pytest

from govlink.errors import ProtectionError
from govlink.models.release import Dimension
from govlink.statistics.joint.atoms import Atoms, atoms_of, slab_of
from govlink.statistics.joint.conditions import Layout, layout_of
from govlink.statistics.joint.scopes import widened
from govlink.statistics.published import Subject


def sized(**sizes: int) -> Atoms:
    """So many parts in each dimension."""
    return Atoms(
        parts={name: tuple(frozenset({f"{i}"}) for i in range(size)) for name, size in sizes.items()}
    )


def scopes(*texts: str) -> set[frozenset[str]]:
    """One letter for each dimension."""
    return {frozenset(text) for text in texts}


def layout(name: str, codes: tuple[str, ...], *, subject: Subject) -> Layout:
    """A table by one dimension."""
    dimension = Dimension(id=name, label_th=name, label_en=name)
    return layout_of(subject=subject, dimensions=(dimension,), categories=(codes,), parents={})


@pytest.mark.parametrize(
    "tree",
    [("ab",), ("ab", "bc"), ("ab", "bc", "cd"), ("abc", "ab", "c"), ("ab", "cd"), ("abc", "bcd", "cde")],
)
def test_what_forms_a_tree_stays_apart(tree: tuple[str, ...]) -> None:
    """Shared margins say everything, so nothing grows."""
    found = widened(scopes(*tree), sized(a=9, b=9, c=9, d=9, e=9))
    assert found == {scope: scope for scope in scopes(*tree)}


def test_a_ring_is_joined_and_what_hangs_on_it_is_not() -> None:
    """Three pairs of three dimensions are looked at together, a fourth table by its margin."""
    found = widened(scopes("ab", "bc", "ac", "cd"), sized(a=3, b=3, c=3, d=3))
    ring = frozenset("abc")
    assert found == {**dict.fromkeys(scopes("ab", "bc", "ac"), ring), frozenset("cd"): frozenset("cd")}


def test_a_ring_too_large_is_refused_by_its_dimensions() -> None:
    """Better no release than one that was not looked at."""
    with pytest.raises(ProtectionError, match="a, b, c") as caught:
        widened(scopes("ab", "bc", "ac"), sized(a=60, b=60, c=60))
    assert caught.value.code == "statistics.joint_too_large"


def test_codes_that_no_table_tells_apart_are_one_part() -> None:
    """Two overlapping filters part a year in three, and all other time is a fourth."""
    subjects = [
        Subject(population="r", where=(("period", codes),), period="period")
        for codes in (("1", "2", "3", "4"), ("3", "4", "5", "6"))
    ]
    layouts = [layout("sex", ("f", "m"), subject=subject) for subject in subjects]
    parts = atoms_of(layouts).parts["period"]
    assert parts == (frozenset("12"), frozenset("34"), frozenset("56"), frozenset({""}))


def test_what_a_total_holds_and_no_code_shows_counts_nobody() -> None:
    """Another table knows a third sex; in this one nobody is of it, within the months that it counts."""
    one = layout("sex", ("f", "m"), subject=Subject(population="r", where=(("period", ("1",)),)))
    other = layout("sex", ("f", "m", "x"), subject=Subject(population="r", where=(("period", ("2",)),)))
    atoms = atoms_of([one, other])
    slab = slab_of(one, ("period", "sex"), atoms)
    names = {number: next(iter(part)) for number, part in enumerate(atoms.parts["sex"])}
    first = atoms.parts["period"].index(frozenset("1"))
    out = {name for number, name in names.items() if slab.leaves_out((first, number))}
    assert out == {"x", ""}
    assert not any(slab.leaves_out((1 - first, number)) for number in names)

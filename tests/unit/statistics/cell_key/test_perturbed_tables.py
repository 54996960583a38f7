"""A perturbed table is judged by itself: what it must be, and what its sums give away."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.statistics.cell_key import (
    KEY_SPACE,
    PerturbedTableAudit,
    audit_perturbed_table,
    hides_small_counts,
    noise_table,
)

ROWS = Dimension(id="row", label_th="แถว", label_en="row")
COLUMNS = Dimension(id="column", label_th="สดมภ์", label_en="column", parents=(("x", "z"), ("y", "z")))
FLAT = Dimension(id="column", label_th="สดมภ์", label_en="column")
Keys = tuple[str, ...]
Table = dict[Keys, int]


def summed(finest: Table, rows: tuple[str, ...], columns: tuple[str, ...]) -> Table:
    """All cells of a flat table."""
    table = {}
    for row, column in product((*rows, TOTAL), (*columns, TOTAL)):
        its_rows, its_columns = (
            (rows if row == TOTAL else (row,)),
            (columns if column == TOTAL else (column,)),
        )
        table[row, column] = sum(finest[r, c] for r in its_rows for c in its_columns)
    return table


def published(figures: Table, columns: Dimension = FLAT) -> ProtectedTable:
    """What goes out."""
    cells = tuple(ReleasedCell(keys=k, value=v, status=CellStatus.FREE) for k, v in figures.items())
    return ProtectedTable(dimensions=(ROWS, columns), cells=cells)


def attack(
    figures: Table, *, bound: int = 2, threshold: int = 3, never_up_to: int = 0
) -> PerturbedTableAudit:
    """With noise that suits small tables."""
    return audit_perturbed_table(
        published(figures), variance="1", bound=bound, never_up_to=never_up_to, threshold=threshold
    )


TRUE = summed({("a", "x"): 9, ("a", "y"): 1, ("b", "x"): 0, ("b", "y"): 14}, ("a", "b"), ("x", "y"))


def test_a_table_with_noise_passes() -> None:
    """Neither the noise nor its limits tell anything."""
    noise = {("a", "x"): 1, ("a", TOTAL): -1, (TOTAL, TOTAL): 1}
    found = attack({keys: value + noise.get(keys, 0) for keys, value in TRUE.items()})
    assert found == PerturbedTableAudit(cells=9)
    assert found.passed


def test_noise_at_its_limits_is_undone() -> None:
    """Each part is 2 too many and the whole 2 too few: nothing but the true counts is left."""
    figures = {("a", "x"): 3, ("a", "y"): 4, ("a", TOTAL): 1}
    bottom = {(TOTAL, "x"): 3, (TOTAL, "y"): 4, (TOTAL, TOTAL): 1}
    found = attack({**figures, **bottom})
    assert set(found.exposed) == {k for k in (*figures, *bottom) if k[1] == "x" or k[1] == "y"}
    assert not found.passed


def test_figures_beyond_the_noise_are_told() -> None:
    """A whole that its parts cannot make up was not made with this noise."""
    found = attack(TRUE | {(TOTAL, TOTAL): 60})
    assert found.impossible
    assert not found.passed


def test_forbidden_figures_are_named() -> None:
    """A 1 where counts to 1 never show."""
    found = attack(TRUE, never_up_to=1)
    assert found.forbidden == (("a", "y"),)
    assert not found.passed


def test_a_whole_of_one_part_shows_the_same() -> None:
    """They count the same people, so they have the same key."""
    figures = {("a", TOTAL): 8, ("a", "x"): 7, (TOTAL, "x"): 7, (TOTAL, TOTAL): 8}
    assert attack(figures).inconsistent == (("a", TOTAL), (TOTAL, TOTAL))
    assert attack(dict.fromkeys(figures, 7)).inconsistent == ()


def test_true_counts_are_not_taken_for_noise() -> None:
    """Where every sum holds, nothing was added; a few sums may hold by luck."""
    codes = tuple(f"c{i}" for i in range(12))
    finest = {keys: 20 + i for i, keys in enumerate(product(codes, ("x", "y")))}
    table = summed(finest, codes, ("x", "y"))
    assert attack(table).exact
    assert not attack(table).passed
    assert not attack(table | {("c0", "x"): 21}).exact
    assert not attack(TRUE).exact


def tables_behind(figures: Table, *, variance: str, bound: int, never_up_to: int) -> Iterator[Table]:
    """Every table of true counts that these figures may come from, by trying all."""
    noise = noise_table(variance=Decimal(variance), bound=bound, never_up_to=never_up_to)

    def may_be(figure: int, count: int) -> bool:
        if count == 0:
            return figure == 0
        row = noise.rows[min(count, len(noise.rows)) - 1]
        return figure - count in [v for v, share in zip(row.deviations, row.shares(), strict=True) if share]

    finest = [keys for keys in figures if TOTAL not in keys]
    near = [[n for n in range(figures[k] + bound + 1) if may_be(figures[k], n)] for k in finest]
    for counts in product(*near):
        table = summed(dict(zip(finest, counts, strict=True)), ("a", "b"), ("x", "y"))
        if all(may_be(figures[keys], value) for keys, value in table.items()):
            yield table


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_the_attack_proves_is_true(data: st.DataObject) -> None:
    """Against somebody who tries every table: nothing is exposed that is not."""
    never_up_to = data.draw(st.sampled_from((0, 1)))
    noise = noise_table(variance=1, bound=2, never_up_to=never_up_to)
    counts = data.draw(st.lists(st.integers(0, 4), min_size=4, max_size=4))
    true = summed(dict(zip(product("ab", "xy"), counts, strict=True)), ("a", "b"), ("x", "y"))
    keys = st.integers(0, KEY_SPACE - 1)
    figures = {cell: n + noise.noise(count=n, key=data.draw(keys)) for cell, n in true.items()}
    found = attack(figures, threshold=3, never_up_to=never_up_to)
    assert found.impossible == ()
    tables = list(tables_behind(figures, variance="1", bound=2, never_up_to=never_up_to))
    proven = {cell for cell in true if {table[cell] for table in tables} <= {1, 2}}
    assert set(found.exposed) <= proven


@pytest.mark.parametrize(
    ("bound", "never_up_to", "threshold", "hides"),
    [(2, 0, 3, True), (2, 0, 4, False), (3, 0, 4, True), (3, 1, 5, True), (3, 1, 6, False), (4, 2, 3, True)],
)
def test_noise_hides_small_counts_or_not(bound: int, never_up_to: int, threshold: int, hides: bool) -> None:
    """A bound of the threshold less 1, less what never shows, is enough, and less is not."""
    noise = noise_table(variance=2, bound=bound, never_up_to=never_up_to)
    assert hides_small_counts(noise, threshold=threshold) == hides
    figures = dict.fromkeys(product(("a", TOTAL), ("x", TOTAL)), 40)
    found = audit_perturbed_table(
        published(figures), variance="2", bound=bound, never_up_to=never_up_to, threshold=threshold
    )
    assert found.weak != hides


def test_noise_that_hardly_moves_does_not_reach_its_bound() -> None:
    """Of 2**32 keys none adds 20 at a variance of 1: what nobody gets hides nobody."""
    assert not hides_small_counts(noise_table(variance=1, bound=20), threshold=20)
    assert hides_small_counts(noise_table(variance=1, bound=20), threshold=5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 20), st.integers(0, KEY_SPACE - 1), st.sampled_from((0, 2)))
def test_a_figure_comes_from_its_count(count: int, key: int, never_up_to: int) -> None:
    """The origins of a figure hold the count it was made of, and nothing out of reach."""
    noise = noise_table(variance=3, bound=5, never_up_to=never_up_to)
    figure = count + noise.noise(count=count, key=key)
    origins = noise.origins(figure)
    assert count in origins
    assert list(origins) == sorted(set(origins))
    assert all(abs(origin - figure) <= 5 for origin in origins)


def test_a_threshold_of_nobody_is_refused() -> None:
    """By its code."""
    with pytest.raises(RejectedError) as caught:
        attack(TRUE, threshold=0)
    assert caught.value.code == "statistics.perturbed_threshold"


def test_hierarchies_are_sums_too() -> None:
    """A whole of two parts exposes them as a total does."""
    figures = {("a", "x"): 3, ("a", "y"): 4, ("a", "z"): 1, ("a", TOTAL): 1}
    bottom = {(TOTAL, code): figures["a", code] for code in ("x", "y", "z", TOTAL)}
    table = published({**figures, **bottom}, columns=COLUMNS)
    found = audit_perturbed_table(table, variance="1", bound=2, threshold=3)
    assert ("a", "x") in found.exposed

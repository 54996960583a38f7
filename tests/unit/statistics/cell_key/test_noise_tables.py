"""Perturbation tables keep their promises for every count, and are of greatest entropy."""

from __future__ import annotations

import hashlib
import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.statistics.cell_key.noise import KEY_SPACE, NoiseRow, noise_table

DIGEST = "0ba966983356fc24be160dccc7e1bbd1db2f3c2b408643074f11b3b198ef7077"


def moment(row: NoiseRow, power: int) -> Fraction:
    """Exactly, from the whole numbers of keys."""
    terms = zip(row.deviations, row.shares(), strict=True)
    return Fraction(sum(v**power * share for v, share in terms), KEY_SPACE)


@st.composite
def settings_of_tables(draw: st.DrawFn) -> tuple[Decimal, int, int]:
    """A variance, bound and least count that have a table."""
    never_up_to = draw(st.integers(0, 5))
    # A count n that may not stay near goes to 0 or just above: that alone has this variance.
    least = max((n * (never_up_to + 1 - n) for n in range(1, never_up_to + 1)), default=0)
    bound = draw(st.integers(max(least, never_up_to) + 1, 11))
    thousandths = draw(st.integers(least * 1000 + (least == 0), bound * 1000))
    return Decimal(thousandths) / 1000, bound, never_up_to


@settings(max_examples=40, deadline=None)
@given(settings_of_tables())
def test_every_row_keeps_its_promises(wanted: tuple[Decimal, int, int]) -> None:
    """Within the bound, never negative, never a forbidden count, mean 0 and the variance asked for."""
    variance, bound, never_up_to = wanted
    table = noise_table(variance=variance, bound=bound, never_up_to=never_up_to)
    assert len(table.rows) == bound + never_up_to + 1
    for count, row in enumerate(table.rows, start=1):
        assert row.ceilings[-1] == KEY_SPACE
        assert all(a <= b for a, b in pairwise(row.ceilings))
        shown = [count + v for v in row.deviations]
        assert all(n == 0 or n > never_up_to for n in shown)
        assert all(abs(v) <= bound for v in row.deviations)
        rounding = Fraction(sum(v * v for v in row.deviations), KEY_SPACE)
        assert abs(moment(row, 1)) <= rounding
        assert abs(moment(row, 2) - Fraction(variance)) <= rounding


def test_the_last_row_serves_every_larger_count() -> None:
    """Nothing is forbidden there: all deviations are possible and none is preferred by its sign."""
    table = noise_table(variance=3, bound=5, never_up_to=2)
    last = table.rows[-1]
    assert last.deviations == tuple(range(-5, 6))
    assert moment(last, 3) <= Fraction(1, 10**6)
    for key in (0, 12345, KEY_SPACE // 2, KEY_SPACE - 1):
        assert table.noise(count=8, key=key) == table.noise(count=10**9, key=key)


def entropy(shares: list[float]) -> float:
    """In nats."""
    return -sum(p * math.log(p) for p in shares if p > 0)


def test_no_neighbour_has_more_entropy() -> None:
    """Moving chance along any direction that keeps mean and variance loses entropy."""
    table = noise_table(variance=2, bound=4, never_up_to=1)
    for row in table.rows:
        shares = [share / KEY_SPACE for share in row.shares()]
        best = entropy(shares)
        for start in range(len(shares) - 3):
            four = row.deviations[start : start + 4]
            # The divided difference of third order keeps sum, mean and variance of any four points.
            direction = [1 / math.prod(v - w for w in four if w != v) for v in four]
            step = 1e-4
            for sign in (-1, 1):
                moved = list(shares)
                for i, d in enumerate(direction):
                    moved[start + i] += sign * step * d
                if min(moved) >= 0:
                    assert entropy(moved) < best


def test_the_table_is_the_same_everywhere() -> None:
    """Figures published with it would change with a single key's place in it."""
    table = noise_table(variance=2, bound=5, never_up_to=0)
    digest = hashlib.sha256(repr([(row.deviations, row.ceilings) for row in table.rows]).encode()).hexdigest()
    assert digest == DIGEST
    assert table == noise_table(variance=2.0, bound=5)


def test_at_the_edge_of_what_is_possible_two_deviations_are_left() -> None:
    """A count of 1 that may be 0 or 3 at the least has one distribution of variance 2."""
    row = noise_table(variance=2, bound=5, never_up_to=2).rows[0]
    assert row.deviations == (-1, 2)
    assert row.shares()[0] == round(KEY_SPACE * 2 / 3)
    widest = noise_table(variance=1, bound=1).rows[0]
    assert widest.deviations == (-1, 1)
    assert widest.shares() == (KEY_SPACE // 2, KEY_SPACE // 2)


def test_zeros_stay_zero() -> None:
    """Whatever the key."""
    table = noise_table(variance=2, bound=5)
    assert {table.noise(count=0, key=key) for key in (0, 1, KEY_SPACE - 1)} == {0}


def test_every_key_finds_its_deviation() -> None:
    """The first and last key of each share, and the one beyond."""
    table = noise_table(variance=2, bound=3)
    row = table.rows[-1]
    for deviation, ceiling, share in zip(row.deviations, row.ceilings, row.shares(), strict=True):
        assert share > 0
        assert table.noise(count=50, key=ceiling - 1) == deviation
        assert table.noise(count=50, key=ceiling - share) == deviation


@pytest.mark.parametrize(
    ("variance", "bound", "never_up_to"),
    [
        (0, 5, 0),
        (-1, 5, 0),
        (float("nan"), 5, 0),
        (float("inf"), 5, 0),
        (1, 0, 0),
        (1, 51, 0),
        (2, 3, 3),
        (2, 3, -1),
    ],
)
def test_what_makes_no_table_is_refused(variance: float, bound: int, never_up_to: int) -> None:
    """By its code, before anything is computed."""
    with pytest.raises(RejectedError) as caught:
        noise_table(variance=variance, bound=bound, never_up_to=never_up_to)
    assert caught.value.code == "statistics.noise_invalid"


@pytest.mark.parametrize(("variance", "never_up_to"), [(1.5, 2), (5.5, 0)])
def test_a_variance_out_of_reach_is_refused_with_its_range(variance: float, never_up_to: int) -> None:
    """The agency learns what it can have instead."""
    with pytest.raises(RejectedError) as caught:
        noise_table(variance=variance, bound=5, never_up_to=never_up_to)
    assert caught.value.code == "statistics.noise_variance"
    assert f"{2 if never_up_to else 0} to 5" in str(caught.value)

"""The demo's clock and chance follow from the seed alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from govlink.demo.chance import DemoClock, DemoContexts, chance

NOW = datetime(2024, 10, 1, tzinfo=UTC)


@given(st.integers(), st.lists(st.text(), max_size=3))
def test_chance_is_a_fraction_and_repeats(seed: int, about: list[str]) -> None:
    """From 0 up to, not including, 1; the same for the same question."""
    assert 0 <= chance(seed, *about) < 1
    assert chance(seed, *about) == chance(seed, *about)


def test_chance_depends_on_the_seed_and_on_each_part_of_the_question() -> None:
    """Also on where one part ends and the next begins."""
    assert len({chance(1, "ab", "c"), chance(2, "ab", "c"), chance(1, "a", "bc"), chance(1, "abc")}) == 4


def test_chance_is_spread_evenly() -> None:
    """A fifth of many questions fall below a fifth."""
    low = sum(chance(7, str(n)) < 0.2 for n in range(5000))
    assert 900 < low < 1100


def test_the_clock_never_goes_back() -> None:
    """Setting it to an earlier moment changes nothing."""
    clock = DemoClock(NOW)
    clock.set(NOW + timedelta(days=1))
    clock.set(NOW)
    assert clock.now() == NOW + timedelta(days=1)


def test_contexts_repeat_with_the_seed_and_differ_between_calls() -> None:
    """Two runs with one seed draw the same; two calls of one run do not."""
    clock = DemoClock(NOW)
    first, second = DemoContexts(seed=1, clock=clock), DemoContexts(seed=1, clock=clock)
    drawn = [first().uuid("x") for _ in range(3)]
    assert drawn == [second().uuid("x") for _ in range(3)]
    assert len(set(drawn)) == 3
    assert DemoContexts(seed=2, clock=clock)().uuid("x") not in drawn
    assert first().now() == NOW

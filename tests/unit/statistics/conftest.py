"""Tables and policies to test with; all counts are made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest

from govlink.models.release import TOTAL, Dimension
from govlink.statistics import DisclosurePolicy, RawTable, tabulate

Rows = list[dict[str, object]]
Keys = tuple[str, ...]


@pytest.fixture(scope="session")
def policy_of() -> Callable[..., DisclosurePolicy]:
    """A policy with everything but the fields under test filled in."""

    def make(**values: Any) -> DisclosurePolicy:
        filled: dict[str, Any] = {
            "id": "test",
            "version": "1",
            "threshold": 5,
        }
        return DisclosurePolicy.signed(by="test role", on=date(2025, 11, 3), **(filled | values))

    return make


@pytest.fixture(scope="session")
def dimensions_of() -> Callable[[int], tuple[Dimension, ...]]:
    """Dimensions named d0, d1 and so on."""
    return lambda n: tuple(Dimension(id=f"d{i}", label_th=f"มิติ {i}", label_en=f"d{i}") for i in range(n))


@pytest.fixture(scope="session")
def rows_of() -> Callable[[tuple[int, ...], tuple[int, ...]], Rows]:
    """Records that give these finest counts, first dimension slowest."""

    def make(sizes: tuple[int, ...], counts: tuple[int, ...]) -> Rows:
        keys = product(*(range(size) for size in sizes))
        return [
            {f"d{axis}": f"c{code}" for axis, code in enumerate(key)}
            for key, count in zip(keys, counts, strict=True)
            for _ in range(count)
        ]

    return make


@pytest.fixture(scope="session")
def raw_of(
    rows_of: Callable[[tuple[int, ...], tuple[int, ...]], Rows],
    dimensions_of: Callable[[int], tuple[Dimension, ...]],
) -> Callable[[tuple[int, ...], tuple[int, ...]], RawTable]:
    """A raw table with these finest counts; categories that nothing falls into do not appear."""
    return lambda sizes, counts: tabulate(rows_of(sizes, counts), dimensions=dimensions_of(len(sizes)))


@pytest.fixture(scope="session")
def possible_tables() -> Callable[[Mapping[Keys, int | None]], Iterator[dict[Keys, int]]]:
    """Every table of whole numbers that fits what is published, by plain enumeration.

    The total over everything must be published. Hidden cells count at least 1.
    """

    def enumerate_tables(known: Mapping[Keys, int | None]) -> Iterator[dict[Keys, int]]:
        finest = [keys for keys in known if TOTAL not in keys]
        hidden = [keys for keys in finest if known[keys] is None]
        grand_total = known[(TOTAL,) * len(finest[0])]
        assert grand_total is not None
        left = grand_total - sum(known[keys] or 0 for keys in finest)
        for counts in _compositions(left, len(hidden)):
            guess = {keys: known[keys] or 0 for keys in finest} | dict(zip(hidden, counts, strict=True))
            table = {keys: _summed(guess, keys) for keys in known}
            if all(table[k] >= 1 if v is None else table[k] == v for k, v in known.items()):
                yield table

    return enumerate_tables


def _summed(finest: Mapping[Keys, int], keys: Keys) -> int:
    return sum(
        count
        for cell, count in finest.items()
        if all(mine in (TOTAL, its) for mine, its in zip(keys, cell, strict=True))
    )


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(1, total - parts + 2):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)

"""The protecting and the attacking side share no code, and agree on what several tables give away."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product

import pytest

from govlink.errors import ProtectionError
from govlink.models.release import TOTAL, Dimension
from govlink.statistics import audit
from govlink.statistics.hierarchy import canonical_codes, leaves_of
from govlink.statistics.protect import protect
from govlink.statistics.published import PublishedTable, Subject
from govlink.statistics.tabulate import RawTable

from .offices import Record, signed_policy

MONTHS = tuple(f"m{number}" for number in range(1, 7))
PROVINCES = {"10": "centre", "11": "centre", "12": "centre", "50": "north", "51": "north"}
PARENTS = {
    "province": tuple(PROVINCES.items()),
    "period": (*((m, "q1" if m < "m4" else "q2") for m in MONTHS), ("q1", "year"), ("q2", "year")),
    "sex": (),
}
NAMES = tuple(PARENTS)
Where = dict[str, tuple[str, ...]]
SHOWN = (("province",), ("province", "sex"), ("sex", "period"), ("province", "period"), ("period",), ("sex",))


def table(
    counts: Mapping[Record, int],
    shown: tuple[str, ...],
    where: Mapping[str, tuple[str, ...]],
    wholes: set[str],
) -> RawTable:
    """True counts by some dimensions, with sub-totals in some of them."""
    kept = [r for r in counts if all(r[NAMES.index(name)] in codes for name, codes in where.items())]
    dimensions = tuple(Dimension(id=n, label_th=n, label_en=n, parents=PARENTS[n]) for n in shown)
    categories = []
    for dimension in dimensions:
        found = {record[NAMES.index(dimension.id)] for record in kept}
        if dimension.id in wholes:
            parents = dict(dimension.parents)
            for _ in range(2):
                found |= {parents[code] for code in found if code in parents}
        categories.append(canonical_codes(dimension, found))
    values = tuple(
        sum(
            counts[record]
            for record in kept
            if all(
                code == TOTAL or record[NAMES.index(d.id)] in leaves_of(d, code)
                for d, code in zip(dimensions, keys, strict=True)
            )
        )
        for keys in product(*((*codes, TOTAL) for codes in categories))
    )
    return RawTable(dimensions=dimensions, categories=tuple(categories), counts=values)


def wish(draw: random.Random) -> tuple[tuple[str, ...], Where, set[str]]:
    """Some table: its dimensions, whom it counts, and which sub-totals it shows."""
    first = 0 if draw.random() < 0.6 else draw.randint(0, 4)
    where = {"period": MONTHS[first : draw.randint(first + 1, 6)]}
    if draw.random() < 0.3:
        where["province"] = ("10", "11", "12") if draw.random() < 0.5 else ("10", "50")
    if draw.random() < 0.2:
        where["sex"] = ("f",)
    return draw.choice(SHOWN), where, {n for n in ("province", "period") if draw.random() < 0.6}


@pytest.mark.parametrize("zeros", ["structural", "sampling"])
def test_what_is_protected_against_the_past_holds_against_it(zeros: str) -> None:
    """Cumulative, filtered, regional and linked tables one after the other, each attacked with all before."""
    policy, passed = signed_policy(threshold=4, zeros=zeros), 0
    for seed in range(8):
        draw = random.Random(seed)
        cells = product(PROVINCES, MONTHS, ("f", "m"))
        counts = {record: min(25, int(3 * draw.paretovariate(0.9)) - 3) for record in cells}
        earlier: list[PublishedTable] = []
        for number in range(3):
            shown, where, wholes = wish(draw)
            subject = Subject(population="r", where=tuple(where.items()), period="period")
            raw = table(counts, shown, where, wholes)
            try:
                found = protect(raw, policy=policy, subject=subject, earlier=tuple(earlier)).table
            except ProtectionError as error:
                assert error.code == "statistics.no_pattern"  # noqa: PT017 - nothing else is right here
                continue
            result = audit.attack(found, rules=policy.rules(), subject=subject, earlier=tuple(earlier))
            assert result.passed, (seed, number, result.failures)
            name = f"table {number}"
            earlier.append(PublishedTable(name=name, subject=subject, table=found, rules=policy.rules()))
            passed += len(earlier) > 1
    assert passed >= 12

"""What is hidden protects every small cell, and nothing hidden is superfluous."""

from __future__ import annotations

import copy
import pickle
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import prod

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError
from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable
from govlink.models.rules import PublicRules
from govlink.statistics import DisclosurePolicy, RawTable, audit, protect, tabulate
from govlink.statistics.policy import WorkBudget
from govlink.statistics.published import GroupRule

Keys = tuple[str, ...]
RawOf = Callable[[tuple[int, ...], tuple[int, ...]], RawTable]
PolicyOf = Callable[..., DisclosurePolicy]
PossibleTables = Callable[[Mapping[Keys, int | None]], Iterator[dict[Keys, int]]]


def random_table(raw_of: RawOf, shape: tuple[int, ...], seed: int) -> RawTable:
    """Skewed counts, so that there are zeros, small cells and large ones."""
    draw = random.Random(seed)
    counts = tuple(int(draw.paretovariate(0.7)) - 1 for _ in range(prod(shape)))
    return raw_of(shape, tuple(min(n, 200) for n in counts))


@settings(max_examples=50, deadline=None)
@given(
    shape=st.sampled_from([(4,), (2, 3), (2, 2, 2)]),
    data=st.data(),
    threshold=st.integers(2, 4),
)
def test_every_small_cell_may_be_large_for_all_anybody_knows(
    raw_of: RawOf,
    policy_of: PolicyOf,
    possible_tables: PossibleTables,
    shape: tuple[int, ...],
    data: st.DataObject,
    threshold: int,
) -> None:
    """Trying every table shows each small cell at the threshold in some; free cells show the truth."""
    counts = data.draw(st.lists(st.integers(0, 5), min_size=prod(shape), max_size=prod(shape)))
    assume(threshold <= sum(counts) <= 15)
    raw = raw_of(shape, tuple(counts))
    true = dict(zip(raw.keys(), raw.counts, strict=True))
    try:
        table = protect(raw, policy=policy_of(threshold=threshold)).table
    except ProtectionError as error:
        assert error.code == "statistics.no_pattern"  # noqa: PT017 - only one refusal is right here
        everything = {k: n if n == 0 or k == (TOTAL,) * len(shape) else None for k, n in true.items()}
        possible = list(possible_tables(everything))
        small = [k for k, n in true.items() if 0 < n < threshold]
        assert any(max(t[k] for t in possible) < threshold for k in small)
        return
    known = {c.keys: c.value for c in table.cells}
    assert all(n in (None, true[k]) for k, n in known.items())
    possible = list(possible_tables(known))
    for keys, count in true.items():
        if 0 < count < threshold:
            assert known[keys] is None
            assert max(t[keys] for t in possible) >= threshold


@pytest.mark.parametrize("shape", [(9,), (4, 6), (5, 4, 3)])
@pytest.mark.parametrize("seed", [1, 2, 5])
def test_publishing_any_extra_cell_breaks_the_protection(
    raw_of: RawOf, policy_of: PolicyOf, shape: tuple[int, ...], seed: int
) -> None:
    """The pattern is inclusion-minimal, and the audit notices each single hole in it."""
    raw = random_table(raw_of, shape, seed)
    table = protect(raw, policy=policy_of()).table
    assert audit.attack(table, rules=PublicRules(threshold=5)).passed
    small = {i for i, n in enumerate(raw.counts) if 0 < n < 5}
    extra = [i for i, c in enumerate(table.cells) if c.value is None and i not in small]
    assert extra
    for number in extra:
        shown = replace(table.cells[number], value=raw.counts[number], status=CellStatus.FREE)
        holed = replace(table, cells=(*table.cells[:number], shown, *table.cells[number + 1 :]))
        assert not audit.attack(holed, rules=PublicRules(threshold=5)).passed


def test_zeros_and_the_total_over_everything_are_published(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """Both are promises of this form of the method."""
    raw = random_table(raw_of, (5, 4, 3), 4)
    table = protect(raw, policy=policy_of()).table
    hidden = [n for c, n in zip(table.cells, raw.counts, strict=True) if c.value is None]
    assert hidden
    assert 0 not in hidden
    assert table.cells[-1].value == raw.counts[-1]


def test_a_table_without_small_cells_is_published_whole(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """Nothing is hidden without a reason."""
    raw = raw_of((2, 2), (5, 6, 0, 9))
    assert tuple(c.value for c in protect(raw, policy=policy_of()).table.cells) == raw.counts


def test_the_same_table_gets_the_same_pattern(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """Two runs agree cell by cell."""
    raw = random_table(raw_of, (5, 4, 3), 5)
    first, second = (protect(raw, policy=policy_of()).table for _ in range(2))
    assert first.sha256_hex() == second.sha256_hex()


def test_small_and_extra_cells_look_alike(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """Telling them apart would tell which cells are small."""
    table = protect(random_table(raw_of, (4, 6), 1), policy=policy_of()).table
    assert {(c.value, c.status) for c in table.cells if c.value is None} == {(None, CellStatus.CONFIDENTIAL)}


def test_refuses_more_dimensions_than_the_policy_allows(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """Wider tables are refused before anything is solved."""
    with pytest.raises(ProtectionError) as caught:
        protect(raw_of((2, 2), (5, 6, 7, 8)), policy=policy_of(max_dimensions=1))
    assert caught.value.code == "statistics.too_many_dimensions"


def test_refuses_a_table_of_too_few(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """A table over fewer people than the threshold has nothing to show."""
    with pytest.raises(ProtectionError) as caught:
        protect(raw_of((2,), (1, 3)), policy=policy_of())
    assert caught.value.code == "statistics.total_too_small"


def test_names_the_cells_that_nothing_protects(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """With the total published, two small cells that share just the threshold give each other away."""
    raw = raw_of((2,), (1, 4))
    with pytest.raises(ProtectionError) as caught:
        protect(raw, policy=policy_of())
    assert caught.value.code == "statistics.no_pattern"
    assert "(c0); (c1)" in str(caught.value)
    assert not any(digit in str(caught.value).replace("c0", "").replace("c1", "") for digit in "14")
    table = protect(raw, policy=policy_of(grand_total="suppressible")).table
    assert [c.value for c in table.cells] == [None, None, None]


def test_names_no_more_than_ten_cells(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """A long list is cut, so that an error stays readable."""
    with pytest.raises(ProtectionError, match="…"):
        protect(raw_of((12,), (1,) * 12), policy=policy_of())


def test_a_solver_that_gives_up_is_a_refusal(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """Work limits end in an error, never in a table."""
    with pytest.raises(ProtectionError) as caught:
        protect(
            random_table(raw_of, (5, 4, 3), 1), policy=policy_of(budget=WorkBudget(lps=1, effort=1, nodes=1))
        )
    assert caught.value.code == "statistics.solver_gave_up"


@pytest.mark.parametrize("through", [repr, pickle.dumps, lambda t: pickle.dumps(copy.deepcopy(t))])
def test_a_hidden_count_is_nowhere_in_the_table(
    raw_of: RawOf, policy_of: PolicyOf, through: Callable[[ProtectedTable], object]
) -> None:
    """Two tables that differ only in hidden counts become the same object, byte for byte."""
    one = protect(raw_of((2, 2), (3, 60, 60, 60)), policy=policy_of()).table
    other = protect(raw_of((2, 2), (4, 59, 59, 61)), policy=policy_of()).table
    assert [c.value for c in one.cells[:2]] == [None, None]
    assert through(one) == through(other)


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_what_is_small_leaves_in_no_pickle(
    raw_of: RawOf, policy_of: PolicyOf, leave: Callable[[object], object]
) -> None:
    """Which cells are small, and what hiding cost, is copied and stored as little as the counts are."""
    made = protect(raw_of((2, 3), (3, 60, 60, 60, 60, 60)), policy=policy_of())
    assert made.assessment is not None
    for secret in (made, made.assessment, made.assessment.primaries[0], made.search):
        with pytest.raises(ProtectionError) as caught:
            leave(secret)
        assert caught.value.code == "statistics.assessment_not_portable"


def test_the_cost_of_what_is_hidden_is_not_shown(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """It is a function of hidden counts, and two of them and their sum would tell both."""
    search = protect(raw_of((2, 3), (3, 60, 60, 60, 60, 60)), policy=policy_of()).search
    assert search is not None
    assert search.cost > 0
    assert not re.search(r"\d{2}", repr(search))


MONTHS = Dimension(
    id="period",
    label_th="งวด",
    label_en="period",
    parents=(("01", "Q1"), ("02", "Q1"), ("03", "Q1"), ("04", "Q2"), ("05", "Q2")),
)
OUTCOME = Dimension(id="outcome", label_th="ผล", label_en="outcome")


def rows(*counts: tuple[str, str, int]) -> list[dict[str, object]]:
    """Records of that many of each."""
    return [{"period": p, "outcome": o} for p, o, n in counts for _ in range(n)]


@settings(max_examples=30, deadline=None)
@given(counts=st.lists(st.integers(0, 9), min_size=10, max_size=10))
def test_a_hierarchy_gives_nothing_away(policy_of: PolicyOf, counts: list[int]) -> None:
    """Quarters are sums like any other: the audit, which reads them by itself, finds nothing."""
    assume(sum(counts) >= 5)
    cells = [(p, o) for p in ("01", "02", "03", "04", "05") for o in ("yes", "no")]
    raw = tabulate(
        rows(*((p, o, n) for (p, o), n in zip(cells, counts, strict=True))), dimensions=(MONTHS, OUTCOME)
    )
    policy = policy_of()
    try:
        table = protect(raw, policy=policy).table
    except ProtectionError as error:
        assert error.code == "statistics.no_pattern"  # noqa: PT017 - only one refusal is right here
        return
    assert audit.attack(table, rules=policy.rules()).passed


def test_a_group_of_one_outcome_is_not_given_away(policy_of: PolicyOf) -> None:
    """All of them refused: with the group rule a zero beside them is hidden too, and may be large."""
    counts = (
        ("01", "refused", 9),
        ("02", "refused", 20),
        ("02", "granted", 30),
        ("03", "granted", 40),
        ("03", "refused", 8),
    )
    raw = tabulate(
        rows(*counts), dimensions=(Dimension(id="period", label_th="งวด", label_en="period"), OUTCOME)
    )
    plain = protect(raw, policy=policy_of()).table
    assert all(c.value is not None for c in plain.cells)
    policy = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    table = protect(raw, policy=policy).table
    hidden = {c.keys for c in table.cells if c.value is None}
    assert ("01", "granted") in hidden
    assert audit.attack(table, rules=policy.rules()).passed
    assert not audit.attack(plain, rules=policy.rules()).passed


@settings(max_examples=30, deadline=None)
@given(counts=st.lists(st.integers(0, 9), min_size=9, max_size=9), within=st.booleans())
def test_no_group_is_given_away(raw_of: RawOf, policy_of: PolicyOf, counts: list[int], within: bool) -> None:
    """Whatever the counts, what is published passes an audit by the group rule, or nothing is."""
    assume(sum(counts) >= 5)
    raw = raw_of((3, 3), tuple(counts))
    policy = policy_of(zeros="sampling", group=GroupRule(dimension="d1", within_group=within))
    try:
        table = protect(raw, policy=policy).table
    except ProtectionError:
        return
    assert audit.attack(table, rules=policy.rules()).passed

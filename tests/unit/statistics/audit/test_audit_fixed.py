"""What one sum after the other leaves no choice is found without a solver."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.statistics.audit.fixed import fixed_values
from govlink.statistics.audit.matrix import matrix_of
from govlink.statistics.audit.system import Count, System

SUMS = st.lists(
    st.dictionaries(st.integers(0, 4), st.sampled_from((1, 1, -1)), min_size=1, max_size=4),
    min_size=1,
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(truth=st.lists(st.integers(0, 3), min_size=5, max_size=5), sums=SUMS, least=st.integers(0, 1))
def test_only_true_values_are_fixed(truth: list[int], sums: list[dict[int, int]], least: int) -> None:
    """Whatever the sums, a fixed value is the true one, so every possible one."""
    truth = [max(value, least) for value in truth]
    unknown = tuple(Count(table="t", keys=(str(i),), value=None, least=least) for i in range(5))
    totals = tuple(
        Count(table="t", keys=("s",), value=sum(sign * truth[i] for i, sign in terms.items()))
        for terms in sums
    )
    rows = tuple((*terms.items(), (5 + at, -1)) for at, terms in enumerate(sums))
    matrix = matrix_of(System(counts=(*unknown, *totals), sums=rows), sums=range(len(rows)))
    for column, value in fixed_values(matrix).items():
        assert value == truth[int(matrix.counts[column])]


def test_a_chain_of_sums_is_followed() -> None:
    """A = 4, so b = 0 in a + b = 4; and c + d = 0 leaves both nobody."""
    unknown = tuple(Count(table="t", keys=(name,), value=None) for name in "abcd")
    totals = tuple(Count(table="t", keys=("s",), value=value) for value in (4, 4, 0))
    rows = (((0, 1), (1, 1), (4, -1)), ((0, 1), (5, -1)), ((2, 1), (3, 1), (6, -1)))
    matrix = matrix_of(System(counts=(*unknown, *totals), sums=rows), sums=range(3))
    assert fixed_values(matrix) == {0: 4, 1: 0, 2: 0, 3: 0}

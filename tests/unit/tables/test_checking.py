"""Looking at whole columns at once finds what looking at each value finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import Fault
from govlink.models.table import ColumnType
from govlink.tables.checking import canonical
from govlink.tables.values import PARSERS

TEXTS = st.lists(
    st.text(max_size=4)
    | st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,2})?", fullmatch=True)
    | st.sampled_from(
        ["", "007", "2024-01-30", "2567-02-29", "True", "\udca1", "a\x00", "2024-01-30 07:05", "\ufeffa"]
    ),
    max_size=8,
)


@pytest.mark.parametrize("kind", ColumnType)
@given(texts=TEXTS)
def test_a_column_is_its_values(kind: ColumnType, texts: list[str]) -> None:
    """Canonical texts and faults stand where each value alone puts them; an empty text stays empty."""
    alone = [PARSERS[kind](text) if text else "" for text in texts]
    found, faults = canonical(list(texts), kind=kind, parse=PARSERS[kind])
    assert faults == {place: value for place, value in enumerate(alone) if isinstance(value, Fault)}
    assert found == ["" if isinstance(value, Fault) else value for value in alone]

"""What a spreadsheet would run is made inert, and can be read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.tables.inert import inert, original


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_formula_gets_a_quote_mark(start: str) -> None:
    """At the start only: elsewhere such characters are text."""
    assert inert(start + "1") == "'" + start + "1"
    assert inert("ก" + start) == "ก" + start


@given(st.text())
def test_taking_the_mark_off_gives_the_text_back(text: str) -> None:
    """Also a text that begins with a quote mark itself, so nothing is ambiguous."""
    assert original(inert(text)) == text

"""The page that the documentation publishes."""

from __future__ import annotations

from dataclasses import replace

from govlink.interfaces import Capabilities
from govlink.testing.conformance import CHECKS, capability_matrix
from govlink.testing.matrix import page

from ...adapters.reference import adapter


def test_matrix_has_a_row_for_every_capability() -> None:
    """No capability is left out because no adapter thinks of it."""
    rows = capability_matrix([adapter])
    assert [row.capability for row in rows] == list(Capabilities.__dataclass_fields__)
    states = {row.capability: row.cells[0].state for row in rows}
    assert {name for name, state in states.items() if state == "provided"} == {
        "registry",
        "intake",
        "reports",
    }
    assert states["payments"] == "platform_cannot"


def test_undeclared_absence_is_not_told_as_a_reason() -> None:
    """Where an adapter says nothing, the matrix does not say it for it."""
    silent = replace(adapter, absences=())
    cell = next(row for row in capability_matrix([silent]) if row.capability == "cards").cells[0]
    assert (cell.state, cell.explanation) == ("undeclared", "")


def test_page_is_the_same_for_the_same_adapters() -> None:
    """The order of columns is the caller's, and nothing else decides the bytes."""
    first, second = replace(adapter, name="a"), replace(adapter, name="b")
    assert page([first, second]) == page([first, second])
    assert "| `a` | `b` |" in page([first, second])


def test_page_lists_every_check_in_both_languages() -> None:
    """The table of checks on the page is the table of the code."""
    text = page([adapter])
    for check in CHECKS:
        assert f"| {check.id} | {check.name} | {check.level.value} | {check.en} | {check.th} |" in text


def test_a_bar_in_a_reason_does_not_break_the_table() -> None:
    """Adapters write their reasons freely."""
    absences = (replace(adapter.absences[0], explanation="either | or"), *adapter.absences[1:])
    assert "either &#124; or" in page([replace(adapter, absences=absences)])

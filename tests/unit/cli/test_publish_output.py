"""Plans for people: a long text is shown from where it differs."""

from __future__ import annotations

import pytest

from govlink.cli.publish_output import print_conflict
from govlink.models.publication import FieldChange


def test_long_texts_are_shown_from_their_first_difference(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off at the same place, what is stored and what is wanted would look alike."""
    monkeypatch.setenv("COLUMNS", "200")
    start = "Petitions by month and outcome. " * 5
    change = FieldChange(
        name="notes", stored=f"{start}Until 2567.", wanted=f"{start}Until 2568.", published=None
    )
    print_conflict((change,))
    told = capsys.readouterr().out
    assert ("Until 2567." in told, "Until 2568." in told) == (True, True)
    assert "…" in told


def test_a_long_text_that_differs_early_is_shown_from_its_start(capsys: pytest.CaptureFixture[str]) -> None:
    """And short ones are shown whole."""
    texts = {"stored": "Monthly" + " figures" * 20, "wanted": "Yearly" + " figures" * 20}
    changes = (
        FieldChange(name="notes", published=None, **texts),
        FieldChange(name="title", published=None, stored="a" * 40, wanted="a" * 40 + "b"),
    )
    print_conflict(changes)
    told = capsys.readouterr().out
    assert ("Monthly" in told, "Yearly" in told, "…Mon" in told) == (True, True, False)

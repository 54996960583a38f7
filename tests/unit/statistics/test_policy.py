"""A policy names its bad field and never fills in a threshold."""

from __future__ import annotations

from pathlib import Path

import pytest

from govlink.errors import ConfigError, RejectedError
from govlink.statistics import DisclosurePolicy, load_policy

GOOD = """
id = "p"
version = "1"
threshold = 5
signed_off_by = "head of statistics"
signed_off_on = 2025-11-03
"""
FIXTURE = Path(__file__).parents[3] / "fixtures/statistics/eq_petitions_month.policy.toml"


def load(tmp_path: Path, text: str) -> DisclosurePolicy:
    """The policy in this text."""
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def test_reads_every_field_and_the_documented_defaults(tmp_path: Path) -> None:
    """A file with the five needed fields gives a suppression policy of up to three dimensions."""
    policy = load(tmp_path, GOOD)
    assert (policy.id, policy.threshold, policy.signed_off_on.isoformat()) == ("p", 5, "2025-11-03")
    assert (policy.method, policy.max_dimensions, policy.grand_total) == ("suppress", 3, "publish")


@pytest.mark.parametrize("field", ["id", "version", "threshold", "signed_off_by", "signed_off_on"])
def test_names_a_missing_field(tmp_path: Path, field: str) -> None:
    """No needed field has a silent default, the threshold least of all."""
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"{field} ")]
    with pytest.raises(RejectedError) as caught:
        load(tmp_path, "\n".join(lines))
    assert [p.pointer for p in caught.value.problems] == [f"/{field}"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threshold", "1"),
        ("threshold", "true"),
        ("threshold", '"5"'),
        ("threshold", "5.0"),
        ("id", '" "'),
        ("signed_off_by", '"two\\nlines"'),
        ("signed_off_on", "2025-11-03T10:00:00"),
        ("signed_off_on", '"2025-11-03"'),
        ("method", '"round"'),
        ("max_dimensions", "4"),
        ("grand_total", '"hide"'),
    ],
)
def test_names_a_bad_field(tmp_path: Path, field: str, value: str) -> None:
    """A value of the wrong kind or size is refused by name."""
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"{field} ")]
    with pytest.raises(RejectedError, match=field) as caught:
        load(tmp_path, "\n".join([*lines, f"{field} = {value}"]))
    assert [p.pointer for p in caught.value.problems] == [f"/{field}"]
    assert field in caught.value.explain("th")


def test_refuses_an_unknown_field(tmp_path: Path) -> None:
    """A misspelt field would otherwise leave a rule unapplied in silence."""
    with pytest.raises(RejectedError, match="treshold"):
        load(tmp_path, GOOD + "treshold = 10\n")


def test_a_file_that_is_not_toml_is_a_settings_error(tmp_path: Path) -> None:
    """Absent, binary and malformed files are told apart from bad fields."""
    with pytest.raises(ConfigError):
        load_policy(tmp_path / "absent.toml")
    with pytest.raises(ConfigError):
        load(tmp_path, "threshold = ")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError):
        load_policy(tmp_path / "binary.toml")


def test_the_policy_of_the_ready_data_set_says_that_it_is_synthetic() -> None:
    """Nobody may take the example for an agency's decision."""
    policy = load_policy(FIXTURE)
    assert policy.threshold == 5
    assert "synthetic" in policy.id
    assert "no real sign-off" in policy.signed_off_by

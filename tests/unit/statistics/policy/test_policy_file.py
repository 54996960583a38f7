"""A policy file never fills in a threshold, and holds only as it was signed."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, fields, replace
from datetime import date
from pathlib import Path

import pytest

from govlink.errors import ConfigError, RejectedError
from govlink.statistics.pattern.problem import Budget
from govlink.statistics.policy import (
    ClosedPeriods,
    ColumnNames,
    DisclosurePolicy,
    MagnitudeRule,
    NoiseRule,
    SignOff,
    WorkBudget,
    load_policy,
    sign_policy,
)
from govlink.statistics.published import GroupRule

GOOD = """
id = "p"
version = "1"
threshold = 5
"""
FIXTURE = Path(__file__).parents[4] / "fixtures/statistics/eq_petitions_month.policy.toml"

EXAMPLE = Path(__file__).parents[4] / "docs/examples/disclosure-policy.toml"
PAGES = tuple(
    Path(__file__).parents[4] / f"docs/{language}/how-to/write-a-disclosure-policy.md"
    for language in ("en", "th")
)
ON = date(2025, 11, 3)


def load(tmp_path: Path, text: str) -> DisclosurePolicy:
    """The policy in this text."""
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def sign(tmp_path: Path, text: str) -> Path:
    """The file with this policy, signed."""
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    sign_policy(path, by="head of statistics", on=ON)
    return path


def test_reads_every_field_and_the_documented_defaults(tmp_path: Path) -> None:
    """A signed file with the three needed fields gives a suppression policy of up to three dimensions."""
    policy = load_policy(sign(tmp_path, GOOD))
    assert (policy.id, policy.threshold) == ("p", 5)
    assert (policy.sign_off.by, policy.sign_off.on) == ("head of statistics", ON)
    assert (policy.method, policy.max_dimensions, policy.grand_total) == ("suppress", 3, "publish")


@pytest.mark.parametrize("field", ["id", "version", "threshold"])
def test_names_a_missing_field(tmp_path: Path, field: str) -> None:
    """No needed field has a silent default, the threshold least of all."""
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"{field} ")]
    with pytest.raises(RejectedError) as caught:
        sign(tmp_path, "\n".join(lines))
    assert [p.pointer for p in caught.value.problems] == [f"/{field}"]


def test_refuses_an_unknown_field(tmp_path: Path) -> None:
    """A misspelt field would otherwise leave a rule unapplied in silence."""
    with pytest.raises(RejectedError, match="treshold"):
        sign(tmp_path, GOOD + "treshold = 10\n")


def test_a_file_that_is_not_toml_is_a_settings_error(tmp_path: Path) -> None:
    """Absent, binary and malformed files are named, and told apart from each other and from bad fields."""
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "broken.toml").write_text('id = "a"\nthreshold = ', "utf-8")
    (tmp_path / "twice.toml").write_text('id = "a"\nid = "b"\n\n', "utf-8")
    for name, code, said in (
        ("absent.toml", "policy_missing", "there is no"),
        ("binary.toml", "policy_unreadable", "cannot be read"),
        ("broken.toml", "policy_not_toml", "line 2"),
        ("twice.toml", "policy_not_toml", "line 2"),
    ):
        with pytest.raises(ConfigError, match=name) as caught:
            load_policy(tmp_path / name)
        assert caught.value.code == f"statistics.{code}"
        assert said in str(caught.value)


def test_the_policy_of_the_ready_data_set_says_that_it_is_synthetic() -> None:
    """Nobody may take the example for an agency's decision."""
    policy = load_policy(FIXTURE)
    assert policy.threshold == 5
    assert "synthetic" in policy.id
    assert "no real sign-off" in policy.sign_off.by


def test_an_unsigned_policy_is_refused(tmp_path: Path) -> None:
    """A draft that nobody answers for protects nothing."""
    with pytest.raises(RejectedError) as caught:
        load(tmp_path, GOOD)
    assert caught.value.code == "statistics.policy_unsigned"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("threshold = 5", "threshold = 4"),
        ('version = "1"', 'version = "2"'),
        ("[sign_off]", "max_dimensions = 2\n[sign_off]"),
    ],
)
def test_a_policy_changed_after_signing_is_refused(tmp_path: Path, old: str, new: str) -> None:
    """Lowering a threshold, or adding a rule, takes a new signature."""
    text = sign(tmp_path, GOOD).read_text(encoding="utf-8")
    with pytest.raises(RejectedError) as caught:
        load(tmp_path, text.replace(old, new))
    assert caught.value.code == "statistics.policy_changed"


def test_a_policy_changed_in_memory_is_refused(tmp_path: Path) -> None:
    """Neither is there a way around the file."""
    policy = load_policy(sign(tmp_path, GOOD))
    with pytest.raises(RejectedError) as caught:
        replace(policy, threshold=2)
    assert caught.value.code == "statistics.policy_changed"


def test_comments_and_defaults_said_aloud_change_nothing(tmp_path: Path) -> None:
    """What was signed is the meaning, not the bytes."""
    text = sign(tmp_path, GOOD).read_text(encoding="utf-8")
    spelled = "# why five\n" + text.replace("[sign_off]", 'method = "suppress"\n\n[sign_off]')
    assert load(tmp_path, spelled) == load(tmp_path, text)


def test_signing_keeps_the_file_and_replaces_the_old_signature(tmp_path: Path) -> None:
    """Comments stay, the mode stays, one sign-off stands at the end, and no scraps are left."""
    path = sign(tmp_path, "# ours\n" + GOOD)
    path.chmod(0o640)
    sign_policy(path, by='ผู้อำนวยการ "กลุ่ม" \\', on=date(2026, 1, 15))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ours\n")
    assert text.count("[sign_off]") == 1
    assert load_policy(path).sign_off.by == 'ผู้อำนวยการ "กลุ่ม" \\'
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["policy.toml"]


@pytest.mark.parametrize(
    "text",
    ['sign_off = {by = "x"}\n' + GOOD, '[sign_off]\nby = "x"\n[other]\na = 1\n'],
    ids=["inline", "not the last table"],
)
def test_a_sign_off_in_another_place_is_not_overwritten(tmp_path: Path, text: str) -> None:
    """A file that cannot be changed faithfully is left as it is."""
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RejectedError):
        sign_policy(path, by="role", on=ON)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ('by = "two\\nlines"', "/sign_off/by"),
        ("on = 2025-11-03T10:00:00", "/sign_off/on"),
        ('on = "2025-11-03"', "/sign_off/on"),
        ('digest = "00"', "/sign_off/digest"),
        ('extra = "x"', "/sign_off/extra"),
    ],
)
def test_names_a_bad_field_of_the_sign_off(tmp_path: Path, line: str, pointer: str) -> None:
    """A signature without a role, a day or a digest is none."""
    text = sign(tmp_path, GOOD).read_text(encoding="utf-8")
    field = line.partition(" ")[0]
    kept = [other for other in text.splitlines() if not other.startswith(f"{field} =")]
    with pytest.raises(RejectedError) as caught:
        load(tmp_path, "\n".join([*kept, line]))
    assert [p.pointer for p in caught.value.problems] == [pointer]


def test_the_example_says_every_field_that_goes_with_suppression() -> None:
    """It is whole, well formed and signed, and its signature says that it is none."""
    policy = load_policy(EXAMPLE)
    assert "ไม่มีการลงนามจริง" in policy.sign_off.by
    said = set(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")))
    assert {f.name for f in fields(DisclosurePolicy)} - said == {"rounding_base", "noise"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parts[-3])
def test_the_page_tells_of_every_field(page: Path) -> None:
    """Each field, and each entry of those that are tables, is named as the file spells it."""
    text = page.read_text(encoding="utf-8")
    parts = (GroupRule, MagnitudeRule, NoiseRule, WorkBudget, ClosedPeriods, ColumnNames, SignOff)
    names = {f.name for kind in (DisclosurePolicy, *parts) for f in fields(kind)}
    assert {name for name in names if not re.search(rf"`[^`]*\b{name}\b[^`]*`", text)} == set()


def test_a_budget_is_as_large_as_the_policy_says() -> None:
    """What it leaves open is the search's own limit, so that a better search needs no new signature."""
    said = load_policy(EXAMPLE).budget.said()
    assert asdict(Budget(**said)) == {"lps": 20_000, "effort": 300_000_000, "nodes": 150}
    assert Budget(**WorkBudget().said()) == Budget()
    assert Budget(**WorkBudget(nodes=7).said()) == replace(Budget(), nodes=7)

"""The safe way in one step: the files of a release and its entry in the ledger."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from govlink.errors import ConflictError, ProtectionError, RejectedError
from govlink.models.release import Dimension
from govlink.statistics import (
    DisclosurePolicy,
    Ledger,
    Prepared,
    confirm_release,
    prepare,
    publish_release,
    read_release,
    tabulate,
)

PolicyOf = Callable[..., DisclosurePolicy]
SERVICE = Dimension(id="service", label_th="บริการ", label_en="service")


def made(policy: DisclosurePolicy, ledger: Ledger, *, name: str) -> Prepared:
    """A small table, prepared."""
    rows: list[dict[str, object]] = [{"service": s} for s, n in (("a", 30), ("b", 40)) for _ in range(n)]
    return prepare(tabulate(rows, dimensions=(SERVICE,)), policy=policy, ledger=ledger, name=name)


def test_files_and_entry_are_there_together(policy_of: PolicyOf, tmp_path: Path) -> None:
    """What it leaves passes every later check, and only the restricted half is private."""
    policy, ledger, out = policy_of(), Ledger.open(tmp_path / "ledger.jsonl"), tmp_path / "out"
    prepared = made(policy, ledger, name="first")
    entry = publish_release(prepared, out, policy=policy, ledger=ledger)
    assert (entry.seq, entry.name, len(ledger.entries)) == (1, "first", 1)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()}
    assert modes == {"table.csv": 0o644, "report.json": 0o644, "restricted.json": 0o600}
    again = Ledger.read(tmp_path / "ledger.jsonl", expected_head=ledger.head)
    confirm_release(prepared.release, policy=policy, ledger=again)
    read_release(out, dimensions=(SERVICE,), policy=policy, ledger=again)


def test_a_second_run_is_recognised(policy_of: PolicyOf, tmp_path: Path) -> None:
    """The same files, and no second entry."""
    policy, ledger, out = policy_of(), Ledger.open(tmp_path / "ledger.jsonl"), tmp_path / "out"
    publish_release(made(policy, ledger, name="first"), out, policy=policy, ledger=ledger)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    publish_release(made(policy, ledger, name="first"), out, policy=policy, ledger=ledger)
    assert len(ledger.entries) == 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_release_without_a_name_is_not_noted(policy_of: PolicyOf, tmp_path: Path) -> None:
    """No correction could name it."""
    policy, ledger = policy_of(), Ledger.open(tmp_path / "ledger.jsonl")
    with pytest.raises(RejectedError) as caught:
        publish_release(made(policy, ledger, name=""), tmp_path / "out", policy=policy, ledger=ledger)
    assert caught.value.code == "statistics.release_nameless"
    assert not (tmp_path / "out").exists()


def test_another_policy_is_refused(policy_of: PolicyOf, tmp_path: Path) -> None:
    """The entry would say that the table keeps rules it was not made by."""
    policy, ledger = policy_of(), Ledger.open(tmp_path / "ledger.jsonl")
    prepared = made(policy, ledger, name="first")
    with pytest.raises(ProtectionError) as caught:
        publish_release(prepared, tmp_path / "out", policy=policy_of(threshold=7), ledger=ledger)
    assert caught.value.code == "statistics.policy_not_in_force"
    assert not (tmp_path / "out").exists()


def test_what_came_in_between_stops_it(policy_of: PolicyOf, tmp_path: Path) -> None:
    """It was not attacked together with that; nothing is written, and it says to run again."""
    policy, path = policy_of(), tmp_path / "ledger.jsonl"
    slow, fast = Ledger.open(path), Ledger.open(path)
    prepared = made(policy, slow, name="slow")
    publish_release(made(policy, fast, name="fast"), tmp_path / "fast", policy=policy, ledger=fast)
    with pytest.raises(ConflictError, match="ledger") as caught:
        publish_release(prepared, tmp_path / "slow", policy=policy, ledger=slow)
    assert "run it again" in caught.value.explain("en")
    assert not (tmp_path / "slow" / "table.csv").exists()


def test_a_correction_names_what_it_corrects(policy_of: PolicyOf, tmp_path: Path) -> None:
    """What was said when preparing is noted, without being said again."""
    policy, ledger = policy_of(), Ledger.open(tmp_path / "ledger.jsonl")
    publish_release(made(policy, ledger, name="first"), tmp_path / "a", policy=policy, ledger=ledger)
    rows: list[dict[str, object]] = [{"service": s} for s, n in (("a", 80), ("b", 40)) for _ in range(n)]
    raw = tabulate(rows, dimensions=(SERVICE,))
    prepared = prepare(raw, policy=policy, ledger=ledger, name="second", restates=("first",))
    entry = publish_release(prepared, tmp_path / "b", policy=policy, ledger=ledger)
    assert (entry.restates, prepared.earlier) == (("first",), 0)

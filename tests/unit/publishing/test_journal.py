"""The journal keeps each step on the disk, survives being cut off anywhere, and stays short."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ConfigError
from govlink.models.publication import PublicationStep
from govlink.publishing import journal as module
from govlink.publishing.journal import FileJournal, read_published

FIELDS = (("title", "สถิติ"), ("maintainer", "กลุ่มสถิติ"))
DONE = PublicationStep(name="done", target="t1", fields=FIELDS)
ROWS = PublicationStep(name="rows", target="t1", rows_done=2000, rows_total=5000)
NOW = datetime(2026, 7, 1, 3, 30, tzinfo=UTC)


def journal_at(path: Path, complaints: list[str] | None = None) -> FileJournal:
    """A journal with a clock that stands still; complaints fail the test unless they are wanted."""
    told = complaints.append if complaints is not None else pytest.fail
    return FileJournal(path, complain=told, now=lambda: NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal lies."""
    return tmp_path / "dataset.jsonl"


def test_a_step_is_one_line_of_its_owner_alone(path: Path) -> None:
    """Time, step, table and how far; mode 600."""
    journal_at(path).note(ROWS)
    assert json.loads(path.read_text("utf-8")) == {
        "at": "2026-07-01T03:30:00+00:00",
        "step": "rows",
        "target": "t1",
        "outcome": "done",
        "rows_done": 2000,
        "rows_total": 5000,
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_on_the_disk_when_note_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Synced after the write of each step, and before the new file takes the old one's name."""
    calls: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def watched_fsync(descriptor: int) -> None:
        calls.append(f"sync {os.fstat(descriptor).st_size > 0}")
        fsync(descriptor)

    def watched_replace(path: Path, target: Path) -> Path:
        calls.append("replace")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(Path, "replace", watched_replace)
    journal = journal_at(path)
    journal.note(ROWS)
    journal.note(DONE)
    assert calls == ["sync True", "sync True", "replace"]


def test_what_was_published_is_known_to_the_next_run(path: Path) -> None:
    """As the last finished publication stored it, also while the next one is on its way."""
    assert journal_at(path).published() == ()
    journal = journal_at(path)
    journal.note(ROWS)
    journal.note(DONE)
    assert journal.published() == journal_at(path).published() == read_published(path) == FIELDS
    journal_at(path).note(ROWS)
    assert journal_at(path).published() == FIELDS


def test_a_step_that_was_only_sent_published_nothing(path: Path) -> None:
    """The write may not have happened."""
    journal_at(path).note(PublicationStep(name="done", target="t1", outcome="sent", fields=FIELDS))
    assert journal_at(path).published() == ()


def test_it_starts_anew_when_a_publication_finishes(path: Path) -> None:
    """One line is left, of this publication."""
    journal = journal_at(path)
    for _ in range(50):
        journal.note(ROWS)
    journal.note(DONE)
    assert len(path.read_text("utf-8").splitlines()) == 1
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_it_stays_short_when_nothing_ever_finishes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was published last is kept."""
    monkeypatch.setattr(module, "_MOST_BYTES", 1000)
    journal = journal_at(path)
    journal.note(DONE)
    for _ in range(100):
        journal.note(ROWS)
        assert path.stat().st_size < 1500
    assert journal_at(path).published() == FIELDS


def test_a_torn_line_is_passed_over(path: Path) -> None:
    """As a power cut leaves it; the next step begins a line of its own."""
    journal_at(path).note(DONE)
    with path.open("ab") as file:
        file.write(b'{"at": "2026-07-01T03:30:00+00:00", "step": "do')
    journal = journal_at(path)
    assert journal.published() == FIELDS
    journal.note(ROWS)
    assert json.loads(path.read_bytes().splitlines()[-1])["step"] == "rows"
    assert journal_at(path).published() == FIELDS


STEPS = st.builds(
    PublicationStep,
    name=st.sampled_from(["survey", "rows", "reveal", "done"]),
    target=st.text(max_size=4),
    outcome=st.sampled_from(["sent", "done", "unknown"]),
    fields=st.lists(
        st.tuples(st.text(min_size=1, max_size=3), st.text(max_size=5)), unique_by=lambda f: f[0]
    ).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=8), cut=st.integers(0, 400))
def test_cut_off_anywhere_it_still_tells_a_publication_that_was_finished(
    tmp_path_factory: pytest.TempPathFactory, steps: list[PublicationStep], cut: int
) -> None:
    """Any prefix of its bytes is read; whole, it tells the last one."""
    path = tmp_path_factory.mktemp("journal") / "j.jsonl"
    journal = journal_at(path)
    for step in steps:
        journal.note(step)
    finished = [s.fields for s in steps if s.name == "done" and s.outcome == "done"]
    assert read_published(path) == (finished[-1] if finished else ())
    if path.exists():
        path.write_bytes(path.read_bytes()[:cut])
        assert read_published(path) in {(), *finished}


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"\xff\xfe",
        b'{"step": "done"}',
        b'{"step": "done", "outcome": "done", "fields": 3}',
        b"[" * 50_000,
    ],
)
def test_lines_of_another_kind_tell_nothing(path: Path, line: bytes) -> None:
    """Neither an error nor a guess."""
    journal_at(path).note(DONE)
    with path.open("ab") as file:
        file.write(line + b"\n")
    assert journal_at(path).published() == FIELDS


def test_a_full_disk_is_told_once_and_stops_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset must not stay hidden because a log could not be written."""
    complaints: list[str] = []
    journal = journal_at(path, complaints)

    def full(_: int, __: bytes) -> int:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "write", full)
    journal.note(ROWS)
    journal.note(DONE)
    assert len(complaints) == 1
    assert "OSError" in complaints[0]


def test_a_journal_that_others_may_read_is_refused(path: Path) -> None:
    """It names a maintainer."""
    journal_at(path).note(DONE)
    path.chmod(0o644)
    with pytest.raises(ConfigError) as caught:
        journal_at(path)
    assert caught.value.code == "files.exposed"

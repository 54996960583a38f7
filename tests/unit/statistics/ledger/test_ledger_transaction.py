"""Files and ledger entry of a release: both or neither, wherever the run is killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from govlink.errors import ConfigError, ConflictError, RejectedError, VerificationError
from govlink.statistics.ledger import Ledger, OutputFile, publish_files, recover_files

from . import killed_runs
from .killed_runs import MARK, NEW, OLD, TORN, publish, table

PROGRAM = killed_runs.__file__


def files_of(directory: Path) -> dict[str, bytes]:
    """Everything in a directory, hidden files too."""
    return {path.name: path.read_bytes() for path in directory.iterdir()} if directory.exists() else {}


def contents(files: tuple[OutputFile, ...]) -> dict[str, bytes]:
    """What a directory with these files holds."""
    return {file.name: file.content for file in files}


def steps(folder: Path) -> list[str]:
    """The names of all steps of a publication."""
    found: list[str] = []
    publish(folder, "2568-01", NEW, found.append)
    return found


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Path]]:
    """For each step a folder in which a run was killed after it, with an older release; some without."""
    root = tmp_path_factory.mktemp("killed")
    every = [*steps(tmp_path_factory.mktemp("steps")), *TORN]
    asked = [*every, "staged report.json", "appended", "placed table.csv"]
    for number in range(len(asked)):
        (root / str(number)).mkdir()
        if number < len(every):
            publish(root / str(number), "2568-01", OLD)
    command = [sys.executable, PROGRAM, str(root), *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{number} True" for number in range(len(asked))]
    return [(step, root / str(number)) for number, step in enumerate(asked)]


def test_every_step_is_tried(killed: list[tuple[str, Path]]) -> None:
    """Before and after the commit point, and in the middle of it."""
    found = {step for step, _ in killed}
    assert {"noted", "begun", "staged table.csv", "appended", "placed table.csv", "cleared"} <= found
    assert len(found) == 16


@pytest.mark.parametrize("first", ["ledger", "directory", "moved directory", "both gone on"])
def test_both_or_neither(killed: list[tuple[str, Path]], tmp_path: Path, first: str) -> None:
    """After the next opening of either, old files and no entry, or new files and the entry."""
    outcomes = set()
    for number, (step, source) in enumerate(killed):
        folder = tmp_path / str(number)
        copied(source, folder)
        out = folder / "out"
        if first == "moved directory" and out.exists():
            out = out.rename(folder / "elsewhere")
        if "directory" in first:
            recover_files(out)
        ledger = Ledger.open(folder / "ledger")
        if first == "both gone on":
            publish(folder, "2568-03", OLD)
            ledger = Ledger.open(folder / "ledger")
            assert ledger.entries[-1].name == "petitions 2568-03", step
            assert files_of(out) == contents(OLD), step
            continue
        old = contents(OLD) if len(ledger.entries) - _is_out(ledger) else {}
        assert files_of(out) == (contents(NEW) if _is_out(ledger) else old), step
        assert sorted(p.name for p in folder.glob("ledger*") if ".torn-" not in p.name) == ["ledger"], step
        outcomes.add((step, _is_out(ledger)))
    if first != "both gone on":
        assert {step for step, is_out in outcomes if is_out} == {
            "appended", "placed table.csv", "placed restricted.json", "placed report.json", "placed",
            "cleared", "done", TORN[2],
        }  # fmt: skip
        assert not {step for step, is_out in outcomes if is_out} & {s for s, is_out in outcomes if not is_out}


def _is_out(ledger: Ledger) -> bool:
    return any(entry.name == "petitions 2568-02" for entry in ledger.entries)


def copied(source: Path, folder: Path) -> None:
    """A killed run's traces in another folder, as if it had been killed there."""
    shutil.copytree(source, folder, symlinks=True, dirs_exist_ok=True)
    for path in (folder / "ledger.pending", folder / "out" / ".govlink-release.pending"):
        if path.exists():
            path.write_bytes(path.read_bytes().replace(os.fsencode(source), os.fsencode(folder)))


def test_a_publication_leaves_its_files_and_nothing_else(tmp_path: Path) -> None:
    """Modes as asked for, whatever the umask; no note, manifest or staged file."""
    mask = os.umask(0o077)
    try:
        publish(tmp_path, "2568-01", NEW)
    finally:
        os.umask(mask)
    assert files_of(tmp_path / "out") == contents(NEW)
    assert {p.name: p.stat().st_mode & 0o777 for p in (tmp_path / "out").iterdir()} == {
        "table.csv": 0o644,
        "restricted.json": 0o600,
        "report.json": 0o644,
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ledger", "out"]


def test_a_repeat_writes_the_files_again(tmp_path: Path) -> None:
    """Lost files come back; the ledger does not grow."""
    publish(tmp_path, "2568-01", NEW)
    before = (tmp_path / "ledger").read_bytes()
    shutil.rmtree(tmp_path / "out")
    publish(tmp_path, "2568-01", NEW)
    assert files_of(tmp_path / "out") == contents(NEW)
    assert (tmp_path / "ledger").read_bytes() == before


@pytest.mark.parametrize("failing", ["noted", "begun", "staged report.json", "staged", "appended", "placed"])
def test_an_error_on_the_way_leaves_both_or_neither_at_once(tmp_path: Path, failing: str) -> None:
    """An exception, unlike a kill, is settled before it is raised."""

    def fail(step: str) -> None:
        if step == failing:
            raise KeyboardInterrupt

    publish(tmp_path, "2568-01", OLD)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, "2568-02", NEW, fail)
    is_out = failing in {"appended", "placed"}
    assert files_of(tmp_path / "out") == contents(NEW if is_out else OLD)
    assert _is_out(Ledger.open(tmp_path / "ledger")) == is_out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ledger", "out"]


def test_a_refused_table_touches_nothing(tmp_path: Path) -> None:
    """The ledger's refusal comes before the first file."""
    stale = Ledger.open(tmp_path / "ledger")
    publish(tmp_path, "2568-01", OLD)
    with pytest.raises(ConflictError):
        publish_files(tmp_path / "out", NEW, ledger=stale, published=table("2568-02"), mark=MARK)
    assert files_of(tmp_path / "out") == contents(OLD)


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "", "a\nb"])
def test_names_stay_in_the_directory(tmp_path: Path, name: str) -> None:
    """A file cannot be written elsewhere or hidden."""
    with pytest.raises(RejectedError):
        publish(tmp_path, "2568-01", (OutputFile(name=name, content=b""),))
    with pytest.raises(RejectedError):
        publish(tmp_path, "2568-01", (NEW[0], NEW[0]))
    assert not (tmp_path / "out").exists()


@pytest.fixture
def cut_off(killed: list[tuple[str, Path]], tmp_path: Path) -> Path:
    """A folder in which a run was killed just after its commit point."""
    source = next(folder for step, folder in killed if step == "appended")
    copied(source, tmp_path)
    return tmp_path


def test_a_spoilt_manifest_is_not_followed(cut_off: Path) -> None:
    """It is named and left; nothing is renamed on its word."""
    (cut_off / "out" / ".govlink-release.pending").write_bytes(b"{}")
    for opening in (lambda: Ledger.open(cut_off / "ledger"), lambda: recover_files(cut_off / "out")):
        with pytest.raises(VerificationError) as caught:
            opening()
        assert caught.value.code == "statistics.output_manifest_unreadable"
    assert files_of(cut_off / "out")["table.csv"] == OLD[0].content


def test_a_moved_ledger_is_asked_for(cut_off: Path) -> None:
    """Without it nobody knows whether the release is out; told where it is, the files are finished."""
    moved = (cut_off / "ledger").rename(cut_off / "moved")
    with pytest.raises(ConfigError) as caught:
        recover_files(cut_off / "out")
    assert caught.value.code == "statistics.output_ledger_gone"
    recover_files(cut_off / "out", ledger=moved)
    assert files_of(cut_off / "out") == contents(NEW)


def test_a_removed_directory_blocks_no_ledger(cut_off: Path) -> None:
    """What somebody deleted is not brought back, and publishing goes on."""
    shutil.rmtree(cut_off / "out")
    publish(cut_off, "2568-03", OLD)
    assert files_of(cut_off / "out") == contents(OLD)

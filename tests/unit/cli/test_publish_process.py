"""``govlink publish`` as a scheduler meets it: a process that is stopped, killed, run twice at once."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from govlink.sandbox.faults import FaultKind, FaultRule

GOVLINK = str(Path(sys.executable).with_name("govlink"))
PLAIN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("GOVLINK_", "LC_", "LANG", "PYTHON", "COV", "XDG_"))
}
ROWS = 3000
SLOW_S = 0.3

pytestmark = pytest.mark.usefixtures("settings_file")


@pytest.fixture
def slow_catalogue(shelf: Any, large_release: Callable[[int], Path]) -> FaultRule:
    """A table of many calls, each of which takes its time."""
    large_release(ROWS)
    rule = FaultRule(
        kind=FaultKind.LATENCY,
        platform="data_go_th",
        path_part="datastore_upsert",
        times=10_000,
        delay_s=SLOW_S,
    )
    shelf.sandbox.faults.append(rule)
    return rule


@pytest.fixture
def start(shelf: Any) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command in the folder, with small calls; what still runs at the end is killed."""
    started = []

    def begin(*options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [GOVLINK, "publish", "schools.toml", "--state", "state", *options],
            cwd=shelf.folder,
            env=PLAIN | {"GOVLINK_DATA_GO_TH_ROWS_PER_CALL": "100"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def journal(folder: Path) -> list[dict[str, Any]]:
    """The lines that are whole."""
    files = list((folder / "state").glob("*.jsonl"))
    lines = files[0].read_text("utf-8").splitlines() if files else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def rows_written(folder: Path) -> int:
    """How many rows the journal knows to be written."""
    done = [step["rows_done"] for step in journal(folder) if step["step"] == "rows"]
    return max(done, default=0)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait while the process runs."""
    until = time.monotonic() + 30
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)


def published_rows(shelf: Any, content: dict[str, Any]) -> int:
    """What a citizen counts."""
    answer = shelf.public("datastore_search", resource_id=content["resource_id"], limit=0)
    return int(answer.json()["result"]["total"])


def test_a_killed_run_is_gone_on_with(
    shelf: Any, start: Callable[..., subprocess.Popen[str]], slow_catalogue: FaultRule
) -> None:
    """SIGKILL in the middle of the rows: nobody sees half a table, and the next run writes the rest."""
    process = start()
    wait_for(lambda: rows_written(shelf.folder) >= 300, process)
    process.kill()
    process.communicate()
    assert not shelf.public("package_show", id="synthetic-schools").is_success
    written = rows_written(shelf.folder)
    slow_catalogue.times = 0
    process = start("--json")
    printed, _ = process.communicate(timeout=60)
    content = json.loads(printed)
    assert (process.returncode, content["outcome"], content["rows"]) == (0, "published", ROWS)
    assert 0 < content["rows_written"] <= ROWS - written
    assert published_rows(shelf, content) == ROWS
    package = shelf.public("package_show", id="synthetic-schools").json()["result"]
    assert {r["id"] for r in package["resources"]} == {content["resource_id"], content["file_resource_id"]}
    process = start("--json")
    assert json.loads(process.communicate(timeout=60)[0])["writes"] == 0
    assert process.returncode == 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_stop_says_how_far_it_got(
    shelf: Any, start: Callable[..., subprocess.Popen[str]], slow_catalogue: FaultRule, number: signal.Signals
) -> None:
    """Once is enough and ten times no harm: one document, no traceback, no scraps; the next run goes on."""
    before = set(Path("/tmp").glob("govlink-*"))  # noqa: S108 - where temporary folders are looked for
    process = start("--json", "--log", "json")
    wait_for(lambda: rows_written(shelf.folder) >= 200, process)
    for _ in range(10):
        process.send_signal(number)
    printed, told = process.communicate(timeout=30)
    content = json.loads(printed)
    assert process.returncode == content["exit_code"] == 128 + number
    assert (content["outcome"], content["error"]["retry"]) == ("interrupted", "after_delay")
    assert content["writes"] >= 4
    last = json.loads([line for line in told.splitlines() if line.startswith("{")][-1])
    assert (last["event"], last["code"], last["outcome"]) == ("failed", "publish.interrupted", "interrupted")
    assert "Traceback" not in told
    assert set(Path("/tmp").glob("govlink-table-*")) <= before  # noqa: S108 - as above
    slow_catalogue.times = 0
    process = start("--json")
    content = json.loads(process.communicate(timeout=60)[0])
    assert (process.returncode, published_rows(shelf, content)) == (0, ROWS)


def test_two_at_once_are_one(
    shelf: Any, start: Callable[..., subprocess.Popen[str]], slow_catalogue: FaultRule
) -> None:
    """The second is told to come back at once; the first is not disturbed."""
    first = start("--json")
    wait_for(lambda: rows_written(shelf.folder) >= 100, first)
    second = start("--json")
    printed, _ = second.communicate(timeout=30)
    content = json.loads(printed)
    assert (second.returncode, content["outcome"], content["writes"]) == (75, "try_later", 0)
    assert content["error"]["code"] == "publishing.locked"
    slow_catalogue.times = 0
    printed, _ = first.communicate(timeout=60)
    assert (first.returncode, json.loads(printed)["rows_written"]) == (0, ROWS)


def test_a_catalogue_that_is_down_is_tried_later(
    shelf: Any, start: Callable[..., subprocess.Popen[str]]
) -> None:
    """Nobody listens there any more."""
    text = (shelf.folder / "govlink.toml").read_text("utf-8")
    (shelf.folder / "govlink.toml").write_text(text.replace(shelf.sandbox.url, "http://127.0.0.1:1"), "utf-8")
    process = start("--json")
    printed, told = process.communicate(timeout=60)
    content = json.loads(printed)
    assert (process.returncode, content["outcome"], content["writes"]) == (75, "try_later", 0)
    assert "Traceback" not in told


def test_a_terminal_gets_a_bar_with_rows_in_a_second(
    shelf: Any, large_release: Callable[[int], Path]
) -> None:
    """And the result below it; the bar is gone then, and so are lines of a log."""
    large_release(ROWS)
    rule = FaultRule(
        kind=FaultKind.LATENCY,
        platform="data_go_th",
        path_part="datastore_upsert",
        times=10_000,
        delay_s=0.05,
    )
    shelf.sandbox.faults.append(rule)
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [GOVLINK, "publish", "schools.toml", "--state", "state"],
        cwd=shelf.folder,
        env=PLAIN | {"GOVLINK_DATA_GO_TH_ROWS_PER_CALL": "100", "TERM": "xterm", "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=end,
    )
    os.close(end)
    shown = b""
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:  # so Linux tells that nobody holds the other end any more
        pass
    finally:
        os.close(terminal)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"rows/s" in shown
    assert f"{ROWS:,}/{ROWS:,} rows".encode() in shown
    assert b"event" not in shown
    assert "3,000" in printed.decode()


def test_a_disturbed_write_is_settled_before_the_run_ends(
    shelf: Any, start: Callable[..., subprocess.Popen[str]], large_release: Callable[[int], Path]
) -> None:
    """Answers lost after the rows were stored: read back and gone on with, no row twice."""
    large_release(500)
    rule = FaultRule(kind=FaultKind.RESET_AFTER, platform="data_go_th", path_part="datastore_upsert", times=2)
    shelf.sandbox.faults.append(rule)
    process = start("--json")
    content = json.loads(process.communicate(timeout=60)[0])
    assert (process.returncode, published_rows(shelf, content)) == (0, 500)
    assert httpx.get(f"{shelf.sandbox.url}/data_go_th/_sandbox/log").is_success


def write_outcomes(folder: Path) -> set[tuple[str, str]]:
    """Steps and outcomes in the journal."""
    return {(step["step"], step["outcome"]) for step in journal(folder)}


@pytest.mark.slow
@pytest.mark.parametrize("step", ["dataset", "table", "rows", "reveal"])
@pytest.mark.parametrize("outcome", ["sent", "done"])
def test_killed_at_any_step_of_a_first_publication_the_next_run_completes_it(
    shelf: Any,
    start: Callable[..., subprocess.Popen[str]],
    large_release: Callable[[int], Path],
    step: str,
    outcome: str,
) -> None:
    """Nobody sees a part; one dataset, one table, one file, every row once."""
    large_release(400)
    rule = FaultRule(kind=FaultKind.LATENCY, platform="data_go_th", times=10_000, delay_s=0.2)
    shelf.sandbox.faults.append(rule)
    process = start("--json")
    until = time.monotonic() + 30
    while process.poll() is None and (step, outcome) not in write_outcomes(shelf.folder):
        assert time.monotonic() < until
        time.sleep(0.005)
    process.kill()
    process.communicate()
    rule.times = 0
    seen = shelf.public("package_show", id="synthetic-schools")
    if seen.is_success:
        assert step == "reveal"
        table = next(r for r in seen.json()["result"]["resources"] if r["datastore_active"])
        assert published_rows(shelf, {"resource_id": table["id"]}) == 400
    process = start("--json")
    content = json.loads(process.communicate(timeout=60)[0])
    assert process.returncode in {0, 10}
    assert published_rows(shelf, content) == 400
    package = shelf.public("package_show", id="synthetic-schools").json()["result"]
    assert {r["id"] for r in package["resources"]} == {content["resource_id"], content["file_resource_id"]}
    assert json.loads(start("--json").communicate(timeout=60)[0])["writes"] == 0


@pytest.mark.slow
def test_killed_while_rows_of_a_public_dataset_change_no_mixture_is_public(
    shelf: Any, start: Callable[..., subprocess.Popen[str]], slow_catalogue: FaultRule
) -> None:
    """All rows change; while they do the dataset is hidden, and the next run brings it back whole."""
    slow_catalogue.times = 0
    start().communicate(timeout=60)
    shelf.edit("schools.csv", "จังหวัดสมมติใต้", "จังหวัดสมมติเหนือ")
    slow_catalogue.times = 10_000
    process = start()
    wait_for(lambda: rows_written(shelf.folder) >= 300, process)
    process.kill()
    process.communicate()
    assert not shelf.public("package_show", id="synthetic-schools").is_success
    slow_catalogue.times = 0
    content = json.loads(start("--json").communicate(timeout=60)[0])
    assert content["outcome"] == "published"
    assert 0 < content["rows_written"] < ROWS
    filters = json.dumps({"province": "จังหวัดสมมติเหนือ"})
    answer = shelf.public("datastore_search", resource_id=content["resource_id"], filters=filters, limit=0)
    assert answer.json()["result"]["total"] == ROWS

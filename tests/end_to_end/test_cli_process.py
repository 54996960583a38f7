"""The installed command in processes of its own: what another program meets."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

GOVLINK = str(Path(sys.executable).with_name("govlink"))
PLATFORMS = ["biz_portal", "citizen_portal", "data_go_th", "eocs", "gdx"]
PLAIN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("GOVLINK_", "LC_", "LANG", "PYTHON", "COV"))
}


def govlink(
    *arguments: str, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [GOVLINK, *arguments],
        cwd=folder,
        env=PLAIN | dict(environment or {}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A sandbox in its own process, and its address as it printed it."""
    process = subprocess.Popen(
        [GOVLINK, "sandbox", "--port", "0", "--json", "--write-config", "govlink.toml"],
        cwd=tmp_path,
        env=PLAIN,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if line == "}\n":
            break
    try:
        yield process, json.loads(printed)["url"]
    finally:
        process.kill()
        process.communicate()


def test_a_sandbox_serves_until_it_is_told_to_stop(
    served: tuple[subprocess.Popen[str], str],
) -> None:
    """It says where it is at once, lists five platforms, and ends well on SIGTERM."""
    process, url = served
    listed = httpx.get(url).json()["platforms"]
    assert [platform["name"] for platform in listed] == PLATFORMS
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_signals_in_a_burst_stop_a_sandbox_too(served: tuple[subprocess.Popen[str], str]) -> None:
    """A supervisor that insists may interrupt the handler itself; nothing must lock up."""
    process, _ = served
    for _ in range(200):
        process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) in {0, -signal.SIGTERM}


def test_ctrl_c_stops_a_sandbox_as_well(served: tuple[subprocess.Popen[str], str]) -> None:
    """It is how a person ends it; no traceback."""
    process, _ = served
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=15) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_its_settings_reach_it_and_hold_no_secret(
    served: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    """Doctor is content; every secret's file is its owner's alone."""
    _, url = served
    done = govlink("doctor", "--json", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    found = {p["platform"]: p["ok"] for p in json.loads(done.stdout)["platforms"]}
    assert found == dict.fromkeys(PLATFORMS, True)
    assert url in (tmp_path / "govlink.toml").read_text("utf-8")
    secrets = list((tmp_path / "govlink.secrets").iterdir())
    assert secrets
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    text = (tmp_path / "govlink.toml").read_text("utf-8")
    assert [path.name for path in secrets if path.read_text("utf-8") in text] == []


def test_its_people_can_be_looked_up_at_once(
    served: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    """With the file that the sandbox wrote, or with its address alone."""
    _, url = served
    why = ("--purpose", "ลองใช้", "--basis", "synthetic", "--case", "T-1", "--officer", "3979900000010")
    ask = ("exchange", "lookup", "dopa.linkage_person", "CitizenID=1979900000013", *why, "--json")
    for way in ((), ("--sandbox", url)):
        folder = tmp_path if not way else tmp_path.parent
        done = govlink(*ask, *way, folder=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["fields"]["firstName"] == "ปิ่นมณี"


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    """Exit code of the settings, because --port is one."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = govlink("sandbox", "--port", str(taken.getsockname()[1]), folder=tmp_path)
    assert (done.returncode, done.stdout) == (78, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("[sandbox.port_in_use] ")


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (["adapters"], 0),
        (["adapters", "no_such_platform"], 78),
        (["doctor", "--config", "missing.toml"], 78),
        (["register", "check", "missing.toml"], 78),
        (["demo", "--petitions", "none"], 64),
        (["no_such_command"], 64),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_exit_codes_reach_the_shell(tmp_path: Path, arguments: list[str], exit_code: int) -> None:
    """With one line for an error, and none for success."""
    done = govlink(*arguments, folder=tmp_path)
    assert done.returncode == exit_code
    assert len(done.stderr.splitlines()) == (exit_code != 0)
    assert "Traceback" not in done.stderr


def test_a_terminal_without_thai_letters_loses_nothing(tmp_path: Path) -> None:
    """JSON stays JSON with the same letters in it."""
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    plain = govlink("adapters", "gdx", "--json", folder=tmp_path)
    escaped = govlink("adapters", "gdx", "--json", folder=tmp_path, environment=ascii_only)
    assert escaped.returncode == 0
    assert escaped.stdout.isascii()
    assert json.loads(escaped.stdout) == json.loads(plain.stdout)


def test_a_reader_that_leaves_early_hears_no_complaint(tmp_path: Path) -> None:
    """As with ``govlink adapters | true``."""
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [GOVLINK, "adapters", "--json"], cwd=tmp_path, env=PLAIN, stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (141, b"")


def test_a_demo_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C in the middle: one line, no folder, no scratch beside it."""
    process = subprocess.Popen(
        [GOVLINK, "demo", "--petitions", "300", "--out", "out"],
        cwd=tmp_path,
        env=PLAIN,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and not any(tmp_path.glob(".govlink-demo-*/scratch/petitions.db")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    printed, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (printed, complaint) == ("", "govlink: interrupted\n")
    assert list(tmp_path.iterdir()) == []

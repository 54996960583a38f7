"""Errors on the command line: one line, the right code, one JSON object, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.markup import render

from govlink.cli import app
from govlink.cli.app import build_app, run
from govlink.errors import GovlinkError


@pytest.fixture(autouse=True)
def plain_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, 80 columns, English, and no settings from outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("GOVLINK_LANG", "GOVLINK_DEBUG", "GOVLINK_ENVIRONMENT", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def write(name: str, text: str | bytes) -> None:
    """A file in the folder the command runs in."""
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)


PRODUCTION = """environment = "production"
[platforms.eocs]
access_token = "env:EOCS_TOKEN"
"""
LITERAL = """[platforms.eocs]
access_token = "as plain as day"
"""
FAILURES = [
    (["adapters", "no_such_platform"], 78, "registry.unknown_platform"),
    (["doctor", "--config", "production.toml"], 78, "doctor.settings_wrong"),
    (["doctor", "--config", "literal.toml"], 78, "doctor.settings_wrong"),
    (["doctor", "--config", "unknown.toml"], 78, "doctor.settings_wrong"),
    (["doctor", "--config", "missing.toml"], 78, "config.file_missing"),
    (["doctor", "--config", "broken.toml"], 78, "config.not_toml"),
    (["doctor", "--config", "latin.toml"], 78, "config.not_toml"),
    (["doctor", "--config", "."], 78, "config.file_unreadable"),
    (["demo", "--petitions", "60", "--out", "file/out"], 78, "demo.folder_not_writable"),
    (["demo", "--petitions", "60", "--out", "file"], 78, "demo.folder_in_use"),
    (["demo", "--petitions", "60", "--out", "."], 78, "demo.folder_in_use"),
    (["demo", "--petitions", "none"], 64, "cli.usage"),
    (["demo", "--petitions", "0"], 64, "cli.usage"),
    (["no_such_command"], 64, "cli.usage"),
    (["adapters", "--no-such-option"], 64, "cli.usage"),
    (["register"], 64, "cli.usage"),
    (["register", "check", "missing.toml"], 78, "registration.file_unreadable"),
    (["register", "check", "broken.toml"], 78, "registration.not_toml"),
    (["register", "check", "production.toml"], 65, "registration.manifest_invalid"),
    (["register", "check", "manifest.toml", "--platform", "eocs"], 78, "register.no_registration"),
    (["register", "check", "bad-manifest.toml"], 65, "register.problems"),
    (["register", "start", "manifest.toml", "--progress", "file"], 78, "register.exists"),
    (["register", "start", "manifest.toml", "--progress", "none/r.json"], 78, "registration.file_unwritable"),
    (["register", "status", "--progress", "missing.json"], 78, "registration.file_unreadable"),
    (["register", "status", "--progress", "file"], 65, "registration.progress_damaged"),
    (["sandbox", "--write-config", "production.toml", "--port", "0"], 78, "sandbox.config_in_use"),
    (["sandbox", "--write-config", "none/a.toml", "--port", "0"], 78, "sandbox.config_not_writable"),
]


@pytest.fixture
def files(plain_place: Path) -> Path:
    """What the commands stumble over."""
    shipped = Path(__file__).parents[3] / "fixtures" / "registration" / "equivalence.toml"
    manifest = shipped.read_text("utf-8")
    write("manifest.toml", manifest)
    write(
        "bad-manifest.toml",
        manifest.replace('landing_url_production = "https', 'landing_url_production = "http'),
    )
    write("production.toml", PRODUCTION)
    write("literal.toml", LITERAL)
    write("unknown.toml", "[platforms.no_such_platform]\n")
    write("broken.toml", "environment = \n")
    write("latin.toml", b'environment = "\xe9"\n')
    write("file", "no folder")
    return plain_place


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    FAILURES,
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_is_one_line(
    arguments: list[str], exit_code: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error, beginning with its code."""
    assert run(arguments) == exit_code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"[{code}] ")
    assert "as plain as day" not in line


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    FAILURES,
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_with_json_is_one_object_as_well(
    arguments: list[str], exit_code: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard output, with the code; the line is still there."""
    assert run([*arguments, "--json"]) == exit_code
    printed = capsys.readouterr()
    error = json.loads(printed.out)["error"]
    assert error["code"] == code
    assert error["en"]
    assert error["th"]
    assert len(printed.err.splitlines()) == 1
    assert "as plain as day" not in printed.out


@pytest.mark.usefixtures("files")
def test_an_error_speaks_thai_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By GOVLINK_LANG, or by a Thai locale."""
    monkeypatch.setenv("GOVLINK_LANG", "th")
    run(["doctor", "--config", "missing.toml"])
    first = capsys.readouterr().err
    monkeypatch.delenv("GOVLINK_LANG")
    monkeypatch.setenv("LANG", "th_TH.UTF-8")
    run(["doctor", "--config", "missing.toml"])
    assert capsys.readouterr().err == first
    assert first.startswith("[config.file_missing] ไม่พบไฟล์ missing.toml")


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    """It is no error to ask what there is."""
    assert run([]) == 0
    printed = capsys.readouterr()
    assert "Usage: govlink" in printed.out
    assert printed.err == ""


@pytest.mark.parametrize("command", ["demo", "sandbox", "adapters", "doctor", "register", "exchange"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Within 80 columns."""
    assert run([command, "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert max(len(line) for line in lines) <= 80


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command ends in this."""

    def broken() -> object:
        raise error

    monkeypatch.setattr(app, "build_app", broken)


def test_a_bug_is_told_without_what_it_holds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exception's text may hold anything, so only its kind is shown; with --json too."""
    fail_with(KeyError("1999000000017"), monkeypatch)
    assert run(["adapters", "--json"]) == 70
    printed = capsys.readouterr()
    assert json.loads(printed.out)["error"]["code"] == "internal"
    assert printed.err.startswith("[internal] KeyError: a bug in govlink")
    assert "1999000000017" not in printed.out + printed.err


def test_a_bug_shows_its_trace_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """GOVLINK_DEBUG is for those who look for it."""
    monkeypatch.setenv("GOVLINK_DEBUG", "1")
    fail_with(KeyError("x"), monkeypatch)
    with pytest.raises(KeyError):
        run(["adapters"])


def test_a_missing_library_is_named_with_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is a matter of installation, not a bug."""
    fail_with(ModuleNotFoundError("No module named 'duckdb'", name="duckdb.typing"), monkeypatch)
    assert run(["demo"]) == 78
    assert "duckdb" in capsys.readouterr().err
    fail_with(ModuleNotFoundError("No module named 'govlink.nothing'", name="govlink.nothing"), monkeypatch)
    assert run(["demo"]) == 70


def test_a_full_disk_is_no_bug(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What the system says, with the code of an input or output error."""
    fail_with(OSError(28, "No space left on device", "out"), monkeypatch)
    assert run(["demo"]) == 74
    assert capsys.readouterr().err == "[cli.io_error] No space left on device: out\n"


def test_interrupting_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As a shell counts it."""
    fail_with(KeyboardInterrupt(), monkeypatch)
    assert run(["demo"]) == 130
    assert capsys.readouterr().err == "govlink: interrupted\n"


def test_the_tree_of_commands() -> None:
    """Each group adds itself."""
    built = build_app()
    names = {c.name for c in built.registered_commands} | {g.name for g in built.registered_groups}
    assert names == {
        "demo",
        "sandbox",
        "adapters",
        "doctor",
        "register",
        "exchange",
        "publish",
        "statistics",
        "cassettes",
    }


def test_every_class_of_error_has_its_own_meaning() -> None:
    """No class shares an exit code with usage errors, bugs or signals."""
    kinds = [GovlinkError, *GovlinkError.__subclasses__()]
    assert {kind.exit_code for kind in kinds[1:]}.isdisjoint({0, 1, 2, 70, 130, 141})


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """As the distribution has it; a bug report begins with it."""
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.strip() == metadata.version("govlink")


def _commands(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, f"{path} {name}".strip())


def test_no_help_text_is_taken_for_markup() -> None:
    """Where help is coloured, a word in brackets would be eaten as the name of a colour."""
    found = dict(_commands(typer.main.get_command(build_app())))
    assert "statistics sign" in found
    for path, command in found.items():
        texts = [command.help, getattr(command, "epilog", None)]
        for text in filter(None, [*texts, *(getattr(p, "help", None) for p in command.params)]):
            assert (path, render(text).plain) == (path, text)

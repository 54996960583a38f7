"""Tables that fit and lose nothing, JSON with real letters, and readers that go away."""

from __future__ import annotations

import json
import os
import sys

import pytest
import typer
from rich.cells import cell_len

from govlink.cli.output import (
    READER_GONE,
    error_line,
    error_object,
    language,
    print_json,
    print_line,
    print_table,
    progress_bar,
    stop_with,
)
from govlink.errors import Fault, Problem, RejectedError

FAULT = Fault("test.fault", en="row {row} is wrong", th="แถว {row} ไม่ถูกต้อง")
ERROR = RejectedError(FAULT, row=7, problems=(Problem(pointer="/a", fault=FAULT, values=(("row", "8"),)),))


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a plain terminal has."""
    monkeypatch.setenv("COLUMNS", "80")


def shown(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines printed."""
    return capsys.readouterr().out.splitlines()


def test_a_wide_table_is_broken_and_never_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    """Every letter of a long word is there, within 80 columns."""
    word = "A" * 60 + "B" * 60
    print_table("Wide", ("name", "word"), [("x" * 30, word)])
    lines = shown(capsys)
    assert "".join(lines).count("A") == 60
    assert "".join(lines).count("B") == 60
    assert "…" not in "".join(lines)
    assert max(cell_len(line) for line in lines) <= 80


def test_brackets_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    """An error's code is no markup to be swallowed."""
    print_table("[red]title", ("[bold]column",), [("[config.file_missing] gone",)])
    text = "\n".join(shown(capsys))
    assert "[red]title" in text
    assert "[bold]column" in text
    assert "[config.file_missing] gone" in text


def test_thai_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    """Vowels and tone marks above and below take no column of their own."""
    print_table("ตาราง", ("ชื่อ", "จำนวน"), [("ผู้ยื่นคำร้อง", 1), ("abc", 1000)])
    lines = [line for line in shown(capsys) if line.startswith(("│", "┃", "┏", "└"))]
    assert len({cell_len(line) for line in lines}) == 1
    assert any("1,000" in line for line in lines)


def test_numbers_stand_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    """A column with one word in it is text."""
    print_table("T", ("number", "mixed"), [(5, "a"), (1234, 5)])
    assert any("│      5 │ a " in line for line in shown(capsys))


def test_an_empty_table_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """No rows are no error."""
    print_table("T", ("a", "b"), [])
    assert shown(capsys)[0].startswith("T")


def test_json_has_real_letters(capsys: pytest.CaptureFixture[str]) -> None:
    """And reads back as it was."""
    print_json({"ชื่อ": ["ก", None, 1]})
    text = capsys.readouterr().out
    assert "ชื่อ" in text
    assert json.loads(text) == {"ชื่อ": ["ก", None, 1]}


def test_an_error_on_one_line() -> None:
    """What happened, each problem, what to do."""
    line = error_line(ERROR)
    assert line.startswith("[test.fault] row 7 is wrong · /a: row 8 is wrong · Correct the data")
    assert "\n" not in line


def test_an_error_as_an_object() -> None:
    """Both languages and every problem."""
    error = error_object(ERROR)["error"]
    assert isinstance(error, dict)
    assert (error["code"], error["kind"], error["retry"]) == ("test.fault", "RejectedError", "never")
    assert error["problems"] == [{"pointer": "/a", "code": "test.fault"}]
    assert "แถว 7" in error["th"]


def test_stopping_with_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Its line and its exit code; the output is already there."""
    with pytest.raises(typer.Exit) as caught:
        stop_with(ERROR)
    assert caught.value.exit_code == 65
    printed = capsys.readouterr()
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "th_TH.UTF-8"}, "th"),
        ({"LANG": "th_TH.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "GOVLINK_LANG": "th"}, "th"),
        ({"LANG": "th_TH.UTF-8", "GOVLINK_LANG": "en"}, "en"),
        ({"LANG": "th_TH.UTF-8", "GOVLINK_LANG": "fr"}, "th"),
    ],
)
def test_the_language(environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """GOVLINK_LANG, then the locale in its own order, then English."""
    for name in ("GOVLINK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


@pytest.mark.parametrize(
    "write", [lambda: print_line("x"), lambda: print_json({}), lambda: print_table("t", ("a",), [])]
)
def test_a_reader_that_went_away_ends_the_command_quietly(
    write: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``head`` does to every tool; nothing is left to complain about at the end."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert callable(write)
        with pytest.raises(typer.Exit) as caught:
            write()
        assert caught.value.exit_code == READER_GONE
        pipe.flush()


def test_a_progress_bar_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    """A log file gets no bars."""
    with progress_bar("work", total=3) as advance:
        advance(2)
    assert capsys.readouterr() == ("", "")

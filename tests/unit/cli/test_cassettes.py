"""``govlink cassettes``: what it lists, and that it ends badly when something may not be kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govlink.cli.app import run
from govlink.models.identity import check_digit
from govlink.testing.cassettes import (
    Cassette,
    Interaction,
    Origin,
    OriginKind,
    StoredRequest,
    StoredResponse,
    write_cassette,
)

REAL = "110170020345" + check_digit("110170020345")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one sound cassette."""
    monkeypatch.setenv("GOVLINK_LANG", "en")
    exchange = Interaction(
        request=StoredRequest(method="GET", host="{{host:1}}", path="/ws/x"),
        response=StoredResponse(status=204),
    )
    origin = Origin(kind=OriginKind.SPEC, document="a manual", clause="p. 18")
    write_cassette(tmp_path / "gdx" / "op" / "absent.json", Cassette(origin=origin, interactions=(exchange,)))
    return tmp_path


def test_listed_with_origin(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Name, origin, where from, how many requests."""
    assert run(["cassettes", "list", str(folder), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed == [
        {"cassette": "gdx/op/absent", "origin": "spec", "from": "a manual, p. 18", "requests": 1}
    ]
    assert run(["cassettes", "list", str(folder)]) == 0
    assert "gdx/op/absent" in capsys.readouterr().out


def test_sound_cassettes_pass(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing refused is success."""
    assert run(["cassettes", "check", str(folder)]) == 0
    assert capsys.readouterr().out == "1 cassettes, 0 refused\n"


def test_a_real_person_fails_the_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 79, names file and place, and repeats nothing."""
    path = folder / "gdx" / "op" / "absent.json"
    path.with_name("bad.json").write_text(path.read_text("utf-8").replace("/ws/x", f"/ws/{REAL}"), "utf-8")
    assert run(["cassettes", "check", str(folder), "--json"]) == 79
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    problems = [{"pointer": "/interactions/0/request/path", "code": "cassette.real_person"}]
    assert told == {
        "cassettes": 2,
        "refused": {"gdx/op/bad": {"code": "cassette.refused", "problems": problems}},
    }
    assert run(["cassettes", "check", str(folder)]) == 79
    printed_plain = capsys.readouterr()
    assert REAL not in printed.out + printed.err + printed_plain.out + printed_plain.err


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    """A check that looked at nothing must not look like one that passed."""
    assert run(["cassettes", "check", str(tmp_path)]) == 78

"""What the how-to pages show of ``govlink publish`` works as shown."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Self

import pytest

from govlink import errors
from govlink.cli.app import run
from govlink.errors import GovlinkError, OutcomeUnknownError, TryAgainError
from govlink.publishing import EXIT_CODES, Outcome
from govlink.registry import load_adapter
from govlink.sandbox.files import write_sandbox_config
from govlink.sandbox.server import running_sandbox

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLES = DOCS / "examples"
PAGES = [
    DOCS / language / "how-to" / f"{name}.md"
    for language in ("en", "th")
    for name in ("schedule-a-publication", "run-from-a-scheduler", "publish-open-data")
]
SCHEDULERS = [page for page in PAGES if page.stem == "run-from-a-scheduler"]
TABLES = [page for page in PAGES if page.stem == "schedule-a-publication"]


def example(name: str) -> ModuleType:
    """The example of that name, loaded as a user's file would be."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def failures() -> set[int]:
    """Exit codes of all errors."""
    kinds = [kind for name in errors.__all__ if isinstance(kind := getattr(errors, name), type)]
    return {k.exit_code for k in kinds if issubclass(k, GovlinkError) and k is not GovlinkError}


def test_the_two_scripts_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protect, then publish by the release file; a second time nothing had changed."""
    monkeypatch.chdir(tmp_path)
    for name in ("policy.toml", "release.toml"):
        shutil.copy(EXAMPLES / name, tmp_path / name)
    example("make_petitions").main()
    assert example("protect").main() == 0
    with running_sandbox([load_adapter("data_go_th")]) as sandbox:
        write_sandbox_config(tmp_path / "govlink.toml", [load_adapter("data_go_th")], sandbox)
        assert [run(["publish", "release.toml", "--state", "state"]) for _ in range(2)] == [0, 10]


def test_protecting_without_a_policy_ends_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And leaves no release."""
    monkeypatch.chdir(tmp_path)
    example("make_petitions").main()
    assert example("protect").main() == 78
    assert "statistics.policy_missing" in capsys.readouterr().err
    assert not (tmp_path / "release").exists()


def test_the_dag_skips_what_had_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With stand-ins for Airflow: one task, whose command is one of ours."""
    tasks: list[dict[str, Any]] = []

    class Dag:
        def __init__(self, **values: Any) -> None:
            assert values["max_active_runs"] == 1

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return None

    modules: dict[str, Any] = dict.fromkeys(
        (
            "airflow",
            "airflow.providers",
            "airflow.providers.standard",
            "airflow.providers.standard.operators",
        ),
        SimpleNamespace(__path__=[]),
    )
    modules["airflow.sdk"] = SimpleNamespace(DAG=Dag)
    modules["airflow.providers.standard.operators.bash"] = SimpleNamespace(
        BashOperator=lambda **values: tasks.append(values)
    )
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    example("airflow_dag")
    (task,) = tasks
    assert task["skip_on_exit_code"] == [
        EXIT_CODES[Outcome.UNCHANGED],
        EXIT_CODES[Outcome.WAITING_FOR_APPROVAL],
    ]
    assert task["bash_command"].startswith("govlink publish ")


@pytest.mark.parametrize("page", SCHEDULERS, ids=lambda page: page.parts[-3])
def test_a_job_of_kubernetes_fails_at_once_where_trying_again_is_in_vain(page: Path) -> None:
    """All failures but those that may pass, and the two that are no error of ours."""
    (found,) = re.findall(r"values: \[([0-9, ]+)\]", page.read_text("utf-8"))
    may_pass = {OutcomeUnknownError.exit_code, TryAgainError.exit_code}
    assert {int(code) for code in found.split(",")} == (failures() - may_pass) | {64, 70}


@pytest.mark.parametrize("page", TABLES, ids=lambda page: page.parts[-3])
def test_the_table_of_exit_codes_is_whole(page: Path) -> None:
    """Every word with its codes, and every code a run can end with but those of look-ups."""
    rows = re.findall(r"^\| ([0-9, ]+) \| `(\w+)` \|", page.read_text("utf-8"), re.MULTILINE)
    told = {(int(code), word) for codes, word in rows for code in codes.split(",")}
    assert {code for code, _ in told} == (failures() - {66, 79}) | {0, 10, 11, 130, 143}
    assert {word for _, word in told} == set(Outcome) - {Outcome.PLANNED}
    for outcome, code in EXIT_CODES.items():
        assert (code, outcome.value) in told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parts[-3]}/{page.stem}")
def test_options_that_pages_show_are_there(
    page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renamed option would leave the pages behind."""
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["publish", "--help"]) == 0
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    shown = re.findall(r"govlink publish [^\n`]*|`--[^`]*`|args: \[[^]]*\]", page.read_text("utf-8"))
    options = {option for text in shown for option in re.findall(r"(?<!\w)--[a-z-]+", text)}
    assert options <= known

"""The architecture's import rules, checked on the import graph."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

HERE = Path(__file__).parent
ADAPTERS = ("biz_portal", "citizen_portal", "data_go_th", "eocs", "gdx")
ALLOWED = {"errors", "exchange", "flow", "gateway", "interfaces", "models", "settings", "wire"}
SIMULATORS = {"sandbox.people", "sandbox.toolkit"}


def test_layers() -> None:
    """Run import-linter on ``layers.ini``; its report is the message."""
    program = (
        "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    )
    command = [sys.executable, "-c", program, "--config", str(HERE / "layers.ini"), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parents[1])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ADAPTERS)
def test_adapters_import_the_vocabulary_only(name: str) -> None:
    """Of govlink an adapter uses the contracts; its simulator adds the toolkit, and nothing else does."""
    graph = grimp.build_graph("govlink", f"govlink_{name}", cache_dir=None)
    strays = []
    for module in sorted(m for m in graph.modules if m.split(".")[0] == f"govlink_{name}"):
        simulator = {"sandbox", "simulated"} & set(module.split("."))
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            inner = imported.removeprefix("govlink.")
            allowed = inner.split(".")[0] in ALLOWED or (simulator and inner in SIMULATORS)
            if imported.startswith("govlink.") and not allowed:
                strays.append(f"{module} -> {imported}")
    assert strays == []

"""Every fault of every module: unique, bilingual, and formatted alike in both languages."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import string
from pathlib import Path

import pytest

from govlink.errors import Fault

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *ROOT.glob("adapters/*/src/**/*.py")])
PACKAGES = (
    "govlink",
    *(f"govlink_{path.name}" for path in sorted((ROOT / "adapters").iterdir()) if path.is_dir()),
)


def faults() -> dict[int, tuple[Fault, str]]:
    """All faults by identity, with the first module each was seen in."""
    found: dict[int, tuple[Fault, str]] = {}
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):
                _collect(importlib.import_module(module.name), module.name, found)
    return found


def _collect(module: object, name: str, found: dict[int, tuple[Fault, str]]) -> None:
    for value in vars(module).values():
        inside = (
            value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
        )
        for item in inside:
            if isinstance(item, Fault):
                found.setdefault(id(item), (item, name))


ALL = [fault for fault, _ in faults().values()]


def test_codes_are_unique() -> None:
    """A code names one reason, for ever."""
    homes: dict[str, list[str]] = {}
    for fault, module in faults().values():
        homes.setdefault(fault.code, []).append(module)
    assert {code: where for code, where in homes.items() if len(where) > 1} == {}
    assert len(ALL) > 50


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.code)
def test_a_fault_is_well_formed(fault: Fault) -> None:
    """``area.reason``, Thai in Thai letters, English mostly in Latin ones, and the same places to fill in."""
    assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", fault.code)
    assert re.search("[ก-ฮ]", fault.th)
    assert len(re.findall("[A-Za-z]", fault.en)) > len(re.findall("[\u0e00-\u0e7f]", fault.en))
    assert "\n" not in fault.en + fault.th
    assert not fault.en.endswith(".")
    assert _places(fault.th) == _places(fault.en)
    assert bool(fault.next_en) == bool(fault.next_th)
    assert not fault.next_en or (re.search("[ก-ฮ]", fault.next_th) and not re.search("[ก-ฮ]", fault.next_en))


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_faults_are_module_constants(path: Path) -> None:
    """A fault made on the way could hold a value, and would be in no list of codes."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = [
        call.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Fault"
    ]
    assert inside == []

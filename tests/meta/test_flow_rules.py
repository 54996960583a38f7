"""Rules of flows that the type checker does not see, and the one caller of ``seal``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *ROOT.glob("adapters/*/src/**/*.py")])
TREES = {path: ast.parse(path.read_text("utf-8")) for path in SOURCES}
ids = {"ids": lambda path: str(path.relative_to(ROOT))}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Every function, at any depth."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def returns_flow(node: ast.FunctionDef) -> bool:
    """Whether the annotation says so."""
    return node.returns is not None and ast.unparse(node.returns).startswith("Flow[")


FLOWS = {node.name for tree in TREES.values() for node in functions(tree) if returns_flow(node)}


def own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("path", SOURCES, **ids)
def test_no_yield_in_finally(path: Path) -> None:
    """A closed generator cannot wait for an answer: it would end in a RuntimeError."""
    bad = [
        inner.lineno
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Try)
        for statement in node.finalbody
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Yield | ast.YieldFrom)
    ]
    decorated = {"contextmanager", "asynccontextmanager", "fixture"}
    assert bad == [] or _only_in(TREES[path], decorated)


def _only_in(tree: ast.AST, decorators: set[str]) -> bool:
    return all(
        {ast.unparse(d).split("(")[0].split(".")[-1] for d in function.decorator_list} & decorators
        for function in functions(tree)
        if any(isinstance(n, ast.Try) and n.finalbody for n in own_nodes(function))
    )


@pytest.mark.parametrize("path", SOURCES, **ids)
def test_no_flow_is_called_and_forgotten(path: Path) -> None:
    """``self.login()`` alone makes a generator and runs nothing: it needs ``yield from``."""
    forgotten = []
    for function in functions(TREES[path]):
        if not (
            returns_flow(function)
            or any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(function))
        ):
            continue
        for node in own_nodes(function):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                called = node.value.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name in FLOWS:
                    forgotten.append(f"{name} in line {node.lineno}")
    assert forgotten == []


def test_the_rules_above_have_something_to_check() -> None:
    """An empty list of flows would pass everything."""
    assert {"look_up", "publish", "login", "handle"} <= FLOWS


def test_only_the_release_module_seals() -> None:
    """A release is made after an audit and nowhere else."""
    users = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            imported = isinstance(node, ast.ImportFrom) and (node.module or "").endswith("models.release")
            named = {alias.name for alias in node.names} if imported else set()  # type: ignore[attr-defined]  # an ImportFrom
            attribute = isinstance(node, ast.Attribute) and node.attr in {"seal", "_MAKER"}
            if named & {"seal", "_MAKER"} or (attribute and "release" in ast.unparse(node)):
                users.append(str(path.relative_to(ROOT / "src" / "govlink")))
    assert users == ["statistics/release.py"]

"""Public names, their documentation, and what importing them costs and does."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import govlink
from govlink import errors

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *ROOT.glob("adapters/*/src/**/*.py")])
PACKAGES = (
    "govlink",
    *(f"govlink_{path.name}" for path in sorted((ROOT / "adapters").iterdir()) if path.is_dir()),
)
HEAVY = (
    "anyio", "asyncio", "cryptography", "duckdb", "highspy", "httpx", "httpx2", "jinja2", "numpy", "pydantic",
    "rich", "sqlalchemy", "starlette", "tenacity", "trio", "typer", "uvicorn",
)  # fmt: skip


def modules() -> list[str]:
    """Every module of every package, without importing more than the packages."""
    found = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        found.append(name)
        found += [m.name for m in pkgutil.walk_packages(package.__path__, f"{name}.")]
    return [name for name in found if not name.endswith("__main__")]


def test_the_three_lists_of_public_names_agree() -> None:
    """``__all__``, ``__dir__`` and the imports the type checker sees."""
    tree = ast.parse(Path(govlink.__file__).read_text("utf-8"))
    guard = next(node for node in tree.body if isinstance(node, ast.If))
    typed = [alias.name for node in guard.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert govlink.__all__ == sorted(typed)
    assert dir(govlink) == govlink.__all__
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = govlink.no_such_name


@pytest.mark.parametrize("name", govlink.__all__)
def test_each_public_name_is_there(name: str) -> None:
    """Lazy names are resolved, and from their own module."""
    assert getattr(govlink, name).__name__ == name or name == "Flow"


def test_every_exception_is_public() -> None:
    """A caller catches what it can import from the top."""
    kinds = {n for n in errors.__all__ if n.endswith("Error") or n == "OfficerLoginRequired"}
    assert kinds <= set(govlink.__all__)


@pytest.mark.parametrize("name", modules())
def test_all_lists_name_what_is_there(name: str) -> None:
    """A renamed function left in ``__all__`` breaks ``import *`` and the generated reference."""
    module = importlib.import_module(name)
    missing = [public for public in getattr(module, "__all__", ()) if not hasattr(module, public)]
    assert missing == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_everything_public_is_documented(path: Path) -> None:
    """Modules, classes, functions and methods: 100 %."""
    tree = ast.parse(path.read_text("utf-8"))
    bare = [] if ast.get_docstring(tree) or not tree.body else ["the module"]

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                bare.append(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{prefix}{node.name}.")

    visit(tree.body, "")
    assert bare == []


def python(code: str) -> str:
    """What the code prints in a fresh interpreter."""
    command = [sys.executable, "-B", "-X", "utf8", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT / "tests")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_loads_nothing_heavy() -> None:
    """Neither an HTTP library nor a solver, a database or a web framework."""
    loaded = python(f"import sys, govlink; print(sorted(set({HEAVY!r}) & sys.modules.keys()))")
    assert loaded.strip() == "[]"


def test_the_client_loads_no_extra() -> None:
    """Extras may not be installed: what the core imports must be a core dependency."""
    extras = {
        "duckdb",
        "highspy",
        "httpx2",
        "jinja2",
        "numpy",
        "rich",
        "sqlalchemy",
        "starlette",
        "trio",
        "typer",
    }
    code = "import sys, govlink.client, govlink.config, govlink.registry, govlink.gateway"
    assert python(f"{code}; print(sorted({extras!r} & sys.modules.keys()))").strip() == "[]"


POISON = """
import importlib, json, os, sys, threading
did = []
def ours(depth=2):
    frame = sys._getframe(depth)
    while frame is not None and frame.f_globals.get("__name__") in {"os", "collections.abc", "posixpath"}:
        frame = frame.f_back
    name = frame.f_globals.get("__name__", "") if frame else ""
    return name.split(".")[0].startswith("govlink"), name
def watch(event, args):
    if event in {"socket.__new__", "socket.connect", "socket.bind", "subprocess.Popen", "os.system"}:
        did.append(event)
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        did.append(f"open {args[0]}")
    if event in {"os.mkdir", "os.remove", "os.rename", "os.putenv", "os.chmod"} and ours()[0]:
        did.append(event)
getitem = os._Environ.__getitem__
def poisoned(self, key):
    mine, name = ours()
    if mine:
        did.append(f"environment variable {key} read by {name}")
    return getitem(self, key)
os._Environ.__getitem__ = poisoned
sys.addaudithook(watch)
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
if threading.active_count() > 1:
    did.append("a thread")
print(json.dumps(did))
"""


def test_importing_every_module_has_no_side_effects() -> None:
    """No socket, no environment, no file written, no thread, no process: importing is only reading."""
    command = [sys.executable, "-B", "-c", POISON, json.dumps(modules())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT / "tests")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []

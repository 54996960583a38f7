"""Writes docs/reference/errors.md and docs/reference/settings.md from the code itself.

``python -m tests.meta.generate_reference`` writes them; ``test_reference.py`` demands that they are current.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

import govlink
from govlink import errors
from govlink.errors import Fault, GovlinkError
from govlink.gateway import VALIDATE, GatewaySettings
from govlink.interfaces import AnyAdapter
from govlink.registry import installed_adapters, load_adapter
from govlink.settings import Endpoint, Environment
from govlink.testing.cassettes import CassetteError

__all__ = ["PAGES", "errors_page", "settings_page"]

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
NOTE = (
    "Generated from the code by `python -m tests.meta.generate_reference`; do not edit. · "
    "หน้านี้สร้างจากโค้ดด้วย `python -m tests.meta.generate_reference` ห้ามแก้ไขโดยตรง\n"
)
KINDS: Mapping[str, type[GovlinkError]] = {
    name: value
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, GovlinkError)
} | {CassetteError.__name__: CassetteError}


def _modules() -> Iterator[ModuleType]:
    """Every module of govlink and of the installed adapters, the pytest plugin's suite included."""
    roots = [govlink, *(importlib.import_module(f"govlink_{name}") for name in installed_adapters())]
    for root in roots:
        yield root
        for found in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def _faults() -> dict[str, Fault]:
    found = {v.code: v for module in _modules() for v in vars(module).values() if isinstance(v, Fault)}
    return dict(sorted(found.items()))


def _named(nodes: Iterable[ast.AST | None]) -> set[str]:
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _makers(tree: ast.AST) -> dict[str, set[str]]:
    """By function, the errors it makes of a fault handed to it, itself or through another one."""
    functions = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)]
    makers = {f.name: _named((f.returns,)) & KINDS.keys() for f in functions}
    for _ in range(3):  # a fault is handed on twice at most
        for function in functions:
            arguments = (*function.args.args, *function.args.kwonlyargs)
            given = {a.arg for a in arguments if _named((a.annotation,)) == {"Fault"}}
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    handed = _named((*call.args, *(k.value for k in call.keywords if k.arg != "problems")))
                    if handed & given:
                        makers[function.name] |= {call.func.id} & KINDS.keys()
                        makers[function.name] |= makers.get(call.func.id, set())
    return makers


def _pairings(tree: ast.AST) -> Iterator[tuple[set[str], set[str]]]:
    """Names that stand together, and the errors they are paired with: in calls, tuples, defaults."""
    functions = _makers(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names = _named((node.func, *node.args, *(k.value for k in node.keywords)))
            helper = functions.get(node.func.id, set()) if isinstance(node.func, ast.Name) else set()
            yield names, names & KINDS.keys() | helper
        elif isinstance(node, ast.Tuple):
            names = _named(node.elts)
            yield names, names & KINDS.keys()
        elif isinstance(node, ast.FunctionDef):
            yield _named((*node.args.defaults, *node.args.kw_defaults)), functions[node.name]


def _raised_as() -> dict[str, set[str]]:
    """By code, the names of the errors the source pairs it with; none of a fault of problems."""
    pairs: dict[str, set[str]] = defaultdict(set)
    for module in _modules():
        faults = {name: v.code for name, v in vars(module).items() if isinstance(v, Fault)}
        for names, kinds in _pairings(ast.parse(inspect.getsource(module))):
            for name in names & faults.keys():
                pairs[faults[name]] |= kinds
    return pairs


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _meaning(kinds: set[str]) -> tuple[str, str]:
    real = sorted(kinds)
    if not real:
        return "in `problems` · ใน `problems`", "as its error · ตามข้อผิดพลาดที่บรรจุ"
    return ", ".join(f"`{k}`" for k in real), ", ".join(sorted({str(KINDS[k].exit_code) for k in real}))


def _kinds_table() -> Iterator[str]:
    yield "| exit | error | retry | next | ทำอย่างไรต่อ |"
    yield "| --- | --- | --- | --- | --- |"
    for name, kind in KINDS.items():
        if name not in {"GovlinkError", "TryAgainError"}:
            row = (str(kind.exit_code), f"`{name}`", kind.retry.value, kind.next_en, kind.next_th)
            yield f"| {' | '.join(map(_cell, row))} |"
    yield "| 70 | any other exception | never | A bug: set `GOVLINK_DEBUG=1` and report it. | แจ้งผู้พัฒนา |"
    yield "| 130 | interrupted with Ctrl-C | never | | ผู้ใช้ยกเลิก |"


def errors_page() -> str:
    """Every fault: code, error, exit code, both texts."""
    pairs = _raised_as()
    lines = ["# Errors and exit codes · ข้อผิดพลาดและรหัสสิ้นสุดการทำงาน", "", NOTE]
    lines += [*_kinds_table(), ""]
    lines += [
        (
            "A code stands for one reason and does not change its meaning. Words in braces are filled in "
            "with values that are neither secret nor personal. A code marked *in problems* stands beside a "
            "JSON pointer in the `problems` of another error. · "
            "รหัสหนึ่งหมายถึงสาเหตุเดียวและไม่เปลี่ยนความหมาย คำในวงเล็บปีกกาจะถูกแทนด้วยค่าที่ไม่ใช่ความลับและไม่ใช่ข้อมูลส่วนบุคคล"
        ),
        "",
    ]
    areas: dict[str, list[Fault]] = defaultdict(list)
    for fault in _faults().values():
        areas[fault.code.partition(".")[0]].append(fault)
    for area, faults in areas.items():
        lines += [
            f"## {area}",
            "",
            "| code | error | exit | English | ไทย |",
            "| --- | --- | --- | --- | --- |",
        ]
        for fault in faults:
            kind, code = _meaning(pairs[fault.code])
            lines.append(f"| `{fault.code}` | {kind} | {code} | {_cell(fault.en)} | {_cell(fault.th)} |")
        lines.append("")
    return "\n".join(lines)


def _type_of(field: FieldInfo) -> str:
    annotation = field.annotation
    text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    return re.sub(r"(\w+\.)+", "", text)


def _default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "**required** · จำเป็น"
    value: Any = field.get_default(call_default_factory=True)
    if value in (None, {}):
        return "none"
    return f"`{_cell(str(value))}`"


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def _settings_of(adapter: AnyAdapter) -> Iterator[str]:
    yield f"## {adapter.name}"
    yield ""
    yield f"{adapter.title_th} · {adapter.title_en}. Rests on · อ้างอิงจาก: *{adapter.mark.value}*."
    yield ""
    yield "| field | type | default | secret | environment variable |"
    yield "| --- | --- | --- | --- | --- |"
    for name, field in adapter.settings.model_fields.items():
        variable = f"GOVLINK_{adapter.name}_{name}".upper()
        if _type_of(field).startswith("Mapping"):
            variable = ""
        secret = "by reference · อ้างอิงเท่านั้น" if _is_secret(field) else ""
        typed = _cell(_type_of(field))
        where = f"`{variable}`" if variable else ""
        yield f"| `{name}` | {typed} | {_default_of(field)} | {secret} | {where} |"
    own = [k for k in adapter.settings.__mro__ if k.__module__.startswith(("govlink.", "govlink_"))]
    for kind_of in own[:-1]:
        yield ""
        yield from _docstring_of(kind_of)
    yield ""
    yield "| operation | sandbox | uat | production | mark | source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    session = (VALIDATE,) if issubclass(adapter.settings, GatewaySettings) else ()
    for endpoint in (*session, *_endpoints_of(adapter)):
        urls = [endpoint.urls.get(e) for e in Environment]
        shown = [f"`{url}`" if url else "not published · ไม่มีการเผยแพร่" for url in urls]
        rest = (endpoint.mark.value, _cell(endpoint.source))
        yield f"| `{endpoint.operation}` | {' | '.join((*shown, *rest))} |"
    yield ""


def _endpoints_of(adapter: AnyAdapter) -> tuple[Endpoint, ...]:
    """The record's table; where it has none, that of the settings' module."""
    module = importlib.import_module(adapter.settings.__module__)
    table: tuple[Endpoint, ...] = adapter.endpoints or getattr(module, "ENDPOINTS", ())
    return tuple(e for e in table if e.operation != VALIDATE.operation)


def _docstring_of(kind: type) -> Iterator[str]:
    text = inspect.cleandoc(kind.__doc__ or "").replace("``", "`")
    yield from (f"> {line}".rstrip() for line in text.splitlines())


def settings_page() -> str:
    """The top of the file, then every installed adapter's settings and operations."""
    lines = [
        "# Settings · ค่าตั้ง",
        "",
        NOTE,
        (
            "How they are read: [settings and secrets](../en/how-to/settings-and-secrets.md) · "
            "[ค่าตั้งและรหัสลับ](../th/how-to/settings-and-secrets.md)."
        ),
        "",
        "## Top of the file · ส่วนบนของไฟล์",
        "",
        "| key | values | default | environment variable |",
        "| --- | --- | --- | --- |",
        "| `environment` | `sandbox`, `uat`, `production` | `sandbox` | `GOVLINK_ENVIRONMENT` |",
        "| `sandbox_url` | where `govlink sandbox` listens | none | `GOVLINK_SANDBOX_URL` |",
        "| `transport` | `httpx`, `httpx2` | `httpx` | `GOVLINK_TRANSPORT` |",
        "| `ca_bundle` | path of a PEM file | the system's | |",
        "| `audit.path` | the audit log of look-ups | none | `GOVLINK_AUDIT_PATH` |",
        "| `audit.key` | the key of its hashes, by reference | none | `GOVLINK_AUDIT_KEY` |",
        "| `audit.sync` | `true`, `false` | `true` | `GOVLINK_AUDIT_SYNC` |",
        "| `tokens.share` | a folder where processes share sessions | none | `GOVLINK_TOKENS_SHARE` |",
        "| `allowance.share` | a file where processes count together | none | `GOVLINK_ALLOWANCE_SHARE` |",
        "| `platforms.<name>` | a table for each platform, below | | |",
        "",
        (
            "The command line also reads `GOVLINK_LANG` (`th`, `en`), `GOVLINK_OFFICER` and `GOVLINK_DEBUG`."
            " · "
            "บรรทัดคำสั่งอ่าน `GOVLINK_LANG` `GOVLINK_OFFICER` และ `GOVLINK_DEBUG` ด้วย"
        ),
        "",
    ]
    for name in installed_adapters():
        lines += _settings_of(load_adapter(name))
    return "\n".join(lines)


PAGES = {"errors.md": errors_page, "settings.md": settings_page}
"""Each page by its file name, and what writes it."""


def main() -> None:
    """Write every page."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (REFERENCE / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()

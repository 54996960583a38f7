"""A settings file that reaches a running sandbox, secrets by reference as in every other one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import SecretStr

from ..interfaces import AnyAdapter
from .server import RunningSandbox, settings_for

__all__ = ["write_sandbox_config"]


def write_sandbox_config(path: Path, adapters: Iterable[AnyAdapter], sandbox: RunningSandbox) -> None:
    """Write ``path`` and, beside it, a folder of mode 700 that holds the sandbox's own secrets."""
    folder = path.with_name(path.stem + ".secrets").absolute()
    folder.mkdir(mode=0o700, exist_ok=True)
    lines = ['environment = "sandbox"', f'sandbox_url = "{sandbox.url}"']
    for adapter in adapters:
        lines += ["", f"[platforms.{adapter.name}]"]
        for name, value in settings_for(adapter, sandbox).items():
            if name in {"environment", "sandbox_url"}:
                continue
            if isinstance(value, SecretStr):
                secret_file = folder / f"{adapter.name}.{name}"
                _write_private(secret_file, value.get_secret_value())
                lines.append(f'{name} = "file:{secret_file}"')
            else:
                lines.append(f'{name} = "{value}"')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)

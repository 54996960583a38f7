"""A settings file that reaches a running sandbox, secrets by reference as in every other one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import SecretStr

from ..errors import ConfigError, Fault
from ..interfaces import AnyAdapter
from .server import RunningSandbox, settings_for

__all__ = ["write_sandbox_config"]

HEADER = "# Written by: govlink sandbox --write-config. The next sandbox that is told to may replace it."

NOT_OURS = Fault(
    "sandbox.config_in_use",
    en="{file} was not written by a sandbox and is left as it is; name another with --write-config",
    th="{file} ไม่ได้เขียนโดย sandbox จึงไม่เขียนทับ ให้ระบุไฟล์อื่นด้วย --write-config",
)
NOT_WRITABLE = Fault(
    "sandbox.config_not_writable",
    en="{file} or the folder of secrets beside it cannot be written ({reason})",
    th="เขียนไฟล์ {file} หรือโฟลเดอร์รหัสลับข้าง ๆ ไม่ได้ ({reason})",
)


def write_sandbox_config(path: Path, adapters: Iterable[AnyAdapter], sandbox: RunningSandbox) -> None:
    """Write ``path`` and, beside it, a folder of mode 700 that holds the sandbox's own secrets.

    Raises:
        ConfigError: there is a settings file that no sandbox wrote, or the place cannot be written to.
    """
    try:
        if path.exists() and not path.read_text(encoding="utf-8", errors="replace").startswith(HEADER):
            raise ConfigError(NOT_OURS, file=path.name)
        _write(path, adapters, sandbox)
    except OSError as error:
        reason = type(error).__name__
        raise ConfigError(NOT_WRITABLE, file=path.name, reason=reason) from error


def _write(path: Path, adapters: Iterable[AnyAdapter], sandbox: RunningSandbox) -> None:
    folder = path.with_name(path.stem + ".secrets").absolute()
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    lines = [HEADER, 'environment = "sandbox"', f"sandbox_url = {_toml(sandbox.url)}"]
    for adapter in adapters:
        lines += ["", f"[platforms.{adapter.name}]"]
        for name, value in settings_for(adapter, sandbox).items():
            if name in {"environment", "sandbox_url"}:
                continue
            if isinstance(value, SecretStr):
                secret_file = folder / f"{adapter.name}.{name}"
                _write_private(secret_file, value.get_secret_value())
                lines.append(f"{name} = {_toml(f'file:{secret_file}')}")
            else:
                lines.append(f"{name} = {_toml(value)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: object) -> str:
    """A TOML string; JSON escapes what TOML wants escaped."""
    return json.dumps(str(value), ensure_ascii=False)


def _write_private(path: Path, text: str) -> None:
    """Made anew, because the mode of an existing file would stay as it was."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)

"""A policy in a TOML file: reading it, and signing it."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from ...errors import ConfigError, Fault, RejectedError
from .checks import SIGN_OFF
from .model import DisclosurePolicy, demand_well_formed, refuse
from .parts import SignOff
from .plain import values_of

__all__ = ["load_policy", "sign_policy"]

POLICY_MISSING = Fault(
    "statistics.policy_missing",
    en="there is no disclosure policy {name}",
    th="ไม่พบไฟล์นโยบายการปกปิดข้อมูล {name}",
)
POLICY_UNREADABLE = Fault(
    "statistics.policy_unreadable",
    en="the disclosure policy {name} cannot be read ({reason})",
    th="อ่านไฟล์นโยบายการปกปิดข้อมูล {name} ไม่ได้ ({reason})",
)
POLICY_NOT_TOML = Fault(
    "statistics.policy_not_toml",
    en="the disclosure policy {name} is not TOML: line {line}",
    th="ไฟล์นโยบายการปกปิดข้อมูล {name} ไม่ใช่รูปแบบ TOML: บรรทัดที่ {line}",
)
UNSIGNED = Fault(
    "statistics.policy_unsigned",
    en="nobody has signed the disclosure policy: it has no [sign_off]",
    th="นโยบายการปกปิดข้อมูลยังไม่มีผู้ลงนามรับรอง (ไม่มีส่วน [sign_off])",
)
UNSIGNABLE = Fault(
    "statistics.policy_unsignable",
    en="the sign-off cannot be put into this file: [sign_off] must be a table of its own, at its end",
    th="ลงนามในไฟล์นี้ไม่ได้ ส่วน [sign_off] ต้องเป็นตารางแยกต่างหากและอยู่ท้ายไฟล์",
)
_LINE = re.compile(r"at line (\d+)")
_SIGN_OFF_TABLE = re.compile(r"^\[sign_off\][^\n]*\n.*\Z", re.MULTILINE | re.DOTALL)


def load_policy(path: Path) -> DisclosurePolicy:
    """Read a signed policy from a TOML file: the fields of ``DisclosurePolicy``, then ``[sign_off]``.

    Raises:
        ConfigError: the file cannot be read or is not TOML.
        RejectedError: a field is missing, unknown or wrong, and ``problems`` points at each; or nobody
            signed the policy, or it was changed after it was signed.
    """
    content = _parsed(_read(path), name=path.name)
    if "sign_off" not in content:
        raise RejectedError(UNSIGNED)
    sign_off = content.pop("sign_off")
    demand_well_formed(content)
    refuse(SIGN_OFF.problems(sign_off, "/sign_off"))
    return DisclosurePolicy(**values_of(content), sign_off=SignOff(**sign_off))


def sign_policy(path: Path, *, by: str, on: date) -> DisclosurePolicy:
    """Sign the policy in a TOML file: write its ``[sign_off]``, in place of an earlier one.

    What stands before it stays as it is, comments too. The file is replaced whole or not at all.

    Args:
        path: The file.
        by: The role that answers for the policy, never a person's name.
        on: The day of the signature.

    Raises:
        ConfigError: the file cannot be read or is not TOML.
        RejectedError: a field is missing, unknown or wrong; or an earlier ``[sign_off]`` is not the last
            table of the file.
        OSError: the file cannot be written.
    """
    text = _read(path)
    content = _parsed(text, name=path.name)
    content.pop("sign_off", None)
    demand_well_formed(content)
    policy = DisclosurePolicy.signed(by=by, on=on, **values_of(content))
    quoted = json.dumps(by, ensure_ascii=False)  # of printable text, a JSON string is a TOML string
    table = f'[sign_off]\nby = {quoted}\non = {on.isoformat()}\ndigest = "{policy.sign_off.digest}"\n'
    signed = f"{_SIGN_OFF_TABLE.sub('', text).rstrip()}\n\n{table}"
    wanted = content | {"sign_off": {"by": by, "on": on, "digest": policy.sign_off.digest}}
    try:
        faithful = tomllib.loads(signed) == wanted
    except tomllib.TOMLDecodeError:
        faithful = False
    if not faithful:
        raise RejectedError(UNSIGNABLE)
    _replace(path, signed)
    return policy


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise ConfigError(POLICY_MISSING, name=path.name) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(POLICY_UNREADABLE, name=path.name, reason=type(error).__name__) from error


def _parsed(text: str, *, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = found[1] if found else str(len(text.splitlines()))
        raise ConfigError(POLICY_NOT_TOML, name=name, line=line) from error


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)

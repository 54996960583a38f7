"""Settings from ``govlink.toml`` and the environment, with secrets by reference only.

A field that an adapter declares as a secret must be a reference in the file: ``env:NAME``,
``file:PATH`` (readable by its owner alone), ``credential:NAME`` (handed to the service by systemd) or
``keyring:SERVICE/USER``. A literal there is refused, so that a settings file can be shown and committed.
The environment overrides the file field by field:
``GOVLINK_ENVIRONMENT``, ``GOVLINK_SANDBOX_URL`` and ``GOVLINK_<PLATFORM>_<FIELD>``; a secret may stand
there as it is, since the environment is one of the places secrets come from. The tables ``tokens``,
``allowance`` and ``audit`` say what processes share and where look-ups are recorded; their variables are
``GOVLINK_TOKENS_SHARE``, ``GOVLINK_ALLOWANCE_SHARE`` and ``GOVLINK_AUDIT_<FIELD>``.

A relative path in the file starts from the file's folder, never from the working directory: otherwise a
timer and a service of one agency would read one file and yet share nothing. In a variable, which has no
folder, a path must be absolute.

Precedence: environment, then the platform's table, then the top of the file, then the defaults.
"""

from __future__ import annotations

import importlib
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast, get_args

from pydantic import SecretBytes, SecretStr

from .errors import ConfigError, Fault
from .interfaces import AnyAdapter
from .settings import Environment
from .transport import HttpLibrary

__all__ = ["DEFAULT_FILE", "AuditSettings", "Config", "load_config", "resolve_secret"]

DEFAULT_FILE = "govlink.toml"
_SECRET_TYPES = (SecretStr, SecretBytes)
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "tokens": ("share",),
    "allowance": ("share",),
    "audit": ("path", "key", "sync"),
}
_PATHS = frozenset({"share", "path"})
_TOP_KEYS = frozenset({"environment", "sandbox_url", "transport", "ca_bundle", "platforms", *_SECTIONS})

LITERAL_SECRET = Fault(
    "config.literal_secret",
    en="{place} holds a literal secret; use env:NAME, file:PATH, credential:NAME or keyring:SERVICE/USER",
    th="{place} มีรหัสลับเขียนไว้ตรง ๆ ให้ใช้ env:NAME, file:PATH, credential:NAME หรือ keyring:SERVICE/USER แทน",
)
SECRET_MISSING = Fault(
    "config.secret_missing",
    en="{place} refers to {reference}, which is not there or is empty",
    th="{place} อ้างถึง {reference} ซึ่งไม่มีหรือว่างเปล่า",
)
SECRET_EXPOSED = Fault(
    "config.secret_exposed",
    en="{place}: the secret's file may be read by others; set its mode to 600",
    th="{place}: ผู้ใช้อื่นอ่านไฟล์รหัสลับได้ ให้ตั้งสิทธิไฟล์เป็น 600",
)
NO_KEYRING = Fault(
    "config.no_keyring",
    en="{place} refers to a keyring, but the package keyring is not installed",
    th="{place} อ้างถึง keyring แต่ยังไม่ได้ติดตั้งแพ็กเกจ keyring",
)
NOT_TOML = Fault(
    "config.not_toml",
    en="{file} is not valid TOML (line {line})",
    th="{file} ไม่ใช่ TOML ที่ถูกต้อง (บรรทัด {line})",
)
FILE_MISSING = Fault("config.file_missing", en="{file} does not exist", th="ไม่พบไฟล์ {file}")
FILE_UNREADABLE = Fault("config.file_unreadable", en="{file} cannot be read", th="อ่านไฟล์ {file} ไม่ได้")
UNKNOWN_KEY = Fault(
    "config.unknown_key",
    en="{key} means nothing here; known: {known}",
    th="ไม่รู้จัก {key} ค่าที่ใช้ได้: {known}",
)
BAD_VALUE = Fault("config.bad_value", en="{key} must be one of {known}", th="{key} ต้องเป็นค่าใดค่าหนึ่งใน {known}")
INCOMPLETE = Fault(
    "config.audit_incomplete",
    en="audit needs both path and key",
    th="audit ต้องมีทั้ง path และ key",
)
PATH_RELATIVE = Fault(
    "config.path_relative",
    en="{variable} holds a relative path; write it from the root on, or in the settings file",
    th="{variable} เป็นเส้นทางสัมพัทธ์ ให้ระบุเส้นทางเต็ม หรือกำหนดในไฟล์ค่าตั้งแทน",
)
NOT_A_TABLE = Fault("config.not_a_table", en="{key} must be a table", th="{key} ต้องเป็นตาราง (table)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """The file of the audit log, the key of its hashes, and whether each record is synced to the disk."""

    path: Path
    key: SecretStr
    sync: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings for a client. ``platforms`` holds each platform's own values by its name.

    Secrets given here in code as ``pydantic.SecretStr`` are taken as they are. ``shared_tokens`` is the
    folder where processes share sessions, ``shared_allowance`` the file where they count calls together;
    None keeps either in each process. Relative ``file:`` references start from ``folder``, that of the
    settings file.
    """

    environment: Environment = Environment.SANDBOX
    sandbox_url: str | None = None
    transport: HttpLibrary = "httpx"
    ca_bundle: Path | None = None
    shared_tokens: Path | None = None
    shared_allowance: Path | None = None
    audit: AuditSettings | None = None
    platforms: Mapping[str, Mapping[str, object]] = field(default_factory=dict, repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: Path = Path()

    def values_for(self, adapter: AnyAdapter) -> dict[str, object]:
        """The values of this adapter's settings, secrets resolved.

        Raises:
            ConfigError: a secret is literal, missing, or in a file others may read.
        """
        model_fields = adapter.settings.model_fields
        values: dict[str, object] = {"environment": self.environment, "sandbox_url": self.sandbox_url}
        for name, value in self.platforms.get(adapter.name, {}).items():
            place = f"platforms.{adapter.name}.{name}"
            declared = model_fields.get(name)
            secret = declared is not None and _is_secret(declared.annotation)
            values[name] = _resolve(
                value, place=place, secret=secret, environ=self.environ, folder=self.folder
            )
        for name in ("environment", "sandbox_url"):  # the environment wins over a platform's table as well
            values[name] = self.environ.get(f"GOVLINK_{name}".upper()) or values[name]
        for name in model_fields:
            given = self.environ.get(f"GOVLINK_{adapter.name}_{name}".upper())
            if given:
                values[name] = given
        return values


def _is_secret(annotation: object) -> bool:
    return annotation in _SECRET_TYPES or any(_is_secret(part) for part in get_args(annotation))


def _resolve(value: object, *, place: str, secret: bool, environ: Mapping[str, str], folder: Path) -> object:
    if not isinstance(value, str):
        if secret and value is not None and not isinstance(value, _SECRET_TYPES):
            raise ConfigError(LITERAL_SECRET, place=place)
        return value
    scheme, colon, rest = value.partition(":")
    if not colon:
        scheme = ""  # the bare word "file" is a word, not a reference
    if scheme == "env":
        found = environ.get(rest)
    elif scheme == "file":
        found = _from_file(folder / rest, place=place)
    elif scheme == "credential":
        found = _from_credential(rest, environ=environ)
    elif scheme == "keyring":
        found = _from_keyring(rest, place=place)
    elif secret:
        raise ConfigError(LITERAL_SECRET, place=place)
    else:
        return value
    if not found:
        raise ConfigError(SECRET_MISSING, place=place, reference=f"{scheme}:{rest}")
    return found


def resolve_secret(reference: str, *, place: str, environ: Mapping[str, str] | None = None) -> SecretStr:
    """The secret that a reference of a command line names, as one in a settings file does.

    Args:
        reference: ``env:NAME``, ``file:PATH``, ``credential:NAME`` or ``keyring:SERVICE/USER``.
        place: The option, for messages.
        environ: The environment to read, the process's own by default.

    Raises:
        ConfigError: it is a literal, missing, or in a file others may read.
    """
    if environ is None:
        import os

        environ = os.environ
    return SecretStr(str(_resolve(reference, place=place, secret=True, environ=environ, folder=Path())))


def _from_file(path: Path, *, place: str) -> str | None:
    try:
        exposed = stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
        if exposed:
            raise ConfigError(SECRET_EXPOSED, place=place)
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _from_credential(name: str, *, environ: Mapping[str, str]) -> str | None:
    """A credential of systemd. Its folder is the service's alone; the file's mode tells nothing of that."""
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    if not Path(folder).is_absolute() or Path(name).name != name:
        return None
    try:
        return (Path(folder) / name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _from_keyring(reference: str, *, place: str) -> str | None:
    try:
        keyring = importlib.import_module("keyring")
    except ImportError as error:
        raise ConfigError(NO_KEYRING, place=place) from error
    service, _, user = reference.partition("/")
    try:
        found: str | None = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        raise ConfigError(SECRET_MISSING, place=place, reference=f"keyring:{reference}") from error
    return found


def load_config(path: Path | None = None, *, environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings file and the environment.

    ``path`` must exist when it is given; without it, ``govlink.toml`` of the working directory is
    read if it is there. ``environ`` is the environment to read, the process's own by default.

    Raises:
        ConfigError: the file is missing, is not TOML, or holds an unknown key.
    """
    if environ is None:
        import os

        environ = os.environ
    content = _read(path)
    folder = (path or Path(DEFAULT_FILE)).absolute().parent
    unknown = sorted(set(content) - _TOP_KEYS)
    if unknown:
        raise ConfigError(UNKNOWN_KEY, key=unknown[0], known=", ".join(sorted(_TOP_KEYS)))
    tables = {
        name: _section(name, content.get(name, {}), environ=environ, folder=folder) for name in _SECTIONS
    }
    platforms = content.get("platforms", {})
    if not isinstance(platforms, dict) or not all(isinstance(t, dict) for t in platforms.values()):
        raise ConfigError(NOT_A_TABLE, key="platforms")
    environment = environ.get("GOVLINK_ENVIRONMENT") or content.get("environment", "sandbox")
    transport = environ.get("GOVLINK_TRANSPORT") or content.get("transport", "httpx")
    sandbox_url = environ.get("GOVLINK_SANDBOX_URL") or content.get("sandbox_url")
    return Config(
        environment=Environment(_one_of("environment", environment, tuple(Environment))),
        sandbox_url=None if sandbox_url is None else str(sandbox_url),
        transport=cast("HttpLibrary", _one_of("transport", transport, get_args(HttpLibrary))),
        ca_bundle=_path(content.get("ca_bundle"), folder=folder),
        shared_tokens=_path(tables["tokens"].get("share"), folder=folder),
        shared_allowance=_path(tables["allowance"].get("share"), folder=folder),
        audit=_audit(tables["audit"], folder=folder),
        platforms=platforms,
        environ=dict(environ),
        folder=folder,
    )


def _section(name: str, table: object, *, environ: Mapping[str, str], folder: Path) -> dict[str, object]:
    """The table of that name with the environment's values in place of the file's, secrets resolved."""
    if not isinstance(table, dict):
        raise ConfigError(NOT_A_TABLE, key=name)
    unknown = sorted(set(table) - set(_SECTIONS[name]))
    if unknown:
        raise ConfigError(UNKNOWN_KEY, key=f"{name}.{unknown[0]}", known=", ".join(_SECTIONS[name]))
    values = {
        field_name: _resolve(
            value, place=f"{name}.{field_name}", secret=field_name == "key", environ=environ, folder=folder
        )
        for field_name, value in table.items()
    }
    for field_name in _SECTIONS[name]:
        variable = f"GOVLINK_{name}_{field_name}".upper()
        given = environ.get(variable)
        if given and field_name in _PATHS and not Path(given).is_absolute():
            raise ConfigError(PATH_RELATIVE, variable=variable)
        if given:
            values[field_name] = given
    return values


def _path(value: object, *, folder: Path) -> Path | None:
    return None if value is None else folder / str(value)


def _audit(table: Mapping[str, object], *, folder: Path) -> AuditSettings | None:
    path, key = _path(table.get("path"), folder=folder), table.get("key")
    if path is None and key is None:
        return None
    if path is None or key is None:
        raise ConfigError(INCOMPLETE)
    sync = _one_of("audit.sync", str(table.get("sync", True)).lower(), ("true", "false"))
    return AuditSettings(path=path, key=SecretStr(str(key)), sync=sync == "true")


def _read(path: Path | None) -> dict[str, object]:
    file = path or Path(DEFAULT_FILE)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if path is None:
            return {}
        raise ConfigError(FILE_MISSING, file=file.name) from None
    except OSError as error:
        raise ConfigError(FILE_UNREADABLE, file=file.name) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(NOT_TOML, file=file.name, line=line) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise ConfigError(NOT_TOML, file=file.name, line=at[1] if at else "last") from None


def _one_of(key: str, value: object, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        raise ConfigError(BAD_VALUE, key=key, known=", ".join(known))
    return value

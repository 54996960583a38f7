"""The settings file: secrets by reference, precedence, and errors that name the place."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from govlink.config import Config, load_config
from govlink.errors import ConfigError
from govlink.interfaces import CONTRACT, Adapter, AnyAdapter, Capabilities
from govlink.models.mark import Mark
from govlink.settings import Environment, PlatformSettings


class Settings(PlatformSettings):
    """Settings with a secret, an optional secret, several secrets and a plain field."""

    key: SecretStr = SecretStr("")
    spare: SecretStr | None = None
    several: tuple[SecretStr, ...] = ()
    label: str = ""


ADAPTER: AnyAdapter = Adapter(
    name="toy",
    contract=CONTRACT,
    title_th="ของเล่น",
    title_en="Toy",
    homepage="https://toy.example",
    mark=Mark.MODELLED,
    settings=Settings,
    connect=lambda _settings: Capabilities(),
    provides=frozenset(),
)


def values(table: Mapping[str, object], environ: Mapping[str, str] | None = None) -> dict[str, object]:
    """The resolved values of the toy platform."""
    return Config(platforms={"toy": table}, environ=environ or {}).values_for(ADAPTER)


def refusal(table: Mapping[str, object], environ: Mapping[str, str] | None = None) -> ConfigError:
    """The error that the table is refused with."""
    with pytest.raises(ConfigError) as caught:
        values(table, environ)
    assert "CANARY" not in str(caught.value) + caught.value.explain("th") + repr(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "table", [{"key": "CANARY"}, {"spare": "CANARY"}, {"key": 12345}, {"several": ["CANARY"]}]
)
def test_a_literal_secret_is_refused(table: Mapping[str, object]) -> None:
    """The settings file may be shown and committed, so no form of a secret may stand in it."""
    error = refusal(table)
    assert error.code == "config.literal_secret"
    assert f"platforms.toy.{next(iter(table))}" in str(error)


def test_a_secret_given_in_code_is_taken() -> None:
    """``SecretStr`` values come from the caller's own vault."""
    assert values({"key": SecretStr("s")})["key"] == SecretStr("s")


def test_env_reference() -> None:
    """``env:NAME`` reads the environment; an absent or empty one is named."""
    assert values({"key": "env:K"}, {"K": "s"})["key"] == "s"
    error = refusal({"key": "env:ABSENT"})
    assert error.code == "config.secret_missing"
    assert "env:ABSENT" in str(error)


def test_file_reference_needs_mode_600(tmp_path: Path) -> None:
    """``file:PATH`` is read when its owner alone can read it."""
    secret = tmp_path / "key"
    secret.write_text("s\n", encoding="utf-8")
    secret.chmod(0o600)
    assert values({"key": f"file:{secret}"})["key"] == "s"
    for mode in (0o640, 0o604, 0o660, 0o610):
        secret.chmod(mode)
        assert refusal({"key": f"file:{secret}"}).code == "config.secret_exposed"


def test_a_secret_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    """Both are a missing secret."""
    assert refusal({"key": f"file:{tmp_path / 'none'}"}).code == "config.secret_missing"
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "bytes").chmod(0o600)
    assert refusal({"key": f"file:{tmp_path / 'bytes'}"}).code == "config.secret_missing"


def test_credential_reference(tmp_path: Path) -> None:
    """``credential:NAME`` reads what systemd hands to a service, whatever its mode, and from nowhere else."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "token").write_text("s\n", encoding="utf-8")
    (folder / "token").chmod(0o440)
    (tmp_path / "other").write_text("s", encoding="utf-8")
    given = {"CREDENTIALS_DIRECTORY": str(folder)}
    assert values({"key": "credential:token"}, given)["key"] == "s"
    for name in ("none", "", "../other", str(tmp_path / "other")):
        assert refusal({"key": f"credential:{name}"}, given).code == "config.secret_missing"
    for environ in ({}, {"CREDENTIALS_DIRECTORY": "relative"}):
        assert refusal({"key": "credential:token"}, environ).code == "config.secret_missing"


class LockedError(Exception):
    """What the stand-in keyring raises."""


def keyring_of(found: str | None, *, locked: bool = False) -> SimpleNamespace:
    """A stand-in for the package ``keyring``."""

    def get_password(service: str, user: str) -> str | None:
        if locked:
            raise LockedError
        return found if (service, user) == ("gdx", "key") else None

    return SimpleNamespace(get_password=get_password, errors=SimpleNamespace(KeyringError=LockedError))


def test_keyring_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """``keyring:SERVICE/USER`` asks the keyring; absent, locked and not installed are ConfigErrors."""
    monkeypatch.setitem(sys.modules, "keyring", keyring_of("s"))
    assert values({"key": "keyring:gdx/key"})["key"] == "s"
    assert refusal({"key": "keyring:gdx/other"}).code == "config.secret_missing"
    monkeypatch.setitem(sys.modules, "keyring", keyring_of("s", locked=True))
    assert refusal({"key": "keyring:gdx/key"}).code == "config.secret_missing"
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert refusal({"key": "keyring:gdx/key"}).code == "config.no_keyring"


def test_plain_fields_may_be_literal() -> None:
    """Only what an adapter declares as a secret needs a reference."""
    assert values({"label": "a: b"})["label"] == "a: b"


TOML = """
environment = "uat"
sandbox_url = "http://127.0.0.1:1"

[platforms.toy]
label = "file"
"""


def load(tmp_path: Path, text: str | bytes, environ: Mapping[str, str] | None = None) -> Config:
    """The settings in a file of that text."""
    file = tmp_path / "settings.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_config(file, environ=environ or {})


def test_precedence(tmp_path: Path) -> None:
    """Environment, then the platform's table, then the top of the file, then the default."""
    top = load(tmp_path, TOML).values_for(ADAPTER)
    assert (top["environment"], top["label"]) == ("uat", "file")
    table = load(tmp_path, TOML + 'environment = "production"\n').values_for(ADAPTER)
    assert table["environment"] == "production"
    override = {"GOVLINK_TOY_LABEL": "environ", "GOVLINK_TOY_KEY": "s"}
    assert load(tmp_path, TOML, override).values_for(ADAPTER)["label"] == "environ"
    assert load(tmp_path, TOML, override).values_for(ADAPTER)["key"] == "s"
    assert load(tmp_path, "").environment is Environment.SANDBOX


@pytest.mark.parametrize("name", ["GOVLINK_ENVIRONMENT", "GOVLINK_TOY_ENVIRONMENT"])
def test_the_environment_wins_over_a_platforms_table(tmp_path: Path, name: str) -> None:
    """Whoever forces the sandbox from outside must not reach production by a table in the file."""
    text = TOML + 'environment = "production"\n'
    assert load(tmp_path, text, {name: "sandbox"}).values_for(ADAPTER)["environment"] == "sandbox"


def test_a_moved_sandbox_wins_over_a_platforms_table(tmp_path: Path) -> None:
    """The same for the sandbox's address."""
    text = TOML + 'sandbox_url = "http://127.0.0.1:2"\n'
    environ = {"GOVLINK_SANDBOX_URL": "http://127.0.0.1:3"}
    assert load(tmp_path, text, environ).values_for(ADAPTER)["sandbox_url"] == "http://127.0.0.1:3"


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("environmnt = 1", "config.unknown_key", "environmnt"),
        ('environment = "live"', "config.bad_value", "production"),
        ('transport = "curl"', "config.bad_value", "httpx2"),
        ("environment = 3", "config.bad_value", "environment"),
        ("platforms = 3", "config.not_a_table", "platforms"),
        ("[platforms]\ntoy = 3", "config.not_a_table", "platforms"),
        ('a = 1\nb = "CANARY', "config.not_toml", "last"),
        ("a = 1\n= CANARY\n", "config.not_toml", "line 2"),
        (b"a = 1\nb = 2\nc = '\xff'", "config.not_toml", "line 3"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str | bytes, code: str, named: str) -> None:
    """Key, allowed values or line are told; the line's content, which may be a secret, is not."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert caught.value.code == code
    assert named in str(caught.value)
    assert "CANARY" not in caught.value.explain()


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A named file must be there and be a file; the default one may be absent."""
    with pytest.raises(ConfigError, match=r"config\.file_missing"):
        load_config(tmp_path / "none.toml", environ={})
    with pytest.raises(ConfigError, match=r"config\.file_unreadable"):
        load_config(tmp_path, environ={})
    monkeypatch.chdir(tmp_path)
    assert load_config(environ={}).environment is Environment.SANDBOX


def test_repr_shows_neither_tables_nor_environment() -> None:
    """The process's environment is full of other programs' secrets."""
    config = Config(platforms={"toy": {"label": "CANARY"}}, environ={"X": "CANARY"})
    assert "CANARY" not in repr(config)


# --- what processes share, and the audit log ------------------------------------------------------


def written(tmp_path: Path, text: str, **environ: str) -> Config:
    """The settings of a file with this text."""
    file = tmp_path / "govlink.toml"
    file.write_text(text, "utf-8")
    return load_config(file, environ=environ)


def test_nothing_is_shared_or_recorded_unless_said(tmp_path: Path) -> None:
    """All three are off by default."""
    config = written(tmp_path, "")
    assert (config.shared_tokens, config.shared_allowance, config.audit) == (None, None, None)


def test_the_tables_of_sharing_and_audit(tmp_path: Path) -> None:
    """Paths, the key resolved and hidden, and syncing on unless it is switched off."""
    config = written(
        tmp_path,
        '[tokens]\nshare = "t"\n[allowance]\nshare = "a"\n[audit]\npath = "p"\nkey = "env:K"\n',
        K="CANARY",
    )
    assert (config.shared_tokens, config.shared_allowance) == (tmp_path / "t", tmp_path / "a")
    assert config.audit is not None
    assert (config.audit.path, config.audit.key.get_secret_value(), config.audit.sync) == (
        tmp_path / "p",
        "CANARY",
        True,
    )
    assert "CANARY" not in repr(config)
    off = written(tmp_path, '[audit]\npath = "p"\nkey = "env:K"\nsync = false\n', K="CANARY")
    assert off.audit is not None
    assert not off.audit.sync


def test_the_environment_wins_over_these_tables_too(tmp_path: Path) -> None:
    """Also where the file has none of them; a secret may stand there as it is."""
    config = written(
        tmp_path,
        '[tokens]\nshare = "t"\n',
        GOVLINK_TOKENS_SHARE="/t2",
        GOVLINK_ALLOWANCE_SHARE="/a2",
        GOVLINK_AUDIT_PATH="/p2",
        GOVLINK_AUDIT_KEY="CANARY",
        GOVLINK_AUDIT_SYNC="false",
    )
    assert (config.shared_tokens, config.shared_allowance) == (Path("/t2"), Path("/a2"))
    assert config.audit is not None
    assert (config.audit.path, config.audit.sync) == (Path("/p2"), False)


RELATIVE = """
ca_bundle = "ca.pem"
[tokens]
share = "t"
[allowance]
share = "/a"
[audit]
path = "../p"
key = "file:k"
[platforms.toy]
key = "file:k"
"""


def test_where_a_program_was_started_changes_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer and a service that read one file share its tokens, its counts and its audit log."""
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "k").write_text("s" * 32, "utf-8")
    (folder / "k").chmod(0o600)
    monkeypatch.chdir(folder)
    here = written(folder, RELATIVE)
    monkeypatch.chdir(tmp_path)
    there = load_config(Path("etc/govlink.toml"), environ={})
    monkeypatch.chdir("/")
    for config in (here, there):
        assert (config.ca_bundle, config.shared_tokens) == (folder / "ca.pem", folder / "t")
        assert config.shared_allowance == Path("/a")
        assert config.audit is not None
        assert config.audit.path == folder / "../p"
        assert config.audit.key.get_secret_value() == "s" * 32
        assert config.values_for(ADAPTER)["key"] == "s" * 32


def test_the_file_of_the_working_folder_has_that_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after the process has gone elsewhere, as a service does."""
    (tmp_path / "govlink.toml").write_text('[tokens]\nshare = "t"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    config = load_config(environ={})
    monkeypatch.chdir("/")
    assert config.shared_tokens == tmp_path / "t"


@pytest.mark.parametrize("field", ["TOKENS_SHARE", "ALLOWANCE_SHARE", "AUDIT_PATH"])
def test_a_variable_takes_no_relative_path(field: str) -> None:
    """It has no folder to start from but the working directory, which differs from program to program."""
    with pytest.raises(ConfigError) as caught:
        load_config(environ={f"GOVLINK_{field}": "CANARY/x", "GOVLINK_AUDIT_KEY": "k" * 32})
    assert caught.value.code == "config.path_relative"
    assert f"GOVLINK_{field}" in str(caught.value)
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[audit]\npath = "p"\nkey = "CANARY"\n', "config.literal_secret"),
        ('[audit]\npath = "p"\nkey = "env:GONE"\n', "config.secret_missing"),
        ('[audit]\npath = "p"\n', "config.audit_incomplete"),
        ('[audit]\npath = "p"\nkey = "env:K"\nsync = "CANARY"\n', "config.bad_value"),
        ('[audit]\npfad = "CANARY"\n', "config.unknown_key"),
        ('[tokens]\npath = "p"\n', "config.unknown_key"),
        ('tokens = "p"\n', "config.not_a_table"),
    ],
)
def test_a_mistake_in_these_tables_is_named(tmp_path: Path, text: str, code: str) -> None:
    """By its place, and without its value."""
    with pytest.raises(ConfigError) as caught:
        written(tmp_path, text, K="k" * 32)
    assert caught.value.code == code
    assert "CANARY" not in str(caught.value) + caught.value.explain("th")

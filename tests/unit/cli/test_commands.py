"""What the commands print when all is well."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from rich.cells import cell_len

from govlink.cli import demo
from govlink.cli.app import run
from govlink.config import load_config
from govlink.errors import ConfigError
from govlink.flow import Context, Flow
from govlink.interfaces import CONTRACT, Adapter, AnyAdapter, Capabilities
from govlink.models.mark import Mark
from govlink.models.registry import RegistryQuery, RegistryRecord
from govlink.registry import installed_adapters, load_adapter
from govlink.sandbox.files import write_sandbox_config
from govlink.sandbox.server import RunningSandbox, running_sandbox
from govlink.settings import PlatformSettings

PLATFORMS = ["biz_portal", "citizen_portal", "data_go_th", "eocs", "gdx"]
MANIFEST = str(Path(__file__).parents[3] / "fixtures" / "registration" / "equivalence.toml")


@pytest.fixture(autouse=True)
def plain_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, 80 columns, English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("GOVLINK_LANG", "en")


@pytest.fixture(scope="module")
def adapters() -> tuple[AnyAdapter, ...]:
    """All installed ones."""
    return tuple(load_adapter(name) for name in installed_adapters())


@pytest.fixture(scope="module")
def sandbox(adapters: tuple[AnyAdapter, ...]) -> Iterator[RunningSandbox]:
    """A sandbox that nothing here changes."""
    with running_sandbox(adapters) as running:
        yield running


def content(capsys: pytest.CaptureFixture[str]) -> object:
    """The JSON printed, and nothing on standard error."""
    printed = capsys.readouterr()
    assert printed.err == ""
    return json.loads(printed.out)


def test_adapters_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """By name, with the distribution each comes from."""
    assert run(["adapters", "--json"]) == 0
    listed = content(capsys)
    assert isinstance(listed, list)
    assert [a["name"] for a in listed] == PLATFORMS
    assert {a["distribution"] for a in listed} == {f"govlink-{n.replace('_', '-')}" for n in PLATFORMS}


@pytest.mark.parametrize("name", PLATFORMS)
def test_an_adapter_is_shown_whole_on_80_columns(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every capability, provided or not and why; nothing is cut off."""
    assert run(["adapters", name, "--json"]) == 0
    shown = content(capsys)
    assert isinstance(shown, dict)
    assert run(["adapters", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(cell_len(line) for line in lines) <= 80
    assert "…" not in "".join(lines)
    for capability in [*shown["provides"], *(a["capability"] for a in shown["absences"])]:
        assert any(capability in line for line in lines)


def test_doctor_is_content_with_a_sandboxs_own_settings(
    sandbox: RunningSandbox, adapters: tuple[AnyAdapter, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every platform, every URL, every secret by reference."""
    write_sandbox_config(Path("govlink.toml"), adapters, sandbox)
    assert run(["doctor", "--json"]) == 0
    found = content(capsys)
    assert isinstance(found, dict)
    assert {p["platform"]: p["ok"] for p in found["platforms"]} == dict.fromkeys(PLATFORMS, True)
    assert "error" not in found
    assert run(["doctor"]) == 0


def test_doctor_tells_each_platform_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """A finding for each, the code of each in the table, and one line that names the wrong ones."""
    Path("govlink.toml").write_text('[platforms.eocs]\naccess_token = "literal"\n[platforms.gdx]\n', "utf-8")
    assert run(["doctor"]) == 78
    printed = capsys.readouterr()
    assert "[config.literal_secret]" in printed.out
    assert "[config.settings_invalid]" in printed.out
    assert "eocs, gdx" in printed.err
    assert "…" not in printed.out


class Register:
    """A capability that nobody uses."""

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
        """Not asked."""
        raise NotImplementedError


NO_REGISTRY: AnyAdapter = Adapter(
    name="none",
    contract=CONTRACT,
    title_th="ของเล่น",
    title_en="Toy",
    homepage="https://toy.example",
    mark=Mark.MODELLED,
    settings=PlatformSettings,
    connect=lambda _settings: Capabilities(),
    provides=frozenset(),
)
REGISTRY = replace(NO_REGISTRY, name="reg", connect=lambda _settings: Capabilities(registry=Register()))


@pytest.mark.parametrize(
    ("environment", "audit", "exit_code"),
    [
        ("production", "", 78),
        ("production", '[audit]\npath = "audit.jsonl"\nkey = "env:AUDIT_KEY"\n', 0),
        ("sandbox", "", 0),
    ],
)
def test_doctor_misses_the_audit_log(
    environment: str,
    audit: str,
    exit_code: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of platforms that look people up, outside the sandbox: every look-up there would be refused."""
    monkeypatch.setenv("AUDIT_KEY", "k" * 32)
    monkeypatch.setattr("govlink.cli.doctor.load_adapter", {"reg": REGISTRY, "none": NO_REGISTRY}.get)
    Path("govlink.toml").write_text(
        f'environment = "{environment}"\nsandbox_url = "http://127.0.0.1:1"\n'
        f"{audit}[platforms.reg]\n[platforms.none]\n",
        "utf-8",
    )
    assert run(["doctor", "--json"]) == exit_code
    found = json.loads(capsys.readouterr().out)
    messages = {p["platform"]: (p["ok"], p["message"]) for p in found["platforms"]}
    assert messages["none"] == (True, "0 operations")
    assert messages["reg"][0] is (exit_code == 0)
    assert ("[audit.not_configured]" in messages["reg"][1]) is (exit_code == 78)


def test_a_sandboxs_settings_are_private_and_by_reference(
    sandbox: RunningSandbox, adapters: tuple[AnyAdapter, ...]
) -> None:
    """Mode 600 in a folder of mode 700, also where looser ones were; the file can be shown."""
    folder = Path("govlink.secrets")
    folder.mkdir(mode=0o755)
    loose = folder / "gdx.consumer_secret"
    loose.write_text("old", "utf-8")
    loose.chmod(0o644)
    write_sandbox_config(Path("govlink.toml"), adapters, sandbox)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(f.stat().st_mode) for f in folder.iterdir()} == {0o600}
    account = sandbox.world.account
    text = Path("govlink.toml").read_text("utf-8")
    for secret in (account.consumer_secret, account.consumer_key, sandbox.world.access_token("eocs")):
        assert secret not in text
    config = load_config(Path("govlink.toml"), environ={})
    assert config.values_for(load_adapter("gdx"))["consumer_secret"] == account.consumer_secret


def test_a_sandbox_replaces_its_own_settings_and_no_others(
    sandbox: RunningSandbox, adapters: tuple[AnyAdapter, ...]
) -> None:
    """Somebody's production settings survive a slip of the fingers."""
    own, theirs = Path("own.toml"), Path("theirs.toml")
    write_sandbox_config(own, adapters, sandbox)
    write_sandbox_config(own, adapters, sandbox)
    theirs.write_text('environment = "production"\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        write_sandbox_config(theirs, adapters, sandbox)
    assert caught.value.code == "sandbox.config_in_use"
    assert theirs.read_text("utf-8") == 'environment = "production"\n'
    assert not Path("theirs.secrets").exists()


def test_a_secret_is_not_written_through_a_link(
    sandbox: RunningSandbox, adapters: tuple[AnyAdapter, ...]
) -> None:
    """The link is replaced; what it pointed to stays as it was."""
    Path("govlink.secrets").mkdir()
    elsewhere = Path("elsewhere")
    elsewhere.write_text("mine", "utf-8")
    Path("govlink.secrets/eocs.access_token").symlink_to(elsewhere.absolute())
    write_sandbox_config(Path("govlink.toml"), adapters, sandbox)
    assert elsewhere.read_text("utf-8") == "mine"


def test_settings_in_a_folder_with_quotes_in_its_name(
    sandbox: RunningSandbox, adapters: tuple[AnyAdapter, ...]
) -> None:
    """What TOML wants escaped is escaped."""
    folder = Path('a "b" \\ ค')
    folder.mkdir()
    write_sandbox_config(folder / "govlink.toml", adapters, sandbox)
    config = load_config(folder / "govlink.toml", environ={})
    assert config.values_for(load_adapter("eocs"))["access_token"] == sandbox.world.access_token("eocs")


def test_the_sandbox_says_where_it_is_and_stops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address answers while it waits; afterwards nothing listens there."""
    seen: dict[str, object] = {}

    def look() -> None:
        seen.update(json.loads(capsys.readouterr().out))
        seen["answer"] = httpx.get(str(seen["url"])).json()

    monkeypatch.setattr("govlink.cli.sandbox._until_stopped", lambda: nullcontext(look))
    assert run(["sandbox", "--port", "0", "--json"]) == 0
    platforms, answer = seen["platforms"], seen["answer"]
    assert isinstance(platforms, dict)
    assert isinstance(answer, dict)
    assert sorted(platforms) == [p["name"] for p in answer["platforms"]] == PLATFORMS
    with pytest.raises(httpx.ConnectError):
        httpx.get(str(seen["url"]))


def test_a_registration_from_check_to_status(capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped manifest has no problems; its steps are tracked."""
    assert run(["register", "check", MANIFEST, "--json"]) == 0
    checked = content(capsys)
    assert isinstance(checked, dict)
    assert checked["problems"] == []
    assert "error" not in checked
    assert run(["register", "start", MANIFEST, "--dry-run", "--json"]) == 0
    planned = content(capsys)
    assert not Path("registration.json").exists()
    assert run(["register", "start", MANIFEST, "--json"]) == 0
    assert content(capsys) == planned
    assert run(["register", "done", "1", "--note", "letter 1", "--json"]) == 0
    moved = content(capsys)
    assert isinstance(moved, dict)
    assert moved["steps"][0]["done_on"] is not None
    assert run(["register", "status"]) == 0
    printed = capsys.readouterr().out
    assert "Next: step 2" in printed
    assert "…" not in printed
    assert max(cell_len(line) for line in printed.splitlines()) <= 80


@pytest.mark.parametrize("option", [["--on", "yesterday"], ["--document", "missing.pdf"]])
def test_a_step_that_cannot_be_recorded_changes_nothing(option: list[str]) -> None:
    """The record stays as it was."""
    run(["register", "start", MANIFEST])
    before = Path("registration.json").read_bytes()
    assert run(["register", "done", "1", *option]) == 78
    assert Path("registration.json").read_bytes() == before


def test_the_demos_tables_fit_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every service and outcome there can be, with five digits each, and no name cut short."""
    services = ("CERT_REISSUE", "EQ_REISSUE", "FOREIGN_EQ", "PALI5_EQ", "unread")
    outcomes = (
        "approved",
        "closed",
        "duplicate",
        "form_refused",
        "open",
        "redirected",
        "refused",
        "rejected_row",
    )
    counts = {service: dict.fromkeys(outcomes, 1234) for service in services}
    monkeypatch.setattr("govlink.demo.summary.outcomes_by_service", lambda _: counts)
    monkeypatch.setattr("govlink.demo.summary.summary_of", lambda _: dict.fromkeys(demo.FACTS, 1))

    result = SimpleNamespace(
        publication=SimpleNamespace(dataset="eq-petitions-month", state=SimpleNamespace(value="public"))
    )
    demo._print(result, seconds={"start": 1.0}, out=Path("out"))  # type: ignore[arg-type]  # only this is read
    lines = capsys.readouterr().out.splitlines()
    assert max(cell_len(line) for line in lines) <= 80
    assert "…" not in "".join(lines)
    for outcome in outcomes:
        (row,) = [line for line in lines if line.startswith(f"│ {outcome.replace('_', ' ')} ")]
        assert row.count("1,234") == len(services)
        assert "6,170" in row
    for word in ("CERT", "FOREIGN", "REISSUE", "PALI5", "unread", "all"):
        assert any(word in line.replace("┃", " ").split() for line in lines)

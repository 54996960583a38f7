"""``govlink exchange``: what is asked, printed and written, and what is never shown."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from govlink.cli.app import run
from govlink.client import Client
from govlink.models.registry import DocumentKind, RegistryDocument
from govlink.registry import load_adapter
from govlink.sandbox.files import write_sandbox_config
from govlink.sandbox.residents import COMPANIES, RESIDENTS, move_in
from govlink.sandbox.server import RunningSandbox, running_sandbox
from govlink.sandbox.toolkit import World

PERSON, COMPANY = RESIDENTS[0], COMPANIES[0]
WHY = ["--purpose", "เทียบวุฒิการศึกษา", "--basis", "ระเบียบ ข้อ 5", "--case", "P-1", "--officer", "3979900000010"]
LASER = {
    "CitizenID": PERSON.citizen_id,
    "FirstName": PERSON.first_name,
    "LastName": PERSON.last_name,
    "BEBirthDate": PERSON.birth_date.compact_be(),
    "LaserCode": PERSON.laser_code,
}


@pytest.fixture(autouse=True)
def plain_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, 80 columns, English, no officer in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("GOVLINK_LANG", "en")
    monkeypatch.delenv("GOVLINK_OFFICER", raising=False)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    """GDX with the residents of a sandbox started by hand."""
    world = World()
    move_in(world)
    with running_sandbox([load_adapter("gdx")], world=world) as running:
        yield running


@pytest.fixture
def there(sandbox: RunningSandbox) -> list[str]:
    """The option that reaches it."""
    return ["--sandbox", sandbox.url]


def pairs(keys: dict[str, str]) -> list[str]:
    """The keys as arguments."""
    return [f"{name}={value}" for name, value in keys.items()]


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The JSON object printed, and nothing on standard error."""
    out = capsys.readouterr()
    assert out.err == ""
    content = json.loads(out.out)
    assert isinstance(content, dict)
    return content


# --- looking up -------------------------------------------------------------------------------


def test_a_yes_and_a_no(there: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Both are answers: exit 0."""
    assert run(["exchange", "lookup", "dopa.laser_code", *pairs(LASER), *WHY, *there]) == 0
    assert capsys.readouterr().out == "dopa.laser_code: yes\n"
    wrong = pairs(LASER | {"LaserCode": "ZZ9999999999"})
    assert run(["exchange", "lookup", "dopa.laser_code", *wrong, *WHY, *there, "--json"]) == 0
    assert printed(capsys)["confirmed"] is False


def test_a_record_for_people_and_for_machines(there: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every field as the platform spells it, its dates read."""
    ask = ["exchange", "lookup", "dopa.linkage_person", f"CitizenID={PERSON.citizen_id}", *WHY, *there]
    assert run([*ask, "--json"]) == 0
    record = printed(capsys)
    assert (record["platform"], record["service"]) == ("gdx", "dopa.linkage_person")
    fields = record["fields"]
    assert isinstance(fields, dict)
    assert fields["firstName"] == PERSON.first_name
    assert run(ask) == 0
    table = capsys.readouterr().out
    assert all(value in table for value in ("firstName", PERSON.first_name, PERSON.last_name))


@pytest.mark.parametrize("source", ["-", "keys.json"])
def test_personal_values_need_not_stand_on_the_command_line(
    source: str, there: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a file or standard input, completed by arguments; the officer from the environment."""
    keys = dict(list(LASER.items())[:-1])
    Path("keys.json").write_text(json.dumps(keys), "utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(keys)))
    monkeypatch.setenv("GOVLINK_OFFICER", WHY[-1])
    ask = ["exchange", "lookup", "dopa.laser_code", f"LaserCode={PERSON.laser_code}", "--keys-from", source]
    assert run([*ask, *WHY[:-2], *there, "--json"]) == 0
    assert printed(capsys)["confirmed"] is True


def test_a_sandboxs_own_settings_reach_it(
    sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside the file that it wrote, no option is needed."""
    write_sandbox_config(Path("govlink.toml"), [load_adapter("gdx")], sandbox)
    assert run(["exchange", "lookup", "dopa.laser_code", *pairs(LASER), *WHY, "--json"]) == 0
    assert printed(capsys)["confirmed"] is True


def test_nothing_is_sent_by_a_dry_run(
    sandbox: RunningSandbox, there: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It tells where the request would go, and nothing of whom it is about."""
    before = sandbox.world.sessions.validated_count
    assert (
        run(["exchange", "lookup", "dopa.laser_code", *pairs(LASER), *WHY, *there, "--dry-run", "--json"])
        == 0
    )
    shown = printed(capsys)
    assert (shown["dry_run"], shown["operation"], shown["asked_as"]) == (True, "dopa.laser_code", "officer")
    assert shown["keys"] == ", ".join(sorted(LASER))
    assert not any(value in json.dumps(shown, ensure_ascii=False) for value in (*LASER.values(), WHY[-1]))
    assert sandbox.world.sessions.validated_count == before
    output = ["-o", "a.pdf", "--dry-run"]
    fetch = [
        "exchange",
        "fetch",
        "dbd.certificate",
        f"JuristicID={COMPANY.juristic_id}",
        *WHY,
        *there,
        *output,
    ]
    assert run(fetch) == 0
    assert "nothing was sent" in capsys.readouterr().out
    assert not Path("a.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (["=CANARY", *WHY], 65, "exchange.key_malformed"),
        (["CANARY", *WHY], 65, "exchange.key_malformed"),
        (["a=1", "a=CANARY", *WHY], 65, "exchange.key_twice"),
        (["a=1", "--keys-from", "same.json", *WHY], 65, "exchange.key_twice"),
        (["--keys-from", "list.json", *WHY], 65, "exchange.keys_unreadable"),
        (["--keys-from", "number.json", *WHY], 65, "exchange.keys_unreadable"),
        (["--keys-from", "none.json", *WHY], 65, "exchange.keys_gone"),
        (["--keys-from", "long.json", *WHY], 65, "exchange.keys_large"),
        (["--keys-from", "twice.json", *WHY], 65, "exchange.keys_unreadable"),
        (["--keys-from", "deep.json", *WHY], 65, "exchange.keys_unreadable"),
        (["--config", "c.toml", *WHY], 78, "exchange.two_places"),
        ([*pairs(LASER), *WHY, "--purpose", ""], 65, "audit.purpose_missing"),
        ([*pairs(LASER), *WHY, "--purpose", " ", "--dry-run"], 65, "audit.purpose_missing"),
        ([*pairs(LASER), *WHY, "--case", PERSON.citizen_id], 65, "audit.purpose_personal"),
        ([*pairs(LASER), *WHY, "--officer", "CANARY not"], 65, "identity.agent_id_invalid"),
        ([*pairs(LASER), *WHY, "--platform", "eocs", "--dry-run"], 78, "exchange.capability_absent"),
        ([*pairs(LASER)], 64, "cli.usage"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_one_line_without_a_value(
    arguments: list[str], exit_code: int, code: str, there: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is sent."""
    for name, text in (
        ("same", '{"a": "CANARY"}'),
        ("list", '["CANARY"]'),
        ("number", '{"a": 1979900000013}'),
        ("twice", '{"a": "CANARY", "a": "CANARY"}'),
        ("deep", "[" * 90_000),
        ("long", '{"a": "' + "CANARY" * 100_000 + '"}'),
    ):
        Path(f"{name}.json").write_text(text, "utf-8")
    assert run(["exchange", "lookup", "dopa.laser_code", *arguments, *there]) == exit_code
    out = capsys.readouterr()
    assert out.out == ""
    (line,) = out.err.splitlines()
    assert line.startswith(f"[{code}] ")
    assert not any(value in line for value in ("CANARY", PERSON.citizen_id, PERSON.laser_code))


def test_an_unknown_person_is_an_exit_code(there: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Of the error's class, as everywhere."""
    ask = ["exchange", "lookup", "dopa.linkage_person", "CitizenID=7979800000444", *WHY, *there]
    assert run(ask) == 66
    assert "7979800000444" not in capsys.readouterr().err


def test_production_without_an_audit_log_asks_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """The command line is no way around it."""
    Path("k").write_text("good-nowhere", "utf-8")
    Path("k").chmod(0o600)
    Path("govlink.toml").write_text(
        'environment = "production"\n[platforms.gdx]\nconsumer_key = "file:k"\nconsumer_secret = "file:k"\n'
        'agent_id = "equivalence-office"\n',
        "utf-8",
    )
    assert run(["exchange", "lookup", "dopa.laser_code", *pairs(LASER), *WHY]) == 78
    assert capsys.readouterr().err.startswith("[audit.not_configured] ")


# --- fetching ---------------------------------------------------------------------------------


def test_a_document_is_written_private_and_whole(
    there: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its digest is told; a file that is there stays, unless replacing it was asked for."""
    fetch = [
        "exchange",
        "fetch",
        "dbd.certificate",
        f"JuristicID={COMPANY.juristic_id}",
        *WHY,
        *there,
        "-o",
        "a.pdf",
    ]
    assert run([*fetch, "--json"]) == 0
    (told,) = printed(capsys)["files"]  # type: ignore[misc]  # a list, as the next lines demand
    content = Path("a.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert (told["file"], told["kind"], told["bytes"]) == ("a.pdf", "pdf", len(content))
    assert stat.S_IMODE(Path("a.pdf").stat().st_mode) == 0o600
    Path("a.pdf").write_bytes(b"mine")
    assert run(fetch) == 78
    assert capsys.readouterr().err.startswith("[exchange.output_exists] a.pdf")
    assert Path("a.pdf").read_bytes() == b"mine"
    assert run([*fetch, "--force"]) == 0
    assert Path("a.pdf").read_bytes() == content
    assert [path.name for path in Path().iterdir()] == ["a.pdf"]


def test_nothing_is_left_where_there_is_no_document(there: list[str]) -> None:
    """Neither a file nor scratch."""
    fetch = ["exchange", "fetch", "dbd.certificate", "JuristicID=0105599999999", *WHY, *there, "-o", "a.pdf"]
    assert run(fetch) == 66
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("none/a.pdf", "exchange.output_homeless"),
        ("folder", "exchange.output_exists"),
        ("dangling.pdf", "exchange.output_exists"),
    ],
)
def test_a_document_with_nowhere_to_go_is_not_asked_for(
    sandbox: RunningSandbox, there: list[str], place: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would be counted, recorded and lost."""
    Path("folder").mkdir()
    Path("dangling.pdf").symlink_to("nowhere/else")
    before = sandbox.world.sessions.validated_count
    fetch = ["exchange", "fetch", "dbd.certificate", f"JuristicID={COMPANY.juristic_id}", *WHY, *there]
    assert run([*fetch, "-o", place]) == 78
    assert capsys.readouterr().err.startswith(f"[{code}] ")
    assert run([*fetch, "--force", "-o", "folder"]) == 78
    assert capsys.readouterr().err.startswith("[exchange.output_homeless] ")
    assert sandbox.world.sessions.validated_count == before


def test_where_a_second_file_would_go_is_looked_at_first(
    sandbox: RunningSandbox, there: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows beforehand how many files come; a name that is taken is seen before anything is asked."""
    Path("a-2.pdf").symlink_to("nowhere")
    before = sandbox.world.sessions.validated_count
    fetch = ["exchange", "fetch", "dbd.certificate", f"JuristicID={COMPANY.juristic_id}", *WHY, *there]
    assert run([*fetch, "-o", "a.pdf"]) == 78
    assert capsys.readouterr().err.startswith("[exchange.outputs_exist] a-2.pdf")
    assert sandbox.world.sessions.validated_count == before
    assert run([*fetch, "-o", "a.pdf", "--force"]) == 0


def test_no_file_of_several_is_written_where_one_has_no_place(
    there: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half an answer would look like a whole one."""
    page = RegistryDocument(
        service="dbd.certificate",
        kind=DocumentKind.PDF,
        file_name="p.pdf",
        media_type="application/pdf",
        content=b"page",
        sha256_hex="0" * 64,
    )
    answer = replace(page, further=(page, page))
    monkeypatch.setattr(Client, "fetch_document", lambda *_args, **_kwargs: answer)
    Path("a-3.pdf").write_bytes(b"mine")
    fetch = ["exchange", "fetch", "dbd.certificate", f"JuristicID={COMPANY.juristic_id}", *WHY, *there]
    assert run([*fetch, "-o", "a.pdf"]) == 78
    assert capsys.readouterr().err.startswith("[exchange.outputs_exist] a-3.pdf")
    assert [path.name for path in Path().iterdir()] == ["a-3.pdf"]
    assert run([*fetch, "-o", "a.pdf", "--force"]) == 0
    assert sorted(path.name for path in Path().iterdir()) == ["a-2.pdf", "a-3.pdf", "a.pdf"]


# --- listing ----------------------------------------------------------------------------------


def test_services_are_listed_with_their_keys(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody must read an error to learn what to type."""
    monkeypatch.setenv("COLUMNS", "160")
    assert run(["exchange", "services", "--json"]) == 0
    listed = printed(capsys)["services"]
    assert isinstance(listed, list)
    laser = next(one for one in listed if one["name"] == "dopa.laser_code")
    assert laser["keys"] == list(LASER)
    assert (laser["code"], laser["verbs"], laser["needs_officer"]) == ("PUBLIC-001-01", ["look_up"], False)
    assert run(["exchange", "services"]) == 0
    assert "PUBLIC-001-01" in capsys.readouterr().out
    assert run(["exchange", "services", "--platform", "eocs", "--json"]) == 0
    assert printed(capsys)["services"] == []

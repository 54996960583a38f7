"""Every example of the documentation runs, and every code block shown is one that runs."""

from __future__ import annotations

import ast
import csv
import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx
import pytest
from pydantic import SecretStr

from govlink import NotFoundError, Request
from govlink.cli.app import run
from govlink.demo.years import fill_log
from govlink.equivalence.store import EventStore
from govlink.exchange import KeyRing, TrustList, save_trust
from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.provider import Caller, HashedKey, KeyedCaller, new_key
from govlink.flow import Context
from govlink.models.identity import AgentId
from govlink.models.registry import Purpose, RegistryQuery
from govlink.registry import installed_adapters, load_adapter
from govlink.sandbox.files import write_sandbox_config
from govlink.sandbox.server import RunningSandbox
from govlink.statistics import load_policy
from govlink.statistics.ledger import Ledger
from govlink.testing.conformance import EXAMPLE_PERSON
from govlink.transport import open_transport

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
PAGES = sorted(
    (*ROOT.glob("*.md"), *(p for side in ("en", "th") for p in (ROOT / "docs" / side).rglob("*.md")))
)
_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_ADAPTER_LINES = 20
DUMP = "/data_go_th/datastore/dump/4783280d-1479-520c-b0ea-5afe9c835627"
"""Where the tutorial finds the published table."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder from which examples import each other, as in a user's own."""
    monkeypatch.chdir(tmp_path)
    for variable in ("GOVLINK_ENVIRONMENT", "GOVLINK_SANDBOX_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.syspath_prepend(str(EXAMPLES))
    for file in EXAMPLES.glob("*.py"):
        monkeypatch.delitem(sys.modules, file.stem, raising=False)
    return tmp_path


@pytest.fixture
def settings_file(folder: Path, govlink_sandbox: RunningSandbox) -> Path:
    """The settings file that ``govlink sandbox --write-config`` leaves."""
    path = folder / "govlink.toml"
    adapters = [load_adapter(name) for name in installed_adapters()]
    write_sandbox_config(path, adapters, govlink_sandbox)
    return path


def example(name: str) -> ModuleType:
    """The example of that name, loaded as a user's file would be."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.usefixtures("settings_file")
def test_look_up(govlink_sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Both clients find a person the registry knows."""
    govlink_sandbox.world.add_person(EXAMPLE_PERSON)
    example("look_up").main()
    anyio.run(example("look_up_async").main)
    assert capsys.readouterr().out == f"{EXAMPLE_PERSON.first_name}\n" * 2


def test_publish(
    settings_file: Path, govlink_sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """The script publishes once and run again writes nothing; the public sees what the tutorial says."""
    example("make_petitions").main()
    policy = (EXAMPLES / "policy.toml").read_text(encoding="utf-8")
    (settings_file.parent / "policy.toml").write_text(policy, encoding="utf-8")
    publish = example("publish")
    assert [publish.main(), publish.main()] == [0, 0]
    first, second = capsys.readouterr().out.splitlines()
    assert first == "eq-petitions-month: public, 64 rows, 4 writes"
    assert second == "eq-petitions-month: public, 64 rows, 0 writes"
    carrier = open_transport()
    answer = carrier.send(Request(method="GET", url=govlink_sandbox.url + DUMP, operation="tutorial"))
    carrier.close()
    rows = list(csv.DictReader(answer.body.decode("utf-8-sig").splitlines()))
    hidden = [(r["period"], r["service"], r["outcome"]) for r in rows if r["conf_status"] == "C"]
    assert len(hidden) == 8
    assert ("2568-10", "FOREIGN_EQ", "refused") in hidden


def test_count_records(folder: Path) -> None:
    """Records of a file become cells, by the policy's hierarchy too."""
    policy = load_policy(EXAMPLES / "policy.toml")
    (folder / "petitions.csv").write_text(
        "period,outcome\n2568-01,approved\n2568-02,refused\n", encoding="utf-8"
    )
    raw = example("count_records").counted(folder / "petitions.csv", policy=policy)
    assert raw.categories[1] == ("approved", "refused")
    assert raw.counts[-1] == 2


def test_sign_policy(folder: Path) -> None:
    """A signed file and a policy signed in code are one decision."""
    text = 'id = "agency-eq-2569"\nversion = "1"\nthreshold = 5\n'
    (folder / "policy.toml").write_text(text, encoding="utf-8")
    signed = example("sign_policy")
    assert signed.policy == signed.same
    assert (folder / "policy.toml").read_text(encoding="utf-8").startswith(text)


def test_equivalence_statistics(folder: Path) -> None:
    """Two data sets go from a petition store through one ledger; none of the files tells a small count."""
    today, policies, out = date(2025, 1, 1), ROOT / "fixtures" / "statistics", folder / "out"
    out.mkdir()
    with EventStore(f"sqlite:///{folder / 'petitions.db'}", person_secret=b"example secret 16") as store:
        fill_log(store, petitions=260, first_day=date(2024, 1, 1), days=300)
        example("equivalence_statistics").protect_years(store, policies=policies, out=out, today=today)
    ledger = Ledger.open(out / "ledger.jsonl")
    assert [entry.name for entry in ledger.entries] == ["eq_reissue_year", "eq_refusal_reasons_year"]
    values = set[str]()
    for name in ("eq_reissue_year", "eq_refusal_reasons_year"):
        with (out / name / "table.csv").open(encoding="utf-8", newline="") as file:
            values |= {row["value"] for row in csv.DictReader(file)}
    assert "" in values
    assert not {"1", "2", "3", "4"} & values


def test_protect_then_publish(settings_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The release file of the page takes what the script of the page leaves, policy and ledger included."""
    example("make_petitions").main()
    for name in ("policy.toml", "release.toml"):
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        (settings_file.parent / name).write_text(text, encoding="utf-8")
    protect = example("protect")
    assert [protect.main(), protect.main()] == [0, 0]
    assert run(["publish", "release.toml", "--plan", "--state", "none", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == []
    Path("ledger.jsonl").write_bytes(b"")
    assert run(["publish", "release.toml", "--plan", "--state", "none"]) == 80


def test_publish_without_policy(settings_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing policy stops the script before anything is sent, with its exit code."""
    example("make_petitions").main()
    assert settings_file.is_file()
    assert example("publish").main() == 78
    assert "statistics.policy_missing" in capsys.readouterr().err


def test_exchange_example(
    settings_file: Path, govlink_sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three documents reach another agency, once; the receiving example hands each over under its id."""
    folder, moment = settings_file.parent, datetime.now(UTC)
    ours = KeyRing(folder / "exchange/keys")
    ours.generate("obec", at=moment)
    (folder / "documents").mkdir()
    for number in range(3):
        (folder / f"documents/EQ-{number}.pdf").write_bytes(b"%PDF synthetic")
    own = ours.public_entries(name_th="สพฐ.", name_en="OBEC", at=moment)
    receive, university = example("receive"), KeyRing(folder / "university")
    university.generate("university", at=moment)
    entries = (*own, *university.public_entries(name_th="มหาวิทยาลัย", name_en="University", at=moment))
    trust = TrustList()
    for entry in entries:
        trust = trust.pin(entry, fingerprint=entry.kid, at=moment)
    save_trust(trust, folder / "exchange/trust.json")
    party = replace(receive.OURS, keys=university, evidence=EvidenceLog(folder / "university/evidence.jsonl"))
    receive.OURS = party
    with receive.application() as application:
        govlink_sandbox.world.receiver_of = {"university": application}.get
        exchange = example("exchange")
        assert [exchange.main(), exchange.main()] == [0, 0]
    first, second = capsys.readouterr().out.splitlines()
    assert first == "3 delivered, 0 later, 0 refused"
    assert second == "0 delivered, 0 later, 0 refused"
    assert len(list((folder / "taken").iterdir())) == 3


@pytest.mark.usefixtures("folder")
def test_serving_a_registry() -> None:
    """A caller on the list gets the school, a stranger 401, and the access log is in order."""
    caller = Caller(
        id="school",
        name="สำนักงานตัวอย่าง",
        services=frozenset({"agency.school"}),
        purposes=frozenset({"equivalence"}),
        calls_per_minute=10,
    )
    key = new_key(Context.system())
    callers = (KeyedCaller(caller=caller, keys=(HashedKey.of(key, context=Context.system()),)),)
    application = example("serve_registry").application(callers, pseudonym_key=bytes(32))
    why = {"X-Purpose": "equivalence", "X-Case-Reference": "EQ-1", "X-Officer": "office"}
    asked = {"url": "http://agency.invalid/ws/agency/schools/v1/school", "params": {"SchoolID": "10-0001"}}

    async def ask(headers: dict[str, str]) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=application)) as client:
            return await client.get(**asked, headers=headers)

    answer = anyio.run(ask, {**why, "X-Provider-Key": key})
    assert answer.json() == {"SchoolID": "10-0001", "NameTH": "โรงเรียนตัวอย่าง"}
    assert anyio.run(ask, why).status_code == 401
    assert EvidenceLog(Path("access.jsonl")).verify().intact


def test_integration_test_example(folder: Path) -> None:
    """The example of an integration test passes as it stands, warnings being errors."""
    arguments = ("-q", "-W", "error", "-p", "no:cacheprovider", "--rootdir", str(folder), "-c", os.devnull)
    file = str(EXAMPLES / "test_person.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


class _Register(BaseHTTPRequestHandler):
    """A register that knows one certificate."""

    def do_GET(self) -> None:
        """One graduate, or 404."""
        asked = parse_qs(urlsplit(self.path).query).get("certificate")
        status, body = (200, b'{"level": "M6"}') if asked == ["C-1"] else (404, b"{}")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server uses
        """Say nothing."""


@pytest.fixture
def register_url() -> Iterator[str]:
    """A register on loopback."""
    with HTTPServer(("127.0.0.1", 0), _Register) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_private_adapter(folder: Path, register_url: str) -> None:
    """An adapter from a user's own file answers, and its 404 is NotFoundError."""
    (folder / "govlink.toml").write_text(f'sandbox_url = "{register_url}"\n', encoding="utf-8")
    main = example("private_adapter").main

    def query(certificate: str) -> RegistryQuery:
        purpose = Purpose(text="เทียบวุฒิ", legal_basis="synthetic", case_reference="P-1")
        officer = AgentId("equivalence-office")
        return RegistryQuery(
            service="graduates", keys={"certificate": certificate}, purpose=purpose, officer=officer
        )

    assert main(query("C-1")).fields == {"level": "M6"}
    with pytest.raises(NotFoundError):
        main(query("C-2"))


def test_private_adapter_is_small() -> None:
    """The adapter itself takes 20 lines: imports, docstrings, blank lines and its use are not counted."""
    source = (EXAMPLES / "private_adapter.py").read_text(encoding="utf-8")
    counted = {number for number, line in enumerate(source.splitlines(), start=1) if line.strip()}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.stmt):
            continue
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_use = isinstance(node, ast.FunctionDef) and node.name == "main"
        if isinstance(node, ast.Import | ast.ImportFrom) or is_text or is_use:
            counted -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    assert len(counted) <= _ADAPTER_LINES


def _blocks(language: str) -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for indent, tag, block in _BLOCK.findall(page.read_text(encoding="utf-8")):
            if tag == language:
                yield str(page.relative_to(ROOT)), re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)


def test_python_blocks_are_examples() -> None:
    """Each Python block of a page stands, line by line, in an example that the tests above run."""
    sources = [file.read_text(encoding="utf-8") for file in EXAMPLES.glob("*.py")]
    strange = [
        (page, block) for page, block in _blocks("python") if not any(block in text for text in sources)
    ]
    assert strange == []
    assert len(list(_blocks("python"))) > 0


def test_toml_blocks_are_toml() -> None:
    """Each settings example can be read as TOML."""
    for page, block in _blocks("toml"):
        assert tomllib.loads(block), page


def test_services_declared_in_pages_are_taken() -> None:
    """A declaration that a reader copies is one that the adapter knows what to do with."""
    declared = [
        (page, platforms["gdx"]["services"])
        for page, block in _blocks("toml")
        if "services" in (platforms := tomllib.loads(block).get("platforms", {})).get("gdx", {})
    ]
    assert declared
    account = {"consumer_key": SecretStr("k"), "consumer_secret": SecretStr("s"), "agent_id": "office"}
    for page, services in declared:
        values = {"sandbox_url": "http://127.0.0.1:1", **account, "services": services}
        assert load_adapter("gdx").connect_from(values).registry, page


def test_links_lead_somewhere() -> None:
    """Every relative link of a page leads to a file of the repository."""
    broken = [
        (str(page.relative_to(ROOT)), target)
        for page in (*PAGES, *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "reference").glob("*.md"))
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert broken == []

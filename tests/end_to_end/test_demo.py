"""The demo as a whole: the same bytes for the same seed, nobody in them, and every row accounted for."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from govlink.cli.app import run
from govlink.demo import run as demo
from govlink.demo.publication import outcome_of
from govlink.demo.run import DemoOptions, DemoResult, run_demo
from govlink.demo.summary import summary_of
from govlink.equivalence import columns
from govlink.equivalence.petition import Petition
from govlink.equivalence.states import State
from govlink.equivalence.synthetic import DEFECTS_PER_MILLE, Defect, generate_petitions
from govlink.errors import ProtectionError
from govlink.models.identity import check_digit
from govlink.registry import installed_adapters, load_adapter
from govlink.sandbox.server import RunningSandbox, running_sandbox

COUNT = 60
FILES = [
    "certificates.jsonl",
    "events.jsonl",
    "petitions.csv",
    "publication/report.json",
    "publication/table.csv",
    "registration.json",
    "rejected.csv",
    "summary.json",
    "traffic.jsonl",
]
JSON_KEYS = {
    "by_outcome",
    "by_service",
    "http_requests",
    "notifications",
    "petitions",
    "published_cells",
    "suppressed_cells",
    "tokens_validated",
}


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A demo that ran, and what the public saw of its sandbox at the end."""

    result: DemoResult
    folder: Path
    published: str
    package: dict[str, object]
    account: tuple[str, ...]
    port: str


def play(folder: Path, *, seed: int, count: int = COUNT) -> Ran:
    """Run a demo in this process; look at the catalogue, without a token, before its sandbox stops."""
    seen: list[tuple[RunningSandbox, dict[str, object], str]] = []

    @contextmanager
    def watched(*args: object, **values: object) -> Iterator[RunningSandbox]:
        with running_sandbox(*args, **values) as sandbox:  # type: ignore[arg-type]  # handed on as they came
            yield sandbox
            shown = httpx.get(
                f"{sandbox.url}/data_go_th/api/3/action/package_show", params={"id": "eq-petitions-month"}
            ).json()
            (resource,) = [r for r in shown["result"]["resources"] if r["url_type"] == "datastore"]
            dump = httpx.get(f"{sandbox.url}/data_go_th/datastore/dump/{resource['id']}")
            seen.append((sandbox, shown["result"], dump.raise_for_status().content.decode("utf-8-sig")))

    adapters = tuple(load_adapter(name) for name in installed_adapters())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "running_sandbox", watched)
        options = DemoOptions(petitions=count, seed=seed, out=folder)
        result = run_demo(options, adapters=adapters, advance=lambda _: None)
    ((sandbox, package, published),) = seen
    account, world = sandbox.world.account, sandbox.world
    secrets = (
        account.consumer_key,
        account.consumer_secret,
        *(world.access_token(adapter.name) for adapter in adapters),
        *(str(world.uuid(f"gateway-token-{n}")) for n in range(1, result.tokens_validated + 1)),
    )
    port = sandbox.url.rpartition(":")[2]
    return Ran(result=result, folder=folder, published=published, package=package, account=secrets, port=port)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One small demo, for every test that only looks."""
    return play(tmp_path_factory.mktemp("demo") / "first", seed=3)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file by its place."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_one_seed_leaves_the_same_bytes_and_another_does_not(first: Ran, tmp_path: Path) -> None:
    """Byte for byte, whatever port and whatever time it took; over an earlier demo as well."""
    second = play(tmp_path / "out", seed=4)
    assert tree(second.folder)["events.jsonl"] != tree(first.folder)["events.jsonl"]
    again = play(tmp_path / "out", seed=3)
    assert tree(again.folder) == tree(first.folder)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_every_file_is_there(first: Ran) -> None:
    """And nothing else: no database, no half of anything."""
    assert list(tree(first.folder)) == FILES
    assert all(tree(first.folder).values())


@pytest.mark.parametrize("name", ["traffic.jsonl", "events.jsonl"])
def test_nobody_and_no_secret_is_in_the_logs(first: Ran, name: str) -> None:
    """No citizen number, no laser code, no token, no secret, and not the port of that run."""
    text = (first.folder / name).read_text("utf-8")
    numbers = [m for m in re.findall(r"(?<![0-9])[0-9]{13}(?![0-9])", text) if check_digit(m[:12]) == m[12]]
    assert numbers == []
    people = list(csv.DictReader(io.StringIO((first.folder / "petitions.csv").read_text("utf-8-sig"))))
    headers = {field: header for header, field in columns.FORM_COLUMNS.items()}
    for field in ("citizen_id", "laser_code", "passport_number", "portal_user_id", "mobile"):
        values = {row[headers[field]] for row in people} - {""}
        assert values
        assert [value for value in values if value in text] == [], field
    assert [secret for secret in first.account if secret in text] == []
    assert f":{first.port}" not in text


def test_the_public_reads_the_table_that_lies_in_the_folder(first: Ran) -> None:
    """Anonymously, from the simulated catalogue, cell by cell."""
    own = list(csv.DictReader(io.StringIO((first.folder / "publication/table.csv").read_text("utf-8-sig"))))
    public = [
        {name: value for name, value in row.items() if name != "_id"}
        for row in csv.DictReader(io.StringIO(first.published))
    ]
    assert sorted(list(row.values()) for row in public) == sorted(list(row.values()) for row in own)
    shown = sum(1 for row in own if list(row.values())[-1] == "F")
    summary = summary_of(first.result)
    assert (summary["published_cells"], summary["suppressed_cells"]) == (shown, len(own) - shown)


def test_every_row_is_accounted_for(first: Ran) -> None:
    """By outcome and by service the rows of the file come together again; nothing was given up."""
    summary = json.loads((first.folder / "summary.json").read_text("utf-8"))
    assert summary["petitions"] == COUNT == sum(summary["by_outcome"].values())
    assert sum(n for outcomes in summary["by_service"].values() for n in outcomes.values()) == COUNT
    assert "open" not in summary["by_outcome"]
    assert summary["effects_failed"] == 0
    assert (
        len((first.folder / "certificates.jsonl").read_text("utf-8").splitlines())
        == (summary["certificates"])
    )
    traffic = (first.folder / "traffic.jsonl").read_text("utf-8").splitlines()
    assert len(traffic) == summary["http_requests"]
    rejected = (first.folder / "rejected.csv").read_text("utf-8-sig").splitlines()
    not_taken = sum(summary["by_outcome"].get(o, 0) for o in ("duplicate", "form_refused", "rejected_row"))
    assert len(rejected) >= 1 + not_taken


def endings(ran: Ran, *, count: int, seed: int) -> dict[Defect | None, list[tuple[str, Petition | None]]]:
    """How the rows with each defect ended."""
    petitions = {p.reference: p for p in ran.result.petitions}
    refused = {r.reference: r.outcome for r in ran.result.refusals}
    found: dict[Defect | None, list[tuple[str, Petition | None]]] = {}
    for row in generate_petitions(count, seed=seed):
        reference = row.cells[columns.REFERENCE]
        petition = petitions.get(reference)
        ended = outcome_of(petition) if petition else refused.get(reference, "rejected_row")
        found.setdefault(row.defect, []).append((ended, petition))
    return found


MAY_END = {
    Defect.BAD_CITIZEN_ID: {"form_refused"},
    Defect.ERA_AMBIGUOUS: {"approved", "refused"},
    Defect.PALI_AFTER_2562: {"redirected"},
    Defect.HIGHER_EDUCATION: {"redirected"},
    Defect.DUPLICATE: {"duplicate"},
    Defect.MISSING_PAPER: {"approved", "refused", "closed"},
    Defect.UNREADABLE_DATE: {"rejected_row"},
    Defect.UNKNOWN_SERVICE: {"rejected_row"},
    Defect.LEVEL_NOT_COVERED: {"redirected"},
    Defect.NOT_CENTRAL: {"redirected"},
    Defect.INCOMPLETE_STUDY: {"redirected"},
    None: {"approved", "refused", "closed"},
}


def assert_ends(ran: Ran, *, count: int, seed: int) -> set[Defect | None]:
    """Each defect ends as its rule says; the defects that occurred."""
    found = endings(ran, count=count, seed=seed)
    for defect, ended in found.items():
        assert {outcome for outcome, _ in ended} <= MAY_END[defect], defect
    for _, petition in found.get(Defect.MISSING_PAPER, []):
        assert petition is not None
        assert petition.fix_requests == 1
        assert petition.state is not State.ISSUED or petition.revision == 2
    return set(found)


def test_the_defects_of_a_small_file_end_as_intended(first: Ran) -> None:
    """Those that occur in sixty rows."""
    assert {Defect.MISSING_PAPER, Defect.HIGHER_EDUCATION} <= assert_ends(first, count=COUNT, seed=3)


def test_a_demo_too_small_to_publish_leaves_nothing(tmp_path: Path) -> None:
    """Protection refuses the table at the very end; an earlier demo stays, and no scratch is left."""
    earlier = tmp_path / "out"
    earlier.mkdir()
    (earlier / "summary.json").write_text("{}", "utf-8")
    adapters = tuple(load_adapter(name) for name in installed_adapters())
    with pytest.raises(ProtectionError):
        run_demo(DemoOptions(petitions=1, seed=3, out=earlier), adapters=adapters, advance=lambda _: None)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]
    assert list(tree(earlier)) == ["summary.json"]


def test_the_dataset_says_which_years_it_covers(first: Ran) -> None:
    """Of the months counted; the demo publishes in the year after the first of them."""
    months = [line.split(",")[1] for line in first.published.splitlines()[1:]]
    years = sorted(month[:4] for month in months if month[:2] == "25")
    assert (first.package["first_year_of_data"], first.package["last_year_of_data"]) == (years[0], years[-1])
    assert years[0] == "2567"


def test_json_is_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard output, with nothing beside it, and the same as the summary that is kept."""
    out = tmp_path / "out"
    assert run(["demo", "--petitions", "60", "--seed", "3", "--out", str(out), "--json"]) == 0
    printed = capsys.readouterr()
    content = json.loads(printed.out)
    assert printed.err == ""
    assert content.keys() >= JSON_KEYS
    kept = json.loads((out / "summary.json").read_text("utf-8"))
    assert {key: value for key, value in content.items() if key in kept} == kept


@pytest.mark.slow
def test_the_shipped_thousand(tmp_path: Path) -> None:
    """Every class of defect there is ends as intended; nothing is given up."""
    ran = play(tmp_path / "out", seed=2567, count=1000)
    assert assert_ends(ran, count=1000, seed=2567) == {None, *DEFECTS_PER_MILLE}
    summary = summary_of(ran.result)
    assert summary["petitions"] == 1000
    assert summary["effects_failed"] == 0
    assert [name for name in FILES if name != "petitions.csv"] == list(tree(ran.folder))
    by_outcome = summary["by_outcome"]
    assert isinstance(by_outcome, dict)
    assert by_outcome["rejected_row"] == 13
    assert by_outcome["duplicate"] == by_outcome["form_refused"] == 12

"""Only an audited table is sealed, and what is written is the same bytes for the same records."""

from __future__ import annotations

import copy
import csv
import gc
import json
import pickle
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError, RejectedError
from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, Release, ReleasedCell, seal
from govlink.models.rules import PublicRules
from govlink.statistics import (
    DisclosurePolicy,
    RawTable,
    audit,
    read_table,
    release,
    tabulate,
    write_release,
)
from govlink.statistics.policy import ClosedPeriods
from govlink.statistics.protect import Protected
from govlink.statistics.release import confirm_release, prepare, read_release
from govlink.statistics.releasing.mask import hidden_places, mask_of
from govlink.statistics.releasing.table_file import table_csv

Rows = list[dict[str, object]]
Counts = tuple[int, ...]
RawOf = Callable[[tuple[int, ...], Counts], RawTable]
RowsOf = Callable[[tuple[int, ...], Counts], Rows]
PolicyOf = Callable[..., DisclosurePolicy]
DimensionsOf = Callable[[int], tuple[Dimension, ...]]
SHAPE = (3, 4)
COUNTS = (3, 20, 30, 0, 9, 9, 9, 1, 8, 8, 8, 40)


@pytest.fixture
def released(raw_of: RawOf, policy_of: PolicyOf) -> Release:
    """A release with hidden cells in it."""
    return release(raw_of(SHAPE, COUNTS), policy=policy_of())


def test_the_report_says_what_was_done(released: Release) -> None:
    """Counts of cells, the policy and the versions; the audit covers every hidden cell."""
    report = released.report
    hidden = sum(c.value is None for c in released.table.cells)
    assert hidden > 2
    assert (report.audited_cells, report.cells_suppressed) == (hidden, hidden)
    assert report.cells_published + report.cells_suppressed == len(released.table.cells) == 20
    assert report.suppressed_share == hidden / 20
    assert (report.policy_id, report.rules.threshold, report.method) == ("test", 5, "suppress")
    assert set(report.versions) == {"govlink", "highspy", "duckdb", "numpy"}
    assert audit.confirm(released.table, rules=PublicRules(threshold=5)).passed


def test_the_report_says_what_nobody_looked_at(released: Release, tmp_path: Path) -> None:
    """A verdict of passed is no more than it is; the file names each risk, and both documents explain it."""
    written = json.loads(write_release(released, tmp_path).report.read_text(encoding="utf-8"))
    assert {"group_disclosure", "earlier_releases"} < set(written["not_covered"])
    assert tuple(written["not_covered"]) == released.report.not_covered == audit.NOT_COVERED
    assert "several_records" in written["not_covered"]
    docs = Path(__file__).parents[3] / "docs"
    for language in ("en", "th"):
        page = (docs / language / "explanation/statistics-protection.md").read_text(encoding="utf-8")
        assert [code for code in audit.NOT_COVERED if f"`{code}`" not in page] == []


def test_shuffled_rows_give_the_same_bytes(
    rows_of: RowsOf, dimensions_of: DimensionsOf, policy_of: PolicyOf, tmp_path: Path
) -> None:
    """Table and report do not depend on the order of the records."""
    written = []
    for seed in range(3):
        rows = rows_of(SHAPE, COUNTS)
        random.Random(seed).shuffle(rows)
        made = release(tabulate(rows, dimensions=dimensions_of(2)), policy=policy_of())
        files = write_release(made, tmp_path / str(seed))
        written.append((files.table.read_bytes(), files.report.read_bytes()))
    assert written[0] == written[1] == written[2]


def test_another_process_writes_the_same_bytes(released: Release, tmp_path: Path) -> None:
    """Neither hash seeds nor the order of imports reach the files."""
    script = f"""
import sys
from datetime import date
from itertools import product
from pathlib import Path
from govlink.models.release import Dimension
from govlink.statistics import DisclosurePolicy, release, tabulate, write_release
assert not {{"duckdb", "highspy", "numpy"}} & set(sys.modules)
dims = tuple(Dimension(id=f"d{{i}}", label_th=f"มิติ {{i}}", label_en=f"d{{i}}") for i in range(2))
keys = product(range(3), range(4))
rows = [dict(d0=f"c{{a}}", d1=f"c{{b}}") for (a, b), n in zip(keys, {COUNTS}) for _ in range(n)]
policy = DisclosurePolicy.signed(
    id="test", version="1", threshold=5, by="test role", on=date(2025, 11, 3)
)
write_release(release(tabulate(rows, dimensions=dims), policy=policy), Path(sys.argv[1]))
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "other")], check=True)
    files = write_release(released, tmp_path / "mine")
    assert files.table.read_bytes() == (tmp_path / "other/table.csv").read_bytes()
    assert files.report.read_bytes() == (tmp_path / "other/report.json").read_bytes()


def test_the_files_are_as_documented(released: Release, tmp_path: Path) -> None:
    """UTF-8 with a mark, CRLF, empty values where hidden; the report has sorted keys and binds the table."""
    files = write_release(released, tmp_path / "new/directory")
    content = files.table.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfd0,d1,value,status\r\n")
    assert content.count(b"\r\n") == content.count(b"\n") == 21
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert {(r["value"] == "", r["status"]) for r in rows} == {(True, "C"), (False, "F")}
    report = json.loads(files.report.read_text(encoding="utf-8"))
    assert list(report) == sorted(report)
    assert report["table_sha256_hex"] == read_table(files.table).sha256_hex()
    assert sorted(p.name for p in files.table.parent.iterdir()) == ["report.json", "table.csv"]


def test_one_column_that_follows_from_another_gives_nothing_away(policy_of: PolicyOf) -> None:
    """A month stands under its quarter and under all quarters; hiding it in one place only is no hiding."""
    months = {"01": ("Q1", 3), "02": ("Q1", 30), "03": ("Q1", 40), "04": ("Q2", 25), "05": ("Q2", 50)}
    rows = [{"quarter": q, "month": m} for m, (q, n) in months.items() for _ in range(n)]
    dimensions = tuple(Dimension(id=i, label_th=i, label_en=i) for i in ("quarter", "month"))
    made = release(tabulate(rows, dimensions=dimensions), policy=policy_of())
    value = {cell.keys: cell.value for cell in made.table.cells}
    for month, (quarter, _) in months.items():
        assert value[quarter, month] == value[TOTAL, month]
    assert value["Q1", "01"] is None
    assert sum(number is None for number in value.values()) > 2


def test_a_table_read_back_passes_the_audit(released: Release, tmp_path: Path) -> None:
    """Whoever holds the file can attack it."""
    table = read_table(write_release(released, tmp_path).table)
    assert table.cells == released.table.cells
    assert audit.confirm(table, rules=PublicRules(threshold=5)).audited == released.report.audited_cells


CODES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(codes=st.lists(CODES | st.sampled_from(["=1+1", "'=1", "@x", "-1", "+1", 'a"b', "a,b"]), unique=True))
def test_no_category_runs_as_a_formula_or_is_lost(
    tmp_path_factory: pytest.TempPathFactory, codes: list[str]
) -> None:
    """Every category comes back as it was, and none begins as a spreadsheet formula does."""
    cells = tuple(ReleasedCell(keys=(c,), value=7, status=CellStatus.FREE) for c in codes)
    table = ProtectedTable(dimensions=(Dimension(id="d", label_th="d", label_en="d"),), cells=cells)
    content = table_csv(table)
    for row in list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))[1:]:
        assert not row[0].startswith(("=", "+", "-", "@"))
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    path.write_bytes(content)
    assert read_table(path) == table


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "line 1"),
        (b"\xff\xfe", "line 1"),
        (b"d0,count\r\na,1\r\n", "line 1"),
        (b"d0,value,status\r\na,1,F\r\nb,1\r\n", "line 3"),
        (b"d0,value,status\r\na,-1,F\r\n", "line 2"),
        (b"d0,value,status\r\na,1,X\r\n", "line 2"),
        (b"d0,value,status\r\n\r\n", "line 2"),
        ("d0,value,status\r\na,๑,F\r\n".encode(), "line 2"),
    ],
)
def test_refuses_a_file_that_is_not_a_table(tmp_path: Path, content: bytes, line: str) -> None:
    """The line is named, its content is not shown."""
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(RejectedError, match=line) as caught:
        read_table(path)
    assert caught.value.code == "statistics.table_unreadable"


def test_a_release_cannot_be_made_by_hand(released: Release) -> None:
    """Neither the class nor a copy nor a pickle gets past the seal."""
    with pytest.raises(ProtectionError):
        Release(table=released.table, report=released.report)
    for carry in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(ProtectionError):
            carry(released)
    with pytest.raises(ProtectionError):
        released.table = released.table


def test_a_forged_or_altered_release_is_not_written(released: Release, tmp_path: Path) -> None:
    """A table under another's report, a failed verdict, and a release changed behind its back."""
    free = next(i for i, c in enumerate(released.table.cells) if c.value == 20)
    cells = list(released.table.cells)
    cells[free] = replace(cells[free], value=21)
    forged = replace(released.table, cells=tuple(cells))
    with pytest.raises(ProtectionError):
        seal(table=forged, report=released.report)
    with pytest.raises(ProtectionError):
        seal(table=released.table, report=replace(released.report, audit_verdict="failed"))
    object.__setattr__(released, "table", forged)
    with pytest.raises(ProtectionError) as caught:
        write_release(released, tmp_path)
    assert caught.value.code == "statistics.altered"
    assert list(tmp_path.iterdir()) == []


def test_a_raw_table_that_contradicts_itself_is_not_released(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """The audit does not trust the tabulation either."""
    raw = raw_of((2, 2), (50, 60, 70, 80))
    wrong = replace(raw, counts=(51, *raw.counts[1:]))
    with pytest.raises(ProtectionError) as caught:
        release(wrong, policy=policy_of())
    assert caught.value.code == "statistics.audit_unbalanced"


def test_an_unsafe_table_is_not_sealed(
    raw_of: RawOf, policy_of: PolicyOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the choice of what to hide were wrong, the audit stands between it and the seal."""
    raw = raw_of(SHAPE, COUNTS)
    small = {i for i, n in enumerate(raw.counts) if 0 < n < 5}
    naive = ProtectedTable(
        dimensions=raw.dimensions,
        cells=tuple(
            ReleasedCell(
                keys=keys,
                value=None if i in small else n,
                status=CellStatus.CONFIDENTIAL if i in small else CellStatus.FREE,
            )
            for i, (keys, n) in enumerate(zip(raw.keys(), raw.counts, strict=True))
        ),
    )
    module = sys.modules["govlink.statistics.release"]
    monkeypatch.setattr(module, "protect", lambda *_, **__: Protected(table=naive))
    with pytest.raises(ProtectionError) as caught:
        release(raw, policy=policy_of())
    assert caught.value.code == "statistics.audit_exposed"


def test_a_failed_write_leaves_the_old_file(
    released: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the middle leaves what was there, and no scraps."""
    files = write_release(released, tmp_path)
    before = files.table.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_release(released, tmp_path)
    assert files.table.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.json", "table.csv"]


def test_the_restricted_half_is_kept_apart(raw_of: RawOf, policy_of: PolicyOf, tmp_path: Path) -> None:
    """It names small cells and ranges, no true count; it is a private file, and no part of the release."""
    raw = raw_of(SHAPE, COUNTS)
    made = prepare(raw, policy=policy_of())
    assert not hasattr(made.release, "restricted")
    assert repr(made.restricted) == "RestrictedReport(…)"
    assert "RestrictedReport(…)" in repr(made)
    for carry in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(ProtectionError):
            carry(made.restricted)
    files = write_release(made.release, tmp_path, restricted=made.restricted)
    assert files.restricted is not None
    assert files.restricted.stat().st_mode & 0o777 == 0o600
    content = json.loads(files.restricted.read_text("utf-8"))
    small = {keys for keys, count in zip(raw.keys(), raw.counts, strict=True) if 0 < count < 5}
    assert {tuple(p["keys"]) for p in content["primaries"]} == small
    hidden = {c.keys for c in made.release.table.cells if c.value is None}
    assert {tuple(i["keys"]) for i in content["intervals"]} == hidden
    assert set(content["primaries"][0]) == {"keys", "reasons"}


def test_nothing_that_a_release_holds_is_a_hidden_count(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """Every object that can be reached from it is looked at, not what it chooses to show."""
    hidden = {709, 809, 907}
    made = release(raw_of((2, 2), (709, 3, 809, 907)), policy=policy_of())
    assert [c.value for c in made.table.cells if c.value in hidden] == []
    seen, queue = set[int](), [made.table, made.report, made]
    while queue:
        at = queue.pop()
        if id(at) in seen or isinstance(at, type) or callable(at):
            continue
        seen.add(id(at))
        assert not (isinstance(at, int) and at in hidden)
        queue.extend(gc.get_referents(at))
    assert len(seen) > 50


def test_the_report_gives_the_rules_to_whoever_attacks_it(released: Release, policy_of: PolicyOf) -> None:
    """Which cells were hidden, how good the pattern is, and the digest of the policy; a share only as it can
    be worked out from what is published.
    """
    report, table = released.report, released.table
    assert report.rules == policy_of().rules()
    assert report.policy_sha256_hex == policy_of().sign_off.digest
    assert report.mask == mask_of(table)
    places = {place for place, cell in enumerate(table.cells) if cell.value is None}
    assert hidden_places(report.mask, cells=len(table.cells)) == places
    assert report.gap is not None
    assert 0 <= report.gap <= 1
    assert report.ledger_head is None
    finest = [cell for cell in table.cells if TOTAL not in cell.keys]
    shown = sum(cell.value or 0 for cell in finest)
    total = table.cells[-1].value
    assert total is not None
    assert report.suppressed_count_share == round((total - shown) / total, 6)


def test_a_hidden_grand_total_hides_the_share(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """Or the total could be worked out from it."""
    raw = raw_of((2,), (1, 2))
    made = release(raw, policy=policy_of(grand_total="suppressible"))
    assert made.table.cells[-1].value is None
    assert made.report.suppressed_count_share is None


def test_a_release_is_confirmed_by_its_own_report(
    released: Release, raw_of: RawOf, policy_of: PolicyOf
) -> None:
    """The gate attacks again; a release changed behind its back does not pass."""
    confirm_release(released)
    rounded = release(raw_of(SHAPE, COUNTS), policy=policy_of(method="round", rounding_base=5))
    confirm_release(rounded)
    assert rounded.report.cells_suppressed == 0
    object.__setattr__(released, "table", rounded.table)
    with pytest.raises(ProtectionError) as caught:
        confirm_release(released)
    assert caught.value.code == "statistics.altered"


def test_hierarchies_come_back_from_the_report(policy_of: PolicyOf, tmp_path: Path) -> None:
    """They are part of what is attacked and of the digest; labels are the caller's."""
    dimension = Dimension(id="m", label_th="เดือน", label_en="month", parents=(("01", "Q1"), ("02", "Q1")))
    rows: Rows = [{"m": m} for m, n in {"01": 3, "02": 40, "03": 50}.items() for _ in range(n)]
    raw = tabulate(rows, dimensions=(replace(dimension, parents=(*dimension.parents, ("03", "Q2"))),))
    made = release(raw, policy=policy_of())
    write_release(made, tmp_path)
    bare = replace(dimension, parents=())
    again = read_release(tmp_path, dimensions=(bare,))
    assert again.table == made.table
    assert again.report.parents == {"m": (("01", "Q1"), ("02", "Q1"), ("03", "Q2"))}
    assert read_table(tmp_path / "table.csv").sha256_hex() != made.table.sha256_hex()


def test_closed_periods_need_a_day(raw_of: RawOf, policy_of: PolicyOf) -> None:
    """The library looks at no clock."""
    with pytest.raises(RejectedError) as caught:
        release(raw_of(SHAPE, COUNTS), policy=policy_of(period=ClosedPeriods(dimension="d0", wait_days=1)))
    assert caught.value.code == "statistics.as_of_missing"


@given(hidden=st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_mask_tells_which_cells_were_hidden(hidden: list[bool]) -> None:
    """And of a table of another size it tells nothing."""
    cells = tuple(
        ReleasedCell(
            keys=(str(n),),
            value=None if masked else n,
            status=CellStatus.CONFIDENTIAL if masked else CellStatus.FREE,
        )
        for n, masked in enumerate(hidden)
    )
    table = ProtectedTable(dimensions=(Dimension(id="d", label_th="d", label_en="d"),), cells=cells)
    mask = mask_of(table)
    assert hidden_places(mask, cells=len(hidden)) == {n for n, masked in enumerate(hidden) if masked}
    assert hidden_places(mask, cells=len(hidden) + 8) is None
    assert hidden_places("zz", cells=len(hidden)) is None


def test_repr_of_a_release_shows_no_cell(released: Release) -> None:
    """A release in a log line names its policy and size only."""
    assert repr(released) == "Release(policy='test', cells=20)"

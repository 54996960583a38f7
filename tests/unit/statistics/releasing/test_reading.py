"""A release read back is the one that was written; anything else is refused, and said why."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from govlink.errors import ProtectionError, RejectedError
from govlink.models.release import CellStatus, Dimension, ProtectedTable, Release
from govlink.statistics import DisclosurePolicy, RawTable, read_release, release, write_release
from govlink.statistics.releasing.mask import mask_of

RawOf = Callable[[tuple[int, ...], tuple[int, ...]], RawTable]
PolicyOf = Callable[..., DisclosurePolicy]
COUNTS = (3, 20, 30, 0, 9, 9, 9, 1, 8, 8, 8, 40)


@pytest.fixture
def released(raw_of: RawOf, policy_of: PolicyOf) -> Release:
    """A release with hidden cells in it."""
    return release(raw_of((3, 4), COUNTS), policy=policy_of())


@pytest.fixture
def folder(released: Release, tmp_path: Path) -> Path:
    """The release on disk."""
    write_release(released, tmp_path)
    return tmp_path


GONE = "gone"


def edit_report(folder: Path, **values: object) -> None:
    """Write other values into the report; GONE takes an entry out."""
    path = folder / "report.json"
    content = json.loads(path.read_text("utf-8")) | values
    path.write_text(json.dumps({k: v for k, v in content.items() if v != GONE}), "utf-8")


def code_of(folder: Path, released: Release) -> str:
    """The code of the refusal."""
    with pytest.raises((ProtectionError, RejectedError)) as caught:
        read_release(folder, dimensions=released.table.dimensions)
    return caught.value.code


def test_what_was_written_is_read_back_whole(released: Release, folder: Path) -> None:
    """Cells, labels and report are equal, the seal holds, and it can be written again to the same bytes."""
    again = read_release(folder, dimensions=released.table.dimensions)
    assert again.table == released.table
    assert again.report == released.report
    again.verify_seal()
    files = write_release(again, folder / "again")
    assert files.table.read_bytes() == (folder / "table.csv").read_bytes()
    assert files.report.read_bytes() == (folder / "report.json").read_bytes()


def test_a_missing_report_is_named(released: Release, folder: Path) -> None:
    """A table alone may never have been protected."""
    (folder / "report.json").unlink()
    assert code_of(folder, released) == "statistics.report_missing"


def test_a_missing_table_is_named(released: Release, tmp_path: Path) -> None:
    """An empty directory is no release."""
    assert code_of(tmp_path, released) == "statistics.table_missing"


def test_an_altered_table_is_refused(released: Release, folder: Path) -> None:
    """One figure changed by hand."""
    table = folder / "table.csv"
    table.write_bytes(table.read_bytes().replace(b",20,F", b",21,F", 1))
    assert code_of(folder, released) == "statistics.report_not_its_own"


def test_a_report_older_than_its_table_is_refused(
    released: Release, folder: Path, raw_of: RawOf, policy_of: PolicyOf
) -> None:
    """As when a run wrote the new table and died before the new report."""
    newer = release(raw_of((3, 4), (30, *COUNTS[1:])), policy=policy_of())
    write_release(newer, folder / "newer")
    (folder / "newer" / "table.csv").replace(folder / "table.csv")
    assert code_of(folder, released) == "statistics.report_not_its_own"


@pytest.mark.parametrize(
    "values",
    [
        {"threshold": GONE},
        {"threshold": None},
        {"threshold": "5"},
        {"threshold": True},
        {"suppressed_share": 1.5},
        {"suppressed_share": "0.1"},
        {"versions": ["govlink"]},
        {"versions": {"govlink": 1}},
        {"not_covered": "everything"},
        {"not_covered": [1]},
        {"policy_id": 7},
        {"seen_by": "nobody"},
        {"audited_cells": 0},
        {"cells_published": 1},
        {"cells_suppressed": -1},
        {"mask": "ff"},
        {"mask": "00ff00"},
        {"zeros": "some"},
        {"group": {"dimension": "d0"}},
        {"group": {"dimension": "d0", "min_groups": 2, "within_group": False, "more": 1}},
        {"structural_zeros": [["d0", "c0"]]},
        {"parents": {"d0": {"c0": "c1"}}},
        {"subject": {"population": 7, "where": [], "period": None}},
        {"gap": -0.5},
        {"ledger_head": 7},
        {"parameters": {"base": 5}},
        {"table_sha256_hex": "AB"},
    ],
    ids=str,
)
def test_an_edited_report_is_refused(released: Release, folder: Path, values: dict[str, object]) -> None:
    """Entries missing, new, of another kind, or not those of the table."""
    edit_report(folder, **values)
    assert code_of(folder, released) == "statistics.report_unreadable"


def test_a_hierarchy_put_into_the_report_is_refused(released: Release, folder: Path) -> None:
    """It is part of what the table's digest is taken over, since an attacker reckons with it."""
    edit_report(folder, parents={"d0": [["c0", "c1"]]})
    assert code_of(folder, released) == "statistics.report_not_its_own"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"a": 1, "a": 2}', b"[" * 100_000])
def test_what_is_no_report_is_refused(released: Release, folder: Path, content: bytes) -> None:
    """Neither a trace nor a table published."""
    (folder / "report.json").write_bytes(content)
    assert code_of(folder, released) == "statistics.report_unreadable"


def test_a_failed_verdict_is_refused(released: Release, folder: Path) -> None:
    """The report says itself that the table did not hold."""
    edit_report(folder, audit_verdict="failed")
    assert code_of(folder, released) == "statistics.report_verdict"


def test_the_table_is_attacked_once_more(released: Release, folder: Path) -> None:
    """A report that claims another threshold does not carry a table that gives way at it."""
    edit_report(folder, threshold=1000)
    assert code_of(folder, released) == "statistics.audit_exposed"


def test_a_table_and_report_made_to_match_are_still_attacked(released: Release, folder: Path) -> None:
    """The digest fits, the counts fit, and the hidden cells can be worked out."""
    value = {cell.keys: cell for cell in released.table.cells}
    hidden = next(keys for keys, cell in value.items() if cell.value is None)
    cells = tuple(
        cell
        if cell.value is not None or cell.keys == hidden
        else replace(cell, value=9, status=CellStatus.FREE)
        for cell in released.table.cells
    )
    forged = ProtectedTable(dimensions=released.table.dimensions, cells=cells)
    lines = (folder / "table.csv").read_text("utf-8-sig").splitlines()
    kept = [
        line if line.endswith("F") or line.startswith(",".join(hidden)) else line.replace(",,C", ",9,F")
        for line in lines
    ]
    (folder / "table.csv").write_text("".join(f"{line}\r\n" for line in kept), "utf-8-sig", newline="")
    counts = {"cells_published": len(cells) - 1, "cells_suppressed": 1, "audited_cells": 1}
    edit_report(folder, table_sha256_hex=forged.sha256_hex(), mask=mask_of(forged), **counts)
    assert code_of(folder, released) in {"statistics.audit_exposed", "statistics.audit_unbalanced"}


def test_other_dimensions_are_refused(released: Release, folder: Path) -> None:
    """Labels would stand above the wrong columns."""
    first, second = released.table.dimensions
    for wrong in ((second, first), (first,), (first, Dimension(id="other", label_th="อื่น", label_en="other"))):
        with pytest.raises(RejectedError) as caught:
            read_release(folder, dimensions=wrong)
        assert caught.value.code == "statistics.dimensions_differ"


def test_labels_are_those_given(released: Release, folder: Path) -> None:
    """They are not in the files, and not in the digest."""
    named = tuple(replace(d, label_th=f"ป้าย {d.id}") for d in released.table.dimensions)
    again = read_release(folder, dimensions=named)
    assert [d.label_th for d in again.table.dimensions] == ["ป้าย d0", "ป้าย d1"]
    assert again.table.sha256_hex() == released.table.sha256_hex()

"""The seal: a release cannot be forged, altered, copied or stored by mistake."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace

import pytest

from govlink.errors import ProtectionError
from govlink.models.release import (
    CellStatus,
    Dimension,
    ProtectedTable,
    ProtectionReport,
    Release,
    ReleasedCell,
    seal,
)
from govlink.models.rules import PublicRules

TABLE = ProtectedTable(
    dimensions=(Dimension(id="province", label_th="จังหวัด", label_en="Province"),),
    cells=(
        ReleasedCell(keys=("10",), value=12, status=CellStatus.FREE),
        ReleasedCell(keys=("11",), value=None, status=CellStatus.CONFIDENTIAL),
    ),
)
REPORT = ProtectionReport(
    policy_id="p",
    policy_version="1",
    method="m",
    rules=PublicRules(threshold=5),
    cells_published=1,
    cells_suppressed=1,
    suppressed_share=0.5,
    audit_verdict="passed",
    audited_cells=1,
    table_sha256_hex=TABLE.sha256_hex(),
    versions={"solver": "1"},
    not_covered=("likelihood",),
)


def test_a_sealed_release_verifies() -> None:
    """What protect made may be published, and its ``repr`` shows no number of a cell."""
    release = seal(table=TABLE, report=REPORT)
    release.verify_seal()
    assert (release.table, release.report) == (TABLE, REPORT)
    assert "12" not in repr(release)


def test_a_release_cannot_be_made_by_hand() -> None:
    """The constructor is not the way."""
    for maker in (None, object(), True):
        with pytest.raises(ProtectionError, match=r"statistics\.unsealed"):
            Release(table=TABLE, report=REPORT, maker=maker)


@pytest.mark.parametrize(
    "report",
    [
        replace(REPORT, table_sha256_hex="0" * 64),
        replace(REPORT, audit_verdict="failed"),
        replace(REPORT, audit_verdict="Passed"),
    ],
)
def test_a_report_that_does_not_fit_is_not_sealed(report: ProtectionReport) -> None:
    """Of another table, or of an audit that failed."""
    with pytest.raises(ProtectionError, match=r"statistics\.altered"):
        seal(table=TABLE, report=report)


@pytest.mark.parametrize("name", ["table", "report", "_sealed_digest", "new"])
def test_parts_cannot_be_set(name: str) -> None:
    """Assignment and deletion are refused, and the release still verifies."""
    release = seal(table=TABLE, report=REPORT)
    with pytest.raises(ProtectionError):
        setattr(release, name, TABLE)
    with pytest.raises((ProtectionError, AttributeError)):
        delattr(release, name)
    release.verify_seal()


def test_parts_forced_in_are_found() -> None:
    """Even past ``__setattr__``: publishing verifies again."""
    other = replace(TABLE, cells=(ReleasedCell(keys=("10",), value=1, status=CellStatus.FREE),))
    for name, value in (
        ("table", other),
        ("report", replace(REPORT, rules=PublicRules(threshold=1))),
        ("report", replace(REPORT, versions={"solver": "2"})),
    ):
        release = seal(table=TABLE, report=REPORT)
        object.__setattr__(release, name, value)
        with pytest.raises(ProtectionError, match=r"statistics\.altered"):
            release.verify_seal()


def test_a_report_whose_mapping_is_changed_is_found() -> None:
    """``versions`` is a mapping somebody may still hold."""
    versions = {"solver": "1"}
    release = seal(table=TABLE, report=replace(REPORT, versions=versions))
    versions["solver"] = "2"
    with pytest.raises(ProtectionError, match=r"statistics\.altered"):
        release.verify_seal()


@pytest.mark.parametrize("take", [copy.copy, copy.deepcopy, pickle.dumps, json.dumps])
def test_copies_and_stored_forms_are_refused(take) -> None:
    """A release lives from protect to publish in one process."""
    with pytest.raises((ProtectionError, TypeError)):
        take(seal(table=TABLE, report=REPORT))


def test_the_digest_follows_every_published_part() -> None:
    """Value, status, keys and dimensions are all bound."""
    digests = {TABLE.sha256_hex()}
    first = TABLE.cells[0]
    for cell in (
        replace(first, value=13),
        replace(first, keys=("12",)),
        replace(first, status=CellStatus.CONFIDENTIAL),
    ):
        digests.add(replace(TABLE, cells=(cell, TABLE.cells[1])).sha256_hex())
    digests.add(replace(TABLE, dimensions=(replace(TABLE.dimensions[0], id="region"),)).sha256_hex())
    assert len(digests) == 5

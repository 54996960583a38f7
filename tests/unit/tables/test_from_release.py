"""A release becomes the table of its cells, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from govlink.errors import GovlinkError, ProtectionError, RejectedError
from govlink.models.identity import check_digit
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
from govlink.tables import release_table

Told = Callable[[GovlinkError], list[tuple[str, str]]]
CELLS: Mapping[tuple[str, str], int | None] = {
    ("เชียงใหม่", "หญิง"): 12,
    ("เชียงใหม่", "ชาย"): None,
    ("เชียงใหม่", "_T"): None,
    ("กระบี่", "ชาย"): 7,
}
CITIZEN = "198000000001" + check_digit("198000000001")


def released(
    cells: Mapping[tuple[str, ...], int | None] = CELLS,
    *,
    ids: tuple[str, ...] = ("province", "sex"),
    **report: Any,
) -> Release:
    """A sealed release of these cells; no audit is asked here."""
    table = ProtectedTable(
        dimensions=tuple(Dimension(id=i, label_th=f"ไทย {i}", label_en=f"English {i}") for i in ids),
        cells=tuple(
            ReleasedCell(
                keys=keys,
                value=value,
                status=CellStatus.CONFIDENTIAL if value is None else CellStatus.FREE,
            )
            for keys, value in cells.items()
        ),
    )
    return seal(table=table, report=report_of(table, **report))


def report_of(table: ProtectedTable, **values: Any) -> ProtectionReport:
    """A report that agrees with the table, unless told otherwise."""
    masked = sum(cell.value is None for cell in table.cells)
    filled: dict[str, Any] = {
        "policy_id": "test",
        "policy_version": "1",
        "method": "suppress",
        "rules": PublicRules(threshold=5),
        "cells_published": len(table.cells) - masked,
        "cells_suppressed": masked,
        "suppressed_share": 0.5,
        "audit_verdict": "passed",
        "audited_cells": masked,
        "table_sha256_hex": table.sha256_hex(),
    }
    return ProtectionReport(**(filled | values))


def refusal(release: Release) -> GovlinkError:
    """What making its table raises."""
    with pytest.raises(GovlinkError) as caught, release_table(release):
        pass
    return caught.value


def test_a_release_becomes_its_cells() -> None:
    """Dimensions with their labels are the key; a hidden cell has no count; rows are in key order."""
    with release_table(released()) as table:
        assert [(c.id, c.type.value, c.label_th, c.label_en) for c in table.columns] == [
            ("province", "text", "ไทย province", "English province"),
            ("sex", "text", "ไทย sex", "English sex"),
            ("count", "int", "จำนวน", "Count"),
            ("conf_status", "text", "สถานะการปกปิดข้อมูล (F เผยแพร่, C ปกปิด)", "Confidentiality status"),
        ]
        assert "CL_CONF_STATUS" in table.columns[-1].notes
        assert table.key == ("province", "sex")
        assert list(table.rows()) == [
            ("กระบี่", "ชาย", 7, "F"),
            ("เชียงใหม่", "_T", None, "C"),
            ("เชียงใหม่", "ชาย", None, "C"),
            ("เชียงใหม่", "หญิง", 12, "F"),
        ]


@pytest.mark.parametrize("counts", [{"cells_published": 3}, {"cells_suppressed": 1}])
def test_a_report_of_other_cells_is_refused(counts: dict[str, int]) -> None:
    """The report would tell readers of another table."""
    error = refusal(released(**counts))
    assert type(error) is ProtectionError
    assert error.code == "table.mask_broken"


@pytest.mark.parametrize(("value", "status"), [(5, CellStatus.CONFIDENTIAL), (None, CellStatus.FREE)])
def test_a_mask_that_hides_nothing_is_refused(value: int | None, status: CellStatus) -> None:
    """A hidden cell with a number, or a free one without, although the numbers of cells agree."""
    cells = (ReleasedCell(keys=("a",), value=value, status=status),)
    table = ProtectedTable(dimensions=(Dimension(id="x", label_th="ก", label_en="x"),), cells=cells)
    masked = int(status is CellStatus.CONFIDENTIAL)
    report = report_of(table, cells_published=1 - masked, cells_suppressed=masked)
    assert refusal(seal(table=table, report=report)).code == "table.mask_broken"


def test_a_release_altered_after_its_audit_is_refused() -> None:
    """The seal is looked at again."""
    release = released()
    object.__setattr__(release, "report", report_of(release.table, rules=PublicRules(threshold=1)))
    assert refusal(release).code == "statistics.altered"


@pytest.mark.parametrize(
    ("ids", "problems"),
    [
        (("จังหวัด", "sex"), [("/columns/0/id", "table.column_id")]),
        (("province", "Province"), [(f"/columns/{i}/id", "table.column_twice") for i in (0, 1)]),
        (("province", "count"), [(f"/columns/{i}/id", "table.column_twice") for i in (1, 2)]),
        (("conf_status", "sex"), [(f"/columns/{i}/id", "table.column_twice") for i in (0, 3)]),
    ],
)
def test_a_dimension_that_cannot_be_a_column_is_refused(
    told: Told, ids: tuple[str, ...], problems: list[tuple[str, str]]
) -> None:
    """A name the database would cut, one used twice, and the names of our own columns."""
    assert told(refusal(released(ids=ids))) == problems


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (("", "ชาย"), ("/rows/2/province", "table.key_empty")),
        (("ก\u200bข", "ชาย"), ("/rows/2/province", "table.key_invisible")),
        (("ก\x00", "ชาย"), ("/rows/2/province", "table.control_character")),
        (("กระบี่",), ("/rows/2", "table.row_width")),
    ],
)
def test_a_category_that_cannot_be_a_key_is_refused(
    told: Told, keys: tuple[str, ...], problem: tuple[str, str]
) -> None:
    """Each with the cell's place among the cells."""
    error = refusal(released({("กระบี่", "ชาย"): 7, keys: 8}))
    assert type(error) is RejectedError
    assert told(error) == [problem]


def test_a_cell_twice_is_refused(told: Told) -> None:
    """A catalogue would keep one of them without a word."""
    dimension = Dimension(id="x", label_th="ก", label_en="x")
    cell = ReleasedCell(keys=("a",), value=7, status=CellStatus.FREE)
    table = ProtectedTable(dimensions=(dimension,), cells=(cell, cell))
    error = refusal(seal(table=table, report=report_of(table)))
    assert told(error) == [("/rows/2/x", "table.duplicate_key")]


def test_a_category_that_names_a_person_is_refused() -> None:
    """Whoever made the release."""
    error = refusal(released({(CITIZEN, "ชาย"): 7}))
    assert type(error) is ProtectionError
    assert error.code == "table.citizen_number"

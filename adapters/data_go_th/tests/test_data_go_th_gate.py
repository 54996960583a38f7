"""What must hold before anything is sent: the seal, the rows behind it, or a whole declaration."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from govlink.errors import GovlinkError, ProtectionError, RejectedError
from govlink.models.dataset import DataCategory, Dataset
from govlink.models.publication import Declaration, Publication
from govlink.models.release import Release
from govlink.models.table import Row
from govlink_data_go_th.gate import check_publication

from .publishing import DECLARATION, Stage, declared, package_of, publication_of, publish_it
from .table_double import MemoryTable


def table_with(publication: Publication, rows: tuple[Row, ...]) -> Publication:
    """The same release with other rows beside it."""
    table = publication.table
    assert isinstance(table, MemoryTable)
    return replace(publication, table=replace(table, held=rows, files=[]))


def refused(stage: Stage, publication: Publication, kind: type[GovlinkError], code: str) -> None:
    """Publishing is refused before the first request."""
    with pytest.raises(kind) as caught:
        publish_it(stage, publication)
    assert caught.value.code == code
    assert stage.wire.sent == []


def test_the_table_of_the_release_passes(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that the gate opens for what was audited."""
    check_publication(publication_of(stage, release, dataset))


@pytest.mark.parametrize("damage", ["unmask", "drop", "add", "move", "text"])
def test_another_table_than_the_audited_one(
    stage: Stage, release: Release, dataset: Dataset, damage: str
) -> None:
    """Guards that a sealed release cannot lend its seal to other rows."""
    publication = publication_of(stage, release, dataset)
    rows = tuple(publication.table.rows())
    masked = next(n for n, row in enumerate(rows) if row[2] is None)
    damaged = {
        "unmask": (*rows[:masked], (*rows[masked][:2], 3, "C"), *rows[masked + 1 :]),
        "drop": rows[1:],
        "add": (*rows, ("ฮ", "F", 1, "F")),
        "move": (rows[1], rows[0], *rows[2:]),
        "text": tuple((*row[:2], None if row[2] is None else str(row[2]), row[3]) for row in rows),
    }[damage]
    refused(stage, table_with(publication, damaged), ProtectionError, "data_go_th.not_the_release")


def test_a_table_of_other_columns(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that the columns are the release's too: a column more could say what a mask hides."""
    publication = publication_of(stage, release, dataset)
    table = publication.table
    assert isinstance(table, MemoryTable)
    wider = replace(
        table,
        columns=(*table.columns[:2], replace(table.columns[2], id="hint"), *table.columns[2:]),
        held=tuple((*row[:2], 1, *row[2:]) for row in table.held),
        files=[],
    )
    refused(stage, replace(publication, table=wider), ProtectionError, "data_go_th.not_the_release")


def test_a_mask_with_a_number(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards the seal: a cell changed after the audit never reaches the wire."""
    publication = publication_of(stage, release, dataset)
    cell = next(cell for cell in release.table.cells if cell.value is None)
    object.__setattr__(cell, "value", 3)
    refused(stage, publication, ProtectionError, "statistics.altered")


@pytest.mark.parametrize(
    "declaration",
    [
        replace(DECLARATION, decided_by=" "),
        replace(DECLARATION, reference=""),
        replace(DECLARATION, reference="ศธ\x00"),
        replace(DECLARATION, decided_on=date(2569, 1, 5)),
    ],
)
def test_a_declaration_must_be_whole(stage: Stage, dataset: Dataset, declaration: Declaration) -> None:
    """Guards that somebody answers for rows that no release protects."""
    publication = replace(declared(stage, dataset), declaration=declaration)
    refused(stage, publication, RejectedError, "data_go_th.table_invalid")


def test_personal_data_stay_refused(stage: Stage, dataset: Dataset) -> None:
    """Guards that no declaration opens data of another category than public."""
    publication = declared(stage, replace(dataset, data_category=DataCategory.PERSONAL))
    with pytest.raises(RejectedError) as caught:
        publish_it(stage, publication)
    assert "/data_category" in {p.pointer for p in caught.value.problems}
    assert stage.wire.sent == []


def test_the_notes_tell_the_declaration(stage: Stage, dataset: Dataset) -> None:
    """Guards that readers see who opened the data, by which document, when, in both languages."""
    publish_it(stage, declared(stage, dataset))
    notes = str(package_of(stage)["notes"])
    assert "ตัดสินโดย สำนักบริหารงานการศึกษา ตามหนังสือ ศธ 04007/ว 12 ลงวันที่ 5 มกราคม 2569" in notes
    assert "document ศธ 04007/ว 12, 2026-01-05." in notes
    assert "ปกปิด" not in notes

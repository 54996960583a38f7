"""Publishing by the SDK on real catalogues and on the simulated ones: both do the same."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from govlink.errors import AuthError, ConflictError, RejectedError
from govlink.fixtures import fixture_path
from govlink.models.dataset import DataType
from govlink.models.publication import Consent, PublicationState
from govlink.models.table import Column, ColumnType
from govlink.statistics import EQ_PETITIONS_MONTH, load_policy, release, tabulate
from govlink_data_go_th.identity import CONTENT_KEY, resource_id_of

from .publishing import COLUMNS, DATASET, Place, schools

THEIRS = "ชื่อที่เจ้าหน้าที่แก้ไข"
MARK = Column(id="grade", type=ColumnType.TEXT, label_th="ระดับ", label_en="Grade")


def codes(place: Place) -> list[str]:
    """The keys that an anonymous reader sees."""
    found = place.stored()
    assert found is not None
    return [row["code"] for row in found]


def test_first_publication(place: Place) -> None:
    """Guards what readers find afterwards: rows, labels, file, description; and the marks beside them."""
    rows = schools()
    result = place.publish(rows)
    assert (result.state, result.rows, result.rows_written) == (PublicationState.PUBLIC, 6, 6)
    stored = place.stored()
    assert stored is not None
    assert [row["code"] for row in stored] == [row[0] for row in rows]
    assert [row["name"] for row in stored] == [row[1] for row in rows]
    assert [row["pupils"] for row in stored] == [row[2] for row in rows]
    assert [row["has_hall"] for row in stored] == [row[5] for row in rows]
    package = place.ask("package_show", id=DATASET.name).json()["result"]
    assert (package["title"], package["private"], package["allow_harvest"]) == (DATASET.title, False, "True")
    assert place.resource()[CONTENT_KEY].startswith("1:")
    assert place.resource()["url_type"] == "datastore"
    file = place.get(place.resource("csv")["url"])
    assert list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))[1][:2] == [rows[0][0], rows[0][1]]
    found = place.do("datastore_search", resource_id=result.resource_id, limit=0)
    labels = {f["id"]: f.get("info", {}).get("label") for f in found["fields"]}
    assert labels["name"] == "ชื่อสถานศึกษา"
    kinds = {f["id"]: f["type"] for f in found["fields"]}
    assert kinds["name"] == ("text" if place.version == "2.12" else "varchar")


def test_the_same_twice_writes_once(place: Place) -> None:
    """Guards that nothing is sent that writes, and that the dataset's stamp stays."""
    place.publish(schools())
    stamp, sent = place.package()["metadata_modified"], len(place.tap.writes())
    assert not place.plan(schools())
    assert place.publish(schools()).writes == 0
    assert len(place.tap.writes()) == sent
    assert place.package()["metadata_modified"] == stamp


def test_a_release_of_statistics(place: Place) -> None:
    """Guards the statistics' way: a real release, its table and its masked cells."""
    rows = [
        {"period": f"2568-{month:02}", "service": service, "outcome": "approved" if n else "refused"}
        for month in range(1, 4)
        for service in ("EQ-ADMISSION", "EQ-EMPLOYMENT")
        for n in range(40)
    ]
    content = release(
        tabulate(rows, dimensions=EQ_PETITIONS_MONTH.dimensions),
        policy=load_policy(fixture_path("statistics/eq_petitions_month.policy.toml")),
        as_of=date(2025, 4, 1),
    )
    dataset = replace(
        DATASET,
        name="eq-petitions",
        data_type=DataType.STATISTICS,
        unit_of_measure="คำร้อง",
        first_year_of_data="2568",
        last_year_of_data="2568",
        last_updated=date(2026, 1, 15),
    )
    client = place.client()
    result = client.publish(content, dataset=dataset)
    assert result.state is PublicationState.PUBLIC
    found = place.do("datastore_search", person="", resource_id=resource_id_of(dataset.name), limit=1)
    assert found["total"] == result.rows == len(content.table.cells)
    assert client.publish(content, dataset=dataset).writes == 0


def test_changed_new_and_stale_rows(place: Place) -> None:
    """Guards that only what differs is written, and that the plan said so."""
    place.publish(schools(6))
    rows = schools(9)[1:]
    rows[1] = (*rows[1][:1], "ชื่อใหม่", *rows[1][2:])
    plan = place.plan(rows)
    assert (plan.rows_new, plan.rows_changed, plan.rows_deleted) == (3, 1, 1)
    result = place.publish(rows)
    assert (result.rows_written, result.rows_deleted) == (4, 1)
    assert result.state is PublicationState.PUBLIC
    stored = place.stored()
    assert stored is not None
    assert [row["name"] for row in stored] == [row[1] for row in rows]
    assert not place.plan(rows)


def test_a_small_change_does_not_hide(place: Place) -> None:
    """Guards that one call changes rows of a dataset that stays public."""
    place.publish(schools())
    rows = schools(7)
    seen: list[object] = []
    place.tap.after = lambda _: seen.append(place.stored() is not None)
    assert not place.plan(rows).is_hidden_meanwhile
    assert place.publish(rows).rows_written == 1
    place.tap.after = lambda _: None
    assert all(seen)


def test_a_column_comes(place: Place) -> None:
    """Guards that a column is added in place."""
    place.publish(schools())
    columns, rows = (*COLUMNS, MARK), [(*row, "ประถม") for row in schools()]
    plan = place.plan(rows, columns=columns)
    assert [(c.id, c.change) for c in plan.columns] == [("grade", "add")]
    assert not plan.is_table_rebuilt
    place.publish(rows, columns=columns)
    stored = place.stored()
    assert stored is not None
    assert {row["grade"] for row in stored} == {"ประถม"}
    assert place.publish(rows, columns=columns).writes == 0


def test_a_column_goes_only_by_consent(place: Place) -> None:
    """Guards people's columns: the drop is refused by name, then done where it is allowed."""
    place.publish(schools())
    columns, rows = COLUMNS[:-1], [row[:-1] for row in schools()]
    sent = len(place.tap.writes())
    with pytest.raises(RejectedError) as caught:
        place.publish(rows, columns=columns)
    assert caught.value.code == "data_go_th.columns_lost"
    assert len(place.tap.writes()) == sent
    consent = Consent(drop_columns=frozenset({"has_hall"}))
    place.publish(rows, columns=columns, consent=consent)
    stored = place.stored()
    assert stored is not None
    assert "has_hall" not in stored[0]
    assert place.publish(rows, columns=columns).writes == 0


def test_a_retyped_column_rebuilds(place: Place) -> None:
    """Guards a changed type, which CKAN alone does not change."""
    place.publish(schools())
    columns = tuple(replace(c, type=ColumnType.TEXT) if c.id == "pupils" else c for c in COLUMNS)
    rows = [(*row[:2], "" if row[2] is None else f"{row[2]} คน", *row[3:]) for row in schools()]
    rows = [(*row[:2], row[2] or None, *row[3:]) for row in rows]
    assert place.plan(rows, columns=columns).is_table_rebuilt
    place.publish(rows, columns=columns)
    stored = place.stored()
    assert stored is not None
    assert [row["pupils"] for row in stored] == [row[2] for row in rows]
    assert place.publish(rows, columns=columns).writes == 0


def test_only_labels(place: Place) -> None:
    """Guards that a label alone sends no row."""
    place.publish(schools())
    columns = (COLUMNS[0], replace(COLUMNS[1], label_th="ชื่อโรงเรียน"), *COLUMNS[2:])
    result = place.publish(schools(), columns=columns)
    assert (result.rows_written, result.rows_deleted) == (0, 0)
    found = place.do("datastore_search", resource_id=result.resource_id, limit=0)
    assert {f["id"]: f.get("info", {}).get("label") for f in found["fields"]}["name"] == "ชื่อโรงเรียน"
    assert place.publish(schools(), columns=columns).writes == 0


def test_only_the_description(place: Place) -> None:
    """Guards one revision for a changed description, lists and tags replaced whole."""
    place.publish(schools())
    dataset = replace(DATASET, title="ชื่อใหม่", tags=("ข้อมูลเปิด",), data_format=DATASET.data_format[:1])
    sent = len(place.tap.writes())
    plan = place.plan(schools(), dataset=dataset)
    assert {"title", "tags", "data_format"} <= {change.name for change in plan.fields}
    result = place.publish(schools(), dataset=dataset)
    assert place.tap.writes()[sent:] == ["package_revise"]
    assert (result.writes, result.rows_written) == (1, 0)
    package = place.package()
    assert (package["title"], [t["name"] for t in package["tags"]]) == ("ชื่อใหม่", ["ข้อมูลเปิด"])
    assert package["data_format"] == ["CSV"]
    assert place.publish(schools(), dataset=dataset).writes == 0


def test_edits_by_people(place: Place) -> None:
    """Guards their work: kept, in conflict with a report, overwritten by consent only."""
    place.publish(schools())
    place.edit(title=THEIRS)
    result = place.publish(schools(7))
    assert [change.name for change in result.kept] == ["title"]
    assert place.package()["title"] == THEIRS
    mine = replace(DATASET, title="ชื่อของหน่วยงาน")
    with pytest.raises(ConflictError) as caught:
        place.publish(schools(7), dataset=mine)
    assert caught.value.code == "data_go_th.edited_elsewhere"
    report = caught.value.report  # type: ignore[attr-defined]  # the adapter's own subclass has it
    assert [(c.name, c.stored, c.wanted) for c in report] == [("title", THEIRS, mine.title)]
    assert place.package()["title"] == THEIRS
    place.publish(schools(7), dataset=mine, consent=Consent(overwrite=frozenset({"title"})))
    assert place.package()["title"] == mine.title


def test_an_edit_during_the_run(place: Place) -> None:
    """Guards an edit made between the survey and the last call."""
    place.publish(schools())
    edits = iter([THEIRS])

    def interfere(request: object) -> None:
        if getattr(request, "operation", "") == "package_revise" and (title := next(edits, None)):
            place.edit(title=title)

    place.tap.before = interfere
    place.publish(schools(), dataset=replace(DATASET, notes="คำอธิบายใหม่"))
    assert place.package()["title"] == THEIRS
    assert place.package()["notes"].startswith("คำอธิบายใหม่")


def test_withdrawn_stays_withdrawn(place: Place) -> None:
    """Guards a person's decision, taken by the verb or in the web form, until there is consent."""
    place.publish(schools())
    assert place.client().withdraw(DATASET.name) is PublicationState.PRIVATE
    assert place.stored() is None
    with pytest.raises(ConflictError, match="withdr"):
        place.publish(schools(7))
    assert place.publish(schools(7), consent=Consent(republish=True)).state is PublicationState.PUBLIC
    place.edit(private=True)
    with pytest.raises(ConflictError, match="withdr"):
        place.publish(schools(8))


def test_deleted_stays_deleted(place: Place) -> None:
    """Guards the same for a deleted dataset, which any revision would bring back."""
    place.publish(schools())
    place.do("package_delete", id=DATASET.name)
    with pytest.raises(ConflictError):
        place.publish(schools())
    assert place.publish(schools(), consent=Consent(republish=True)).state is PublicationState.PUBLIC
    assert len(codes(place)) == 6


def test_a_file_too_large_is_left_out(place: Place) -> None:
    """Guards that the rows are published without the file, and that an old file goes."""
    assert place.publish(schools()).file_resource_id is not None
    result = place.publish(schools(8), max_upload_bytes=100)
    assert result.file_resource_id is None
    assert result.notes
    assert place.resource("csv") is None
    assert len(codes(place)) == 8
    assert place.publish(schools(8), max_upload_bytes=100).writes == 0
    assert place.publish(schools(8)).file_resource_id is not None


@pytest.mark.parametrize("person", ["wrong", "stranger", "member"])
def test_no_right(place: Place, person: str) -> None:
    """Guards that who may not write writes nothing, at first and later."""
    for count in (6, 7):
        with pytest.raises(AuthError):
            place.publish(schools(count), person=person)
        place.publish(schools())
    assert len(codes(place)) == 6


def test_an_item_taken_out_is_cleared_everywhere(place: Place) -> None:
    """Guards that the resource does not go on telling what the description no longer says."""
    full = replace(DATASET, last_updated=date(2026, 1, 15))
    place.publish(schools(), dataset=full)
    before = {k for k, v in place.resource().items() if k.startswith("resource_") and v}
    place.publish(schools())
    after = {k for k, v in place.resource().items() if k.startswith("resource_") and v}
    assert before - after == {"resource_last_updated_date"}
    assert "2026-01-15" not in map(str, place.resource().values())
    assert place.publish(schools()).writes == 0

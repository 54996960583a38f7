"""Publishing over what people edited: three versions of each field, and nobody's work lost."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from govlink.errors import ConflictError
from govlink.models.dataset import Dataset
from govlink.models.publication import Consent, FieldChange, PublicationState
from govlink.models.release import Release
from govlink_data_go_th.merge import EditedElsewhereError

from .publishing import (
    FILE,
    NAME,
    RESOURCE,
    Journal,
    Stage,
    act,
    declared,
    edit,
    package_of,
    plan,
    plan_it,
    publish,
    publish_it,
    resource_of,
)

THEIRS = "ชื่อที่เจ้าหน้าที่แก้ไข"


def test_their_edit_stands(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a person's edit outlives publications of an unchanged description, and is told."""
    publish(stage, release, dataset)
    edit(stage, title=THEIRS)
    (kept,) = plan(stage, release, dataset).kept
    assert (kept.name, kept.stored, kept.wanted) == ("title", THEIRS, dataset.title)
    result = publish(stage, release, dataset)
    assert (result.writes, [change.name for change in result.kept]) == (0, ["title"])
    publish(stage, release, replace(dataset, maintainer="กลุ่มใหม่"))
    assert (package_of(stage)["title"], package_of(stage)["maintainer"]) == (THEIRS, "กลุ่มใหม่")
    assert publish(stage, release, replace(dataset, maintainer="กลุ่มใหม่")).writes == 0


def test_their_edit_stands_while_rows_change(
    stage: Stage, cells: dict[tuple[str, ...], int | None], make_release: Any, dataset: Dataset
) -> None:
    """Guards the same where the dataset is hidden and revealed again."""
    publish(stage, make_release(cells), dataset)
    edit(stage, title=THEIRS)
    cells[("ตาก", "F")], cells[("ตาก", "M")] = 12, 13
    del cells[("เชียงใหม่", "M")]
    result = publish(stage, make_release(cells), dataset)
    assert result.state is PublicationState.PUBLIC
    assert package_of(stage)["title"] == THEIRS


def test_both_changed_is_a_conflict(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that nothing is written where both changed a field, and that the report shows all versions."""
    journal = Journal()
    publish(stage, release, dataset, journal=journal)
    edit(stage, title=THEIRS)
    mine = replace(dataset, title="ชื่อใหม่ของหน่วยงาน")
    sent = len(stage.wire.writes())
    with pytest.raises(EditedElsewhereError) as caught:
        publish(stage, release, mine, journal=journal)
    assert isinstance(caught.value, ConflictError)
    assert caught.value.code == "data_go_th.edited_elsewhere"
    assert caught.value.report == (
        FieldChange(name="title", stored=THEIRS, wanted=mine.title, published=dataset.title),
    )
    assert [p.pointer for p in caught.value.problems] == ["/title"]
    assert THEIRS not in caught.value.explain("th") + caught.value.explain("en")
    with pytest.raises(EditedElsewhereError):
        plan(stage, release, mine)
    assert len(stage.wire.writes()) == sent


@pytest.mark.parametrize("overwrite", [{"title"}, {"*"}])
def test_consent_overwrites(stage: Stage, release: Release, dataset: Dataset, overwrite: set[str]) -> None:
    """Guards that a person may say whose text wins."""
    publish(stage, release, dataset)
    edit(stage, title=THEIRS)
    mine = replace(dataset, title="ชื่อใหม่ของหน่วยงาน")
    publish(stage, release, mine, consent=Consent(overwrite=frozenset(overwrite)))
    assert package_of(stage)["title"] == mine.title
    assert publish(stage, release, mine).writes == 0


def test_the_same_edit_on_both_sides(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that taking a person's text over is no conflict, and is the base from then on."""
    publish(stage, release, dataset)
    edit(stage, title=THEIRS)
    publish(stage, release, replace(dataset, title=THEIRS))
    edit(stage, title="ชื่อที่สาม")
    assert publish(stage, release, replace(dataset, title=THEIRS)).writes == 0
    assert package_of(stage)["title"] == "ชื่อที่สาม"


def test_an_edit_of_the_tables_resource(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards the resource's own fields by the same rule."""
    publish(stage, release, dataset)
    resource_of(stage)["description"] = THEIRS
    edit(stage)
    assert [change.name for change in publish(stage, release, dataset).kept] == ["table.description"]
    assert resource_of(stage)["description"] == THEIRS


@pytest.mark.parametrize("action", ["datastore_create", "datastore_upsert", "package_revise"])
def test_an_edit_during_a_first_publication_stands(
    stage: Stage, release: Release, dataset: Dataset, action: str
) -> None:
    """Guards that what a person writes between creation and reveal is not overwritten."""
    stage.wire.interfere[action] = lambda: edit(stage, title=THEIRS)
    result = publish(stage, release, dataset)
    assert result.state is PublicationState.PUBLIC
    assert package_of(stage)["title"] == THEIRS
    assert [change.name for change in result.kept] == ["title"]


def test_an_edit_between_survey_and_reveal_is_a_conflict(
    stage: Stage, release: Release, dataset: Dataset
) -> None:
    """Guards that a person's change of the same field after it was read is not overwritten."""
    publish(stage, release, dataset)
    stage.wire.interfere["package_revise"] = lambda: edit(stage, notes=THEIRS)
    with pytest.raises(EditedElsewhereError):
        publish(stage, release, replace(dataset, notes="คำอธิบายใหม่"))
    assert package_of(stage)["notes"] == THEIRS


def test_an_edit_of_a_field_that_is_not_ours(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that such a change neither stops the publication nor is lost."""
    publish(stage, release, dataset)
    stage.wire.interfere["package_revise"] = lambda: edit(stage, accessible_condition="ไม่จำกัด")
    publish(stage, release, replace(dataset, notes="คำอธิบายใหม่"))
    package = package_of(stage)
    assert package["accessible_condition"] == "ไม่จำกัด"
    assert str(package["notes"]).startswith("คำอธิบายใหม่")


def made_by_hand(stage: Stage, dataset: Dataset, **fields: object) -> None:
    """A dataset that a person made in the web form, public, with a link of its own."""
    publish_it(stage, declared(stage, dataset))
    removed = [f"-resources__{RESOURCE}", f"-resources__{FILE}"]
    act(stage, "package_revise", match={"name": NAME}, filter=removed)
    act(stage, "resource_create", package_id=NAME, name="ลิงก์", url="http://x")
    stage.wire.catalogue.tables.clear()
    edit(stage, **fields)


def test_a_dataset_made_by_hand_is_not_overwritten(stage: Stage, dataset: Dataset) -> None:
    """Guards that fields that were never ours are asked about, not replaced."""
    made_by_hand(stage, dataset, title=THEIRS, unit_of_measure="โรงเรียน")
    publication = declared(stage, dataset)
    with pytest.raises(EditedElsewhereError) as caught:
        publish_it(stage, publication)
    assert [change.name for change in caught.value.report] == ["title", "unit_of_measure"]
    assert package_of(stage)["private"] is False


def test_a_dataset_made_by_hand_is_taken_over(stage: Stage, dataset: Dataset) -> None:
    """Guards that it is hidden while its new table fills, and that its own resources stay."""
    made_by_hand(stage, dataset, title=THEIRS)
    publication = declared(stage, dataset, consent=Consent(overwrite=frozenset({"title"})))
    found = plan_it(stage, publication)
    assert found.is_hidden_meanwhile
    assert "create the resource of the table" in found.steps
    seen: list[tuple[object, bool]] = []
    stage.wire.watch = lambda: seen.append((package_of(stage)["private"], resource_of(stage) is not None))
    publish_it(stage, publication)
    first = seen.index((True, True))
    assert set(seen[:first]) == {(False, False)}
    assert package_of(stage)["title"] == dataset.title
    assert len(package_of(stage)["resources"]) == 3
    assert publish_it(stage, declared(stage, dataset)).writes == 0


def test_an_optional_field_filled_by_hand_is_left_alone(stage: Stage, dataset: Dataset) -> None:
    """Guards that a field never given is no wish to empty it."""
    plain = replace(dataset, unit_of_measure="")
    made_by_hand(stage, plain, unit_of_measure="โรงเรียน")
    publish_it(stage, declared(stage, plain))
    assert package_of(stage)["unit_of_measure"] == "โรงเรียน"


def test_a_lost_base_is_no_licence(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that without fingerprints what differs is a conflict, and what is equal is not."""
    publish(stage, release, dataset)
    resource_of(stage)["govlink_applied"] = "{broken"
    edit(stage)
    assert publish(stage, release, dataset).writes == 1
    resource_of(stage).pop("govlink_applied")
    edit(stage, title=THEIRS)
    with pytest.raises(EditedElsewhereError):
        publish(stage, release, dataset)


def test_the_journal_is_told(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards what a journal keeps: each write before and after, rows as they go, the fields in the end."""
    journal = Journal()
    publish(stage.with_settings(rows_per_call=4), release, dataset, journal=journal)
    told = [(s.name, s.outcome, s.rows_done, s.rows_total) for s in journal.steps]
    assert told == [
        ("survey", "done", 0, 6),
        ("dataset", "sent", 0, 0),
        ("dataset", "done", 0, 0),
        ("table", "sent", 0, 0),
        ("table", "done", 0, 0),
        ("rows", "sent", 0, 6),
        ("rows", "done", 4, 6),
        ("rows", "sent", 4, 6),
        ("rows", "done", 6, 6),
        ("verify", "done", 6, 6),
        ("reveal", "sent", 0, 0),
        ("reveal", "done", 0, 0),
        ("done", "done", 0, 0),
    ]
    assert dict(journal.published())["title"] == dataset.title
    assert {s.target for s in journal.steps} == {resource_of(stage)["govlink_content"]}


def test_an_unknown_outcome_is_told(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that the journal says which write had no answer."""
    journal = Journal()
    stage.wire.lose_after.append("datastore_upsert")
    publish(stage, release, dataset, journal=journal)
    rows = [s.outcome for s in journal.steps if s.name == "rows"]
    assert rows[:3] == ["sent", "unknown", "sent"]


def test_fingerprints_tell_no_values(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that what is kept beside the public table holds no text of a field."""
    publish(stage, release, dataset)
    kept = json.loads(resource_of(stage)["govlink_applied"])
    assert {"title", "notes", "table.name", "file.name"} <= set(kept)
    assert all(len(value) == 16 and int(value, 16) >= 0 for value in kept.values())

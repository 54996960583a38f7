"""Publishing end to end against the simulated catalogue: order, idempotence, schema, withdrawal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from govlink.errors import (
    NotFoundError,
    ProtectionError,
    RejectedError,
    UnexpectedAnswerError,
)
from govlink.flow import Response
from govlink.models.dataset import Dataset
from govlink.models.publication import Consent, PublicationState
from govlink.models.release import Release

from .publishing import (
    FILE,
    NAME,
    RESOURCE,
    Journal,
    Stage,
    plan,
    publication_of,
    publish,
    refused_as_withdrawn,
    resource_of,
    rows_of,
)


def test_first_publication_in_order(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards the order of writes: nothing is public before the rows are verified."""
    result = publish(stage, release, dataset)
    assert stage.wire.writes() == [
        "package_create",
        "datastore_create",
        "datastore_upsert",
        "package_revise",
    ]
    assert (result.state, result.rows, result.writes) == (PublicationState.PUBLIC, 6, 4)
    assert (result.resource_id, result.file_resource_id) == (RESOURCE, FILE)
    assert (result.rows_written, result.rows_deleted) == (6, 0)
    package = stage.wire.catalogue.find(NAME)
    assert (package["private"], package["allow_harvest"]) == (False, "True")
    assert ("เชียงใหม่", "M", None, "C") in rows_of(stage)
    assert ("เชียงใหม่", "F", 12, "F") in rows_of(stage)


def test_dataset_is_private_until_the_last_call(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a reader never sees the table while it is written."""
    seen: list[object] = []

    def look() -> None:
        seen.append(stage.wire.catalogue.find(NAME)["private"])

    for action in ("datastore_create", "datastore_upsert", "package_revise"):
        stage.wire.interfere[action] = look
    publish(stage, release, dataset)
    assert seen == [True, True, True]


def test_same_again_writes_nothing(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards idempotence: zero writes on the wire and metadata_modified untouched."""
    publish(stage, release, dataset)
    stamp, sent = stage.wire.catalogue.find(NAME)["metadata_modified"], len(stage.wire.writes())
    result = publish(stage, release, dataset)
    assert (result.writes, len(stage.wire.writes())) == (0, sent)
    assert stage.wire.catalogue.find(NAME)["metadata_modified"] == stamp
    assert not plan(stage, release, dataset)


def test_plan_writes_nothing(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a plan only reads and names each step."""
    found = plan(stage, release, dataset)
    assert stage.wire.writes() == []
    assert found.steps[0].startswith("create the dataset")
    assert "write 6 new rows" in found.steps
    assert "make the dataset public" in found.steps
    assert (found.rows_new, found.rows_total, found.is_file_replaced) == (6, 6, True)


def test_changed_release_hides_upserts_deletes(
    stage: Stage, cells: dict[tuple[str, ...], int | None], make_release: Any, dataset: Dataset
) -> None:
    """Guards that only changed rows are written and rows of the former release disappear."""
    publish(stage, make_release(cells), dataset)
    before = len(stage.wire.sent)
    cells[("เชียงใหม่", "F")] = 15
    del cells[("กรุงเทพมหานคร", "M")]
    release = make_release(cells)
    found = plan(stage, release, dataset)
    assert found.steps == (
        "make the dataset private until its rows are in place again",
        "delete 1 rows",
        "write 1 changed rows",
        "change fields: notes",
        "put the CSV file beside the table",
        "make the dataset public",
    )
    assert (found.rows_new, found.rows_changed, found.rows_deleted) == (0, 1, 1)
    assert found.is_hidden_meanwhile
    result = publish(stage, release, dataset)
    assert (result.rows_written, result.rows_deleted) == (1, 1)
    later = [r for r in stage.wire.sent[before:] if r.operation in stage.wire.writes()]
    assert [r.operation for r in later] == [
        "package_revise",
        "datastore_delete",
        "datastore_upsert",
        "package_revise",
    ]
    hidden = json.loads(later[0].body)
    assert hidden["update"] == {"private": True}
    assert hidden[f"update__resources__{RESOURCE}"] == {"govlink_content": "pending"}
    upsert = json.loads(later[2].body)
    assert (upsert["method"], len(upsert["records"])) == ("upsert", 1)
    assert rows_of(stage) == sorted((*k, v, "C" if v is None else "F") for k, v in cells.items())
    assert stage.wire.catalogue.find(NAME)["private"] is False


def test_small_change_is_made_in_public(
    stage: Stage, cells: dict[tuple[str, ...], int | None], make_release: Any, dataset: Dataset
) -> None:
    """Guards that a correction of one call never takes the dataset away from its readers."""
    publish(stage, make_release(cells), dataset)
    before = len(stage.wire.writes())
    cells[("เชียงใหม่", "F")] = 15
    seen: list[object] = []
    stage.wire.watch = lambda: seen.append(stage.wire.catalogue.find(NAME)["private"])
    assert not plan(stage, make_release(cells), dataset).is_hidden_meanwhile
    assert publish(stage, make_release(cells), dataset).writes == 3
    assert stage.wire.writes()[before:] == ["package_revise", "datastore_upsert", "package_revise"]
    assert set(seen) == {False}


def test_the_file_goes_with_the_reveal(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that the file beside the table is the table's, byte for byte, and known by its digest."""
    publish(stage, release, dataset)
    file = publication_of(stage, release, dataset).table.csv_file()
    assert stage.wire.catalogue.keeper.files[FILE] == file.path.read_bytes()
    assert resource_of(stage, FILE)["govlink_sha256"] == file.sha256_hex
    assert resource_of(stage, FILE)["url_type"] == "upload"


def test_a_table_too_large_for_a_file(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that no file is offered that the catalogue would refuse, that it is told, and settles."""
    publish(stage, release, dataset)
    small = stage.with_settings(max_upload_bytes=20)
    assert "remove the CSV file, now too large" in plan(small, release, dataset).steps
    result = publish(small, release, dataset)
    assert (result.writes, result.file_resource_id) == (1, None)
    assert "without a CSV file" in result.notes[-1]
    assert resource_of(stage, FILE) is None
    assert publish(small, release, dataset).writes == 0
    assert publish(stage, release, dataset).file_resource_id == FILE


def test_a_file_that_the_catalogue_refuses(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that the catalogue's own limit is told with the setting that helps."""
    stage.wire.catalogue.keeper.max_file_bytes = 10
    with pytest.raises(RejectedError) as caught:
        publish(stage, release, dataset)
    assert caught.value.code == "data_go_th.file_too_large"
    result = publish(stage.with_settings(max_upload_bytes=10), release, dataset)
    assert (result.state, result.writes) == (PublicationState.PUBLIC, 1)


def test_a_file_replaced_by_hand_is_put_back(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that another file under our resource is noticed by its size."""
    publish(stage, release, dataset)
    resource_of(stage, FILE)["size"] = 3
    assert publish(stage, release, dataset).writes == 1
    assert publish(stage, release, dataset).writes == 0


def test_rows_wait_until_it_is_really_private(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a catalogue which makes the dataset public by itself gets no rows."""
    touch = stage.wire.catalogue.touch

    def expose(package: dict[str, object]) -> None:
        package["private"] = False
        touch(package)

    stage.wire.catalogue.touch = expose
    with pytest.raises(UnexpectedAnswerError) as caught:
        publish(stage, release, dataset)
    assert "private" in str(caught.value)
    assert stage.wire.writes() == ["package_create"]


def test_changed_notes_change_one_field(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a change of description touches only that field, and never hides the dataset."""
    publish(stage, release, dataset)
    before = len(stage.wire.sent)
    publish(stage, release, replace(dataset, notes="คำอธิบายใหม่"))
    writes = [r for r in stage.wire.sent[before:] if r.operation in stage.wire.writes()]
    assert [r.operation for r in writes] == ["package_revise"]
    body = json.loads(writes[0].body)
    assert set(body["update"]) == {"notes"}
    assert set(body[f"update__resources__{RESOURCE}"]) == {"govlink_applied"}
    assert set(body["match"]) == {"name", "metadata_modified"}


def test_fewer_tags_replace_the_list(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a shorter list replaces the stored one, which CKAN would merge by position."""
    publish(stage, release, dataset)
    publish(stage, release, replace(dataset, tags=("การศึกษา",)))
    assert [t["name"] for t in stage.wire.catalogue.find(NAME)["tags"]] == ["การศึกษา"]
    assert not plan(stage, release, replace(dataset, tags=("การศึกษา",)))


def test_rows_go_in_batches_by_key(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards serial batches in key order, which is what avoids deadlocks."""
    small = stage.with_settings(rows_per_call=4)
    publish(small, release, dataset)
    bodies = [json.loads(r.body) for r in stage.wire.sent if r.operation == "datastore_upsert"]
    assert [b["method"] for b in bodies] == ["insert", "insert"]
    keys = [(r["province"], r["sex"]) for b in bodies for r in b["records"]]
    assert keys == sorted(keys)
    assert [len(b["records"]) for b in bodies] == [4, 2]


def test_token_goes_raw_and_never_update(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards the raw token header, JSON content type, and that no destructive action is called."""
    publish(stage, release, dataset)
    token = stage.flows.settings.access_token.get_secret_value()
    for request in stage.wire.sent:
        headers = dict(request.headers)
        assert headers["Authorization"] == token
        if request.body is not None and isinstance(request.body, bytes):
            assert headers["Content-Type"] == "application/json"
            assert request.method == "POST"
        assert not request.operation.endswith("_update")
        assert token not in repr(request)


def test_notes_say_what_was_done(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that metadata states method, threshold and suppressed share in both languages."""
    publish(stage, release, dataset)
    notes = str(stage.wire.catalogue.find(NAME)["notes"])
    assert "เกณฑ์ขั้นต่ำ 10" in notes
    assert "method suppression, threshold 10, 2 cells suppressed (33.3% of all)" in notes


def test_thai_labels_stand_in_the_data_dictionary(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards ASCII column ids with Thai labels."""
    publish(stage, release, dataset)
    columns = stage.wire.catalogue.tables[RESOURCE].columns
    assert list(columns) == ["province", "sex", "count", "conf_status"]
    assert columns["province"] == ("varchar", {"label": "จังหวัด", "notes": "Province"})
    assert stage.wire.catalogue.tables[RESOURCE].key == ("province", "sex")


def test_live_schema_wins(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a choice the live schema lacks is refused by field, before any write."""
    for field in stage.wire.catalogue.schema:
        if field["field_name"] == "license_id":
            field["choices"] = [{"value": "DGA Open Government License", "label": "DGA"}]
    with pytest.raises(RejectedError) as caught:
        publish(stage, release, dataset)
    (problem,) = caught.value.problems
    assert (problem.pointer, dict(problem.values)["field"]) == ("/licence", "license_id")
    assert stage.wire.writes() == []


def test_live_schema_lacks_or_demands_a_field(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards against silent loss of a field, and that extra_fields meets a catalogue's own demand."""
    schema = stage.wire.catalogue.schema
    schema[:] = [f for f in schema if f["field_name"] != "unit_of_measure"]
    schema.append({"field_name": "metadata_number", "required": True, "choices": [{"value": "7"}]})
    with pytest.raises(RejectedError) as caught:
        publish(stage, release, dataset)
    assert {p.pointer for p in caught.value.problems} == {"/unit_of_measure", "/metadata_number"}
    told = stage.with_settings(extra_fields={"metadata_number": "7"})
    publish(told, release, replace(dataset, unit_of_measure=""))
    assert stage.wire.catalogue.find(NAME)["metadata_number"] == "7"


def test_absent_schema_is_tolerated_until_fields_vanish(
    stage: Stage, release: Release, dataset: Dataset
) -> None:
    """Guards that a stock CKAN, which drops the Thai fields in silence, is noticed before rows go out."""
    stage.wire.catalogue.schema = None
    with pytest.raises(UnexpectedAnswerError) as caught:
        publish(stage, release, dataset)
    assert caught.value.code == "data_go_th.not_kept"
    assert "data_category" in str(caught.value)
    assert stage.wire.catalogue.find(NAME)["private"] is True
    assert stage.wire.catalogue.tables == {}


def test_old_ckan_is_refused(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a CKAN without compare-and-set is refused before any write."""
    content = {"success": True, "result": {"ckan_version": "2.8.12"}}
    stage.wire.answers["status_show"] = Response(status=200, body=json.dumps(content).encode())
    with pytest.raises(UnexpectedAnswerError) as caught:
        publish(stage, release, dataset)
    assert caught.value.code == "data_go_th.too_old"


def test_renamed_label_renews_the_dictionary_only(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a label is renewed without touching rows or hiding the dataset."""
    publish(stage, release, dataset)
    before = len(stage.wire.writes())
    stage.wire.catalogue.tables[RESOURCE].columns["sex"] = ("text", {"label": "x", "notes": "y"})
    publish(stage, release, dataset)
    assert stage.wire.writes()[before:] == ["datastore_create"]
    assert stage.wire.catalogue.tables[RESOURCE].columns["sex"][1]["label"] == "เพศ"


def test_altered_release_sends_nothing(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards the seal: a table changed after the audit never reaches the wire."""
    object.__setattr__(release.table.cells[0], "value", 42)
    with pytest.raises(ProtectionError):
        publish(stage, release, dataset)
    assert stage.wire.sent == []


def test_withdraw_and_state(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards the whole life: absent, public, withdrawn once and for good, public again on request."""
    flows, context = stage.flows, stage.context
    assert stage.play(flows.state_of(NAME, context=context)) is PublicationState.ABSENT
    with pytest.raises(NotFoundError):
        stage.play(flows.withdraw(NAME, context=context))
    publish(stage, release, dataset)
    assert stage.play(flows.state_of(NAME, context=context)) is PublicationState.PUBLIC
    assert stage.play(flows.withdraw(NAME, context=context)) is PublicationState.PRIVATE
    assert stage.wire.catalogue.find(NAME)["allow_harvest"] == "False"
    sent = len(stage.wire.writes())
    assert stage.play(flows.withdraw(NAME, context=context)) is PublicationState.PRIVATE
    assert len(stage.wire.writes()) == sent
    refused_as_withdrawn(stage, release, dataset)
    again = publish(stage, release, dataset, consent=Consent(republish=True))
    assert (again.state, again.writes) == (PublicationState.PUBLIC, 1)
    assert stage.wire.catalogue.find(NAME)["allow_harvest"] == "True"


def test_withdraw_survives_a_lost_answer(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that withdrawing is settled by reading when the answer is lost."""
    publish(stage, release, dataset)
    stage.wire.lose_after.append("package_revise")
    state = stage.play(stage.flows.withdraw(NAME, context=stage.context))
    assert state is PublicationState.PRIVATE


def test_nothing_is_sent_before_a_driver_runs_it(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards laziness, and that two flows of the same input send the same bytes."""
    publication = publication_of(stage, release, dataset)
    flow = stage.flows.publish(publication, journal=Journal(), context=stage.context)
    other = stage.flows.publish(publication, journal=Journal(), context=stage.context)
    assert stage.wire.sent == []
    assert next(flow) == next(other)

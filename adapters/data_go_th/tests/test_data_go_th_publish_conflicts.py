"""Publishing when answers are lost, writers race, or somebody else was there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from govlink.errors import (
    AuthError,
    ConflictError,
    OutcomeUnknownError,
    RejectedError,
)
from govlink.flow import Response
from govlink.models.dataset import Dataset
from govlink.models.publication import PublicationState
from govlink.models.release import Release

from .publishing import NAME, RESOURCE, Stage, edit, plan, publish, refusal, rows_of


@pytest.mark.parametrize(
    "action",
    ["package_create", "datastore_create", "datastore_upsert", "package_revise"],
)
def test_done_but_unanswered_is_settled_by_reading(
    stage: Stage, release: Release, dataset: Dataset, action: str
) -> None:
    """Guards the read-back: a lost answer after the server did it ends in the same publication."""
    stage.wire.lose_after.append(action)
    assert publish(stage, release, dataset).state is PublicationState.PUBLIC
    assert len(rows_of(stage)) == 6
    assert len(stage.wire.catalogue.find(NAME)["resources"]) == 2


def test_lost_before_is_unknown_then_converges(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a write not to be seen is never repeated blindly, and that the next run succeeds."""
    stage.wire.lose_before.append("package_create")
    with pytest.raises(OutcomeUnknownError):
        publish(stage, release, dataset)
    assert stage.wire.writes().count("package_create") == 1
    assert publish(stage, release, dataset).state is PublicationState.PUBLIC


@pytest.mark.parametrize("action", ["datastore_create", "datastore_upsert"])
def test_failure_midway_leaves_it_private(
    stage: Stage, release: Release, dataset: Dataset, action: str
) -> None:
    """Guards that a run broken off shows nothing, and that the next one finishes the work."""
    stage.wire.answers[action] = refusal(409, __type="Validation Error", fields=["bad"])
    with pytest.raises(RejectedError):
        publish(stage, release, dataset)
    assert stage.wire.catalogue.find(NAME)["private"] is True
    publish(stage, release, dataset)
    assert stage.wire.catalogue.find(NAME)["private"] is False
    assert len(rows_of(stage)) == 6


@pytest.mark.parametrize("rows_per_call", [1, 100])
def test_broken_update_is_not_taken_for_done(
    stage: Stage,
    cells: dict[tuple[str, ...], int | None],
    make_release: Any,
    dataset: Dataset,
    rows_per_call: int,
) -> None:
    """Guards that going back to the former release after a broken run rewrites the mixed rows."""
    former = make_release(cells)
    publish(stage, former, dataset)
    small = stage.with_settings(rows_per_call=rows_per_call)
    cells[("เชียงใหม่", "F")], cells[("เชียงใหม่", "_T")] = 15, 33

    def fail() -> None:
        stage.wire.answers["package_revise"] = refusal(409, __type="Validation Error", notes=["bad"])

    stage.wire.interfere["datastore_upsert"] = fail
    with pytest.raises(RejectedError):
        publish(small, make_release(cells), dataset)
    assert ("เชียงใหม่", "F", 15, "F") in rows_of(stage)
    publish(stage, former, dataset)
    assert ("เชียงใหม่", "F", 12, "F") in rows_of(stage)
    assert stage.wire.catalogue.find(NAME)["private"] is False


def test_lost_race_between_writers_is_repeated(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a deadlock told as 409 is retried, unlike any other 409."""
    deadlock = refusal(409, __type="Validation Error", records=["deadlock detected"])
    stage.wire.answers["datastore_upsert"] = deadlock
    assert publish(stage, release, dataset).state is PublicationState.PUBLIC
    assert len(rows_of(stage)) == 6


def test_background_touch_does_not_break_the_reveal(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards the compare-and-set loop: a changed metadata_modified alone is read anew."""
    stage.wire.interfere["package_revise"] = lambda: edit(stage)
    assert publish(stage, release, dataset).state is PublicationState.PUBLIC
    assert stage.wire.writes().count("package_revise") == 2


def test_foreign_rows_stop_the_publication(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards the verification by counts before anything becomes public."""

    def add_a_row() -> None:
        table = stage.wire.catalogue.tables[RESOURCE]
        table.rows[99] = {"province": "ตาก", "sex": "F", "count": 1, "conf_status": "F"}

    stage.wire.interfere["datastore_search"] = add_a_row  # a first publication asks for counts at the end
    with pytest.raises(ConflictError) as caught:
        publish(stage, release, dataset)
    assert caught.value.code == "data_go_th.rows_differ"
    assert stage.wire.catalogue.find(NAME)["private"] is True
    publish(stage, release, dataset)
    assert len(rows_of(stage)) == 6


def test_lost_rows_are_written_again(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that the digest alone does not make a table complete."""
    publish(stage, release, dataset)
    del stage.wire.catalogue.tables[RESOURCE].rows[2]
    assert "write 1 new rows" in plan(stage, release, dataset).steps
    publish(stage, release, dataset)
    assert len(rows_of(stage)) == 6


def test_name_of_an_invisible_dataset(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a name in use by something the token cannot see is a conflict."""
    stage.wire.answers["package_create"] = refusal(409, __type="Validation Error", name=["ถูกใช้แล้ว"])
    with pytest.raises(ConflictError) as caught:
        publish(stage, release, dataset)
    assert caught.value.code == "data_go_th.name_taken"


def test_name_taken_by_our_own_lost_create(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a create which finds our own earlier dataset goes on with it."""
    publish(stage, release, dataset)
    gone = Response(
        status=404,
        body=json.dumps({"success": False, "error": {"__type": "Not Found Error"}}).encode(),
    )
    stage.wire.answers["package_show"] = gone
    result = publish(stage, release, dataset)
    assert (result.writes, result.state) == (1, PublicationState.PUBLIC)


def test_other_organisations_dataset_is_left_alone(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a dataset is never moved to another organisation by a patch."""
    publish(stage, release, dataset)
    stage.wire.catalogue.add_organisation(name="vec", title="สอศ.", is_editable=True)
    with pytest.raises(ConflictError) as caught:
        publish(stage, release, replace(dataset, owner_org="vec"))
    assert caught.value.code == "data_go_th.other_owner"


def test_bad_token_is_told_before_writing(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards the probe: CKAN takes a wrong token for anonymous and only later refuses."""
    stranger = stage.with_settings(access_token=SecretStr("wrong"))
    with pytest.raises(AuthError) as caught:
        publish(stranger, release, dataset)
    assert caught.value.code == "data_go_th.no_organisation"
    assert stage.wire.writes() == []

"""Publishing under governance, and withdrawals that must stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govlink.errors import (
    AuthError,
    ConflictError,
    RejectedError,
)
from govlink.flow import Response
from govlink.models.dataset import Dataset
from govlink.models.publication import Consent, PublicationState
from govlink.models.release import Release

from .publishing import NAME, Stage, edit, publish, refusal, refused_as_withdrawn


def test_governance_waits_for_approval(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a dataset under preparation is a state, not a failure, and is not forced public."""
    stage.wire.catalogue.has_governance = True
    result = publish(stage, release, dataset)
    assert result.state is PublicationState.WAITING_FOR_APPROVAL
    assert stage.wire.catalogue.find(NAME)["private"] is True
    assert publish(stage, release, dataset).writes == 0


def test_governance_refusal_is_waiting(
    stage: Stage, cells: dict[tuple[str, ...], int | None], make_release: Any, dataset: Dataset
) -> None:
    """Guards that 403 on a dataset of type prepare means a steward holds it."""
    stage.wire.catalogue.has_governance = True
    publish(stage, make_release(cells), dataset)
    stage.wire.catalogue.locked.add(NAME)
    cells[("เชียงใหม่", "F")] = 99
    result = publish(stage, make_release(cells), dataset)
    assert (result.state, result.writes) == (PublicationState.WAITING_FOR_APPROVAL, 1)
    assert "after their approval" in result.notes[-1]


def test_refusal_without_governance_is_an_error(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that an ordinary 403 stays an error."""
    publish(stage, release, dataset)
    stage.wire.catalogue.locked.add(NAME)
    with pytest.raises(AuthError):
        publish(stage, release, replace(dataset, notes="ใหม่"))


def test_deleted_dataset_is_revived_on_request_only(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a dataset somebody deleted comes back only where the settings name it."""
    publish(stage, release, dataset)
    edit(stage, state="deleted")
    assert stage.play(stage.flows.state_of(NAME, context=stage.context)) is PublicationState.ABSENT
    refused_as_withdrawn(stage, release, dataset)
    again = publish(stage, release, dataset, consent=Consent(republish=True))
    assert again.state is PublicationState.PUBLIC


@pytest.mark.parametrize("is_changed", [False, True])
def test_withdrawal_by_hand_stands(
    stage: Stage, cells: dict[tuple[str, ...], int | None], make_release: Any, dataset: Dataset,
    is_changed: bool,
) -> None:  # fmt: skip
    """Guards that a scheduled publication does not bring back what a person made private."""
    publish(stage, make_release(cells), dataset)
    edit(stage, private=True)
    if is_changed:
        cells[("เชียงใหม่", "F")] = 15
    refused_as_withdrawn(stage, make_release(cells), dataset)
    assert stage.wire.catalogue.find(NAME)["private"] is True
    again = publish(stage, make_release(cells), dataset, consent=Consent(republish=True))
    assert again.state is PublicationState.PUBLIC
    assert publish(stage, make_release(cells), dataset).writes == 0


def test_withdrawal_during_a_publication_stands(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a person who makes the dataset private between read and write is obeyed."""
    publish(stage, release, dataset)
    stage.wire.interfere["package_revise"] = lambda: edit(stage, private=True)
    with pytest.raises(ConflictError) as caught:
        publish(stage, release, replace(dataset, notes="คำอธิบายใหม่"))
    assert caught.value.code == "data_go_th.withdrawn"
    assert stage.wire.catalogue.find(NAME)["private"] is True


def test_withdrawing_an_unfinished_publication_stands(
    stage: Stage, cells: dict[tuple[str, ...], int | None], make_release: Any, dataset: Dataset
) -> None:
    """Guards that withdraw counts on a dataset that is private only because a run broke off."""
    publish(stage, make_release(cells), dataset)
    cells[("เชียงใหม่", "F")] = 15
    del cells[("กรุงเทพมหานคร", "M")]
    stage.wire.answers["datastore_upsert"] = refusal(409, __type="Validation Error", fields=["bad"])
    with pytest.raises(RejectedError):
        publish(stage, make_release(cells), dataset)
    assert stage.wire.catalogue.find(NAME)["private"] is True
    stage.play(stage.flows.withdraw(NAME, context=stage.context))
    refused_as_withdrawn(stage, make_release(cells), dataset)


def test_unfinished_publication_goes_on(
    stage: Stage, cells: dict[tuple[str, ...], int | None], make_release: Any, dataset: Dataset
) -> None:
    """Guards that a run which broke off after hiding the dataset is not taken for a withdrawal."""
    publish(stage, make_release(cells), dataset)
    cells[("เชียงใหม่", "F")] = 15
    del cells[("กรุงเทพมหานคร", "M")]
    stage.wire.answers["datastore_upsert"] = refusal(409, __type="Validation Error", fields=["bad"])
    with pytest.raises(RejectedError):
        publish(stage, make_release(cells), dataset)
    assert stage.wire.catalogue.find(NAME)["private"] is True
    assert publish(stage, make_release(cells), dataset).state is PublicationState.PUBLIC


def test_withdrawal_during_a_correction_stands(
    stage: Stage, cells: dict[tuple[str, ...], int | None], make_release: Any, dataset: Dataset
) -> None:
    """Guards that a person who hides a dataset whose rows change in public is not overruled."""
    publish(stage, make_release(cells), dataset)
    cells[("เชียงใหม่", "F")] = 15
    stage.wire.answers["datastore_upsert"] = refusal(409, __type="Validation Error", fields=["bad"])
    with pytest.raises(RejectedError):
        publish(stage, make_release(cells), dataset)
    assert stage.wire.catalogue.find(NAME)["private"] is False
    edit(stage, private=True)
    refused_as_withdrawn(stage, make_release(cells), dataset)


def test_a_strange_mark_is_replaced(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that anything may stand where our digest stood, and is then no digest."""
    publish(stage, release, dataset)
    stage.wire.catalogue.find(NAME)["resources"][0]["govlink_content"] = "x:y"
    assert publish(stage, release, dataset).writes == 1
    assert publish(stage, release, dataset).writes == 0


def test_refused_harvesting_stays_refused(
    stage: Stage, cells: dict[tuple[str, ...], int | None], make_release: Any, dataset: Dataset
) -> None:
    """Guards that a person's no to harvesting outlives the next publications, new rows included."""
    publish(stage, make_release(cells), dataset)
    edit(stage, allow_harvest="False")
    assert publish(stage, make_release(cells), dataset).writes == 0
    cells[("เชียงใหม่", "F")] = 15
    assert publish(stage, make_release(cells), dataset).state is PublicationState.PUBLIC
    assert stage.wire.catalogue.find(NAME)["allow_harvest"] == "False"


def test_settings_may_refuse_harvesting(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that allow_harvest given in the settings is kept."""
    told = stage.with_settings(extra_fields={"allow_harvest": "False"})
    assert publish(told, release, dataset).state is PublicationState.PUBLIC
    assert stage.wire.catalogue.find(NAME)["allow_harvest"] == "False"
    assert publish(told, release, dataset).writes == 0


def test_done_but_unreadable_is_settled_by_reading(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a page in place of a write's answer does not hide that the write was done."""

    def garble() -> None:
        stage.wire.reach(stage.wire.sent[-1])
        stage.wire.answers["package_create"] = Response(status=200, body=b"<html></html>")

    stage.wire.interfere["package_create"] = garble
    assert publish(stage, release, dataset).state is PublicationState.PUBLIC

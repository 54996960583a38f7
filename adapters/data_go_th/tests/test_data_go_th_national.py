"""Where a dataset stands at the national catalogue, by its harvester's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from govlink.errors import UnexpectedAnswerError
from govlink.flow import Response
from govlink.models.dataset import Dataset
from govlink.models.publication import NationalState
from govlink.models.release import Release

from .publishing import NAME, Stage, package_of, publish


def state(stage: Stage) -> Any:
    """Ask."""
    return stage.play(stage.flows.national_state_of(NAME, context=stage.context))


@pytest.mark.parametrize(
    ("word", "checked", "expected"),
    [
        ("WAIT", "", NationalState.WAITING),
        ("VALIDATE", "", NationalState.WAITING),
        ("VALIDATE", "2026-01-20", NationalState.BEING_CHECKED),
        ("VALIDATE_MODIFIED", "", NationalState.CHANGE_WAITING),
        ("VALIDATE_MODIFIED", "2026-01-20", NationalState.CHANGE_BEING_CHECKED),
        ("APPROVAL", "", NationalState.WAITING_FOR_APPROVAL),
        ("WAIT_REVOKE", "", NationalState.REVOCATION_WAITING),
        ("WAIT_REVOKE", "2026-01-20", NationalState.REVOCATION_BEING_CHECKED),
        ("REVOKE", "", NationalState.REVOKED),
        ("REJECT", "", NationalState.REJECTED),
        ("DELETED", "", NationalState.DELETED),
        ("", "", NationalState.PUBLISHED),
        ("A NEW WORD", "", NationalState.PUBLISHED),
    ],
)
def test_words(
    stage: Stage, release: Release, dataset: Dataset, word: str, checked: str, expected: NationalState
) -> None:
    """Guards each word, and that the version under way tells more than the published one."""
    publish(stage, release, dataset)
    stage.wire.catalogue.national[NAME] = {
        "governance_state": word,
        "validate_time": checked,
        "metadata_modified": "2026-01-19",
        "published_at": "2026-01-18",
    }
    assert state(stage) is expected


def test_nothing_known(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that silence is unknown, and that nobody is asked about what is not there."""
    assert state(stage) is NationalState.UNKNOWN
    assert "status_show" not in {r.operation for r in stage.wire.sent}
    publish(stage, release, dataset)
    assert state(stage) is NationalState.UNKNOWN


def test_the_question(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that the dataset is named by host and id, and that our token stays at home."""
    publish(stage, release, dataset)
    state(stage)
    asked = [r for r in stage.wire.sent if r.operation.startswith("gdcatalog_")]
    assert len(asked) == 2
    for request in asked:
        assert json.loads(request.body) == {"site_url": "localhost", "package": package_of(stage)["id"]}
        assert "Authorization" not in dict(request.headers)
        assert request.url.startswith("http://localhost/data_go_th/harvester/api/3/action/")


@pytest.mark.parametrize("result", [[], [7], {}, None, [[]]])
def test_odd_answers(stage: Stage, release: Release, dataset: Dataset, result: object) -> None:
    """Guards that an empty or strange list is unknown."""
    publish(stage, release, dataset)
    body = json.dumps({"success": True, "result": result}).encode()
    for action in ("gdcatalog_published_state", "gdcatalog_nonpublish_state"):
        stage.wire.answers[action] = Response(status=200, body=body)
    assert state(stage) is NationalState.UNKNOWN


def test_a_firewall_is_no_state(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that a page in the harvester's place is told as such."""
    publish(stage, release, dataset)
    stage.wire.answers["gdcatalog_nonpublish_state"] = Response(status=200, body=b"<html></html>")
    with pytest.raises(UnexpectedAnswerError):
        state(stage)

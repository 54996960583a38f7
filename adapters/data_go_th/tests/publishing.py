"""What the tests of publishing share: the verbs under the real policies, and edits as people make them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from govlink.errors import (
    ConflictError,
)
from govlink.flow import Response
from govlink.models.dataset import Dataset
from govlink.models.release import Release
from govlink_data_go_th.sheet import resource_id_of

NAME = "obec-equivalence"
RESOURCE = resource_id_of(NAME)

Stage = Any  # the classes of conftest.py cannot be imported under import-mode=importlib


def publish(stage: Stage, release: Release, dataset: Dataset) -> Any:
    """Publish under the real policies."""
    return stage.play(stage.flows.publish(release, dataset=dataset, context=stage.context))


def plan(stage: Stage, release: Release, dataset: Dataset) -> Any:
    """The lines of the plan."""
    return stage.play(stage.flows.plan(release, dataset=dataset, context=stage.context))


def rows_of(stage: Stage) -> list[tuple[object, ...]]:
    """The rows as stored."""
    return sorted(tuple(r.values()) for r in stage.wire.catalogue.tables[RESOURCE].rows.values())


def edit(stage: Stage, **fields: object) -> None:
    """Change the dataset as a person would in the web form."""
    package = stage.wire.catalogue.find(NAME)
    package.update(fields)
    stage.wire.catalogue.touch(package)


def refusal(status: int, **error: object) -> Response:
    """A refusal in CKAN's envelope."""
    content = {"help": "", "success": False, "error": error}
    return Response(status=status, body=json.dumps(content).encode())


def refused_as_withdrawn(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Neither plan nor publish goes on, and nothing is written."""
    sent = len(stage.wire.writes())
    for verb in (plan, publish):
        with pytest.raises(ConflictError) as caught:
            verb(stage, release, dataset)
        assert caught.value.code == "data_go_th.withdrawn"
    assert len(stage.wire.writes()) == sent

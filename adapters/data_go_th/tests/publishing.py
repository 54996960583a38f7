"""What the tests of publishing share: the verbs under the real policies, and edits as people make them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from govlink.errors import (
    ConflictError,
)
from govlink.flow import Response
from govlink.models.dataset import Dataset, DataType
from govlink.models.publication import Consent, Declaration, Publication, PublicationStep
from govlink.models.release import Release
from govlink.models.table import Column, ColumnType, Row
from govlink_data_go_th.identity import resource_id_of

from .table_double import MemoryTable, table_of_release

NAME = "obec-equivalence"
RESOURCE = resource_id_of(NAME)
FILE = resource_id_of(NAME, resource_key="csv")

Stage = Any  # the classes of conftest.py cannot be imported under import-mode=importlib


@dataclass(slots=True)
class Journal:
    """Keeps what it is told."""

    steps: list[PublicationStep] = field(default_factory=list)

    def note(self, step: PublicationStep) -> None:
        """Keep the step."""
        self.steps.append(step)

    def published(self) -> tuple[tuple[str, str], ...]:
        """The fields of the last publication that finished."""
        return next((s.fields for s in reversed(self.steps) if s.name == "done"), ())


def publication_of(
    stage: Stage, release: Release, dataset: Dataset, *, consent: Consent | None = None
) -> Publication:
    """A release with its table."""
    table = table_of_release(release, stage.folder)
    return Publication(dataset=dataset, table=table, release=release, consent=consent or Consent())


DECLARATION = Declaration(
    decided_by="สำนักบริหารงานการศึกษา", reference="ศธ 04007/ว 12", decided_on=date(2026, 1, 5)
)
SCHOOL_COLUMNS = (
    Column(id="code", type=ColumnType.TEXT, label_th="รหัสสถานศึกษา", label_en="School code"),
    Column(id="name", type=ColumnType.TEXT, label_th="ชื่อ", label_en="Name"),
    Column(id="pupils", type=ColumnType.INTEGER, label_th="จำนวนนักเรียน", label_en="Pupils"),
)
SCHOOLS: tuple[Row, ...] = tuple(
    (f"{1000 + number}", f"โรงเรียนตัวอย่าง {number}", number * 10) for number in range(6)
)


def declared(
    stage: Stage,
    dataset: Dataset,
    *,
    rows: tuple[Row, ...] = SCHOOLS,
    columns: tuple[Column, ...] = SCHOOL_COLUMNS,
    key: tuple[str, ...] = ("code",),
    consent: Consent | None = None,
) -> Publication:
    """A table of schools, declared open."""
    return Publication(
        dataset=replace(dataset, data_type=DataType.RECORD),
        table=MemoryTable(columns=columns, key=key, held=tuple(sorted(rows, key=str)), folder=stage.folder),
        declaration=DECLARATION,
        consent=consent or Consent(),
    )


def publish(
    stage: Stage,
    release: Release,
    dataset: Dataset,
    *,
    consent: Consent | None = None,
    journal: Journal | None = None,
) -> Any:
    """Publish under the real policies."""
    publication = publication_of(stage, release, dataset, consent=consent)
    return publish_it(stage, publication, journal=journal)


def publish_it(stage: Stage, publication: Publication, *, journal: Journal | None = None) -> Any:
    """Publish what is put together already."""
    flow = stage.flows.publish(publication, journal=journal or Journal(), context=stage.context)
    return stage.play(flow)


def plan(stage: Stage, release: Release, dataset: Dataset, *, consent: Consent | None = None) -> Any:
    """The plan."""
    return plan_it(stage, publication_of(stage, release, dataset, consent=consent))


def plan_it(stage: Stage, publication: Publication) -> Any:
    """The plan of what is put together already."""
    return stage.play(stage.flows.plan(publication, journal=Journal(), context=stage.context))


def rows_of(stage: Stage) -> list[tuple[object, ...]]:
    """The rows as stored."""
    return sorted(tuple(r.values()) for r in stage.wire.catalogue.tables[RESOURCE].rows.values())


def package_of(stage: Stage) -> Any:
    """The dataset as stored."""
    return stage.wire.catalogue.find(NAME)


def resource_of(stage: Stage, resource_id: str = RESOURCE) -> Any:
    """A resource as stored."""
    found = package_of(stage)["resources"]
    return next((r for r in found if r["id"] == resource_id), None)


def edit(stage: Stage, **fields: object) -> None:
    """Change the dataset as a person would in the web form."""
    package = package_of(stage)
    package.update(fields)
    stage.wire.catalogue.touch(package)


def act(stage: Stage, action: str, **content: object) -> None:
    """Do something on the catalogue with the publisher's own rights, past the SDK."""
    answer = stage.wire.catalogue.answer(
        action,
        method="POST",
        content_type="application/json",
        token=stage.flows.settings.access_token.get_secret_value(),
        body=json.dumps(content).encode(),
        site_url="http://localhost/",
    )
    assert answer.status == 200, answer.body


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

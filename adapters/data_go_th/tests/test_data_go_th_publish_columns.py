"""Other columns than the stored table's: added, dropped by consent, retyped by a new table, relabelled."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from govlink.errors import RejectedError
from govlink.models.dataset import Dataset
from govlink.models.publication import Consent, Publication
from govlink.models.table import Column, ColumnType

from .publishing import (
    RESOURCE,
    SCHOOL_COLUMNS,
    SCHOOLS,
    Stage,
    declared,
    package_of,
    plan_it,
    publish_it,
    resource_of,
    rows_of,
)

PLACE = Column(id="place", type=ColumnType.TEXT, label_th="จังหวัด", notes="ตามที่ตั้ง")
DROP = Consent(drop_columns=frozenset({"pupils"}))


def narrow(stage: Stage, dataset: Dataset, consent: Consent | None = None) -> Publication:
    """The schools without their pupils."""
    rows = tuple(row[:2] for row in SCHOOLS)
    return declared(stage, dataset, rows=rows, columns=SCHOOL_COLUMNS[:2], consent=consent)


def last_writes(stage: Stage, count: int) -> list[str]:
    """The last write actions."""
    return list(stage.wire.writes()[-count:])


def test_a_column_is_added_in_place(stage: Stage, dataset: Dataset) -> None:
    """Guards that rows stay where they are and only get their new value, unseen."""
    publish_it(stage, declared(stage, dataset))
    ids = list(stage.wire.catalogue.tables[RESOURCE].rows)
    wider = declared(
        stage, dataset, rows=tuple((*row, "ตาก") for row in SCHOOLS), columns=(*SCHOOL_COLUMNS, PLACE)
    )
    found = plan_it(stage, wider)
    assert [(c.id, c.change) for c in found.columns] == [("place", "add")]
    assert (found.rows_changed, found.is_hidden_meanwhile, found.is_table_rebuilt) == (6, True, False)
    publish_it(stage, wider)
    assert list(stage.wire.catalogue.tables[RESOURCE].rows) == ids
    assert rows_of(stage)[0] == (*SCHOOLS[0], "ตาก")
    assert stage.wire.catalogue.tables[RESOURCE].columns["place"][1] == {
        "label": "จังหวัด",
        "notes": "ตามที่ตั้ง",
    }
    assert publish_it(stage, wider).writes == 0


def test_a_column_is_dropped_by_consent_only(stage: Stage, dataset: Dataset) -> None:
    """Guards that a column people may be using is named before it goes."""
    publish_it(stage, declared(stage, dataset))
    sent = len(stage.wire.writes())
    for verb in (plan_it, publish_it):
        with pytest.raises(RejectedError) as caught:
            verb(stage, narrow(stage, dataset))
        assert caught.value.code == "data_go_th.columns_lost"
        assert [p.pointer for p in caught.value.problems] == ["/columns/pupils"]
    assert len(stage.wire.writes()) == sent
    publish_it(stage, narrow(stage, dataset, DROP))
    body = next(json.loads(r.body) for r in reversed(stage.wire.sent) if r.operation == "datastore_create")
    assert body["delete_fields"] is True
    assert list(stage.wire.catalogue.tables[RESOURCE].columns) == ["code", "name"]
    assert publish_it(stage, narrow(stage, dataset)).writes == 0


def test_an_older_ckan_drops_by_a_new_table(stage: Stage, dataset: Dataset) -> None:
    """Guards CKAN 2.10, which knows no other way."""
    stage.wire.catalogue.use_version("2.10")
    publish_it(stage, declared(stage, dataset))
    publish_it(stage, narrow(stage, dataset, DROP))
    writes = ["datastore_delete", "datastore_create", "package_revise", "datastore_upsert", "package_revise"]
    assert last_writes(stage, 5) == writes
    assert list(stage.wire.catalogue.tables[RESOURCE].columns) == ["code", "name"]


def test_a_changed_type_makes_a_new_table(stage: Stage, dataset: Dataset) -> None:
    """Guards against CKAN taking a changed type and not changing it; the resource's id stays."""
    publish_it(stage, declared(stage, dataset))
    as_text = (*SCHOOL_COLUMNS[:2], replace(SCHOOL_COLUMNS[2], type=ColumnType.TEXT))
    other = declared(stage, dataset, rows=tuple((*row[:2], str(row[2])) for row in SCHOOLS), columns=as_text)
    found = plan_it(stage, other)
    assert [(c.id, c.change, c.stored, c.wanted) for c in found.columns] == [
        ("pupils", "retype", "int", "text")
    ]
    assert (found.is_table_rebuilt, found.rows_new, found.rows_deleted) == (True, 6, 6)
    seen: list[object] = []
    stage.wire.watch = lambda: seen.append(
        package_of(stage)["private"] or RESOURCE in stage.wire.catalogue.tables
    )
    publish_it(stage, other)
    assert all(seen)
    assert stage.wire.catalogue.tables[RESOURCE].columns["pupils"][0] == "varchar"
    assert publish_it(stage, other).writes == 0


def test_text_and_varchar_are_one_type(stage: Stage, dataset: Dataset) -> None:
    """Guards that a table made with the other kind of text is left as it is."""
    publish_it(stage.with_settings(text_type="text"), declared(stage, dataset))
    assert publish_it(stage, declared(stage, dataset)).writes == 0
    assert stage.wire.catalogue.tables[RESOURCE].columns["code"][0] == "text"


def test_a_changed_key_makes_a_new_table(stage: Stage, dataset: Dataset) -> None:
    """Guards that rows are found by the key they are given with; CKAN does not tell a stored one."""
    publish_it(stage, declared(stage, dataset))
    other = declared(stage, dataset, key=("code", "name"))
    assert plan_it(stage, other).is_table_rebuilt
    publish_it(stage, other)
    assert stage.wire.catalogue.tables[RESOURCE].key == ("code", "name")
    assert resource_of(stage)["govlink_key"] == "code,name"
    assert publish_it(stage, other).writes == 0


def test_a_label_is_renewed_alone(stage: Stage, dataset: Dataset) -> None:
    """Guards that a changed label is one call, which readers do not notice."""
    publish_it(stage, declared(stage, dataset))
    before = len(stage.wire.writes())
    relabelled = declared(
        stage, dataset, columns=(replace(SCHOOL_COLUMNS[0], label_th="รหัส"), *SCHOOL_COLUMNS[1:])
    )
    found = plan_it(stage, relabelled)
    assert [(c.id, c.change, c.stored, c.wanted) for c in found.columns] == [
        ("code", "relabel", "รหัสสถานศึกษา", "รหัส")
    ]
    assert not found.is_hidden_meanwhile
    assert publish_it(stage, relabelled).writes == 1
    assert stage.wire.writes()[before:] == ["datastore_create"]
    assert publish_it(stage, relabelled).writes == 0


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ((replace(SCHOOL_COLUMNS[0], id="รหัส"), *SCHOOL_COLUMNS[1:]), ("รหัส",)),
        ((replace(SCHOOL_COLUMNS[0], id="_id"), *SCHOOL_COLUMNS[1:]), ("_id",)),
        ((*SCHOOL_COLUMNS[:2], replace(SCHOOL_COLUMNS[2], id="CODE")), ("code",)),
        (SCHOOL_COLUMNS, ()),
        (SCHOOL_COLUMNS, ("place",)),
    ],
)
def test_columns_that_cannot_be_stored(
    stage: Stage, dataset: Dataset, columns: tuple[Column, ...], key: tuple[str, ...]
) -> None:
    """Guards against names that the database would cut or merge, and tables whose rows have no name."""
    publication = declared(stage, dataset)
    table = publication.table
    odd = replace(table, columns=columns, key=key)  # type: ignore[type-var]  # the double is a dataclass
    with pytest.raises(RejectedError) as caught:
        publish_it(stage, replace(publication, table=odd))
    assert caught.value.code == "data_go_th.table_invalid"
    assert stage.wire.sent == []

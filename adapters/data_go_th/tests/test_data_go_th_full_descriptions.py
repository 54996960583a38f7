"""Every item of every type of data, from the description through the rules to a catalogue and back."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.models.dataset import DataCategory, Dataset, DatasetResource, DataType
from govlink.models.dataset_items import ITEMS, OTHER_LABELS, RESOURCE_ITEMS, Item
from govlink_data_go_th.metadata import resource_differences, wanted_of
from govlink_data_go_th.parse import parse_schema
from govlink_data_go_th.preflight import check_against, check_dataset, notes_of
from govlink_data_go_th.settings import DataGoThSettings
from govlink_data_go_th.simulated.schema import (
    Variant,
    default_resource_schema,
    default_schema,
    stored_fields,
    validate_fields,
    validate_resource_fields,
)

SETTINGS = DataGoThSettings.model_validate({"sandbox_url": "http://localhost", "access_token": "t"})
MINIMUM: dict[str, Any] = {
    "name": "x-1",
    "title": "ก",
    "owner_org": "obec",
    "maintainer": "ก",
    "maintainer_email": "a@example.go.th",
    "tags": ("การศึกษา",),
    "notes": "ก",
    "data_source": "ก",
    "data_category": DataCategory.PUBLIC,
}
words = st.text(alphabet="กขคงจabc 12", min_size=1, max_size=6).filter(str.strip)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2399, 12, 31))
OF_MEMBER: dict[str, st.SearchStrategy[Any]] = {
    "classification": st.none(),
    "update_frequency_interval": st.sampled_from(["", "1", "12"]),
    "url": st.just("https://example.go.th/ก"),
    "reference_url": st.just("http://example.go.th"),
    "first_year_of_data": st.sampled_from(["", "2560"]),
    "last_year_of_data": st.sampled_from(["", "2560", "2569"]),
    "west_bound": st.just(Decimal("97.3")),
    "east_bound": st.just(Decimal("105.6")),
    "north_bound": st.just(Decimal("20.5")),
    "south_bound": st.just(Decimal("5.6")),
}


def values_of(item: Item, kind: str) -> st.SearchStrategy[Any]:
    """Right values of an item whose member is so annotated."""
    if item.member in OF_MEMBER:
        return OF_MEMBER[item.member]
    if item.choices is not None:
        offered = [c for c in item.choices if c.value in OFFERED[item.member]]
        if kind.startswith("tuple"):
            return st.lists(st.sampled_from(offered), min_size=1, unique=True).map(tuple)
        return st.sampled_from(offered)
    if "date" in kind:
        return st.none() | days
    return st.none() | st.booleans() if "bool" in kind else words


OFFERED = {item.member: {c.value for c in item.choices or ()} for item in ITEMS}
OFFERED["licence"] = {"Open Data Common", "Creative Commons Attributions", "อื่นๆ"}  # what all the forks offer


@st.composite
def parts(draw: st.DrawFn, *, of: type[Any], items: tuple[Item, ...], kind: DataType) -> dict[str, Any]:
    """Values of the items for that type of data, each choice of อื่นๆ with its text."""
    annotations = {f.name: str(f.type) for f in fields(of)}
    chosen: dict[str, Any] = {}
    for item in items:
        if kind in item.types and item.member not in MINIMUM and item.member != "data_type":
            chosen[item.member] = draw(values_of(item, annotations[item.member]))
    others = []
    for name, value in [*chosen.items(), ("data_type", kind)]:
        listed = value if isinstance(value, tuple) else (value,)
        if any(isinstance(v, str) and v in OTHER_LABELS for v in listed) and (
            of is Dataset or name in chosen
        ):
            others.append((name, draw(words)))
    return {**chosen, "other": tuple(others)}


@st.composite
def full(draw: st.DrawFn) -> Dataset:
    """A description with every item its type has."""
    kind = draw(st.sampled_from(DataType))
    own = draw(parts(of=Dataset, items=ITEMS, kind=kind))
    below = [draw(parts(of=DatasetResource, items=RESOURCE_ITEMS, kind=kind)) for _ in range(2)]
    whole = Dataset(**{**MINIMUM, **own, "data_type": kind})
    return replace(whole, table=DatasetResource(**below[0]), file=DatasetResource(**below[1]))


@pytest.mark.parametrize("variant", list(Variant))
@settings(max_examples=25)
@given(data=st.data())
def test_a_full_description_is_stored_as_it_was_meant(variant: Variant, data: st.DataObject) -> None:
    """Guards the whole way: rules, live schema, a server's checks, and that nothing differs afterwards."""
    dataset = data.draw(full())
    check_dataset(dataset)
    assert [note for note in notes_of(dataset) if "not shown" in note] == []
    schema, resource_schema = default_schema(variant), default_resource_schema(variant)
    live = parse_schema({"dataset_fields": schema, "resource_fields": resource_schema}, operation="x")
    wanted = wanted_of(dataset, report=None, settings=SETTINGS, schema=live)
    check_against(wanted, live)
    known = {str(f["field_name"]) for f in schema} | {"tags"}
    sent = {k: v for k, v in wanted.filled().items() if k in known}
    assert wanted.filled().keys() - sent.keys() == {"state"}
    assert validate_fields(schema, sent) == {}
    assert resource_differences(wanted.fields, {**stored_fields(schema, sent), "state": "active"}) == {}
    for resource in (wanted.table, wanted.file):
        assert validate_resource_fields(resource_schema, {**resource, "url_type": "datastore"}) == {}
        assert resource_differences(resource, stored_fields(resource_schema, resource)) == {}

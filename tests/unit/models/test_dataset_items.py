"""What is known of each item, against the members that hold them."""

from __future__ import annotations

from dataclasses import MISSING, fields
from enum import StrEnum
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest

from govlink.models import code_lists
from govlink.models.code_lists import NOT_EVERYWHERE, DataType
from govlink.models.dataset import Dataset, DatasetResource
from govlink.models.dataset_items import ITEMS, OTHER_LABELS, RESOURCE_ITEMS

LISTS = [
    v
    for v in vars(code_lists).values()
    if isinstance(v, type) and issubclass(v, StrEnum) and v is not StrEnum
]


def code_list_of(kind: object) -> object:
    """The code list inside a member's type, if there is one."""
    while get_origin(kind) in (tuple, UnionType):
        kind = get_args(kind)[0]
    return kind if kind in LISTS else None


def test_every_member_is_an_item() -> None:
    """A member without an item would neither be sent nor checked."""
    assert [i.member for i in ITEMS if i.member not in {f.name for f in fields(Dataset)}] == []
    assert {f.name for f in fields(Dataset)} - {i.member for i in ITEMS} == {"other", "table", "file"}
    assert {f.name for f in fields(DatasetResource)} - {i.member for i in RESOURCE_ITEMS} == {
        "name",
        "description",
        "other",
    }


def test_items_have_the_code_lists_of_their_members() -> None:
    """A choice is checked against the list it is typed with."""
    for kind, items in ((Dataset, ITEMS), (DatasetResource, RESOURCE_ITEMS)):
        hints = get_type_hints(kind)
        assert {i.member: i.choices for i in items} == {
            i.member: code_list_of(hints[i.member]) for i in items
        }


def test_a_resource_item_has_its_namesake_in_the_dataset() -> None:
    """What a resource does not say is taken from there, so it must be of one type."""
    whole, part = get_type_hints(Dataset), get_type_hints(DatasetResource)
    assert {i.member: part[i.member] for i in RESOURCE_ITEMS} == {
        i.member: whole[i.member] for i in RESOURCE_ITEMS
    }


def test_the_standard_has_fourteen_mandatory_items() -> None:
    """They are those without a default, and the catalogue's name."""
    mandatory = {i.member for i in ITEMS if i.is_mandatory}
    assert len(mandatory) == 14
    without_default = {
        f.name for f in fields(Dataset) if f.default is MISSING and f.default_factory is MISSING
    }
    assert without_default == mandatory | {"name"}


@pytest.mark.parametrize("kind", [Dataset, DatasetResource])
def test_every_member_is_documented(kind: type) -> None:
    """Each member is told with its official Thai name."""
    labels = {i.member: i.label_th for i in (ITEMS if kind is Dataset else RESOURCE_ITEMS)}
    told = (kind.__doc__ or "").splitlines()
    for member, label in labels.items():
        line = next(line for line in told if line.strip().startswith(f"{member}:"))
        assert label in line


@pytest.mark.parametrize("kind", LISTS)
def test_lists_have_no_value_twice(kind: type[StrEnum]) -> None:
    """A second name of a value would be an alias of the first and not be offered."""
    assert len(kind.__members__) == len({choice.value for choice in kind})


def test_other_choices_are_recognised() -> None:
    """A choice that demands a text is known by its label, in each list that has one."""
    for kind in LISTS:
        assert ("OTHER" in kind.__members__) == (not OTHER_LABELS.isdisjoint(set(kind)))


def test_the_lists_have_the_length_of_the_schema() -> None:
    """A line lost or doubled in a list shows here; the numbers were counted in the extension's schema."""
    counted = {kind.__name__: sum(c not in NOT_EVERYWHERE for c in kind) for kind in LISTS}
    assert counted == {
        "DataType": 5,
        "Objective": 14,
        "FrequencyUnit": 13,
        "GeoCoverage": 14,
        "DataFormat": 20,
        "DataCategory": 4,
        "Classification": 5,
        "Licence": 7,
        "DataSupport": 7,
        "CollectionUnit": 13,
        "DataLanguage": 14,
        "Disaggregation": 14,
        "Multiplier": 15,
        "GeographicLayer": 13,
        "Scale": 6,
    }


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        (DataType.RECORD, 27),
        (DataType.STATISTICS, 31),
        (DataType.GEOGRAPHIC, 32),
        (DataType.MIXED, 27),
        (DataType.OTHER, 27),
    ],
)
def test_each_type_has_its_items(kind: DataType, count: int) -> None:
    """The form shows 22 items for all types, and some for each."""
    assert sum(kind in item.types for item in ITEMS) == count

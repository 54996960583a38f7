"""The items of the Thai standard under names of ours, with the standard's own labels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ..models.dataset import Dataset
from ..models.dataset_items import ITEMS, Item
from .nodes import CONTEXT, Node, keyword, texts, typed

__all__ = ["own_items", "own_properties"]

_TOLD_OTHERWISE = frozenset({"name", "title", "notes", "tags", "maintainer", "maintainer_email", "owner_org"})
"""Items that DCAT-AP holds whole, so that they need no name of their own."""


def _own_value(value: object) -> object:
    if isinstance(value, tuple):
        return [_own_value(item) for item in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, StrEnum):
        return {"@value": value.value, "@language": "th"} if not value.isascii() else {"@value": value.value}
    if isinstance(value, date):
        return typed(value.isoformat(), "date")
    if isinstance(value, Decimal):
        return typed(f"{value:f}", "decimal")
    return keyword(str(value).strip())


def _items(dataset: Dataset) -> Iterator[tuple[Item, object]]:
    """The items of the Thai standard that hold something, in the standard's order."""
    for item in ITEMS:
        value = getattr(dataset, item.member)
        if item.member not in _TOLD_OTHERWISE and value not in ("", (), None):
            yield item, _own_value(value)


def _others(dataset: Dataset) -> Iterator[tuple[Item, str]]:
    """The texts that choices of อื่นๆ demand, in the same order."""
    given = dict(dataset.other)
    for item in ITEMS:
        if item.can_be_other and (text := given.get(item.member, "").strip()):
            yield item, text


def own_items(dataset: Dataset) -> Node:
    """The items under their names of ours."""
    found: Node = {f"thgov:{item.member}": value for item, value in _items(dataset)}
    return found | {f"thgov:{item.member}_other": keyword(text) for item, text in _others(dataset)}


def own_properties(dataset: Dataset) -> Iterator[Node]:
    """The Thai label of each item of ours that the graph uses."""
    for item, _ in _items(dataset):
        yield _property(item.member, item.label_th)
    for item, _ in _others(dataset):
        yield _property(f"{item.member}_other", f"{item.label_th} (อื่นๆ)")


def _property(name: str, label: str) -> Node:
    return {"@id": f"{CONTEXT['thgov']}{name}", "@type": "rdf:Property", "rdfs:label": texts(label)}

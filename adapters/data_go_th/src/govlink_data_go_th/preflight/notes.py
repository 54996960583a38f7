"""What is allowed and yet probably not meant: the API takes it, the portal's form would not show it."""

from __future__ import annotations

from collections.abc import Iterator

from govlink.models.dataset import Dataset, DatasetResource
from govlink.models.dataset_items import ITEMS, RESOURCE_ITEMS, Item

from .rules import FIRST_BUDDHIST_YEAR

__all__ = ["notes_of"]


def _misplaced(dataset: Dataset) -> Iterator[str]:
    parts: tuple[tuple[str, Dataset | DatasetResource, tuple[Item, ...]], ...] = (
        ("", dataset, ITEMS),
        ("table.", dataset.table, RESOURCE_ITEMS),
        ("file.", dataset.file, RESOURCE_ITEMS),
    )
    for prefix, part, items in parts:
        for item in items:
            is_filled = getattr(part, item.member) not in ("", (), None)
            if is_filled and dataset.data_type not in item.types:
                yield f"{prefix}{item.member} is not shown for data of type {dataset.data_type.name}"


def _doubtful(dataset: Dataset) -> Iterator[str]:
    for name in ("first_year_of_data", "last_year_of_data"):
        year = getattr(dataset, name)
        if year.isdecimal() and int(year) < FIRST_BUDDHIST_YEAR:
            yield f"{name} looks Gregorian; portals show years of the Buddhist era"
    interval = dataset.update_frequency_interval.strip()
    if interval and not interval.isdecimal():
        yield "update_frequency_interval is no whole number"
    if dataset.created and dataset.last_updated and dataset.created > dataset.last_updated:
        yield "created is after last_updated"
    west, east = dataset.west_bound, dataset.east_bound
    if west is not None and east is not None and west > east:
        yield "west_bound is east of east_bound: such a frame goes around the other side of the globe"


def notes_of(dataset: Dataset) -> tuple[str, ...]:
    """What a person should look at again; English lines, none of which stops a publication."""
    return (*_misplaced(dataset), *_doubtful(dataset))

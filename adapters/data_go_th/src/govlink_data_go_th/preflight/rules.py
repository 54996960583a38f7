"""The rules of the standard that need no catalogue to be checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from govlink.errors import Problem, RejectedError
from govlink.models.dataset import Classification, DataCategory, Dataset, DatasetResource
from govlink.models.dataset_items import ITEMS, OTHER_LABELS, RESOURCE_ITEMS, Item

from ..fitting import classification_of
from ..settings import PLATFORM
from .faults import (
    BOUNDS,
    BUDDHIST_DATE,
    CHOICE_REPEATED,
    CLASS_MISMATCH,
    CONTROL,
    COORDINATE,
    EMAIL,
    INVALID,
    MISSING,
    NAME,
    NOT_PUBLIC,
    OTHER_TEXT,
    TAG,
    URL,
    YEAR,
    YEARS_APART,
)

__all__ = ["FIRST_BUDDHIST_YEAR", "check_dataset", "refuse"]

FIRST_BUDDHIST_YEAR = 2400
"""From here on a year is taken for one of the Buddhist era; modelled, no data set reaches that far."""

CLASSES: Mapping[DataCategory, frozenset[Classification]] = {
    DataCategory.PUBLIC: frozenset({Classification.OPEN}),
    DataCategory.INTERNAL: frozenset({Classification.WITHIN_ORGANISATION}),
    DataCategory.PERSONAL: frozenset(
        {Classification.WITHIN_ORGANISATION, Classification.CONFIDENTIAL, Classification.SECRET}
    ),
    DataCategory.SECURITY: frozenset(
        {Classification.CONFIDENTIAL, Classification.SECRET, Classification.TOP_SECRET}
    ),
    DataCategory.SECRET: frozenset(
        {Classification.CONFIDENTIAL, Classification.SECRET, Classification.TOP_SECRET}
    ),
}
"""The classes that each category may have. (thai-gdc-opal, form scripts; seen in code)"""

_RESERVED = frozenset({"new", "edit", "search"})
_RESERVED_PREFIXES = ("gprepare-", "gprocessing-", "garchive-")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_TAG = re.compile(r"[ก-๙\w .-]{2,100}")
_URL = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)
_YEARS = ("first_year_of_data", "last_year_of_data")
_SIDES = ("west_bound", "east_bound", "north_bound", "south_bound")
_Part: TypeAlias = tuple[str, Dataset | DatasetResource, tuple[Item, ...]]


def _parts(dataset: Dataset) -> Iterator[_Part]:
    """The dataset and its two resources: the pointer before each, and the items it has."""
    yield "", dataset, ITEMS
    yield "/table", dataset.table, RESOURCE_ITEMS
    yield "/file", dataset.file, RESOURCE_ITEMS


def _name(dataset: Dataset) -> Iterator[Problem]:
    name = dataset.name
    is_slug = re.fullmatch(r"[a-z0-9_-]{2,70}", name) is not None
    if not is_slug or name in _RESERVED or name.startswith(_RESERVED_PREFIXES):
        yield Problem(pointer="/name", fault=NAME)


def _has_control(text: str) -> bool:
    return any(ord(c) < 32 and c not in "\n\r\t" for c in text) or "\x7f" in text


def _mandatory(dataset: Dataset) -> Iterator[Problem]:
    for item in ITEMS:
        value = getattr(dataset, item.member)
        is_told = item.member == "maintainer_email"  # whose own rule says more
        is_empty = not value.strip() if isinstance(value, str) else not value
        if item.is_mandatory and is_empty and not is_told:
            yield Problem(pointer=f"/{item.member}", fault=MISSING)


def _texts(dataset: Dataset) -> Iterator[Problem]:
    for pointer, part, items in _parts(dataset):
        names = [item.member for item in items if item.member not in {"name", "maintainer_email"}]
        names += ["name", "description"] if pointer else []
        for name in names:
            value = getattr(part, name)
            if isinstance(value, str) and _has_control(value):
                yield Problem(pointer=f"{pointer}/{name}", fault=CONTROL)
    if _EMAIL.fullmatch(dataset.maintainer_email) is None:
        yield Problem(pointer="/maintainer_email", fault=EMAIL)
    for name in ("reference_url", "url"):
        if getattr(dataset, name) and _URL.fullmatch(getattr(dataset, name)) is None:
            yield Problem(pointer=f"/{name}", fault=URL)


def _lists(dataset: Dataset) -> Iterator[Problem]:
    for index, tag in enumerate(dataset.tags):
        if _TAG.fullmatch(tag) is None or tag != tag.strip() or tag in dataset.tags[:index]:
            yield Problem(pointer=f"/tags/{index}", fault=TAG)
    for pointer, part, items in _parts(dataset):
        for item in items:
            chosen = getattr(part, item.member)
            if item.choices is None or not isinstance(chosen, tuple):
                continue
            repeated = [n for n, choice in enumerate(chosen) if choice in chosen[:n]]
            for index in repeated:
                yield Problem(pointer=f"{pointer}/{item.member}/{index}", fault=CHOICE_REPEATED)


def _others(dataset: Dataset) -> Iterator[Problem]:
    """A choice of อื่นๆ and its text come together, or neither: the server looks at neither (tried)."""
    for pointer, part, items in _parts(dataset):
        wanting: set[str] = set()
        for item in items:
            value = getattr(part, item.member)
            chosen = value if isinstance(value, tuple) else (value,)
            if item.can_be_other and not OTHER_LABELS.isdisjoint(chosen):
                wanting.add(item.member)
        names = [name for name, _ in part.other]
        right = {
            n for n, text in part.other if text.strip() and not _has_control(text) and names.count(n) == 1
        }
        for name in sorted((wanting ^ right) | (set(names) - right)):
            escaped = name.replace("~", "~0").replace("/", "~1")
            yield Problem(pointer=f"{pointer}/other/{escaped}", fault=OTHER_TEXT)


def _category(dataset: Dataset) -> Iterator[Problem]:
    """The server does not stop personal data from being public, so this does."""
    if dataset.data_category is not DataCategory.PUBLIC:
        yield Problem(pointer="/data_category", fault=NOT_PUBLIC)
    allowed = CLASSES[dataset.data_category]
    classification = classification_of(dataset)
    if classification is not None and classification not in allowed:
        listed = ", ".join(c.value for c in Classification if c in allowed)
        yield Problem(pointer="/classification", fault=CLASS_MISMATCH, values=(("allowed", listed),))


def _dates(dataset: Dataset) -> Iterator[Problem]:
    """2567-01-05 would be stored as the Gregorian year 2567 (tried)."""
    for pointer, part, items in _parts(dataset):
        for item in items:
            value = getattr(part, item.member)
            if isinstance(value, date) and value.year >= FIRST_BUDDHIST_YEAR:
                yield Problem(pointer=f"{pointer}/{item.member}", fault=BUDDHIST_DATE)


def _years(dataset: Dataset) -> Iterator[Problem]:
    """The catalogue takes any text; that both years be of one era in order is modelled."""
    for pointer, part, _ in _parts(dataset):
        texts = [getattr(part, name) for name in _YEARS]
        wrong = [n for n, t in zip(_YEARS, texts, strict=True) if re.fullmatch(r"([0-9]{4})?", t) is None]
        yield from (Problem(pointer=f"{pointer}/{name}", fault=YEAR) for name in wrong)
        if wrong or not all(texts):
            continue
        first, last = (int(text) for text in texts)
        if first > last or (first < FIRST_BUDDHIST_YEAR <= last):
            yield Problem(pointer=f"{pointer}/last_year_of_data", fault=YEARS_APART)


def _frame(dataset: Dataset) -> Iterator[Problem]:
    sides: dict[str, Decimal | None] = {name: getattr(dataset, name) for name in _SIDES}
    wrong = []
    for name, value in sides.items():
        limit = 180 if name in {"west_bound", "east_bound"} else 90
        if value is not None and not (value.is_finite() and abs(value) <= limit):
            wrong.append(name)
    yield from (Problem(pointer=f"/{name}", fault=COORDINATE) for name in wrong)
    missing = [name for name, value in sides.items() if value is None]
    if len(missing) < len(_SIDES):
        yield from (Problem(pointer=f"/{name}", fault=BOUNDS) for name in missing)
    north, south = dataset.north_bound, dataset.south_bound
    if not wrong and north is not None and south is not None and south > north:
        yield Problem(pointer="/south_bound", fault=BOUNDS)


_CHECKS: tuple[Callable[[Dataset], Iterator[Problem]], ...] = (
    _name,
    _mandatory,
    _texts,
    _lists,
    _others,
    _category,
    _dates,
    _years,
    _frame,
)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ``RejectedError`` with these problems, if there are any."""
    told = tuple(problems)
    if told:
        raise RejectedError(INVALID, platform=PLATFORM, problems=told)


def check_dataset(dataset: Dataset) -> None:
    """Check what needs no catalogue to know.

    Raises:
        RejectedError: one problem for every item that is missing or wrong.
    """
    refuse(problem for check in _CHECKS for problem in check(dataset))

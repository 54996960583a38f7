"""The members of a record: their text, their lost zeros, and the dates among them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from govlink.errors import RejectedError
from govlink.models.dates import Era, PartialDate

__all__ = ["DateForm", "Member", "dates_of", "flatten", "known_by_name", "split", "text_of"]

_SLASHED = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_TIMESTAMP = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?")


class DateForm(StrEnum):
    """The shapes of dates on the gateway, each with its era (documented: DBD API guide, all three)."""

    BE_COMPACT = "be_compact"
    """``25380412``; unknown parts are ``00``."""
    BE_SLASHED = "be_slashed"
    """``12/04/2538``."""
    CE_TIMESTAMP = "ce_timestamp"
    """``1995-04-12T00:00:00``; the time is not read. That the parts stand in this order is modelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a record.

    ``width`` restores leading zeros that a numeric answer lost; 0: none. ``date`` is the shape of a
    member that holds a date.
    """

    name: str
    width: int = 0
    date: DateForm | None = None


def known_by_name(members: Iterable[Member]) -> dict[str, Member]:
    """Members by their name in lower case: the platform varies the case."""
    return {member.name.lower(): member for member in members}


def text_of(value: object, member: Member | None = None) -> str | None:
    """A scalar as text: clients disagree on which members are numbers (seen in code)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value).zfill(member.width if member else 0)


def split(
    content: Mapping[str, object], known: Mapping[str, Member]
) -> tuple[dict[str, str], dict[str, object]]:
    """Known members as text under the catalogue's spelling, and all others as they came.

    A member that is null is left out: the right granted does not reach it.
    """
    texts: dict[str, str] = {}
    extra: dict[str, object] = {}
    for name, value in content.items():
        member = known.get(name.lower())
        text = text_of(value, member) if member else None
        if member and text is not None:
            texts[member.name] = text
        elif value is not None:
            extra[name] = value
    return texts, extra


def _step(path: str, name: str) -> str:
    part = name.replace("~", "~0").replace("/", "~1")
    return f"{path}/{part}" if path else part


def flatten(
    value: object, known: Mapping[str, Member], *, path: str = "", depth: int
) -> Iterator[tuple[str, str]]:
    """The texts inside a row by their path (``AddressInformations/0/Province``); nulls are left out.

    Raises:
        ValueError: it is nested deeper than ``depth``.
    """
    if value is None:
        return
    if not isinstance(value, dict | list):
        text = ("true" if value else "false") if isinstance(value, bool) else text_of(value)
        if text is not None:
            yield path, text
        return
    if depth == 0:
        raise ValueError("nested too deep")
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in items:
        member = known.get(str(name).lower())
        text = text_of(part, member) if member else None
        inner = _step(path, member.name if member else str(name))
        if text is not None:
            yield inner, text
        else:
            yield from flatten(part, known, path=inner, depth=depth - 1)


def _read_date(text: str, form: DateForm) -> PartialDate | None:
    era, compact = (Era.CE if form is DateForm.CE_TIMESTAMP else Era.BE), text
    if form is DateForm.BE_SLASHED:
        found = _SLASHED.fullmatch(text)
        compact = found[3] + found[2] + found[1] if found else ""
    elif form is DateForm.CE_TIMESTAMP:
        found = _TIMESTAMP.fullmatch(text)
        compact = found[1] + found[2] + found[3] if found else ""
    try:
        return PartialDate.parse_compact(compact, era=era)
    except RejectedError:
        return None


def dates_of(texts: Mapping[str, str], known: Mapping[str, Member]) -> dict[str, PartialDate]:
    """Those members that are dates and can be read in their documented form, by their path.

    A date that cannot be read stays what it is, a text: an old register holds such, and the rest of
    the record is good all the same.
    """
    dates: dict[str, PartialDate] = {}
    for path, text in texts.items():
        member = known.get(path.rpartition("/")[2].lower())
        date = _read_date(text, member.date) if member and member.date else None
        if date is not None:
            dates[path] = date
    return dates

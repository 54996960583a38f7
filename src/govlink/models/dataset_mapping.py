"""Read a description of a dataset from plain values, as a settings file gives them.

Keys are the members of ``Dataset``. A choice is named by the label the standard stores (``ข้อมูลสาธารณะ``)
or by its English name here (``PUBLIC``), in either case; a date is a date or its ISO text.
"""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from ..errors import Fault, Problem, RejectedError
from .dataset import Dataset, DatasetResource
from .text import clean_text

__all__ = ["dataset_from_mapping"]

INVALID = Fault(
    "dataset.invalid",
    en="the description of the dataset cannot be read",
    th="อ่านคำอธิบายชุดข้อมูลไม่ได้",
)
UNKNOWN = Fault(
    "dataset.key_unknown",
    en="there is no such item; there are: {allowed}",
    th="ไม่มีรายการนี้ รายการที่ใช้ได้: {allowed}",
)
MISSING_KEY = Fault("dataset.key_missing", en="this item is mandatory", th="รายการนี้จำเป็นต้องระบุ")
NOT_TEXT = Fault("dataset.not_text", en="write a text in quotes", th="ให้ระบุเป็นข้อความในเครื่องหมายคำพูด")
NOT_LIST = Fault(
    "dataset.not_list", en="write a list in square brackets", th="ให้ระบุเป็นรายการในวงเล็บเหลี่ยม [ ]"
)
NOT_TABLE = Fault("dataset.not_table", en="write a table of keys and values", th="ให้ระบุเป็นตาราง (table)")
NOT_FLAG = Fault("dataset.not_flag", en="write true or false", th="ให้ระบุ true หรือ false")
NOT_NUMBER = Fault("dataset.not_number", en="write a finite number", th="ให้ระบุเป็นตัวเลข")
NOT_DATE = Fault(
    "dataset.not_date",
    en="write a Gregorian date without a time, as 2026-01-31",
    th="ให้ระบุวันที่เป็นปีคริสต์ศักราชโดยไม่มีเวลา เช่น 2026-01-31",
)
NOT_CHOICE = Fault(
    "dataset.not_choice",
    en="write one of these: {allowed}",
    th="ให้ระบุค่าใดค่าหนึ่งต่อไปนี้: {allowed}",
)

_BARE_NUMBERS = frozenset({"update_frequency_interval", "first_year_of_data", "last_year_of_data"})
"""Texts by the standard that people write as numbers."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_Value = TypeVar("_Value", Dataset, DatasetResource)


class _Unreadable(Exception):
    """Passed between functions of this module only."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems


def _wrong(pointer: str, fault: Fault, **values: str) -> _Unreadable:
    return _Unreadable(Problem(pointer=pointer, fault=fault, values=tuple(values.items())))


def _text(value: object, pointer: str) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number and pointer.rpartition("/")[2] in _BARE_NUMBERS:
        return str(value)
    if not isinstance(value, str):
        raise _wrong(pointer, NOT_TEXT)
    return value


def _flag(value: object, pointer: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(pointer, NOT_FLAG)
    return value


def _date(value: object, pointer: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _wrong(pointer, NOT_DATE)


def _number(value: object, pointer: str) -> Decimal:
    """The shortest decimal that means this number: 97.3 and never 97.29999999999999715."""
    try:
        if isinstance(value, int | float | str | Decimal) and not isinstance(value, bool):
            number = Decimal(str(value))
            if number.is_finite():
                return number
    except InvalidOperation:
        pass
    raise _wrong(pointer, NOT_NUMBER)


def _choice(kind: type[StrEnum], value: object, pointer: str) -> StrEnum:
    if isinstance(value, str):
        wanted = clean_text(value).casefold()
        for choice in kind:
            if wanted in {choice.name.casefold(), choice.value.casefold()}:
                return choice
    allowed = ", ".join(f"{choice.name} ({choice.value})" for choice in kind)
    raise _wrong(pointer, NOT_CHOICE, allowed=allowed)


def _others(value: object, pointer: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        raise _wrong(pointer, NOT_TABLE)
    found = _Collector()
    texts = {str(k): found.take(_text, v, f"{pointer}/{_escaped(str(k))}") for k, v in value.items()}
    found.complain()
    return tuple((name, cast("str", text)) for name, text in texts.items())


def _items(kind: object, value: object, pointer: str) -> tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise _wrong(pointer, NOT_LIST)
    found = _Collector()
    items = [found.take(_reader_of(kind), item, f"{pointer}/{n}") for n, item in enumerate(value)]
    found.complain()
    return tuple(items)


_Reader = Callable[[object, str], object]
_PLAIN: Mapping[object, _Reader] = {
    str: _text,
    bool: _flag,
    date: _date,
    Decimal: _number,
    tuple[tuple[str, str], ...]: _others,
}


@dataclass(slots=True)
class _Collector:
    """Reads on after a problem, so that all of them are told at once."""

    problems: list[Problem] = field(default_factory=list)

    def take(self, reader: _Reader, value: object, pointer: str) -> object:
        """What the reader makes of the value; None where that is nothing."""
        try:
            return reader(value, pointer)
        except _Unreadable as unreadable:
            self.problems += unreadable.problems
            return None

    def complain(self) -> None:
        """Tell the problems, if there are any."""
        if self.problems:
            raise _Unreadable(*self.problems)


def _reader_of(kind: object) -> _Reader:
    """How a member of that type is read; every type that ``Dataset`` uses is here."""
    if get_origin(kind) is types.UnionType:  # something or None, and a settings file knows no None
        kind = get_args(kind)[0]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return lambda value, pointer: _items(item, value, pointer)
    if kind is DatasetResource:
        return lambda value, pointer: _read(DatasetResource, value, pointer)
    choices = cast("type[StrEnum]", kind)
    return lambda value, pointer: _choice(choices, value, pointer)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _read(kind: type[_Value], value: object, pointer: str) -> _Value:
    if not isinstance(value, Mapping):
        raise _wrong(pointer, NOT_TABLE)
    types_of = get_type_hints(kind)
    found = _Collector()
    for key in value:
        if key not in types_of:
            near = difflib.get_close_matches(str(key), types_of) or list(types_of)
            allowed = (("allowed", ", ".join(near)),)
            at = f"{pointer}/{_escaped(str(key))}"
            found.problems.append(Problem(pointer=at, fault=UNKNOWN, values=allowed))
    read: dict[str, Any] = {}  # each value has the type its reader was chosen by
    for member in fields(kind):
        at = f"{pointer}/{member.name}"
        if member.name in value:
            read[member.name] = found.take(_reader_of(types_of[member.name]), value[member.name], at)
        elif member.default is MISSING and member.default_factory is MISSING:
            found.problems.append(Problem(pointer=at, fault=MISSING_KEY))
    found.complain()
    return kind(**read)


def dataset_from_mapping(values: Mapping[str, object], *, pointer: str = "") -> Dataset:
    """A dataset from plain values; whether they obey the standard's rules is not looked at here.

    ``pointer`` is put before the JSON pointers of the problems, for values that stand inside others.

    Raises:
        RejectedError: a key that is unknown or missing, a value of another kind, a choice that is none;
            all of them at once, each with what may stand there.
    """
    try:
        return _read(Dataset, values, pointer)
    except _Unreadable as unreadable:
        raise RejectedError(INVALID, problems=unreadable.problems) from None

"""Column types of the simulated DataStore, and what the database makes of a value sent for one.

The types are those a publisher uses; PostgreSQL knows more. Dates are taken in ISO form only, where
PostgreSQL takes many. What is here was tried: numbers lose leading zeros, an empty text is no value in any
column but a text's, a number beyond its type is refused, a NUL character breaks the call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

__all__ = ["NATIVE", "Mistyped", "Unfit", "as_csv", "as_stored", "as_told", "comparable"]

NATIVE: Mapping[str, str] = {
    "text": "text",
    "varchar": "varchar",
    "int": "int4",
    "integer": "int4",
    "int4": "int4",
    "bigint": "int8",
    "int8": "int8",
    "numeric": "numeric",
    "float": "float8",
    "float8": "float8",
    "date": "date",
    "timestamp": "timestamp",
    "bool": "bool",
    "boolean": "bool",
}
"""The name a column's type is told by, for each name it may be declared by."""

_INTEGER = re.compile(r"[-+]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)", re.ASCII)
_NUMBERS = frozenset({"int4", "int8", "numeric", "float8"})
_BITS = {"int4": 31, "int8": 63}
_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})


class Unfit(Exception):
    """The database refuses a value; the words are its own."""


class Mistyped(Unfit):
    """The database has no comparison for two types."""


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        raise Unfit("can't adapt type 'dict'")
    if isinstance(value, list):
        return "{" + ",".join(str(_text(item)) for item in value) + "}"
    return str(value)


def _integer(native: str) -> Callable[[object], object]:
    limit = 2 ** _BITS[native]

    def convert(value: object) -> object:
        if isinstance(value, str):
            if _INTEGER.fullmatch(value.strip()) is None:
                raise Unfit(f'invalid input syntax for type integer: "{value}"')
            number = int(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            number = round(value)
        else:
            raise Unfit("column is of type integer but expression is of another type")
        if not -limit <= number < limit:
            raise Unfit("integer out of range")
        return number

    return convert


def _decimal(value: object) -> object:
    text = str(value).strip()
    if isinstance(value, bool | list | dict):
        raise Unfit("column is of type numeric but expression is of another type")
    if _DECIMAL.fullmatch(text) is None:
        raise Unfit(f'invalid input syntax for type numeric: "{value}"')
    return Decimal(text)


def _float(value: object) -> object:
    return float(str(_decimal(value)))


def _day(text: str) -> date:
    found = _DATE.fullmatch(text)
    if found is None:
        raise Unfit(f'invalid input syntax for type date: "{text}"')
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError as error:
        raise Unfit(f'date/time field value out of range: "{text}"') from error


def _date(value: object) -> object:
    if not isinstance(value, str):
        raise Unfit("column is of type date but expression is of another type")
    day, _, _ = value.strip().replace("T", " ").partition(" ")
    return _day(day).isoformat()


def _timestamp(value: object) -> object:
    if not isinstance(value, str):
        raise Unfit("column is of type timestamp but expression is of another type")
    day, _, time = value.strip().replace("T", " ").partition(" ")
    _day(day)
    try:
        moment = datetime.fromisoformat(f"{day}T{time or '00:00:00'}")
    except ValueError as error:
        raise Unfit(f'invalid input syntax for type timestamp: "{value}"') from error
    return moment.replace(tzinfo=None)


def _bool(value: object) -> object:
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else ""
    if text not in _TRUE | _FALSE:
        raise Unfit(f'invalid input syntax for type boolean: "{value}"')
    return text in _TRUE


_CONVERTERS: Mapping[str, Callable[[object], object]] = {
    "text": _text,
    "varchar": _text,
    "int4": _integer("int4"),
    "int8": _integer("int8"),
    "numeric": _decimal,
    "float8": _float,
    "date": _date,
    "timestamp": _timestamp,
    "bool": _bool,
}


def as_stored(native: str, value: object) -> object:
    """What a column of that type keeps of the value.

    Raises:
        Unfit: it keeps nothing of the kind.
    """
    if value is None or (value == "" and native != "text"):
        return None
    if native in {"text", "varchar"} and type(value) is str:
        return value
    return _CONVERTERS[native](value)


def comparable(native: str, value: object) -> object:
    """A filter's value as the column holds it: a text is read, all else must be of the type (tried).

    Raises:
        Mistyped: the database cannot compare the two.
        Unfit: the text is no value of the column's type.
    """
    if native == "text":
        return str(value)
    if value is None or isinstance(value, str):
        return value if value is None or native == "varchar" else _CONVERTERS[native](value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if (native in _NUMBERS and is_number) or (native == "bool" and isinstance(value, bool)):
        return value
    raise Mistyped("operator does not exist")


def as_told(value: object, *, has_fractions: bool) -> object:
    """The value in a reply. A moment is told in whole seconds, or to the millisecond from 2.12 on (tried)."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds" if has_fractions else "seconds")
    return value


def as_csv(value: object, *, mark: str) -> str:
    """The value in a dump, where ``mark`` divides cells: an empty cell for none, ``t`` and ``f`` (tried)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    if text == "" or text == "\\." or any(c in text for c in f'"{mark}\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text

"""Any value a source gives, as the one text that stands for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real
from uuid import UUID

from ..errors import Fault

__all__ = ["texts_of"]

VALUE_TYPE = Fault(
    "table.value_type",
    en="the value is no text, number, date, time or boolean; convert it to one of them",
    th="ชนิดของค่าไม่ใช่ข้อความ ตัวเลข วันที่ เวลา หรือจริง/เท็จ ให้แปลงเป็นชนิดใดชนิดหนึ่งก่อน",
)


def _bool(value: bool) -> str:  # noqa: FBT001 - the value itself, no switch
    return "true" if value else "false"


def _decimal(value: Decimal) -> str:
    return format(value, "f") if value.is_finite() else str(value)


def _float(value: float) -> str:
    # repr is the shortest text that reads back as the same number; its exponent is written out
    return _decimal(Decimal(repr(value)))


_EXACT: dict[type, Callable[..., str]] = {
    str: str,
    type(None): lambda _: "",
    bool: _bool,
    int: str,
    float: _float,
    Decimal: _decimal,
    date: date.isoformat,
    datetime: datetime.isoformat,
}


def _text_of(value: object) -> str | Fault:
    exact = _EXACT.get(type(value))
    try:
        if exact is not None:
            return exact(value)
        return _text_of_kin(value)
    except ValueError:  # a whole number of more digits than Python writes out
        return VALUE_TYPE


def _text_of_kin(value: object) -> str | Fault:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return _float(float(value))
    return str(value) if isinstance(value, UUID) else VALUE_TYPE


def _texts_of_kind(values: Sequence[object]) -> list[str] | None:
    """The texts where all values are of one well-known kind, or None; that is how columns mostly are."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {str}:
        return [value or "" for value in values]  # type: ignore[misc]  # the types were just looked at
    exact = _EXACT.get(kinds.pop()) if len(kinds) == 1 else None
    try:
        return None if exact is None else ["" if value is None else exact(value) for value in values]
    except ValueError:
        return None


def texts_of(values: Sequence[object]) -> tuple[list[str], dict[int, Fault]]:
    """Each value's text, None being the empty one, and what is wrong at the places where there is none."""
    texts = _texts_of_kind(values)
    if texts is not None:
        return texts, {}
    found = [_text_of(value) for value in values]
    faults = {place: value for place, value in enumerate(found) if isinstance(value, Fault)}
    return ["" if isinstance(value, Fault) else value for value in found], faults

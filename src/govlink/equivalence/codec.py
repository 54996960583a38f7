"""Events as JSON and back, strictly, with a version; and without what is personal.

Canonical JSON: sorted keys, no blanks, UTF-8 characters as they are, times in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from ..errors import Fault, GovlinkError, RejectedError
from .events import Event

__all__ = ["CODEC_VERSION", "MASK", "canonical_json", "decode_event", "encode_event", "mask_event"]

EVENT_UNREADABLE = Fault(
    "equivalence.event_unreadable",
    en="a stored event of type {type} cannot be read",
    th="อ่านเหตุการณ์ที่บันทึกไว้ประเภท {type} ไม่ได้",
)
EVENT_TYPE_UNKNOWN = Fault(
    "equivalence.event_type_unknown",
    en="a stored event is of a type or version that this release does not know",
    th="เหตุการณ์ที่บันทึกไว้เป็นประเภทหรือรุ่นที่โปรแกรมรุ่นนี้ไม่รู้จัก",
)

CODEC_VERSION = 1
MASK = "***"


def canonical_json(value: object) -> str:
    """The value as canonical JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@cache
def _adapters() -> Mapping[str, TypeAdapter[Event]]:
    return {kind.__name__: TypeAdapter(kind) for kind in get_args(Event)}


def encode_event(event: Event) -> str:
    """The event's data as canonical JSON; its type is kept beside it, as ``type(event).__name__``."""
    return canonical_json(_adapters()[type(event).__name__].dump_python(event, mode="json"))


def decode_event(text: str, *, type_name: str, version: int) -> Event:
    """The event that ``encode_event`` wrote.

    Strict: nothing missing, nothing more, no value of another type. What it reads, it would write
    again character for character.

    Raises:
        RejectedError: the text, the type or the version is not one this release writes.
    """
    adapter = _adapters().get(type_name)
    if adapter is None or version != CODEC_VERSION:
        raise RejectedError(EVENT_TYPE_UNKNOWN)
    try:
        event = adapter.validate_json(text, strict=True)
    except (ValidationError, GovlinkError):
        raise RejectedError(EVENT_UNREADABLE, type=type_name) from None  # the cause repeats the values
    if encode_event(event) != text:
        raise RejectedError(EVENT_UNREADABLE, type=type_name)
    return event


def mask_event(event: Event) -> dict[str, object]:
    """The event's data with every value replaced by ``MASK`` that its ``repr`` keeps back."""
    masked = _masked(event)
    assert isinstance(masked, dict)  # an event is a dataclass
    return masked


def _masked(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            part.name: _masked(content) if part.repr or not content else MASK
            for part in fields(value)
            for content in (getattr(value, part.name),)
        }
    if isinstance(value, tuple):
        return [_masked(item) for item in value]
    plain: object = to_jsonable_python(value)
    return plain

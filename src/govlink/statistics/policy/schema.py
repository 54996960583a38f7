"""What plain data must look like: small checks that point at what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from ...errors import Fault, Problem

__all__ = [
    "FIELD_MISSING",
    "FIELD_UNKNOWN",
    "Check",
    "Either",
    "Keyed",
    "Listed",
    "Shape",
    "Table",
    "pointed",
]

FIELD_MISSING = Fault("statistics.policy_field_missing", en="is missing", th="ไม่ได้กำหนดไว้")
FIELD_UNKNOWN = Fault(
    "statistics.policy_field_unknown", en="is not a field of a policy", th="ไม่ใช่หัวข้อของนโยบาย"
)
FIELD_TABLE = Fault(
    "statistics.policy_field_table", en="must be a table with entries", th="ต้องเป็นตารางที่มีรายการ"
)
FIELD_LIST = Fault(
    "statistics.policy_field_list",
    en="must be a list of different entries",
    th="ต้องเป็นรายการที่ไม่มีค่าซ้ำกัน",
)


class Shape(Protocol):
    """Something that can tell what is wrong with a value."""

    def problems(self, value: object, pointer: str) -> Iterator[Problem]:
        """What is wrong with it, each thing pointed at."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """One plain value."""

    good: Callable[[object], bool]
    fault: Fault
    values: tuple[tuple[str, str], ...] = ()

    def problems(self, value: object, pointer: str) -> Iterator[Problem]:
        """The fault, if the value is not good."""
        if not self.good(value):
            yield Problem(pointer=pointer, fault=self.fault, values=self.values)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of known fields; all but ``optional`` ones must be there."""

    fields: Mapping[str, Shape]
    optional: frozenset[str] = frozenset()

    def problems(self, value: object, pointer: str) -> Iterator[Problem]:
        """Missing and unknown fields, and what is wrong with each of the others."""
        if not isinstance(value, Mapping):
            yield Problem(pointer=pointer, fault=FIELD_TABLE)
            return
        for name in sorted(self.fields.keys() - self.optional - value.keys()):
            yield Problem(pointer=pointed(pointer, name), fault=FIELD_MISSING)
        for name in sorted(value.keys() - self.fields.keys()):
            yield Problem(pointer=pointed(pointer, name), fault=FIELD_UNKNOWN)
        for name, shape in self.fields.items():
            if name in value:
                yield from shape.problems(value[name], pointed(pointer, name))


@dataclass(frozen=True, slots=True)
class Keyed:
    """A table whose keys are the agency's own; an empty one says nothing and is refused."""

    key: Shape
    value: Shape

    def problems(self, value: object, pointer: str) -> Iterator[Problem]:
        """What is wrong with each key and each value."""
        if not isinstance(value, Mapping) or not value:
            yield Problem(pointer=pointer, fault=FIELD_TABLE)
            return
        for name, inner in value.items():
            here = pointed(pointer, str(name))
            wrong = tuple(self.key.problems(name, here))
            yield from wrong or self.value.problems(inner, here)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list without repetitions."""

    of: Shape

    def problems(self, value: object, pointer: str) -> Iterator[Problem]:
        """What is wrong with each entry, and whether two are the same."""
        if not isinstance(value, list) or any(entry in value[:i] for i, entry in enumerate(value)):
            yield Problem(pointer=pointer, fault=FIELD_LIST)
            return
        for i, entry in enumerate(value):
            yield from self.of.problems(entry, pointed(pointer, str(i)))


@dataclass(frozen=True, slots=True)
class Either:
    """A table of one shape, or another value of another shape."""

    table: Shape
    other: Shape

    def problems(self, value: object, pointer: str) -> Iterator[Problem]:
        """What is wrong with it as that of the two it is."""
        shape = self.table if isinstance(value, Mapping) else self.other
        yield from shape.problems(value, pointer)


def pointed(pointer: str, name: str) -> str:
    """The RFC 6901 pointer one step further."""
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"

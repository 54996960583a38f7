"""Placeholders: what stands in a cassette for a value that is not kept, and how it comes alive again.

A placeholder is ``{{kind:number}}``, numbered within its kind in the order of first appearance, so that
equal values have equal placeholders. On replay a stored text is a pattern: a placeholder that was not
met yet takes the value it meets in the request, one that was must meet the same value again. In an
answer, a placeholder gives the value it took, or else a stand-in of its kind's shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ...models.identity import check_digit

__all__ = ["PLACEHOLDER", "Placeholders", "is_placeholder"]

PLACEHOLDER = re.compile(r"\{\{([a-z_]+):([1-9][0-9]{0,5})\}\}")


def is_placeholder(text: str) -> bool:
    """Whether the whole text is one placeholder."""
    return PLACEHOLDER.fullmatch(text) is not None


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _citizen(number: int) -> str:
    twelve = f"199{number:09d}"  # province 99, which no province has
    return twelve + check_digit(twelve)


_SHAPES: Mapping[str, Callable[[int], str]] = {
    "token": _uuid,
    "uuid": lambda number: _uuid(10**11 + number),
    "consumer_key": lambda number: _uuid(2 * 10**11 + number),
    "agent_id": lambda number: _citizen(10**8 + number),
    "citizen_id": _citizen,
    "number": str,
    "host": lambda number: f"host-{number}.invalid",
    "bytes": lambda number: f"bytes {number}",
}


def _stand_in(kind: str, number: int) -> str:
    shape = _SHAPES.get(kind)
    return shape(number) if shape else f"{kind}-{number}"


class Placeholders:
    """The placeholders of one cassette and the values they stand for."""

    def __init__(self) -> None:
        self._value_of: dict[str, str] = {}
        self._label_of: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}

    def copy(self) -> Placeholders:
        """The same, to try a match on."""
        twin = Placeholders()
        twin._value_of = dict(self._value_of)
        twin._label_of = dict(self._label_of)
        twin._count = dict(self._count)
        return twin

    def label(self, kind: str, value: str) -> str:
        """The placeholder for this value, a new one at its first appearance."""
        known = self._label_of.get((kind, value))
        if known is not None:
            return known
        self._count[kind] = self._count.get(kind, 0) + 1
        label = f"{{{{{kind}:{self._count[kind]}}}}}"
        self._bind(label, value)
        return label

    def _bind(self, label: str, value: str) -> None:
        match = PLACEHOLDER.fullmatch(label)
        self._value_of[label] = value
        if match:
            self._label_of[match[1], value] = label

    def meets(self, stored: str, actual: str) -> bool:
        """Whether the actual text fits the stored one; new placeholders take what they meet."""
        if stored == actual:
            return True
        labels = [match[0] for match in PLACEHOLDER.finditer(stored)]
        if not labels:
            return False
        fixed = PLACEHOLDER.split(stored)[::3]  # the split has kind and number between the texts
        pattern = "(.+)".join(re.escape(text) for text in fixed)
        found = re.fullmatch(pattern, actual, re.DOTALL)
        if found is None:
            return False
        for label, value in zip(labels, found.groups(), strict=True):
            if self._value_of.setdefault(label, value) != value:
                return False
            self._bind(label, value)
        return True

    def alive(self, stored: str) -> str:
        """The text with every placeholder replaced by its value or a stand-in."""

        def value(match: re.Match[str]) -> str:
            if match[0] not in self._value_of:
                self._bind(match[0], _stand_in(match[1], int(match[2])))
            return self._value_of[match[0]]

        return PLACEHOLDER.sub(value, stored)

"""Every kind of value a source may give has one text, or is refused."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum

import numpy as np
import pytest

from govlink.tables.texts import texts_of


class Sex(str, Enum):  # noqa: UP042 - the older way, whose str() is not its value
    """A text of a kind of its own."""

    FEMALE = "หญิง"


KINDS = [
    (None, ""),
    ("ก", "ก"),
    (Sex.FEMALE, "หญิง"),
    (True, "true"),
    (7, "7"),
    (np.int64(7), "7"),
    (1.0, "1.0"),
    (1e22, "10000000000000000000000"),
    (1e-7, "0.0000001"),
    (np.float64(0.5), "0.5"),
    (float("nan"), "NaN"),
    (float("-inf"), "-Infinity"),
    (Decimal("1E+3"), "1000"),
    (Decimal("NaN"), "NaN"),
    (date(2024, 1, 30), "2024-01-30"),
    (datetime.fromisoformat("2024-01-30T07:05"), "2024-01-30T07:05:00"),
    (datetime(2024, 1, 30, tzinfo=UTC), "2024-01-30T00:00:00+00:00"),
    (uuid.UUID(int=0), "00000000-0000-0000-0000-000000000000"),
]


@pytest.mark.parametrize(("value", "text"), KINDS, ids=repr)
def test_a_value_has_a_text(value: object, text: str) -> None:
    """Alone, with others of its kind, and among values of other kinds."""
    assert texts_of([value]) == ([text], {})
    assert texts_of([value, None, value]) == ([text, "", text], {})
    assert texts_of([value, "x", 1]) == ([text, "x", "1"], {})


@pytest.mark.parametrize("value", [b"x", ["x"], {"x": 1}, 10**5000, object()], ids=lambda v: type(v).__name__)
def test_a_value_of_no_text_is_a_fault(value: object) -> None:
    """Its place is told, and the others keep theirs."""
    texts, faults = texts_of(["a", value, 1])
    assert texts == ["a", "", "1"]
    assert {place: fault.code for place, fault in faults.items()} == {1: "table.value_type"}
    assert texts_of([value])[1].keys() == {0}


def test_true_is_not_one() -> None:
    """Values that are equal but of different kinds keep their own texts."""
    assert texts_of([1, True, 1.0, Decimal(1)]) == (["1", "true", "1.0", "1"], {})

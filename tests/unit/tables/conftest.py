"""Columns and tables to test with; all values are made up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from govlink.errors import GovlinkError
from govlink.models.table import Column, ColumnType
from govlink.tables import table_of_rows

Problem = tuple[str, str]


@pytest.fixture(scope="session")
def column() -> Callable[..., Column]:
    """A column with everything but id and type filled in."""

    def make(name: str, kind: str = "text") -> Column:
        return Column(id=name, type=ColumnType(kind), label_th=f"คอลัมน์ {name}")

    return make


@pytest.fixture(scope="session")
def refusal_of() -> Callable[..., GovlinkError]:
    """What making a table of these rows raises."""

    def make(rows: Iterable[Any], columns: tuple[Column, ...], **options: Any) -> GovlinkError:
        options.setdefault("key", (columns[0].id,))
        with pytest.raises(GovlinkError) as caught, table_of_rows(rows, columns=columns, **options):
            pass
        return caught.value

    return make


@pytest.fixture(scope="session")
def told() -> Callable[[GovlinkError], list[Problem]]:
    """Where an error's problems are, with their codes."""
    return lambda error: [(problem.pointer, problem.fault.code) for problem in error.problems]

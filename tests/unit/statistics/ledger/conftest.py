"""Small published tables; all counts are made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import pytest

from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.statistics.ledger import PolicyMark
from govlink.statistics.published import PublicRules, PublishedTable, Subject

MARK = PolicyMark(id="test", version="1", sha256_hex="0" * 64)


@pytest.fixture(scope="session")
def mark() -> PolicyMark:
    """Some policy."""
    return MARK


@pytest.fixture(scope="session")
def table_of() -> Callable[..., PublishedTable]:
    """A published table by country of one month (or several) of a register."""

    def make(
        name: str,
        counts: Mapping[str, int | None],
        *,
        months: tuple[str, ...] = ("2568-01",),
        total: int | None = None,
        population: str = "register",
    ) -> PublishedTable:
        values = [*counts.values(), total if total is not None else sum(n or 0 for n in counts.values())]
        dimension = Dimension(id="country", label_th="ประเทศ", label_en="Country")
        cells = tuple(
            ReleasedCell(
                keys=keys, value=value, status=CellStatus.CONFIDENTIAL if value is None else CellStatus.FREE
            )
            for keys, value in zip(product([*counts, TOTAL]), values, strict=True)
        )
        return PublishedTable(
            name=name,
            subject=Subject(population=population, where=(("period", months),), period="period"),
            table=ProtectedTable(dimensions=(dimension,), cells=cells),
            rules=PublicRules(threshold=5),
        )

    return make

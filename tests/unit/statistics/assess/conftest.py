"""Tables to assess, made cell by cell: all counts are made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import pytest

from govlink.models.release import TOTAL, Dimension
from govlink.statistics import RawTable
from govlink.statistics.hierarchy import canonical_codes, finest, leaves_of
from govlink.statistics.tabulate import Contribution

Keys = tuple[str, ...]
Parents = tuple[tuple[str, str], ...]
TableOf = Callable[..., RawTable]


@pytest.fixture(scope="session")
def table_of() -> TableOf:
    """A raw table by its finest cells; those not named are empty.

    Takes each dimension's id with its finest codes, the finest cells, each a count or the single values that
    a sum adds up, and for hierarchies the parents by dimension.
    """

    def make(
        dimensions: Mapping[str, tuple[str, ...]],
        cells: Mapping[Keys, int | tuple[int, ...]],
        parents: Mapping[str, Parents] | None = None,
        top: int = 3,
    ) -> RawTable:
        shown = tuple(
            Dimension(id=name, label_th=name, label_en=name, parents=(parents or {}).get(name, ()))
            for name in dimensions
        )
        codes = tuple(
            canonical_codes(d, {*plain, *(whole for _, whole in d.parents)})
            for d, plain in zip(shown, dimensions.values(), strict=True)
        )
        leaves = [
            {code: leaves_of(d, code) for code in own} | {TOTAL: frozenset(finest(d, own))}
            for d, own in zip(shown, codes, strict=True)
        ]
        inside = [
            [cells[keys] for keys in cells if all(k in leaves[i][whole[i]] for i, k in enumerate(keys))]
            for whole in product(*((*own, TOTAL) for own in codes))
        ]
        if all(isinstance(value, int) for value in cells.values()):
            counts = tuple(sum(n for n in found if isinstance(n, int)) for found in inside)
            return RawTable(dimensions=shown, categories=codes, counts=counts)
        values = [[v for part in found if isinstance(part, tuple) for v in part] for found in inside]
        return RawTable(
            dimensions=shown,
            categories=codes,
            counts=tuple(map(sum, values)),
            contributions=tuple(
                Contribution(
                    contributors=len(own),
                    paying=sum(value > 0 for value in own),
                    largest=tuple(sorted(own, reverse=True)[:top]),
                )
                for own in values
            ),
        )

    return make

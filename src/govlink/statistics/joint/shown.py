"""What earlier tables show of a new one's cells, for methods that must show a cell the same way again."""

from __future__ import annotations

from collections.abc import Mapping

from ..published import PublishedTable, Subject
from ..tabulate import RawTable
from .conditions import Keys, layout_of
from .past import laid_out

__all__ = ["shown_before"]


def shown_before(
    raw: RawTable, *, subject: Subject, earlier: tuple[PublishedTable, ...]
) -> Mapping[Keys, int]:
    """By its codes, the figure that each cell of the table was published with; the latest, where it was.

    Args:
        raw: The new table; its counts are not looked at.
        subject: Which records it counts.
        earlier: What is out, oldest first.

    Raises:
        RejectedError: an earlier table is not a whole cross-tabulation.
    """
    past, parents = laid_out(earlier, subject=subject, measure=("count", ""), dimensions=raw.dimensions)
    layout = layout_of(subject=subject, dimensions=raw.dimensions, categories=raw.categories, parents=parents)
    known = {
        conditions: cell.value
        for laid in past
        for conditions, cell in zip(laid.layout.conditions(), laid.published.table.cells, strict=True)
        if cell.value is not None
    }
    pairs = zip(raw.keys(), layout.conditions(), strict=True)
    return {keys: known[conditions] for keys, conditions in pairs if conditions in known}

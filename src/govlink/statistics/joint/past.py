"""Which earlier tables say something about a new one."""

from __future__ import annotations

from dataclasses import dataclass

from ...models.release import Dimension
from ..published import PublishedTable, Subject
from .conditions import Layout, Parents, categories_of, known_parents, layout_of, overlap

__all__ = ["Laid", "Measure", "laid_out", "tied"]


Measure = tuple[str, str]
"""``count`` or ``sum``, and the column that is added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A published table and what its codes stand for."""

    published: PublishedTable
    layout: Layout


def laid_out(
    tables: tuple[PublishedTable, ...],
    *,
    subject: Subject,
    measure: Measure | None = None,
    dimensions: tuple[Dimension, ...] = (),
) -> tuple[tuple[Laid, ...], Parents]:
    """The tables that tell of the same thing with their layouts, and the hierarchies known by all of them.

    They may count the subject's records, and count them, or add up the same column, as ``measure`` says;
    without it they may do either.

    Raises:
        RejectedError: a table is not a whole cross-tabulation.
    """
    same = tuple(
        table
        for table in tables
        if table.subject.same_register(subject)
        and measure in (None, (table.rules.measure, table.rules.measured))
    )
    parents = known_parents([*(table.table.dimensions for table in same), dimensions])
    laid = tuple(
        Laid(
            published=table,
            layout=layout_of(
                subject=table.subject,
                dimensions=table.table.dimensions,
                categories=categories_of(table.table, name=table.name),
                parents=parents,
            ),
        )
        for table in same
    )
    return laid, parents


def tied(new: Layout, past: tuple[Laid, ...]) -> tuple[Laid, ...]:
    """Those that count some of the new table's records, or some of those that do, and so on; in order."""
    boxes = [laid.layout.box() for laid in past]
    reached, queue = set[int](), [new.box()]
    while queue:
        at = queue.pop()
        for number, box in enumerate(boxes):
            if number not in reached and overlap(at, box):
                reached.add(number)
                queue.append(box)
    return tuple(laid for number, laid in enumerate(past) if number in reached)

"""What a corrected table still tells: readers have kept it, and compare.

Where nothing seems to have changed they are right to go on using it. So what it published and is still true
stays known, a sum of cells that it hid stays known if it is still true, and what it hid stays hidden. What
can be inferred from figures that did change is not looked at, beyond the differences themselves.
"""

from __future__ import annotations

from ...models.release import ProtectedTable
from ..hierarchy import tree_of
from ..published import PublishedTable, Subject
from ..system import Equation, crossed_system
from .conditions import Layout, categories_of, layout_of
from .facts import Facts, Hidden, saying
from .past import Laid, laid_out, tied

__all__ = ["add_unchanged", "seems_unchanged", "touches_superseded"]


def touches_superseded(
    table: ProtectedTable,
    *,
    subject: Subject,
    earlier: tuple[PublishedTable, ...],
    superseded: tuple[PublishedTable, ...],
) -> bool:
    """Whether a table can tell more of what a correction was about, by itself or through tables that stand.

    A figure that is out and was hidden when it was corrected is kept vague in the correction. Later tables
    are not asked to keep it so.

    Args:
        table: The new table.
        subject: Which records it counts.
        earlier: What is out and stands.
        superseded: What is out and was corrected.

    Raises:
        RejectedError: an earlier table is not a whole cross-tabulation.
    """
    laid, parents = laid_out((*earlier, *superseded), subject=subject, dimensions=table.dimensions)
    new = layout_of(
        subject=subject,
        dimensions=table.dimensions,
        categories=categories_of(table, name=""),
        parents=parents,
    )
    gone = {id(old) for old in superseded}
    return any(id(old.published) in gone for old in tied(new, laid))


def seems_unchanged(new: Layout, counts: tuple[int, ...], old: Laid) -> bool:
    """Whether no published cell of an old table has another value in the new one."""
    truth = dict(zip(new.conditions(), counts, strict=True))
    pairs = zip(old.published.table.cells, old.layout.conditions(), strict=True)
    return all(cell.value in (None, truth.get(found, cell.value)) for cell, found in pairs)


def add_unchanged(facts: Facts, old: Laid) -> None:
    """Note what is still true of an old table, as far as the new one tells."""
    says, numbers = saying(old.published.rules), list[int | None]()
    pairs = zip(old.published.table.cells, old.layout.conditions(), strict=True)
    for cell, conditions in pairs:
        number = facts.numbers.get(conditions)
        truth = facts.truth(number)
        numbers.append(number if truth is not None else None)
        if number is None or truth is None:
            continue
        if truth == cell.value:
            facts.publish(number, truth)
        elif cell.value is None and truth >= max(1, says.least):
            _keep_hidden(facts, number, says)
    trees = tuple(map(tree_of, old.layout.dimensions, old.layout.categories))
    for equation in crossed_system(trees=trees).equations:
        _add_line(facts, old, equation, numbers)


def _keep_hidden(facts: Facts, number: int, says: Hidden) -> None:
    facts.hidden[number] = facts.hidden.get(number, says).also(says)


def _add_line(facts: Facts, old: Laid, line: Equation, numbers: list[int | None]) -> None:
    """A sum of cells that were hidden, if it is what it was: the published ones next to them told it."""
    if numbers[line.total] in [numbers[part] for part in line.parts]:
        return  # all of a table's only period is that period: one cell, not a sum
    cells = old.published.table.cells
    hidden = [part for part in line.parts if cells[part].value is None]
    named = [numbers[part] for part in hidden]
    parts = [number for number in named if number is not None]
    whole, total = cells[line.total].value, numbers[line.total]
    if not hidden or len(parts) < len(named) or (whole is None and total is None):
        return
    others = sum(cells[part].value or 0 for part in line.parts)
    now = sum(facts.counts[part] for part in parts)
    words = f"({', '.join(cells[line.total].keys)}) / {old.published.name}"
    if whole is None and total is not None:
        if facts.counts[total] - now == others:
            facts.tie(total, [*parts, facts.constant(others, words=words)])
    elif whole is not None and whole - others == now:
        facts.tie(facts.constant(now, words=words), parts)

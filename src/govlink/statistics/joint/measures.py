"""What tables of other measures have to do with a new one: counts beside sums, and sums of other columns.

Where everybody adds the same, a sum says how many they are; where two columns grow together, one sum says
the other. So what a table of one measure hides, one of another hides too. Then the new table shows nothing
that an earlier one did not show, as long as it has no cell that the earlier one lacks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ...errors import Fault, ProtectionError
from ..published import PublishedTable, Subject
from ..tabulate import RawTable
from .conditions import Conditions, Layout, layout_of, overlap
from .past import Laid, Measure, laid_out

__all__ = ["SUMMED_BEFORE", "Others", "demand_no_new_sums", "measure_of", "others_of", "tells_more"]

SUMMED_BEFORE = Fault(
    "statistics.summed_before",
    en="{name} adds up the same column over some of the same records, and both together could tell a hidden "
    "sum nearly; limit this table to other records, or to categories that {name} has",
    th="{name} เผยแพร่ผลรวมของคอลัมน์เดียวกันจากระเบียนบางส่วนเดียวกันแล้ว เมื่อใช้ร่วมกันอาจประมาณผลรวมที่ปกปิดได้ใกล้เคียง "
    "ให้จำกัดตารางนี้ไว้ที่ระเบียนอื่น หรือใช้เฉพาะหมวดหมู่ที่อยู่ใน {name}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What was published of the same records by another measure.

    Attributes:
        hidden: The new table's cells that one of these tables hides, by number.
        is_whole: Whether each of these tables has all cells of the new one, so that hiding the same is
            enough.
    """

    hidden: frozenset[int] = frozenset()
    is_whole: bool = True


def others_of(raw: RawTable, *, subject: Subject, earlier: tuple[PublishedTable, ...]) -> Others:
    """What earlier tables of other measures hide of a new table.

    Args:
        raw: The new table; its values are not looked at.
        subject: Which records it counts.
        earlier: What is out.

    Raises:
        RejectedError: an earlier table is not a whole cross-tabulation.
    """
    new, near = _near(raw, subject, earlier)
    own, numbers = _own(raw), {conditions: n for n, conditions in enumerate(new.conditions())}
    others = [dict(_values(old)) for old in near if measure_of(old) != own]
    hidden = (n for values in others for told, n in numbers.items() if values.get(told, 0) is None)
    return Others(
        hidden=frozenset(hidden), is_whole=all(numbers.keys() <= values.keys() for values in others)
    )


def demand_no_new_sums(
    raw: RawTable, *, subject: Subject, earlier: tuple[PublishedTable, ...], hidden: Collection[int]
) -> None:
    """Refuse a table that shows sums of a column beyond those that are out for the same records.

    Args:
        raw: The table; its values are not looked at.
        subject: Which records it counts.
        earlier: What is out and stands.
        hidden: The cells that the table hides.

    Raises:
        ProtectionError: what it shows would narrow what another one hides, or the other way round.
        RejectedError: an earlier table is not a whole cross-tabulation.
    """
    new, near = _near(raw, subject, earlier)
    shown = frozenset(told for n, told in enumerate(new.conditions()) if n not in hidden)
    for old in near:
        if measure_of(old) == _own(raw) and tells_more(shown, old):
            raise ProtectionError(SUMMED_BEFORE, name=old.published.name)


def tells_more(shown: Collection[Conditions], old: Laid) -> bool:
    """Whether sums of the same column are shown that an earlier table of these records does not show.

    Args:
        shown: The conditions of the cells that show one.
        old: The earlier table.
    """
    known = {conditions for conditions, value in _values(old) if value is not None}
    return old.published.rules.measure == "sum" and not known.issuperset(shown)


def measure_of(laid: Laid) -> Measure:
    """What the cells of a published table hold."""
    return laid.published.rules.measure, laid.published.rules.measured


def _own(raw: RawTable) -> Measure:
    return "count" if raw.contributions is None else "sum", raw.measured


def _near(
    raw: RawTable, subject: Subject, earlier: tuple[PublishedTable, ...]
) -> tuple[Layout, tuple[Laid, ...]]:
    """The table's layout, and the earlier tables that count some of its records."""
    laid, parents = laid_out(earlier, subject=subject, dimensions=raw.dimensions)
    new = layout_of(subject=subject, dimensions=raw.dimensions, categories=raw.categories, parents=parents)
    return new, tuple(old for old in laid if overlap(new.box(), old.layout.box()))


def _values(laid: Laid) -> Iterator[tuple[Conditions, int | None]]:
    for conditions, cell in zip(laid.layout.conditions(), laid.published.table.cells, strict=True):
        yield conditions, cell.value

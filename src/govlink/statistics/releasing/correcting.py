"""Corrections: which releases are corrected together, and which tables tell more of what was corrected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import Fault, ProtectionError
from ...models.release import ProtectedTable
from ..published import PublishedTable, Subject
from ..tabulate import RawTable

__all__ = ["naming_what_stands", "touches_corrected"]

STANDS_OTHERWISE = Fault(
    "statistics.correct_together",
    en="the correction contradicts releases that it does not restate: {cells}; of the same records these"
    " stand: {names}",
    th="การแก้ไขนี้ขัดกับผลเผยแพร่ที่ไม่ได้แก้ไขพร้อมกัน: {cells} รายการที่นับระเบียนเดียวกันและยังมีผลอยู่: {names}",
    next_en="If they are wrong too, restate them together with this one (one --restate each, or restates=),"
    " then publish them anew under their names.",
    next_th="หากรายการเหล่านั้นผิดด้วย ให้แก้ไขพร้อมกัน (ระบุ --restate หรือ restates= ทีละรายการ) แล้วเผยแพร่ใหม่ด้วยชื่อเดิม",
)

_CONTRADICTED = "statistics.contradicts_earlier"


@contextmanager
def naming_what_stands(
    raw: RawTable, *, subject: Subject, earlier: tuple[PublishedTable, ...], restates: tuple[str, ...]
) -> Iterator[None]:
    """Where a correction contradicts what is out, say which releases stand that may have to go with it.

    Args:
        raw: The corrected table.
        subject: Which records it counts.
        earlier: What is out and stands, once the correction is.
        restates: Names of what it corrects.

    Raises:
        ProtectionError: instead of the one that tells of cells only.
    """
    try:
        yield
    except ProtectionError as error:
        names = _beside(raw, subject, earlier) if restates and error.code == _CONTRADICTED else ()
        if not names:
            raise
        cells = error.values["cells"]
        raise ProtectionError(STANDS_OTHERWISE, cells=cells, names=", ".join(names)) from None


def _beside(raw: RawTable, subject: Subject, earlier: tuple[PublishedTable, ...]) -> tuple[str, ...]:
    from ..joint import counting_some

    return counting_some(raw, subject=subject, earlier=earlier)


def touches_corrected(
    table: ProtectedTable,
    *,
    subject: Subject,
    earlier: tuple[PublishedTable, ...],
    superseded: tuple[PublishedTable, ...],
) -> bool:
    """Whether a table can tell more of what a correction was about; arguments as ``touches_superseded``."""
    if not superseded:
        return False
    from ..joint import touches_superseded  # loads the solver

    return touches_superseded(table, subject=subject, earlier=earlier, superseded=superseded)

"""The table that a statistical release becomes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import Fault, ProtectionError
from ..models.release import CellStatus, Release
from ..models.table import Column, ColumnType, Table
from .from_rows import table_of_rows

__all__ = ["COUNT", "STATUS", "release_table"]

MASK_BROKEN = Fault(
    "table.mask_broken",
    en="counts, masks and the protection report disagree; nothing was published",
    th="ค่า การปกปิด และรายงานการปกปิดไม่ตรงกัน ยังไม่มีการเผยแพร่",
)

COUNT = Column(
    id="count",
    type=ColumnType.INTEGER,
    label_th="จำนวน",
    label_en="Count",
    notes="Count; empty where suppressed",
)
STATUS = Column(
    id="conf_status",
    type=ColumnType.TEXT,
    label_th="สถานะการปกปิดข้อมูล (F เผยแพร่, C ปกปิด)",
    label_en="Confidentiality status",
    notes="SDMX CL_CONF_STATUS: F free for publication, C confidential",
)


def _check_masks(release: Release) -> None:
    cells, report = release.table.cells, release.report
    masked = sum(cell.status is CellStatus.CONFIDENTIAL for cell in cells)
    agrees = all((cell.value is None) == (cell.status is CellStatus.CONFIDENTIAL) for cell in cells)
    if not agrees or (len(cells) - masked, masked) != (report.cells_published, report.cells_suppressed):
        raise ProtectionError(MASK_BROKEN)


@contextmanager
def release_table(release: Release) -> Iterator[Table]:
    """A column per dimension, ``count`` and ``conf_status``; the dimensions are the key.

    ``conf_status`` carries SDMX's CL_CONF_STATUS. A row of status ``C`` has no count.

    Raises:
        ProtectionError: the release was altered, a masked cell holds a number, or the report counts other
            cells.
        RejectedError: a dimension or a category is one that a catalogue would cut, merge or refuse.
    """
    release.verify_seal()
    _check_masks(release)
    dimensions = tuple(
        Column(id=d.id, type=ColumnType.TEXT, label_th=d.label_th, label_en=d.label_en)
        for d in release.table.dimensions
    )
    rows = ((*c.keys, c.value, c.status.value) for c in release.table.cells)
    key = tuple(d.id for d in dimensions)
    with table_of_rows(rows, columns=(*dimensions, COUNT, STATUS), key=key) as table:
        yield table

"""A release as an SDMX-CSV 2.0 data message.

The format is that of the SDMX-CSV field guide, version 2.0.0 (sdmx-twg/sdmx-csv, aligned with SDMX 3.0):
the columns STRUCTURE, STRUCTURE_ID and ACTION, then dimensions, the measure OBS_VALUE and the attribute
CONF_STATUS. A value that is not published is an empty field. CONF_STATUS takes its codes from
CL_CONF_STATUS; every hidden cell is ``C``, since ``D`` (secondary) would tell which cells are small.

Modelled: no structure definition of a Thai agency for such tables is published, so the dimensions' own ids
and codes stand as they are, and the caller names the structure. Periods of the Buddhist era are codes here,
not SDMX's TIME_PERIOD, which takes Gregorian ones only.
"""

from __future__ import annotations

import csv
import io
import re

from ...errors import Fault, RejectedError
from ...models.release import Release

__all__ = ["sdmx_csv"]

STRUCTURE_INVALID = Fault(
    "statistics.sdmx_structure",
    en="the SDMX structure must be named AGENCY:ID(VERSION), for example OBEC:EQ_PETITIONS_MONTH(1.0.0)",
    th="ต้องระบุโครงสร้าง SDMX เป็น AGENCY:ID(VERSION) เช่น OBEC:EQ_PETITIONS_MONTH(1.0.0)",
)
NAME_TAKEN = Fault(
    "statistics.sdmx_column",
    en="the dimension {name} has the name of a column that SDMX-CSV fills itself",
    th="มิติ {name} ใช้ชื่อเดียวกับคอลัมน์ที่ SDMX-CSV กำหนดไว้",
)

_STRUCTURE = re.compile(
    r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*:[A-Za-z0-9_@$-]+\([0-9]+(\.[0-9]+){0,2}\)"
)
_FIRST = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
_LAST = ("OBS_VALUE", "CONF_STATUS")
_ACTION = "I"  # information: what a reader is given, not an order to a database


def sdmx_csv(release: Release, *, structure: str) -> bytes:
    """The message in UTF-8; the same release gives the same bytes.

    Codes are written as they are, also one that a spreadsheet would run as a formula: the file is for
    programs. ``table.csv`` is the one for people.

    Args:
        release: What is published.
        structure: The agency's dataflow, ``AGENCY:ID(VERSION)``.

    Raises:
        ProtectionError: the release was altered.
        RejectedError: the structure is not named so, or a dimension has a reserved name.
    """
    release.verify_seal()
    if not _STRUCTURE.fullmatch(structure):
        raise RejectedError(STRUCTURE_INVALID)
    names = tuple(dimension.id for dimension in release.table.dimensions)
    for name in names:
        if name.upper() in {*_FIRST, *_LAST}:
            raise RejectedError(NAME_TAKEN, name=name)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*_FIRST, *names, *_LAST))
    for cell in release.table.cells:
        value = "" if cell.value is None else cell.value
        writer.writerow(("dataflow", structure, _ACTION, *cell.keys, value, cell.status.value))
    return text.getvalue().encode()

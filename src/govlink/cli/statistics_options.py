"""What the commands of ``govlink statistics`` share: options, and how they are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ..errors import ConfigError, Fault, RejectedError

if TYPE_CHECKING:  # the counting engine is loaded by the commands that need it
    from ..statistics.policy import DisclosurePolicy
    from ..statistics.tabulate import RawTable

__all__ = [
    "CountColumn",
    "DimensionNames",
    "Filters",
    "Input",
    "Json",
    "Policy",
    "TotalOf",
    "Where",
    "counted",
    "day_of",
    "demand_past",
    "listed",
    "on_disk",
    "where_of",
    "working",
    "written",
]

NOT_A_DAY = Fault(
    "statistics.not_a_day",
    en="{option} takes a day such as 2025-11-23, of the Gregorian calendar",
    th="{option} ต้องเป็นวันที่ตามปีคริสต์ศักราช เช่น 2025-11-23",
)
NOT_A_FILTER = Fault(
    "statistics.not_a_filter",
    en="--where takes DIMENSION=CODE or DIMENSION=CODE,CODE",
    th="--where ต้องเป็น มิติ=รหัส หรือ มิติ=รหัส,รหัส",
)
SUM_OF_COUNTS = Fault(
    "statistics.sum_needs_records",
    en="--sum needs records, and --dimensions to count them by: no long table tells who is behind a sum",
    th="--sum ต้องใช้ระเบียนพร้อม --dimensions เพราะตารางแบบยาวไม่บอกว่าผลรวมมาจากกี่ระเบียน",
)
UNREADABLE = Fault(
    "statistics.file_unreadable", en="{name} cannot be read ({reason})", th="อ่าน {name} ไม่ได้ ({reason})"
)
UNWRITABLE = Fault(
    "statistics.file_unwritable", en="{name} cannot be written ({reason})", th="เขียน {name} ไม่ได้ ({reason})"
)
NOT_THERE = Fault("statistics.file_missing", en="there is no {name}", th="ไม่พบ {name}")
DAY_AHEAD = Fault(
    "statistics.day_ahead",
    en="{option} is a day that has not come; periods are closed by today at the latest",
    th="{option} เป็นวันที่ยังมาไม่ถึง ช่วงเวลาจะปิดได้อย่างช้าเพียงวันนี้",
)

Where = tuple[tuple[str, tuple[str, ...]], ...]

_BANGKOK = timezone(timedelta(hours=7))
_FIRST_BUDDHIST_YEAR = 2400

Input = Annotated[Path, typer.Argument(metavar="INPUT", help="A .csv or .parquet file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Policy = Annotated[Path, typer.Option("--policy", metavar="POLICY.toml", help="The signed policy.")]
DimensionNames = Annotated[
    str | None,
    typer.Option(
        "--dimensions", metavar="A,B,…", help="INPUT holds records, one a row: count them by these columns."
    ),
]

CountColumn = Annotated[
    str, typer.Option("--count", metavar="COLUMN", help="Without --dimensions: the column of counts.")
]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--where", metavar="DIM=CODE,…", help="Only these codes are counted; also of other columns."
    ),
]
TotalOf = Annotated[
    str | None,
    typer.Option(
        "--sum", metavar="COLUMN", help="With --dimensions: add up this column instead of counting."
    ),
]


def listed(text: str | None) -> tuple[str, ...]:
    """The parts between commas."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def day_of(text: str | None, *, option: str) -> date:
    """The day, or today in Bangkok.

    Raises:
        RejectedError: it is none, or one of the Buddhist era.
    """
    if text is None:
        return datetime.now(_BANGKOK).date()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RejectedError(NOT_A_DAY, option=option) from None
    if day.year >= _FIRST_BUDDHIST_YEAR:
        raise RejectedError(NOT_A_DAY, option=option)
    return day


def demand_past(day: date, *, option: str) -> date:
    """The day, unless it is yet to come in Bangkok.

    Raises:
        ConfigError: it is.
    """
    if day > datetime.now(_BANGKOK).date():
        raise ConfigError(DAY_AHEAD, option=option)
    return day


def where_of(filters: list[str] | None) -> Where:
    """The filters of a table: for a dimension the only codes that were counted.

    Raises:
        RejectedError: one is not ``dimension=code,code``.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in filters or ():
        dimension, equals, codes = text.partition("=")
        if not dimension.strip() or not equals or not listed(codes):
            raise RejectedError(NOT_A_FILTER)
        found[dimension.strip()] = (*found.get(dimension.strip(), ()), *listed(codes))
    return tuple(sorted((dimension, tuple(sorted(set(codes)))) for dimension, codes in found.items()))


def counted(
    path: Path,
    *,
    policy: DisclosurePolicy,
    dimensions: tuple[str, ...] = (),
    total_of: str | None = None,
    where: Where = (),
    count_column: str = "count",
) -> RawTable:
    """The true counts: of a long table, or of records where dimensions are named.

    Records outside the filters are left out; a long table must hold no code outside them. Quarters and years
    of which some month is missing are left out, as they are when the table is protected.

    Raises:
        RejectedError: the file holds neither, codes are outside the filters, or a long table's counts
            are to be added up once more.
    """
    from ..models.release import Dimension
    from ..statistics.tabulate import COUNT, Sum, read_counts, tabulate, whole_periods

    if not dimensions and total_of:
        raise RejectedError(SUM_OF_COUNTS)
    if dimensions:
        raw = tabulate(
            path,
            dimensions=tuple(Dimension(id=name, label_th=name, label_en=name) for name in dimensions),
            measure=Sum(column=total_of) if total_of else COUNT,
            personal_dimensions=policy.personal_dimensions,
            collapse=policy.collapse,
            hierarchies=policy.parents_for,
            where=where,
        )
    else:
        raw = read_counts(
            path,
            hierarchies=policy.parents_for,
            personal_dimensions=policy.personal_dimensions,
            collapse=policy.collapse,
            count_column=count_column,
            where=where,
        )
    return raw if policy.period is None else whole_periods(raw, dimension=policy.period.dimension)


@contextmanager
def on_disk() -> Iterator[None]:
    """Tell of a file that cannot be read by its name."""
    try:
        yield
    except FileNotFoundError as error:
        raise ConfigError(NOT_THERE, name=_name(error)) from error
    except OSError as error:
        raise ConfigError(UNREADABLE, name=_name(error), reason=type(error).__name__) from error


@contextmanager
def written() -> Iterator[None]:
    """Tell of a file or folder that cannot be written by its name."""
    try:
        yield
    except OSError as error:
        raise ConfigError(UNWRITABLE, name=_name(error), reason=type(error).__name__) from error


def _name(error: OSError) -> str:
    return Path(error.filename).name if isinstance(error.filename, str) else "-"


@contextmanager
def working(what: str) -> Iterator[None]:
    """A sign of life on standard error while it is a terminal; elsewhere nothing moves."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield

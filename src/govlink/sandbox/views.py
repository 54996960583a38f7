"""What the console shows, made from what simulators answer: petitions, tables, a chart of totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .inside import objects

__all__ = ["Bar", "Cell", "Column", "PetitionRow", "Table", "petition_rows", "state_counts", "table_of"]

# A published table's columns beside its dimensions, and SDMX's codes: a total, a confidential cell.
COUNT, STATUS, TOTAL, CONFIDENTIAL = "count", "conf_status", "_T", "C"
WIDEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionRow:
    """A petition on E-OCS; ``reports`` as they were told, ``state`` that of the latest by its own time."""

    reference: str
    state: str
    note_th: str
    at: str
    reports: tuple[Mapping[str, object], ...]


def petition_rows(states: object) -> tuple[PetitionRow, ...]:
    """A row for each petition, the latest report first; petitions without one come last."""
    rows = [
        _petition_row(reference, objects(reports))
        for reference, reports in (states if isinstance(states, dict) else {}).items()
    ]
    return tuple(sorted(rows, key=lambda row: _moment(row.at), reverse=True))


def _moment(text: object) -> datetime:
    """When it was, for ordering; reports may be told in different offsets."""
    return datetime.fromisoformat(str(text)) if text else datetime.min.replace(tzinfo=UTC)


def _petition_row(reference: str, reports: tuple[Mapping[str, object], ...]) -> PetitionRow:
    latest = max(reversed(reports), key=lambda one: _moment(one.get("at")), default={})
    return PetitionRow(
        reference=reference,
        state=str(latest.get("state", "")),
        note_th=str(latest.get("note_th", "")),
        at=str(latest.get("at", "")),
        reports=reports,
    )


def state_counts(rows: tuple[PetitionRow, ...]) -> tuple[tuple[str, int], ...]:
    """How many petitions stand in each state, the most frequent first; empty where nothing was told."""
    return tuple(Counter(row.state for row in rows).most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its id, and what it means in Thai and English where the publisher said."""

    id: str
    label_th: str
    label_en: str
    is_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value to show; ``is_suppressed``: the publisher hides the count, ``is_total``: a total's code."""

    text: str
    is_suppressed: bool
    is_total: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A total in the chart; ``value`` is None where it is suppressed. ``width`` is in the drawing's units."""

    label: str
    value: int | None
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A published table: ``total`` rows of which some are shown, and the totals by its first column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    bars: tuple[Bar, ...]


def table_of(result: object) -> Table | None:
    """The table in an answer of ``datastore_search``, or None when there is none."""
    if not isinstance(result, dict):
        return None
    fields = [field for field in objects(result.get("fields")) if field.get("id") != "_id"]
    records = objects(result.get("records"))
    columns = tuple(_column(field) for field in fields)
    return Table(
        columns=columns,
        rows=tuple(tuple(_cell(column.id, record) for column in columns) for record in records),
        total=int(str(result.get("total", len(records)))),
        bars=_bars(tuple(c.id for c in columns if c.id not in {COUNT, STATUS}), records),
    )


def _column(field: Mapping[str, object]) -> Column:
    info = field.get("info")
    label = info if isinstance(info, dict) else {}
    return Column(
        id=str(field.get("id")),
        label_th=str(label.get("label", "")),
        label_en=str(label.get("notes", "")),
        is_number=field.get("type") != "text",
    )


def _cell(column: str, record: Mapping[str, object]) -> Cell:
    value = record.get(column)
    return Cell(
        text="" if value is None else str(value),
        is_suppressed=column == COUNT and value is None and record.get(STATUS) == CONFIDENTIAL,
        is_total=value == TOTAL,
    )


def _bars(dimensions: tuple[str, ...], records: tuple[Mapping[str, object], ...]) -> tuple[Bar, ...]:
    """Totals by the first dimension: rows that are a total over every other one."""
    if not dimensions:
        return ()
    first, others = dimensions[0], dimensions[1:]
    totals = {
        str(record[first]): record.get(COUNT)
        for record in records
        if record.get(first) not in {None, TOTAL} and all(record.get(other) == TOTAL for other in others)
    }
    counts = {label: value if isinstance(value, int) else None for label, value in totals.items()}
    largest = max((value for value in counts.values() if value), default=1)
    return tuple(
        Bar(label=label, value=value, width=round(WIDEST * (value or 0) / largest))
        for label, value in sorted(counts.items())
    )

"""The one GROUP BY over the records, and the columns it leaves in the table of cells.

``c0``, ``c1`` … are the dimensions' codes as the records hold them, because turning them into text is
cheaper after grouping, and ``n`` counts records. For a sum there are also ``total``, ``bad`` (how many
records hold no fit value), ``paying`` (how many hold more than 0) and ``g0``, ``g1`` … (the greatest values,
null where there are fewer records).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..records import RECORDS, literal, quoted
from .limits import Where
from .measures import DIGITS, Measure, Sum

__all__ = ["Grouping", "group_statement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What is asked of records.

    Attributes:
        ids: The columns to group by.
        measure: What a cell holds.
        kept: By column, the codes that a record must hold one of to be counted.
    """

    ids: tuple[str, ...]
    measure: Measure
    kept: Where = ()


def group_statement(grouping: Grouping, *, types: Mapping[str, str]) -> str:
    """The SELECT in DuckDB's language; ``types`` are those of the records' columns."""
    ids, measure = grouping.ids, grouping.measure
    codes = ", ".join(f"{quoted(name)} AS c{i}" for i, name in enumerate(ids))
    source = f"{RECORDS}{_limits(grouping.kept)} GROUP BY ALL"
    if not isinstance(measure, Sum):
        return f"SELECT {codes}, count(*) AS n FROM {source}"  # noqa: S608 - names are quoted
    column = quoted(measure.column)
    if types[measure.column] == "VARCHAR":  # a cast alone would round what has a fraction
        column = f"CASE WHEN regexp_full_match({column}, '[0-9]{{1,{DIGITS}}}') THEN {column} END"
    value = f"TRY_CAST({column} AS BIGINT)"
    names = "".join(f"c{i}, " for i in range(len(ids)))
    greatest = ", ".join(f"largest[{i + 1}] AS g{i}" for i in range(measure.top))
    fit = f"CASE WHEN {value} BETWEEN 0 AND {10**DIGITS - 1} THEN 1 END"
    sums = f"count(*) AS n, sum({value})::DECIMAL(38, 0) AS total, count(*) - count({fit}) AS bad"
    paying = f"count(CASE WHEN {value} > 0 THEN 1 END) AS paying"
    grouped = f"SELECT {codes}, {sums}, {paying}, max({value}, {measure.top}) AS largest FROM {source}"  # noqa: S608 - names are quoted
    return f"SELECT {names}n, total, bad, paying, {greatest} FROM ({grouped})"  # noqa: S608 - our own names


def _limits(kept: Where) -> str:
    # A relation takes no values beside the statement, so codes stand in it, quoted.
    within = (f"{quoted(name)}::VARCHAR IN ({', '.join(map(literal, codes))})" for name, codes in kept)
    return f" WHERE {' AND '.join(within)}" if kept else ""

"""In what CKAN's versions differ, as far as a publisher meets it; tried on 2.10.11, 2.11.6 and 2.12.0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BEHAVIOURS", "Behaviour"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One version's ways.

    ``echoes_records``: the reply to an upsert repeats the rows. ``update_keeps_resources``: a
    ``package_update`` without resources leaves them be, where others delete them. ``bumps_on_no_op``:
    ``metadata_modified`` moves even when nothing changed. ``stamps_tables``: making a table sets the
    resource's ``last_modified`` and moves the dataset's ``metadata_modified``. ``falls_over_positions``: a
    resource made again under its own id is left with a wrong position, over which later writes fail.
    ``tells_fractions``: a moment is told to the millisecond. ``caches_totals``: the number of rows is kept
    between searches, and ``calculate_record_count`` keeps an old one. ``has_jobs``: a while after rows were
    written, a job sets the resource's ``last_modified``, which moves the dataset's ``metadata_modified``.
    ``refuses_empty_filters``: an empty list of allowed values is an error, where others find nothing.
    """

    version: str
    echoes_records: bool
    update_keeps_resources: bool
    bumps_on_no_op: bool
    stamps_tables: bool
    falls_over_positions: bool
    tells_fractions: bool
    caches_totals: bool
    has_jobs: bool
    refuses_empty_filters: bool
    has_records_delete: bool


BEHAVIOURS: Mapping[str, Behaviour] = {
    "2.10": Behaviour(
        version="2.10.11",
        echoes_records=True,
        update_keeps_resources=False,
        bumps_on_no_op=True,
        stamps_tables=False,
        falls_over_positions=False,
        tells_fractions=False,
        caches_totals=False,
        has_jobs=False,
        refuses_empty_filters=True,
        has_records_delete=False,
    ),
    "2.11": Behaviour(
        version="2.11.6",
        echoes_records=True,
        update_keeps_resources=False,
        bumps_on_no_op=True,
        stamps_tables=False,
        falls_over_positions=False,
        tells_fractions=False,
        caches_totals=False,
        has_jobs=False,
        refuses_empty_filters=True,
        has_records_delete=True,
    ),
    "2.12": Behaviour(
        version="2.12.0",
        echoes_records=False,
        update_keeps_resources=True,
        bumps_on_no_op=False,
        stamps_tables=True,
        falls_over_positions=True,
        tells_fractions=True,
        caches_totals=True,
        has_jobs=True,
        refuses_empty_filters=False,
        has_records_delete=True,
    ),
}
"""By the first two numbers of the version."""

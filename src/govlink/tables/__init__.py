"""Tables to be published: read from anywhere, checked, sorted by key, kept on disk.

Each function is a context manager that yields a ``govlink.models.table.Table`` in a private temporary
folder, removed when the block ends; ``TMPDIR`` says on which disk. However many rows there are, memory stays
flat: whole columns are looked at a thousand rows at a time, and sorting goes by runs on disk.
"""

from .columns import suggest_columns
from .from_csv import table_of_csv
from .from_duckdb import table_of_parquet, table_of_query, table_of_relation
from .from_release import release_table
from .from_rows import table_of_rows

__all__ = [
    "release_table",
    "suggest_columns",
    "table_of_csv",
    "table_of_parquet",
    "table_of_query",
    "table_of_relation",
    "table_of_rows",
]

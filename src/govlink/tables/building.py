"""From a source to a table: check the columns, check and sort the rows, write them, raise what is wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from ..models.table import Column, Table
from .checking import Batch, checked_lines
from .columns import check_columns
from .layout import Layout
from .problems import Problems
from .sorting import Sorter
from .table import written_table

__all__ = ["Source", "build_table"]

Source: TypeAlias = Callable[[Problems, Path], Iterator[Batch]]
"""Gives batches of rows, notes rows that are none, and may use the folder for files of its own."""


@contextmanager
def build_table(
    source: Source,
    *,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    harmless_numbers: frozenset[str],
    progress: Callable[[int], None] | None,
) -> Iterator[Table]:
    """A table that lives in a private temporary folder until the block ends.

    Raises:
        RejectedError: columns, key or rows are unfit; ``problems`` tell where and what to do.
        ProtectionError: a row holds a citizen number.
    """
    check_columns(columns, key=key, harmless_numbers=harmless_numbers)
    layout = Layout(columns=columns, key=key)
    with tempfile.TemporaryDirectory(prefix="govlink-table-") as name:
        folder, problems = Path(name), Problems()
        sorter, read = Sorter(folder), 0
        for batch in source(problems, folder):
            sorter.add(
                checked_lines(batch, layout=layout, harmless_numbers=harmless_numbers, problems=problems)
            )
            read += len(batch[0])
            if progress is not None:
                progress(read)
        table = written_table(sorter.lines(), layout=layout, folder=folder, problems=problems)
        problems.raise_if_any()
        yield table

"""A release as a Parquet file, written by DuckDB."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from ...errors import Fault, RejectedError
from ...models.release import Release
from ...tables.inert import inert

__all__ = ["parquet"]

NAME_UNFIT = Fault(
    "statistics.parquet_column",
    en="dimensions named {names} cannot be columns of one Parquet file",
    th="มิติชื่อ {names} ใช้เป็นคอลัมน์ของไฟล์ Parquet เดียวกันไม่ได้",
)


def parquet(release: Release) -> bytes:
    """The same columns as ``table.csv``: dimensions as text, ``value`` as BIGINT or null, ``status``.

    The public report is in the file's metadata under the key ``govlink.report``. One thread writes, so the
    same release and the same release of DuckDB give the same bytes.

    Raises:
        ProtectionError: the release was altered.
        RejectedError: two dimensions have names that differ by case alone.
    """
    import duckdb

    release.verify_seal()
    names = [*(dimension.id for dimension in release.table.dimensions), "value", "status"]
    if len({name.lower() for name in names}) < len(names):
        raise RejectedError(NAME_UNFIT, names=", ".join(map(inert, names[:-2])))
    report = json.dumps(release.report.content(), ensure_ascii=False, sort_keys=True)
    cells = release.table.cells
    columns: list[list[object]] = [list(axis) for axis in zip(*(cell.keys for cell in cells), strict=True)]
    columns += [[cell.value for cell in cells], [cell.status.value for cell in cells]]
    kinds = ["VARCHAR[]"] * (len(names) - 2) + ["BIGINT[]", "VARCHAR[]"]
    parts = (f"unnest(?::{kind}) AS {_quoted(name)}" for kind, name in zip(kinds, names, strict=True))
    offline: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": 1,
    }
    with (
        tempfile.TemporaryDirectory(prefix="govlink-parquet-") as folder,
        duckdb.connect(":memory:", config=offline) as connection,
    ):
        path = Path(folder) / "table.parquet"
        connection.execute(f"CREATE TABLE cells AS SELECT {', '.join(parts)}", columns)
        connection.execute(
            f"COPY cells TO {_literal(str(path))} (FORMAT parquet, COMPRESSION zstd,"
            f" KV_METADATA {{'govlink.report': {_literal(report)}}})"
        )
        return path.read_bytes()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

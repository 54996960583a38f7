"""The small database: private, all or nothing, and only of a version that is known."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from govlink.errors import ConfigError, UnavailableError
from govlink.exchange.database import Database, private_directory

SCHEMA = "CREATE TABLE t (n INTEGER) STRICT; CREATE INDEX i ON t (n)"


def count(database: Database) -> int:
    """How many rows there are."""
    with database.reading() as connection:
        (rows,) = connection.execute("SELECT count(*) FROM t").fetchone()
    return int(rows)


def insert_and_fail(database: Database, failing: str) -> None:
    """A row, and then something that goes wrong."""
    with database.writing() as connection:
        connection.execute("INSERT INTO t VALUES (2)")
        connection.execute(failing)
        raise KeyError


def test_a_block_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    """And another connection sees it at once."""
    database, other = (Database(tmp_path / "db", schema=SCHEMA) for _ in range(2))
    with database.writing() as connection:
        connection.execute("INSERT INTO t VALUES (1)")
    for failing, error in (("INSERT INTO nowhere VALUES (2)", UnavailableError), ("", KeyError)):
        with pytest.raises(error):
            insert_and_fail(database, failing)
    assert count(other) == 1
    database.close()
    other.close()


def test_the_files_are_their_owners(tmp_path: Path) -> None:
    """Purposes and case numbers are nobody else's."""
    folder = private_directory(tmp_path / "folder")
    database = Database(folder / "db", schema=SCHEMA)
    assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0
    assert [path.name for path in folder.iterdir() if path.stat().st_mode & 0o077] == []
    assert len(list(folder.iterdir())) == 3
    database.close()


def test_it_survives_a_power_cut_by_setting(tmp_path: Path) -> None:
    """Write-ahead log, synchronised at every commit."""
    database = Database(tmp_path / "db", schema=SCHEMA)
    with database.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    database.close()


def test_another_version_is_refused(tmp_path: Path) -> None:
    """Rather than read by guessing."""
    Database(tmp_path / "db", schema=SCHEMA).close()
    raw = sqlite3.connect(tmp_path / "db")
    raw.execute("PRAGMA user_version=7")
    raw.close()
    with pytest.raises(ConfigError) as caught:
        Database(tmp_path / "db", schema=SCHEMA)
    assert caught.value.code == "exchange.store_version"


@pytest.mark.parametrize(
    "spoil", [Path.mkdir, lambda path: path.write_bytes(b"no database" * 100)], ids=["folder", "other file"]
)
def test_a_file_that_cannot_serve_is_told(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """As an error of ours."""
    spoil(tmp_path / "db")
    with pytest.raises(UnavailableError) as caught:
        Database(tmp_path / "db", schema=SCHEMA)
    assert caught.value.code == "exchange.store_unavailable"

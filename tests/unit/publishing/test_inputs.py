"""Each kind of source gives the same table; what cannot be read is told, and never quoted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import duckdb
import pytest

from govlink.errors import ConfigError, ProtectionError, RejectedError
from govlink.models.release import Release
from govlink.models.table import Table
from govlink.publishing import StatisticsSource, TableSource, load_spec
from govlink.publishing.inputs import open_content

RELEASES = Path(__file__).parents[3] / "fixtures" / "releases"
SCHOOLS = cast("TableSource", load_spec(RELEASES / "schools.toml").source)
STATISTICS = cast("StatisticsSource", load_spec(RELEASES / "eq_petitions_month.toml").source)
READ = "read_csv('schools.csv', all_varchar = true)"


def digest(source: TableSource) -> str:
    """The digest of the table."""
    with open_content(source) as content:
        assert not isinstance(content, Release)
        return content.sha256_hex


def test_a_file_a_query_and_a_database_give_the_same_table(tmp_path: Path) -> None:
    """CSV, Parquet, a SELECT over a file beside the release file, a SELECT over a database."""
    wanted = digest(SCHOOLS)
    parquet, database = tmp_path / "schools.parquet", tmp_path / "schools.duckdb"
    with duckdb.connect(str(database), config={"file_search_path": str(RELEASES)}) as connection:
        connection.execute(f"CREATE TABLE schools AS FROM {READ}")
        connection.execute(f"COPY schools TO '{parquet}'")
    query = replace(SCHOOLS, file=None, query=f"FROM {READ}", folder=RELEASES)
    stored = replace(SCHOOLS, file=None, query="FROM schools", database=database)
    for source in (replace(SCHOOLS, file=parquet), query, stored):
        assert digest(source) == wanted


def test_a_query_of_a_release_file_starts_from_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the command is started."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "schools.csv").write_bytes((RELEASES / "schools.csv").read_bytes())
    text = (RELEASES / "schools.toml").read_text("utf-8")
    text = text.replace('source = "schools.csv"', f'query = "FROM {READ}"')
    (tmp_path / "there" / "release.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    source = load_spec(Path("there/release.toml")).source
    assert isinstance(source, TableSource)
    assert digest(source) == digest(SCHOOLS)


def test_progress_is_told() -> None:
    """Rows as they are read."""
    read: list[int] = []
    with open_content(SCHOOLS, progress=read.append) as content:
        assert read[-1] == content.row_count if not isinstance(content, Release) else False


def test_a_table_lives_as_long_as_the_block() -> None:
    """Its folder is gone afterwards."""
    with open_content(SCHOOLS) as content:
        assert not isinstance(content, Release)
        table: Table = content
        folder = table.scratch_path("x").parent
        assert folder.is_dir()
    assert not folder.exists()


def test_a_directory_that_cannot_be_read_is_a_matter_of_settings(tmp_path: Path) -> None:
    """One that is there and is no directory of files, by its name alone."""
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "table.csv").mkdir()
    with (
        pytest.raises(ConfigError) as caught,
        open_content(replace(STATISTICS, directory=tmp_path / "release")),
    ):
        pass
    assert caught.value.code == "publishing.input_unreadable"
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("name", ["none.csv", "none.parquet"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    """Before anything is sent."""
    with pytest.raises(RejectedError), open_content(replace(SCHOOLS, file=tmp_path / name)):
        pass


def test_a_release_is_attacked_when_it_is_opened(tmp_path: Path) -> None:
    """A directory without a report opens nothing."""
    (tmp_path / "table.csv").write_bytes((STATISTICS.directory / "table.csv").read_bytes())
    with pytest.raises(ProtectionError) as caught, open_content(replace(STATISTICS, directory=tmp_path)):
        pass
    assert caught.value.code == "statistics.report_missing"

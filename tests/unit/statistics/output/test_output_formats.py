"""SDMX-CSV, JSON-stat and Parquet: by their specifications, and without a number where a cell is hidden."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from govlink.errors import ProtectionError, RejectedError
from govlink.models.release import Release
from govlink.statistics.output import (
    FORMATS,
    Format,
    Label,
    Labels,
    json_stat,
    parquet,
    rendered,
    sdmx_csv,
)

Sealed = Callable[..., Release]
STRUCTURE = "OBEC:EQ(1.0)"


# --- SDMX-CSV ---------------------------------------------------------------------------------


def test_sdmx_csv_is_as_its_field_guide_says(regions: Release) -> None:
    """STRUCTURE, STRUCTURE_ID, ACTION, dimensions, OBS_VALUE, CONF_STATUS; a hidden value is empty."""
    rows = list(csv.reader(io.StringIO(sdmx_csv(regions, structure=STRUCTURE).decode(), newline="")))
    assert rows[0] == [
        "STRUCTURE",
        "STRUCTURE_ID",
        "ACTION",
        "province",
        "outcome",
        "OBS_VALUE",
        "CONF_STATUS",
    ]
    assert rows[1] == ["dataflow", STRUCTURE, "I", "น่าน", "approved", "12", "F"]
    assert rows[2] == ["dataflow", STRUCTURE, "I", "น่าน", "refused", "", "C"]
    assert rows[5][-2:] == ["0", "F"]
    assert len(rows) == 16
    assert {row[-1] for row in rows[1:]} == {"F", "C"}
    assert all((row[-2] == "") == (row[-1] == "C") for row in rows[1:])


@pytest.mark.parametrize(
    "structure", ["", "EQ", "OBEC:EQ", "OBEC:EQ(1.0),x", "OBEC:EQ(v1)", "1A:EQ(1)", "A:ก(1)"]
)
def test_sdmx_csv_names_a_structure(regions: Release, structure: str) -> None:
    """AGENCY:ID(VERSION), or nobody knows what the columns are."""
    with pytest.raises(RejectedError) as caught:
        sdmx_csv(regions, structure=structure)
    assert caught.value.code == "statistics.sdmx_structure"


def test_sdmx_csv_takes_no_dimension_of_a_reserved_name(sealed: Sealed) -> None:
    """Two columns of one name would be read as one."""
    release = sealed({("a",): 7, ("_T",): 7}, ("Action",))
    with pytest.raises(RejectedError) as caught:
        sdmx_csv(release, structure=STRUCTURE)
    assert caught.value.code == "statistics.sdmx_column"


# --- JSON-stat --------------------------------------------------------------------------------


def test_json_stat_is_a_cube_in_row_major_order(regions: Release) -> None:
    """Ids, sizes, values with null, statuses by place, and the hierarchy as children."""
    labels = Labels(
        title=Label(th="ชื่อ", en="Title"),
        codes={"outcome": {"approved": Label(th="อนุมัติ", en="Approved")}},
    )
    found = json.loads(json_stat(regions, labels=labels, language="en"))
    assert (found["version"], found["class"], found["label"]) == ("2.0", "dataset", "Title")
    assert (found["id"], found["size"]) == (["province", "outcome"], [5, 3])
    assert found["value"] == [12, None, 15, 30, 0, 30, 1200, 40, 1240, None, None, 45, 1242, 43, 1285]
    assert found["status"] == {"1": "C", "9": "C", "10": "C"}
    province, outcome = (found["dimension"][name]["category"] for name in found["id"])
    assert province["index"] == ["น่าน", "ลำพูน", "ใต้", "เหนือ", "_T"]
    assert province["child"] == {"เหนือ": ["น่าน", "ลำพูน"]}
    assert outcome["label"] == {"approved": "Approved", "refused": "refused", "_T": "Total"}
    assert "child" not in outcome
    assert found["extension"]["protection"] == json.loads(json.dumps(regions.report.content()))


def test_json_stat_speaks_one_language(regions: Release) -> None:
    """JSON-stat holds one label for each thing."""
    found = json.loads(json_stat(regions, language="th"))
    assert found["dimension"]["province"]["label"] == "ไทย province"
    assert found["extension"]["status"]["label"]["C"] == "ปกปิด"


def test_json_stat_takes_whole_cubes_only(sealed: Sealed) -> None:
    """A missing cell would move every value after it to another place."""
    release = sealed({("a", "x"): 7, ("b", "y"): 8}, ("one", "two"))
    with pytest.raises(ProtectionError) as caught:
        json_stat(release)
    assert caught.value.code == "statistics.json_stat_cube"


# --- Parquet ----------------------------------------------------------------------------------


def test_parquet_holds_nulls_and_the_report(regions: Release, tmp_path: Path) -> None:
    """Columns of table.csv with types; the public report in the metadata."""
    path = tmp_path / "table.parquet"
    path.write_bytes(parquet(regions))
    relation = duckdb.read_parquet(str(path))
    assert relation.columns == ["province", "outcome", "value", "status"]
    assert [str(kind) for kind in relation.types] == ["VARCHAR", "VARCHAR", "BIGINT", "VARCHAR"]
    assert relation.fetchall() == [(*c.keys, c.value, c.status.value) for c in regions.table.cells]
    metadata = duckdb.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
    found = {bytes(key).decode(): bytes(value).decode() for key, value in metadata}
    assert json.loads(found["govlink.report"])["table_sha256_hex"] == regions.table.sha256_hex()


def test_parquet_takes_codes_that_look_like_code(sealed: Sealed, tmp_path: Path) -> None:
    """Quote marks and statements are texts like any other."""
    codes = ("'; DROP TABLE cells; --", 'a"b', "\\", "{}", "_T")
    release = sealed({(code,): 9 for code in codes}, ("d",), policy_id="it's {x}")
    path = tmp_path / "table.parquet"
    path.write_bytes(parquet(release))
    assert [row[0] for row in duckdb.read_parquet(str(path)).fetchall()] == list(codes)


def test_parquet_tells_columns_apart(sealed: Sealed) -> None:
    """The engine does not, where two names differ by case alone."""
    release = sealed({("a", "b"): 7}, ("d", "D"))
    with pytest.raises(RejectedError) as caught:
        parquet(release)
    assert caught.value.code == "statistics.parquet_column"


# --- all of them ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_release_gives_the_same_bytes(regions: Release, kind: Format) -> None:
    """Nothing of the day, the machine or the run is in any file."""
    first, second = (rendered(regions, kind, structure=STRUCTURE) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("kind", FORMATS)
def test_an_altered_release_is_not_written(sealed: Sealed, kind: Format) -> None:
    """Each format looks at the seal itself."""
    release = sealed({("a",): 7, ("_T",): 7}, ("d",))
    other = sealed({("a",): 8, ("_T",): 8}, ("d",))
    object.__setattr__(release, "table", other.table)
    with pytest.raises(ProtectionError) as caught:
        rendered(release, kind, structure=STRUCTURE)
    assert caught.value.code == "statistics.altered"

"""The shipped releases are what their script makes, and can be opened."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

from govlink.models.release import Release
from govlink.publishing import load_spec
from govlink.publishing.inputs import open_content
from govlink.statistics import EQUIVALENCE_DATASETS

ROOT = Path(__file__).parents[3]
RELEASES = ROOT / "fixtures" / "releases"


def test_the_script_makes_the_shipped_files(tmp_path: Path) -> None:
    """Byte for byte, but for the versions of the software in the report."""
    runpy.run_path(str(ROOT / "tests" / "releases" / "generate.py"))["generate"](tmp_path)
    for name in ("schools.csv", "eq_petitions_month/table.csv"):
        assert (tmp_path / name).read_bytes() == (RELEASES / name).read_bytes(), name
    made, shipped = (
        json.loads((folder / "eq_petitions_month/report.json").read_text("utf-8"))
        for folder in (tmp_path, RELEASES)
    )
    assert made.pop("versions").keys() == shipped.pop("versions").keys()
    assert made == shipped


def test_nothing_lies_there_that_nobody_made() -> None:
    """Release files are written by hand, data by the script."""
    names = {str(path.relative_to(RELEASES)) for path in RELEASES.rglob("*") if path.is_file()}
    by_hand = {"SOURCE.md", "schools.toml", *(f"{data.name}.toml" for data in EQUIVALENCE_DATASETS)}
    assert names == by_hand | {
        "schools.csv",
        "eq_petitions_month/table.csv",
        "eq_petitions_month/report.json",
    }


def test_the_statistics_hide_something() -> None:
    """A release without a hidden cell would show nothing."""
    with open_content(load_spec(RELEASES / "eq_petitions_month.toml").source) as content:
        assert isinstance(content, Release)
        assert 10 < content.report.cells_suppressed < content.report.cells_published


def test_the_schools_keep_their_zeros_and_empty_cells() -> None:
    """Codes are text; what is empty stays so."""
    with open_content(load_spec(RELEASES / "schools.toml").source) as content:
        assert not isinstance(content, Release)
        rows = list(content.rows())
    assert len(rows) == content.row_count == 200
    assert rows[0][:4] == ("09000001", "โรงเรียนตัวอย่างริมธาร 1", "จังหวัดสมมติเหนือ", "00010")
    assert rows[0][4:] == (None, 6, None, True)

"""The page of a release in a real browser, from a file and without a network: it shows, and it switches."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from govlink.models.release import CellStatus, Dimension, ProtectedTable, ProtectionReport, ReleasedCell, seal
from govlink.models.rules import PublicRules
from govlink.statistics.output import Label, Labels, page

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium"),
]
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1280,1600",
)  # fmt: skip
COUNTS = {("2567", "a"): 40, ("2567", "b"): None, ("2568", "a"): None, ("2568", "b"): 0}
Browse = Callable[..., str]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    """Opens a file and gives back its document, or with other switches what they print."""

    def open_page(path: Path, *wanted: str) -> str:
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [str(CHROMIUM), *SWITCHES, profile, *(wanted or ("--dump-dom",)), path.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert "Refused to" not in done.stderr
        return done.stdout

    return open_page


def written(folder: Path, language: str) -> Path:
    """The page of a small release."""
    totals = {("2567", "_T"): 47, ("2568", "_T"): 8, ("_T", "a"): 48, ("_T", "b"): 7, ("_T", "_T"): 55}
    keys = [(period, kind) for period in ("2567", "2568", "_T") for kind in ("a", "b", "_T")]
    cells = tuple(
        ReleasedCell(
            keys=key,
            value=(COUNTS | totals)[key],
            status=CellStatus.CONFIDENTIAL if (COUNTS | totals)[key] is None else CellStatus.FREE,
        )
        for key in keys
    )
    dimensions = (
        Dimension(id="period", label_th="ปี", label_en="Year"),
        Dimension(id="kind", label_th="ประเภท", label_en="Kind"),
    )
    table = ProtectedTable(dimensions=dimensions, cells=cells)
    report = ProtectionReport(
        policy_id="p",
        policy_version="1",
        method="suppress",
        rules=PublicRules(threshold=5),
        cells_published=7,
        cells_suppressed=2,
        suppressed_share=0.222222,
        audit_verdict="passed",
        audited_cells=2,
        table_sha256_hex=table.sha256_hex(),
        mask="1200",
    )
    labels = Labels(title=Label(th="สถิติทดสอบ", en="Test statistics"))
    path = folder / f"{language}.html"
    path.write_bytes(page(seal(table=table, report=report), labels=labels, language=language))  # type: ignore[arg-type]  # one of three
    return path


def test_a_browser_keeps_every_element(browse: Browse, tmp_path: Path) -> None:
    """What the parser made of the page has the cells, the gaps and no error page."""
    dom = browse(written(tmp_path, "th"))
    assert dom.count('class="n hidden"') == 2
    assert len(re.findall(r'<rect[^>]*class="gap"', dom)) >= 3
    assert "สถิติทดสอบ" in dom


def test_the_languages_look_different(browse: Browse, tmp_path: Path) -> None:
    """The choice is made by style sheets alone: each of the three gives another picture, none is blank."""
    pictures = set()
    for language in ("th", "en", "both"):
        picture = tmp_path / f"{language}.png"
        browse(written(tmp_path, language), f"--screenshot={picture}")
        content = picture.read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) > 30_000
        pictures.add(content)
    assert len(pictures) == 3


def test_it_prints(browse: Browse, tmp_path: Path) -> None:
    """As pages of a document, all of the table with it."""
    paper = tmp_path / "page.pdf"
    browse(written(tmp_path, "th"), f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    assert paper.read_bytes().startswith(b"%PDF")

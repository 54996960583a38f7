"""The page: whole without a network or a script, hidden cells marked and gaps in the chart, nothing runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from govlink.errors import ConfigError
from govlink.models.release import Release
from govlink.models.rules import GroupRule, PublicRules, Subject
from govlink.statistics.output import Label, Labels, load_labels, page, report_lines
from govlink.statistics.output.page.order import axes_of
from govlink.statistics.output.page.pivot import MOST_ROWS
from govlink.statistics.output.page.scale import nice_top, short

Sealed = Callable[..., Release]
VOID = {"input", "line", "meta", "path", "rect"}


class Reader(HTMLParser):
    """Elements, attributes and texts of a page; elements must be closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it; nothing is left open."""
        assert tag in VOID
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """It must be the one that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note it with where it stands."""
        self.texts.append((self.open[-1] if self.open else "", data))


def read(release: Release, **options: object) -> tuple[Reader, str]:
    """The page, parsed."""
    text = page(release, **options).decode()  # type: ignore[arg-type]  # options of the page
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    return reader, text


def rows_of(text: str) -> list[list[str]]:
    """The cells' texts of each row of the table's body, in Thai."""
    body = text[text.index("<tbody>") : text.index("</table>")]
    thai = re.sub(r'<span class="en".*?</span>', "", body)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr.*?</tr>", thai)
    ]


def test_nothing_is_fetched_and_nothing_runs(regions: Release) -> None:
    """No script, link, frame or address; the page itself forbids all of them."""
    reader, text = read(regions)
    assert not {tag for tag, _ in reader.elements} & {
        "script",
        "link",
        "iframe",
        "img",
        "object",
        "form",
        "base",
    }
    assert not re.search(r"https?:|//|@import|url\((?!#)|\bon\w+=", text.replace("<!doctype", ""))
    policies = [a["content"] for tag, a in reader.elements if tag == "meta" and "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_hidden_cells_are_marked_in_the_table(regions: Release) -> None:
    """Each with a word, never a number or a blank; wholes before their parts; zeros are zeros."""
    assert rows_of(read(regions)[1]) == [
        ["เหนือ", "ปกปิด", "ปกปิด", "45"],
        ["น่าน", "12", "ปกปิด", "15"],
        ["ลำพูน", "30", "0", "30"],
        ["ใต้", "1,200", "40", "1,240"],
        ["รวม", "1,242", "43", "1,285"],
    ]


def test_hidden_cells_are_gaps_in_the_chart(sealed: Sealed) -> None:
    """As high as the scale and hatched, so that none is taken for zero; a zero is a mark on the line."""
    release = sealed(
        {("2567",): 40, ("2568",): None, ("2569",): 0, ("2570",): None, ("_T",): 95}, ("period",)
    )
    reader, _ = read(release)
    rects = [a for tag, a in reader.elements if tag == "rect" and a.get("x")]
    kinds = [a["class"] for a in rects]
    assert kinds == ["bar", "gap", "bar zero", "gap"]
    heights = [float(a["height"] or 0) for a in rects]
    assert heights[1] == heights[3] == max(heights)
    assert heights[2] == 1.5
    titles = [text for tag, text in reader.texts if tag == "title"][1:]
    assert titles == ["2567: 40", "2568: ปกปิด / hidden", "2569: 0", "2570: ปกปิด / hidden"]


def test_bars_across_for_what_is_no_period(regions: Release) -> None:
    """Names are long; the finest codes stand in the chart, a gap where one is hidden."""
    reader, _ = read(regions)
    titles = [text for tag, text in reader.texts if tag == "title"][1:]
    assert titles[:3] == ["น่าน: 15", "ลำพูน: 30", "ใต้: 1,240"]
    assert "น่าน: ปกปิด / hidden" in titles
    assert [t for t in titles if t.startswith("เหนือ")] == []


def test_markup_in_names_is_text(sealed: Sealed) -> None:
    """Codes, labels and the policy come from outside; none of them becomes an element."""
    hostile = "<script>alert(1)</script>\"'&"
    release = sealed({(hostile,): 7, ("_T",): 7}, ("d",), policy_id=hostile, parameters={hostile: hostile})
    labels = Labels(
        title=Label(th=hostile, en=hostile),
        dimensions={"d": Label(th=hostile, en="x")},
        codes={"d": {hostile: Label(th=hostile, en="</svg><b>")}},
    )
    reader, text = read(release, labels=labels)
    assert "script" not in {tag for tag, _ in reader.elements}
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("language", ["th", "en", "both"])
def test_the_language_is_chosen_without_a_script(regions: Release, language: str) -> None:
    """Three buttons, one checked; every English text is marked as such and stands beside a Thai one."""
    reader, text = read(regions, language=language)
    chosen = [a["id"] for tag, a in reader.elements if tag == "input" and "checked" in a]
    assert chosen == [f"lang-{language}"]
    thai = [a for _, a in reader.elements if "th" in (a.get("class") or "").split()]
    english = [a for _, a in reader.elements if "en" in (a.get("class") or "").split()]
    assert len(thai) == len(english) > 40
    assert all(a["lang"] == "en" for a in english)
    assert '<html lang="th">' in text


def test_a_reader_finds_the_way_by_ear(regions: Release) -> None:
    """Headings name their sections, heads their cells, drawings what they show; the table can be scrolled."""
    reader, _ = read(regions)
    ids = {a["id"] for _, a in reader.elements if "id" in a}
    named = {a["aria-labelledby"] for tag, a in reader.elements if tag == "section"}
    assert named <= ids
    assert {a.get("scope") for tag, a in reader.elements if tag == "th"} == {"col", "colgroup", "row"}
    drawings = [a for tag, a in reader.elements if tag == "svg" and "aria-hidden" not in a]
    assert drawings
    assert all(a["role"] == "img" and a["aria-label"] for a in drawings)
    assert any(a.get("tabindex") == "0" and a.get("role") == "region" for _, a in reader.elements)
    assert [a["href"] for tag, a in reader.elements if tag == "a"] == ["#table"]
    assert "table" in ids


def test_the_report_tells_what_the_audit_left_out(sealed: Sealed) -> None:
    """Known risks in words, unknown ones by their code; group rule, subject and digests are there."""
    release = sealed(
        {("a", "x"): None, ("a", "_T"): 7, ("_T", "x"): None, ("_T", "_T"): 7},
        ("d", "outcome"),
        rules=PublicRules(threshold=5, zeros="sampling", group=GroupRule(dimension="outcome", min_groups=3)),
        subject=Subject(population="register", where=(("sex", ("F",)),)),
        not_covered=("likelihood", "something_new"),
        gap=0.12,
        search="completed",
        ledger_head="ab" * 32,
        policy_sha256_hex="cd" * 32,
    )
    text = page(release).decode()
    for told in (
        "what is likely within the range", "something_new", "3 categories of outcome", "register", "sex = F",
        "at most 12% of the cost", "ab" * 32, "cd" * 32, release.table.sha256_hex(),
        release.report.sha256_hex(),
        "it may be zero or not", "some zeros are hidden too",
    ):  # fmt: skip
        assert told in text


def test_a_method_that_hides_nothing_says_so(sealed: Sealed) -> None:
    """No word of hidden cells where there are none; figures are told to be approximate."""
    release = sealed({("a",): 10, ("_T",): 10}, ("d",), method="round", parameters={"base": "5"})
    text = page(release).decode()
    assert "base = 5" in text
    assert "rounded to a multiple of the base" in text
    assert "no value" not in text


def test_a_long_table_is_cut_and_says_so(sealed: Sealed) -> None:
    """The page stays readable; the file has all rows."""
    codes = [f"c{n:05d}" for n in range(MOST_ROWS + 50)]
    cells = {(code,): 9 for code in codes} | {("_T",): 9 * len(codes)}
    text = page(sealed(cells, ("school",))).decode()
    assert text.count('<tr class="part">') == MOST_ROWS
    assert "has all of them" in text


@pytest.mark.parametrize("dimensions", [1, 2, 3, 4])
def test_any_number_of_dimensions(sealed: Sealed, dimensions: int) -> None:
    """Every cell stands in the table exactly once."""
    from itertools import product

    keys = list(product(("a", "b", "_T"), repeat=dimensions))
    cells = {key: 1000 + place for place, key in enumerate(keys)}
    _, text = read(sealed(cells, tuple(f"d{n}" for n in range(dimensions))))
    shown = [cell for row in rows_of(text) for cell in row if re.fullmatch(r"[0-9,]+", cell)]
    assert sorted(int(cell.replace(",", "")) for cell in shown) == sorted(cells.values())


def test_levels_of_a_hierarchy_do_not_overlap(sealed: Sealed) -> None:
    """As fine as there is room for; a code without parts stays at every level."""
    cells = {(code,): 9 for code in ("01", "02", "03", "Q1", "X", "_T")}
    parents = {"d": (("01", "Q1"), ("02", "Q1"), ("03", "Q1"))}
    (axis,) = axes_of(sealed(cells, ("d",), parents=parents).table)
    assert axis.codes == ("Q1", "01", "02", "03", "X", "_T")
    assert axis.level(4) == ("01", "02", "03", "X")
    assert axis.level(3) == axis.level(1) == ("Q1", "X")


@pytest.mark.parametrize(
    ("greatest", "top"), [(0, 2), (1, 2), (3, 4), (11, 12), (17, 20), (21, 40), (1285, 1600)]
)
def test_axes_end_at_round_numbers(greatest: int, top: int) -> None:
    """Even, so that the middle is whole."""
    assert nice_top(greatest) == top
    assert nice_top(greatest) % 2 == 0


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (99_999, "99,999"), (123_456, "123k"), (2_500_000, "2.5M")]
)
def test_numbers_of_a_chart_are_short(value: int, text: str) -> None:
    """Room is scarce there; the table has every digit."""
    assert short(value) == text


def test_labels_are_read_strictly(tmp_path: Path) -> None:
    """Both languages for everything, printable, or the file is refused by its name."""
    path = tmp_path / "labels.toml"
    path.write_text('[outcome]\nth = "ผล"\nen = "Outcome"\n[outcome.codes]\na = ["ก", "A"]\n', "utf-8")
    assert load_labels(path).codes["outcome"]["a"] == Label(th="ก", en="A")
    for text in (
        '[d]\nth = "ก"\n',
        '[d]\nth = "ก"\nen = ""\n',
        'd = "x"',
        '[d]\nth="ก"\nen="A"\n[d.codes]\na="x"\n',
        "[",
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(ConfigError) as caught:
            load_labels(path)
        assert caught.value.code == "statistics.labels_unreadable"


def test_the_report_on_a_terminal(regions: Release) -> None:
    """One language a line, and the digest of the table."""
    lines = report_lines(regions.report, language="th")
    assert ("เกณฑ์ขั้นต่ำ", "5") in lines
    assert any(regions.table.sha256_hex() in value for _, value in lines)

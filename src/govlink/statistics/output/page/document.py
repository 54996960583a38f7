"""The page itself: one file that needs no network, no script and no other file."""

from __future__ import annotations

from importlib import resources

from ....models.release import TOTAL, Release
from ..labels import Label, Labels, PageLanguage
from .chart import charts, hatch
from .html import Html, both, element, joined, text
from .order import Axis, axes_of
from .pivot import Cells, pivot
from .report_part import report_part
from .texts import WORDS

__all__ = ["page"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_CHOICES = (("th", "ไทย"), ("en", "English"), ("both", "ไทย + EN"))


def page(release: Release, *, labels: Labels | None = None, language: PageLanguage = "th") -> bytes:
    """The table, a chart and the public report as HTML in UTF-8; the same release gives the same bytes.

    Thai, English or both side by side: the reader chooses, by buttons that are plain HTML. Hidden cells are
    marked in the table and are gaps in the chart, never zeros.

    Args:
        release: What is shown; nothing else about the figures is known here.
        labels: Names of the table, its dimensions and codes.
        language: Which is shown first, or both side by side.

    Raises:
        ProtectionError: the release was altered.
    """
    release.verify_seal()
    named = labels or Labels()
    cells: Cells = {cell.keys: cell for cell in release.table.cells}
    axes = axes_of(release.table)
    body = element(
        "body",
        *_choices(language),
        hatch(),
        _header(named, axes),
        element(
            "main",
            _facts(release, cells),
            _chart(release, cells, axes, named),
            _table(release, cells, axes, named),
            _report(release, named),
        ),
        _footer(),
    )
    return f'<!doctype html>\n<html lang="th">{_head(named)}{body}</html>\n'.encode()


def _head(labels: Labels) -> Html:
    style = resources.files(__package__).joinpath("style.css").read_text("utf-8")
    title = " / ".join(dict.fromkeys((labels.title.th, labels.title.en)))
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", text(title)),
        element("style", Html(style)),
    )


def _choices(language: PageLanguage) -> list[Html]:
    """The reader's choice: buttons come first, so that plain style sheets can follow it."""
    found = []
    for code, name in _CHOICES:
        chosen = {"checked": "checked"} if code == language else {}
        found.append(
            element(
                "input",
                type="radio",
                name="lang",
                id=f"lang-{code}",
                class_="away",
                aria_label=name,
                **chosen,
            )
        )
    return found


def _header(labels: Labels, axes: tuple[Axis, ...]) -> Html:
    names = [labels.of_dimension(axis.dimension) for axis in axes]
    across = Label(th=" × ".join(n.th for n in names), en=" × ".join(n.en for n in names))
    told = element(
        "div",
        element("a", both(WORDS["skip"]), href="#table", class_="skip away"),
        element("p", both(WORDS["kicker"]), class_="kicker"),
        element("h1", both(labels.title)),
        element("p", both(across), class_="dims"),
    )
    choices = [element("label", text(name), for_=f"lang-{code}") for code, name in _CHOICES]
    return element("header", element("div", told, element("div", *choices, class_="langs"), class_="bound"))


def _facts(release: Release, cells: Cells) -> Html:
    report = release.report
    grand = cells.get((TOTAL,) * len(release.table.dimensions))
    total = [] if grand is None or grand.value is None else [_fact("total", text(f"{grand.value:,}"))]
    share = joined(text(f"{report.suppressed_share:.1%} "), both(WORDS["of_all"]))
    hides = report.method == "suppress"
    looked_at = joined(text(f"{report.audited_cells:,} "), both(WORDS["attacked" if hides else "checked"]))
    smallest = both(WORDS["smallest"]) if hides and report.rules.measure == "count" else None
    return element(
        "ul",
        *total,
        _fact("published", text(f"{report.cells_published:,}")),
        _fact("hidden_cells", text(f"{report.cells_suppressed:,}"), share),
        _fact("threshold", text(f"{report.rules.threshold:,}"), smallest),
        _fact("verdict", joined(text("✓ "), both(WORDS["passed"])), looked_at, kind="good"),
        class_="facts",
    )


def _fact(name: str, value: Html, sub: Html | None = None, *, kind: str = "fact") -> Html:
    below = () if sub is None else (element("span", sub, class_="sub"),)
    label = element("span", both(WORDS[name]), class_="label")
    return element("li", label, element("strong", value), *below, class_=kind)


def _chart(release: Release, cells: Cells, axes: tuple[Axis, ...], labels: Labels) -> Html:
    hidden = WORDS["legend_hidden" if _is_more_than_zero(release) else "legend_hidden_any"]
    legend = [
        element("li", _swatch("bar"), element("span", both(WORDS["legend_value"]))),
        element("li", _swatch("gap"), element("span", both(hidden))),
    ]
    keys = element("ul", *(legend if release.report.cells_suppressed else legend[:1]), class_="legend")
    return _section("chart", keys, charts(cells, axes, labels=labels))


def _is_more_than_zero(release: Release) -> bool:
    """Whether every hidden cell counts somebody: all zeros are shown, and it is no sum, which may be zero."""
    return release.report.rules.zeros == "structural" and release.report.rules.measure == "count"


def _swatch(kind: str) -> Html:
    shape = element("rect", width=24, height=16, class_=kind)
    return element("svg", shape, viewBox="0 0 24 16", aria_hidden="true")


def _table(release: Release, cells: Cells, axes: tuple[Axis, ...], labels: Labels) -> Html:
    table, is_cut = pivot(cells, axes, labels=labels)
    scroll = element(
        "div",
        table,
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label=f"{labels.title.th} / {labels.title.en}",
    )
    cut = [element("p", both(WORDS["more_rows"]), class_="note")] if is_cut else []
    report = release.report
    zeros = [f"reads_zero_{report.rules.zeros}"] if report.rules.measure == "count" else []
    told = [*zeros, "reads_alike"] if report.cells_suppressed else []
    reading = (
        [element("ul", *(element("li", both(WORDS[name])) for name in told), class_="reading")]
        if told
        else []
    )
    return _section("table", scroll, *cut, *reading)


def _report(release: Release, labels: Labels) -> Html:
    return _section("report", element("div", report_part(release.report, labels=labels), class_="card"))


def _section(name: str, *parts: Html) -> Html:
    heading = element("h2", both(WORDS[name]), id=f"{name}-heading")
    return element("section", heading, *parts, id=name, aria_labelledby=f"{name}-heading")


def _footer() -> Html:
    command = element("code", text("govlink statistics audit table.csv"))
    return element("footer", element("p", both(WORDS["verify"]), text(" "), command))

"""The table of the page: one dimension across where it is short, the others down, hidden cells marked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ....models.release import TOTAL, ReleasedCell
from ..labels import Label, Labels
from .html import Html, both, element, joined, text
from .order import Axis
from .texts import WORDS

__all__ = ["MOST_ROWS", "Cells", "pivot"]

Cells = dict[tuple[str, ...], ReleasedCell]

MOST_ROWS = 2_000
_MOST_COLUMNS = 12


def pivot(cells: Cells, axes: tuple[Axis, ...], *, labels: Labels) -> tuple[Html, bool]:
    """The table, and whether rows had to be left out."""
    across = _across(axes)
    down = tuple(axis for axis in axes if axis is not across)
    grouped = down[0] if len(down) > 1 else None
    beside = down[1:] if grouped else down
    head = _head(beside, across, labels=labels)
    bodies, left = [], MOST_ROWS
    for code in grouped.codes if grouped else (None,):
        rows = list(_rows(cells, beside, across, fixed=(grouped, code), labels=labels, most=left))
        left -= len(rows)
        if grouped is not None and code is not None and rows:
            rows.insert(0, _group_row(grouped, code, width=len(beside) + _width(across), labels=labels))
        if rows:
            bodies.append(element("tbody", *rows))
    full = 1
    for axis in down:
        full *= len(axis.codes)
    return element("table", element("thead", *head), *bodies), full > MOST_ROWS


def _across(axes: tuple[Axis, ...]) -> Axis | None:
    """The last dimension with few codes; none where a table has one dimension or all are long."""
    short = [axis for axis in axes if len(axis.codes) <= _MOST_COLUMNS]
    return short[-1] if short and len(axes) > 1 else None


def _width(across: Axis | None) -> int:
    return len(across.codes) if across else 1


def _head(beside: tuple[Axis, ...], across: Axis | None, *, labels: Labels) -> list[Html]:
    names = [both(labels.of_dimension(axis.dimension)) for axis in beside]
    if across is None:
        last = both(Label(th="จำนวน", en="Count"))
        corner = [element("th", name, scope="col") for name in names]
        return [element("tr", *corner, element("th", last, scope="col", class_="n"))]
    corner = [element("th", name, scope="col", rowspan=2) for name in names]
    over = element(
        "th",
        both(labels.of_dimension(across.dimension)),
        scope="colgroup",
        colspan=len(across.codes),
        class_="over",
    )
    codes = [
        element("th", _name(across, code, labels), scope="col", class_=_classes("n", across, code))
        for code in across.codes
    ]
    return [element("tr", *corner, over), element("tr", *codes)]


def _group_row(axis: Axis, code: str, *, width: int, labels: Labels) -> Html:
    name = joined(
        element("span", both(labels.of_dimension(axis.dimension)), class_="what"),
        element("b", _name(axis, code, labels)),
    )
    inner = element("span", name, class_="stick")
    return element(
        "tr", element("th", inner, scope="rowgroup", colspan=width, class_=_classes("group", axis, code))
    )


def _rows(
    cells: Cells,
    beside: tuple[Axis, ...],
    across: Axis | None,
    *,
    fixed: tuple[Axis | None, str | None],
    labels: Labels,
    most: int,
) -> Iterator[Html]:
    group, group_code = fixed
    for number, codes in enumerate(product(*(axis.codes for axis in beside))):
        if number >= most:
            return
        at = {axis.place: code for axis, code in zip(beside, codes, strict=True)}
        if group is not None and group_code is not None:
            at[group.place] = group_code
        heads = [
            element(
                "th",
                element("span", _name(axis, code, labels), class_=f"in{min(axis.depths[code], 4)}"),
                scope="row",
                class_=_classes("", axis, code),
            )
            for axis, code in zip(beside, codes, strict=True)
        ]
        totals = any(code in axis.wholes for axis, code in zip(beside, codes, strict=True))
        values = [_value(cells, at, across, code) for code in (across.codes if across else (TOTAL,))]
        yield element("tr", *heads, *values, class_="whole" if totals else "part")


def _value(cells: Cells, at: dict[int, str], across: Axis | None, code: str) -> Html:
    full = at | {across.place: code} if across else at
    cell = cells.get(tuple(full[place] for place in sorted(full)))
    if cell is None:
        return element("td", text("–"), class_="n")
    if cell.value is None:
        return element("td", element("span", both(WORDS["hidden"])), class_="n hidden")
    marks = _classes("n", across, code) if across else "n"
    return element("td", text(f"{cell.value:,}"), class_=marks)


def _name(axis: Axis, code: str, labels: Labels) -> Html:
    return both(labels.of_code(axis.dimension, code))


def _classes(base: str, axis: Axis, code: str) -> str:
    return f"{base} whole".strip() if code in axis.wholes else base

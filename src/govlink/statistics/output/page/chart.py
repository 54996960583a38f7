"""Charts as inline SVG, made here: a hidden cell is a hatched gap, a zero is a mark on the base line."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ....models.release import TOTAL
from ..labels import Label, Labels
from .html import Html, both, element, joined, text
from .order import Axis
from .pivot import Cells
from .scale import nice_top, short, text_width
from .texts import WORDS

__all__ = ["charts", "hatch"]

_PERIOD = re.compile(r"[0-9]{4}(-([0-9]{2}|Q[1-4]|H[12]))?")
_MOST_BARS = 36
_MOST_PANELS = 12
_MOST_FIGURES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    label: Label
    value: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    title: Label
    bars: tuple[_Bar, ...]


def hatch() -> Html:
    """What hidden bars are filled with; once on a page."""
    line = element("path", d="M0 0V7", class_="hatch-line")
    pattern = element(
        "pattern",
        line,
        id="hatch",
        width=7,
        height=7,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("svg", element("defs", pattern), width=0, height=0, class_="away", aria_hidden="true")


def charts(cells: Cells, axes: tuple[Axis, ...], *, labels: Labels) -> Html:
    """A figure over the main dimension, then one split by each other, all on totals of the rest."""
    main = _main(axes)
    others = [axis for axis in axes if axis is not main and len(axis.plain()) > 1]
    figures = [_figure(cells, axes, main, None, labels=labels)]
    figures += [_figure(cells, axes, main, axis, labels=labels) for axis in others[: _MOST_FIGURES - 1]]
    return joined(*figures)


def _main(axes: tuple[Axis, ...]) -> Axis:
    """The dimension of time if there is one, else the first."""
    times = [axis for axis in axes if all(map(_PERIOD.fullmatch, axis.plain()))]
    return (times or list(axes))[0]


def _figure(cells: Cells, axes: tuple[Axis, ...], main: Axis, split: Axis | None, *, labels: Labels) -> Html:
    codes = main.level(_MOST_BARS)
    parts = split.level(_MOST_PANELS) if split else (TOTAL,)
    panels = [
        _Panel(
            title=labels.of_code(split.dimension, part) if split else labels.of_dimension(main.dimension),
            bars=_bars(
                cells, axes, main, codes[:_MOST_BARS], at={split.place: part} if split else {}, labels=labels
            ),
        )
        for part in parts[:_MOST_PANELS]
    ]
    top = nice_top(max((bar.value or 0 for panel in panels for bar in panel.bars), default=0))
    upright = all(map(_PERIOD.fullmatch, codes))
    drawn = [_drawn(panel, top=top, upright=upright, wide=split is None) for panel in panels]
    name = labels.of_dimension(main.dimension)
    if split:
        other = labels.of_dimension(split.dimension)
        name = Label(th=f"{name.th} {WORDS['by'].th}{other.th}", en=f"{name.en} {WORDS['by'].en} {other.en}")
    notes = [both(WORDS["same_scale"], inside="span")] if len(drawn) > 1 else []
    if len(parts) > _MOST_PANELS or len(codes) > _MOST_BARS:
        notes.append(both(WORDS["more_panels"]))
    return element(
        "figure",
        element(
            "figcaption", element("b", both(name)), *(element("span", note, class_="note") for note in notes)
        ),
        element("div", *drawn, class_="panels wide" if split is None else "panels"),
    )


def _bars(
    cells: Cells,
    axes: tuple[Axis, ...],
    main: Axis,
    codes: tuple[str, ...],
    *,
    at: dict[int, str],
    labels: Labels,
) -> tuple[_Bar, ...]:
    bars = []
    for code in codes:
        full = {axis.place: TOTAL for axis in axes} | at | {main.place: code}
        cell = cells.get(tuple(full[place] for place in range(len(axes))))
        if cell is not None:
            bars.append(_Bar(label=labels.of_code(main.dimension, code), value=cell.value))
    return tuple(bars)


def _drawn(panel: _Panel, *, top: int, upright: bool, wide: bool) -> Html:
    drawing = _columns(panel, top=top, wide=wide) if upright else _rows(panel, top=top, wide=wide)
    heading = () if wide else (element("p", both(panel.title), class_="panel-title"),)
    return element("div", *heading, drawing, class_="panel")


def _spoken(panel: _Panel) -> str:
    """What a screen reader says of a panel; the table holds every figure."""
    hidden = sum(bar.value is None for bar in panel.bars)
    word = WORDS["hidden"]
    return f"{panel.title.th} / {panel.title.en}: {len(panel.bars)}, {word.th} / {word.en} {hidden}"


def _columns(panel: _Panel, *, top: int, wide: bool) -> Html:
    width, height, left, floor, head = (1000, 250, 46, 214, 22) if wide else (340, 180, 40, 148, 18)
    slot = (width - left - 6) / max(1, len(panel.bars))
    scale = (floor - head) / top
    parts = [
        _grid(top, y=floor - part * scale, part=part, left=left, width=width) for part in (0, top // 2, top)
    ]
    for place, bar in enumerate(panel.bars):
        middle = left + (place + 0.5) * slot
        thick = min(34.0, slot * 0.72)
        parts.append(_column(bar, middle=middle, slot=slot, thick=thick, floor=floor, head=head, scale=scale))
    parts += _axis_words(panel, slot=slot, left=left, width=width, y=floor + 18)
    return _svg(panel, width=width, height=height, parts=parts)


def _axis_words(panel: _Panel, *, slot: float, left: float, width: float, y: float) -> list[Html]:
    """As many names below the bars as there is room for, at even steps; those at the edges stay inside."""
    widths = [max(text_width(bar.label.th), text_width(bar.label.en)) for bar in panel.bars]
    every = max(1, math.ceil((max(widths, default=0.0) + 12) / slot))
    found, taken = [], -1.0
    for place in range(0, len(panel.bars), every):
        middle, half = left + (place + 0.5) * slot, widths[place] / 2
        at, anchor, begin = middle, "middle", middle - half
        if begin < left - 30:
            at, anchor, begin = left, "start", left
        elif middle + half > width:
            at, anchor, begin = width, "end", width - 2 * half
        if begin >= taken + 8:
            found.append(_words(panel.bars[place].label, x=at, y=y, anchor=anchor))
            taken = begin + 2 * half
    return found


def _column(
    bar: _Bar, *, middle: float, slot: float, thick: float, floor: float, head: float, scale: float
) -> Html:
    if bar.value is None:
        broad = min(max(2.0, slot - 2), 1.4 * thick)
        gap = _rect(x=middle - broad / 2, y=head, width=broad, height=floor - head, kind="gap")
        return element("g", _title(bar), gap)
    high = bar.value * scale
    shape = _rect(
        x=middle - thick / 2, y=floor - max(high, 1.5), width=thick, height=max(high, 1.5),
        kind="bar" if bar.value else "bar zero",
    )  # fmt: skip
    number = [] if slot < 22 else [_number(bar.value, x=middle, y=floor - high - 5, anchor="middle")]
    return element("g", _title(bar), shape, *number)


def _rows(panel: _Panel, *, top: int, wide: bool) -> Html:
    width, left, step = (1000, 250, 28) if wide else (340, 120, 25)
    height = 10 + step * len(panel.bars)
    scale = (width - left - 70) / top
    parts = []
    for place, bar in enumerate(panel.bars):
        y = 5 + place * step
        parts.append(_words(_cut(bar.label, left - 10), x=left - 8, y=y + step / 2 + 4, anchor="end"))
        thick = step - 9
        if bar.value is None:
            gap = _rect(x=left, y=y + 3, width=top * scale, height=thick + 3, kind="gap")
            parts.append(element("g", _title(bar), gap))
            continue
        long = max(bar.value * scale, 1.5)
        shape = _rect(x=left, y=y + 4, width=long, height=thick, kind="bar" if bar.value else "bar zero")
        number = _number(bar.value, x=left + long + 6, y=y + step / 2 + 4, anchor="start")
        parts.append(element("g", _title(bar), shape, number))
    return _svg(panel, width=width, height=height, parts=parts)


def _svg(panel: _Panel, *, width: int, height: int, parts: list[Html]) -> Html:
    return element("svg", *parts, viewBox=f"0 0 {width} {height}", role="img", aria_label=_spoken(panel))


def _title(bar: _Bar) -> Html:
    shown = f"{bar.value:,}" if bar.value is not None else f"{WORDS['hidden'].th} / {WORDS['hidden'].en}"
    name = bar.label.th if bar.label.th == bar.label.en else f"{bar.label.th} / {bar.label.en}"
    return element("title", text(f"{name}: {shown}"))


def _grid(top: int, *, y: float, part: int, left: float, width: float) -> Html:
    line = element(
        "line", x1=left, x2=width, y1=f"{y:.1f}", y2=f"{y:.1f}", class_="axis" if part == 0 else "grid"
    )
    return joined(line, _number(part, x=left - 6, y=y + 4, anchor="end")) if part or top else line


def _rect(*, x: float, y: float, width: float, height: float, kind: str) -> Html:
    return element(
        "rect", x=f"{x:.1f}", y=f"{y:.1f}", width=f"{width:.1f}", height=f"{height:.1f}", class_=kind,
        **({"rx": 2} if kind == "bar" else {}),
    )  # fmt: skip


def _number(value: int, *, x: float, y: float, anchor: str) -> Html:
    return element(
        "text", text(short(value)), x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, class_="number"
    )


def _words(label: Label, *, x: float, y: float, anchor: str) -> Html:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text_anchor": anchor}
    if label.th == label.en:
        return element("text", text(label.th), **place)
    thai = element("text", text(label.th), class_="th", lang="th", **place)
    return joined(thai, element("text", text(label.en), class_="en", lang="en", **place))


def _cut(label: Label, most: int) -> Label:
    return Label(th=_shortened(label.th, most), en=_shortened(label.en, most))


def _shortened(name: str, most: int) -> str:
    while text_width(name) > most:
        name = name.rstrip("…")[:-1].rstrip() + "…"
    return name

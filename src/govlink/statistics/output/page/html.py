"""Elements of a page as text, everything escaped that is not made here."""

from __future__ import annotations

from html import escape
from typing import NewType

from ..labels import Label

__all__ = ["Html", "both", "element", "joined", "text"]

Html = NewType("Html", str)
"""Markup that was escaped already."""

_VOID = frozenset({"input", "line", "meta", "path", "rect"})


def text(content: object) -> Html:
    """Text, escaped."""
    return Html(escape(str(content)))


def joined(*parts: Html) -> Html:
    """Markup, one part after the other."""
    return Html("".join(parts))


def element(name: str, /, *children: Html, **attributes: object) -> Html:
    """An element; ``class_`` and ``for_`` stand for words Python keeps, and ``_`` for a hyphen."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items()
    )
    if name in _VOID:
        return Html(f"<{name}{given}/>")
    return Html(f"<{name}{given}>{''.join(children)}</{name}>")


def both(label: Label, *, inside: str = "span") -> Html:
    """A text in both languages, of which the reader's choice shows one or both; once where they agree."""
    if label.th == label.en:
        return text(label.th)
    thai = element(inside, text(label.th), class_="th", lang="th")
    return joined(thai, element(inside, text(label.en), class_="en", lang="en"))

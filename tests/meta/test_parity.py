"""``Client`` and ``AsyncClient`` are one class in two moods."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest

from govlink import AsyncClient, Client

TWINS = {"close": "aclose", "__enter__": "__aenter__", "__exit__": "__aexit__"}
SPELLED = (
    (r"\bAsyncTransport\b", "Transport"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bawait ", ""),
    (r"\basync ", ""),
    (r"\ba(run|each)\b", r"\1"),
    (r"\baclose\b", "close"),
    (r"\b__a(enter|exit)__\b", r"__\1__"),
    (r"\bAsyncSingleFlight\b", "SingleFlight"),
    (r"\bopen_async_transport\b", "open_transport"),
    (r"\btasks of one event loop\b|\btasks\b", "threads"),
)


def members(kind: type) -> list[str]:
    """Everything the class defines itself, in order, private names aside."""
    return [n for n, v in vars(kind).items() if callable(v) and (n[0] != "_" or n in {*TWINS, "__init__"})]


def in_one_mood(text: str) -> str:
    """The text with the words of the asynchronous mood replaced."""
    for pattern, plain in SPELLED:
        text = re.sub(pattern, plain, text)
    return text


def test_both_have_the_same_verbs_in_the_same_order() -> None:
    """What one can do, the other can."""
    asynchronous = [n for n, v in vars(AsyncClient).items() if callable(v)]
    asynchronous = [n for n in asynchronous if n[0] != "_" or n in {*TWINS.values(), "__init__"}]
    assert [TWINS.get(name, name) for name in members(Client)] == asynchronous


def pair(name: str) -> tuple[Callable[..., object], Callable[..., object]]:
    """The two methods of one verb."""
    return getattr(Client, name), getattr(AsyncClient, TWINS.get(name, name))


@pytest.mark.parametrize("name", members(Client))
def test_signatures_agree(name: str) -> None:
    """Names, order, kinds, defaults and annotations, but for the transport and the iterator."""
    ours, theirs = (inspect.signature(method) for method in pair(name))
    assert list(ours.parameters) == list(theirs.parameters)
    for mine, other in zip(ours.parameters.values(), theirs.parameters.values(), strict=True):
        assert (mine.kind, mine.default) == (other.kind, other.default), mine.name
        assert str(mine.annotation) == in_one_mood(str(other.annotation)), mine.name
    assert str(ours.return_annotation) == in_one_mood(str(theirs.return_annotation))


@pytest.mark.parametrize("name", members(Client))
def test_docstrings_agree(name: str) -> None:
    """One promise for both."""
    ours, theirs = (method.__doc__ for method in pair(name))
    assert ours == theirs


@pytest.mark.parametrize("name", [n for n in members(Client) if n not in TWINS])
def test_bodies_agree(name: str) -> None:
    """The code itself is the same but for awaiting."""
    ours, theirs = (inspect.getsource(method) for method in pair(name))
    assert "".join(ours.split()) == "".join(in_one_mood(theirs).split())


def test_class_docstrings_agree() -> None:
    """But for the words thread and task."""
    assert Client.__doc__ is not None
    assert AsyncClient.__doc__ is not None
    assert Client.__doc__ == in_one_mood(AsyncClient.__doc__)

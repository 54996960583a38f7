"""The vocabulary of flows: requests as values, contexts that replay."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.flow import Context, Request, Response, Token, transient_status

NOW = datetime(2026, 7, 1, tzinfo=UTC)
REQUEST = Request(
    method="GET",
    url="https://host/people/1979900000013",
    operation="op",
    query=(("name", "CANARY-QUERY"),),
    headers=(("Token", "CANARY-HEADER"),),
    body=b"CANARY-BODY",
)


def test_header_names_are_compared_without_case() -> None:
    """HTTP header names have no case, and the first of several counts."""
    response = Response(status=200, headers=(("content-TYPE", "a"), ("Content-Type", "b")))
    assert response.header("Content-Type") == "a"
    assert response.header("Missing") is None


def test_with_headers_replaces_without_case_and_keeps_the_rest() -> None:
    """A second Token header would be a second session."""
    changed = REQUEST.with_headers(("TOKEN", "new"), ("X", "1"))
    assert changed.headers == (("TOKEN", "new"), ("X", "1"))
    assert REQUEST.headers == (("Token", "CANARY-HEADER"),)


def test_repr_shows_nothing_personal_or_secret() -> None:
    """URL, query, headers and body stay out of every representation."""
    shown = repr(REQUEST) + repr(Response(status=200, headers=(("Set-Cookie", "CANARY"),), body=b"CANARY"))
    shown += repr(Token(value="CANARY", issued_at=NOW)) + repr(Context.fixed(now=NOW, seed="CANARY"))
    assert "CANARY" not in shown
    assert "1979900000013" not in shown
    assert "op" in shown


def test_values_are_frozen() -> None:
    """A request that two flows hold must not change under either."""
    with pytest.raises(FrozenInstanceError):
        REQUEST.url = "x"  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize(("status", "passes"), [(429, True), (502, True), (503, True), (504, True)])
def test_statuses_that_may_pass(status: int, passes: bool) -> None:
    """The default of ``Request.transient``; 500 is not among them, because it may be an answer."""
    assert transient_status(Response(status=status)) is passes
    assert not transient_status(Response(status=500))
    assert not transient_status(Response(status=200))


@given(seed=st.text(), label=st.text(), other=st.text())
def test_contexts_replay(seed: str, label: str, other: str) -> None:
    """Equal contexts give equal values, labels and children give independent ones."""
    one, two = Context.fixed(now=NOW, seed=seed), Context.fixed(now=NOW, seed=seed)
    assert one.random_bytes(label) == two.random_bytes(label)
    assert one.uuid(label) == two.uuid(label)
    assert one.uuid(label).version == 4
    assert 0 <= one.fraction(label) < 1
    assert one.child(label).random_bytes(other) == two.child(label).random_bytes(other)
    assert one.child(label).random_bytes(label) != one.random_bytes(label)
    if label != other:
        assert one.random_bytes(label) != one.random_bytes(other)


def test_the_systems_context_is_fresh_and_aware() -> None:
    """Two calls never share randomness, and their time has a zone."""
    one, two = Context.system(), Context.system()
    assert one.entropy != two.entropy
    assert one.now().tzinfo is not None

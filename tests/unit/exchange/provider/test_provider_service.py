"""Services as values: what contradicts itself is refused when it is made; hashes and paths."""

from __future__ import annotations

from typing import Any

import pytest

from govlink.errors import ConfigError, RejectedError
from govlink.exchange.provider import (
    JsonType,
    Member,
    Pseudonyms,
    PurposeHeaders,
    gateway_path,
    matching,
)

from .serving import CITIZEN, PSEUDONYMS, WORDS, service

TWICE = (Member(name="A", type=JsonType.STRING, description=WORDS),) * 2
EMPTY_OBJECT = (Member(name="A", type=JsonType.OBJECT, description=WORDS),)
FILLED_TEXT = (Member(name="A", type=JsonType.STRING, description=WORDS, members=TWICE[:1]),)
BAD_INSIDE = (Member(name="A", type=JsonType.OBJECT, description=WORDS, members=TWICE),)


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("name", {"name": "Graduates Of OBEC"}),
        ("path", {"path": "graduates//person"}),
        ("path", {"path": "/graduates"}),
        ("path", {"path": "graduates/{id}"}),
        ("path", {"path": "../secrets"}),
        ("parameters", {"parameters": service().parameters[:1] * 2}),
        ("answer", {"answer": ()}),
        ("answer", {"answer": TWICE}),
        ("answer", {"answer": EMPTY_OBJECT}),
        ("answer", {"answer": FILLED_TEXT}),
        ("answer", {"answer": BAD_INSIDE}),
        ("purposes", {"purposes": frozenset()}),
        ("purposes", {"purposes": frozenset({"for any use"})}),
        ("subject", {"subject": "HouseNumber"}),
    ],
)
def test_a_contradiction_is_refused(what: str, changes: dict[str, Any]) -> None:
    """Before anything is served, and saying what is wrong."""
    with pytest.raises(ConfigError, match=f"provider_service_invalid.*{what}"):
        service(**changes)


def test_a_path_in_the_gateways_shape() -> None:
    """With and without a version; nothing else gets into it."""
    assert gateway_path(subject="equivalence", resource="certificate", version=1) == (
        "equivalence/v1/certificate"
    )
    assert gateway_path(subject="person", resource="name") == "person/name"
    with pytest.raises(ConfigError):
        gateway_path(subject="a/b", resource="c")


def test_matching_takes_the_whole_value() -> None:
    """A pattern that fits a part is no fit."""
    check = matching(r"[0-9]{4}")
    assert check("2567") == "2567"
    for wrong in ("25670", "256", "2567\n"):
        with pytest.raises(RejectedError):
            check(wrong)


def test_a_hash_depends_on_key_kind_and_value() -> None:
    """The same person under another parameter's name, or another agency's key, is not recognised."""
    base = PSEUDONYMS.of("CitizenID", CITIZEN)
    others = {
        PSEUDONYMS.of("officer", CITIZEN),
        PSEUDONYMS.of("CitizenID", "1999000000025"),
        Pseudonyms(b"another key, of thirty-two bytes at least").of("CitizenID", CITIZEN),
    }
    assert base == PSEUDONYMS.of("CitizenID", CITIZEN)
    assert base not in others
    assert len(base) == 64
    assert CITIZEN not in base
    with pytest.raises(ConfigError, match="provider_pseudonym_key_short"):
        Pseudonyms(b"x" * 31)


@pytest.mark.parametrize("names", [{"purpose": ""}, {"purpose": "X Y"}, {"officer": "x-purpose"}])
def test_purpose_headers_must_be_usable(names: dict[str, Any]) -> None:
    """Two reasons in one header would each be taken for the other."""
    with pytest.raises(ConfigError, match="provider_purpose_headers_invalid"):
        PurposeHeaders(**names)

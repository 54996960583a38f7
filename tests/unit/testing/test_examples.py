"""What the kit gives to examples: hard text, people who do not exist, the sandbox's control routes."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from govlink.errors import NotFoundError
from govlink.models.identity import CitizenId
from govlink.models.text import clean_text, from_thai_digits
from govlink.sandbox.server import RunningSandbox
from govlink.testing.checks.privacy import PLANTED_CITIZEN
from govlink.testing.conformance import (
    EXAMPLE_OFFICER,
    EXAMPLE_PERSON,
    THAI_TEXT,
    Example,
    ask_sandbox,
    tell_sandbox,
)


@pytest.mark.parametrize(
    "careless",
    [
        lambda text: unicodedata.normalize("NFKC", text),
        lambda text: unicodedata.normalize("NFKD", text),
        clean_text,
        from_thai_digits,
        lambda text: text.encode("cp874", "ignore").decode("cp874"),
    ],
)
def test_thai_text_shows_careless_handling(careless: Any) -> None:
    """Each usual way to spoil Thai changes the text that examples carry."""
    assert careless(THAI_TEXT) != THAI_TEXT
    assert unicodedata.is_normalized("NFC", THAI_TEXT)


@pytest.mark.parametrize("number", [EXAMPLE_PERSON.citizen_id, EXAMPLE_OFFICER, PLANTED_CITIZEN])
def test_people_do_not_exist(number: str) -> None:
    """Numbers are well formed, so that adapters take them, and of a province that nobody has."""
    assert CitizenId(number).is_reserved


def test_control_routes_are_told_and_asked(govlink_sandbox: RunningSandbox) -> None:
    """What is told to a simulator can be seen there; Thai arrives."""
    row = {"juristic_id": "0105599000025", "name_th": THAI_TEXT}
    assert isinstance(tell_sandbox(govlink_sandbox, "/gdx/_sandbox/organisations", [row]), dict)
    assert govlink_sandbox.world.organisations["0105599000025"].name_th == THAI_TEXT
    assert ask_sandbox(govlink_sandbox, "/biz_portal/_sandbox/requests") == []


def test_unknown_control_route_is_an_error(govlink_sandbox: RunningSandbox) -> None:
    """A wrong path in a prepare hook fails there, and not as a riddle later."""
    with pytest.raises(NotFoundError):
        tell_sandbox(govlink_sandbox, "/gdx/_sandbox/nothing", [])


def test_example_hides_what_it_plants() -> None:
    """An example in a failure message shows neither arguments nor personal values."""
    example = Example(capability="registry", verb="look_up", arguments={"q": "planted"}, private=("planted",))
    assert "planted" not in repr(example)
    assert example.name == "registry.look_up"

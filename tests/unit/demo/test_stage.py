"""The citizens' side of the demo."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from govlink.demo.stage import Stage
from govlink.errors import UnexpectedAnswerError
from govlink.flow import Response
from govlink.sandbox.toolkit import World

from ...conftest import Script
from ..equivalence.cases import filed

URL = "http://127.0.0.1:1"


def stage(world: World, *answers: Response) -> tuple[Stage, Script]:
    """A stage whose sandbox gives these answers."""
    script = Script(*answers)
    return Stage(world=world, transport=script, url=URL, seed=1), script


def test_people_and_organisations_are_made_known_once() -> None:
    """A second petition of the same person changes nothing the register holds."""
    world = World()
    shown = filed(birth_date="12/01/2540", agent_juristic_id="0999000000001", laser_code="ZZ0123456789")
    stage(world)[0].introduce([shown, replace(shown, form={**shown.form, "laser_code": "AA0000000000"})])
    (known,) = world.people.values()
    assert (known.citizen_id, known.laser_code) == ("1999000000017", "ZZ0123456789")
    assert list(world.organisations) == ["0999000000001"]


@pytest.mark.parametrize("answers", [{"citizen_id": "1"}, {"birth_date": "?"}, {"citizen_id": ""}])
def test_nobody_is_made_of_a_form_that_cannot_be_read(answers: dict[str, str]) -> None:
    """The register does not know such a person."""
    world = World()
    stage(world)[0].introduce([filed(**({"birth_date": "12/01/2540"} | answers))])
    assert world.people == {}


def test_some_are_registered_under_another_name_or_card() -> None:
    """So that the registers have something to deny; most are as they say."""
    numbers = ("1999000000017", "1989900000013", "3979900000010")
    surnames, cards = set(), set()
    for seed in range(200):
        world = World()
        demo = Stage(world=world, transport=Script(), url=URL, seed=seed)
        demo.introduce(
            [filed(citizen_id=n, birth_date="12/01/2540", laser_code="ZZ0123456789") for n in numbers]
        )
        surnames |= {person.last_name for person in world.people.values()}
        cards |= {person.laser_code for person in world.people.values()}
    assert surnames == {"ใจดี", "สกุลเดิม"}
    assert cards == {"ZZ0123456789", "XX0000000000"}


def test_a_launch_names_no_number_the_portal_does_not_know() -> None:
    """A mistyped citizen number is not vouched for."""
    minted = Response(status=200, headers=(), body=b'{"appId": "a", "mToken": "m"}')
    done = Response(status=200, headers=(), body=b"{}")
    demo, script = stage(World(), done, minted)
    assert demo.open_mini_app(filed(citizen_id="1999000000018")).token == "m"
    (profile,) = json.loads(script.sent[0].body or b"")  # type: ignore[arg-type]  # bytes, for a small body
    assert "citizenId" not in profile


def test_a_sandbox_that_refuses_is_told() -> None:
    """The status, and nothing of what was loaded."""
    demo, _ = stage(World(), Response(status=422, headers=(), body=b"{}"))
    with pytest.raises(UnexpectedAnswerError, match="422") as caught:
        demo.file_on_eocs([filed()])
    assert "1999000000017" not in str(caught.value)


def test_nothing_is_sent_for_nothing() -> None:
    """A day without petitions is no request."""
    demo, script = stage(World())
    demo.file_on_eocs([])
    assert script.sent == []

"""The shared world: synthetic people only, replayable randomness, the gateway's session rules."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from govlink.errors import RejectedError
from govlink.gateway import GatewaySettings
from govlink.models.dates import PartialDate
from govlink.sandbox.people import SyntheticOrganisation, SyntheticPerson
from govlink.sandbox.toolkit import World, forbidden


def request(world: World, token: str | None, key: str | None = None) -> Request:
    """A request as a simulator sees it."""
    headers = {"Consumer-Key": world.account.consumer_key if key is None else key}
    if token is not None:
        headers["Token"] = token
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": raw, "query_string": b""})


def log_in(world: World, agent: str = "demo") -> str:
    """A token of the test account."""
    account = world.account
    token = world.sessions.validate(
        consumer_key=account.consumer_key, consumer_secret=account.consumer_secret, agent_id=agent
    )
    assert token is not None
    return token


def test_a_world_follows_from_its_seed() -> None:
    """The same seed and calls give the same answers; another seed another account."""
    one, two, other = World(seed="a"), World(seed="a"), World(seed="b")
    assert one.account == two.account
    assert log_in(one) == log_in(two)
    assert one.account != other.account
    assert [one.next_number("s"), one.next_number("s"), one.next_number("t")] == [1, 2, 1]


def test_only_synthetic_people_enter(citizen_number) -> None:
    """A real citizen number in a sandbox would be a real person in somebody's log."""
    world = World()
    number = citizen_number("197990000001")
    data = {"title": "นาย", "first_name": "ก", "last_name": "ข", "laser_code": "JT0000000001"}
    birth = PartialDate(year=2000)
    world.add_person(SyntheticPerson(citizen_id=number, birth_date=birth, **data))
    assert list(world.people) == [number]
    real_shape = citizen_number("110000000000")
    with pytest.raises(RejectedError, match=r"sandbox\.not_synthetic"):
        SyntheticPerson(citizen_id=real_shape, birth_date=birth, **data)
    world.add_organisation(SyntheticOrganisation(juristic_id="0105500000001", name_th="บริษัท"))
    assert list(world.organisations) == ["0105500000001"]


@pytest.mark.parametrize(("key", "secret"), [("x", None), (None, "x"), ("", "")])
def test_only_the_test_account_gets_a_token(key: str | None, secret: str | None) -> None:
    """A wrong key or secret gets none, and is not counted."""
    world = World()
    account = world.account
    token = world.sessions.validate(
        consumer_key=account.consumer_key if key is None else key,
        consumer_secret=account.consumer_secret if secret is None else secret,
        agent_id="demo",
    )
    assert token is None
    assert world.sessions.validated_count == 0


def test_sixty_idle_minutes_end_a_session(clock) -> None:
    """Each call extends it; after an hour without one the token is forgotten."""
    world = World(clock=clock)
    token = log_in(world, "officer")
    for _ in range(3):
        clock.forward(minutes=60)
        assert world.sessions.agent_of(request(world, token)) == "officer"
    clock.forward(minutes=60, seconds=1)
    assert world.sessions.agent_of(request(world, token)) is None


def test_refusals_are_told_apart() -> None:
    """A bad key is 403, a missing, unknown or expired token 401, as seen on the gateway."""
    world = World()
    token = log_in(world)
    assert forbidden(request(world, token), world) is None
    for bad_token, key, status in ((token, "other", 403), (None, None, 401), ("x", None, 401)):
        refusal = forbidden(request(world, bad_token, key), world)
        assert refusal is not None
        assert refusal.status_code == status
    world.sessions.expire_all()
    refusal = forbidden(request(world, token), world)
    assert refusal is not None
    assert refusal.status_code == 401


def test_tokens_have_the_shape_the_settings_expect() -> None:
    """The simulated gateway and the SDK's default agree on what a token looks like."""
    import re

    pattern = GatewaySettings.model_fields["token_pattern"].default
    assert re.fullmatch(pattern, log_in(World()))


def test_the_accounts_secret_is_not_shown() -> None:
    """Even a sandbox's secret stays out of ``repr``: people copy what they see."""
    account = World().account
    assert account.consumer_secret not in repr(account)

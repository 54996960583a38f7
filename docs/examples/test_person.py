"""An integration test of an agency's own code against the sandbox: real HTTP, no platform, no secret."""

from collections.abc import Iterator

import pytest
from look_up import QUERY

from govlink import Client, Config, UnavailableError
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.server import RunningSandbox
from govlink.testing.conformance import EXAMPLE_PERSON


@pytest.fixture
def client(govlink_sandbox: RunningSandbox) -> Iterator[Client]:
    """A client whose GDX is the sandbox's."""
    platforms = {"gdx": govlink_sandbox.gateway_settings()}
    with Client(Config(sandbox_url=govlink_sandbox.url, platforms=platforms)) as client:
        yield client


def test_a_known_person_is_found(govlink_sandbox: RunningSandbox, client: Client) -> None:
    """The registry knows the person."""
    govlink_sandbox.world.add_person(EXAMPLE_PERSON)
    assert client.look_up(QUERY).fields["firstName"] == "ปิ่นมณี"


def test_an_outage_is_reported(govlink_sandbox: RunningSandbox, client: Client) -> None:
    """503 to every attempt ends in the error that says: try again later."""
    govlink_sandbox.faults.append(FaultRule(kind=FaultKind.STATUS_503, path_part="linkage", times=99))
    with pytest.raises(UnavailableError):
        client.look_up(QUERY)

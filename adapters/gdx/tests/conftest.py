"""What the tests of this adapter share: settings, queries and literal answers."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from govlink.flow import Response
from govlink.models.identity import AgentId, check_digit
from govlink.models.registry import Purpose, RegistryQuery
from govlink_gdx.settings import GdxSettings

PURPOSE = Purpose(text="equivalence", legal_basis="synthetic", case_reference="EQ-0001")


def _number(twelve: str) -> str:
    return twelve + check_digit(twelve)


@pytest.fixture
def officer() -> str:
    """A synthetic officer's citizen number."""
    return _number("197000000001")


@pytest.fixture
def person() -> str:
    """A synthetic person's citizen number."""
    return _number("398000000002")


@pytest.fixture
def laser_keys(person: str) -> dict[str, str]:
    """The keys of a good Laser Code query."""
    return {
        "CitizenID": person,
        "FirstName": "สมหญิง",
        "LastName": "ณ ทดสอบ",
        "BEBirthDate": "25380000",
        "LaserCode": "ZZ0123456789",
    }


@pytest.fixture
def settings() -> GdxSettings:
    """Production settings with an account that is good nowhere."""
    return GdxSettings.model_validate(
        {
            "environment": "production",
            "consumer_key": "key-good-nowhere",
            "consumer_secret": "secret-good-nowhere",
            "agent_id": "govlink-tests",
        }
    )


@pytest.fixture
def ask(officer: str) -> Callable[..., RegistryQuery]:
    """Makes a query; the officer is the synthetic one unless another is named."""

    def make(service: str, keys: dict[str, str], *, by: str = officer) -> RegistryQuery:
        return RegistryQuery(service=service, keys=keys, purpose=PURPOSE, officer=AgentId(by))

    return make


@pytest.fixture
def answer() -> Callable[..., Response]:
    """Makes an answer from a status and JSON content or raw bytes."""

    def make(status: int, content: object = b"") -> Response:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return Response(status=status, body=body)

    return make

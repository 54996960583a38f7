"""Fixtures of the real CKAN, for the tests here and for those of the adapter alike."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from .environments import VERSIONS

if TYPE_CHECKING:  # every run of pytest loads this module, few of them need a server
    from .catalogue import RealCatalogue

_FIXTURES = {"ckan_server", "real_catalogue"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever needs a real CKAN bears the marker."""
    if _FIXTURES & set(getattr(item, "fixturenames", ())):
        item.add_marker(pytest.mark.ckan)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave them out unless the marker is asked for by name; ``-m "not slow"`` does not ask for it."""
    if "ckan" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("ckan")]
    if left_out:
        items[:] = [item for item in items if not item.get_closest_marker("ckan")]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def ckan_catalogues() -> Iterator[Callable[[str], RealCatalogue]]:
    """The running catalogue of a version: started when first asked for, stopped at the end of the session."""
    from .catalogue import missing, running_catalogue

    started: dict[str, RealCatalogue] = {}
    with contextlib.ExitStack() as running:

        def catalogue_of(version: str) -> RealCatalogue:
            lacking = missing()
            if lacking is not None:
                pytest.skip(f"this machine cannot run a CKAN; {lacking}")
            if version not in started:
                started[version] = running.enter_context(running_catalogue(version))
            return started[version]

        yield catalogue_of


@pytest.fixture(scope="session", params=VERSIONS)
def ckan_server(
    request: pytest.FixtureRequest, ckan_catalogues: Callable[[str], RealCatalogue]
) -> RealCatalogue:
    """A catalogue of each version, with whatever earlier tests left in it."""
    return ckan_catalogues(request.param)


@pytest.fixture
def real_catalogue(ckan_server: RealCatalogue) -> RealCatalogue:
    """A catalogue of each version, empty."""
    ckan_server.reset()
    return ckan_server

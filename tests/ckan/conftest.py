"""The catalogues on which publishing is tried: the simulated one and the real ones, in both versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .catalogue import RealCatalogue
from .environments import VERSIONS
from .publishing import Place, real_place, simulated_place

PLACES = (
    *(pytest.param((False, version), id=f"simulated-{version}") for version in VERSIONS),
    *(pytest.param((True, version), id=f"ckan-{version}", marks=pytest.mark.ckan) for version in VERSIONS),
)
REAL_PLACES = PLACES[len(VERSIONS) :]


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, ckan_catalogues: Callable[[str], RealCatalogue]) -> Iterator[Place]:
    """Each catalogue in turn, empty."""
    is_real, version = request.param
    with real_place(ckan_catalogues(version)) if is_real else simulated_place(version) as found:
        yield found


@pytest.fixture(params=REAL_PLACES)
def real(request: pytest.FixtureRequest, ckan_catalogues: Callable[[str], RealCatalogue]) -> Iterator[Place]:
    """Each real catalogue in turn, empty."""
    with real_place(ckan_catalogues(request.param[1])) as found:
        yield found

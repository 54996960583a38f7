"""The catalogues that must agree: the simulated one and the real ones, each in both versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import httpx
import pytest
from starlette.testclient import TestClient
from tests.ckan.agreement.site import Site
from tests.ckan.catalogue import RealCatalogue

from govlink.sandbox.toolkit import World
from govlink_data_go_th.sandbox import application_of, catalogue_of

VERSIONS = ("2.11", "2.12")
SITES = (
    *(pytest.param((False, version), id=f"simulated-{version}") for version in VERSIONS),
    *(pytest.param((True, version), id=f"ckan-{version}", marks=pytest.mark.ckan) for version in VERSIONS),
)


@pytest.fixture(scope="session", params=SITES)
def site(request: pytest.FixtureRequest, ckan_catalogues: Callable[[str], RealCatalogue]) -> Iterator[Site]:
    """Each catalogue in turn, with whatever earlier tests left in it."""
    is_real, version = request.param
    yield from _real(ckan_catalogues(version)) if is_real else _simulated(version)


def _simulated(version: str) -> Iterator[Site]:
    world = World()
    catalogue = catalogue_of(world)
    catalogue.use_version(version)
    others = ("member", "stranger", "sysadmin")
    tokens = {name: world.access_token(f"data_go_th-{name}") for name in others}

    @contextmanager
    def index_down() -> Iterator[None]:
        catalogue.index_is_down = True
        yield
        catalogue.index_is_down = False

    @contextmanager
    def jobs() -> Iterator[None]:
        catalogue.run_jobs()
        yield

    with TestClient(application_of(catalogue)) as client:
        yield Site(
            client=cast("httpx.Client", client),  # it has the same methods
            tokens={"editor": world.access_token("data_go_th"), **tokens},
            version=version,
            index_down=index_down,
            jobs=jobs,
        )


def _real(catalogue: RealCatalogue) -> Iterator[Site]:
    with httpx.Client(base_url=catalogue.url, timeout=120) as client:
        tokens = {
            "editor": catalogue.editor_token,
            "member": catalogue.member_token,
            "stranger": catalogue.other_token,
            "sysadmin": catalogue.sysadmin_token,
        }
        yield Site(
            client=client,
            tokens=tokens,
            version=catalogue.version,
            index_down=catalogue.index_down,
            jobs=catalogue.jobs_worker,
        )

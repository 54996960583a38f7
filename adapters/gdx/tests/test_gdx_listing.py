"""What is listed to people is what can be asked."""

from __future__ import annotations

import pytest

from govlink.models.registry import ServiceListing
from govlink_gdx import adapter
from govlink_gdx.catalogue import DOCUMENTS, RECORDS, SERVICES
from govlink_gdx.linkage2_settings import EDUCATION_SERVICES


def test_every_service_is_listed_once() -> None:
    """Those of the catalogue, and the education records beside the gateway."""
    names = [listing.name for listing in adapter.services]
    assert names == [*(service.name for service in SERVICES), *EDUCATION_SERVICES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("listing", adapter.services, ids=lambda listing: listing.name)
def test_a_listing_says_what_its_record_says(listing: ServiceListing) -> None:
    """At least one verb, and optional keys among the keys."""
    assert listing.verbs
    assert listing.optional_keys <= set(listing.keys)
    for service in SERVICES:
        if service.name == listing.name:
            assert ("look_up" in listing.verbs) is (service.answer in RECORDS)
            assert ("fetch" in listing.verbs) is (service.answer in DOCUMENTS)

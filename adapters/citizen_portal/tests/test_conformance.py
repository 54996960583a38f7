"""Citizen Portal keeps the adapter contract."""

from govlink.testing.conformance import AdapterSuite
from govlink_citizen_portal import adapter
from govlink_citizen_portal.settings import ENDPOINTS

from .examples_citizen_portal import EXAMPLES


class TestConformance(AdapterSuite):
    """Every check of the kit."""

    adapter, endpoints, examples = adapter, ENDPOINTS, EXAMPLES

"""Citizen Portal keeps the adapter contract."""

from govlink.testing.conformance import AdapterSuite
from govlink_citizen_portal import adapter

from .examples_citizen_portal import EXAMPLES


class TestConformance(AdapterSuite):
    """Every check of the kit."""

    adapter, examples = adapter, EXAMPLES

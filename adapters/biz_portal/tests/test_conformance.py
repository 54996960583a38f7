"""Biz Portal keeps the adapter contract."""

from govlink.testing.conformance import AdapterSuite
from govlink_biz_portal import adapter

from .examples_biz_portal import EXAMPLES, SETTINGS


class TestConformance(AdapterSuite):
    """Every check of the kit."""

    adapter, examples, settings = adapter, EXAMPLES, SETTINGS

"""Biz Portal keeps the adapter contract."""

from govlink.testing.conformance import AdapterSuite
from govlink_biz_portal import adapter
from govlink_biz_portal.settings import ENDPOINTS

from .examples_biz_portal import EXAMPLES, SETTINGS


class TestConformance(AdapterSuite):
    """Every check of the kit."""

    adapter, endpoints, examples, settings = adapter, ENDPOINTS, EXAMPLES, SETTINGS

"""The E-OCS intake keeps the adapter contract."""

from govlink.testing.conformance import AdapterSuite
from govlink_eocs import adapter
from govlink_eocs.settings import ENDPOINTS

from .examples_eocs import EXAMPLES, SETTINGS


class TestConformance(AdapterSuite):
    """Every check of the kit."""

    adapter, endpoints, examples, settings = adapter, ENDPOINTS, EXAMPLES, SETTINGS

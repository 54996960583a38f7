"""The E-OCS intake keeps the adapter contract."""

from govlink.testing.conformance import AdapterSuite
from govlink_eocs import adapter

from .examples_eocs import EXAMPLES, SETTINGS


class TestConformance(AdapterSuite):
    """Every check of the kit."""

    adapter, examples, settings = adapter, EXAMPLES, SETTINGS

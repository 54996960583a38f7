"""The CKAN publisher of data.go.th keeps the adapter contract."""

from govlink.testing.conformance import AdapterSuite
from govlink_data_go_th import adapter

from .examples_data_go_th import EXAMPLES, REFUSALS


class TestConformance(AdapterSuite):
    """Every check of the kit."""

    adapter, examples, refusals = adapter, EXAMPLES, REFUSALS

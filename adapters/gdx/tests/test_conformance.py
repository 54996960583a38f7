"""GDX keeps the adapter contract."""

from govlink.testing.conformance import AdapterSuite
from govlink_gdx import adapter
from govlink_gdx.settings import ENDPOINTS

from .examples_gdx import EXAMPLES


class TestConformance(AdapterSuite):
    """Every check of the kit."""

    adapter, endpoints, examples = adapter, ENDPOINTS, EXAMPLES

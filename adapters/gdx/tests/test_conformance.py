"""GDX keeps the adapter contract."""

from govlink.testing.conformance import AdapterSuite
from govlink_gdx import adapter

from .examples_gdx import EXAMPLES


class TestConformance(AdapterSuite):
    """Every check of the kit."""

    adapter, examples = adapter, EXAMPLES

"""The audit of published statistics shares no code with what chose the cells to hide."""

from __future__ import annotations

import grimp

AUDIT = "govlink.statistics.audit"
ALLOWED = ("govlink.errors", "govlink.models", "govlink.statistics.published")


def test_the_audit_imports_none_of_what_it_audits() -> None:
    """Of govlink it uses errors, models and the published contract: a mistake elsewhere is not repeated."""
    graph = grimp.build_graph("govlink", cache_dir=None)
    own = {module for module in graph.modules if module == AUDIT or module.startswith(AUDIT + ".")}
    assert len(own) > 1
    strays = sorted(
        f"{module} -> {imported}"
        for module in own
        for imported in graph.find_modules_directly_imported_by(module)
        if imported not in own and not imported.startswith(ALLOWED)
    )
    assert strays == []


def test_what_the_audit_imports_stays_apart_too() -> None:
    """The contract it reads brings no code of the optimiser in by another way."""
    graph = grimp.build_graph("govlink", cache_dir=None)
    behind = graph.find_upstream_modules("govlink.statistics.published")
    assert {name for name in behind if name.startswith("govlink.statistics.")} == set()

"""The conformance kit: what every adapter must satisfy, for pytest and as data.

An adapter's whole test file is a class::

    class TestConformance(AdapterSuite):
        adapter, examples = adapter, EXAMPLES

``run_checks`` does the same without pytest and gives its findings as values. ``CHECKS`` is the table
of checks with their stable identifiers and their meaning in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from ..interfaces import AnyAdapter, Capabilities
from .bench import Bench
from .catalogue import CHECKS, Check, CheckResult, Level, run_check
from .examples import EXAMPLE_OFFICER, EXAMPLE_PERSON, THAI_TEXT, Example, Subject, ask_sandbox, tell_sandbox
from .suite import AdapterSuite

__all__ = [
    "CHECKS",
    "EXAMPLE_OFFICER",
    "EXAMPLE_PERSON",
    "THAI_TEXT",
    "AdapterSuite",
    "Check",
    "CheckResult",
    "Example",
    "Level",
    "MatrixCell",
    "MatrixRow",
    "Subject",
    "ask_sandbox",
    "capability_matrix",
    "run_checks",
    "tell_sandbox",
]

PROVIDED = "provided"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One capability of one adapter.

    ``state`` is ``provided`` or the reason it is absent, ``explanation`` the adapter's own words.
    """

    adapter: str
    state: str
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One capability across all adapters, in the order they were given."""

    capability: str
    cells: tuple[MatrixCell, ...]


def run_checks(
    adapter: AnyAdapter,
    examples: tuple[Example, ...],
    *,
    settings: Mapping[str, object] | None = None,
    refusals: Mapping[int, Mapping[str, object]] | None = None,
) -> tuple[CheckResult, ...]:
    """Run every check, each over all examples, on sandboxes of the kit's own.

    Nothing leaves this machine: the examples run against the adapter's simulator on loopback, the
    rest is driven by hand. ``settings`` and ``refusals`` are as in ``Subject``.

    Returns:
        One result for each of ``CHECKS``, in their order, failures included.
    """
    subject = Subject(
        adapter=adapter,
        examples=examples,
        settings=settings or {},
        refusals=refusals or {},
    )
    bench = Bench(subject)
    return tuple(run_check(check, bench) for check in CHECKS)


def capability_matrix(adapters: Iterable[AnyAdapter]) -> tuple[MatrixRow, ...]:
    """Every capability there is, and for each adapter whether it is provided or why not."""
    columns = tuple(adapters)
    return tuple(
        MatrixRow(capability=f.name, cells=tuple(_cell(adapter, f.name) for adapter in columns))
        for f in fields(Capabilities)
    )


def _cell(adapter: AnyAdapter, capability: str) -> MatrixCell:
    if capability in adapter.provides:
        return MatrixCell(adapter=adapter.name, state=PROVIDED)
    absence = next((a for a in adapter.absences if a.capability == capability), None)
    if absence is None:
        return MatrixCell(adapter=adapter.name, state="undeclared")
    return MatrixCell(adapter=adapter.name, state=absence.reason.value, explanation=absence.explanation)

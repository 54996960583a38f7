"""The kit itself: a sound adapter passes every check, each broken one fails the one it is broken for."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from govlink.sandbox.server import RunningSandbox
from govlink.testing.conformance import CHECKS, AdapterSuite, CheckResult, Subject, run_checks

from ...adapters.broken import BROKEN
from ...adapters.reference import EXAMPLES, SUBJECT, adapter


def _failed(subject: Subject) -> list[CheckResult]:
    results = run_checks(subject.adapter, subject.examples, settings=subject.settings)
    return [result for result in results if not result.passed]


def test_sound_adapter_passes_every_check() -> None:
    """The reference adapter fails nothing, so that no check is impossible."""
    assert [str(result) for result in _failed(SUBJECT)] == []


def test_there_is_a_broken_adapter_for_every_check() -> None:
    """No check stands in the table that nothing proves able to fail."""
    assert list(BROKEN) == [check.id for check in CHECKS]


@pytest.mark.parametrize("check_id", list(BROKEN))
def test_broken_adapter_fails_its_check_and_no_other(check_id: str) -> None:
    """What is wrong is found by the check for it, and the others are not misled by it."""
    failed = _failed(BROKEN[check_id])
    assert [result.check.id for result in failed] == [check_id], "\n".join(map(str, failed))
    assert failed[0].findings


class TestReference(AdapterSuite):
    """The suite as an adapter's author writes it, on the reference adapter."""

    adapter, examples = adapter, EXAMPLES


def test_kit_does_not_need_pytest() -> None:
    """A release job may run the checks where pytest is not installed."""
    code = "import sys, govlink.testing.conformance; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _unprepared(sandbox: RunningSandbox) -> dict[str, object]:
    raise LookupError("no such state")


def test_what_an_example_raises_is_a_finding() -> None:
    """A mistake in an example fails checks with its message; it does not stop the others' results."""
    examples = (replace(EXAMPLES[0], prepare=_unprepared), *EXAMPLES[1:])
    results = run_checks(adapter, examples)
    assert len(results) == len(CHECKS)
    passed = {result.check.name for result in results if result.passed}
    assert passed == {"record", "absences", "endpoints"}
    assert all("LookupError: no such state" in str(result) for result in results if not result.passed)


def test_suite_has_one_method_for_each_check() -> None:
    """A check added to the table cannot be forgotten in the class."""
    methods = sorted(name for name in vars(AdapterSuite) if name.startswith("test_"))
    assert methods == [f"test_{c.id.lower()}_{c.name.replace('-', '_')}" for c in CHECKS]


def test_suite_raises_what_the_check_found() -> None:
    """A failing check fails its test, and the test's message names check and finding."""
    broken = BROKEN["C01"]

    class Broken(AdapterSuite):
        adapter, examples = broken.adapter, broken.examples

    with pytest.raises(AssertionError, match=r"C01 record \(reference\)[\s\S]*title_th"):
        Broken().test_c01_record()
    Broken().test_c02_capabilities()


def test_every_check_says_what_it_means_in_both_languages() -> None:
    """The table can be published in Thai and English; identifiers and names are unique."""
    assert len({c.id for c in CHECKS}) == len({c.name for c in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert any("ก" <= letter <= "๛" for letter in check.th)
        assert check.en.endswith(".")

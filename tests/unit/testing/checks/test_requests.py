"""What the checks of requests find, beyond the one variation each that the broken adapters have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from govlink.flow import Effect, Request
from govlink.testing.bench import Bench, Exchange, Run, Runs
from govlink.testing.checks import requests
from govlink.testing.conformance import CHECKS, Subject, run_checks

from ....adapters.reference import LOOK_UP, REPORT, SUBJECT, Twist, adapter, connect_twisted

SECRET = "secret-of-the-adapter"


@pytest.fixture(scope="module")
def recorded() -> Runs:
    """The reference adapter's examples as they went."""
    return Bench(SUBJECT).recorded


def _changed(recorded: Runs, operation: str, change: Callable[[Request], Request]) -> Bench:
    """A bench on which this operation's requests had been other ones."""

    def exchange(old: Exchange) -> Exchange:
        is_it = old.request.operation == operation
        return replace(old, request=change(old.request)) if is_it else old

    runs = tuple(replace(run, exchanges=tuple(exchange(e) for e in run.exchanges)) for run in recorded.runs)
    bench = Bench(SUBJECT)
    bench.__dict__["recorded"] = replace(recorded, runs=runs, secrets=(SECRET,))
    return bench


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda r: replace(r, operation="other"), "not in the table"),
        (lambda r: replace(r, url=r.url.replace("/records", "/people")), "another URL"),
        (lambda r: replace(r, url=r.url + "s"), "another URL"),
        (lambda r: replace(r, url=r.url + "?a=b"), "query in its URL"),
        (lambda r: replace(r, timeout_s=0.0), "no time-out"),
        (lambda r: replace(r, effect="harmless"), "no effect"),
        (lambda r: replace(r, method="get"), "capitals"),
        (lambda r: replace(r, url=f"{r.url}/{SECRET}"), "a secret"),
        (lambda r: replace(r, query=(("token", SECRET),)), "a secret"),
    ],
)
def test_each_wrong_part_of_a_request_is_found(
    recorded: Runs, change: Callable[[Request], Request], part: str
) -> None:
    """A request is checked part by part, and a finding names the verb."""
    findings = list(requests.complete(_changed(recorded, LOOK_UP.operation, change)))
    assert any(part in finding and "registry.look_up" in finding for finding in findings), findings


def test_reference_requests_are_complete(recorded: Runs) -> None:
    """Nothing is found where nothing is wrong, a path below the table's URL included."""
    assert list(requests.complete(_changed(recorded, LOOK_UP.operation, lambda r: r))) == []
    deeper = _changed(recorded, LOOK_UP.operation, lambda r: replace(r, url=f"{r.url}/1/state"))
    assert list(requests.complete(deeper)) == []


@pytest.mark.parametrize(
    ("operation", "change", "part"),
    [
        (LOOK_UP.operation, lambda r: replace(r, effect=Effect.WRITE), "asks, but"),
        (LOOK_UP.operation, lambda r: replace(r, method="DELETE"), "is a DELETE"),
        (REPORT.operation, lambda r: replace(r, effect=Effect.READ), "writes, but"),
    ],
)
def test_effects_are_held_to_verbs_and_methods(
    recorded: Runs, operation: str, change: Callable[[Request], Request], part: str
) -> None:
    """Neither a verb that asks, nor one that writes, nor a method can be declared against its meaning."""
    (finding,) = requests.effects(_changed(recorded, operation, change))
    assert part in finding


def test_verb_without_an_example_is_found(recorded: Runs) -> None:
    """An adapter cannot pass by leaving a verb out of its examples."""
    shown = tuple(example for example in SUBJECT.examples if example.verb != "acknowledge")
    bench = Bench(replace(SUBJECT, examples=shown))
    bench.__dict__["recorded"] = recorded
    assert list(requests.examples(bench)) == ["intake.acknowledge has no example"]


def _run(recorded: Runs, verb: str) -> Run:
    return next(run for run in recorded.runs if run.example.verb == verb)


def test_text_that_does_not_come_back_is_found(recorded: Runs) -> None:
    """What the platform said in Thai must be in the result as it was."""
    pull = _run(recorded, "pull")
    bench = Bench(SUBJECT)
    bench.__dict__["recorded"] = replace(recorded, runs=(replace(pull, result=("น้ําใจ",)),))
    (finding,) = requests.texts(bench)
    assert "does not return" in finding


def test_patient_adapter_passes() -> None:
    """An adapter may wait and add headers of its own: what is unusual is not wrong."""

    def delayed(request: Request) -> Request:
        return replace(request, wait_s=0.001).with_headers(("X-Extra", "1"))

    odd = replace(adapter, connect=lambda settings: connect_twisted(settings, Twist(request=delayed)))
    subject = Subject(adapter=odd, examples=SUBJECT.examples)
    results = run_checks(subject.adapter, subject.examples)
    assert len(results) == len(CHECKS)
    assert [str(result) for result in results if not result.passed] == []

"""What the privacy checks find, beyond the one variation each that the broken adapters have."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from govlink.errors import AuthError, Fault, RejectedError
from govlink.flow import Effect, Request, Response
from govlink.policy import TrafficEvent
from govlink.testing.bench import Bench, Runs
from govlink.testing.checks import privacy
from govlink.testing.conformance import EXAMPLE_PERSON, Subject

from ....adapters.reference import SUBJECT, Twist, adapter, connect_twisted

SAYS = Fault("test.says", en="it says {word}", th="แจ้งว่า {word}")


@pytest.fixture(scope="module")
def recorded() -> Runs:
    """The reference adapter's examples as they went."""
    return Bench(SUBJECT).recorded


def _on(recorded: Runs) -> Bench:
    bench = Bench(SUBJECT)
    bench.__dict__["recorded"] = recorded
    return bench


def test_secret_in_repr_of_settings_is_found(recorded: Runs) -> None:
    """A secret declared as plain text is shown by the settings, and found there."""
    url = str(recorded.values["sandbox_url"])
    (finding,) = privacy.shown_requests(_on(replace(recorded, secrets=(url,))))
    assert "settings" in finding
    assert url not in finding


@pytest.mark.parametrize("told", [EXAMPLE_PERSON.citizen_id, EXAMPLE_PERSON.last_name])
def test_person_in_an_operation_is_found(recorded: Runs, told: str) -> None:
    """An operation's name is logged, so nothing of the arguments may get into it."""
    run = recorded.runs[0]
    request = replace(run.exchanges[0].request, operation=f"records.{told}")
    spoilt = replace(run, exchanges=(replace(run.exchanges[0], request=request),))
    event = TrafficEvent(
        platform="reference", operation=request.operation, method="GET", path="/", effect=Effect.READ,
        outcome="200", request_bytes=0, response_bytes=0, elapsed_s=0.0,
    )  # fmt: skip
    findings = list(privacy.shown_requests(_on(replace(recorded, runs=(spoilt,), events=(event,)))))
    assert len(findings) == 2
    assert told not in " ".join(findings)


def _repeating(pattern: str) -> Subject:
    """An adapter that repeats from the answer what looks like a code to it."""

    def repeat(request: Request, response: Response) -> Response:
        try:
            word = json.loads(response.body)["errors"][0]["pointer"]
        except (ValueError, LookupError, TypeError):
            return response
        if response.status == 422 and re.fullmatch(pattern, word):
            raise RejectedError(SAYS, word=word)
        return response

    twisted = replace(adapter, connect=lambda s: connect_twisted(s, Twist(response=repeat)))
    return replace(SUBJECT, adapter=twisted)


@pytest.mark.parametrize(("pattern", "is_found"), [(r"/\w+", True), (r"(/[a-z]{1,20})+", False)])
def test_single_word_that_passes_for_a_code_is_found(pattern: str, is_found: bool) -> None:
    """A filter that lets single words through lets a citizen number or a token through."""
    assert bool(list(privacy.shown_errors(Bench(_repeating(pattern))))) is is_found


def test_cause_of_an_error_is_looked_at() -> None:
    """A traceback shows the cause, so an error may not be raised from one that tells."""

    def chain(request: Request, response: Response) -> Response:
        if response.status == 401:
            raise AuthError(SAYS, word="no") from ValueError(response.body.decode())
        return response

    twisted = replace(adapter, connect=lambda s: connect_twisted(s, Twist(response=chain)))
    findings = list(privacy.shown_errors(Bench(replace(SUBJECT, adapter=twisted))))
    assert len(findings) == len(SUBJECT.examples)
    assert all("HTTP 401" in finding for finding in findings)

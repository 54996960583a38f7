"""What the engine does with each way an effect can end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.engine import Handler, InlineEngine, Job, JobResult
from govlink.errors import (
    AuthError,
    ConfigError,
    Fault,
    GovlinkError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
    UnavailableError,
)

FAULT = Fault("test.fault", en="a fault", th="ข้อผิดพลาด")


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Box:
    """An outbox in memory. ``given_up`` keeps the code of each effect given up or begun."""

    waiting: list[Job] = field(default_factory=list)
    done: dict[str, JobResult] = field(default_factory=dict)
    given_up: dict[str, str] = field(default_factory=dict)

    def pending(self, *, limit: int) -> tuple[Job, ...]:
        """The oldest."""
        settled = self.done.keys() | self.given_up.keys()
        return tuple(job for job in self.waiting if job.effect_id not in settled)[:limit]

    def mark_begun(self, effect_id: str, *, code: str) -> None:
        """Out of the way while it is done."""
        self.given_up[effect_id] = code

    def put_back(self, effect_id: str) -> None:
        """Pending again."""
        del self.given_up[effect_id]

    def mark_done(self, effect_id: str, result: JobResult) -> None:
        """Done."""
        self.given_up.pop(effect_id, None)
        self.done[effect_id] = result

    def mark_failed(self, effect_id: str, *, code: str) -> None:
        """Given up."""
        self.given_up[effect_id] = code


def job(effect_id: str, *, kind: str = "tell", stream: str = "s") -> Job:
    """One effect."""
    return Job(effect_id=effect_id, stream=stream, kind=kind, payload={})


def engine(
    box: Box,
    perform: Handler,
    *,
    kinds: tuple[str, ...] = ("tell", "show", "hide"),
    once: Collection[str] = (),
    lanes: Mapping[str, str] | None = None,
) -> InlineEngine:
    """An engine with one handler for all kinds."""
    return InlineEngine(box, handlers=dict.fromkeys(kinds, perform), once=once, lanes=lanes)


def failing(*errors: GovlinkError | BaseException | None) -> tuple[Callable[[Job], JobResult], list[str]]:
    """A handler that ends in these ways in turn and then well, and the ids it was called with."""
    ends, called = list(errors), list[str]()

    def perform(given: Job) -> JobResult:
        called.append(given.effect_id)
        error = ends.pop(0) if ends else None
        if error is not None:
            raise error
        return {"by": given.effect_id}

    return perform, called


def test_effects_are_performed_in_order_and_kept() -> None:
    """With what each handler left behind."""
    box = Box([job("1"), job("2")])
    perform, called = failing()
    report = engine(box, perform).drain()
    assert (report.done, report.waiting, report.failed) == (2, 0, 0)
    assert called == ["1", "2"]
    assert box.done == {"1": {"by": "1"}, "2": {"by": "2"}}


def test_what_an_effect_brings_about_is_performed_too() -> None:
    """A drain ends when the outbox is empty, not when it has done what it saw first."""
    box = Box([job("1")])

    def perform(given: Job) -> JobResult:
        if len(box.waiting) < 5:
            box.waiting.append(job(f"{given.effect_id}+"))
        return {}

    assert engine(box, perform).drain().done == 5


@pytest.mark.parametrize("error", [UnavailableError(FAULT), QuotaError(FAULT, retry_after_s=1)])
def test_what_may_pass_waits_for_the_next_drain(error: GovlinkError) -> None:
    """It is tried once in a drain, and done by a later one."""
    box = Box([job("1")])
    perform, called = failing(error)
    worker = engine(box, perform)
    assert (worker.drain().waiting, called) == (1, ["1"])
    assert worker.drain().done == 1


@pytest.mark.parametrize("error", [RejectedError(FAULT), OutcomeUnknownError(FAULT)])
@pytest.mark.parametrize("once", [(), ("tell",)])
def test_what_cannot_pass_is_given_up_with_its_code(error: GovlinkError, once: tuple[str, ...]) -> None:
    """And the next effect is performed."""
    box = Box([job("1"), job("2")])
    perform, _ = failing(error)
    report = engine(box, perform, once=once).drain()
    assert (report.done, report.failed) == (1, 1)
    assert box.given_up == {"1": "test.fault"}


@pytest.mark.parametrize("error", [ConfigError(FAULT), AuthError(FAULT)])
@pytest.mark.parametrize("once", [(), ("tell",)])
def test_what_strikes_all_alike_stops_the_drain(error: GovlinkError, once: tuple[str, ...]) -> None:
    """Nothing is given up; the next drain does it all."""
    box = Box([job("1"), job("2")])
    perform, called = failing(error)
    worker = engine(box, perform, once=once)
    with pytest.raises(type(error)):
        worker.drain()
    assert (called, box.given_up) == (["1"], {})
    assert worker.drain().done == 2


def test_a_kind_nobody_performs_is_a_matter_of_settings() -> None:
    """It stays pending."""
    box = Box([job("1", kind="unheard of")])
    with pytest.raises(ConfigError, match="unheard of"):
        engine(box, failing()[0]).drain()
    assert box.pending(limit=1)


def test_a_crash_repeats_what_may_be_repeated() -> None:
    """The effect is still pending, so the next process performs it again."""
    box = Box([job("1")])
    perform, called = failing(Crash())
    worker = engine(box, perform)
    with pytest.raises(Crash):
        worker.drain()
    assert worker.drain().done == 1
    assert called == ["1", "1"]


def test_a_crash_leaves_what_may_happen_once_to_a_person() -> None:
    """It was begun: nobody knows whether it was done, so it is not done again."""
    box = Box([job("1"), job("2")])
    perform, called = failing(Crash())
    worker = engine(box, perform, once=("tell",))
    with pytest.raises(Crash):
        worker.drain()
    assert box.given_up == {"1": "engine.interrupted"}
    assert worker.drain().done == 1
    assert called == ["1", "2"]


def test_what_may_happen_once_is_put_back_when_it_surely_did_not() -> None:
    """The platform said that it cannot serve now."""
    box = Box([job("1")])
    perform, _ = failing(UnavailableError(FAULT))
    worker = engine(box, perform, once=("tell",))
    assert worker.drain().waiting == 1
    assert box.given_up == {}
    assert worker.drain().done == 1


def test_a_lane_keeps_its_order_within_a_stream() -> None:
    """What was put off is not overtaken; other lanes and other streams go on."""
    first = [job("open", kind="show"), job("update", kind="hide"), job("mail")]
    box = Box([*first, job("other", kind="show", stream="t")])
    perform, called = failing(UnavailableError(FAULT))
    worker = engine(box, perform, lanes={"show": "case", "hide": "case"})
    report = worker.drain()
    assert (report.done, report.waiting) == (2, 2)
    assert called == ["open", "mail", "other"]
    worker.drain()
    assert called[3:] == ["open", "update"]


def test_a_full_outbox_of_waiting_effects_hides_none_behind_it() -> None:
    """More may wait than are read at a time."""
    box = Box([job(str(n), stream=str(n)) for n in range(450)] + [job("last", kind="show")])

    def perform(given: Job) -> JobResult:
        if given.kind == "tell":
            raise UnavailableError(FAULT)
        return {}

    report = engine(box, perform).drain()
    assert (report.done, report.waiting) == (1, 450)


ENDS = st.sampled_from(["done", "later", "never", "stop", "crash"])


@given(
    jobs=st.lists(st.tuples(st.sampled_from(["tell", "show"]), st.sampled_from("ab")), max_size=12),
    ends=st.lists(ENDS, max_size=40),
)
def test_no_effect_is_lost_and_none_that_may_happen_once_is_begun_twice(
    jobs: list[tuple[str, str]], ends: list[str]
) -> None:
    """Whatever happens in whatever order, in the end each is done or given up."""
    box = Box([job(str(n), kind=kind, stream=stream) for n, (kind, stream) in enumerate(jobs)])
    raised: Mapping[str, Callable[[], BaseException]] = {
        "later": lambda: UnavailableError(FAULT),
        "never": lambda: RejectedError(FAULT),
        "stop": lambda: AuthError(FAULT),
        "crash": Crash,
    }
    perform, called = failing(*(raised[end]() if end in raised else None for end in ends))
    worker = engine(box, perform, once=("show",))
    for _ in range(len(ends) + 1):
        try:
            worker.drain()
        except (AuthError, Crash):
            continue
    assert box.pending(limit=100) == ()
    assert len(box.done) + len(box.given_up) == len(jobs)
    unsure = [effect_id for effect_id, code in box.given_up.items() if code == "engine.interrupted"]
    assert all(box.waiting[int(effect_id)].kind == "show" for effect_id in unsure)
    assert not set(unsure) & set(called[len(ends) :])

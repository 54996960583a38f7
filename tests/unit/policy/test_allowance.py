"""Allowances: never more than the limit, never a refusal inside it, and nothing sent beyond it."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import AuthError, ConfigError, Fault, QuotaError, Sent, TransportError
from govlink.flow import Allowance, Auth, Context, Flow, Request, Response, Token
from govlink.policy import AllowanceBook, Policies, RetryPolicy, apply_policies

LOST = Fault("test.lost", en="lost", th="ไม่มีคำตอบ")
OK = Response(status=200)
DAILY = Allowance(key=("gdx", "CANARY-KEY"), calls_per_day=3)
OFFICE = Allowance(key=("gdx",), opens=time(8, 30), closes=time(17, 30), is_weekdays_only=True)
NOON = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)  # a Wednesday; 12:00 in Bangkok


def bangkok(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of July 2026, told in Bangkok time."""
    return datetime(2026, 7, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def took(book: AllowanceBook, allowance: Allowance, at: datetime = NOON) -> bool:
    """Whether the book let it pass."""
    try:
        book.take(allowance, at=at)
    except QuotaError:
        return False
    return True


# --- the book ---------------------------------------------------------------------------------


@given(costs=st.lists(st.integers(1, 4), max_size=40), limit=st.integers(0, 30))
def test_exactly_what_fits_is_let_through(costs: list[int], limit: int) -> None:
    """Whatever each costs: the sum stays within the limit, and nothing that fits is refused."""
    book, used = AllowanceBook(), 0
    for cost in costs:
        fits = used + cost <= limit
        assert took(book, replace(DAILY, calls_per_day=limit, cost=cost)) is fits
        used += cost * fits
    assert used <= limit


class SlowLimit(int):
    """A limit that takes a moment to compare with, so that threads meet there."""

    def __lt__(self, other: int) -> bool:
        sleep(0.001)
        return int(self) < other


def test_threads_never_exceed_it_together() -> None:
    """A hundred at once against a limit of thirty: thirty pass."""
    book, allowance = AllowanceBook(), replace(DAILY, calls_per_day=SlowLimit(30))
    with ThreadPoolExecutor(16) as pool:
        passed = list(pool.map(lambda _: took(book, allowance), range(100)))
    assert sum(passed) == 30


def test_keys_are_counted_apart() -> None:
    """Two services of one agency have limits of their own."""
    book = AllowanceBook()
    other = replace(DAILY, key=("gdx", "other"))
    assert [took(book, DAILY) for _ in range(4)] == [True, True, True, False]
    assert took(book, other)


def test_the_count_starts_anew_at_midnight_in_bangkok() -> None:
    """Not at midnight of the machine's zone; the error says how long until then."""
    book = AllowanceBook()
    before = bangkok(1, 23, 59)
    assert [took(book, DAILY, before) for _ in range(4)] == [True, True, True, False]
    with pytest.raises(QuotaError) as caught:
        book.take(DAILY, at=before)
    assert (caught.value.code, caught.value.retry_after_s) == ("policy.allowance_used", 60)
    assert took(book, DAILY, bangkok(2, 0))


def test_used_up_and_closed_tomorrow_means_the_next_opening() -> None:
    """Coming back at midnight would be refused again, for the hour."""
    book, friday = AllowanceBook(), bangkok(3, 12)
    allowance = replace(OFFICE, calls_per_day=1)
    book.take(allowance, at=friday)
    with pytest.raises(QuotaError) as caught:
        book.take(allowance, at=friday)
    assert caught.value.retry_after_s == (bangkok(6, 8, 30) - friday).total_seconds()


def test_what_is_given_back_can_be_taken_again() -> None:
    """A sending that never left was no sending."""
    book = AllowanceBook()
    taken = [book.take(DAILY, at=NOON) for _ in range(3)]
    book.give_back(taken[0])
    assert [took(book, DAILY), took(book, DAILY)] == [True, False]


# --- hours ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        (bangkok(1, 8, 29), bangkok(1, 8, 30)),
        (bangkok(1, 8, 30), None),
        (bangkok(1, 17, 29), None),
        (bangkok(1, 17, 30), bangkok(2, 8, 30)),
        (bangkok(3, 20), bangkok(6, 8, 30)),
        (bangkok(4, 12), bangkok(6, 8, 30)),
    ],
)
def test_office_hours_are_bangkoks(at: datetime, opening: datetime | None) -> None:
    """From the first minute to the last, Monday to Friday; refused with the time until the next opening."""
    if opening is None:
        assert took(AllowanceBook(), OFFICE, at)
        return
    with pytest.raises(QuotaError) as caught:
        AllowanceBook().take(OFFICE, at=at)
    assert caught.value.code == "policy.outside_hours"
    assert caught.value.retry_after_s == (opening - at).total_seconds()


def test_holidays_are_closed() -> None:
    """A public holiday on a Wednesday opens again on Thursday."""
    closed = replace(OFFICE, holidays=frozenset({date(2026, 7, 1)}))
    with pytest.raises(QuotaError) as caught:
        AllowanceBook().take(closed, at=NOON)
    assert caught.value.retry_after_s == (bangkok(2, 8, 30) - NOON).total_seconds()


def test_hours_past_midnight_belong_to_the_day_they_began() -> None:
    """Open from 22:00 on Friday until 02:00 on Saturday, though Saturday itself is closed."""
    night = replace(OFFICE, opens=time(22), closes=time(2))
    book = AllowanceBook()
    assert took(book, night, bangkok(4, 1, 59))
    assert not took(book, night, bangkok(4, 2))
    assert not took(book, night, bangkok(4, 23))


def test_a_service_that_never_opens_names_no_time() -> None:
    """A retry time that cannot be known is None."""
    days = frozenset(date(2026, 6, 1) + timedelta(days=n) for n in range(500))
    with pytest.raises(QuotaError) as caught:
        AllowanceBook().take(replace(OFFICE, holidays=days), at=NOON)
    assert caught.value.retry_after_s is None


@given(minute=st.integers(0, 14 * 24 * 60))
def test_the_named_time_is_open_and_the_one_before_is_not(minute: int) -> None:
    """Whoever waits as long as the error says is let in, and nobody waits longer than needed."""
    at, book = bangkok(1, 0) + timedelta(minutes=minute), AllowanceBook()
    wait_s: float | None = 0.0
    try:
        book.take(OFFICE, at=at)
    except QuotaError as error:
        wait_s = error.retry_after_s
    opening = at + timedelta(seconds=wait_s or 0)
    assert took(book, OFFICE, opening)
    assert not wait_s or not took(book, OFFICE, opening - timedelta(seconds=1))


# --- the policy -------------------------------------------------------------------------------


def login(context: Context) -> Flow[Token]:
    """Log in."""
    response = yield Request(method="GET", url="u", operation="login")
    if response.status != 200:
        raise AuthError(LOST)
    return Token(value="t", issued_at=context.now())


AUTH = Auth(key=("k",), login=login, attach=lambda r, t: r.with_headers(("Token", t.value)), idle_s=60)


@pytest.fixture
def play(script) -> Callable[..., object]:
    """One call at noon under all policies."""

    def run(wire, book: AllowanceBook, allowance: Allowance | None = DAILY, policies: Policies | None = None):
        def call() -> Flow[int]:
            request = Request(method="GET", url="u", operation="op", auth=AUTH, allowance=allowance)
            return (yield request).status

        context = Context.fixed(now=NOON, seed="tests")
        policies = replace(policies or Policies(), allowances=book)
        return wire.play(apply_policies(call(), policies=policies, platform="gdx", context=context))

    return run


def left(book: AllowanceBook, allowance: Allowance = DAILY) -> int:
    """How many more sendings the book lets pass; it uses them up."""
    return sum(took(book, allowance) for _ in range(100))


def test_a_refused_call_sends_nothing_at_all(play, script) -> None:
    """Not even the log-in; the error names platform and operation, and shows no key."""
    wire = script()
    with pytest.raises(QuotaError) as caught:
        play(wire, AllowanceBook(), replace(DAILY, calls_per_day=0))
    assert wire.sent == []
    assert (caught.value.platform, caught.value.operation) == ("gdx", "op")
    assert caught.value.retry_after_s == 12 * 3600
    assert "CANARY" not in str(caught.value) + repr(caught.value)


def test_the_log_in_is_not_counted(play, script) -> None:
    """Only requests that carry an allowance are."""
    book = AllowanceBook()
    play(script(OK, OK), book)
    assert left(book) == 2


def test_retries_count(play, script) -> None:
    """The platform counts what it receives; what is left decides how often a call is tried."""
    book = AllowanceBook()
    assert play(script(OK, Response(status=503), OK), book) == 200
    assert left(book) == 1
    book = AllowanceBook()
    wire = script(OK, *[Response(status=503)] * 3)
    with pytest.raises(QuotaError):
        play(wire, book, policies=Policies(retry=RetryPolicy(attempts=9)))
    assert [r.operation for r in wire.sent].count("op") == 3


def test_a_call_sent_again_after_a_401_counts_twice(play, script) -> None:
    """Both were received."""
    book = AllowanceBook()
    assert play(script(OK, Response(status=401), OK, OK), book) == 200
    assert left(book) == 1


@pytest.mark.parametrize(("sent", "remain"), [(Sent.NO, 3), (Sent.MAYBE, 2)])
def test_only_what_may_have_arrived_counts(play, script, sent: Sent, remain: int) -> None:
    """A connection that was never made used nothing up."""
    book = AllowanceBook()
    with pytest.raises(TransportError):
        play(
            script(OK, TransportError(LOST, sent=sent)),
            book,
            policies=Policies(retry=RetryPolicy(attempts=1)),
        )
    assert left(book) == remain


def test_a_failed_log_in_uses_nothing_up(play, script) -> None:
    """What was taken for the call is given back."""
    book = AllowanceBook()
    with pytest.raises(AuthError):
        play(script(Response(status=403)), book)
    assert left(book) == 3


def test_a_call_given_up_before_it_was_sent_uses_nothing_up() -> None:
    """Cancelled during the log-in."""
    book = AllowanceBook()

    def call() -> Flow[None]:
        yield Request(method="GET", url="u", operation="op", auth=AUTH, allowance=DAILY)

    flow = apply_policies(
        call(), policies=Policies(allowances=book), platform="p", context=Context.fixed(now=NOON, seed="t")
    )
    assert next(flow).operation == "login"
    flow.close()
    assert left(book) == 3


def test_a_call_decided_before_midnight_and_sent_after_counts_for_the_new_day(clock) -> None:
    """The log-in took the time in between; the old day is left as it was."""
    book, old = AllowanceBook(), bangkok(1, 23, 59)

    def call() -> Flow[None]:
        yield Request(method="GET", url="u", operation="op", auth=AUTH, allowance=DAILY)

    clock.now = old
    context = Context(clock=clock, entropy=b"x" * 32)
    flow = apply_policies(call(), policies=Policies(allowances=book), platform="p", context=context)
    assert next(flow).operation == "login"
    clock.forward(minutes=2)
    assert flow.send(OK).operation == "op"
    flow.close()
    assert sum(took(book, DAILY, old) for _ in range(9)) == 3
    assert sum(took(book, DAILY, clock.now) for _ in range(9)) == 2


def test_a_retry_that_would_start_after_closing_is_refused(play, script) -> None:
    """The moment of sending counts, not that of deciding."""
    soon = replace(OFFICE, closes=time(12, 0, 10))
    wire = script(OK, Response(status=429, headers=(("Retry-After", "20"),)))
    with pytest.raises(QuotaError) as caught:
        play(wire, AllowanceBook(), soon)
    assert caught.value.code == "policy.outside_hours"


def test_a_request_without_an_allowance_is_let_through(play, script) -> None:
    """Most calls have none."""
    assert play(script(OK, OK), AllowanceBook(), None) == 200


# --- shared -----------------------------------------------------------------------------------


def test_processes_count_together(tmp_path: Path) -> None:
    """Four processes of forty against a limit of fifty: fifty pass, and the file names no key."""
    share = tmp_path / "counts"
    code = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from govlink.errors import QuotaError; from govlink.flow import Allowance\n"
        "from govlink.policy import AllowanceBook\n"
        "book, passed = AllowanceBook(share=Path(sys.argv[1])), 0\n"
        "allowance = Allowance(key=('CANARY-KEY',), calls_per_day=50)\n"
        "for _ in range(40):\n"
        "    try:\n"
        "        book.take(allowance, at=datetime(2026, 7, 1, tzinfo=UTC)); passed += 1\n"
        "    except QuotaError: pass\n"
        "print(passed)\n"
    )
    command = [sys.executable, "-c", code, str(share)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sum(int(worker.communicate(timeout=60)[0]) for worker in workers) == 50
    assert "CANARY" not in share.read_text("utf-8")
    assert stat.S_IMODE(share.stat().st_mode) == 0o600


def test_old_days_are_dropped(tmp_path: Path) -> None:
    """The file does not grow for ever."""
    share = tmp_path / "counts"
    for day in (1, 2, 3, 9, 10, 11):
        AllowanceBook(share=share).take(DAILY, at=bangkok(day, 12))
    assert "2026-07-09" in share.read_text("utf-8")
    assert "2026-07-03" not in share.read_text("utf-8")


def test_a_clock_that_was_wrong_wipes_nothing_out(tmp_path: Path) -> None:
    """Neither a day far ahead nor one long ago makes this day's count begin anew."""
    book = AllowanceBook(share=tmp_path / "counts")
    once = replace(DAILY, calls_per_day=1)
    book.take(once, at=NOON)
    for wrong in (NOON + timedelta(days=1500), NOON - timedelta(days=1500)):
        book.take(once, at=wrong)
        for at in (NOON, wrong):
            with pytest.raises(QuotaError):
                book.take(once, at=at)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"allowances-1": {"today": {}}}',
        '{"allowances-1": {"2026-07-01": []}}',
        '{"allowances-1": {"2026-07-01": {"x": -5}}}',
        '{"allowances-1": {"2026-07-01": {"x": Infinity}}}',
        "[" * 100_000,
    ],
    ids=range(7),
)
def test_a_damaged_file_stops_the_calls(tmp_path: Path, content: str) -> None:
    """Counting anew without being told would exceed the limit."""
    share = tmp_path / "counts"
    share.write_text(content, "utf-8")
    share.chmod(0o600)
    with pytest.raises(ConfigError, match=r"policy\.allowance_file_damaged"):
        AllowanceBook(share=share).take(DAILY, at=NOON)


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """Or write: whoever can set a counter can stop the agency's look-ups."""
    share = tmp_path / "counts"
    AllowanceBook(share=share).take(DAILY, at=NOON)
    share.chmod(0o666)
    with pytest.raises(ConfigError, match=r"files\.exposed"):
        AllowanceBook(share=share).take(DAILY, at=NOON)

"""Sessions shared between processes: one log-in, one idle clock, one 401 for all, and nothing in clear."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govlink import _private_files
from govlink._drive import AsyncSingleFlight, SingleFlight, arun, run
from govlink.errors import AuthError, ConfigError, Fault
from govlink.flow import Auth, Context, Effect, Flow, Request, Response, Token
from govlink.policy import FileTokenStore, TokenCache, with_token

REFUSED = Fault("test.refused", en="refused", th="ปฏิเสธ")
NOW = datetime(2026, 7, 1, tzinfo=UTC)
KEY = ("https://host", "CANARY-CONSUMER-KEY", "1979900000013")


def login(context: Context) -> Flow[Token]:
    """Log in: the body of the answer is the token."""
    response = yield Request(method="GET", url="login", operation="login")
    if not response.body.startswith(b"t"):
        raise AuthError(REFUSED)
    return Token(value=response.body.decode(), issued_at=context.now())


AUTH = Auth(
    key=KEY,
    login=login,
    attach=lambda request, token: request.with_headers(("Token", token.value)),
    idle_s=3300.0,
)


class Gateway:
    """A transport that numbers its tokens and denies those it has forgotten."""

    def __init__(self) -> None:
        self.logins, self.live, self.answer = 0, set[str](), b""

    def send(self, request: Request) -> Response:
        """A token, 200 or 401."""
        if request.operation == "login":
            self.logins += 1
            token = f"t{self.logins}"
            self.live.add(token)
            return Response(status=200, body=self.answer or token.encode())
        known = dict(request.headers)["Token"] in self.live
        return Response(status=200 if known else 401)

    def close(self) -> None:
        """Nothing."""


class Process:
    """What one process has of its own: a cache, a carrier. The folder is shared."""

    def __init__(self, folder: Path, gateway: Gateway, clock) -> None:
        store = FileTokenStore(folder)
        self.cache = TokenCache(store=store)
        self.carrier = SingleFlight(gateway, shared=store)
        self.context = Context(clock=clock, entropy=b"x" * 32)

    def call(self) -> int:
        """One call; the status."""

        def flow() -> Flow[int]:
            response = yield Request(
                method="GET", url="call", operation="call", effect=Effect.READ, auth=AUTH
            )
            return response.status

        return run(with_token(flow(), cache=self.cache, context=self.context), self.carrier)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where tokens are shared."""
    return tmp_path / "tokens"


def test_a_second_process_needs_no_log_in(folder: Path, clock) -> None:
    """It takes the token out of the first one's answer."""
    gateway = Gateway()
    first, second = Process(folder, gateway, clock), Process(folder, gateway, clock)
    assert [first.call(), second.call(), first.call()] == [200, 200, 200]
    assert gateway.logins == 1


def test_a_401_gives_the_token_up_for_all(folder: Path, clock) -> None:
    """One process meets it; the other uses the new token without meeting it too."""
    gateway = Gateway()
    first, second = Process(folder, gateway, clock), Process(folder, gateway, clock)
    first.call(), second.call()
    gateway.live.clear()
    assert first.call() == 200
    gateway.live = {"t2"}
    assert second.call() == 200
    assert gateway.logins == 2


def test_a_generation_ends_once(folder: Path) -> None:
    """Two processes that met the same 401 must not end each other's new session."""
    one, other = FileTokenStore(folder), FileTokenStore(folder)
    assert one.give_up(KEY, generation=0) == 1
    one.remember(KEY, generation="1", response=Response(status=200, body=b"t2"))
    assert other.give_up(KEY, generation=0) == 1
    assert other.recall(KEY, generation="1") is not None


def test_the_idle_clock_is_shared(folder: Path, clock) -> None:
    """A process that slept goes on with a session that another kept alive; idle for all, it is given up."""
    gateway = Gateway()
    first, second = Process(folder, gateway, clock), Process(folder, gateway, clock)
    second.call()
    for _ in range(4):
        clock.forward(minutes=30)
        first.call()
    second.call()
    assert gateway.logins == 1
    clock.forward(minutes=56)
    assert [second.call(), first.call()] == [200, 200]
    assert gateway.logins == 2


def test_a_process_that_starts_after_an_idle_hour_logs_in(folder: Path, clock) -> None:
    """The remembered answer is as dead as the session in it."""
    gateway = Gateway()
    Process(folder, gateway, clock).call()
    clock.forward(hours=2)
    assert Process(folder, gateway, clock).call() == 200
    assert gateway.logins == 2


def test_an_answer_that_is_no_token_serves_nobody_else(folder: Path, clock) -> None:
    """A firewall's page with status 200 is forgotten by all."""
    gateway = Gateway()
    gateway.answer = b"<html>"
    with pytest.raises(AuthError):
        Process(folder, gateway, clock).call()
    gateway.answer = b""
    assert Process(folder, gateway, clock).call() == 200
    assert gateway.logins == 2


def test_a_token_is_as_old_as_its_log_in(folder: Path) -> None:
    """A process that takes it over late must not think it fresh, or it would renew too late."""
    store, session = FileTokenStore(folder), Token(value="t1", issued_at=NOW)
    TokenCache(store=store).keep(AUTH, session, generation=0, now=NOW)
    late = NOW + timedelta(minutes=40)
    taken = TokenCache(store=FileTokenStore(folder)).keep(
        AUTH, Token(value="t1", issued_at=late), generation=0, now=late
    )
    assert taken.issued_at == NOW


def test_uses_are_written_now_and_then(folder: Path) -> None:
    """A busy process does not write its file for every call."""
    store = FileTokenStore(folder, every_s=60)
    seen = []
    for seconds in (0, 1, 59, 60, 61, 125):
        store.used(KEY, generation=0, now=NOW + timedelta(seconds=seconds))
        last = store.session(KEY).last_used
        assert last is not None
        seen.append((last - NOW).total_seconds())
    assert seen == [0, 0, 0, 60, 60, 125]


def test_files_are_private_and_hold_no_key(folder: Path, clock) -> None:
    """Mode 600 in a folder of mode 700; neither Consumer-Key nor officer in a name or a content."""
    Process(folder, Gateway(), clock).call()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    everything = "".join(file.name + file.read_text("utf-8") for file in files)
    assert "CANARY" not in everything
    assert "1979900000013" not in everything


def test_what_others_may_read_is_refused(folder: Path, clock) -> None:
    """A folder or a file that was opened up is not used any more."""
    process = Process(folder, Gateway(), clock)
    process.call()
    (state,) = folder.glob("*.json")
    state.chmod(0o640)
    with pytest.raises(ConfigError, match=r"files\.exposed"):
        process.call()
    folder.chmod(0o750)
    with pytest.raises(ConfigError, match=r"files\.exposed"):
        FileTokenStore(folder)


def _state(**members: object) -> str:
    whole = {"generation": 0, "since": None, "last_used": None, "answer": None}
    return json.dumps({"tokens-1": whole | members})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        '{"tokens-1": {}}',
        '{"tokens-1": {"generation": "CANARY"}}',
        _state(generation=float("inf")),
        _state(last_used="2026-07-01T00:00:00"),
        _state(answer={"status": "CANARY", "body": ""}),
        _state(answer={"status": 200, "body": "CANARY!"}),
        "[" * 100_000,
    ],
    ids=range(10),
)
def test_a_damaged_file_is_named_and_not_shown(folder: Path, clock, content: str) -> None:
    """The error says what to delete, and nothing of what is in it."""
    process = Process(folder, Gateway(), clock)
    process.call()
    (state,) = folder.glob("*.json")
    state.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=r"policy\.token_file_damaged") as caught:
        process.call()
    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_only_one_holds_the_right_to_log_in(folder: Path) -> None:
    """Until it is given back; other sessions are not held up."""
    one, other = FileTokenStore(folder), FileTokenStore(folder)
    unlock = one.try_lock(KEY)
    assert unlock is not None
    assert other.try_lock(KEY) is None
    apart = other.try_lock(("another",))
    assert apart is not None
    apart()
    unlock()
    again = other.try_lock(KEY)
    assert again is not None
    again()


_WORKER = """
import sys, time
from pathlib import Path
from govlink._drive import SingleFlight, run
from govlink.flow import Auth, Context, Request, Response, Token
from govlink.policy import FileTokenStore, TokenCache, with_token

folder, log = Path(sys.argv[1]), Path(sys.argv[2])

class Gateway:
    def send(self, request):
        if request.operation == "login":
            with log.open("a") as file:
                file.write("login\\n")
            time.sleep(0.3)
            return Response(status=200, body=b"t1")
        return Response(status=200 if dict(request.headers)["Token"] == "t1" else 401)

def login(context):
    response = yield Request(method="GET", url="login", operation="login")
    return Token(value=response.body.decode(), issued_at=context.now())

auth = Auth(key=("k",), login=login, attach=lambda r, t: r.with_headers(("Token", t.value)), idle_s=3300)

def call():
    return (yield Request(method="GET", url="call", operation="call", auth=auth)).status

store = FileTokenStore(folder)
print("ready", flush=True)
sys.stdin.readline()
flow = with_token(call(), cache=TokenCache(store=store), context=Context.system())
print(run(flow, SingleFlight(Gateway(), shared=store)))
"""


def test_many_processes_log_in_once(folder: Path, tmp_path: Path) -> None:
    """Started together, one asks and the others wait for its answer."""
    log = tmp_path / "log"
    command = [sys.executable, "-c", _WORKER, str(folder), str(log)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert [worker.communicate(timeout=60)[0] for worker in workers] == ["200\n"] * 4
    assert log.read_text("utf-8") == "login\n"


def test_the_answer_is_kept_without_its_headers(folder: Path) -> None:
    """What is not needed to read the token again is not written."""
    store = FileTokenStore(folder)
    answer = Response(status=200, headers=(("Set-Cookie", "CANARY"),), body=b"t1")
    store.remember(KEY, generation="0", response=answer)
    assert store.recall(KEY, generation="0") == Response(status=200, body=b"t1")
    assert store.recall(KEY, generation="1") is None
    (state,) = folder.glob("*.json")
    assert "CANARY" not in state.read_text("utf-8")
    assert json.loads(state.read_text("utf-8"))


def test_a_full_disk_costs_nobody_an_answer(
    folder: Path, clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The platform did what it was asked; that its use could not be noted must not look like a failure."""
    process = Process(folder, Gateway(), clock)
    process.call()
    clock.forward(minutes=5)

    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(_private_files.tempfile, "mkstemp", full)
    assert process.call() == 200
    assert "files.unusable" in caplog.text


def test_a_clock_that_was_wrong_heals(folder: Path, clock) -> None:
    """A use noted in the future neither ends a session nor keeps a dead one longer than one 401."""
    gateway = Gateway()
    first, second = Process(folder, gateway, clock), Process(folder, gateway, clock)
    clock.forward(days=3650)
    assert first.call() == 200
    clock.forward(days=-3650)
    assert [second.call(), first.call()] == [200, 200]
    assert gateway.logins == 1
    gateway.live.clear()
    assert [second.call(), first.call()] == [200, 200]
    assert gateway.logins == 2
    clock.forward(hours=2)
    assert first.call() == 200
    assert gateway.logins == 3


def test_agents_are_never_mixed(folder: Path) -> None:
    """Another host, key or officer finds nothing of the first one's session."""
    store = FileTokenStore(folder)
    store.remember(KEY, generation="0", response=Response(status=200, body=b"t1"))
    for place in range(3):
        other = (*KEY[:place], "another", *KEY[place + 1 :])
        assert store.recall(other, generation="0") is None
        assert store.give_up(other, generation=0) == 1
    assert store.recall((*KEY[:2],), generation="0") is None
    assert store.session(KEY).generation == 0


_HOLDER = """
import sys, time
from pathlib import Path
from govlink._private_files import locked
from govlink.policy import FileTokenStore

store = FileTokenStore(Path(sys.argv[1]))
unlock = store.try_lock(("k",))
with locked(store._file(("k",), "lock")):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_process_that_is_killed_holds_nobody_up(folder: Path) -> None:
    """Neither its right to log in nor its lock on the state outlives it."""
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    store = FileTokenStore(folder)
    assert store.try_lock(("k",)) is None
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate(timeout=10)
    unlock = store.try_lock(("k",))
    assert unlock is not None
    unlock()
    assert store.give_up(("k",), generation=0) == 1


def test_a_401_met_by_many_processes_is_one_log_in(folder: Path, tmp_path: Path) -> None:
    """Each starts with the dead token; one asks for the next and all go on with it."""
    store = FileTokenStore(folder)
    store.remember(("k",), generation="0", response=Response(status=200, body=b"dead"))
    log = tmp_path / "log"
    command = [sys.executable, "-c", _WORKER, str(folder), str(log)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    assert [worker.communicate("go\n", timeout=60)[0] for worker in workers] == ["200\n"] * 4
    assert log.read_text("utf-8") == "login\n"
    assert store.session(("k",)).generation == 1


class Hanging:
    """A gateway whose first log-in never ends."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.gateway = Gateway()

    async def send(self, request: Request) -> Response:
        """Nothing, the first time."""
        if not self.asked.is_set():
            self.asked.set()
            await asyncio.Event().wait()
        return self.gateway.send(request)

    async def aclose(self) -> None:
        """Nothing."""


def _cancelled_log_in(folder: Path, context: Context) -> list[int]:
    async def scene() -> list[int]:
        store, hanging = FileTokenStore(folder), Hanging()
        cache, carrier = TokenCache(store=store), AsyncSingleFlight(hanging, shared=store)

        def flow() -> Flow[int]:
            return (yield Request(method="GET", url="call", operation="call", auth=AUTH)).status

        async def call() -> int:
            return await arun(with_token(flow(), cache=cache, context=context), carrier)

        first = asyncio.create_task(call())
        await hanging.asked.wait()
        waiting = [asyncio.create_task(call()) for _ in range(3)]
        await asyncio.sleep(0)
        first.cancel()
        assert isinstance((await asyncio.gather(first, return_exceptions=True))[0], asyncio.CancelledError)
        statuses = await asyncio.wait_for(asyncio.gather(*waiting), 10)
        unlock = store.try_lock(KEY)
        assert unlock is not None
        unlock()
        return [*statuses, hanging.gateway.logins]

    return asyncio.run(scene())


def test_a_cancelled_log_in_passes_the_turn_on(folder: Path, context: Context) -> None:
    """Those who waited for it log in once among them, and the lock between processes is free again."""
    assert _cancelled_log_in(folder, context) == [200, 200, 200, 1]

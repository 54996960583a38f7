"""The evidence log: what was acknowledged is there, whatever happens to the program or the disk."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from govlink.errors import GovlinkError, RejectedError, UnavailableError, VerificationError
from govlink.exchange import logfile
from govlink.exchange.entries import GENESIS, MAX_LINE_BYTES, Head, make_entry
from govlink.exchange.evidence import EvidenceLog, EvidencePolicy

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the log will be."""
    return tmp_path / "evidence.jsonl"


def fill(path: Path, count: int) -> EvidenceLog:
    """A log with that many entries."""
    log = EvidenceLog(path)
    for number in range(count):
        log.append("sending", {"n": str(number)}, at=AT)
    return log


def test_a_log_that_is_not_there_is_empty(path: Path) -> None:
    """Asking makes no file."""
    log = EvidenceLog(path)
    assert log.head == GENESIS
    assert list(log.entries()) == []
    assert log.verify().intact
    assert log.recover(at=AT) is None
    assert not path.exists()
    assert log.verify(expected_head=Head(seq=1, hash_hex="0" * 64)).first_broken_seq == 1


def test_what_is_appended_is_read_back(path: Path) -> None:
    """In order, linked, by any reader."""
    log = EvidenceLog(path)
    first = log.append("sending", {"message_id": "a"}, at=AT)
    second = log.append("receipt", {"message_id": "a", "ผล": "รับแล้ว"}, at=AT)
    assert log.path == path
    assert (first.seq, second.seq, second.prev_hex) == (1, 2, first.hash_hex)
    assert list(EvidenceLog(path).entries()) == [first, second]
    assert log.head == EvidenceLog(path).head == second.head
    assert log.verify(expected_head=second.head).intact


def test_only_the_owner_reads_it(path: Path) -> None:
    """Whatever the umask."""
    before = os.umask(0)
    try:
        fill(path, 1)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_bad_input_touches_nothing(path: Path) -> None:
    """Not even an empty file appears."""
    with pytest.raises(RejectedError):
        EvidenceLog(path).append("Not A Kind", {}, at=AT)
    assert not path.exists()


def test_an_append_does_not_read_the_log_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Constant cost per entry, and one look at the end after another writer was there."""
    reads: list[int] = []
    pread = os.pread

    def counted(handle: int, length: int, offset: int) -> bytes:
        reads.append(length)
        return pread(handle, length, offset)

    log = fill(path, 50)
    monkeypatch.setattr(os, "pread", counted)
    last = max(len(line) for line in path.read_bytes().splitlines(keepends=True))
    log.append("sending", {}, at=AT)
    assert sum(reads) <= last
    fill(path, 1)
    reads.clear()
    assert log.append("sending", {}, at=AT).seq == 53
    assert 0 < sum(reads) <= 4 * (MAX_LINE_BYTES + 1)
    assert log.verify().intact


def test_it_is_on_the_disk_before_append_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file each time, and at the first entry the directory that names it."""
    synced: list[str] = []
    fsync = os.fsync

    def noted(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    log = fill(path, 1)
    assert synced == [path.name, path.parent.name]
    log.append("sending", {}, at=AT)
    assert synced[2:] == [path.name]


# --- many writers --------------------------------------------------------------------------------


def test_threads_share_a_log(path: Path) -> None:
    """One object, and one object each."""
    shared = EvidenceLog(path)

    def write(number: int) -> int:
        log = shared if number % 2 else EvidenceLog(path)
        return log.append("sending", {"n": str(number)}, at=AT).seq

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(write, range(80)))
    assert numbers == list(range(1, 81))
    assert shared.verify().head.seq == 80
    assert {entry.data["n"] for entry in shared.entries()} == {str(number) for number in range(80)}


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from govlink.exchange.evidence import EvidenceLog
log = EvidenceLog(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    data = {"by": sys.argv[2], "n": str(number), "fill": "x" * 3000}
    entry = log.append("sending", data, at=datetime.now(UTC))
    print(entry.seq, entry.hash_hex, flush=True)
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """A process that appends and says what was acknowledged."""
    command = [sys.executable, "-c", WRITER, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_share_a_log(path: Path) -> None:
    """Three at once: every acknowledged entry has a number of its own and is there."""
    processes = [writer(path, name, 30) for name in "abc"]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    acknowledged = dict(line.split() for output in outputs for line in output.splitlines())
    assert len(acknowledged) == 90
    log = EvidenceLog(path)
    assert log.verify().intact
    assert {str(entry.seq): entry.hash_hex for entry in log.entries()} == acknowledged


FORKED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from govlink.exchange.evidence import EvidenceLog
log = EvidenceLog(Path(sys.argv[1]))
log.append("sending", {}, at=datetime.now(UTC))
child = os.fork()
for _ in range(20):
    log.append("sending", {"by": "parent" if child else "child"}, at=datetime.now(UTC))
if child:
    sys.exit(os.waitpid(child, 0)[1])
"""


def test_a_forked_child_does_not_share_the_lock(path: Path) -> None:
    """A child that inherited the object appends under a lock of its own."""
    subprocess.run([sys.executable, "-c", FORKED, str(path)], check=True, timeout=60)
    report = EvidenceLog(path).verify()
    assert report.intact
    assert report.head.seq == 41


HELD_BY_CHILD = """
import os, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.logfile import locked
path = Path(sys.argv[1])
with locked(path, flags=os.O_RDWR, limit_s=1):
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
try:
    EvidenceLog(path, lock_limit_s=1).append("sending", {}, at=datetime.now(UTC))
finally:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


def test_a_child_forked_during_an_append_does_not_keep_the_lock(path: Path) -> None:
    """Another thread may fork at any moment; the child inherits the open file and lives on."""
    fill(path, 1)
    subprocess.run([sys.executable, "-c", HELD_BY_CHILD, str(path)], check=True, timeout=60)
    assert EvidenceLog(path).head.seq == 2


def test_a_log_replaced_while_waiting_for_it_is_told(path: Path) -> None:
    """The lock that is got at last is that of a file nobody will find."""
    fill(path, 1)
    with path.open("rb") as file, ThreadPoolExecutor(1) as pool:
        fcntl.flock(file, fcntl.LOCK_EX)
        waiting = pool.submit(EvidenceLog(path).append, "sending", {}, at=AT)
        while len(opened(path)) < 2:
            time.sleep(0.001)
        path.rename(path.with_suffix(".old"))
        fill(path, 1)
        fcntl.flock(file, fcntl.LOCK_UN)
        with pytest.raises(VerificationError) as caught:
            waiting.result(timeout=60)
    assert caught.value.code == "exchange.evidence_replaced"
    assert [EvidenceLog(each).head.seq for each in (path, path.with_suffix(".old"))] == [1, 1]


def opened(path: Path) -> list[str]:
    """The handles of this process on that file."""
    found = []
    for handle in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if handle.readlink() == path:
                found.append(handle.name)
    return found


def test_a_lock_that_is_held_is_waited_for_and_then_told(path: Path) -> None:
    """A hanging program does not hang everybody for ever."""
    log = EvidenceLog(path, lock_limit_s=0.05)
    log.append("sending", {}, at=AT)
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for call in (lambda: log.append("sending", {}, at=AT), lambda: log.head, lambda: log.verify()):
            with pytest.raises(UnavailableError) as caught:
                call()
            assert caught.value.code == "exchange.evidence_busy"
        fcntl.flock(file, fcntl.LOCK_UN)
    assert log.append("sending", {}, at=AT).seq == 2


def test_a_lock_that_is_given_back_in_time_is_got(path: Path) -> None:
    """Waiting helps."""
    log = fill(path, 1)
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        timer = threading.Timer(0.05, fcntl.flock, (file, fcntl.LOCK_UN))
        timer.start()
        assert log.append("sending", {}, at=AT).seq == 2
        timer.join()


# --- crashes -------------------------------------------------------------------------------------


def test_kill_9_of_a_writer_loses_nothing_acknowledged(path: Path) -> None:
    """In a loop, at different moments, on one log that grows."""
    acknowledged: dict[str, str] = {}
    for lines_before_kill in (0, 1, 2, 5, 9, 17):
        process = writer(path, "victim", 10_000)
        assert process.stdout is not None
        for _ in range(lines_before_kill):
            number, hash_hex = process.stdout.readline().split()
            acknowledged[number] = hash_hex
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().splitlines(keepends=True)
        for line in rest:
            if line.endswith("\n"):  # what a dying program printed by half was not said
                number, hash_hex = line.split()
                acknowledged[number] = hash_hex
        process.stdout.close()
        process.wait(timeout=60)
        log = EvidenceLog(path)
        log.recover(at=AT)
        assert log.verify().intact
        there = {str(entry.seq): entry.hash_hex for entry in log.entries()}
        assert acknowledged.items() <= there.items()
    assert len(acknowledged) >= 34


@pytest.mark.parametrize("by", ["append", "recover"])
@pytest.mark.parametrize("kept", [1, 50, -1])
def test_a_torn_line_is_moved_aside_and_noted(path: Path, by: str, kept: int) -> None:
    """At any point of the line; nothing of it is thrown away."""
    log = fill(path, 3)
    whole = path.read_bytes()
    torn = fill(path, 1).path.read_bytes()[len(whole) :][:kept]
    path.write_bytes(whole + torn)
    report = EvidenceLog(path).verify()
    assert (report.first_broken_seq, report.head) == (4, log.head)
    restarted = EvidenceLog(path)
    assert restarted.head == log.head
    if by == "append":
        assert restarted.append("sending", {}, at=AT).seq == 5
    else:
        noted = restarted.recover(at=AT)
        assert noted is not None
        assert noted.seq == 4
        assert restarted.recover(at=AT) is None
    assert restarted.verify().intact
    entry = list(restarted.entries())[3]
    assert (entry.kind, entry.data["torn_bytes"]) == ("recovered", str(len(torn)))
    aside = path.with_name(entry.data["moved_to"])
    assert aside.read_bytes() == torn
    assert aside.stat().st_mode & 0o777 == 0o600


def test_zeros_after_a_power_cut_are_a_torn_line(path: Path) -> None:
    """A file system may have grown the file and not written the data, with or without the line feed."""
    log = fill(path, 2)
    whole = path.read_bytes()
    for tail in (b"\0" * 5000, b'{"at":' + b"\0" * 900 + b'"}\n', b"\0" * 9000 + b"\n"):
        path.write_bytes(whole + tail)
        restarted = EvidenceLog(path)
        assert restarted.head == log.head
        assert restarted.append("sending", {}, at=AT).seq == 4
        assert restarted.verify().intact


def test_a_torn_first_line_is_moved_aside(path: Path) -> None:
    """A log that never had a whole line."""
    path.write_bytes(b'{"at":"20')
    log = EvidenceLog(path)
    assert log.head == GENESIS
    assert log.append("sending", {}, at=AT).seq == 2
    assert log.verify().intact


def test_a_crash_while_recovering_is_recovered_from(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the piece was moved, before the log was cut: both attempts keep every torn piece."""
    fill(path, 1)
    with path.open("ab") as file:
        file.write(b'{"at":')
    monkeypatch.setattr(logfile.LockedFile, "cut", interrupted)
    with pytest.raises(KeyboardInterrupt):
        EvidenceLog(path).recover(at=AT)
    monkeypatch.undo()
    noted = EvidenceLog(path).recover(at=AT)
    assert noted is not None
    assert path.with_name(noted.data["moved_to"]).read_bytes() == b'{"at":'
    assert EvidenceLog(path).verify().intact


def test_two_torn_pieces_of_one_number_are_both_kept(path: Path) -> None:
    """The note of the first recovery was itself cut off by a second crash."""
    fill(path, 1)
    for piece in (b'{"at":', b'{"at":"2026'):
        whole = path.read_bytes().splitlines(keepends=True)[0]
        path.write_bytes(whole + piece)
        assert EvidenceLog(path).recover(at=AT) is not None
    pieces = {aside.read_bytes() for aside in path.parent.glob("*.torn-2-*")}
    assert pieces == {b'{"at":', b'{"at":"2026'}


def interrupted(*_: object) -> NoReturn:
    """Stands for a program that ends here."""
    raise KeyboardInterrupt


# --- a disk that refuses -------------------------------------------------------------------------


LIMITED = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from govlink.errors import UnavailableError
from govlink.exchange.evidence import EvidenceLog
path = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, resource.RLIM_INFINITY))
log = EvidenceLog(path)
try:
    log.append("sending", {"fill": "x" * 3000}, at=datetime.now(UTC))
except UnavailableError as error:
    print(error.code, error.values["reason"])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(log.append("sending", {}, at=datetime.now(UTC)).seq)
"""


def test_a_file_that_may_not_grow_keeps_its_last_whole_line(path: Path) -> None:
    """The operating system takes the first 100 bytes of a line and refuses the rest."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    fill(path, 3)
    before = path.read_bytes()
    command = [sys.executable, "-c", LIMITED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["exchange.evidence_unusable", "EFBIG", "4"]
    assert path.read_bytes().startswith(before)
    assert EvidenceLog(path).verify().head.seq == 4
    assert EvidenceLog(path).verify().intact


def test_a_full_disk_leaves_nothing_half_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any number of bytes; the log goes on when there is room again."""
    log = fill(path, 2)
    before = path.read_bytes()
    write = os.write
    for room in (0, 1, 70):
        left = [room]

        def full(handle: int, content: bytes, left: list[int] = left) -> int:
            if not left[0]:
                raise OSError(errno.ENOSPC, "No space left on device")
            done = write(handle, bytes(content)[: left[0]])
            left[0] -= done
            return done

        monkeypatch.setattr(os, "write", full)
        with pytest.raises(UnavailableError) as caught:
            log.append("sending", {}, at=AT)
        monkeypatch.undo()
        assert caught.value.values == {"reason": "ENOSPC"}
        assert path.read_bytes() == before
    assert log.append("sending", {}, at=AT).seq == 3
    assert log.verify().intact


def test_a_line_that_cannot_be_synced_is_taken_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not acknowledged is not there."""
    log = fill(path, 2)
    before, fsync, broken = path.read_bytes(), os.fsync, [True]

    def failing(handle: int) -> None:
        if broken.pop() if broken else False:
            raise OSError(errno.EIO, "Input/output error")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(UnavailableError, match="EIO"):
        log.append("sending", {}, at=AT)
    assert path.read_bytes() == before


def test_a_disk_that_cannot_even_be_cut_is_mended_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a line stays for a while; the next append moves it aside."""
    log = fill(path, 2)
    write = os.write

    def half(handle: int, content: bytes) -> int:
        if len(content) < 60:
            raise OSError(errno.EIO, "Input/output error")
        return write(handle, bytes(content)[:60])

    monkeypatch.setattr(os, "write", half)
    monkeypatch.setattr(os, "ftruncate", lambda *_: os.close(-1))
    with pytest.raises(UnavailableError):
        log.append("sending", {"fill": "x" * (60 * 3 - 20)}, at=AT)
    monkeypatch.undo()
    assert not log.verify().intact
    assert log.append("sending", {}, at=AT).seq == 4
    assert log.verify().intact


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A directory, a device, a missing folder: typed, with the system's name for it."""
    for place, reason in ((tmp_path, "EISDIR"), (Path(os.devnull), "EINVAL"), (tmp_path / "a/b", "ENOENT")):
        with pytest.raises(UnavailableError) as caught:
            EvidenceLog(place).append("sending", {}, at=AT)
        assert (caught.value.code, caught.value.values["reason"]) == ("exchange.evidence_unusable", reason)


# --- a log that was tampered with ----------------------------------------------------------------


@pytest.mark.parametrize("tail", [b"hello\n", b"\n", b"{}\n", b"x" * (3 * MAX_LINE_BYTES)])
def test_nothing_is_added_to_a_damaged_end(path: Path, tail: bytes) -> None:
    """It is not the writer who decides what a foreign line means."""
    log = fill(path, 2)
    with path.open("ab") as file:
        file.write(tail)
    before = path.read_bytes()
    for each in (log, EvidenceLog(path)):
        with pytest.raises(VerificationError) as caught:
            each.append("sending", {}, at=AT)
        assert caught.value.code == "exchange.evidence_damaged_end"
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", ["shortened", "emptied", "replaced", "removed"])
def test_a_log_that_is_taken_away_while_in_use_is_told(path: Path, how: str) -> None:
    """A writer remembers where it stopped; evidence does not begin anew by itself."""
    log = fill(path, 3)
    whole = path.read_bytes()
    if how == "replaced":
        path.rename(path.with_suffix(".old"))
        path.write_bytes(whole)
    elif how == "removed":
        path.unlink()
    else:
        os.truncate(path, 0 if how == "emptied" else whole.index(b"\n") + 1)
    for call in (lambda: log.append("sending", {}, at=AT), lambda: log.head):
        with pytest.raises(VerificationError) as caught:
            call()
        assert caught.value.code == "exchange.evidence_replaced"
    assert path.exists() == (how != "removed")


@pytest.mark.parametrize("entries", [3, 5])
def test_a_log_written_anew_under_a_running_program_is_noticed(path: Path, entries: int) -> None:
    """A whole chain from its start verifies by itself; the program still knows the end of the right one."""
    log = fill(path, 3)
    forged, head = b"", GENESIS
    for number in range(entries):
        entry = make_entry("sending", {"n": str(number + 5)}, at=AT, after=head)
        forged, head = forged + entry.to_line(), entry.head
    with path.open("r+b") as file:
        file.write(forged)
    assert EvidenceLog(path).verify().intact
    for call in (lambda: log.append("sending", {}, at=AT), lambda: log.head):
        with pytest.raises(VerificationError) as caught:
            call()
        assert caught.value.code == "exchange.evidence_replaced"


def test_a_clock_that_goes_backwards_stops_nothing(path: Path) -> None:
    """The numbers tell the order; a wrong clock is no reason to go without evidence."""
    log = EvidenceLog(path)
    for hours in (0, -3, 2):
        log.append("sending", {}, at=AT + timedelta(hours=hours))
    assert log.verify().intact
    assert [entry.seq for entry in log.entries()] == [1, 2, 3]


def test_a_torn_line_is_not_moved_through_a_link(path: Path) -> None:
    """Somebody who may add names to the folder cannot have another file of ours overwritten."""
    fill(path, 1)
    torn = b'{"at":'
    with path.open("ab") as file:
        file.write(torn)
    other = path.with_name("other")
    other.write_bytes(b"precious")
    digest = hashlib.sha256(torn).hexdigest()
    path.with_name(f"{path.name}.torn-2-{digest[:8]}").symlink_to(other)
    with pytest.raises(UnavailableError):
        EvidenceLog(path).append("sending", {}, at=AT)
    assert other.read_bytes() == b"precious"


# --- policy --------------------------------------------------------------------------------------


def test_fail_closed_is_the_default(path: Path) -> None:
    """Whoever says nothing gets no sending without evidence."""
    log = EvidenceLog(path.parent / "missing" / "log")
    with pytest.raises(GovlinkError):
        log.record("sending", {}, at=AT)


def test_continue_counts_what_is_missing_and_notes_it(path: Path) -> None:
    """The gap is in the log once it can be written again, once."""
    path.parent.joinpath("later").mkdir()
    late = EvidenceLog(path.parent / "later" / "log")
    path.parent.joinpath("later").rename(path.parent / "away")
    for _ in range(3):
        assert late.record("sending", {}, at=AT, policy=EvidencePolicy.CONTINUE) is None
    path.parent.joinpath("away").rename(path.parent / "later")
    entry = late.record("sending", {}, at=AT, policy=EvidencePolicy.CONTINUE)
    assert entry is not None
    late.append("sending", {}, at=AT)
    assert [(e.kind, dict(e.data)) for e in late.entries()] == [
        ("gap", {"missed": "3"}),
        ("sending", {}),
        ("sending", {}),
    ]
    with pytest.raises(RejectedError):
        late.record("No Kind", {}, at=AT, policy=EvidencePolicy.CONTINUE)


def test_a_gap_that_cannot_be_noted_is_not_forgotten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count survives a failure while it is being written."""
    log = fill(path, 1)
    for _ in range(2):
        monkeypatch.setattr(os, "write", lambda *_: os.close(-1))
        assert log.record("sending", {}, at=AT, policy=EvidencePolicy.CONTINUE) is None
        monkeypatch.undo()
    log.append("sending", {}, at=AT)
    assert [dict(e.data) for e in log.entries() if e.kind == "gap"] == [{"missed": "2"}]

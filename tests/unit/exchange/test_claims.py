"""Claims: held by one, gone with their holder, and never held on a folder that is gone."""

from __future__ import annotations

import fcntl
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from govlink.errors import Fault, UnavailableError
from govlink.exchange.claims import holding, remove_abandoned, workplace

BUSY = Fault("test.busy", en="busy", th="ไม่ว่าง")
HOLD = """
import sys, time
from pathlib import Path
from govlink.errors import Fault
from govlink.exchange.claims import workplace
with workplace(Path(sys.argv[1]), busy=Fault("test.busy", en="busy", th="ไม่ว่าง")) as folder:
    (folder / "document").write_bytes(b"left lying")
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_holds_the_other_is_told(tmp_path: Path) -> None:
    """Without waiting; and afterwards it is free."""
    with holding(tmp_path / "lock", busy=BUSY):
        with pytest.raises(UnavailableError) as caught, holding(tmp_path / "lock", busy=BUSY):
            pass
        assert caught.value.code == "test.busy"
    with holding(tmp_path / "lock", busy=BUSY):
        pass


def test_waiting_ends_when_the_other_lets_go(tmp_path: Path) -> None:
    """In the order of asking."""
    order: list[str] = []

    def second() -> None:
        with holding(tmp_path / "lock", busy=BUSY, is_waiting=True):
            order.append("second")

    thread = threading.Thread(target=second)
    with holding(tmp_path / "lock", busy=BUSY):
        thread.start()
        thread.join(0.1)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_a_workplace_is_empty_and_goes(tmp_path: Path) -> None:
    """Whatever was left there before, and also when the block raises."""
    place = tmp_path / "place"
    place.mkdir()
    (place / "old").write_bytes(b"left lying")
    with suppress(KeyError), workplace(place, busy=BUSY) as folder:
        assert list(folder.iterdir()) == []
        (folder / "new").write_bytes(b"new")
        raise KeyError
    assert not place.exists()


def test_a_workplace_that_was_just_removed_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lock is got, but its folder is gone: what is written there would be lost."""
    place, flock = tmp_path / "place", fcntl.flock

    def late_flock(handle: int, flags: int) -> None:
        shutil.rmtree(place, ignore_errors=True)
        flock(handle, flags)

    monkeypatch.setattr("govlink.exchange.claims.fcntl.flock", late_flock)
    with pytest.raises(UnavailableError), workplace(place, busy=BUSY):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    """What it left lying is removed by the next start, and not while it lives."""
    place = tmp_path / "place"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(place)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        remove_abandoned(tmp_path, busy=BUSY)
        assert (place / "document").exists()
        holder.send_signal(signal.SIGKILL)
    remove_abandoned(tmp_path, busy=BUSY)
    assert list(tmp_path.iterdir()) == []


def test_what_the_system_refuses_is_told(tmp_path: Path) -> None:
    """Not a bare OSError."""
    with pytest.raises(UnavailableError) as caught, holding(tmp_path / "no" / "lock", busy=BUSY):
        pass
    assert caught.value.code == "exchange.claim_failed"

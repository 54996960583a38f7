"""Servers as child processes that never outlive their parent, whatever ends it."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Child", "ServerFailed", "child", "free_port", "wait_until"]

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class ServerFailed(Exception):
    """A server did not come up, or a preparatory command failed; the message holds its last words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A running server and the file that takes its output."""

    process: subprocess.Popen[bytes]
    log: Path

    def failure(self, what: str) -> ServerFailed:
        """What to raise when this server is of no use: the end of its output."""
        return ServerFailed(f"{what}; its last words:\n{self.log.read_text(errors='replace')[-4000:]}")


@functools.cache
def _spawner() -> ThreadPoolExecutor:
    """One thread that lives as long as this process: to the kernel, a parent is the thread that forked."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


@contextlib.contextmanager
def child(
    *command: str | Path,
    log: Path,
    environ: Mapping[str, str] | None = None,
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
    stop_s: float = 20.0,
) -> Iterator[Child]:
    """Run a server until the block ends; the kernel sends it ``stop`` should this process be killed.

    It gets a session of its own, so that Ctrl-C reaches it through us alone, in order.
    """

    def spawn() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                env=environ,
                user=user,
                start_new_session=True,
                preexec_fn=lambda: _LIBC.prctl(_PR_SET_PDEATHSIG, stop),
            )

    process = _spawner().submit(spawn).result()
    try:
        yield Child(process=process, log=log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(stop)
        try:
            process.wait(timeout=stop_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(ready: Callable[[], bool], *, of: Child, what: str, within_s: float) -> None:
    """Wait for a server's sign of life.

    Raises:
        ServerFailed: it ended, or gave none in time.
    """
    end = time.monotonic() + within_s
    while not ready():
        if of.process.poll() is not None:
            raise of.failure(f"{what} ended by itself")
        if time.monotonic() > end:
            raise of.failure(f"{what} was not ready within {within_s:g} s")
        time.sleep(0.05)

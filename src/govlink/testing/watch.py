"""Noticing that code reads a clock, randomness, the environment, a file or a socket.

The interpreter's profiling hook tells of every call in this thread, those of built-in functions too,
so that even ``datetime.now`` is seen, which cannot be replaced. Other threads go on untouched.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from types import FrameType

__all__ = ["impurities"]

_CLOCKS = frozenset(
    {
        "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
        "process_time", "localtime", "gmtime", "sleep", "ctime",
    }
)  # fmt: skip
_BUILT_IN: Mapping[str, frozenset[str]] = {
    "time": _CLOCKS,
    "posix": frozenset({"urandom", "getrandom", "open", "system", "fork", "posix_spawn", "putenv"}),
    "nt": frozenset({"urandom", "open", "system", "putenv"}),
    "io": frozenset({"open"}),  # and not open_code: importing a module late is no look at the machine
    "_io": frozenset({"open"}),
    "_socket": frozenset({"getaddrinfo", "gethostbyname", "gethostname", "socketpair"}),
    "_uuid": frozenset({"generate_time_safe"}),
}
_PYTHON: Mapping[str, frozenset[str]] = {
    "os": frozenset({"_Environ.__getitem__", "_Environ.__iter__", "_Environ.__setitem__"}),
    "socket": frozenset({"socket.__init__", "create_connection"}),
    "subprocess": frozenset({"Popen.__init__"}),
}
_DATE_METHODS = frozenset({"now", "today", "utcnow"})
_RANDOM_METHODS = frozenset({"random", "getrandbits", "seed"})


def _built_in(function: object) -> str | None:
    name: str = getattr(function, "__name__", "")
    module: str = getattr(function, "__module__", None) or ""
    owner: object = getattr(function, "__self__", None)
    if name in _BUILT_IN.get(module, ()):
        return f"{module}.{name}"
    if name in _DATE_METHODS and isinstance(owner, type) and issubclass(owner, date):
        return f"{owner.__name__}.{name}"
    if name in _RANDOM_METHODS and type(owner).__module__ in {"random", "_random"}:
        return f"random.{name}"
    return None


def _python(frame: FrameType) -> str | None:
    module = frame.f_globals.get("__name__", "")
    name = frame.f_code.co_qualname
    return f"{module}.{name}" if name in _PYTHON.get(module, ()) else None


@contextmanager
def impurities() -> Iterator[list[str]]:
    """Collect, while the block runs in this thread, the names of what it should not have called."""
    found: list[str] = []

    def notice(frame: FrameType, event: str, function: object) -> None:
        name = None
        if event == "c_call":
            name = _built_in(function)
        elif event == "call":
            name = _python(frame)
        if name is not None and name not in found:
            found.append(name)

    before, collects = sys.getprofile(), gc.isenabled()
    gc.disable()  # a collection calls back whoever registered, and those may time it
    sys.setprofile(notice)
    try:
        yield found
    finally:
        sys.setprofile(before)
        if collects:
            gc.enable()

"""What a forked child must not go on with: locks that may be held for ever, and its parent's connections.

``fork`` copies a lock as it stands, but only the thread that called it: a lock that another thread held is
never given back in the child. A copied connection has two processes writing into one stream. The process's
number tells both, at the cost of one system call.
"""

from __future__ import annotations

import os
import threading
from types import TracebackType

from .errors import ConfigError, Fault

__all__ = ["OneProcess", "OneProcessLock"]

FORKED = Fault(
    "client.forked",
    en="this was made before the process forked, and may hold its parent's locks and connections; make a "
    "client in each process",
    th="สิ่งนี้ถูกสร้างก่อนแยกโพรเซส (fork) และอาจถือล็อกหรือการเชื่อมต่อของโพรเซสแม่ ให้สร้างไคลเอนต์ใหม่ในแต่ละโพรเซส",
)


class OneProcess:
    """Belongs to the process that made it."""

    def __init__(self) -> None:
        self._pid = os.getpid()

    def demand(self) -> None:
        """Raise ``ConfigError`` in any other process."""
        if os.getpid() != self._pid:
            raise ConfigError(FORKED)


class OneProcessLock(OneProcess):
    """A lock for the threads of one process; entering it in a forked child raises instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.demand()
        self._lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()

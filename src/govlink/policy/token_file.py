"""Session tokens shared between the processes of one machine, in files of mode 600.

A log-in is shared as its answer: a process that waited for another one's log-in reads the same answer
and takes the token out of it as if it had asked. Files are named by a hash of ``Auth.key``, which holds
the Consumer-Key and perhaps an officer's number; neither is ever written.

Whether a second validate kills the first token is not known of the DGA gateway. Without sharing, every
process has a session of its own; with it, they have one.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from .._one_process import OneProcessLock
from .._private_files import locked, private_folder, read_private, replace_private, try_lock, unlock
from ..errors import ConfigError, Fault
from ..flow import Response
from .tokens import SharedSession

__all__ = ["FileTokenStore"]

DAMAGED = Fault(
    "policy.token_file_damaged",
    en="{name} is no file of shared tokens; delete it and every process logs in anew",
    th="{name} ไม่ใช่ไฟล์โทเคนร่วม ให้ลบไฟล์แล้วทุกโพรเซสจะเข้าสู่ระบบใหม่",
)

_FORMAT = "tokens-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    generation: int = 0
    since: datetime | None = None
    last_used: datetime | None = None
    answer: Response | None = None

    def as_bytes(self) -> bytes:
        answer = self.answer
        members = {
            "generation": self.generation,
            "since": self.since and self.since.isoformat(),
            "last_used": self.last_used and self.last_used.isoformat(),
            "answer": answer and {"status": answer.status, "body": base64.b64encode(answer.body).decode()},
        }
        return json.dumps({_FORMAT: members}).encode()


def _moment(text: str | None) -> datetime | None:
    moment = datetime.fromisoformat(text) if text else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError("zone")
    return moment


def _parse(content: bytes, *, name: str) -> _State:
    try:
        members = json.loads(content)[_FORMAT]
        since, used, answer = members["since"], members["last_used"], members["answer"]
        return _State(
            generation=int(members["generation"]),
            since=_moment(since),
            last_used=_moment(used),
            answer=answer
            and Response(status=int(answer["status"]), body=base64.b64decode(answer["body"], validate=True)),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise ConfigError(DAMAGED, name=name) from None  # the cause's text may show the token


class FileTokenStore:
    """A ``TokenStore`` in a folder of mode 700 on a local disk.

    Each call reads one small file, which takes about as long as handing it to a thread would: that is
    why it is read right there. Writing is rare: a log-in, a 401, and the time of the last use at most
    every ``every_s`` seconds, so other processes may think a session that much more idle than it is.
    """

    def __init__(self, folder: Path, *, every_s: float = 60.0) -> None:
        self._folder = folder
        self._every = timedelta(seconds=every_s)
        self._guard = OneProcessLock()
        self._noted: dict[tuple[tuple[str, ...], int], datetime] = {}
        self._parsed: dict[Path, tuple[bytes, _State]] = {}
        private_folder(folder)

    def _file(self, key: tuple[str, ...], kind: str) -> Path:
        parts = "\x00".join(key)
        return self._folder / f"{hashlib.sha256(parts.encode()).hexdigest()[:40]}.{kind}"

    def _state(self, file: Path) -> _State:
        content = read_private(file)
        if content is None:
            return _State()
        known = self._parsed.get(file)
        if known is None or known[0] != content:
            known = self._parsed[file] = content, _parse(content, name=file.name)
        return known[1]

    def _change(self, key: tuple[str, ...], change: Callable[[_State], _State]) -> _State:
        """Replace the state under the lock; what ``change`` leaves as it was is not written."""
        file = self._file(key, "json")
        with locked(self._file(key, "lock")):
            before = self._state(file)
            after = change(before)
            if after is not before:
                replace_private(file, after.as_bytes())
        return after

    def session(self, key: tuple[str, ...]) -> SharedSession:
        """The generation that counts now, when its token was first used, and when last, by any process."""
        state = self._state(self._file(key, "json"))
        return SharedSession(generation=state.generation, since=state.since, last_used=state.last_used)

    def give_up(self, key: tuple[str, ...], *, generation: int) -> int:
        """End this generation for every process; returns the one to log in for."""

        def change(state: _State) -> _State:
            return _State(generation=generation + 1) if state.generation == generation else state

        return self._change(key, change).generation

    def used(self, key: tuple[str, ...], *, generation: int, now: datetime) -> None:
        """Note the use for the others, now and then."""
        with self._guard:
            noted = self._noted.get((key, generation))
            if noted is not None and abs(now - noted) < self._every:
                return
            self._noted = {k: v for k, v in self._noted.items() if k[0] != key} | {(key, generation): now}

        def change(state: _State) -> _State:
            newer = state.last_used is None or state.last_used < now
            if not newer or state.generation != generation:
                return state
            return replace(state, since=state.since or now, last_used=now)

        self._change(key, change)

    def try_lock(self, key: tuple[str, ...]) -> Callable[[], None] | None:
        """The right to log in, as what gives it back; None while another process logs in."""
        descriptor = try_lock(self._file(key, "login"))
        return None if descriptor is None else partial(unlock, descriptor)

    def recall(self, key: tuple[str, ...], *, generation: str) -> Response | None:
        """The answer to the log-in of this generation, if one was remembered."""
        state = self._state(self._file(key, "json"))
        return state.answer if str(state.generation) == generation else None

    def remember(self, key: tuple[str, ...], *, generation: str, response: Response) -> None:
        """Keep status and body of the answer, unless the generation was given up meanwhile."""
        answer = Response(status=response.status, body=response.body)

        def change(state: _State) -> _State:
            return replace(state, answer=answer) if str(state.generation) == generation else state

        self._change(key, change)

"""The cassette in vcrpy's machine: vcrpy stands between client and network, this decides what it does.

vcrpy's own matching, redaction and files are not used. It replaces the one method through which httpx and
httpx2, synchronous and asynchronous, send; the replacement asks ``can_play_response_for``, then
``play_response`` or, after sending, ``append``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from vcr.cassette import Cassette as VcrCassette  # type: ignore[import-untyped]  # vcrpy ships no types
from vcr.record_mode import RecordMode  # type: ignore[import-untyped]  # vcrpy ships no types

from .bodies import body_bytes
from .document import BodyKind, Cassette, Interaction, Pairs, StoredBody, StoredResponse
from .errors import HOST_REFUSED, NOT_AS_WRITTEN, UNUSED, CassetteError
from .matching import difference
from .placeholders import PLACEHOLDER, Placeholders
from .redactor import RawExchange

__all__ = ["PlayingTape", "RecordingTape"]


class _Tape(VcrCassette):  # type: ignore[misc]  # its base is untyped
    """What both tapes share: a count of the requests seen, and the first thing that went wrong."""

    def __init__(self, *, name: str, mode: Any) -> None:
        super().__init__(path=name, record_mode=mode)
        self.name = name
        self.seen = 0
        self.failure: CassetteError | None = None
        self._lock = threading.Lock()

    @classmethod
    def load(cls, *, path: str, tape: _Tape) -> _Tape:  # noqa: ARG003 - vcrpy demands a path
        """The tape itself: vcrpy makes its cassettes through this when a block is entered."""
        return tape

    def _save(self, *_force: object) -> None:
        """Nothing: files are the persister's affair, after vcrpy has left the stage."""

    def failed(self, error: CassetteError) -> CassetteError:
        """The error, remembered if it is the first, so that code which swallows it does not hide it."""
        self.failure = self.failure or error
        return error


def _headers(request: Any) -> Pairs:
    return tuple((str(name), str(value)) for name, value in request.headers.items())


class PlayingTape(_Tape):
    """Answers from a cassette and never from a server."""

    def __init__(self, cassette: Cassette, *, name: str, ordered: bool) -> None:
        super().__init__(name=name, mode=RecordMode.NONE)
        self._interactions = cassette.interactions
        self._ordered = ordered
        self._used: set[int] = set()
        self._places = Placeholders()
        self._ready: dict[int, StoredResponse] = {}

    def can_play_response_for(self, request: Any) -> bool:
        """Always: a request that is not on the tape is an error."""
        with self._lock:
            self.seen += 1
            self._ready[id(request)] = self._find(request).response
        return True

    def play_response(self, request: Any) -> dict[str, object]:
        """The answer found, its placeholders alive, in vcrpy's form."""
        with self._lock:
            return _alive(self._ready.pop(id(request)), self._places)

    def _find(self, request: Any) -> Interaction:
        waiting = [i for i in range(len(self._interactions)) if i not in self._used]
        differs = "there are no more"
        for index in waiting[:1] if self._ordered else waiting:
            trial = self._places.copy()
            found = difference(
                self._interactions[index].request,
                method=request.method,
                url=request.uri,
                headers=_headers(request),
                body=request.body or b"",
                places=trial,
            )
            if found is None:
                self._used.add(index)
                self._places = trial
                return self._interactions[index]
            differs = found
        raise self.failed(
            CassetteError(
                NOT_AS_WRITTEN, name=self.name, number=self.seen, method=request.method, what=differs
            )
        )

    def finish(self) -> None:
        """Demand that everything was used."""
        unused = len(self._interactions) - len(self._used)
        if unused:
            raise CassetteError(UNUSED, name=self.name, unused=unused, count=len(self._interactions))


class RecordingTape(_Tape):
    """Lets requests pass to servers that may be recorded, and keeps what was said in memory."""

    def __init__(self, *, name: str, may_record: Callable[[str], bool]) -> None:
        super().__init__(name=name, mode=RecordMode.ALL)
        self._may_record = may_record
        self.exchanges: list[RawExchange] = []

    def can_play_response_for(self, request: Any) -> bool:
        """Never; a server that may not be recorded is refused before anything is sent."""
        with self._lock:
            self.seen += 1
        if not self._may_record(urlsplit(request.uri).hostname or ""):
            raise self.failed(CassetteError(HOST_REFUSED, name=self.name))
        return False

    def append(self, request: Any, response: Any) -> None:
        """Keep one exchange."""
        answer_headers = tuple((name, one) for name, values in response["headers"].items() for one in values)
        exchange = RawExchange(
            method=request.method,
            url=request.uri,
            headers=_headers(request),
            body=request.body or b"",
            status=response["status"]["code"],
            answer_headers=answer_headers,
            answer=response["body"]["string"],
        )
        with self._lock:
            self.exchanges.append(exchange)


def _alive(stored: StoredResponse, places: Placeholders) -> dict[str, object]:
    headers: dict[str, list[str]] = {}
    for name, value in stored.headers:
        headers.setdefault(name, []).append(places.alive(value))
    content = _alive_content(stored.body.content, places)
    body = body_bytes(StoredBody(kind=stored.body.kind, content=content))
    return {
        "status": {"code": stored.status, "message": ""},
        "headers": headers,
        "body": {"string": body if stored.body.kind is not BodyKind.NONE else b""},
    }


def _alive_content(value: object, places: Placeholders) -> object:
    if isinstance(value, dict):
        return {places.alive(key): _alive_content(part, places) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_alive_content(part, places) for part in value]
    if not isinstance(value, str):
        return value
    text = places.alive(value)
    match = PLACEHOLDER.fullmatch(value)
    return _number(text) if match and match[1] == "number" else text


def _number(text: str) -> int | float | str:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text

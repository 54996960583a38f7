"""Signals that ask a command to end, as an exception that lets it end in good order."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

__all__ = ["Signalled", "until_signalled"]

_Handler: TypeAlias = Callable[[int, FrameType | None], object] | int | None


class Signalled(BaseException):
    """A signal asked the run to end. No ``Exception``, so that nothing on the way takes it for a failure."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def name(self) -> str:
        """The signal's name."""
        return signal.Signals(self.number).name


@contextmanager
def until_signalled() -> Iterator[None]:
    """SIGTERM and SIGINT end what is inside in good order; once is enough.

    Further ones are ignored from then on, so that the command can still say how it ended.
    """

    def end(number: int, _: object) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise Signalled(number)

    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    for each in before:
        signal.signal(each, end)
    try:
        yield
    except Signalled:
        raise
    except BaseException:
        _restore(before)
        raise
    else:
        _restore(before)


def _restore(handlers: Mapping[signal.Signals, _Handler]) -> None:
    for each, handler in handlers.items():
        signal.signal(each, handler)

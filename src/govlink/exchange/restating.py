"""One reason told as another kind of error: what is wrong in a file of ours may be wrong in a message."""

from __future__ import annotations

from typing import TypeVar

from ..errors import GovlinkError

__all__ = ["restated"]

E = TypeVar("E", bound=GovlinkError)


def restated(error: GovlinkError, kind: type[E]) -> E:
    """The same fault and values, raised as ``kind`` because the caller knows whose content it is."""
    fresh = kind.__new__(kind)
    GovlinkError.__init__(
        fresh, error.fault, platform=None, operation=None, request_id=None, problems=(), **error.values
    )
    return fresh

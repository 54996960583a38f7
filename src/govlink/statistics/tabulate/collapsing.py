"""Codes that are counted together, so that fewer cells are small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .columns import check_codes

if TYPE_CHECKING:
    from ..policy import Collapse

__all__ = ["collapsed", "into_of"]


def into_of(rules: tuple[Collapse, ...], dimension: str) -> dict[str, str]:
    """Each code of a dimension that is counted under another one, with that one."""
    return {code: into for rule in rules if rule.dimension == dimension for code, into in rule.into}


def collapsed(codes: Sequence[str], into: Mapping[str, str], *, column: str) -> tuple[str, ...]:
    """Each code, or the one it is counted under, in the order given.

    Raises:
        RejectedError: what they are counted under is no code that may be published.
    """
    check_codes(into.values(), column=column)
    return tuple(into.get(code, code) for code in codes)

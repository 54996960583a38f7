"""The count that lies in a sum: where everybody adds the same, the sums tell how many they are."""

from __future__ import annotations

from dataclasses import replace

from ..tabulate import RawTable

__all__ = ["contributors_of"]


def contributors_of(raw: RawTable) -> RawTable:
    """Of a table of sums, the table that counts who adds more than 0; a table of counts is its own."""
    if raw.contributions is None:
        return raw
    paying = tuple(parts.paying for parts in raw.contributions)
    return replace(raw, counts=paying, contributions=None, measured="", cell_keys=None, cell_key_id="")

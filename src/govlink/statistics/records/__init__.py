"""Records to count or to judge: in a file, in mappings, in a data frame, or in a DuckDB relation.

This is the only place that opens them. Statements are in the engine's own language. Nothing is
downloaded while an agency's records are being read, and what the engine says when it fails may quote a
record, so its own errors go no further.
"""

from .opening import asking, grouping
from .sources import ANYTHING, CATEGORIES, RECORDS, WHOLE, Ask, Records, literal, quoted

__all__ = [
    "ANYTHING",
    "CATEGORIES",
    "RECORDS",
    "WHOLE",
    "Ask",
    "Records",
    "asking",
    "grouping",
    "literal",
    "quoted",
]

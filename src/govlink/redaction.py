"""What may be shown of a request or a text: the one place that decides.

Logs are made from an allow-list (operation, method, path, status, sizes); this module handles the two
things that list still has to look at: the path, and free text from elsewhere.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["REDACTED", "redacted_path", "redacted_text"]

REDACTED = "***"

_CITIZEN = re.compile(r"(?<!\d)\d(?:[ -]?\d){12}(?!\d)")
_QUERY = re.compile(r"\?\S*")
_TOKEN_SHAPED = re.compile(
    r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|\b[A-Za-z0-9_-]{40,}\b|\beyJ[\w.-]+"
)
_BEARER = re.compile(r"(?i)\b(bearer|token|apikey|consumer-?secret|consumer-?key)(\W{1,3})\S+")


def redacted_path(url: str) -> str:
    """The path of a URL without host and query, with anything like a citizen number masked."""
    return _CITIZEN.sub(REDACTED, urlsplit(url).path)


def redacted_text(text: str) -> str:
    """Free text with queries, tokens and 13-digit numbers masked. For text that is not ours."""
    text = _BEARER.sub(rf"\1\2{REDACTED}", _QUERY.sub(f"?{REDACTED}", text))
    return _CITIZEN.sub(REDACTED, _TOKEN_SHAPED.sub(REDACTED, text))

"""Shapes that must not be left in a cassette: tokens, keys, citizen numbers, addresses of a machine."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from ...errors import RejectedError
from ...models.identity import CitizenId
from ...models.text import from_thai_digits

__all__ = [
    "SHORTEST_SECRET",
    "UUID_SHAPE",
    "inner_text",
    "is_local",
    "is_name",
    "is_token_shaped",
    "real_people",
    "variants",
]

UUID_SHAPE = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
)
_TOKEN = re.compile(
    UUID_SHAPE.pattern
    + r"|eyJ[\w-]{6,}"  # a JSON object in Base64: the head of every JWT
    + r"|(?i:\b(?:bearer|basic)\s+)[\w+/=.~-]{12,}"
    + "|-----BEGIN [A-Z ]*" + "PRIVATE KEY-----"
)  # fmt: skip
_DIGEST = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,128}(?![0-9A-Za-z])")
_CITIZEN = re.compile(r"(?<!\d)(?:\d{13}|\d[ -]\d{4}[ -]\d{5}[ -]\d{2}[ -]\d)(?!\d)")
_LOCAL = re.compile(r"(?i)(?<![\w.])(?:127(?:\.\d{1,3}){3}|0\.0\.0\.0|localhost|\[::1?\])(?!\w)")
_NAME = re.compile(r"(?!(?:\D*\d){7})[A-Za-z0-9_$@][A-Za-z0-9_$@.:~-]{0,47}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
SHORTEST_SECRET = 4
"""Shorter ones are found by their place, not by their value: they would be found in any word."""


def is_token_shaped(text: str) -> bool:
    """Whether a UUID, a JWT, a bearer's or a private key is in the text."""
    return _TOKEN.search(text) is not None


def real_people(text: str) -> Iterator[str]:
    """The citizen numbers in the text, as they are written, that a real person may have.

    A number of 13 digits with a right check digit whose province is not 97 to 99; digests are passed
    over, because a run of digits in one means nothing.
    """
    plain = _DIGEST.sub(lambda match: "x" * len(match[0]), from_thai_digits(text))
    for match in _CITIZEN.finditer(plain):
        try:
            number = CitizenId.parse(match[0])
        except RejectedError:
            continue
        if not number.is_reserved:
            yield text[match.start() : match.end()]


def is_name(text: str) -> bool:
    """Whether the text looks like a name of the protocol: ASCII, short, with no more than six digits."""
    return _NAME.fullmatch(text) is not None


def is_local(text: str) -> bool:
    """Whether an address of the machine itself is in the text."""
    return _LOCAL.search(text) is not None


def variants(secret: str) -> frozenset[str]:
    """The spellings in which a secret may hide: as it is, percent-encoded, in Base64."""
    if len(secret) < SHORTEST_SECRET:
        return frozenset()
    coded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return frozenset(
        {secret, quote(secret, safe=""), quote_plus(secret), coded[:-1] if len(coded) > 8 else coded}
    )


def inner_text(text: str) -> str:
    """What is inside a text that is Base64 as a whole, or nothing."""
    if _BASE64.fullmatch(text) is None:
        return ""
    bare = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4)).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""

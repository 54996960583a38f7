"""Secrets that nobody can guess, because nobody made them up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..errors import ConfigError, Fault

if TYPE_CHECKING:
    from pydantic import SecretStr

__all__ = ["demand_random"]

GUESSABLE = Fault(
    "statistics.secret_guessable",
    en="{place}: the secret must be 32 random bytes or more in hexadecimal or base64, as"
    " 'openssl rand -hex 32' makes them; words and dates are guessed",
    th="{place}: ความลับต้องเป็นไบต์สุ่มอย่างน้อย 32 ไบต์ในรูปเลขฐานสิบหกหรือ base64 เช่นที่ได้จาก"
    " 'openssl rand -hex 32' ความลับที่เป็นคำหรือวันที่ถูกเดาได้",
)

_HEX = re.compile(r"[0-9a-f]{64,}|[0-9A-F]{64,}")
_BASE64 = re.compile(r"(?:[0-9A-Za-z+/]{43,}|[0-9A-Za-z_-]{43,})={0,2}")
_FEWEST_OF_HEX, _FEWEST_OF_BASE64 = 11, 20  # different ones; fewer are hardly ever drawn
_FEWEST_OF_A_CASE = 4


def demand_random(secret: SecretStr, *, place: str) -> None:
    """Refuse a secret that looks made up by a person; what looks random may still be known to somebody.

    Args:
        secret: As text.
        place: What errors call it.

    Raises:
        ConfigError: it is shorter than 32 bytes, in another form, or has too few different characters.
    """
    text = secret.get_secret_value()
    if not (_is_random_hex(text) or _is_random_base64(text)):
        raise ConfigError(GUESSABLE, place=place)


def _is_random_hex(text: str) -> bool:
    return bool(_HEX.fullmatch(text)) and len(set(text)) >= _FEWEST_OF_HEX


def _is_random_base64(text: str) -> bool:
    cases = (sum(map(str.isupper, text)), sum(map(str.islower, text)))
    mixed = min(cases) >= _FEWEST_OF_A_CASE and len(set(text)) >= _FEWEST_OF_BASE64
    return bool(_BASE64.fullmatch(text)) and mixed

"""Thai text as it arrives: digits of two scripts, invisible characters, decomposed vowels."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["clean_text", "from_thai_digits", "to_thai_digits"]

_THAI = "๐๑๒๓๔๕๖๗๘๙"
_TO_ARABIC = str.maketrans(_THAI, "0123456789")
_TO_THAI = str.maketrans("0123456789", _THAI)
_SPLIT_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


def from_thai_digits(text: str) -> str:
    """Thai digits become Arabic ones; everything else stays."""
    return text.translate(_TO_ARABIC)


def to_thai_digits(text: str) -> str:
    """Arabic digits become Thai ones; everything else stays."""
    return text.translate(_TO_THAI)


def clean_text(text: str) -> str:
    """NFC, without zero-width characters, SARA AM whole, white space folded to single blanks.

    NFC and not NFKC: NFKC splits SARA AM (ำ) into two characters, and the Thai word no longer
    equals itself. NFC leaves a SARA AM that arrives in two characters, so it is joined here.
    """
    visible = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return " ".join(_SPLIT_SARA_AM.sub("\\1\u0e33", visible).split())

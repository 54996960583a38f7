"""Texts that a spreadsheet would run as a formula, made inert in files for people; the one rule for it."""

from __future__ import annotations

__all__ = ["inert", "is_active", "original"]

_GUARD = "'"
# The guard guards itself, so that whoever takes one off each text that has it gets the texts back.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", _GUARD)


def is_active(text: str) -> bool:
    """Whether the text begins like a formula, or with the quote mark that makes one inert."""
    return text.startswith(_ACTIVE)


def inert(text: str) -> str:
    """The text, with a quote mark before it if it is active."""
    return _GUARD + text if is_active(text) else text


def original(text: str) -> str:
    """The text that was made inert."""
    return text.removeprefix(_GUARD)

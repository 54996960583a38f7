"""Checks before anything is sent. The server enforces 12 of the 14 items, and few values (tried)."""

from __future__ import annotations

from .live import check_against, drift_of
from .notes import notes_of
from .rules import check_dataset

__all__ = ["check_against", "check_dataset", "drift_of", "notes_of"]

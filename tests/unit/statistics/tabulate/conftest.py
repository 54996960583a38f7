"""A database for the tests that ask one."""

from __future__ import annotations

from tests.postgresql import postgresql

__all__ = ["postgresql"]

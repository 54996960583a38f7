"""What the tests of the service share."""

from __future__ import annotations

from tests.postgresql import postgresql

__all__ = ["postgresql"]

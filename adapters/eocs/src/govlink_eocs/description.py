"""The interface's description, as shipped with this package."""

from __future__ import annotations

import json
from importlib.resources import files

__all__ = ["interface_description"]


def interface_description() -> dict[str, object]:
    """The OpenAPI 3.1 document of the E-OCS interface (modelled), a fresh copy at each call."""
    text = files(__package__).joinpath("openapi.json").read_text(encoding="utf-8")
    description: dict[str, object] = json.loads(text)
    return description

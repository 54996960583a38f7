"""What gunicorn loads: the application, made once, and each worker's own connections."""

from __future__ import annotations

import os
from typing import Any

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckanext.datastore.backend import postgres

from ckan import model

application: Any = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())


def close_inherited_connections() -> None:
    """Let a new worker open its own: two processes on one connection would read each other's answers."""
    for engine in (model.meta.engine, *postgres._engines.values()):
        engine.dispose(close=False)

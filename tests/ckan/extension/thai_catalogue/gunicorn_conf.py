"""Settings of gunicorn. One load for all workers: four would take half a minute on a small machine."""

from __future__ import annotations

from typing import Any

wsgi_app = "thai_catalogue.serve:application"
timeout = 120
graceful_timeout = 1
preload_app = True
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """Runs in each new worker."""
    from thai_catalogue.serve import close_inherited_connections

    close_inherited_connections()

"""The guard that keeps every test on this machine."""

from __future__ import annotations

import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_connections_beyond_loopback_are_refused(host: str) -> None:
    """Documentation addresses: even if the guard failed, nobody would be reached."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.2)
        with pytest.raises(pytest.fail.Exception, match="network"):
            probe.connect((host, 80))


def test_names_are_not_looked_up() -> None:
    """A look-up alone already tells somebody what is being tested."""
    with pytest.raises(pytest.fail.Exception, match="network"):
        socket.getaddrinfo("name.invalid", 443)


def test_loopback_is_allowed() -> None:
    """The sandbox is there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        socket.create_connection(listener.getsockname()).close()

"""The pytest plugin: what it offers, and that it does nothing unasked.

Suites run in a process of their own: run in this one, pytester takes back every module that they were the
first to import, and a library that kept one then meets its own classes twice.
"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from govlink.testing.plugin import loopback_only

pytest_plugins = ["pytester"]

ELSEWHERE = "192.0.2.1"  # reserved for documentation: no machine has it

REACHING_OUT = f"""
import socket

def test_reaching_out():
    with socket.socket() as s:
        s.settimeout(0.01)
        s.connect(("{ELSEWHERE}", 9))
"""


@pytest.mark.parametrize("call", ["connect", "connect_ex"])
def test_guard_fails_a_connection_elsewhere(call: str) -> None:
    """A test that connects to another machine fails, even if it catches every exception."""
    with loopback_only(), socket.socket() as out, pytest.raises(pytest.fail.Exception, match=ELSEWHERE):
        getattr(out, call)((ELSEWHERE, 9))


@pytest.mark.parametrize("host", ["name.invalid", b"name.invalid"])
def test_guard_fails_asking_for_a_name(host: str | bytes) -> None:
    """A name server is another machine, too."""
    with loopback_only(), pytest.raises(pytest.fail.Exception, match=r"name\.invalid"):
        socket.getaddrinfo(host, 443)


def test_guard_lets_loopback_through() -> None:
    """A sandbox on this machine can be reached, by number and by name."""
    with loopback_only(), socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        socket.create_connection(address).close()
        assert socket.getaddrinfo("localhost", address[1])
        with socket.socket() as out:
            assert out.connect_ex(address) == 0


def test_guard_lets_sockets_of_the_system_through(tmp_path: Path) -> None:
    """A socket that is a file cannot leave the machine."""
    path = str(tmp_path / "s")
    with loopback_only(), socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as out:
        server.bind(path)
        server.listen()
        out.connect(path)


def test_guard_leaves_no_trace() -> None:
    """Afterwards everything is as it was."""
    before = (socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo)
    with loopback_only():
        assert socket.socket.connect is not before[0]
    assert (socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo) == before


def test_nothing_is_guarded_unasked(pytester: pytest.Pytester) -> None:
    """A user's suite that never heard of govlink runs as without it."""
    pytester.makepyfile(
        "import socket\nC = socket.socket.connect\ndef test_c():\n    assert 'guarded' not in repr(C)"
    )
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=1)


def test_option_guards_every_test(pytester: pytest.Pytester) -> None:
    """With the option, a test that reaches out fails, and the message says where to."""
    pytester.makepyfile(REACHING_OUT)
    result = pytester.runpytest_subprocess("-q", "--govlink-loopback-only")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*tried to leave the machine*{ELSEWHERE}*"])


def test_fixture_guards_one_test(pytester: pytest.Pytester) -> None:
    """A single test can ask for the guard."""
    pytester.makepyfile(REACHING_OUT.replace("reaching_out()", "reaching_out(govlink_loopback_only)"))
    pytester.runpytest_subprocess("-q").assert_outcomes(failed=1)


def test_sandbox_is_new_for_each_test(pytester: pytest.Pytester) -> None:
    """Each test gets every installed adapter and nothing that an earlier test left."""
    pytester.makepyfile(
        """
        import pytest
        from govlink.registry import installed_adapters
        from govlink.testing.conformance import EXAMPLE_PERSON, ask_sandbox

        @pytest.mark.parametrize("number", [1, 2])
        def test_sandbox(govlink_sandbox, govlink_loopback_only, number):
            assert not govlink_sandbox.world.people
            govlink_sandbox.world.add_person(EXAMPLE_PERSON)
            platforms = ask_sandbox(govlink_sandbox, "/")["platforms"]
            assert {p["name"] for p in platforms} == set(installed_adapters())
        """
    )
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=2)

"""A real PostgreSQL for the tests that need one: private, on a socket of its own, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["postgresql"]

MISSING = "no PostgreSQL server here; install it with: apt-get install postgresql"


def _programs() -> Path | None:
    """The folder of initdb: Debian keeps it off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _user() -> str | None:
    """PostgreSQL refuses to run as root; its package brings a user for it."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip(MISSING)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server's first database, without its name."""
    programs, user = _programs(), _user()
    if programs is None:
        pytest.skip(MISSING)
    # Not pytest's folder: only its owner may enter that, and the server runs as another user.
    base = Path(tempfile.mkdtemp(prefix="govlink-pg-"))
    data = base / "data"
    if user is not None:
        shutil.chown(base, user)

    def call(*command: str) -> None:
        subprocess.run(command, user=user, cwd=base, check=True, capture_output=True, timeout=60)

    options = f"-c listen_addresses='' -c unix_socket_directories={base} -c fsync=off"
    call(str(programs / "initdb"), "-D", str(data), "-U", "govlink", "-A", "trust", "--no-sync", "-E", "UTF8")
    call(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(base / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://govlink@/{{name}}?host={base}"
    finally:
        call(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(base, ignore_errors=True)

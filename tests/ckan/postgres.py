"""A PostgreSQL cluster of our own on a free loopback port, with nothing to keep after the tests."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from .processes import ServerFailed, child, free_port, wait_until

__all__ = ["Cluster", "programs", "running_cluster", "server_user"]

_OWNER = "ckan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where a running cluster answers. Everybody on this machine's loopback is trusted."""

    port: int

    def url(self, database: str, *, role: str = _OWNER) -> str:
        """The URL of a database, as CKAN's configuration wants it."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def execute(self, database: str, statement: LiteralString | bytes) -> list[tuple[object, ...]]:
        """Run statements outside of any transaction; the rows of the last one that has any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs: Debian keeps it off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def server_user() -> str | None:
    """Who runs the server. PostgreSQL refuses root; its package brings a user for it.

    Raises:
        KeyError: we are root and there is no such user.
    """
    return pwd.getpwnam("postgres").pw_name if os.getuid() == 0 else None


@contextlib.contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """Make a cluster in this new folder and run it, with CKAN's databases and roles in it.

    Raises:
        ServerFailed: it could not be made or started.
    """
    binaries, user = programs(), server_user()
    if binaries is None:
        raise ServerFailed("no PostgreSQL here")
    folder.mkdir()
    if user is not None:
        shutil.chown(folder, user)
    data, port = folder / "data", free_port()
    initdb = (str(binaries / "initdb"), "-D", str(data), "-U", _OWNER, "-A", "trust", "--no-sync")
    made = subprocess.run(
        (*initdb, "--encoding=UTF8", "--locale=C.UTF-8"),
        user=user,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if made.returncode:
        raise ServerFailed(f"initdb failed:\n{made.stderr[-4000:]}")
    options = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "max_connections": "200",
    }
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    cluster = Cluster(port=port)
    command = (str(binaries / "postgres"), "-D", str(data), *flags)
    with child(*command, log=folder / "log", user=user, stop=signal.SIGQUIT) as server:
        wait_until(lambda: _answers(cluster), of=server, what="PostgreSQL", within_s=60)
        cluster.execute("postgres", "CREATE ROLE datastore_ro LOGIN")
        cluster.execute("postgres", "CREATE DATABASE ckan")
        cluster.execute("postgres", "CREATE DATABASE datastore")
        yield cluster


def _answers(cluster: Cluster) -> bool:
    try:
        cluster.execute("postgres", "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True

"""A whole catalogue: the servers together, and what a test may ask of them or do to them."""

from __future__ import annotations

import contextlib
import ctypes.util
import fcntl
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from .postgres import Cluster, programs, running_cluster, server_user
from .processes import Child, child, free_port, wait_until
from .search_index import SearchIndex
from .server import Installation, Server

__all__ = ["ORGANISATION", "ActionFailed", "RealCatalogue", "missing", "running_catalogue"]

ORGANISATION = "obec"
_PREFIX = "govlink-ckan-"
_SETTLED_S = 60.0
"""Before this age another process may be about to lock its folder."""


class ActionFailed(Exception):
    """CKAN refused what the test itself asked for; the message holds the status and the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealCatalogue:
    """A running CKAN with the Thai schema.

    Attributes:
        version: ``2.11`` or ``2.12``.
        url: The site's URL, without a slash at the end.
        organisation: The name of the one organisation.
        editor_token: Of a user who may edit that organisation's datasets, as a script of an agency has.
        member_token: Of a user who may only see its private datasets.
        other_token: Of a user with no rights there.
        sysadmin_token: Of the site's administrator.
        server: CKAN itself, to stop, to start, and to kill workers of.
        index: The search index, to stop and to start.
        cluster: The databases ``ckan`` and ``datastore``.
    """

    version: str
    url: str
    organisation: str
    editor_token: str = field(repr=False)
    member_token: str = field(repr=False)
    other_token: str = field(repr=False)
    sysadmin_token: str = field(repr=False)
    server: Server = field(repr=False)
    index: SearchIndex = field(repr=False)
    cluster: Cluster = field(repr=False)
    redis_port: int = field(repr=False)

    def post(self, action: str, content: Mapping[str, object], *, token: str | None) -> httpx.Response:
        """Call an action as the holder of the token, or as nobody; the answer as it came."""
        headers = {} if token is None else {"Authorization": token}
        url = f"{self.url}/api/3/action/{action}"
        return httpx.post(url, json=dict(content), headers=headers, timeout=120)

    def act(self, action: str, /, **content: object) -> Any:
        """Call an action as the administrator; its result.

        Raises:
            ActionFailed: CKAN refused.
        """
        answer = self.post(action, content, token=self.sysadmin_token)
        if not answer.is_success:
            raise ActionFailed(f"{action}: {answer.status_code} {answer.text[:2000]}")
        return answer.json()["result"]

    @contextlib.contextmanager
    def index_down(self) -> Iterator[None]:
        """The search index is away for the length of the block."""
        self.index.stop()
        try:
            yield
        finally:
            self.index.start()

    @contextlib.contextmanager
    def server_down(self) -> Iterator[None]:
        """CKAN is away for the length of the block."""
        self.server.stop()
        try:
            yield
        finally:
            self.server.start()

    def jobs_worker(self) -> contextlib.AbstractContextManager[Child]:
        """A worker of background jobs runs for the length of the block; without one, jobs only queue up."""
        return self.server.installation.worker_of_jobs()

    def reset(self) -> None:
        """Remove every dataset, also deleted ones, every table and every queued job."""
        for (package,) in self.cluster.execute("ckan", "SELECT id FROM package"):
            self.act("dataset_purge", id=package)
        self.cluster.execute(
            "datastore",
            "DO $$ DECLARE name text; BEGIN"
            " FOR name IN SELECT tablename FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%' LOOP"
            " EXECUTE format('DROP TABLE %I CASCADE', name); END LOOP;"
            " IF to_regclass('_table_stats') IS NOT NULL THEN TRUNCATE _table_stats; END IF; END $$",
        )
        self.index.clear()
        with socket.create_connection(("127.0.0.1", self.redis_port), timeout=10) as redis:
            redis.sendall(b"FLUSHALL\r\n")
            redis.recv(64)


def missing() -> str | None:
    """What this machine lacks for a CKAN, as a command that installs it; None where nothing is."""
    wanted = {
        "postgresql": programs() is not None and _has_server_user(),
        "redis-server": shutil.which("redis-server") is not None,
        "libmagic1": ctypes.util.find_library("magic") is not None,
    }
    packages = [package for package, there in wanted.items() if not there]
    return f"apt-get install {' '.join(packages)}" if packages else None


def _has_server_user() -> bool:
    try:
        server_user()
    except KeyError:
        return False
    return True


@contextlib.contextmanager
def running_catalogue(version: str, *, port: int | None = None) -> Iterator[RealCatalogue]:
    """Start everything, and stop it all at the end. The port is a free one if none is given.

    Raises:
        ServerFailed: something did not come up; the message holds its last words.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(_folder())
        cluster = stack.enter_context(running_cluster(folder / "pg"))
        redis_port = stack.enter_context(_running_redis(folder))
        index = SearchIndex(free_port())
        index.start()
        stack.callback(index.stop)
        installation = Installation.make(
            version,
            folder,
            port=port or free_port(),
            cluster=cluster,
            redis_port=redis_port,
            index_url=index.url,
        )
        server = stack.enter_context(Server(installation).running())
        yield RealCatalogue(
            version=version,
            url=server.url,
            organisation=ORGANISATION,
            editor_token=installation.tokens["editor"],
            member_token=installation.tokens["member"],
            other_token=installation.tokens["stranger"],
            sysadmin_token=installation.tokens["sysadmin"],
            server=server,
            index=index,
            cluster=cluster,
            redis_port=redis_port,
        )


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user may pass through too. Those of killed runs are swept first."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/lock"):
        with contextlib.suppress(OSError), left.open("r") as lock:
            if time.time() - left.stat().st_mtime < _SETTLED_S:
                continue
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left.parent, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o755)
    try:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running_redis(folder: Path) -> Iterator[int]:
    port = free_port()
    command = ("redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")

    def answers() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as redis:
            redis.sendall(b"PING\r\n")
            return redis.recv(16).startswith(b"+PONG")
        return False

    with child(*command, log=folder / "redis.log") as server:
        wait_until(answers, of=server, what="Redis", within_s=30)
        yield port

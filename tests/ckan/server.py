"""CKAN under gunicorn: made ready once, then started, killed and started again at will."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from .configuration import write_configuration
from .environments import environment
from .postgres import Cluster
from .processes import Child, ServerFailed, child, wait_until

__all__ = ["Installation", "Server"]

_EXTENSION = Path(__file__).with_name("extension")
_WORKERS = 4
_DIST_INFO = "govlink_thai_catalogue-1.0.dist-info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An environment and a configuration, the databases filled."""

    python: Path
    folder: Path
    port: int
    environ: Mapping[str, str] = field(repr=False)
    tokens: Mapping[str, str] = field(repr=False)

    @classmethod
    def make(
        cls, version: str, folder: Path, *, port: int, cluster: Cluster, redis_port: int, index_url: str
    ) -> Installation:
        """Configure a CKAN in the folder, make its tables and its people.

        Raises:
            ServerFailed: the environment could not be made, or CKAN refused to be set up.
        """
        python = environment(version) / "bin" / "python"
        ini = write_configuration(
            folder, port=port, cluster=cluster, redis_port=redis_port, index_url=index_url
        )
        _register_extension(folder)
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "CKAN_INI": str(ini),
            "PYTHONPATH": f"{_EXTENSION}:{folder}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        _run(python.with_name("ckan"), "db", "init", environ=environ, folder=folder)
        made = json.loads(_run(python, "-m", "thai_catalogue.people", environ=environ, folder=folder))
        _apply(made["permissions"], cluster)
        return cls(python=python, folder=folder, port=port, environ=environ, tokens=made["tokens"])

    def worker_of_jobs(self) -> contextlib.AbstractContextManager[Child]:
        """CKAN's worker of background jobs; with 2.12 it patches ``last_modified`` after writes of rows."""
        command = (self.python.with_name("ckan"), "jobs", "worker")
        return child(*command, log=self.folder / "jobs.log", environ=self.environ)


def _register_extension(folder: Path) -> None:
    """CKAN finds plugins by the entry points of installed distributions: this is one, nearly."""
    info = folder / _DIST_INFO
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: govlink-thai-catalogue\nVersion: 1.0\n")
    points = "[ckan.plugins]\nthai_catalogue = thai_catalogue.plugin:ThaiCataloguePlugin\n"
    (info / "entry_points.txt").write_text(points)


def _run(*command: str | Path, environ: Mapping[str, str], folder: Path) -> str:
    result = subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True, timeout=300)
    if result.returncode:
        raise ServerFailed(f"{' '.join(map(str, command))} failed:\n{result.stderr[-4000:]}")
    return result.stdout


def _apply(script: str, cluster: Cluster) -> None:
    """Run a script made for psql, which connects to the datastore's database first."""
    statements = "\n".join(line for line in script.splitlines() if not line.startswith("\\"))
    cluster.execute("datastore", statements.encode())


class Server:
    """One installation's gunicorn, with four workers."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.url = f"http://127.0.0.1:{installation.port}"
        self._running = contextlib.ExitStack()
        self._master: Child | None = None

    @contextlib.contextmanager
    def running(self) -> Iterator[Server]:
        """Run until the block ends, whatever happened in between."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def start(self) -> None:
        """Come up and answer.

        Raises:
            ServerFailed: it did not.
        """
        installation = self.installation
        command = (installation.python, "-m", "gunicorn", "-c", "python:thai_catalogue.gunicorn_conf")
        bind = ("--bind", f"127.0.0.1:{installation.port}", "--workers", str(_WORKERS))
        log = installation.folder / "gunicorn.log"
        self._master = self._running.enter_context(
            child(*command, *bind, log=log, environ=installation.environ)
        )
        try:
            wait_until(self._answers, of=self._master, what="CKAN", within_s=120)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Go down; connections are refused from now on."""
        self._running.close()
        self._master = None

    def workers(self) -> tuple[int, ...]:
        """The process numbers of gunicorn's workers, killed ones that it has yet to notice left out."""
        if self._master is None:
            return ()
        master = self._master.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text("ascii")
        return tuple(worker for worker in map(int, children.split()) if _stat(worker)[0] not in "ZX")

    def kill_busiest_worker(self) -> int:
        """SIGKILL the worker that works hardest at this moment; gunicorn makes a new one."""
        before = {worker: _cpu_ticks(worker) for worker in self.workers()}
        time.sleep(0.1)
        busiest = max(before, key=lambda worker: _cpu_ticks(worker) - before[worker])
        _kill(busiest)
        return busiest

    def kill_workers(self) -> None:
        """SIGKILL all of them at once: every call under way loses its answer."""
        for worker in self.workers():
            _kill(worker)

    def _answers(self) -> bool:
        try:
            answer = httpx.get(f"{self.url}/api/3/action/status_show", timeout=30)
        except httpx.HTTPError:
            return False
        return answer.is_success and len(self.workers()) == _WORKERS


def _kill(process: int) -> None:
    """Return when it is really gone: the kernel may take a moment."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    while _stat(process)[0] not in "ZX":
        time.sleep(0.005)


def _stat(process: int) -> list[str]:
    """State, parent and so on as the kernel tells them; the state X (dead) where it tells nothing."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["X", *["0"] * 12]


def _cpu_ticks(process: int) -> int:
    fields = _stat(process)
    return int(fields[11]) + int(fields[12])

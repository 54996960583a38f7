"""Where a machine keeps what it knows of publications: one lock and one journal for each dataset.

Both belong to a dataset of a catalogue, not to a release file: two files that publish to one name must not
run at the same time either.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .._private_files import private_folder, try_lock, unlock
from ..config import Config
from ..errors import ConfigError, Fault, TryAgainError
from ..interfaces import AnyAdapter

__all__ = ["Place", "address_of", "default_state_folder"]

LOCKED = Fault(
    "publishing.locked",
    en="another run is publishing the dataset {dataset}",
    th="มีการเผยแพร่ชุดข้อมูล {dataset} อยู่แล้วในขณะนี้",
)
NO_HOME = Fault(
    "publishing.no_home",
    en="there is no home folder to keep the state in; name a folder with --state, or --state none",
    th="ไม่มีโฟลเดอร์ประจำตัวผู้ใช้สำหรับเก็บสถานะ ให้ระบุโฟลเดอร์ด้วย --state หรือใช้ --state none",
)
UNUSABLE = Fault(
    "publishing.state_unusable",
    en="the state folder cannot be used ({reason}); name another with --state, or use --state none",
    th="ใช้โฟลเดอร์เก็บสถานะไม่ได้ ({reason}) ให้ระบุโฟลเดอร์อื่นด้วย --state หรือใช้ --state none หากไม่ต้องการเก็บ",
)


def default_state_folder(environ: Mapping[str, str]) -> Path:
    """``govlink/publish`` in the user's own folder for state (XDG Base Directory Specification).

    Raises:
        ConfigError: the user has no home folder.
    """
    given = Path(environ.get("XDG_STATE_HOME", ""))
    if given.is_absolute():
        return given / "govlink" / "publish"
    try:
        return Path.home() / ".local" / "state" / "govlink" / "publish"
    except RuntimeError:
        raise ConfigError(NO_HOME) from None


def address_of(config: Config, adapter: AnyAdapter) -> str:
    """What tells one catalogue from another: its URL, or that of the adapter's first operation.

    Raises:
        ConfigError: the settings are not valid.
    """
    settings = adapter.settings.from_values(config.values_for(adapter), platform=adapter.name)
    named = getattr(settings, "catalogue_url", None) or settings.hosts.get("catalogue")
    if named:
        return str(named).rstrip("/")
    return str(settings.url_of(adapter.endpoints[0], platform=adapter.name))


class Place:
    """The files of one dataset of one catalogue in a state folder."""

    def __init__(self, folder: Path, *, address: str, dataset: str) -> None:
        digest = hashlib.sha256(f"{address}\n{dataset}".encode()).hexdigest()[:16]
        readable = re.sub(r"[^A-Za-z0-9_-]", "_", dataset)[:70]
        self._folder = folder
        self._dataset = dataset
        self._stem = f"{readable}-{digest}"

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self._folder / f"{self._stem}.jsonl"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the dataset's lock; the folder is made if it is not there.

        Raises:
            TryAgainError: another run holds it.
            ConfigError: the folder cannot be used, or others may look into it.
        """
        try:
            private_folder(self._folder)
            descriptor = try_lock(self._folder / f"{self._stem}.lock")
        except ConfigError as error:
            raise ConfigError(UNUSABLE, reason=error.code) from error
        if descriptor is None:
            raise TryAgainError(LOCKED, dataset=self._dataset)
        try:
            yield
        finally:
            unlock(descriptor)

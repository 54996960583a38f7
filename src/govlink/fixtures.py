"""Finding the files shipped beside the code: in a clone at its top, in a wheel inside the package."""

from __future__ import annotations

from pathlib import Path

from .errors import ConfigError, Fault

__all__ = ["fixture_path"]

FIXTURE_MISSING = Fault(
    "fixtures.missing",
    en="the shipped file {name} is not there; reinstall govlink or run from a clone",
    th="ไม่พบไฟล์ {name} ที่มากับโครงการ ให้ติดตั้ง govlink ใหม่หรือเรียกใช้จากสำเนาที่ clone มา",
)


def fixture_path(name: str) -> Path:
    """The path of a shipped file, by its path under ``fixtures/``.

    Raises:
        ConfigError: it is not there.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "_fixtures", package.parents[1] / "fixtures"):
        path = root / name
        if path.is_file():
            return path
    raise ConfigError(FIXTURE_MISSING, name=name)

"""The settings a command works with: those of a file, or those of a sandbox started without one."""

from __future__ import annotations

from pathlib import Path

from ..config import Config, load_config
from ..errors import ConfigError, Fault
from ..registry import load_adapter

__all__ = ["settings_of"]

TWO_PLACES = Fault(
    "exchange.two_places",
    en="--sandbox brings its own settings; leave --config out",
    th="--sandbox มีค่าตั้งของตนเองอยู่แล้ว ไม่ต้องระบุ --config",
)


def settings_of(config: Path | None, *, sandbox: str | None, platform: str) -> Config:
    """The settings of the file, govlink.toml by default; with a sandbox's URL those that reach it.

    Raises:
        ConfigError: both are given, or the file is not in order.
    """
    if sandbox is None:
        return load_config(config)
    if config is not None:
        raise ConfigError(TWO_PLACES)
    from ..sandbox.server import RunningSandbox, settings_for
    from ..sandbox.toolkit import World

    there = RunningSandbox(url=sandbox, world=World(), faults=[])
    values = settings_for(load_adapter(platform), there)
    return Config(sandbox_url=sandbox, platforms={platform: values})

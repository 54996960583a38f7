"""Finding adapters: entry-point metadata is read, code is loaded only for the platform asked for.

Two distributions that claim one name are an error, never an override: otherwise any installed
package could put itself in a platform's place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from .errors import ConfigError, Fault
from .interfaces import CONTRACT, Adapter, AnyAdapter

__all__ = ["GROUP", "InstalledAdapter", "installed_adapters", "load_adapter"]

GROUP = "govlink.adapters"

UNKNOWN_PLATFORM = Fault(
    "registry.unknown_platform",
    en="no adapter is installed for platform {name}; installed: {known}",
    th="ไม่มีอะแดปเตอร์ของแพลตฟอร์ม {name} ที่ติดตั้งแล้ว: {known}",
)
NAME_CLASH = Fault(
    "registry.name_clash",
    en="the distributions {distributions} both claim the platform {name}; remove one",
    th="แพ็กเกจ {distributions} ใช้ชื่อแพลตฟอร์ม {name} ซ้ำกัน ให้ถอนออกหนึ่งแพ็กเกจ",
)
NOT_AN_ADAPTER = Fault(
    "registry.not_an_adapter",
    en="{distribution} offers something for {name} that is not an adapter of that name",
    th="{distribution} ให้ค่าสำหรับ {name} ที่ไม่ใช่อะแดปเตอร์ชื่อนั้น",
)
CONTRACT_MISMATCH = Fault(
    "registry.contract_mismatch",
    en="{distribution} was written for adapter contract {theirs}, this govlink speaks {ours}",
    th="{distribution} ใช้สัญญาอะแดปเตอร์รุ่น {theirs} แต่ govlink นี้ใช้รุ่น {ours}",
)
NOT_LOADABLE = Fault(
    "registry.not_loadable",
    en="the adapter {name} of {distribution} cannot be imported ({kind})",
    th="โหลดอะแดปเตอร์ {name} ของ {distribution} ไม่ได้ ({kind})",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledAdapter:
    """What the metadata says of an adapter, without loading it."""

    name: str
    distribution: str
    version: str
    entry_point: EntryPoint


def installed_adapters(points: Iterable[EntryPoint] | None = None) -> dict[str, InstalledAdapter]:
    """All installed adapters by name. ``points`` replaces the environment's, for tests.

    Raises:
        ConfigError: two distributions claim one name.
    """
    found: dict[str, InstalledAdapter] = {}
    for point in entry_points(group=GROUP) if points is None else points:
        distribution = point.dist.name if point.dist else "?"
        known = found.get(point.name)
        if known is not None and known.distribution != distribution:
            both = f"{known.distribution}, {distribution}"
            raise ConfigError(NAME_CLASH, name=point.name, distributions=both)
        version = point.dist.version if point.dist else "?"
        found[point.name] = InstalledAdapter(
            name=point.name, distribution=distribution, version=version, entry_point=point
        )
    return dict(sorted(found.items()))


def load_adapter(name: str, points: Iterable[EntryPoint] | None = None) -> AnyAdapter:
    """Import one adapter.

    Raises:
        ConfigError: it is not installed, its import failed in any way, or it speaks another contract.
    """
    known = installed_adapters(points)
    if name not in known:
        raise ConfigError(UNKNOWN_PLATFORM, name=name, known=", ".join(known) or "-")
    installed = known[name]
    try:
        adapter = installed.entry_point.load()
    except Exception as error:  # foreign code may raise anything while it is imported
        raise ConfigError(
            NOT_LOADABLE, name=name, distribution=installed.distribution, kind=type(error).__name__
        ) from error
    return checked(adapter, name=name, distribution=installed.distribution)


def checked(candidate: object, *, name: str, distribution: str) -> AnyAdapter:
    """The candidate as an adapter of that name and of this contract, or ``ConfigError``."""
    if not isinstance(candidate, Adapter) or candidate.name != name:
        raise ConfigError(NOT_AN_ADAPTER, name=name, distribution=distribution)
    if candidate.contract != CONTRACT:
        raise ConfigError(
            CONTRACT_MISMATCH, distribution=distribution, theirs=candidate.contract, ours=CONTRACT
        )
    return candidate

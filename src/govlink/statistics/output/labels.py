"""What people call a table, its dimensions and its codes, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ...errors import ConfigError, Fault
from ...models.release import TOTAL, Dimension

__all__ = ["Label", "Labels", "Language", "PageLanguage", "load_labels"]

LABELS_UNREADABLE = Fault(
    "statistics.labels_unreadable",
    en="the labels {name} cannot be read: a TOML file, [title] and for each dimension a table with th and en,"
    ' and codes as "code" = ["Thai", "English"]',
    th="อ่านไฟล์ชื่อ {name} ไม่ได้ ต้องเป็น TOML มี [title] และตารางของแต่ละมิติที่มี th และ en"
    ' และรหัสในรูป "รหัส" = ["ไทย", "อังกฤษ"]',
)

Language = Literal["th", "en"]
PageLanguage = Literal["th", "en", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name in both languages."""

    th: str
    en: str


_TOTAL = Label(th="รวม", en="Total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The names of a table; a code without one is its own name.

    Attributes:
        title: What the table is called.
        dimensions: Names of dimensions, by id; those of the table itself stand in for missing ones.
        codes: Names of codes, by dimension and code.
    """

    title: Label = Label(th="ตารางสถิติ", en="Statistical table")
    dimensions: Mapping[str, Label] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, Label]] = field(default_factory=dict)

    def of_dimension(self, dimension: Dimension) -> Label:
        """The dimension's name."""
        own = Label(th=dimension.label_th, en=dimension.label_en)
        return self.dimensions.get(dimension.id, own)

    def of_code(self, dimension: Dimension, code: str) -> Label:
        """The code's name."""
        if code == TOTAL:
            return _TOTAL
        return self.codes.get(dimension.id, {}).get(code, Label(th=code, en=code))


def load_labels(path: Path) -> Labels:
    """Read names from a TOML file.

    ``[title]`` and a table for each dimension hold ``th`` and ``en``; ``[<dimension>.codes]`` holds
    ``"code" = ["Thai", "English"]``.

    Raises:
        ConfigError: the file cannot be read or is not of that form.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode())
        title = _label(content.pop("title")) if "title" in content else Labels().title
        codes = {
            name: {code: Label(th=_text(th), en=_text(en)) for code, (th, en) in part["codes"].items()}
            for name, part in content.items()
            if "codes" in part
        }
        dimensions = {name: _label(part) for name, part in content.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError(LABELS_UNREADABLE, name=path.name) from error
    return Labels(title=title, dimensions=dimensions, codes=codes)


def _label(part: Mapping[str, object]) -> Label:
    return Label(th=_text(part["th"]), en=_text(part["en"]))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise TypeError
    return value

"""Reads a table of a TOML file strictly: what is wrong is collected, so that all of it is told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from ..errors import Fault, Problem

__all__ = ["Section"]

E = TypeVar("E", bound=StrEnum)

MISSING = Fault("publishing.entry_missing", en="this entry is missing", th="ขาดรายการนี้")
UNKNOWN = Fault(
    "publishing.entry_unknown",
    en="there is no such entry here; allowed: {known}",
    th="ไม่มีรายการชื่อนี้ ที่ใช้ได้: {known}",
)
NOT_TEXT = Fault("publishing.not_text", en="must be a text that is not empty", th="ต้องเป็นข้อความที่ไม่ว่าง")
NOT_TEXTS = Fault(
    "publishing.not_texts",
    en="must be a list of texts, none empty and none twice",
    th="ต้องเป็นรายการข้อความที่ไม่ว่างและไม่ซ้ำกัน",
)
NOT_DAY = Fault(
    "publishing.not_day",
    en="must be a date without quotes, Gregorian, such as 2026-11-23",
    th="ต้องเป็นวันที่ ค.ศ. ไม่มีเครื่องหมายคำพูด เช่น 2026-11-23",
)
NOT_FLAG = Fault("publishing.not_flag", en="must be true or false", th="ต้องเป็น true หรือ false")
NOT_TABLE = Fault("publishing.not_table", en="must be a table", th="ต้องเป็นตาราง (table)")
NOT_TABLES = Fault(
    "publishing.not_tables",
    en="must be a list of tables and not be empty",
    th="ต้องเป็นรายการของตาราง (array of tables) และไม่ว่าง",
)
NOT_ONE_OF = Fault("publishing.not_one_of", en="must be one of: {known}", th="ต้องเป็นค่าใดค่าหนึ่งต่อไปนี้: {known}")
SECRET = Fault(
    "publishing.secret_in_file",
    en="this looks like a secret, and none belongs in this file; the settings file refers to it",
    th="รายการนี้ดูเหมือนรหัสลับ ซึ่งห้ามอยู่ในไฟล์นี้ ให้อ้างถึงจากไฟล์ค่าตั้งแทน",
)

_SECRET_NAME = re.compile(
    r"token|secret|passw|passphrase|credential|authori[sz]ation|bearer|api_?-?key|private_?-?key",
    re.IGNORECASE,
)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


class Section:
    """A table of the file. Whatever it gives in place of a wrong entry is of the right kind, and useless."""

    def __init__(self, values: Mapping[str, object], *, pointer: str, problems: list[Problem]) -> None:
        self._values = values
        self._asked: dict[str, None] = {}
        self.pointer = pointer
        self.problems = problems
        for name in values:
            if _SECRET_NAME.search(name):
                self.complain(name, SECRET)

    def complain(self, name: str, fault: Fault, **values: str) -> None:
        """Note a problem with the entry of that name."""
        pointer = f"{self.pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        self.problems.append(Problem(pointer=pointer, fault=fault, values=tuple(values.items())))

    def has(self, name: str) -> bool:
        """Whether there is such an entry."""
        self._asked[name] = None
        return name in self._values

    def text(self, name: str, *, default: str | None = None) -> str:
        """A text; without a default it must be there and not be empty."""
        if not self.has(name):
            if default is None:
                self.complain(name, MISSING)
            return default or ""
        value = self._values[name]
        if _is_text(value) or (default is not None and value == ""):
            return str(value)
        self.complain(name, NOT_TEXT)
        return ""

    def texts(self, name: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of different texts; empty where there is none, unless it is needed."""
        if not self.has(name):
            if needed:
                self.complain(name, MISSING)
            return ()
        value = self._values[name]
        texts = value if isinstance(value, list) and all(map(_is_text, value)) else None
        if texts is not None and len(set(texts)) == len(texts) and (texts or not needed):
            return tuple(texts)
        self.complain(name, NOT_TEXTS)
        return ()

    def day(self, name: str) -> date:
        """A date, which must be there."""
        value = self._values.get(name)
        if not self.has(name):
            self.complain(name, MISSING)
        elif isinstance(value, date) and not isinstance(value, datetime):
            return value
        else:
            self.complain(name, NOT_DAY)
        return date.min

    def flag(self, name: str) -> bool:
        """True or false; false where it is not given."""
        value = self._values.get(name, False)
        self._asked[name] = None
        if isinstance(value, bool):
            return value
        self.complain(name, NOT_FLAG)
        return False

    def one_of(self, name: str, kind: type[E]) -> E:
        """A member of ``kind`` by its value, which must be there."""
        known = {member.value: member for member in kind}
        value = self._values.get(name)
        if not self.has(name):
            self.complain(name, MISSING)
        elif isinstance(value, str) and value in known:
            return known[value]
        else:
            self.complain(name, NOT_ONE_OF, known=", ".join(known))
        return next(iter(known.values()))

    def table(self, name: str) -> Section | None:
        """The table of that name, or None where there is none."""
        if not self.has(name):
            return None
        value = self._values[name]
        if not isinstance(value, dict):
            self.complain(name, NOT_TABLE)
            value = {}
        return Section(value, pointer=f"{self.pointer}/{name}", problems=self.problems)

    def tables(self, name: str) -> tuple[Section, ...]:
        """The tables of that name, at least one."""
        value = self._values.get(name)
        if not self.has(name):
            self.complain(name, MISSING)
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            return tuple(
                Section(one, pointer=f"{self.pointer}/{name}/{number}", problems=self.problems)
                for number, one in enumerate(value)
            )
        else:
            self.complain(name, NOT_TABLES)
        return ()

    def raw(self) -> Mapping[str, object]:
        """The entries as they are, for a reader of their own."""
        return {name: value for name, value in self._values.items() if not _SECRET_NAME.search(name)}

    def close(self, *others: str) -> None:
        """Complain of every entry that nobody asked for. ``others`` are known as well."""
        known = (*self._asked, *others)
        for name in self._values:
            if name not in known and not _SECRET_NAME.search(name):
                self.complain(name, UNKNOWN, known=_listed(known))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)

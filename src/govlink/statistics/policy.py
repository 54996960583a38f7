"""What an agency has decided about disclosure, as a value with a name, a version and a sign-off.

No Thai law or rule that we know of sets a number, so the library holds none: a policy without a
threshold cannot be made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from ..errors import ConfigError, Fault, Problem, RejectedError

__all__ = ["DisclosurePolicy", "load_policy"]

POLICY_UNREADABLE = Fault(
    "statistics.policy_unreadable",
    en="the disclosure policy file cannot be read or is not TOML",
    th="อ่านแฟ้มนโยบายการปกปิดข้อมูลไม่ได้ หรือไม่ใช่รูปแบบ TOML",
)
POLICY_INVALID = Fault(
    "statistics.policy_invalid",
    en="the disclosure policy is not valid: {fields}",
    th="นโยบายการปกปิดข้อมูลไม่ถูกต้อง: {fields}",
)
FIELD_MISSING = Fault("statistics.policy_field_missing", en="is missing", th="ไม่ได้กำหนดไว้")
FIELD_UNKNOWN = Fault(
    "statistics.policy_field_unknown", en="is not a field of a policy", th="ไม่ใช่หัวข้อของนโยบาย"
)
FIELD_BAD = Fault("statistics.policy_field_bad", en="must be {wanted}", th="ต้องเป็น {wanted}")


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _whole(value: object, *, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


_CHECKS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "id": ("a printable text", _text),
    "version": ("a printable text", _text),
    "threshold": ("a whole number from 2 to 1000", lambda v: _whole(v, low=2, high=1000)),
    "signed_off_by": ("a role, as printable text", _text),
    "signed_off_on": ("a date", lambda v: isinstance(v, date) and not isinstance(v, datetime)),
    "method": ('"suppress"', lambda v: v == "suppress"),
    "max_dimensions": ("1, 2 or 3", lambda v: _whole(v, low=1, high=3)),
    "grand_total": ('"publish" or "suppressible"', lambda v: v in ("publish", "suppressible")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosurePolicy:
    """The rules one agency publishes counts by.

    Attributes:
        id: The policy's name in the report, for example ``moe-eq-2568-01``.
        version: Which wording of it.
        threshold: The smallest count of people that may be shown or worked out; 1 to threshold - 1
            are hidden. The agency's decision; there is no default.
        signed_off_by: The role that answers for it, never a person's name: the report is public.
        signed_off_on: When it was signed.
        method: ``suppress`` leaves small cells, and what would give them away, empty.
        max_dimensions: How many columns a table may be counted by.
        grand_total: ``publish`` never hides the total over everything, because other publications
            quote it and hiding it here would protect nothing; ``suppressible`` lets it be hidden.

    Raises:
        RejectedError: a field is not what it must be; ``problems`` points at each.
    """

    id: str
    version: str
    threshold: int
    signed_off_by: str
    signed_off_on: date
    method: Literal["suppress"] = "suppress"
    max_dimensions: int = 3
    grand_total: Literal["publish", "suppressible"] = "publish"

    def __post_init__(self) -> None:
        _refuse(
            tuple(
                Problem(pointer=f"/{name}", fault=FIELD_BAD, values=(("wanted", wanted),))
                for name, (wanted, good) in _CHECKS.items()
                if not good(getattr(self, name))
            )
        )


def load_policy(path: Path) -> DisclosurePolicy:
    """Read a policy from a TOML file whose keys are the fields of ``DisclosurePolicy``.

    Raises:
        ConfigError: the file cannot be read or is not TOML.
        RejectedError: a field is missing, unknown or wrong; ``problems`` points at each.
    """
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(POLICY_UNREADABLE) from error
    known = {f.name for f in fields(DisclosurePolicy)}
    needed = {f.name for f in fields(DisclosurePolicy) if f.default is MISSING}
    missing = [Problem(pointer=f"/{name}", fault=FIELD_MISSING) for name in sorted(needed - values.keys())]
    unknown = [Problem(pointer=f"/{name}", fault=FIELD_UNKNOWN) for name in sorted(values.keys() - known)]
    _refuse((*missing, *unknown))
    return DisclosurePolicy(**values)


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        names = ", ".join(p.pointer.removeprefix("/") for p in problems)
        raise RejectedError(POLICY_INVALID, problems=problems, fields=names)

"""Who a person, an officer or an organisation is, and the numbers that say so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..errors import Fault, RejectedError
from .dates import PartialDate
from .text import from_thai_digits

__all__ = [
    "AgentId",
    "CitizenId",
    "JuristicId",
    "Passport",
    "PersonIdentity",
    "PersonName",
    "check_digit",
]

CITIZEN_ID_INVALID = Fault(
    "identity.citizen_id_invalid",
    en="the citizen number is not 13 digits with a right check digit",
    th="เลขประจำตัวประชาชนไม่ครบ 13 หลักหรือเลขตรวจสอบไม่ถูกต้อง",
)
JURISTIC_ID_INVALID = Fault(
    "identity.juristic_id_invalid",
    en="the juristic person number is not 13 digits beginning with 0",
    th="เลขทะเบียนนิติบุคคลต้องมี 13 หลักและขึ้นต้นด้วย 0",
)
AGENT_ID_INVALID = Fault(
    "identity.agent_id_invalid",
    en="AgentID is the officer's citizen number or the agency's declared system name",
    th="AgentID ต้องเป็นเลขประจำตัวประชาชนของเจ้าหน้าที่หรือชื่อระบบที่หน่วยงานแจ้งไว้",
)
PASSPORT_INVALID = Fault(
    "identity.passport_invalid",
    en="a passport number has 6 to 9 letters and digits and a state of three letters",
    th="เลขหนังสือเดินทางต้องเป็นอักษรหรือเลข 6-9 ตัว และรหัสประเทศ 3 ตัวอักษร",
)
_SEPARATORS = re.compile(r"[\s-]")
_SYSTEM_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_.-]{1,49}$")
_RESERVED_PROVINCES = frozenset({"97", "98", "99"})


def check_digit(twelve: str) -> str:
    """The 13th digit of a citizen number: (11 - sum((13 - i) * d[i]) mod 11) mod 10."""
    total = sum((13 - i) * int(digit) for i, digit in enumerate(twelve))
    return str((11 - total % 11) % 10)


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A Thai citizen number (เลขประจำตัวประชาชน) whose form and check digit are right.

    A first digit 9 is refused; 0 is accepted, because people registered without status hold such
    numbers. ``repr`` never shows it.
    """

    value: str = field(repr=False)

    def __post_init__(self) -> None:
        v = self.value
        ok = len(v) == 13 and v.isascii() and v.isdigit() and v[0] != "9"
        if not ok or check_digit(v[:12]) != v[12]:
            raise RejectedError(CITIZEN_ID_INVALID)

    @classmethod
    def parse(cls, text: str) -> CitizenId:
        """Read ``X-XXXX-XXXXX-XX-X`` or 13 digits, in Thai or Arabic digits."""
        return cls(_SEPARATORS.sub("", from_thai_digits(text)))

    @property
    def is_reserved(self) -> bool:
        """Whether the registrar's province is 97 to 99, which no province has: a synthetic person."""
        return self.value[1:3] in _RESERVED_PROVINCES


@dataclass(frozen=True, slots=True)
class JuristicId:
    """A juristic person's 13-digit registration number (เลขทะเบียนนิติบุคคล); it begins with 0."""

    value: str

    def __post_init__(self) -> None:
        v = self.value
        if not (len(v) == 13 and v.isascii() and v.isdigit() and v[0] == "0"):
            raise RejectedError(JURISTIC_ID_INVALID)


@dataclass(frozen=True, slots=True)
class Passport:
    """A passport: number of 6 to 9 letters and digits, issuing state as ISO 3166-1 alpha-3."""

    number: str = field(repr=False)
    issuing_state: str

    def __post_init__(self) -> None:
        number_ok = re.fullmatch(r"[A-Z0-9]{6,9}", self.number) is not None
        if not number_ok or re.fullmatch(r"[A-Z]{3}", self.issuing_state) is None:
            raise RejectedError(PASSPORT_INVALID)


@dataclass(frozen=True, slots=True)
class AgentId:
    """Who the gateway's access log names: an officer's citizen number, or a declared system name.

    A type of its own because integrations confuse it with Consumer-Key. ``repr`` never shows it.
    """

    value: str = field(repr=False)

    def __post_init__(self) -> None:
        if self.value.isascii() and self.value.isdigit():
            CitizenId(self.value)
        elif _SYSTEM_NAME.fullmatch(self.value) is None:
            raise RejectedError(AGENT_ID_INVALID)

    @property
    def is_officer(self) -> bool:
        """Whether it is a person's number, as look-ups in an officer's name demand."""
        return self.value.isdigit()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """A name in parts. ``title`` (คำนำหน้าชื่อ) changes without a change of name, so it stands apart."""

    title: str = ""
    first: str = field(repr=False)
    middle: str = field(default="", repr=False)
    last: str = field(default="", repr=False)

    def same_name(self, other: PersonName) -> bool:
        """Whether first, middle and last name agree; titles are not compared."""
        return (self.first, self.middle, self.last) == (other.first, other.middle, other.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIdentity:
    """The person a portal identified. Fields the person did not consent to are None.

    ``portal_user_id`` is the portal's own address of the person, for notifications.
    """

    portal_user_id: str = field(repr=False)
    citizen_id: CitizenId | None = None
    name: PersonName | None = None
    birth_date: PartialDate | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    wants_push: bool = False

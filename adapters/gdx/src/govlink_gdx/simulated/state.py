"""What the simulated registers remember beside the shared world, and the forms of their failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise

from starlette.responses import Response

from govlink.errors import RejectedError
from govlink.models.identity import CitizenId
from govlink.sandbox.people import SyntheticPerson
from govlink.sandbox.toolkit import World, thai_json

from ..catalogue import Family

__all__ = ["BANGKOK", "Answer", "Box", "Company", "Forced", "NameChange", "failure"]

BANGKOK = timezone(timedelta(hours=7))
_OPENS, _CLOSES, _SATURDAY = time(8, 30), time(17, 30), 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChange:
    """A change of name as IKNO-010 tells it; ``type_id`` 002 is a first name's, 003 a surname's."""

    change_date_be: str
    type_id: str
    data_old: str
    data_new: str
    place: str = "สำนักทะเบียนทดสอบ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What the register of juristic persons knows beside the name; ``members`` go into its row."""

    register_date_be: str = "25550131"
    committee: tuple[tuple[str, str, str], ...] = (("นาย", "ทดสอบ", "ณ ตัวอย่าง"),)
    cmno: str = ""
    foreigner_id: str = ""
    esecure_no: str = ""
    members: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a control call wants a service, or a path, to answer from now on."""

    content: Mapping[str, object] | list[object] | str
    status: int = 200


@dataclass(slots=True, kw_only=True)
class Forced:
    """What the next ``times`` calls of a service are answered with: a code, or a bare status."""

    code: str | None = None
    status: int = 500
    times: int = 1


@dataclass(slots=True, kw_only=True)
class Box:
    """The world and the registers' own state. One running sandbox has one."""

    world: World
    cancelled_cards: set[str] = field(default_factory=set)
    closed_officers: set[str] = field(default_factory=set)
    card_holders: dict[str, str] = field(default_factory=dict)
    name_changes: dict[str, tuple[NameChange, ...]] = field(default_factory=dict)
    houses: dict[str, Mapping[str, object]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    forced: dict[str, Forced] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    used: dict[date, int] = field(default_factory=dict)
    ikno_calls_per_day: int = 300
    keeps_hours: bool = True
    has_lower_case: bool = False

    def is_open(self, officer: str) -> bool:
        """Modelled: a synthetic officer's session is open until a control call closes it."""
        try:
            return CitizenId(officer).is_reserved and officer not in self.closed_officers
        except RejectedError:
            return False  # a system's name has no card

    def now(self) -> datetime:
        """The sandbox's moment in Bangkok, whose hours the registers keep."""
        return self.world.now().astimezone(BANGKOK)

    def in_hours(self) -> bool:
        """08:30 to 17:30, Monday to Friday (documented: GovAPI manual, p. 13); holidays not modelled."""
        now = self.now()
        return not self.keeps_hours or (now.weekday() < _SATURDAY and _OPENS <= now.time() < _CLOSES)

    def take(self, cost: int) -> bool:
        """Count ``cost`` look-ups of today; False when they are more than the quota leaves."""
        today = self.now().date()
        used = self.used.get(today, 0)
        if used + cost > self.ikno_calls_per_day:
            return False
        self.used[today] = used + cost
        return True

    def changes_of(self, person: SyntheticPerson) -> tuple[NameChange, ...]:
        """Changes loaded by a control call, or those that the person's former names imply (modelled)."""
        if person.citizen_id in self.name_changes:
            return self.name_changes[person.citizen_id]
        names = (*person.former_names, (person.first_name, person.last_name))
        return tuple(
            NameChange(change_date_be="25600615", type_id=type_id, data_old=old, data_new=new)
            for before, after in pairwise(names)
            for type_id, old, new in zip(("002", "003"), before, after, strict=True)
            if old != new
        )

    def home_of(self, citizen_id: str) -> str:
        """The number of the house a person lives in: one's own unless a control call says otherwise."""
        own = f"99{int(self.world.token(f'house-{citizen_id}')[:12], 16) % 10**9:09d}"
        return self.homes.get(citizen_id, own)

    def people_of(self, address_id: str) -> tuple[SyntheticPerson, ...]:
        """Who lives in a house."""
        people = self.world.people.values()
        return tuple(person for person in people if self.home_of(person.citizen_id) == address_id)

    def company(self, juristic_id: str) -> Company:
        """What is known of a company, or what is assumed of one of which only the name was loaded."""
        return self.companies.get(juristic_id, Company())


def failure(family: Family, code: str, text: str = "", *, status: int = 500) -> Response:
    """A failure in the form of its family.

    A Java class name before the bracket for Laser Code, a member ``Code`` for Linkage (seen in code),
    else a bracket (documented: GovAPI manual, p. 18 and 58).
    """
    if family is Family.LINKAGE:
        return thai_json({"Message": text or "ไม่สำเร็จ", "Code": code}, status=status)
    prefix = "java.lang.Exception: " if family is Family.PUBLIC else ""
    return thai_json({"Message": f"{prefix}[{code}] {text or 'ไม่สำเร็จ'}"}, status=status)

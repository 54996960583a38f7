"""A made-up register of petitions over several years, decided through the real engine into a real log.

What it is for: statistics need more petitions, and more time, than one run of the demo has. The same
seed makes the same petitions. Nobody in it exists; see ``govlink.equivalence.synthetic``.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ..equivalence.actors import SYSTEM, Actor, Role
from ..equivalence.application import Service
from ..equivalence.bangkok import bangkok_day
from ..equivalence.columns import FORM_COLUMNS, HEADERS
from ..equivalence.commands import AllowAppeal, Appeal, Issue, NotifyRefusal
from ..equivalence.events import Event
from ..equivalence.form import read_service
from ..equivalence.intake_file import read_petition_file
from ..equivalence.levels import Level
from ..equivalence.outbox import PlannedEffect
from ..equivalence.petition import Petition
from ..equivalence.procedure import Procedure
from ..equivalence.rules import Facts, Finding
from ..equivalence.service import PetitionDesk, PetitionLog
from ..equivalence.states import State
from ..equivalence.synthetic import generate_petitions
from ..errors import ConflictError, RejectedError
from ..flow import Context
from ..models.petition import FiledPetition
from ..models.provinces import PROVINCES
from .chance import chance
from .officers import Cast

__all__ = ["Register", "fill_log"]

_COUNTRY = next(header for header, field in FORM_COLUMNS.items() if field == "country")
# Few countries send many people and many send few, as in life; the tail is what has to be protected.
_ORIGINS = (
    *("US",) * 40, *("GB",) * 30, *("AU",) * 18, *("NZ",) * 14, *("CN",) * 24, *("JP",) * 12, *("LA",) * 20,
    *("MM",) * 16, *("VN",) * 8, *("KH",) * 8, *("DE",) * 5, *("FR",) * 4, *("IN",) * 6, *("KR",) * 5,
    *("CA-ON",) * 3, *("CA-BC",) * 2, *("MY",) * 6, *("SG",) * 4,
    "TW", "TW", "CH", "SE", "NL", "RU", "ZA", "EG", "BR", "FJ", "FI", "AE",
)  # fmt: skip
_AUTHORITY = Actor(role=Role.AUTHORITY, id="authority-1")
_APPLICANT = Actor(role=Role.APPLICANT, id="applicant")
_WAITING_DAYS = {
    State.INTAKE: 4,
    State.RETURNED: 1,
    State.REVIEW: 24,
    State.SOURCE_CHECK: 20,
    State.SIGNOFF: 9,
}
_ACTIVE = frozenset(_WAITING_DAYS)
_BANGKOKS_SHARE = 0.35
_APPEALS_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What was filled in: how many petitions, and where each applicant lives, by petition id."""

    petitions: int
    provinces: Mapping[str, str]


def fill_log(
    log: PetitionLog,
    *,
    petitions: int,
    seed: int = 2568,
    first_day: date = date(2023, 11, 1),
    days: int = 26 * 30,
) -> Register:
    """File, examine and decide so many petitions; some refusals are appealed against and reversed.

    Every petition goes through the commands, rules and guards that a real one does. Those that are
    refused at the form never become a petition, so there are fewer in the log than were filed.
    """
    office = _Office(log, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "petitions.csv"
        _write(path, petitions=petitions, seed=seed, first_day=first_day, days=days)
        for filed in read_petition_file(path):
            if isinstance(filed, FiledPetition):
                office.serve(filed)
    return Register(petitions=len(office.provinces), provinces=office.provinces)


def _write(path: Path, *, petitions: int, seed: int, first_day: date, days: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(HEADERS)
        made = generate_petitions(petitions, seed=seed, first_day=first_day, days=days)
        for number, row in enumerate(made):
            cells = dict(row.cells)
            if cells[_COUNTRY]:
                at = chance(seed, str(number), "origin")
                cells[_COUNTRY] = _ORIGINS[int(at * len(_ORIGINS))]
            rows.writerow(cells.get(header, "") for header in HEADERS)


class _Pages:
    """The log as one petition's desk sees it: what is new is appended at once, when the petition is done."""

    def __init__(self, log: PetitionLog) -> None:
        self._log = log
        self._events: dict[str, tuple[Event, ...]] = {}

    def append(
        self,
        stream: str,
        *,
        expected_version: int,
        events: Sequence[Event],
        effects: Sequence[PlannedEffect] = (),  # noqa: ARG002 - a log takes them; nothing is sent from here
    ) -> int:
        self._events[stream] = (*self._events.get(stream, ()), *events)
        return expected_version + len(events)

    def load(self, stream: str) -> tuple[Event, ...]:
        return self._events.get(stream) or self._log.load(stream)

    def done(self) -> None:
        for stream, events in self._events.items():
            self._log.append(stream, expected_version=0, events=events)
        self._events.clear()


class _Office:
    """Everybody there is, one petition after the other."""

    def __init__(self, log: PetitionLog, *, seed: int) -> None:
        self._seed = seed
        self._pages = _Pages(log)
        self._cast = Cast(seed=seed)
        self._now = datetime.min.replace(tzinfo=UTC)
        self._desk = PetitionDesk(self._pages, procedure=Procedure(), context_factory=self._context)
        self._calls = 0
        self.provinces: dict[str, str] = {}

    def serve(self, filed: FiledPetition) -> None:
        self._now = filed.filed_at
        try:
            petition = self._desk.take_in(filed, facts=self._facts(filed))
        except (RejectedError, ConflictError):
            return
        self.provinces[petition.id] = self._home(petition)
        self._decide(petition)
        self._pages.done()

    def _decide(self, petition: Petition) -> None:
        while petition.state in _ACTIVE:
            self._now += self._wait(petition)
            command = self._cast.next_command(petition, today=bangkok_day(self._now))
            if command is not None:
                petition = self._desk.handle(petition.id, command)
        if petition.state is State.REFUSED and self._roll(petition, "appeals") < _APPEALS_SHARE:
            petition = self._reverse(petition)
        if petition.state is State.APPROVED:
            self._desk.handle(petition.id, Issue(actor=SYSTEM))

    def _reverse(self, petition: Petition) -> Petition:
        told = NotifyRefusal(actor=SYSTEM, notified_on=bangkok_day(self._now))
        for command in (told, Appeal(actor=_APPLICANT, grounds="ขอให้พิจารณาใหม่")):
            petition = self._desk.handle(petition.id, command)
        self._now += timedelta(days=20)
        return self._desk.handle(petition.id, AllowAppeal(actor=_AUTHORITY, level=Level.M6))

    def _facts(self, filed: FiledPetition) -> Facts:
        found = Facts(identity=self._finding(filed, "identity", denied=0.03))
        try:
            again = read_service(filed.service) is Service.EQ_REISSUE
        except RejectedError:
            again = False
        return (
            replace(found, prior_certificate=self._finding(filed, "prior", denied=0.15)) if again else found
        )

    def _finding(self, filed: FiledPetition, question: str, *, denied: float) -> Finding:
        rolled = chance(self._seed, filed.reference, question)
        return Finding.DENIED if rolled < denied else Finding.CONFIRMED

    def _home(self, petition: Petition) -> str:
        if self._roll(petition, "capital") < _BANGKOKS_SHARE:
            return "10"
        return PROVINCES[int(self._roll(petition, "home") ** 3 * len(PROVINCES))].code

    def _wait(self, petition: Petition) -> timedelta:
        # Cubed, so that most wait little and a few long.
        rolled = self._roll(petition, f"wait {petition.version}") ** 3
        return timedelta(days=1 + int(rolled * 3 * _WAITING_DAYS[petition.state]))

    def _roll(self, petition: Petition, question: str) -> float:
        return chance(self._seed, petition.reference, question)

    def _context(self) -> Context:
        self._calls += 1
        entropy = chance(self._seed, "entropy", str(self._calls)).hex().encode()
        return Context(clock=lambda: self._now, entropy=entropy)

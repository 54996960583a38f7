"""Taking in what was filed elsewhere, so that no petition is lost or left without an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..client import Client
from ..equivalence.form import APPLICATION_INVALID
from ..equivalence.petition import Petition
from ..equivalence.rules import DUPLICATE, FORM_REFUSED
from ..equivalence.service import PetitionDesk
from ..errors import ConflictError, GovlinkError, RejectedError
from ..models.petition import FiledPetition, StateReport

__all__ = ["FormRefusal", "Intake", "IntakeReport", "Unsettled"]

REFUSED_STATE = "FORM_REFUSED"
"""What is reported of a petition that never became one (modelled)."""

_OF_THE_FORM = frozenset(fault.code for fault in (APPLICATION_INVALID, FORM_REFUSED, DUPLICATE))
_LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRefusal:
    """A petition that was not taken in, and which rule or answer refused it."""

    filed: FiledPetition
    error: GovlinkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """A petition that could be neither taken in nor refused now; the next intake meets it again."""

    filed: FiledPetition
    error: GovlinkError


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeReport:
    """What became of the petitions that waited. ``taken`` may hold some that were taken in before."""

    taken: tuple[Petition, ...]
    refused: tuple[FormRefusal, ...]
    unsettled: tuple[Unsettled, ...]


class Intake:
    """Takes petitions from the filing system.

    A petition is settled once it is stored, or once its refusal was reported, and only what is settled
    is acknowledged. So whatever stops the intake, the next one pulls the rest again; what it repeats
    changes nothing.
    """

    def __init__(self, client: Client, desk: PetitionDesk, *, platform: str) -> None:
        self._client = client
        self._desk = desk
        self._platform = platform

    def run(self, *, since: datetime | None, now: Callable[[], datetime]) -> IntakeReport:
        """Settle every petition that waits, then acknowledge them."""
        taken: list[Petition] = []
        refused: list[FormRefusal] = []
        unsettled: list[Unsettled] = []
        settled: list[str] = []
        for filed in self._client.pull_petitions(since=since, platform=self._platform):
            try:
                outcome = self._settle(filed, now=now)
            except (RejectedError, ConflictError) as error:
                outcome = Unsettled(filed=filed, error=error)
            if isinstance(outcome, Unsettled):
                unsettled.append(outcome)
                continue
            settled.append(filed.reference)
            if isinstance(outcome, FormRefusal):
                refused.append(outcome)
            else:
                taken.append(outcome)
        if settled:
            self._client.acknowledge(tuple(settled), platform=self._platform)
        return IntakeReport(taken=tuple(taken), refused=tuple(refused), unsettled=tuple(unsettled))

    def _settle(
        self, filed: FiledPetition, *, now: Callable[[], datetime]
    ) -> Petition | FormRefusal | Unsettled:
        try:
            return self._desk.take_in(filed)
        except (RejectedError, ConflictError) as error:
            if error.code not in _OF_THE_FORM:
                raise  # the store's own trouble says nothing about the form
            refusal = error
        try:
            self._report(filed, refusal, at=now())
        except ConflictError:
            pass  # reported before, at another time or in other words: the applicant knows
        except GovlinkError as error:
            return Unsettled(filed=filed, error=error)
        return FormRefusal(filed=filed, error=refusal)

    def _report(self, filed: FiledPetition, refusal: GovlinkError, *, at: datetime) -> None:
        """Tell the filing system, so that the applicant is not left waiting; the note says why."""
        reasons = [refusal.fault.th.format_map(refusal.values), *(p.text("th") for p in refusal.problems)]
        report = StateReport(
            reference=filed.reference,
            state=REFUSED_STATE,
            note_th="; ".join(reasons)[:_LONGEST_NOTE],
            at=at,
            report_id=f"{filed.reference}:{REFUSED_STATE}",
        )
        self._client.report_state(report, platform=self._platform)

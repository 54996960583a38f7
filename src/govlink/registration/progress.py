"""The long way of steps onto a portal: which is next, whose turn it is, and by when.

The steps and their clocks are the portal's own and come in through ``RegistrationCheck.steps``. How a
step's ``working_days`` is read:

- on a step of the portal's: the portal does it within that time of the step before;
- on a step of the agency's: the portal answers it within that time, and the next step waits for that;
- on an agency's step right before a step of the portal's: the notice the portal wants before it acts.

Steps are done strictly in their order. Which days are holidays is the caller's knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from ..errors import Fault, RejectedError
from ..models.portal import RegistrationCheck, RegistrationStep, ServiceManifest, StepActor
from ..models.workdays import add_working_days

__all__ = [
    "Due",
    "RegistrationProgress",
    "StepDocument",
    "StepRecord",
    "complete",
    "due",
    "record_answer",
    "start",
]

PROGRESS_INCONSISTENT = Fault(
    "registration.progress_inconsistent",
    en="the steps are not numbered from 1, not done in order, or their days run backwards",
    th="เลขขั้นตอน ลำดับ หรือวันที่ของขั้นตอนไม่สอดคล้องกัน",
)
CHECK_FAILED = Fault(
    "registration.check_failed",
    en="the manifest has problems; correct them before the registration starts",
    th="เอกสารกำกับบริการยังไม่ผ่านการตรวจ ให้แก้ไขก่อนเริ่มขึ้นทะเบียน",
)
OUT_OF_ORDER = Fault(
    "registration.out_of_order",
    en="step {step} is not the next one; the next is {next}",
    th="ขั้นตอนที่ {step} ไม่ใช่ขั้นตอนถัดไป ขั้นตอนถัดไปคือ {next}",
)
ALL_DONE = Fault("registration.all_done", en="every step is done already", th="ดำเนินการครบทุกขั้นตอนแล้ว")
NO_ANSWER_DUE = Fault(
    "registration.no_answer_due",
    en="no answer of the portal is waited for on step {step}",
    th="ไม่มีคำตอบจากแพลตฟอร์มที่ต้องรอในขั้นตอนที่ {step}",
)
IN_THE_FUTURE = Fault("registration.in_the_future", en="{day} is still to come", th="วันที่ {day} ยังมาไม่ถึง")
BEFORE_THE_LAST = Fault(
    "registration.before_the_last",
    en="{day} is before {last}, when the last thing was done",
    th="วันที่ {day} อยู่ก่อนวันที่ดำเนินการครั้งล่าสุด ({last})",
)
BAD_DIGEST = Fault(
    "registration.bad_digest",
    en="a digest is 64 lower-case hexadecimal digits",
    th="ค่าแฮชต้องเป็นเลขฐานสิบหกตัวพิมพ์เล็ก 64 ตัว",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDocument:
    """A paper that was sent or received in a step; only its name and digest are kept."""

    name: str
    sha256_hex: str

    def __post_init__(self) -> None:
        if re.fullmatch(r"[0-9a-f]{64}", self.sha256_hex) is None:
            raise RejectedError(BAD_DIGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step and what became of it. ``answered_on`` is when the portal's answer to it arrived."""

    step: RegistrationStep
    done_on: date | None = None
    answered_on: date | None = None
    note: str = field(default="", repr=False)
    documents: tuple[StepDocument, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationProgress:
    """How far a service's registration is. It carries its own steps, so a later guide changes nothing.

    Raises:
        RejectedError: the numbers, the order or the days contradict each other.
    """

    service_code: str
    name_th: str
    desired_opening: date
    records: tuple[StepRecord, ...]

    def __post_init__(self) -> None:
        numbered = [r.step.number for r in self.records] == list(range(1, len(self.records) + 1))
        done = [r.done_on is not None for r in self.records]
        in_order = done == sorted(done, reverse=True)
        answered_first = any(r.answered_on and not r.done_on for r in self.records)
        days = [day for r in self.records for day in (r.done_on, r.answered_on) if day is not None]
        backwards = any(earlier > later for earlier, later in pairwise(days))
        if not self.records or not numbered or not in_order or answered_first or backwards:
            raise RejectedError(PROGRESS_INCONSISTENT)

    @property
    def next_record(self) -> StepRecord | None:
        """The first step that is not done; None when all are."""
        return next((r for r in self.records if r.done_on is None), None)

    @property
    def last_day(self) -> date | None:
        """The last day on which something was done or answered."""
        days = [day for r in self.records for day in (r.done_on, r.answered_on) if day is not None]
        return max(days, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What comes next. ``turn`` may be the portal's on a step of the agency's: its answer is awaited.

    ``by`` is for the portal the end of its clock; for the agency the last day that leaves the clocks
    still to come their full time before the desired opening.
    """

    step: RegistrationStep
    turn: StepActor
    by: date
    is_overdue: bool


def start(manifest: ServiceManifest, *, check: RegistrationCheck) -> RegistrationProgress:
    """Begin with no step done. ``check`` is the portal's check of this manifest.

    Raises:
        RejectedError: the check found problems; they are carried along.
    """
    if check.problems:
        raise RejectedError(CHECK_FAILED, problems=check.problems)
    return RegistrationProgress(
        service_code=manifest.service_code,
        name_th=manifest.name_th,
        desired_opening=manifest.desired_opening,
        records=tuple(StepRecord(step=step) for step in check.steps),
    )


def _require_day(progress: RegistrationProgress, on: date, *, today: date) -> None:
    if on > today:
        raise RejectedError(IN_THE_FUTURE, day=on)
    last = progress.last_day
    if last is not None and on < last:
        raise RejectedError(BEFORE_THE_LAST, day=on, last=last)


def _with_record(progress: RegistrationProgress, record: StepRecord) -> RegistrationProgress:
    at = record.step.number - 1
    return replace(progress, records=(*progress.records[:at], record, *progress.records[at + 1 :]))


def complete(
    progress: RegistrationProgress,
    step_number: int,
    *,
    on: date,
    today: date,
    note: str = "",
    documents: tuple[StepDocument, ...] = (),
) -> RegistrationProgress:
    """The progress with the next step done. An answer still awaited before it needs no record.

    Raises:
        RejectedError: it is not the next step, or the day is to come or before the last one recorded.
    """
    record = progress.next_record
    if record is None:
        raise RejectedError(ALL_DONE)
    if record.step.number != step_number:
        raise RejectedError(OUT_OF_ORDER, step=step_number, next=record.step.number)
    _require_day(progress, on, today=today)
    return _with_record(progress, replace(record, done_on=on, note=note, documents=documents))


def _awaited(progress: RegistrationProgress) -> StepRecord | None:
    """The step last done, when the portal still owes its answer to it before the next one."""
    coming = progress.next_record
    if coming is None or coming.step.number == 1 or coming.step.actor is StepActor.PLATFORM:
        return None
    last = progress.records[coming.step.number - 2]
    answers = last.step.actor is StepActor.AGENCY and last.step.working_days is not None
    return last if answers and last.answered_on is None else None


def record_answer(
    progress: RegistrationProgress, step_number: int, *, on: date, today: date
) -> RegistrationProgress:
    """The progress with the portal's answer to the step last done, so that it is the agency's turn.

    Raises:
        RejectedError: no answer to this step is awaited, or the day cannot be.
    """
    record = _awaited(progress)
    if record is None or record.step.number != step_number:
        raise RejectedError(NO_ANSWER_DUE, step=step_number)
    _require_day(progress, on, today=today)
    return _with_record(progress, replace(record, answered_on=on))


def _portal_by(progress: RegistrationProgress, coming: StepRecord, holidays: Collection[date]) -> date:
    """When the portal's own step is due: its clock, or notice given and opening reached."""
    before = progress.records[coming.step.number - 2] if coming.step.number > 1 else None
    since = before.done_on if before else None
    if before is None or since is None:
        return progress.desired_opening
    if coming.step.working_days is not None:
        return add_working_days(since, coming.step.working_days, holidays=holidays)
    notice = before.step.working_days or 0
    return max(progress.desired_opening, add_working_days(since, notice, holidays=holidays))


def _turn(
    progress: RegistrationProgress, coming: StepRecord, holidays: Collection[date]
) -> tuple[StepActor, date]:
    if coming.step.actor is StepActor.PLATFORM:
        return StepActor.PLATFORM, _portal_by(progress, coming, holidays)
    awaited = _awaited(progress)
    if awaited is not None and awaited.done_on is not None:
        clock = awaited.step.working_days or 0
        return StepActor.PLATFORM, add_working_days(awaited.done_on, clock, holidays=holidays)
    ahead = sum(r.step.working_days or 0 for r in progress.records[coming.step.number - 1 :])
    return StepActor.AGENCY, add_working_days(progress.desired_opening, -ahead, holidays=holidays)


def due(progress: RegistrationProgress, *, today: date, holidays: Collection[date] = ()) -> Due | None:
    """Which step is next, whose turn it is and by when; None when every step is done."""
    coming = progress.next_record
    if coming is None:
        return None
    turn, by = _turn(progress, coming, holidays)
    return Due(step=coming.step, turn=turn, by=by, is_overdue=today > by)

"""Sending one publication's requests: counted, noted in the journal, and settled by reading back.

Every write of metadata is followed by reading the dataset back. So a write without an answer is
settled by what stands there, and a field the catalogue dropped in silence is noticed. What stands
already is changed by ``package_revise`` alone, CKAN's compare-and-set, so no person's change in
between is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from govlink.errors import (
    ConflictError,
    Fault,
    GovlinkError,
    NotFoundError,
    OutcomeUnknownError,
    TransportError,
    UnexpectedAnswerError,
)
from govlink.flow import Context, Effect, Flow, Request
from govlink.interfaces import PublicationJournal
from govlink.models.publication import PublicationStep

from .answers import result_of
from .parse import Package
from .requests import Revision, request_package_create, request_package_revise
from .rows import UNSETTLED
from .settings import PLATFORM, DataGoThSettings
from .survey import read_package

__all__ = ["GONE", "Missing", "Run"]

NOT_KEPT = Fault(
    "data_go_th.not_kept",
    en="the catalogue accepted the call but did not keep: {fields}",
    th="แค็ตตาล็อกรับคำขอแต่ไม่ได้จัดเก็บรายการ: {fields}",
)
GONE = Fault(
    "data_go_th.gone",
    en="the dataset is not there, or not in view of this token",
    th="ไม่พบชุดข้อมูล หรือโทเคนนี้ไม่มีสิทธิเห็น",
)

REVISE_ATTEMPTS = 3  # CKAN 2.12 touches the dataset in the background after rows were written (tried)

Missing = Callable[[Package], Revision]
"""What of the wanted state a dataset lacks; raises where it must not be brought about."""


@dataclass(slots=True, kw_only=True)
class Run:
    """What was sent and seen so far. Used once, by one flow."""

    settings: DataGoThSettings
    context: Context
    journal: PublicationJournal
    target: str
    writes: int = 0
    package: Package | None = None

    def note(
        self,
        name: str,
        *,
        outcome: str = "done",
        rows: tuple[int, int] = (0, 0),
        fields: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Keep a step in the journal; ``rows`` are those done, of how many."""
        done, total = rows
        step = PublicationStep(
            name=name, target=self.target, outcome=outcome, rows_done=done, rows_total=total, fields=fields
        )
        self.journal.note(step)

    def send(self, request: Request, *, step: str, rows: tuple[int, int] = (0, 0)) -> Flow[object]:
        """Send a request and give its result; a write is counted and noted before and after."""
        if request.effect is Effect.READ:
            response = yield request
            return result_of(response, operation=request.operation)
        self.writes += 1
        self.note(step, outcome="sent", rows=rows)
        try:
            response = yield request
        except (OutcomeUnknownError, TransportError):
            self.note(step, outcome="unknown", rows=rows)
            raise
        try:
            result = result_of(response, operation=request.operation)
        except UNSETTLED:
            self.note(step, outcome="unknown", rows=rows)
            raise
        return result

    def read_back(self, name: str) -> Flow[Package]:
        """The dataset as it stands now."""
        package = yield from read_package(self.settings, name)
        if package is None:
            raise NotFoundError(GONE, platform=PLATFORM, operation="package_show")
        self.package = package
        return package

    def create(self, fields: Mapping[str, object], *, name: str, missing: Missing) -> Flow[Package]:
        """Create the dataset and read it back; ``missing`` tells what of it did not arrive.

        Raises:
            ConflictError: the name is taken.
            OutcomeUnknownError: no answer came, and the dataset is not to be seen.
            UnexpectedAnswerError: the catalogue dropped something without a word.
        """
        lost: GovlinkError | None = None
        request = request_package_create(self.settings, fields)
        try:
            yield from self.send(request, step="dataset")
        except UNSETTLED as error:
            lost = error
        package = yield from read_package(self.settings, name)
        absent = missing(package).names() if package is not None else (name,)
        if package is None or absent:
            raise lost or _not_kept(request.operation, absent)
        self.package = package
        self.note("dataset")
        return package

    def revise(self, name: str, *, step: str, missing: Missing) -> Flow[Package]:
        """Bring about what is ``missing`` by compare-and-set, reading anew before each attempt.

        Raises:
            NotFoundError: the dataset is not there.
            ConflictError: somebody keeps changing the dataset.
            OutcomeUnknownError: no attempt had an answer, and nothing is to be seen of them.
            UnexpectedAnswerError: the catalogue took the call and dropped a part of it.
        """
        last: GovlinkError | None = None
        package = yield from self.read_back(name)
        for attempt in range(REVISE_ATTEMPTS):
            revision = missing(package)
            if not revision:
                return package
            last = None
            boundary = f"govlink-{self.context.uuid(f'{step}-{attempt}').hex}"
            request = request_package_revise(self.settings, package, revision, boundary=boundary)
            try:
                yield from self.send(request, step=step)
            except (ConflictError, *UNSETTLED) as error:
                last = error
            package = yield from self.read_back(name)
            if last is None:
                break
        if absent := missing(package).names():
            raise last or _not_kept("package_revise", absent)
        self.note(step)
        return package


def _not_kept(operation: str, names: tuple[str, ...]) -> UnexpectedAnswerError:
    fields = ", ".join(names)
    return UnexpectedAnswerError(NOT_KEPT, platform=PLATFORM, operation=operation, fields=fields)

"""What a client is given to publish, and the gate it passes before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .errors import Fault, RejectedError
from .flow import Context, Flow
from .interfaces import OpenDataCatalogue, PublicationJournal
from .models.dataset import Dataset
from .models.publication import (
    Consent,
    Declaration,
    Publication,
    PublicationPlan,
    PublicationResult,
    PublicationStep,
)
from .models.release import Release
from .models.table import Table

if TYPE_CHECKING:  # what statistics need is loaded by whoever publishes some
    from .statistics import DisclosurePolicy, Ledger

__all__ = ["Offer"]

NO_RELEASE = Fault(
    "publication.no_release",
    en="policy and ledger are asked of a release of statistics; these rows go out by a declaration",
    th="policy และ ledger ใช้กับผลเผยแพร่สถิติเท่านั้น ข้อมูลนี้เผยแพร่ตามคำรับรองการเปิดเผย",
)
LEDGER_NOT_ASKED = (
    "the release was prepared with a ledger, and none was given here: nobody looked whether it is noted"
    " there, nor attacked it together with what was out before"
)


class _NoJournal:
    """For who keeps none: the catalogue itself tells how far a publication got."""

    def note(self, step: PublicationStep) -> None:
        """Nothing is kept."""

    def published(self) -> tuple[tuple[str, str], ...]:
        """Not known."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a client is given to publish: a release, or a table with the decision that it is open."""

    content: Release | Table
    dataset: Dataset
    declaration: Declaration | None = None
    consent: Consent | None = None
    journal: PublicationJournal | None = None
    policy: DisclosurePolicy | None = None
    ledger: Ledger | None = None

    @contextmanager
    def _publication(self) -> Iterator[Publication]:
        """The gate trusts no type: the table of a release is attacked once more before anything is sent."""
        consent = self.consent or Consent()
        if not isinstance(self.content, Release):
            if self.policy is not None or self.ledger is not None:
                raise RejectedError(NO_RELEASE)
            yield Publication(
                dataset=self.dataset, table=self.content, declaration=self.declaration, consent=consent
            )
            return
        from .statistics import confirm_release  # loads the solver, which only publishing needs
        from .tables import release_table

        release = self.content
        confirm_release(release, policy=self.policy, ledger=self.ledger)
        with release_table(release) as table:
            yield Publication(
                dataset=self.dataset,
                table=table,
                release=release,
                declaration=self.declaration,
                consent=consent,
            )

    def plan(self, catalogue: OpenDataCatalogue, *, context: Context) -> Flow[PublicationPlan]:
        """Ask the catalogue what publishing would change."""
        with self._publication() as publication:
            plan = yield from catalogue.plan(publication, journal=self._journal, context=context)
        return replace(plan, notes=(*plan.notes, *self._notes))

    def publish(self, catalogue: OpenDataCatalogue, *, context: Context) -> Flow[PublicationResult]:
        """Publish it there."""
        with self._publication() as publication:
            result = yield from catalogue.publish(publication, journal=self._journal, context=context)
        return replace(result, notes=(*result.notes, *self._notes))

    @property
    def _journal(self) -> PublicationJournal:
        return self.journal or _NoJournal()

    @property
    def _notes(self) -> tuple[str, ...]:
        if not isinstance(self.content, Release) or self.ledger is not None:
            return ()
        return () if self.content.report.ledger_head is None else (LEDGER_NOT_ASKED,)

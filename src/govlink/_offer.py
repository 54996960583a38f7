"""What a client is given to publish, and the gate it passes before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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

__all__ = ["Offer"]


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

    @contextmanager
    def _publication(self) -> Iterator[Publication]:
        """The gate trusts no type: the table of a release is attacked once more before anything is sent."""
        consent = self.consent or Consent()
        if not isinstance(self.content, Release):
            yield Publication(
                dataset=self.dataset, table=self.content, declaration=self.declaration, consent=consent
            )
            return
        from .statistics import confirm_release  # loads the solver, which only publishing needs
        from .tables import release_table

        release = self.content
        confirm_release(release)
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
            return (
                yield from catalogue.plan(publication, journal=self.journal or _NoJournal(), context=context)
            )

    def publish(self, catalogue: OpenDataCatalogue, *, context: Context) -> Flow[PublicationResult]:
        """Publish it there."""
        with self._publication() as publication:
            return (
                yield from catalogue.publish(
                    publication, journal=self.journal or _NoJournal(), context=context
                )
            )

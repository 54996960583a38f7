"""The verbs of an open-data catalogue, on CKAN with the Thai metadata standard."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from govlink.errors import AuthError, ConflictError
from govlink.flow import Context, Flow
from govlink.interfaces import PublicationJournal
from govlink.models.publication import (
    NationalState,
    Publication,
    PublicationPlan,
    PublicationResult,
    PublicationState,
    PublicationStep,
)

from .answers import NAME_TAKEN
from .columns import columns_to_do
from .gate import Description, check_publication, description_of
from .identity import digest_of, resource_id_of
from .national import national_state_of
from .parse import PREPARE, Package, Site, state_of
from .planning import notes_of_steps, plan_of
from .preflight import drift_of, notes_of
from .publication import Carrier
from .revisions import withdrawal
from .run import Run
from .settings import DataGoThSettings
from .steps import Steps, steps_of
from .stored import RowWork, read_stored, rows_to_do
from .survey import read_package, read_schema, read_site, survey

__all__ = ["DataGoThFlows"]

HELD_BY_STEWARDS = (
    "stewards of the catalogue hold the dataset and refused a change: this content is not in place yet; "
    "publish it again after their approval"
)


class _NoJournal:
    """``withdraw`` has none: it is one step."""

    def note(self, step: PublicationStep) -> None:
        """Nothing is kept."""

    def published(self) -> tuple[tuple[str, str], ...]:
        """Not known."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Described:
    """The catalogue, the description it will hold, and what a plan and a result tell of both."""

    site: Site
    description: Description
    drift: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataGoThFlows:
    """``OpenDataCatalogue`` on an agency's catalogue."""

    settings: DataGoThSettings

    def _described(self, publication: Publication) -> Flow[_Described]:
        site = yield from read_site(self.settings)
        schema = yield from read_schema(self.settings)
        return _Described(
            site=site,
            description=description_of(publication, settings=self.settings, schema=schema),
            drift=drift_of(schema) if schema is not None else (),
            notes=notes_of(publication.dataset),
        )

    def _steps(
        self,
        publication: Publication,
        described: _Described,
        *,
        published: Mapping[str, str],
        opened: ExitStack,
    ) -> Flow[Steps]:
        """Survey and decide; ``opened`` keeps the comparison of stored rows open while it is used."""
        settings, table, consent = self.settings, publication.table, publication.consent
        name = publication.dataset.name
        site = described.site
        found = yield from survey(
            settings, site=site, name=name, owner_org=publication.dataset.owner_org, consent=consent
        )
        columns = columns_to_do(
            table, found.table, resource=found.resource, consent=consent, version=site.version
        )
        rows, changes = rows_to_do(table, found, columns), None
        if rows.work is RowWork.COMPARE and found.table is not None:
            path = table.scratch_path("stored.csv")
            yield from read_stored(settings, resource_id_of(name), stored=found.table, path=path)
            changes = opened.enter_context(table.changes_since(path))
        return steps_of(
            settings,
            publication,
            description=described.description,
            found=found,
            columns=columns,
            rows=rows,
            changes=changes,
            published=published,
        )

    def plan(
        self, publication: Publication, *, journal: PublicationJournal, context: Context
    ) -> Flow[PublicationPlan]:
        """Read what stands and tell what ``publish`` would change, without writing.

        On the wire: the reads of ``publish``; stored rows are downloaded whole where they may differ.
        Raises what ``publish`` raises before its first write.
        """
        del context  # nothing here depends on time or chance
        check_publication(publication)
        described = yield from self._described(publication)
        with ExitStack() as opened:
            steps = yield from self._steps(
                publication, described, published=dict(journal.published()), opened=opened
            )
            return plan_of(publication, steps, drift=described.drift, notes=described.notes)

    def publish(
        self, publication: Publication, *, journal: PublicationJournal, context: Context
    ) -> Flow[PublicationResult]:
        """Publish the table and its description; doing it twice writes once.

        On the wire: reads, then ``package_create`` (private) with the table's resource, or one
        ``package_revise`` that hides the dataset and marks its rows; ``datastore_create``,
        ``datastore_upsert`` and ``datastore_delete`` in batches in key order, reads to verify, and one
        ``package_revise`` with description, file and visibility. Each only where something differs. A
        change of rows that fits one call is made without hiding the dataset. A run that breaks off, at
        any point, is finished by the next from what stands on the catalogue. A dataset that
        somebody withdrew, deleted or refused to have harvested stays so, unless ``consent`` says
        otherwise. Where the governance extension holds the dataset for its stewards, the result says
        so. (the order is ours; the actions are documented by CKAN and tried)

        Raises:
            ProtectionError: the release is not as it was audited, or the table is not the release's.
                Nothing was sent.
            RejectedError: the description or table breaks a rule, with a JSON pointer for each; or a
                stored column would be dropped. Nothing was written.
            AuthError: the token is wrong, or has no right in this organisation.
            ConflictError: the name is taken, the dataset was withdrawn or deleted, or somebody changed
                dataset or table meanwhile; ``EditedElsewhereError`` with a report, where somebody else
                edited what the caller changed.
            OutcomeUnknownError: a write had no answer and is not to be seen; publish again.
            UnavailableError: the catalogue cannot serve now; publish again later.
        """
        check_publication(publication)
        described = yield from self._described(publication)
        target = digest_of(publication.table)
        run = Run(settings=self.settings, context=context, journal=journal, target=target)
        try:
            return (yield from self._attempt(run, publication, described))
        except ConflictError as error:
            if error.fault is not NAME_TAKEN:
                raise
            taken = error
        # an earlier run of ours that was thought lost may have made it; if it is to be seen, go on with it
        if (yield from read_package(self.settings, publication.dataset.name)) is None:
            raise taken
        return (yield from self._attempt(run, publication, described))

    def _attempt(self, run: Run, publication: Publication, described: _Described) -> Flow[PublicationResult]:
        published = dict(run.journal.published())
        with ExitStack() as opened:
            steps = yield from self._steps(publication, described, published=published, opened=opened)
            run.note("survey", rows=(0, publication.table.row_count))
            carrier = Carrier(run=run, publication=publication, steps=steps, published=published)
            held: tuple[str, ...] = ()
            try:
                package = yield from carrier.carry_out()
            except AuthError:
                # a steward has taken the dataset over: the owner's right to write is suspended (seen in code)
                if run.package is None or run.package.type != PREPARE:
                    raise
                package, held = run.package, (HELD_BY_STEWARDS,)
            return _result(carrier, package, described, notes=held)

    def state_of(self, name: str, *, context: Context) -> Flow[PublicationState]:
        """Where the dataset stands on this catalogue; what harvesters have taken is not looked at.

        Raises:
            AuthError: it is private and the token may not see it.
        """
        del context
        return state_of((yield from read_package(self.settings, name)))

    def national_state_of(self, name: str, *, context: Context) -> Flow[NationalState]:
        """Where the dataset stands at the national catalogue, by what its harvester tells.

        On the wire: ``status_show`` and ``package_show`` of this catalogue, then two questions to the
        harvester, without any token. (ckanext-thai_gdc 2.1.0, seen in code)

        Raises:
            AuthError: the dataset is private and the token may not see it.
        """
        del context
        package = yield from read_package(self.settings, name)
        if state_of(package) is PublicationState.ABSENT or package is None:
            return NationalState.UNKNOWN
        site = yield from read_site(self.settings)
        return (yield from national_state_of(self.settings, package, site=site))

    def withdraw(self, name: str, *, context: Context) -> Flow[PublicationState]:
        """Make the dataset private and forbid harvesting, by one compare-and-set; nothing if it is so.

        It stays so: ``publish`` refuses it from then on, unless the caller consents to republish it. A
        dataset without our table cannot bear that mark. Copies that GD Catalog or data.go.th harvested are
        revoked there, by their own procedure.

        Raises:
            NotFoundError: there is no such dataset.
            AuthError: the token has no right to it.
            ConflictError: somebody keeps changing the dataset.
        """
        run = Run(settings=self.settings, context=context, journal=_NoJournal(), target="")
        return state_of((yield from run.revise(name, step="withdraw", missing=withdrawal)))


def _result(
    carrier: Carrier, package: Package, described: _Described, *, notes: tuple[str, ...]
) -> PublicationResult:
    steps, table = carrier.steps, carrier.publication.table
    has_file = package.resource(steps.file.resource_id) is not None
    return PublicationResult(
        dataset=package.name,
        dataset_id=package.id,
        resource_id=resource_id_of(package.name),
        file_resource_id=steps.file.resource_id if has_file else None,
        state=state_of(package),
        rows=table.row_count,
        writes=carrier.run.writes,
        rows_written=carrier.rows_written,
        rows_deleted=carrier.rows_deleted,
        kept=carrier.kept,
        drift=described.drift,
        notes=described.notes + notes_of_steps(steps) + notes,
    )

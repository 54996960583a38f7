"""The four verbs of an open-data catalogue, on CKAN with the Thai metadata standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govlink.errors import AuthError, ConflictError, NotFoundError
from govlink.flow import Context, Flow
from govlink.models.dataset import Dataset, PublicationResult, PublicationState
from govlink.models.release import Release

from .answers import NAME_TAKEN
from .metadata import Wanted, wanted_of
from .parse import PREPARE, Package, Schema, state_of
from .preflight import check_against, check_dataset
from .publication import GONE, Publication
from .settings import PLATFORM, DataGoThSettings
from .sheet import CONTENT_KEY, PENDING, WITHDRAWN, Sheet, resource_id_of, sheet_of
from .survey import content_of, read_package, read_schema, survey

__all__ = ["DataGoThFlows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataGoThFlows:
    """``OpenDataCatalogue`` on an agency's catalogue."""

    settings: DataGoThSettings

    def _prepare(self, release: Release, dataset: Dataset) -> tuple[Wanted, Sheet]:
        release.verify_seal()
        check_dataset(dataset)
        wanted = wanted_of(dataset, report=release.report, settings=self.settings)
        return wanted, sheet_of(release)

    def _live_schema(self, wanted: Wanted) -> Flow[Schema | None]:
        schema = yield from read_schema(self.settings)
        if schema is not None:
            check_against(wanted, schema)
        return schema

    def plan(self, release: Release, *, dataset: Dataset, context: Context) -> Flow[tuple[str, ...]]:
        """Read what stands and tell what ``publish`` would change, one English line each.

        Raises what ``publish`` raises before its first write.
        """
        del context  # nothing here depends on time or chance
        wanted, sheet = self._prepare(release, dataset)
        schema = yield from self._live_schema(wanted)
        steps = yield from survey(self.settings, wanted=wanted, sheet=sheet, schema=schema)
        return steps.lines()

    def publish(self, release: Release, *, dataset: Dataset, context: Context) -> Flow[PublicationResult]:
        """Publish the table and its description; doing it twice writes once.

        On the wire: reads, then ``package_create`` (private) and ``resource_create``, or one
        ``package_revise`` of what differs, which also hides the dataset while rows change;
        ``datastore_create``, ``datastore_upsert`` in batches in key order, reads to verify, and one
        ``package_revise`` that makes it public. Each only where something differs. A run that breaks
        off leaves the dataset private, and the next run goes on from there. A dataset that somebody
        withdrew, deleted or refused to have harvested stays so, unless ``republish`` names it.
        Where the governance extension holds the dataset for its stewards, the result says so; if it
        refused a write, this release is not in place yet: publish it again after the approval.
        (the order is ours; the actions are documented by CKAN and tried)

        Raises:
            ProtectionError: the release is not as it was audited. Nothing was sent.
            RejectedError: the description or table breaks a rule, with a JSON pointer for each; by the
                SDK's own lists nothing was sent, by the catalogue's live schema nothing was written.
            AuthError: the token is wrong, or has no right in this organisation.
            ConflictError: the name is taken, the dataset was withdrawn or deleted, or somebody changed
                dataset or table meanwhile.
            OutcomeUnknownError: a write had no answer and is not to be seen; publish again.
            UnavailableError: the catalogue cannot serve now; publish again later.
        """
        del context
        wanted, sheet = self._prepare(release, dataset)
        schema = yield from self._live_schema(wanted)
        run = Publication(settings=self.settings)
        try:
            package = yield from self._converge(run, wanted, sheet, schema)
        except AuthError:
            # a steward has taken the dataset over: the owner's right to write is suspended (seen in code)
            if run.package is None or run.package.type != PREPARE:
                raise
            package = run.package
        return PublicationResult(
            dataset=wanted.name,
            dataset_id=package.id,
            resource_id=resource_id_of(wanted.name),
            state=state_of(package),
            rows=len(sheet.rows),
            writes=run.writes,
        )

    def _converge(
        self, run: Publication, wanted: Wanted, sheet: Sheet, schema: Schema | None
    ) -> Flow[Package]:
        steps = yield from survey(self.settings, wanted=wanted, sheet=sheet, schema=schema)
        try:
            return (yield from run.carry_out(steps, wanted=wanted, sheet=sheet, schema=schema))
        except ConflictError as error:
            if error.fault is not NAME_TAKEN:
                raise
            taken = error
        # an earlier run of ours that was thought lost may have made it; if it is to be seen, go on with it
        steps = yield from survey(self.settings, wanted=wanted, sheet=sheet, schema=schema)
        if steps.package is None:
            raise taken
        return (yield from run.carry_out(steps, wanted=wanted, sheet=sheet, schema=schema))

    def state_of(self, name: str, *, context: Context) -> Flow[PublicationState]:
        """Where the dataset stands on this catalogue; what harvesters have taken is not looked at.

        Raises:
            AuthError: it is private and the token may not see it.
        """
        del context
        return state_of((yield from read_package(self.settings, name)))

    def withdraw(self, name: str, *, context: Context) -> Flow[PublicationState]:
        """Make the dataset private and forbid harvesting, by one compare-and-set; nothing if it is so.

        It stays so: ``publish`` refuses it from then on, unless ``republish`` names it. A dataset without
        our table cannot bear that mark. Copies that GD Catalog or data.go.th harvested are
        revoked there, by their own procedure.

        Raises:
            NotFoundError: there is no such dataset.
            AuthError: the token has no right to it.
            ConflictError: somebody keeps changing the dataset.
        """
        del context

        def missing(package: Package) -> Mapping[str, object]:
            if state_of(package) is PublicationState.ABSENT:
                raise NotFoundError(GONE, platform=PLATFORM, operation="package_show")
            update: dict[str, object] = {} if package.is_private else {"private": True}
            if package.fields.get("allow_harvest") == "True":
                update["allow_harvest"] = "False"
            resource_id = resource_id_of(package.name)
            if package.resource(resource_id) and content_of(package, package.name) in {"", PENDING}:
                update[f"resources__{resource_id}"] = {CONTENT_KEY: WITHDRAWN}
            return update

        run = Publication(settings=self.settings)
        return state_of((yield from run.revise(name, missing=missing)))

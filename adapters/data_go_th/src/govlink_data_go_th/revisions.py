"""What of the wanted state a dataset lacks, at each moment a publication changes it. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping

from govlink.errors import NotFoundError
from govlink.models.publication import Consent, Publication, PublicationState

from .columns import key_text
from .identity import (
    APPLIED_KEY,
    CONTENT_KEY,
    FILE_KEY,
    TABLE_KEY_KEY,
    RowsMark,
    Stage,
    applied_text,
    mark_of,
    resource_id_of,
)
from .merge import FILE, TABLE, Merge, adopted_prints, fields_of, prints_of
from .metadata import resource_differences
from .parse import PREPARE, Package, Schema, state_of
from .requests import Revision
from .run import GONE
from .settings import PLATFORM
from .steps import Steps
from .survey import check_not_withdrawn, is_seen

__all__ = ["created_fields", "lost_of_new", "preparation", "revelation", "withdrawal"]


def _new_resource(
    publication: Publication, steps: Steps, mark: RowsMark, *, prints: str
) -> dict[str, object]:
    return {
        **steps.description.wanted.table,
        "id": resource_id_of(publication.dataset.name),
        "url": "_datastore_only_resource",
        "url_type": "datastore",  # a table without a file, writable, and left alone by loaders (seen in code)
        CONTENT_KEY: mark.text(),
        TABLE_KEY_KEY: key_text(publication.table),
        APPLIED_KEY: prints,
    }


def _fields(steps: Steps) -> dict[str, object]:
    return fields_of(steps.description.wanted, has_file=steps.file.file is not None)


def created_fields(publication: Publication, steps: Steps) -> dict[str, object]:
    """A new dataset with its table's resource, in one call."""
    wanted = steps.description.wanted
    resource = _new_resource(publication, steps, steps.mark(), prints=applied_text(prints_of(_fields(steps))))
    return {
        **wanted.filled(),
        "name": wanted.name,
        "owner_org": wanted.owner_org,
        "resources": [resource],
    }


def lost_of_new(publication: Publication, steps: Steps, package: Package) -> Revision:
    """What of a dataset just created is not there: dropped without a word, or made public too early."""
    wanted, resource_id = steps.description.wanted, resource_id_of(package.name)
    lost = resource_differences(wanted.fields, package.fields)
    resource = package.resource(resource_id) or {}
    expected = _new_resource(publication, steps, steps.mark(), prints=applied_text(prints_of(_fields(steps))))
    expected.pop("url")  # CKAN puts the address of the download in its place (tried)
    below = resource_differences(expected, resource)
    seen = {"private": True} if is_seen(package) else {}
    return Revision(dataset={**lost, **seen}, resources={resource_id: below} if below else {})


def preparation(
    publication: Publication, steps: Steps, package: Package, *, mark: RowsMark | None = None
) -> Revision:
    """Hide the dataset where its rows will be seen in change, and mark them; add their resource.

    Raises:
        ConflictError: it was withdrawn meanwhile.
    """
    check_not_withdrawn(package, publication.consent)
    resource_id, mark = resource_id_of(package.name), mark or steps.mark()
    hidden = {"private": True} if is_seen(package) and not steps.is_atomic else {}
    resource = package.resource(resource_id)
    if resource is None:
        prints = applied_text(adopted_prints(package, _fields(steps)))
        return Revision(dataset=hidden, added=(_new_resource(publication, steps, mark, prints=prints),))
    wanted: dict[str, object] = {CONTENT_KEY: mark.text()}
    if mark.stage is Stage.LOADING:
        wanted[TABLE_KEY_KEY] = key_text(publication.table)
    update = resource_differences(wanted, resource)
    return Revision(dataset=hidden, resources={resource_id: update} if update else {})


def _may_be_harvested(steps: Steps, package: Package, consent: Consent) -> bool:
    """Whether to consent to harvesting: not against a refusal made since the rows were first public."""
    schema: Schema | None = steps.description.schema
    is_known = schema is not None and "allow_harvest" in schema.fields
    if not is_known or steps.description.wanted.fields.get("allow_harvest"):
        return False
    stored = package.fields.get("allow_harvest")
    mark = mark_of(package.resource(resource_id_of(package.name)))
    is_refused = stored == "False" and mark.stage not in {Stage.NEW, Stage.LOADING}
    return stored != "True" and (not is_refused or consent.republish)


def _visibility(steps: Steps, package: Package, consent: Consent) -> dict[str, object]:
    """Public and harvestable; what stewards prepare is theirs to show."""
    update: dict[str, object] = {}
    if package.state != "active":
        update["state"] = "active"
    if package.is_private and package.type != PREPARE:
        update["private"] = False
    if _may_be_harvested(steps, package, consent):
        update["allow_harvest"] = "True"  # the text, because JSON true is stored as 'true' (tried)
    return update


def _file_revision(steps: Steps, package: Package, fields: Mapping[str, object]) -> Revision:
    """The file's part: ``fields`` of it differ."""
    work = steps.file
    there = package.resource(work.resource_id)
    if work.file is None:
        return Revision(removed=(work.resource_id,) if there is not None else ())
    if work.is_stored(package):
        return Revision(resources={work.resource_id: fields} if fields else {})
    digest = {FILE_KEY: work.file.sha256_hex}
    upload = (work.resource_id, work.file)
    if there is not None:
        return Revision(resources={work.resource_id: {**fields, **digest}}, upload=upload)
    new = {**steps.description.wanted.file, "id": work.resource_id, **digest}
    return Revision(added=(new,), upload=upload)


def revelation(publication: Publication, steps: Steps, package: Package, merged: Merge) -> Revision:
    """The last change: description, file, public, harvestable, and the rows' digest; what holds is left out.

    Raises:
        ConflictError: it was withdrawn meanwhile.
    """
    check_not_withdrawn(package, publication.consent)
    resource_id = resource_id_of(package.name)
    marks = {
        CONTENT_KEY: RowsMark(stage=Stage.PUBLIC, digest=steps.digest).text(),
        APPLIED_KEY: applied_text(merged.prints),
    }
    table = merged.resource(TABLE) | resource_differences(marks, package.resource(resource_id) or {})
    file = _file_revision(steps, package, merged.resource(FILE))
    return Revision(
        dataset=merged.dataset() | _visibility(steps, package, publication.consent),
        resources=({resource_id: table} if table else {}) | dict(file.resources),
        added=file.added,
        removed=file.removed,
        upload=file.upload,
    )


def withdrawal(package: Package) -> Revision:
    """Private, not to be harvested, and marked so where the rows' mark does not tell it.

    Raises:
        NotFoundError: the dataset is deleted.
    """
    if state_of(package) is PublicationState.ABSENT:
        raise NotFoundError(GONE, platform=PLATFORM, operation="package_show")
    update: dict[str, object] = {} if package.is_private else {"private": True}
    if package.fields.get("allow_harvest") == "True":
        update["allow_harvest"] = "False"
    resource_id = resource_id_of(package.name)
    resource = package.resource(resource_id)
    if resource is None or mark_of(resource).stage in {Stage.PUBLIC, Stage.WITHDRAWN}:
        return Revision(dataset=update)
    mark = RowsMark(stage=Stage.WITHDRAWN)
    return Revision(dataset=update, resources={resource_id: {CONTENT_KEY: mark.text()}})

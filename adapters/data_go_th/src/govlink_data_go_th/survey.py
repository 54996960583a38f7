"""What stands on the catalogue. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govlink.errors import (
    AuthError,
    ConflictError,
    Fault,
    NotFoundError,
    RejectedError,
    UnexpectedAnswerError,
)
from govlink.flow import Flow, Request
from govlink.models.publication import Consent

from .answers import NOT_A_CALL, result_of
from .identity import Stage, mark_of, resource_id_of
from .parse import (
    PREPARE,
    Package,
    Schema,
    Site,
    StoredTable,
    parse_organisations,
    parse_package,
    parse_schema,
    parse_status,
    parse_table,
)
from .requests import (
    request_datastore_search,
    request_organization_list_for_user,
    request_package_show,
    request_scheming_dataset_schema_show,
    request_status_show,
)
from .settings import PLATFORM, DataGoThSettings

__all__ = [
    "Survey",
    "ask",
    "check_not_withdrawn",
    "is_seen",
    "read_package",
    "read_schema",
    "read_site",
    "read_table",
    "survey",
]

TOO_OLD = Fault(
    "data_go_th.too_old",
    en="this CKAN is older than 2.9 and cannot publish in one step",
    th="CKAN รุ่นนี้เก่ากว่า 2.9 ไม่สามารถเผยแพร่ในขั้นตอนเดียวได้",
)
NO_ORGANISATION = Fault(
    "data_go_th.no_organisation",
    en="the access token is not known, or may not create datasets in this organisation",
    th="ไม่รู้จักโทเคนนี้ หรือโทเคนไม่มีสิทธิสร้างชุดข้อมูลในองค์กรนี้",
)
OTHER_OWNER = Fault(
    "data_go_th.other_owner",
    en="a dataset of this name belongs to another organisation",
    th="ชุดข้อมูลชื่อนี้เป็นขององค์กรอื่น",
)
WITHDRAWN_BY_A_PERSON = Fault(
    "data_go_th.withdrawn",
    en="the dataset was withdrawn or deleted and stays so, unless the caller consents to republish it",
    th="ชุดข้อมูลนี้ถูกถอนหรือลบไปแล้วและจะคงไว้เช่นนั้น เว้นแต่ผู้เรียกยินยอมให้เผยแพร่อีก (republish)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What stands: the dataset and its table, None where there is none, with the table's last row."""

    site: Site
    package: Package | None
    table: StoredTable | None

    @property
    def resource(self) -> Mapping[str, object] | None:
        """The table's resource."""
        package = self.package
        return package.resource(resource_id_of(package.name)) if package else None


def ask(request: Request) -> Flow[object]:
    """Send a request that reads, and give its result."""
    response = yield request
    return result_of(response, operation=request.operation)


def read_package(settings: DataGoThSettings, name: str) -> Flow[Package | None]:
    """The dataset of that name, or None."""
    try:
        result = yield from ask(request_package_show(settings, name))
    except NotFoundError:
        return None
    return parse_package(result, operation="package_show")


def read_site(settings: DataGoThSettings) -> Flow[Site]:
    """What the catalogue says of itself.

    Raises:
        UnexpectedAnswerError: CKAN is older than 2.9 and lacks ``package_revise``.
    """
    site = parse_status((yield from ask(request_status_show(settings))), operation="status_show")
    if site.version is not None and site.version < (2, 9):
        raise UnexpectedAnswerError(TOO_OLD, platform=PLATFORM, operation="status_show")
    return site


def read_schema(settings: DataGoThSettings) -> Flow[Schema | None]:
    """The live schema; None where the catalogue does not tell it."""
    request = request_scheming_dataset_schema_show(settings)
    try:
        result = yield from ask(request)
    except NotFoundError:
        return None
    except RejectedError as error:
        if error.fault is NOT_A_CALL:
            return None
        raise
    return parse_schema(result, operation=request.operation)


def read_table(settings: DataGoThSettings, resource_id: str) -> Flow[StoredTable | None]:
    """The columns, the number of rows and the last row of a stored table; None where there is none."""
    request = request_datastore_search(settings, resource_id, limit=1, sort="_id desc")
    try:
        result = yield from ask(request)
    except NotFoundError:
        return None
    return parse_table(result, operation=request.operation)


def _check_right(settings: DataGoThSettings, owner_org: str) -> Flow[None]:
    request = request_organization_list_for_user(settings)
    result = yield from ask(request)
    if owner_org not in parse_organisations(result, operation=request.operation):
        raise AuthError(NO_ORGANISATION, platform=PLATFORM, operation=request.operation)


def is_seen(package: Package | None) -> bool:
    """Whether the public sees the dataset; one under preparation by stewards is theirs to show."""
    return package is not None and not package.is_private and package.type != PREPARE


def check_not_withdrawn(package: Package, consent: Consent) -> None:
    """Refuse to bring back what somebody took out of public view.

    A publication that hides a dataset marks its rows in the same call. So a private dataset marked
    otherwise was withdrawn, by ``withdraw`` or in the web form. While the governance extension
    prepares a dataset, it is private by its rules.

    Raises:
        ConflictError: it was withdrawn or deleted, and ``consent.republish`` is not given.
    """
    mark = mark_of(package.resource(resource_id_of(package.name)))
    is_by_rule = package.type == PREPARE and mark.stage is not Stage.WITHDRAWN
    was_hidden = package.is_private and not is_by_rule and not mark.is_hidden_by_us
    if (was_hidden or package.state == "deleted") and not consent.republish:
        raise ConflictError(WITHDRAWN_BY_A_PERSON, platform=PLATFORM, operation="package_show")


def survey(
    settings: DataGoThSettings, *, site: Site, name: str, owner_org: str, consent: Consent
) -> Flow[Survey]:
    """Read what stands under that name.

    Raises:
        AuthError: the token may not create datasets in the organisation.
        ConflictError: another organisation has a dataset of this name, or it was withdrawn.
    """
    package = yield from read_package(settings, name)
    if package is None:
        yield from _check_right(settings, owner_org)
        return Survey(site=site, package=None, table=None)
    if owner_org not in package.owners:
        raise ConflictError(OTHER_OWNER, platform=PLATFORM, operation="package_show")
    check_not_withdrawn(package, consent)
    resource_id = resource_id_of(name)
    has_resource = package.resource(resource_id) is not None
    table = (yield from read_table(settings, resource_id)) if has_resource else None
    return Survey(site=site, package=package, table=table)

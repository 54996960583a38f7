"""From true counts to a release, and a release on disk.

Nothing else makes a ``Release``: a table gets its seal here, after the audit has passed.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Fault, ProtectionError, RejectedError
from ..models.release import Dimension, ProtectedTable, Release, RestrictedReport, seal
from .policy import DisclosurePolicy
from .protect import protect
from .published import PublicRules, PublishedTable, Subject
from .releasing.attacking import attack_release, attack_reported
from .releasing.files import REPORT_NAME, TABLE_NAME, ReleaseFiles, write_release
from .releasing.reading import demand_report_of, read_report
from .releasing.reporting import Past, public_report, restricted_report
from .releasing.table_file import read_table
from .tabulate import RawTable

if TYPE_CHECKING:
    from pydantic import SecretStr

    from .ledger import Entry, Ledger

__all__ = [
    "Prepared",
    "ReleaseFiles",
    "confirm_release",
    "prepare",
    "read_release",
    "read_table",
    "release",
    "write_release",
]

TABLE_MISSING = Fault(
    "statistics.table_missing", en="there is no {name} in the release", th="ไม่พบ {name} ในผลการปกปิดข้อมูล"
)
DIMENSIONS_DIFFER = Fault(
    "statistics.dimensions_differ",
    en="the table is counted by {found}, and other columns are described",
    th="ตารางนับตาม {found} ซึ่งไม่ตรงกับคอลัมน์ที่อธิบายไว้",
)
DAY_MISSING = Fault(
    "statistics.as_of_missing",
    en="the policy publishes closed periods only, so the day must be given on which they are judged",
    th="นโยบายเผยแพร่เฉพาะช่วงเวลาที่ปิดแล้ว จึงต้องระบุวันที่ใช้พิจารณา",
)
GROUP_FILTERED = Fault(
    "statistics.group_filtered",
    en="the policy protects what members of a group share in {dimension}, so no table of some categories"
    " of it alone goes out; count by it instead",
    th="นโยบายคุ้มครองสิ่งที่สมาชิกของกลุ่มมีร่วมกันใน {dimension} จึงเผยแพร่ตารางที่นับเฉพาะบางหมวดไม่ได้ ให้ใช้เป็นมิติของตารางแทน",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A release, and beside it what only the agency may read.

    Attributes:
        release: May be published.
        restricted: May not.
    """

    release: Release
    restricted: RestrictedReport


def release(
    raw: RawTable,
    *,
    policy: DisclosurePolicy,
    subject: Subject | None = None,
    ledger: Ledger | None = None,
    name: str = "",
    as_of: date | None = None,
) -> Release:
    """Protect the table, attack the result, and seal what held; arguments as for ``prepare``.

    The ledger is read and not added to: a release that is published and never noted in it, by
    ``ledger.publish_files`` or ``Ledger.append``, protects nothing that comes later.

    Raises:
        ProtectionError: the table cannot be protected, or the audit found a cell that gives way.
        RejectedError: the policy or the table lacks something.
    """
    return prepare(raw, policy=policy, subject=subject, ledger=ledger, name=name, as_of=as_of).release


def prepare(
    raw: RawTable,
    *,
    policy: DisclosurePolicy,
    subject: Subject | None = None,
    ledger: Ledger | None = None,
    restates: tuple[str, ...] = (),
    name: str = "",
    as_of: date | None = None,
    digest_key: SecretStr | None = None,
) -> Prepared:
    """Protect the table, attack the result, and seal what held, with the report for the agency's eyes.

    Nothing is written; a ledger is read and not added to. A release that is published and never noted in
    it, by ``ledger.publish_files`` or ``Ledger.append``, protects nothing that comes later: the next one is
    then attacked as if this one were not out.

    Args:
        raw: True counts.
        policy: Signed rules.
        subject: Which records the table counts; the policy's population without it.
        ledger: What was published before, to be attacked together with the table.
        restates: Names of earlier releases that this one corrects.
        name: What messages call the table.
        as_of: The day on which periods must be closed; needed where the policy has a period.
        digest_key: Keys the digest of the true counts in the restricted report; without it there is none.

    Raises:
        ProtectionError: the table cannot be protected, contradicts the ledger, or the audit found a cell
            that gives way.
        RejectedError: the policy or the table lacks something, or a period is not closed.
    """
    said = subject or policy.subject()
    counted = replace(said, where=policy.subject(where=said.where).where)
    if policy.period is not None:
        from .tabulate import demand_closed

        if as_of is None:
            raise RejectedError(DAY_MISSING)
        demand_closed(raw, period=policy.period, as_of=as_of, where=counted.where)
    if policy.group is not None and policy.group.dimension in dict(counted.where):
        raise RejectedError(GROUP_FILTERED, dimension=policy.group.dimension)
    raw = _related(raw, policy, period=counted.period)
    noted = _noted(ledger, name)
    if noted is not None and restates in ((), noted[1].restates):
        # What is out already is made again as it was then, or a second run would not give the same bytes.
        before, entry = noted
        with contextlib.suppress(ProtectionError, RejectedError):
            made = _prepared(
                raw, policy, counted, before, restates=entry.restates, name=name, digest_key=digest_key
            )
            if made.release.table.sha256_hex() == entry.table_sha256_hex:
                return made
    return _prepared(raw, policy, counted, ledger, restates=restates, name=name, digest_key=digest_key)


def _related(raw: RawTable, policy: DisclosurePolicy, *, period: str | None) -> RawTable:
    """The table with its periods tied to months, quarters and years that other tables may show."""
    dimensions = tuple(
        replace(dimension, parents=policy.related(dimension.id, codes))
        if dimension.id == period and not dimension.parents
        else dimension
        for dimension, codes in zip(raw.dimensions, raw.categories, strict=True)
    )
    return replace(raw, dimensions=dimensions)


def _noted(ledger: Ledger | None, name: str) -> tuple[Ledger, Entry] | None:
    """The ledger as it was before the last release of that name, and its entry, if there is one."""
    if ledger is None:
        return None
    for place, entry in reversed(tuple(enumerate(ledger.entries))):
        if entry.name == name:
            return type(ledger)(ledger.path, ledger.entries[:place]), entry
    return None


def _prepared(
    raw: RawTable,
    policy: DisclosurePolicy,
    counted: Subject,
    ledger: Ledger | None,
    *,
    restates: tuple[str, ...],
    name: str,
    digest_key: SecretStr | None,
) -> Prepared:
    rules = _rules(raw, policy)
    earlier = ledger.published(counted, restates=restates, method=policy.method) if ledger else ()
    restated = ledger.restated(counted, restates) if ledger else ()
    protected = protect(raw, policy=policy, subject=counted, earlier=earlier, restated=restated)
    found = attack_reported(
        protected.table,
        method=policy.method,
        rules=rules,
        subject=counted,
        name=name,
        parameters=dict(protected.facts.parameters()) if protected.facts else {},
        earlier=earlier,
        raw=raw,
        assessment=protected.assessment,
    )
    report = public_report(
        protected,
        policy=policy,
        rules=rules,
        subject=counted,
        found=found,
        past=Past(
            head=ledger.head if ledger else None,
            entries=len(ledger.entries) if ledger else 0,
            earlier=earlier,
            restates=restates,
        ),
    )
    restricted = restricted_report(raw, protected, found=found, digest_key=digest_key)
    return Prepared(release=seal(table=protected.table, report=report), restricted=restricted)


def _rules(raw: RawTable, policy: DisclosurePolicy) -> PublicRules:
    """What the table promises: of a sum, the policy's threshold is one of contributors, not of the value."""
    if raw.contributions is None:
        return policy.rules()
    return replace(policy.rules(), measure="sum", measured=raw.measured)


def confirm_release(release: Release, *, earlier: tuple[PublishedTable, ...] = ()) -> None:
    """Verify the seal, and attack the table once more by its own report.

    Args:
        release: What is about to leave.
        earlier: Tables already out, to be attacked together with it.

    Raises:
        ProtectionError: the release was altered, or hidden cells give way.
    """
    release.verify_seal()
    attack_release(release.table, release.report, earlier=earlier)


def read_release(
    directory: Path, *, dimensions: tuple[Dimension, ...], earlier: tuple[PublishedTable, ...] = ()
) -> Release:
    """Read back what ``write_release`` wrote, attack the table once more, and seal it again.

    Without ``earlier`` the table is attacked alone; whether it is noted in a ledger is not asked. The seal
    stops mistakes: who rewrites table and report together, and knows how, is not stopped.

    Args:
        directory: Where it was written.
        dimensions: The labels, which are not in the files; their ids must be the table's columns, in
            order. Hierarchies are those of the report.
        earlier: Tables already out, to be attacked together with it.

    Raises:
        RejectedError: there is no table, it is not one, or its columns are others.
        ProtectionError: the report is missing, is not one, or is not of this table; or hidden cells give way.
        OSError: a file cannot be read.
    """
    from .ledger import recover_files

    recover_files(directory)
    try:
        bare = read_table(directory / TABLE_NAME)
    except FileNotFoundError:
        raise RejectedError(TABLE_MISSING, name=TABLE_NAME) from None
    report = read_report(directory / REPORT_NAME)
    whole = tuple(replace(d, parents=report.parents.get(d.id, ())) for d in bare.dimensions)
    bare = replace(bare, dimensions=whole)
    demand_report_of(bare, report, name=REPORT_NAME)
    found = tuple(dimension.id for dimension in bare.dimensions)
    if found != tuple(dimension.id for dimension in dimensions):
        raise RejectedError(DIMENSIONS_DIFFER, found=", ".join(found))
    named = tuple(
        Dimension(id=own.id, label_th=given.label_th, label_en=given.label_en, parents=own.parents)
        for own, given in zip(bare.dimensions, dimensions, strict=True)
    )
    table = ProtectedTable(dimensions=named, cells=bare.cells)
    attack_release(table, report, earlier=earlier)
    return seal(table=table, report=report)

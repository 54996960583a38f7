"""What a release must agree with when it leaves: the policy in force, and the ledger it was noted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import Fault, ProtectionError
from ...models.release import ProtectedTable, ProtectionReport
from ..columns import columns_met, demand_one_name
from ..published import PublishedTable

if TYPE_CHECKING:
    from ..ledger import Ledger
    from ..policy import DisclosurePolicy

__all__ = ["demand_in_force", "demand_noted"]

OTHER_POLICY = Fault(
    "statistics.policy_not_in_force",
    en="the release was protected by {found}, as it was signed then, and not by {wanted}, as it is signed"
    " now; protect the table again by the policy in force",
    th="ผลเผยแพร่นี้ปกปิดตาม {found} ฉบับที่ลงนามในขณะนั้น ไม่ใช่ตาม {wanted} ฉบับที่ลงนามและใช้บังคับอยู่ "
    "ให้ปกปิดข้อมูลใหม่ตามนโยบายที่ใช้บังคับ",
)
NOT_NOTED = Fault(
    "statistics.release_not_noted",
    en="the ledger {ledger} has no entry of this release, so nothing was, or will be, protected against it;"
    " protect the table again with this ledger and publish what that writes",
    th="บัญชีผลเผยแพร่ {ledger} ไม่มีรายการของผลเผยแพร่นี้ จึงไม่ได้ใช้เทียบเพื่อปกปิดข้อมูลอื่น "
    "ให้ปกปิดข้อมูลใหม่โดยใช้บัญชีนี้ แล้วเผยแพร่ผลที่ได้",
)
CORRECTED = Fault(
    "statistics.release_corrected",
    en="{name} was corrected since by {later}; publish that one",
    th="{name} ถูกแก้ไขด้วย {later} แล้ว ให้เผยแพร่รายการที่แก้ไข",
)


def demand_in_force(report: ProtectionReport, policy: DisclosurePolicy) -> None:
    """Refuse a release that was made by another policy than this one, or by an older wording of it.

    Raises:
        ProtectionError: it was.
    """
    if report.policy_sha256_hex != policy.sign_off.digest:
        found = f"{report.policy_id} {report.policy_version}"
        raise ProtectionError(OTHER_POLICY, found=found, wanted=f"{policy.id} {policy.version}")


def demand_noted(
    table: ProtectedTable, report: ProtectionReport, ledger: Ledger, *, policy: DisclosurePolicy | None
) -> tuple[PublishedTable, ...]:
    """Refuse a release that the ledger does not have, or has as corrected since.

    Args:
        table: The release's.
        report: The release's.
        ledger: The register's.
        policy: What it says of columns is held against what was out before the release; not asked without it.

    Returns:
        What was out before it, to be attacked together with it.

    Raises:
        ProtectionError: no entry has its table, its rules and its subject; or it was corrected since;
            or a column of it tells what another one tells.
    """
    entry = ledger.noted(table, rules=report.rules, subject=report.subject)
    if entry is None:
        raise ProtectionError(NOT_NOTED, ledger=ledger.path.name)
    if later := ledger.corrected_by(entry):
        raise ProtectionError(CORRECTED, name=entry.name, later=later.name)
    before, subject = ledger.before(entry), entry.published.subject
    if policy is not None:
        out = columns_met(subject, (old.published for old in before.entries))
        demand_one_name(columns_met(subject, (entry.published,)), out, policy=policy)
    return before.published(subject, restates=entry.restates, method=report.method)

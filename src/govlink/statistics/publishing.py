"""The files of a prepared release and its entry in the ledger, in one step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Fault, RejectedError
from .ledger import Entry, Ledger, OutputFile, PolicyMark, publish_files
from .published import PublishedTable
from .releasing.files import REPORT_NAME, RESTRICTED_NAME, TABLE_NAME, report_json, restricted_json
from .releasing.gate import demand_in_force
from .releasing.table_file import table_csv

if TYPE_CHECKING:
    from .policy import DisclosurePolicy
    from .release import Prepared

__all__ = ["publish_release"]

NAMELESS = Fault(
    "statistics.release_nameless",
    en="a ledger notes a release by its name, and this one was prepared without; give name= to prepare",
    th="บัญชีผลเผยแพร่บันทึกรายการตามชื่อ แต่ผลเผยแพร่นี้ไม่มีชื่อ ให้ระบุ name= ใน prepare",
)


def publish_release(
    prepared: Prepared, directory: Path, *, policy: DisclosurePolicy, ledger: Ledger
) -> Entry:
    """Write ``table.csv``, ``report.json`` and ``restricted.json`` and note the release; all or nothing.

    If the run is killed, the next opening of the ledger or of the directory settles which. A release that
    the ledger has already is recognised, and its files are written again.

    Args:
        prepared: What ``prepare`` gave, with a name.
        directory: Where the files go; made if it is not there. Only ``restricted.json`` is not for others,
            and has mode 600.
        policy: The one it was prepared by.
        ledger: The one it was prepared with.

    Returns:
        The ledger's entry.

    Raises:
        RejectedError: it was prepared without a name.
        ProtectionError, ConflictError, VerificationError, ConfigError: as for ``publish_files``; or it was
            prepared by another policy, or altered since.
    """
    release = prepared.release
    if not prepared.name:
        raise RejectedError(NAMELESS)
    release.verify_seal()
    demand_in_force(release.report, policy)
    files = (
        OutputFile(name=RESTRICTED_NAME, content=restricted_json(prepared.restricted), mode=0o600),
        OutputFile(name=TABLE_NAME, content=table_csv(release.table)),
        OutputFile(name=REPORT_NAME, content=report_json(release)),
    )
    return publish_files(
        directory,
        files,
        ledger=ledger,
        published=PublishedTable.of(release, name=prepared.name),
        mark=PolicyMark.of(policy),
        restates=prepared.restates,
    )

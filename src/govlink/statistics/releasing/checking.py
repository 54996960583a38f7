"""The audit of a table that lies in a file, by whoever holds it.

The report beside the table gives the rules and the hierarchies. It also tells which cells were hidden when
the table was sealed, so that one whose number came back is named, whatever else can be worked out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ...errors import Fault, ProtectionError
from ...models.release import (
    TOTAL,
    CellStatus,
    Dimension,
    ProtectedTable,
    ProtectionReport,
    ReleasedCell,
)
from ..audit import AuditResult, attack
from ..hierarchy import canonical_codes
from ..published import PublicRules, Subject
from .attacking import attack_release
from .files import REPORT_NAME
from .mask import hidden_places
from .reading import read_report
from .table_file import read_table

if TYPE_CHECKING:
    from ..ledger import Ledger
    from ..policy import DisclosurePolicy

__all__ = ["FileAudit", "audit_file"]

NOT_AS_SEALED_EN = "Do not publish this file; take the one that was sealed, or protect the table again."
NOT_AS_SEALED_TH = "ห้ามเผยแพร่ไฟล์นี้ ให้ใช้ไฟล์เดิมที่ผนึกไว้ หรือปกปิดข้อมูลใหม่"

RULES_MISSING = Fault(
    "statistics.rules_missing",
    en="there is no {name} beside the table, and no policy was given: nothing tells what it must hold",
    th="ไม่พบ {name} คู่กับตาราง และไม่ได้ระบุนโยบาย จึงไม่ทราบเกณฑ์ที่ตารางต้องเป็นไปตาม",
    next_en="Put the report back beside the table, or give the policy (--policy).",
    next_th="วางรายงานไว้คู่กับตาราง หรือระบุนโยบาย (--policy)",
)
OPENED = Fault(
    "statistics.audit_opened",
    en="these cells were hidden when the table was sealed and hold a number now: {cells}",
    th="ช่องต่อไปนี้ถูกปกปิดเมื่อออกตาราง แต่ขณะนี้มีค่า: {cells}",
    next_en=NOT_AS_SEALED_EN,
    next_th=NOT_AS_SEALED_TH,
)
OPENED_MORE = Fault(
    "statistics.audit_opened_more",
    en="these cells were hidden when the table was sealed and hold a number now: {cells}; that gives away"
    " {others}",
    th="ช่องต่อไปนี้ถูกปกปิดเมื่อออกตาราง แต่ขณะนี้มีค่า: {cells} และทำให้คำนวณช่องต่อไปนี้ได้: {others}",
    next_en=NOT_AS_SEALED_EN,
    next_th=NOT_AS_SEALED_TH,
)
EXPOSED = Fault(
    "statistics.audit_file_exposed",
    en="these cells can be worked out, are small, or tell what a group has in common: {cells}",
    th="ช่องต่อไปนี้คำนวณย้อนกลับได้ มีค่าน้อย หรือบอกสิ่งที่สมาชิกทั้งกลุ่มมีร่วมกัน: {cells}",
)
CONTRADICTED = Fault(
    "statistics.audit_file_unbalanced",
    en="these published cells contradict what others add up to: {cells}",
    th="ช่องที่เผยแพร่ต่อไปนี้ขัดกับผลรวมของช่องอื่น: {cells}",
)
CHANGED = Fault(
    "statistics.audit_file_altered",
    en="the table is not the one its report is of: something in it was changed",
    th="ตารางไม่ตรงกับรายงานของตาราง มีบางส่วนถูกแก้ไข",
    next_en=NOT_AS_SEALED_EN,
    next_th=NOT_AS_SEALED_TH,
)

Keys = tuple[str, ...]
NAMED_CELLS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAudit:
    """What was found; nothing here is a value of a cell.

    Attributes:
        rules: What the table was held to.
        report: The report beside it, if there is one.
        result: What an attack found; None for a method that hides no cell, whose own check passed.
        opened: Cells that were hidden when the table was sealed and hold a number now.
        altered: Whether the table is another one than its report's.
        earlier: How many earlier tables were attacked together with it.
        is_in_force: Whether the report is of the policy that was given; None without either.
        entry: The number of the ledger's entry that is of this very table and stands; None without one.
    """

    rules: PublicRules
    report: ProtectionReport | None
    result: AuditResult | None
    opened: tuple[Keys, ...] = ()
    altered: bool = False
    earlier: int = 0
    is_in_force: bool | None = None
    entry: int | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not (self.opened or self.altered) and (self.result is None or self.result.passed)

    def refuse(self) -> NoReturn:
        """Raise what was found, the gravest first, cells named by their codes.

        Raises:
            ProtectionError: always.
        """
        found = self.result
        contradicted = [e.keys for e in found.unbalanced] if found else []
        exposed = [e.keys for e in (*found.failures, *found.across)] if found else []
        weak = [*exposed, *(keys for keys in (*found.small, *found.groups))] if found else []
        others = [keys for keys in dict.fromkeys(weak) if keys not in self.opened]
        if self.opened and others:
            raise ProtectionError(OPENED_MORE, cells=_names(self.opened), others=_names(others))
        if self.opened:
            raise ProtectionError(OPENED, cells=_names(self.opened))
        if others:
            raise ProtectionError(EXPOSED, cells=_names(others))
        if contradicted:
            raise ProtectionError(CONTRADICTED, cells=_names(contradicted))
        raise ProtectionError(CHANGED)


def audit_file(
    path: Path, *, policy: DisclosurePolicy | None = None, ledger: Ledger | None = None
) -> FileAudit:
    """Attack the table in a file, together with what was published before.

    Args:
        path: A ``table.csv``.
        policy: Rules to hold it to; without it, those of the ``report.json`` beside it.
        ledger: Everything that was published.

    Raises:
        RejectedError: the file is no table.
        ProtectionError: there are neither report nor policy, or the report is none; cells are missing; or
            a rounded or perturbed table breaks its promise.
        OSError: a file cannot be read.
    """
    beside = path.with_name(REPORT_NAME)
    report = read_report(beside) if beside.is_file() else None
    rules = _rules(report, policy)
    table = _read(path, report, policy)
    opened, altered = _compared(table, report)
    found = FileAudit(
        rules=rules,
        report=report,
        result=None,
        opened=opened,
        altered=altered,
        is_in_force=report.policy_sha256_hex == policy.sign_off.digest if report and policy else None,
        entry=_entry(table, report, ledger),
    )
    if report is not None and report.method != "suppress":
        attack_release(table, report)
        return replace(found, rules=report.rules)
    subject = report.subject if report else policy.subject() if policy else None
    earlier = ledger.published(subject or Subject(population="")) if ledger else ()
    # The table itself may be in the ledger; it is not held against itself.
    others = tuple(
        one for one in earlier if report is None or one.table.sha256_hex() != report.table_sha256_hex
    )
    result = attack(_as_seen(table), rules=rules, subject=subject, name=path.name, earlier=others)
    return replace(found, result=result, earlier=len(others))


def _entry(table: ProtectedTable, report: ProtectionReport | None, ledger: Ledger | None) -> int | None:
    if report is None or ledger is None:
        return None
    entry = ledger.noted(table, rules=report.rules, subject=report.subject)
    return None if entry is None or ledger.corrected_by(entry) is not None else entry.seq


def _rules(report: ProtectionReport | None, policy: DisclosurePolicy | None) -> PublicRules:
    if policy is not None:
        rules = policy.rules()
        return (
            replace(rules, measure=report.rules.measure, measured=report.rules.measured) if report else rules
        )
    if report is None:
        raise ProtectionError(RULES_MISSING, name=REPORT_NAME)
    return report.rules


def _read(path: Path, report: ProtectionReport | None, policy: DisclosurePolicy | None) -> ProtectedTable:
    if report is not None:
        return _in_order(read_table(path, parents=report.parents))
    bare = read_table(path)
    if policy is None:
        return bare
    columns = zip(*(cell.keys for cell in bare.cells), strict=True)
    parents = {
        dimension.id: policy.parents_for(dimension.id, set(column) - {TOTAL})
        for dimension, column in zip(bare.dimensions, columns, strict=True)
    }
    return _in_order(read_table(path, parents=parents))


def _in_order(table: ProtectedTable) -> ProtectedTable:
    """The cells as a release holds them, where somebody sorted the file otherwise."""
    cells = {cell.keys: cell for cell in table.cells}
    columns = list(zip(*cells, strict=True))
    codes = [
        _codes(dimension, set(column)) for dimension, column in zip(table.dimensions, columns, strict=True)
    ]
    if len(cells) < len(table.cells) or prod(map(len, codes)) != len(cells):
        return table
    return replace(table, cells=tuple(cells[keys] for keys in product(*codes)))


def _codes(dimension: Dimension, shown: set[str]) -> tuple[str, ...]:
    plain = canonical_codes(dimension, shown - {TOTAL})
    return (*plain, TOTAL) if TOTAL in shown else plain


def _compared(table: ProtectedTable, report: ProtectionReport | None) -> tuple[tuple[Keys, ...], bool]:
    """The cells whose number came back, and whether the table differs from the one of the report."""
    if report is None:
        return (), False
    places = hidden_places(report.mask, cells=len(table.cells)) or frozenset()
    opened = tuple(c.keys for place, c in enumerate(table.cells) if place in places and c.value is not None)
    return opened, table.sha256_hex() != report.table_sha256_hex


def _as_seen(table: ProtectedTable) -> ProtectedTable:
    """The table as a reader takes it: a number is a number, whatever status stands beside it."""
    cells = (
        ReleasedCell(
            keys=cell.keys,
            value=cell.value,
            status=CellStatus.CONFIDENTIAL if cell.value is None else CellStatus.FREE,
        )
        for cell in table.cells
    )
    return replace(table, cells=tuple(cells))


def _names(cells: tuple[Keys, ...] | list[Keys]) -> str:
    names = [f"({', '.join(keys)})" for keys in cells[:NAMED_CELLS]]
    return "; ".join([*names, "…"] if len(cells) > NAMED_CELLS else names)

"""The attack on a table, and the gate that lets only what holds through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from ...errors import Fault, ProtectionError
from ...models.release import ProtectedTable
from ..published import PublicRules, PublishedTable, Subject
from .regions import Source
from .result import AuditResult, Exposure, Keys
from .sheet import read_sheet

__all__ = ["attack", "confirm"]

THRESHOLD_INVALID = Fault(
    "statistics.audit_threshold",
    en="an audit needs a threshold of 2 or more",
    th="การตรวจสอบต้องมีเกณฑ์ขั้นต่ำตั้งแต่ 2 ขึ้นไป",
)
UNBALANCED = Fault(
    "statistics.audit_unbalanced",
    en="published cells do not add up to {cells}",
    th="ผลรวมของช่องที่เผยแพร่ไม่ตรงกับยอดรวม {cells}",
)
SMALL = Fault(
    "statistics.audit_small",
    en="these published cells count fewer than the threshold: {cells}",
    th="ช่องที่เผยแพร่ต่อไปนี้มีจำนวนต่ำกว่าเกณฑ์ขั้นต่ำ: {cells}",
)
EXPOSED = Fault(
    "statistics.audit_exposed",
    en="these hidden cells can be worked out: {cells}",
    th="ช่องที่ปกปิดต่อไปนี้คำนวณย้อนกลับได้: {cells}",
)
GROUPS = Fault(
    "statistics.audit_groups",
    en="the table, alone or with earlier ones, tells what everybody in these groups has in common: {cells}",
    th="ตารางนี้โดยลำพังหรือเมื่อดูร่วมกับตารางก่อนหน้า เปิดเผยว่าสมาชิกทุกคนในกลุ่มต่อไปนี้อยู่ในประเภทเดียวกัน: {cells}",
)
NAMED_CELLS = 10


def attack(
    table: ProtectedTable,
    *,
    rules: PublicRules,
    subject: Subject | None = None,
    name: str = "this table",
    earlier: tuple[PublishedTable, ...] = (),
    required: Mapping[Keys, int] | None = None,
) -> AuditResult:
    """Attack every hidden cell of the table.

    Where hundreds of cells give way, further ones that nothing has shown to be safe by then are reported as
    failures without a proof of their own.

    Args:
        table: The table as it is to be published.
        rules: What it promises.
        subject: Which records it counts.
        name: What messages call it.
        earlier: What was published before.
        required: What hidden cells must be able to reach where that is more than the threshold.

    Raises:
        ProtectionError: the threshold is below 2, or the table lacks cells, repeats some, or
            disagrees with itself about what is hidden.
    """
    if rules.threshold < 2:
        raise ProtectionError(THRESHOLD_INVALID)
    from .joint import alone, join
    from .verdicts import judge  # loads the solver

    sheet = read_sheet(table)
    subject = subject or Subject(population="")
    source = Source(name=name, subject=subject, sheet=sheet, rules=rules)
    others = [
        Source(name=other.name, subject=other.subject, sheet=read_sheet(other.table), rules=other.rules)
        for other in earlier
        if other.subject.same_register(subject)
        and (other.rules.measure, other.rules.measured) == (rules.measure, rules.measured)
    ]
    if not others:
        return judge(alone(source), required=required or {})
    joint = join([source, *others])
    result = judge(joint, required=required or {})
    if result.passed and joint.has_others:
        # Readers may know that the codes met are all there are; where that cannot be, they do not.
        closed = judge(join([source, *others], closed=True), required=required or {})
        return result if closed.passed or closed.unbalanced else closed
    return result


def confirm(
    table: ProtectedTable,
    *,
    rules: PublicRules,
    subject: Subject | None = None,
    name: str = "this table",
    earlier: tuple[PublishedTable, ...] = (),
    required: Mapping[Keys, int] | None = None,
) -> AuditResult:
    """Attack the table and return the result only when it holds; arguments as for ``attack``.

    Raises:
        ProtectionError: published cells contradict each other or are small, hidden cells give way, or a
            group's members are known by what they share; it names them by their categories.
    """
    result = attack(
        table,
        rules=rules,
        subject=subject,
        name=name,
        earlier=earlier,
        required=required,
    )
    if result.unbalanced:
        raise ProtectionError(UNBALANCED, cells=_listed(_told(each, name) for each in result.unbalanced))
    if result.failures:
        raise ProtectionError(EXPOSED, cells=_listed(_told(each, name) for each in result.failures))
    if result.small:
        raise ProtectionError(SMALL, cells=_listed(map(_cell, result.small)))
    if result.groups or result.across:
        lines = (*map(_cell, result.groups), *(_line(each) for each in result.across))
        raise ProtectionError(GROUPS, cells=_listed(lines))
    return result


def _listed(names: Iterable[str]) -> str:
    first = list(islice(dict.fromkeys(names), NAMED_CELLS + 1))
    return "; ".join([*first[:NAMED_CELLS], "…"] if len(first) > NAMED_CELLS else first)


def _told(exposure: Exposure, home: str) -> str:
    if exposure.equation:
        return exposure.equation
    return _cell(exposure.keys if exposure.table == home else (f"{exposure.table}:", *exposure.keys))


def _line(exposure: Exposure) -> str:
    return _cell(exposure.keys) + (f": {exposure.equation}" if exposure.equation else "")


def _cell(keys: Keys) -> str:
    return f"({', '.join(keys)})"

"""The audit that a table of any method must pass before it is sealed, and again before it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from ...errors import Fault, ProtectionError
from ...models.release import CellStatus, ProtectedTable, ProtectionReport, ReleasedCell
from ..assess import Assessment, contributors_of
from ..audit import Reach, attack, confirm
from ..published import PublicRules, PublishedTable, Subject

if TYPE_CHECKING:
    from ..tabulate import RawTable

__all__ = ["Found", "attack_release", "attack_reported"]

METHOD_UNKNOWN = Fault(
    "statistics.method_unknown",
    en="the report names a method that this version of govlink does not know",
    th="รายงานระบุวิธีปกปิดข้อมูลที่ govlink รุ่นนี้ไม่รู้จัก",
)
CONTRIBUTORS_TOLD = Fault(
    "statistics.contributors_told",
    en="if everybody adds the same amount, the sums tell how many people are in {cells}; collapse categories",
    th="หากทุกรายมียอดเท่ากัน ผลรวมจะเปิดเผยจำนวนรายใน {cells} ให้รวมหมวดหมู่",
)
NAMED_CELLS = 10

Method = Literal["suppress", "round", "cell_key"]
_METHODS: Mapping[str, Method] = {name: name for name in get_args(Method)}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Found:
    """What a passed audit tells.

    Attributes:
        audited: How many cells were attacked.
        reaches: What was found possible for hidden cells; restricted.
        caveats: By stable codes, what a reader of the method's figures must know, and what was looked at in
            part only.
    """

    audited: int
    reaches: tuple[Reach, ...]
    caveats: tuple[str, ...]


def attack_release(
    table: ProtectedTable, report: ProtectionReport, *, earlier: tuple[PublishedTable, ...] = ()
) -> Found:
    """Attack a table by what its own report says.

    Raises:
        ProtectionError: the method is none that is known, or cells give way; it names them.
        RejectedError: the report's parameters make no sense.
    """
    method = _METHODS.get(report.method)
    if method is None:
        raise ProtectionError(METHOD_UNKNOWN)
    return attack_reported(
        table,
        method=method,
        rules=report.rules,
        subject=report.subject,
        parameters=report.parameters,
        earlier=earlier,
    )


def attack_reported(
    table: ProtectedTable,
    *,
    method: Method,
    rules: PublicRules,
    subject: Subject | None,
    parameters: Mapping[str, str],
    name: str = "",
    earlier: tuple[PublishedTable, ...] = (),
    raw: RawTable | None = None,
    assessment: Assessment | None = None,
) -> Found:
    """Attack a table by its method.

    Args:
        table: What is to be published.
        method: How it was protected.
        rules: What it promises.
        subject: Which records it counts.
        parameters: What the report tells of the method.
        name: What messages call it.
        earlier: Tables already out, attacked together with it.
        raw: With ``assessment``: names its cells. Its counts are kept from the audit, or the ranges that
            it reports would hold them.
        assessment: What the cells hidden for their own sake must be able to reach.

    Raises:
        ProtectionError: cells give way, or would to somebody who takes a table of sums for one of counts; it
            names them.
        RejectedError: the parameters make no sense.
    """
    if method != "suppress":
        from ..methods import confirm_published

        caveats = confirm_published(table, method=method, threshold=rules.threshold, parameters=parameters)
        return Found(audited=len(table.cells), reaches=(), caveats=caveats)
    if raw is not None and raw.contributions is not None:
        _demand_safe_counts(table, contributors_of(raw), rules=rules)
    required = {}
    if raw is not None and assessment is not None and assessment.at_least:
        asked = assessment.at_least
        required = {keys: asked[number] for number, keys in enumerate(raw.keys()) if number in asked}
    result = confirm(
        table,
        rules=rules,
        subject=subject,
        name=name or "this table",
        earlier=earlier,
        required=required,
    )
    return Found(audited=result.audited, reaches=result.reaches, caveats=result.unjudged)


def _demand_safe_counts(table: ProtectedTable, people: RawTable, *, rules: PublicRules) -> None:
    """Attack a table of sums as if it counted who adds to them: all add the same, for what anybody knows.

    Where nobody does, a cell is public either way: its sum is 0.
    """
    cells = tuple(
        ReleasedCell(keys=cell.keys, value=None, status=CellStatus.CONFIDENTIAL)
        if cell.value is None and (count or rules.zeros == "sampling")
        else ReleasedCell(keys=cell.keys, value=count, status=CellStatus.FREE)
        for cell, count in zip(table.cells, people.counts, strict=True)
    )
    as_counts = replace(rules, measure="count", measured="", group=None)
    result = attack(replace(table, cells=cells), rules=as_counts)
    if not result.passed:
        told = list(dict.fromkeys((*(e.keys for e in (*result.failures, *result.unbalanced)), *result.small)))
        names = [f"({', '.join(keys)})" for keys in told[:NAMED_CELLS]]
        raise ProtectionError(CONTRIBUTORS_TOLD, cells="; ".join(names))

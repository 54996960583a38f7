"""Attack a protected table with nothing but what is published, and say which cells give way.

This module and ``attacker`` share no code with those that chose what to hide, so a mistake there is
not repeated here. The attacker knows every published cell, that margins add up, that counts are whole
numbers and that a hidden cell is not zero. A hidden cell holds when

* some table that fits all this has ``threshold`` or more there, and
* it is not the same in all of them.

The true counts are not needed: a small cell must be able to reach the threshold, and a larger hidden
cell does so by its own true value. A solver proposes tables and exact arithmetic accepts them, so an
error of the solver, or a search cut short by its work limit, can fail a safe table and never pass an
unsafe one.

What is not attacked is told by ``NOT_COVERED``, which every report repeats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from ..errors import Fault, ProtectionError
from ..models.release import TOTAL, CellStatus, ProtectedTable

__all__ = ["NOT_COVERED", "AuditResult", "attack", "confirm"]

THRESHOLD_INVALID = Fault(
    "statistics.audit_threshold",
    en="an audit needs a threshold of 2 or more",
    th="การตรวจสอบต้องมีเกณฑ์ขั้นต่ำตั้งแต่ 2 ขึ้นไป",
)
MALFORMED = Fault(
    "statistics.audit_malformed",
    en="this is not a whole table with margins: {reason}",
    th="ไม่ใช่ตารางที่ครบทุกช่องพร้อมยอดรวม ({reason})",
)
UNBALANCED = Fault(
    "statistics.audit_unbalanced",
    en="published cells do not add up to {cells}",
    th="ผลรวมของช่องที่เผยแพร่ไม่ตรงกับยอดรวม {cells}",
)
EXPOSED = Fault(
    "statistics.audit_exposed",
    en="these hidden cells can be worked out: {cells}",
    th="ช่องที่ปกปิดต่อไปนี้คำนวณย้อนกลับได้: {cells}",
)

NOT_COVERED = (
    "group_disclosure",  # a group all of whose members share one outcome
    "earlier_releases",  # the difference of two publications about one period
    "other_publications",  # other tables about the same people
    "knowledge_of_members",  # what somebody who is counted knows of oneself and of others
    "knowledge_of_method",  # which tables the published method would have hidden differently
    "likelihood",  # what is likely within the range that is left
)
"""Risks that no attack here looks at, by the codes a report names them by."""

Keys: TypeAlias = tuple[str, ...]

NAMED_CELLS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """What an attack found.

    Attributes:
        threshold: What every hidden cell had to be able to reach.
        audited: How many hidden cells were attacked.
        failures: Hidden cells that give way, in the table's order.
        unbalanced: Totals that their published parts do not add up to.
    """

    threshold: int
    audited: int
    failures: tuple[Keys, ...] = ()
    unbalanced: tuple[Keys, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.failures and not self.unbalanced


def attack(table: ProtectedTable, *, threshold: int) -> AuditResult:
    """Attack every hidden cell of the table.

    Raises:
        ProtectionError: the threshold is below 2, or the table lacks cells, repeats some, or
            disagrees with itself about what is hidden.
    """
    if threshold < 2:
        raise ProtectionError(THRESHOLD_INVALID)
    from .attacker import Equation, exposed  # loads the solver

    known = _published(table)
    hidden = tuple(keys for keys, value in known.items() if value is None)
    number = {keys: i for i, keys in enumerate(hidden)}
    unbalanced: dict[Keys, None] = {}
    equations: list[Equation] = []
    for total, parts in _sums(known):
        signed = ((total, -1), *((part, 1) for part in parts))
        terms = tuple((number[keys], sign) for keys, sign in signed if keys in number)
        rest = -sum(sign * (known[keys] or 0) for keys, sign in signed)
        if terms:
            equations.append(Equation(terms=terms, rest=rest))
        elif rest:
            unbalanced[total] = None
    failures = exposed(unknowns=len(hidden), equations=tuple(equations), threshold=threshold)
    return AuditResult(
        threshold=threshold,
        audited=len(hidden),
        failures=tuple(hidden[i] for i in failures),
        unbalanced=tuple(unbalanced),
    )


def confirm(table: ProtectedTable, *, threshold: int) -> AuditResult:
    """Attack the table and return the result only when it holds.

    Raises:
        ProtectionError: a published total is wrong or hidden cells give way; it names them by their
            categories.
    """
    result = attack(table, threshold=threshold)
    if result.unbalanced:
        raise ProtectionError(UNBALANCED, cells=_names(result.unbalanced))
    if result.failures:
        raise ProtectionError(EXPOSED, cells=_names(result.failures))
    return result


def _names(cells: tuple[Keys, ...]) -> str:
    names = [f"({', '.join(keys)})" for keys in cells[:NAMED_CELLS]]
    return "; ".join([*names, "…"] if len(cells) > NAMED_CELLS else names)


def _published(table: ProtectedTable) -> dict[Keys, int | None]:
    known = {cell.keys: cell.value for cell in table.cells}
    width = len(table.dimensions)
    if not known or len(known) < len(table.cells) or any(len(keys) != width for keys in known):
        raise ProtectionError(MALFORMED, reason="cells repeat or have the wrong number of keys")
    codes = [dict.fromkeys((*column, TOTAL)) for column in zip(*known, strict=True)]
    if any(keys not in known for keys in product(*codes)):
        raise ProtectionError(MALFORMED, reason="cells are missing")
    for cell in table.cells:
        masked = cell.status is CellStatus.CONFIDENTIAL
        if masked != (cell.value is None) or (cell.value is not None and cell.value < 0):
            raise ProtectionError(MALFORMED, reason="a value and its status disagree")
    return known


def _sums(known: dict[Keys, int | None]) -> Iterator[tuple[Keys, tuple[Keys, ...]]]:
    """Every total with the cells it is the sum of, read off the cells' own keys."""
    for axis in range(len(next(iter(known)))):
        codes = tuple(dict.fromkeys(keys[axis] for keys in known if keys[axis] != TOTAL))
        for total in known:
            if total[axis] == TOTAL:
                yield total, tuple((*total[:axis], code, *total[axis + 1 :]) for code in codes)

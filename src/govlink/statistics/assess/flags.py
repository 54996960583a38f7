"""What the policy's rules say of each cell of a table."""

from __future__ import annotations

from collections.abc import Collection

from ...errors import Fault, ProtectionError
from ..policy import DisclosurePolicy
from ..tabulate import RawTable
from .cells import Cells, Flags, Numbers, cells_of, names_of, structural_zeros
from .groups import lacking_zeros
from .magnitude import broken_rules, safe_value
from .result import Assessment, Primary, Reason

__all__ = ["assess", "close_groups"]

TOTAL_TOO_SMALL = Fault(
    "statistics.total_too_small",
    en="the whole table counts fewer than the policy's threshold",
    th="จำนวนรวมทั้งตารางน้อยกว่าเกณฑ์ขั้นต่ำของนโยบาย",
)
TOTAL_UNSAFE = Fault(
    "statistics.total_unsafe",
    en="the sum over the whole table is largely one contributor's, and the policy publishes the total",
    th="ผลรวมทั้งตารางมาจากรายใดรายหนึ่งเป็นส่วนใหญ่ แต่นโยบายกำหนดให้เผยแพร่ยอดรวม",
)
NO_MAGNITUDE_RULE = Fault(
    "statistics.magnitude_rule_missing",
    en="the table adds up a column, and the policy has no [magnitude] rule to protect sums by",
    th="ตารางนี้เป็นผลรวมของคอลัมน์ แต่นโยบายไม่มีกฎ [magnitude] สำหรับคุ้มครองผลรวม",
)
NOT_STRUCTURAL = Fault(
    "statistics.structural_zero_counted",
    en="the policy says that nobody can be in {cells}, and somebody is counted there",
    th="นโยบายระบุว่าไม่มีผู้ใดอยู่ใน {cells} ได้ แต่พบว่ามีผู้ถูกนับในช่องดังกล่าว",
)

MANY_PRIMARIES = "many_primaries"
_MANY = 4
"""One primary in so many cells is too many."""


def assess(raw: RawTable, *, policy: DisclosurePolicy) -> Assessment:
    """Find the cells to hide for their own sake.

    Counts of 1 to the threshold - 1 are, and sums over so few, or to which so few add more than 0; sums that
    break a magnitude rule; and empty cells that the group rule wants hidden. Where the policy publishes empty
    cells, a sum over no records is published too: a table of counts shows that nobody is there.

    Args:
        raw: True counts or sums.
        policy: The rules.

    Raises:
        ProtectionError: cells are sums and the policy has no magnitude rule; the total over everything would
            have to be hidden and the policy publishes it; somebody is counted where the policy says that
            nobody can be; the table has too few categories for the group rule; or a magnitude rule looks
            at more of the largest values than were kept. The error is for the agency's eyes: it may name
            cells by their categories.
    """
    if raw.contributions is not None and policy.magnitude is None:
        raise ProtectionError(NO_MAGNITUDE_RULE)
    cells = cells_of(raw)
    zeros = structural_zeros(raw, cells, conditions=policy.structural_zeros)
    counted = _numbers(zeros & (cells.people > 0))
    if counted:
        raise ProtectionError(NOT_STRUCTURAL, cells=names_of(raw, counted))
    primaries = _small_and_dominated(raw, cells, policy)
    fixed = frozenset(_numbers(zeros))
    if policy.zeros == "structural" and raw.contributions is not None:
        fixed |= frozenset(_numbers(cells.people == 0))
    if policy.grand_total == "publish":
        _demand_safe_total(primaries, total=len(raw.counts) - 1)
        fixed |= {len(raw.counts) - 1}
    more = _group_primaries(raw, cells, policy, zeros=zeros, hidden=primaries)
    found = sorted((*primaries.values(), *more), key=lambda primary: primary.number)
    # A sum of 0 over a few records is hidden too, so a hidden sum may be 0 whatever the policy says of zeros.
    least = 1 if policy.zeros == "structural" and raw.contributions is None else 0
    return Assessment(
        primaries=tuple(found),
        fixed=fixed,
        least=(least,) * len(raw.counts),
        warnings=(MANY_PRIMARIES,) if _MANY * len(found) > len(raw.counts) else (),
    )


def close_groups(raw: RawTable, *, policy: DisclosurePolicy, hidden: Collection[int]) -> tuple[Primary, ...]:
    """The empty cells that the group rule wants hidden in addition, once a pattern is known.

    Whoever reads the table does not know which hidden categories count one person, and which hidden cells are
    empty: the rule has to hold for all that they may be. Call again with the pattern that hides these too,
    until none comes back.

    Args:
        raw: True counts or sums.
        policy: The rules.
        hidden: Every cell that is hidden, by number.
    """
    cells = cells_of(raw)
    zeros = structural_zeros(raw, cells, conditions=policy.structural_zeros)
    return _group_primaries(raw, cells, policy, zeros=zeros, hidden=hidden)


def _group_primaries(
    raw: RawTable, cells: Cells, policy: DisclosurePolicy, *, zeros: Flags, hidden: Collection[int]
) -> tuple[Primary, ...]:
    import numpy as np

    if policy.group is None:
        return ()
    masked = np.zeros(cells.values.size, dtype=np.bool_)
    masked[list(hidden)] = True
    return lacking_zeros(
        raw,
        cells,
        rule=policy.group,
        zeros=zeros,
        hidden=masked.reshape(cells.values.shape),
        at_least=max(policy.threshold, policy.interval_width),
    )


def _small_and_dominated(raw: RawTable, cells: Cells, policy: DisclosurePolicy) -> dict[int, Primary]:
    """Cells that the threshold or a magnitude rule wants hidden."""
    few, fewer = (_few(each, policy.threshold) for each in (cells.people, cells.paying))
    small = _numbers(few | fewer)
    reasons: dict[int, tuple[Reason, ...]] = dict.fromkeys(small, ("threshold",))
    if raw.contributions is None:
        width = policy.interval_width
        reach = {number: max(policy.threshold, raw.counts[number] + width) for number in small}
    else:
        pairs = tuple(zip(raw.counts, raw.contributions, strict=True))
        if policy.magnitude is not None:
            for number, (value, parts) in enumerate(pairs):
                broken = broken_rules(value, parts, rule=policy.magnitude)
                if broken:
                    reasons[number] = (*reasons.get(number, ()), *broken)
        reach = {n: safe_value(*pairs[n], policy=policy) for n in reasons}
    return {n: Primary(number=n, reasons=reasons[n], at_least=reach[n]) for n in sorted(reasons)}


def _few(people: Numbers, threshold: int) -> Flags:
    """The cells with somebody, and fewer than the threshold."""
    found: Flags = (people > 0) & (people < threshold)
    return found


def _demand_safe_total(primaries: dict[int, Primary], *, total: int) -> None:
    if total in primaries:
        small = "threshold" in primaries[total].reasons
        raise ProtectionError(TOTAL_TOO_SMALL if small else TOTAL_UNSAFE)


def _numbers(flags: Flags) -> tuple[int, ...]:
    return tuple(flags.ravel().nonzero()[0].tolist())

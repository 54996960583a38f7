"""Round a counted table by its policy."""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import Fault, RejectedError
from ...models.release import ProtectedTable
from ..policy import DisclosurePolicy
from ..rounding import audit_rounding, round_counts
from ..system import crossed_system
from ..tabulate import RawTable
from .cells import demand, demand_counts, published_table
from .facts import RoundingFacts
from .published import confirm_published

__all__ = ["round_table"]

RULE_MISSING = Fault(
    "statistics.rounding_rule_missing",
    en="the policy's method is not rounding, or it names no base",
    th="นโยบายไม่ได้กำหนดวิธีปัดเศษ หรือไม่ได้กำหนดฐานของการปัดเศษ",
)


def round_table(
    raw: RawTable, *, policy: DisclosurePolicy, kept: Mapping[tuple[str, ...], int] | None = None
) -> tuple[ProtectedTable, RoundingFacts]:
    """The table with every count rounded to the policy's base, and every sum still holding.

    Wholes of hierarchies are rounded with their parts. The same table gives the same figures.

    Args:
        raw: What was counted.
        policy: With the base.
        kept: By codes in dimension order, figures under which cells were published before in rounded tables
            of the same people. Rounded anew, the same cell may come out otherwise, which tells more than
            either figure.

    Raises:
        RejectedError: the table holds sums, the policy is not for rounding, or a kept figure is
            out of reach.
        ProtectionError: no rounding that adds up was found, or what was found does not pass its audits.
    """
    base = policy.rounding_base
    demand_counts(raw)
    if policy.method != "round" or base is None:
        raise RejectedError(RULE_MISSING)
    system = crossed_system(trees=raw.trees())
    keys = tuple(raw.keys())
    given = kept or {}
    known = {number: given[cell] for number, cell in enumerate(keys) if cell in given}
    rounded = round_counts(system=system, counts=raw.counts, base=base, kept=known)
    table = published_table(raw, rounded.counts)
    truth = audit_rounding(
        system=system, published=rounded.counts, counts=raw.counts, base=base, widened=rounded.widened
    )
    for reason, numbers in (("far", truth.far), ("emptied", truth.emptied)):
        demand(reason, tuple(keys[number] for number in numbers))
    facts = RoundingFacts(
        base=base,
        widened=rounded.widened,
        audited=len(raw.counts),
        passed=truth.passed,
        gap=_gap(rounded.distance, rounded.bound),
        distance=rounded.distance,
        bound=rounded.bound,
    )
    confirm_published(table, method="round", threshold=policy.threshold, parameters=dict(facts.parameters()))
    return table, facts


def _gap(distance: int, bound: int) -> float:
    """Rounded up, so that a gap never reads as none."""
    return -(-100 * (distance - bound) // distance) / 100 if distance else 0.0

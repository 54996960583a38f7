"""When a sum tells too much about one of its contributors, and how far off it must then seem to be.

The rules are those of the Handbook on Statistical Disclosure Control (ESSnet), chapter 4. The p % rule: the
second largest contributor takes its own part from the sum, and what is left is an estimate of the
largest; it must be off by p percent. The (n,k) rule: the n largest together must not hold more than k
percent of the sum.
"""

from __future__ import annotations

from ...errors import Fault, ProtectionError
from ..policy import DisclosurePolicy, MagnitudeRule
from ..tabulate import Contribution
from .result import Reason

__all__ = ["broken_rules", "safe_value"]

TOO_FEW_LARGEST = Fault(
    "statistics.largest_not_kept",
    en="the magnitude rule looks at the {wanted} largest values of each cell; count the sum with as many",
    th="กฎของค่าผลรวมต้องใช้ค่าสูงสุด {wanted} อันดับของแต่ละช่อง ให้นับผลรวมโดยเก็บค่าสูงสุดให้ครบ",
)
_PERCENT = 100


def broken_rules(value: int, parts: Contribution, *, rule: MagnitudeRule) -> tuple[Reason, ...]:
    """Which of the rules a sum breaks; a sum of 0 breaks none.

    Args:
        value: The sum.
        parts: What it is made of.
        rule: The rules.

    Raises:
        ProtectionError: fewer of the largest values were kept than a rule looks at.
    """
    broken: list[Reason] = []
    if rule.contributors is not None and rule.share_percent is not None:
        most = sum(_largest(parts, rule.contributors))
        if _PERCENT * most > rule.share_percent * value:
            broken.append("dominance")
    if rule.p_percent is not None:
        two = _largest(parts, 2)
        if two and _PERCENT * (value - sum(two)) < rule.p_percent * two[0]:
            broken.append("p_percent")
    return tuple(broken)


def safe_value(value: int, parts: Contribution, *, policy: DisclosurePolicy) -> int:
    """A value that an attacker must hold possible before a hidden sum is safe.

    As large as the p % rule asks for if all of the sum were one contributor's, and so large that the (n,k)
    rule would hold with the same largest contributors; in any case more than the sum itself, and twice
    the sum where fewer add to it than the threshold: theirs is close to what one person earns or owes.
    """
    wanted = [policy.threshold, value + policy.interval_width]
    if parts.paying < policy.threshold:
        wanted.append(2 * value)
    rule = policy.magnitude
    if rule is not None and rule.p_percent is not None:
        wanted.append(_ceiling(value * (_PERCENT + rule.p_percent), _PERCENT))
    if rule is not None and rule.contributors is not None and rule.share_percent is not None:
        most = sum(_largest(parts, rule.contributors))
        wanted.append(_ceiling(_PERCENT * most, rule.share_percent))
    return max(wanted)


def _largest(parts: Contribution, wanted: int) -> tuple[int, ...]:
    if len(parts.largest) < min(wanted, parts.contributors):
        raise ProtectionError(TOO_FEW_LARGEST, wanted=wanted)
    return parts.largest[:wanted]


def _ceiling(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)

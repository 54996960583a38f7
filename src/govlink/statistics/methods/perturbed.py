"""Add noise to a counted table by its policy."""

from __future__ import annotations

from ...errors import Fault, RejectedError
from ...models.release import ProtectedTable
from ..cell_key import SeenCell, audit_perturbed, hides_small_counts, noise_table, perturb_counts
from ..cell_key.attach import keys_add_up
from ..policy import DisclosurePolicy
from ..tabulate import RawTable
from .cells import demand, demand_counts, published_table
from .facts import PerturbationFacts
from .published import confirm_published

__all__ = ["perturb_table"]

RULE_MISSING = Fault(
    "statistics.noise_rule_missing",
    en="the policy's method is not noise by cell keys, or it names no noise",
    th="นโยบายไม่ได้กำหนดวิธีใส่สัญญาณรบกวนตามกุญแจของช่อง หรือไม่ได้กำหนดค่าสัญญาณรบกวน",
)
NOISE_WEAK = Fault(
    "statistics.noise_too_weak",
    en="with this noise some figure can only stand for a count below the policy's threshold of {threshold};"
    " let its bound be {needed} or more, and its variance large enough to reach it",
    th="สัญญาณรบกวนนี้ทำให้ตัวเลขบางค่าเป็นได้เฉพาะจำนวนที่ต่ำกว่าเกณฑ์ขั้นต่ำ {threshold} ของนโยบาย"
    " ให้กำหนดขอบเขตตั้งแต่ {needed} ขึ้นไป และความแปรปรวนให้มากพอ",
)
KEYS_MISSING = Fault(
    "statistics.cell_keys_missing",
    en="the table has no key for each cell; give it keys from its records first",
    th="ตารางไม่มีกุญแจครบทุกช่อง ให้สร้างกุญแจจากระเบียนก่อน",
)


def perturb_table(raw: RawTable, *, policy: DisclosurePolicy) -> tuple[ProtectedTable, PerturbationFacts]:
    """The table with each cell's own noise added, whatever other tables the cell stands in.

    Args:
        raw: What was counted, with keys: see ``with_cell_keys``.
        policy: With the noise.

    Raises:
        RejectedError: the table holds sums or has no keys, or the policy's noise cannot protect its
            threshold.
        ProtectionError: the sums of the published table would prove that some cell is small; the error
            names such cells, so it is for the agency's eyes. Collapse categories, or have wider noise signed.
    """
    demand_counts(raw)
    rule = policy.noise
    if policy.method != "cell_key" or rule is None:
        raise RejectedError(RULE_MISSING)
    noise = noise_table(variance=rule.variance, bound=rule.bound, never_up_to=rule.never_up_to)
    if not hides_small_counts(noise, threshold=policy.threshold):
        needed = policy.threshold - 1 - rule.never_up_to
        raise RejectedError(NOISE_WEAK, threshold=policy.threshold, needed=needed)
    if raw.cell_keys is None or not raw.cell_key_id or not keys_add_up(raw, raw.cell_keys):
        raise RejectedError(KEYS_MISSING)
    figures = perturb_counts(counts=raw.counts, keys=raw.cell_keys, table=noise).counts
    table = published_table(raw, figures)
    cells = zip(figures, raw.counts, raw.cell_keys, strict=True)
    seen = (SeenCell(published=figure, count=count, key=key) for figure, count, key in cells)
    truth = audit_perturbed(seen, bound=rule.bound, never_up_to=rule.never_up_to)
    keys = tuple(raw.keys())
    for reason in ("far", "negative", "forbidden", "emptied", "inconsistent"):
        demand(reason, tuple(keys[number] for number in getattr(truth, reason)))
    facts = PerturbationFacts(
        noise_bound=rule.bound,
        variance=rule.variance,
        never_up_to=rule.never_up_to,
        key_id=raw.cell_key_id,
        audited=len(raw.counts),
        passed=truth.passed,
    )
    confirm_published(
        table, method="cell_key", threshold=policy.threshold, parameters=dict(facts.parameters())
    )
    return table, facts

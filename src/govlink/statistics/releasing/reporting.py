"""The two halves of a protection report: one that anybody may read, one for the agency."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from ...models.release import (
    TOTAL,
    CellStatus,
    Interval,
    ProtectedTable,
    ProtectionReport,
    RestrictedCell,
    RestrictedReport,
)
from ..audit import NOT_COVERED
from ..hierarchy import finest
from ..policy import DisclosurePolicy
from ..protect import Protected
from ..published import PublicRules, PublishedTable, Subject
from ..tabulate import RawTable
from .attacking import Found
from .mask import mask_of
from .reading import parents_of

if TYPE_CHECKING:
    from pydantic import SecretStr

__all__ = ["Past", "public_report", "restricted_report"]

_SOLVER_AND_ENGINE = ("govlink", "highspy", "duckdb", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a release was held against.

    Attributes:
        head: The ledger's last entry; None without a ledger.
        entries: How many entries it has.
        earlier: The tables that were attacked together with this one.
        restates: Names of the releases that this one corrects.
    """

    head: str | None = None
    entries: int = 0
    earlier: tuple[PublishedTable, ...] = ()
    restates: tuple[str, ...] = ()


def public_report(
    protected: Protected,
    *,
    policy: DisclosurePolicy,
    rules: PublicRules,
    subject: Subject,
    found: Found,
    past: Past,
) -> ProtectionReport:
    """What was done, without anything that a cell could be guessed from."""
    table, facts = protected.table, protected.facts
    hidden = sum(cell.status is CellStatus.CONFIDENTIAL for cell in table.cells)
    gap = protected.search.gap if protected.search else getattr(facts, "gap", None)
    return ProtectionReport(
        policy_id=policy.id,
        policy_version=policy.version,
        policy_sha256_hex=policy.sign_off.digest,
        method=policy.method,
        threshold=policy.threshold,
        zeros=rules.zeros,
        structural_zeros=rules.structural_zeros,
        group=rules.group,
        interval_width=rules.interval_width,
        measure=rules.measure,
        measured=rules.measured,
        parameters=dict(facts.parameters()) if facts else {},
        parents=parents_of(table),
        subject=subject,
        cells_published=len(table.cells) - hidden,
        cells_suppressed=hidden,
        suppressed_share=round(hidden / len(table.cells), 6),
        suppressed_count_share=_hidden_share(table) if policy.method == "suppress" else None,
        mask=mask_of(table),
        gap=None if gap is None else math.ceil(100 * gap - 1e-9) / 100,
        search=protected.search.method if protected.search else "",
        audit_verdict="passed",
        audited_cells=found.audited,
        not_covered=_not_covered(found, rules=rules, past=past, method=policy.method),
        ledger_head=past.head,
        table_sha256_hex=table.sha256_hex(),
        versions={name: version(name) for name in _SOLVER_AND_ENGINE},
    )


def _not_covered(found: Found, *, rules: PublicRules, past: Past, method: str) -> tuple[str, ...]:
    """The risks that nobody looked at; an empty ledger is no look at what is out."""
    hides, group = method == "suppress", rules.group
    # A difference to an earlier table may tell of a group what neither tells; the attack does not look there.
    earlier = {name for table in past.earlier for name, _ in table.subject.where}
    earlier |= {dimension.id for table in past.earlier for dimension in table.table.dimensions}
    looked_at = {
        # No figure of the other methods is exact, so none tells of all members of a group.
        "group_disclosure": not hides or (group is not None and group.dimension not in earlier),
        "earlier_releases": hides and past.entries > 0,
    }
    left = [code for code in NOT_COVERED if not looked_at.get(code)]
    left += ["lower_bound_of_sums"] if rules.measure == "sum" else []
    left += ["restatements"] if past.restates else []
    return tuple(dict.fromkeys((*left, *found.caveats)))


def _hidden_share(table: ProtectedTable) -> float | None:
    """By what is published alone, so that it tells nothing new: the grand total less all finest cells."""
    values = {cell.keys: cell.value for cell in table.cells}
    total = values[(TOTAL,) * len(table.dimensions)]
    if total is None:
        return None
    columns = list(zip(*values, strict=True))
    parts = [
        set(finest(dimension, {code for code in column if code != TOTAL}))
        for dimension, column in zip(table.dimensions, columns, strict=True)
    ]
    shown = sum(
        value or 0
        for keys, value in values.items()
        if all(code in codes for code, codes in zip(keys, parts, strict=True))
    )
    return round((total - shown) / total, 6) if total else 0.0


def restricted_report(
    raw: RawTable, protected: Protected, *, found: Found, digest_key: SecretStr | None
) -> RestrictedReport:
    """Which cells are small, and what the audit found possible; no true count."""
    keys = tuple(raw.keys())
    assessment, search = protected.assessment, protected.search
    primaries = assessment.primaries if assessment else ()
    return RestrictedReport(
        table_sha256_hex=protected.table.sha256_hex(),
        primaries=tuple(RestrictedCell(keys=keys[p.number], reasons=p.reasons) for p in primaries),
        intervals=tuple(Interval(keys=r.keys, least=r.least, greatest=r.greatest) for r in found.reaches),
        warnings=assessment.warnings if assessment else (),
        input_hmac_sha256_hex=_keyed(raw, digest_key) if digest_key else None,
        cost=search.cost if search else 0,
        bound=search.bound if search else 0,
    )


def _keyed(raw: RawTable, key: SecretStr) -> str:
    content = {"dimensions": [d.id for d in raw.dimensions], "codes": raw.categories, "counts": raw.counts}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key.get_secret_value().encode(), text.encode(), hashlib.sha256).hexdigest()

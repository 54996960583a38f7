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
        is_one_register: Whether the ledger holds nothing but tables of this one's register.
        is_corrected: Whether this one corrects an earlier one, or counts with others what was corrected.
        is_apart: Whether the policy says that no column here, or there, tells what another one tells.
    """

    head: str | None = None
    entries: int = 0
    earlier: tuple[PublishedTable, ...] = ()
    is_one_register: bool = False
    is_corrected: bool = False
    is_apart: bool = False


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
        rules=rules,
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
        not_covered=_not_covered(
            (*protected.caveats, *found.caveats), rules=rules, past=past, method=policy.method
        ),
        ledger_head=past.head,
        table_sha256_hex=table.sha256_hex(),
        versions={name: version(name) for name in _SOLVER_AND_ENGINE},
    )


def _not_covered(caveats: tuple[str, ...], *, rules: PublicRules, past: Past, method: str) -> tuple[str, ...]:
    """The risks that nobody looked at; an empty ledger is no look at what is out, nor is another's."""
    hides, group = method == "suppress", rules.group
    looked_at = {
        # No figure of the other methods is exact, so none tells of all members of a group.
        "group_disclosure": not hides or (group is not None and "group_disclosure" not in caveats),
        "earlier_releases": hides and past.entries > 0 and (past.is_one_register or bool(past.earlier)),
        "related_columns": past.is_apart,
    }
    left = [code for code in NOT_COVERED if not looked_at.get(code)]
    left += ["lower_bound_of_sums", "known_amounts"] if rules.measure == "sum" else []
    left += ["restatements"] if past.is_corrected else []
    return tuple(dict.fromkeys((*left, *caveats)))


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

"""Controlled rounding, and two checks of it: one by whoever has the true counts, one by anybody.

``round_counts`` rounds, ``audit_rounding`` compares with the truth, ``audit_rounded`` needs the published
table alone. The checks share no code with the search.
"""

from .audit import RoundingAudit, audit_rounding
from .counts import BASES, Base, Rounded, RoundingBudget, round_counts
from .published import CAVEATS, RoundedTableAudit, audit_rounded

__all__ = [
    "BASES",
    "CAVEATS",
    "Base",
    "Rounded",
    "RoundedTableAudit",
    "RoundingAudit",
    "RoundingBudget",
    "audit_rounded",
    "audit_rounding",
    "round_counts",
]

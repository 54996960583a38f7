"""Count, protect, audit and release statistics.

``tabulate`` counts records, ``release`` protects the counts, attacks the result and seals it,
``write_release`` writes it and ``read_release`` reads it back. ``audit`` attacks any protected table, also
one read from a file. The counting engine and the solver are loaded when they are first used.
"""

from . import audit
from .audit import AuditResult
from .datasets import EQ_PETITIONS_MONTH, be_month
from .policy import DisclosurePolicy, load_policy
from .protect import protect
from .release import ReleaseFiles, read_release, read_table, release, write_release
from .tabulate import RawTable, tabulate

__all__ = [
    "EQ_PETITIONS_MONTH",
    "AuditResult",
    "DisclosurePolicy",
    "RawTable",
    "ReleaseFiles",
    "audit",
    "be_month",
    "load_policy",
    "protect",
    "read_release",
    "read_table",
    "release",
    "tabulate",
    "write_release",
]

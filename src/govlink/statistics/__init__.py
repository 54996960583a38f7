"""Count, assess, protect, audit and release statistics.

``tabulate`` counts records, and ``read_counts`` reads a table somebody else counted. ``prepare`` protects
the counts, attacks the result together with everything a ``Ledger`` says was published, and seals it with
its reports; ``publish_release`` writes the files and notes them in the ledger, or does neither. ``release``
is ``prepare`` where nothing is written. ``confirm_release`` attacks once more what leaves, and asks for the
policy in force and the ledger. ``audit`` attacks any protected table, also one read from a file.
``microdata`` judges a file of records, and ``output`` writes a release in the formats others read. The
counting engine and the solver are loaded when they are first used.
"""

from ..models.dates import be_month
from . import audit
from .assess import Assessment, assess
from .audit import AuditResult
from .datasets import (
    EQ_APPLICANT_PROVINCE_YEAR,
    EQ_FOREIGN_ORIGIN_YEAR,
    EQ_PETITIONS_MONTH,
    EQ_REFUSAL_REASONS_YEAR,
    EQ_REISSUE_YEAR,
    EQ_TURNAROUND_QUARTER,
    EQUIVALENCE_DATASETS,
    ReadyDataset,
)
from .ledger import Ledger, OutputFile, PolicyMark, publish_files, recover_files
from .policy import (
    ClosedPeriods,
    Collapse,
    ColumnNames,
    DisclosurePolicy,
    MagnitudeRule,
    NoiseRule,
    SignOff,
    WorkBudget,
    load_policy,
    sign_policy,
)
from .protect import Protected, Search, protect
from .published import GroupRule, PublicRules, PublishedTable, Subject
from .publishing import publish_release
from .release import (
    Prepared,
    ReleaseFiles,
    confirm_release,
    prepare,
    read_release,
    read_table,
    release,
    write_release,
)
from .tabulate import COUNT, Contribution, Query, RawTable, Sum, demand_closed, read_counts, tabulate

__all__ = [
    "COUNT",
    "EQUIVALENCE_DATASETS",
    "EQ_APPLICANT_PROVINCE_YEAR",
    "EQ_FOREIGN_ORIGIN_YEAR",
    "EQ_PETITIONS_MONTH",
    "EQ_REFUSAL_REASONS_YEAR",
    "EQ_REISSUE_YEAR",
    "EQ_TURNAROUND_QUARTER",
    "Assessment",
    "AuditResult",
    "ClosedPeriods",
    "Collapse",
    "ColumnNames",
    "Contribution",
    "DisclosurePolicy",
    "GroupRule",
    "Ledger",
    "MagnitudeRule",
    "NoiseRule",
    "OutputFile",
    "PolicyMark",
    "Prepared",
    "Protected",
    "PublicRules",
    "PublishedTable",
    "Query",
    "RawTable",
    "ReadyDataset",
    "ReleaseFiles",
    "Search",
    "SignOff",
    "Subject",
    "Sum",
    "WorkBudget",
    "assess",
    "audit",
    "be_month",
    "confirm_release",
    "demand_closed",
    "load_policy",
    "prepare",
    "protect",
    "publish_files",
    "publish_release",
    "read_counts",
    "read_release",
    "read_table",
    "recover_files",
    "release",
    "sign_policy",
    "tabulate",
    "write_release",
]

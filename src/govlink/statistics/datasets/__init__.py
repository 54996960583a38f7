"""Data sets described ready to use: columns, names, subject; the policy and the sign-off are an agency's."""

from .equivalence import (
    EQ_APPLICANT_PROVINCE_YEAR,
    EQ_FOREIGN_ORIGIN_YEAR,
    EQ_PETITIONS_MONTH,
    EQ_REFUSAL_REASONS_YEAR,
    EQ_REISSUE_YEAR,
    EQ_TURNAROUND_QUARTER,
    EQUIVALENCE_DATASETS,
)
from .model import PERIOD, ReadyDataset

__all__ = [
    "EQUIVALENCE_DATASETS",
    "EQ_APPLICANT_PROVINCE_YEAR",
    "EQ_FOREIGN_ORIGIN_YEAR",
    "EQ_PETITIONS_MONTH",
    "EQ_REFUSAL_REASONS_YEAR",
    "EQ_REISSUE_YEAR",
    "EQ_TURNAROUND_QUARTER",
    "PERIOD",
    "ReadyDataset",
]

"""The agency's decision about disclosure: named, versioned, signed, and read from a TOML file."""

from .file import load_policy, sign_policy
from .model import DisclosurePolicy
from .parts import ClosedPeriods, Collapse, ColumnNames, MagnitudeRule, NoiseRule, SignOff, WorkBudget

__all__ = [
    "ClosedPeriods",
    "Collapse",
    "ColumnNames",
    "DisclosurePolicy",
    "MagnitudeRule",
    "NoiseRule",
    "SignOff",
    "WorkBudget",
    "load_policy",
    "sign_policy",
]

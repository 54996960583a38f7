"""Bringing a service onto a portal: its manifest, and the record of the steps taken.

A registration takes months of letters and e-mails between an agency and a portal, so what was done is
kept in a small JSON file that any later run can go on from. This package knows no portal: the steps
and the check of a manifest come from an adapter's ``check_registration``.
"""

from .files import load_manifest, load_progress, save_progress
from .progress import (
    Due,
    RegistrationProgress,
    StepDocument,
    StepRecord,
    complete,
    due,
    record_answer,
    start,
)

__all__ = [
    "Due",
    "RegistrationProgress",
    "StepDocument",
    "StepRecord",
    "complete",
    "due",
    "load_manifest",
    "load_progress",
    "record_answer",
    "save_progress",
    "start",
]

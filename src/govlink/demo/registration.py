"""Registering the service on ทางรัฐ: the manifest checked, the 13 steps tracked.

No registration API exists. The dates on which each step was done are the demo's own; what is real is
the check, the order of the steps and the record.
"""

from __future__ import annotations

from datetime import date, timedelta

from ..client import Client
from ..fixtures import fixture_path
from ..registration import RegistrationProgress, complete, load_manifest, start

__all__ = ["MANIFEST", "register_service"]

MANIFEST = "registration/equivalence.toml"
DAYS_PER_STEP = 14


def register_service(client: Client, *, today: date) -> RegistrationProgress:
    """Check the shipped manifest and walk it through every step, the last one before ``today``."""
    manifest = load_manifest(fixture_path(MANIFEST))
    check = client.check_registration(manifest)
    progress = start(manifest, check=check)
    first = today - timedelta(days=DAYS_PER_STEP * len(check.steps))
    for i, step in enumerate(check.steps):
        on = first + timedelta(days=DAYS_PER_STEP * i)
        progress = complete(progress, step.number, on=on, today=today)
    return progress

"""One call of each verb of the E-OCS intake that its simulator answers, for the conformance kit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from govlink.models.petition import StateReport
from govlink.sandbox.server import RunningSandbox
from govlink.testing.conformance import EXAMPLE_PERSON, THAI_TEXT, Example, tell_sandbox

__all__ = ["EXAMPLES", "SETTINGS"]

SETTINGS = {"page_size": 2}
"""Small, so that the petitions below fill more than one page."""

NAME = f"{EXAMPLE_PERSON.title}{EXAMPLE_PERSON.first_name} {EXAMPLE_PERSON.last_name}"


def _with_petitions(sandbox: RunningSandbox) -> Mapping[str, object]:
    sandbox.world.add_person(EXAMPLE_PERSON)
    petitions = [
        {
            "reference": f"EQ-2568-{number:06d}",
            "service": "EQ_FOREIGN",
            "filed_at": f"2025-01-{number:02d}T09:00:00+07:00",
            "form": {"name": NAME, "citizen_id": EXAMPLE_PERSON.citizen_id, "note": THAI_TEXT},
        }
        for number in range(1, 6)
    ]
    tell_sandbox(sandbox, "/eocs/_sandbox/petitions", petitions)
    return {}


EXAMPLES = (
    Example(
        capability="intake",
        verb="pull",
        arguments={"since": datetime(2025, 1, 1, tzinfo=UTC), "cursor": None},
        prepare=_with_petitions,
        returns=(THAI_TEXT, NAME),
    ),
    Example(
        capability="reports",
        verb="report_state",
        arguments={
            "report": StateReport(
                reference="EQ-2568-000001",
                state="REVIEW",
                note_th=THAI_TEXT,
                at=datetime(2025, 1, 15, 3, 0, tzinfo=UTC),
                report_id="report-1",
            )
        },
        carries=(THAI_TEXT,),
    ),
    Example(
        capability="intake",
        verb="acknowledge",
        arguments={"references": ("EQ-2568-000001", "EQ-2568-000002")},
    ),
)

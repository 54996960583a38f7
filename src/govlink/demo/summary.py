"""What a demo did, in numbers; the same for the same seed."""

from __future__ import annotations

from collections import Counter

from .publication import outcome_of
from .run import DemoResult

__all__ = ["outcomes_by_service", "summary_of"]

PUSH = "notification.push"


def outcomes_by_service(result: DemoResult) -> dict[str, dict[str, int]]:
    """Outcomes by service, refusals at the form included; rows not read stand under ``unread``."""
    counts: dict[str, Counter[str]] = {}
    for petition in result.petitions:
        counts.setdefault(petition.service.value, Counter())[outcome_of(petition)] += 1
    for refusal in result.refusals:
        counts.setdefault(refusal.service, Counter())[refusal.outcome] += 1
    if result.rejected_rows:
        counts["unread"] = Counter({"rejected_row": len(result.rejected_rows)})
    return {service: dict(sorted(counts[service].items())) for service in sorted(counts)}


def summary_of(result: DemoResult) -> dict[str, object]:
    """The numbers a script reads."""
    by_service = outcomes_by_service(result)
    by_outcome: Counter[str] = Counter()
    for outcomes in by_service.values():
        by_outcome.update(outcomes)
    report = result.release.report
    pushed = [e for e in result.traffic if e.operation == PUSH and e.outcome == "200"]
    return {
        "petitions": result.rows,
        "by_outcome": dict(sorted(by_outcome.items())),
        "by_service": by_service,
        "certificates": sum(1 for p in result.petitions if p.certificate is not None),
        "http_requests": len(result.traffic),
        "http_requests_by_platform": dict(sorted(Counter(e.platform for e in result.traffic).items())),
        "tokens_validated": result.tokens_validated,
        "notifications": len(pushed),
        "effects_failed": result.effects_failed,
        "dataset": result.publication.dataset,
        "dataset_state": result.publication.state.value,
        "published_cells": report.cells_published,
        "suppressed_cells": report.cells_suppressed,
    }

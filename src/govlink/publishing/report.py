"""Plans, results and conflicts as JSON. Values of fields that may name a person are left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..errors import GovlinkError
from ..models.publication import ColumnChange, FieldChange, PublicationPlan, PublicationResult

__all__ = ["conflict_of", "is_personal", "plan_object", "result_object", "shown_changes"]

_PERSONAL = re.compile(r"maintainer|author|contact", re.IGNORECASE)


def is_personal(field: str) -> bool:
    """Whether the dataset field of that name may hold a person's name or address."""
    return _PERSONAL.search(field) is not None


def shown_changes(changes: Iterable[FieldChange]) -> list[dict[str, object]]:
    """Each field with what is stored, wanted and was published; a personal one with its name alone."""
    return [
        {"name": change.name, "values_withheld": True}
        if is_personal(change.name)
        else {
            "name": change.name,
            "stored": change.stored,
            "wanted": change.wanted,
            "published": change.published,
        }
        for change in changes
    ]


def conflict_of(error: GovlinkError) -> tuple[FieldChange, ...]:
    """The three-way report that a conflict carries; empty for any other error."""
    report = getattr(error, "report", ())
    return tuple(change for change in report if isinstance(change, FieldChange))


def plan_object(plan: PublicationPlan) -> dict[str, object]:
    """A plan as JSON."""
    return {
        "dataset": plan.dataset,
        "would_write": bool(plan),
        "fields": shown_changes(plan.fields),
        "kept": shown_changes(plan.kept),
        "columns": [_column(change) for change in plan.columns],
        "rows": plan.rows_total,
        "rows_new": plan.rows_new,
        "rows_changed": plan.rows_changed,
        "rows_deleted": plan.rows_deleted,
        "table_rebuilt": plan.is_table_rebuilt,
        "file_replaced": plan.is_file_replaced,
        "hidden_meanwhile": plan.is_hidden_meanwhile,
        "steps": list(plan.steps),
        "drift": list(plan.drift),
        "notes": list(plan.notes),
    }


def _column(change: ColumnChange) -> dict[str, object]:
    return {"id": change.id, "change": change.change, "stored": change.stored, "wanted": change.wanted}


def result_object(result: PublicationResult) -> dict[str, object]:
    """A result as JSON."""
    return {
        "dataset": result.dataset,
        "dataset_id": result.dataset_id,
        "resource_id": result.resource_id,
        "file_resource_id": result.file_resource_id,
        "state": result.state.value,
        "writes": result.writes,
        "rows": result.rows,
        "rows_written": result.rows_written,
        "rows_deleted": result.rows_deleted,
        "kept": shown_changes(result.kept),
        "drift": list(result.drift),
        "notes": list(result.notes),
    }

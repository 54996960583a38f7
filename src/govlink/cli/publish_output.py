"""Plans and results of ``govlink publish`` as tables for people."""

from __future__ import annotations

from collections.abc import Iterable

from ..models.publication import FieldChange, PublicationPlan, PublicationResult
from ..publishing.report import is_personal
from .output import print_line, print_table

__all__ = ["print_conflict", "print_plan", "print_result"]

_WITHHELD = "(not shown)"
_MOST = 60
_LEAD = 10


def print_plan(plan: PublicationPlan) -> None:
    """The plan, each part that has something in it."""
    if plan.fields:
        print_table("Description: what would be written", _HEADERS, _rows(plan.fields))
    _print_kept(plan.kept)
    if plan.columns:
        columns = [(c.id, c.change, c.stored or "", c.wanted or "") for c in plan.columns]
        print_table("Columns", ("column", "change", "stored", "wanted"), columns)
    counts = (plan.rows_total, plan.rows_new, plan.rows_changed, plan.rows_deleted)
    print_table(f"Rows of {plan.dataset}", ("all", "new", "changed", "deleted"), [counts])
    if plan.steps:
        print_table("Steps", ("", "what would be done"), list(enumerate(plan.steps, start=1)))
    if plan.is_hidden_meanwhile:
        print_line("The dataset is not public while its rows change.")
    _print_remarks(plan.drift, plan.notes)
    if not plan:
        print_line(f"{plan.dataset}: nothing would be written.")


def print_result(result: PublicationResult, *, outcome: str, elapsed_s: float) -> None:
    """What was done."""
    facts = [
        ("outcome", outcome.replace("_", " ")),
        ("state", result.state.value.replace("_", " ")),
        ("writes", result.writes),
        ("rows", result.rows),
        ("rows written", result.rows_written),
        ("rows deleted", result.rows_deleted),
        ("seconds", f"{elapsed_s:,.2f}"),
        ("dataset", result.dataset_id),
        ("table", result.resource_id),
        ("file", result.file_resource_id or "-"),
    ]
    print_table(result.dataset, ("what", "value"), facts)
    _print_kept(result.kept)
    _print_remarks(result.drift, result.notes)


def print_conflict(report: tuple[FieldChange, ...]) -> None:
    """The three-way report: what the catalogue holds, what was published last, what is wanted now."""
    rows = [
        (*row, _shown(change, change.published)) for row, change in zip(_rows(report), report, strict=True)
    ]
    print_table("Edited by somebody else", (*_HEADERS, "published last"), rows)


_HEADERS = ("field", "stored", "wanted")


def _rows(changes: Iterable[FieldChange]) -> list[tuple[str, str, str]]:
    return [(c.name, _shown(c, c.stored), _shown(c, c.wanted)) for c in changes]


def _shown(change: FieldChange, value: str | None) -> str:
    if is_personal(change.name):
        return _WITHHELD
    text, start = value or "", _start(change)
    before, rest = "…" if start else "", text[start:]
    return before + (rest if len(rest) <= _MOST else rest[: _MOST - 1] + "…")


def _start(change: FieldChange) -> int:
    """Where long texts are shown from: shortly before the first difference, if that would be cut off."""
    stored, wanted = change.stored or "", change.wanted or ""
    pairs = enumerate(zip(stored, wanted, strict=False))
    same = next((i for i, (one, other) in pairs if one != other), min(len(stored), len(wanted)))
    return max(0, same - _LEAD) if same > _MOST // 2 and max(len(stored), len(wanted)) > _MOST else 0


def _print_kept(kept: tuple[FieldChange, ...]) -> None:
    if kept:
        print_table("Edited on the portal; the edit stands", _HEADERS, _rows(kept))


def _print_remarks(drift: tuple[str, ...], notes: tuple[str, ...]) -> None:
    if drift or notes:
        rows = [("schema", text) for text in drift] + [("note", text) for text in notes]
        print_table("Remarks", ("about", "what"), rows)

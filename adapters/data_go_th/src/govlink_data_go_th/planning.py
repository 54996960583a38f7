"""The steps of a publication in words, for people to read before anything is written."""

from __future__ import annotations

from govlink.models.publication import Publication, PublicationPlan

from .columns import ColumnWork
from .requests import Revision
from .revisions import revelation
from .steps import Steps
from .stored import RowWork

__all__ = ["notes_of_steps", "plan_of"]

FILE_LEFT_OUT = (
    "the table is published without a CSV file: it would be larger than this catalogue takes "
    "(max_upload_bytes); its rows can be downloaded from the table itself"
)

_COLUMN_WORDS = {
    ColumnWork.CREATE: "create the table",
    ColumnWork.RELABEL: "change the labels of the table's columns",
    ColumnWork.EXTEND: "add columns to the table",
    ColumnWork.DROP: "drop columns of the table",
    ColumnWork.REBUILD: "drop the table and make it anew, because a type or the key changed",
}


def notes_of_steps(steps: Steps) -> tuple[str, ...]:
    """What the caller should know beside the steps."""
    return () if steps.file.file is not None else (FILE_LEFT_OUT,)


def _counts(publication: Publication, steps: Steps) -> tuple[int, int, int]:
    """Rows new, changed and deleted."""
    if steps.rows.work is RowWork.LOAD:
        stored = steps.found.table.row_count if steps.found.table else 0
        gone = stored if steps.columns.work is ColumnWork.REBUILD else 0
        return publication.table.row_count - steps.rows.skip, 0, gone
    changes = steps.changes
    return (changes.new_count, changes.changed_count, changes.stale_count) if changes else (0, 0, 0)


def _last_change(publication: Publication, steps: Steps) -> Revision:
    package, merged = steps.found.package, steps.merged
    if package is None or merged is None:
        return Revision()
    return revelation(publication, steps, package, merged)


def _file_words(steps: Steps) -> str:
    if steps.file.is_stored(steps.found.package):
        return ""
    return "put the CSV file beside the table" if steps.file.file else "remove the CSV file, now too large"


def _steps(publication: Publication, steps: Steps) -> tuple[str, ...]:
    """The steps in order; each line stands only where there is something to do."""
    is_new = steps.found.package is None
    changes = steps.merged.changes if steps.merged else ()
    last = _last_change(publication, steps)
    new, changed, gone = _counts(publication, steps)
    said = (
        (is_new, "create the dataset with the resource of its table, private until all is in place"),
        (steps.hides, "make the dataset private until its rows are in place again"),
        (not is_new and steps.found.resource is None, "create the resource of the table"),
        (steps.columns.work in _COLUMN_WORDS, _COLUMN_WORDS.get(steps.columns.work, "")),
        (gone and steps.rows.work is not RowWork.LOAD, f"delete {gone} rows"),
        (new, f"write {new} new rows"),
        (changed, f"write {changed} changed rows"),
        (changes, f"change fields: {', '.join(change.name for change in changes)}"),
        (_file_words(steps), _file_words(steps)),
        (is_new or steps.hides or last.dataset.get("private") is False, "make the dataset public"),
        ("allow_harvest" in last.dataset, "allow the national catalogue to harvest it"),
    )
    words = tuple(line for applies, line in said if applies)
    return words or (("record on the catalogue what was published",) if last else ())


def plan_of(
    publication: Publication, steps: Steps, *, drift: tuple[str, ...], notes: tuple[str, ...]
) -> PublicationPlan:
    """The whole plan; it is true exactly when publishing would write something."""
    package, merged = steps.found.package, steps.merged
    new, changed, gone = _counts(publication, steps)
    return PublicationPlan(
        dataset=publication.dataset.name,
        fields=merged.changes if merged else (),
        kept=merged.kept if merged else (),
        columns=steps.columns.changes,
        rows_new=new,
        rows_changed=changed,
        rows_deleted=gone,
        rows_total=publication.table.row_count,
        is_table_rebuilt=steps.columns.work is ColumnWork.REBUILD,
        is_file_replaced=steps.file.file is not None and not steps.file.is_stored(package),
        is_hidden_meanwhile=steps.hides,
        steps=_steps(publication, steps),
        drift=drift,
        notes=notes + notes_of_steps(steps),
    )

"""What a page calls a table, its columns and their codes: as told, else as far as govlink knows them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RejectedError
from ..models.release import TOTAL, Release

if TYPE_CHECKING:  # loaded by the commands that need it
    from ..statistics.datasets import ReadyDataset
    from ..statistics.output import Label, Labels
    from ..statistics.policy import DisclosurePolicy

__all__ = ["labels_for"]

Codes = Mapping[str, tuple[str, ...]]


def labels_for(
    release: Release, *, name: str, given: Path | None, policy: DisclosurePolicy | None = None
) -> Labels:
    """Names for a page: those of the file first.

    What it leaves out has the name that a ready data set or a classification of govlink gives it.

    Raises:
        ConfigError: the file cannot be read.
    """
    from ..statistics.output import Label, Labels, load_labels

    told = load_labels(given) if given else Labels()
    shown = {
        dimension.id: tuple(
            dict.fromkeys(c.keys[place] for c in release.table.cells if c.keys[place] != TOTAL)
        )
        for place, dimension in enumerate(release.table.dimensions)
    }
    ready = _ready(release, shown)
    classified = (
        {column: said for column, said in policy.hierarchies if isinstance(said, str)} if policy else {}
    )
    known = {column: _known(classified.get(column), codes) for column, codes in shown.items()}
    title = told.title
    if title == Labels().title:
        title = Label(th=ready.title_th, en=ready.title_en) if ready else Label(th=name, en=name)
    columns = {d.id: Label(th=d.label_th, en=d.label_en) for d in ready.dimensions} if ready else {}
    named = _ready_codes(ready, shown)
    return Labels(
        title=title,
        dimensions={**columns, **told.dimensions},
        codes={
            column: {**known[column], **named.get(column, {}), **told.codes.get(column, {})}
            for column in shown
        },
    )


def _ready(release: Release, shown: Codes) -> ReadyDataset | None:
    """The ready data set that this is a table of, by what it counts and its columns."""
    from ..statistics.datasets import EQUIVALENCE_DATASETS

    subject = release.report.subject
    found = [
        one
        for one in EQUIVALENCE_DATASETS
        if subject is not None
        and subject.population == one.population
        and tuple(d.id for d in one.dimensions) == tuple(shown)
    ]
    return found[0] if len(found) == 1 else None


def _ready_codes(ready: ReadyDataset | None, shown: Codes) -> dict[str, dict[str, Label]]:
    from ..statistics.output import Label

    try:
        found = ready.code_labels(shown) if ready else {}
    except RejectedError:  # codes of the agency's own
        return {}
    return {
        column: {code: Label(th=th, en=en) for code, (th, en) in names.items()}
        for column, names in found.items()
    }


def _known(classification: str | None, codes: tuple[str, ...]) -> dict[str, Label]:
    from ..statistics.classifications import labels_of
    from ..statistics.output import Label

    # Without a policy the codes themselves tell whether they are periods of the Buddhist era.
    for name in (classification,) if classification else ("be-month", "be-month-fiscal"):
        try:
            return {code: Label(th=th, en=en) for code, (th, en) in labels_of(name, codes).items()}
        except RejectedError:
            continue
    return {}

"""A published table as JSON: codes by dimension and values in the table's order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

from ...models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from ..joint.conditions import categories_of
from ..published import GroupRule, PublicRules, PublishedTable, Subject

__all__ = ["content_of", "mapping", "published_of", "text", "texts", "without_labels"]


def content_of(published: PublishedTable) -> dict[str, object]:
    """The members of an entry that tell of the table.

    Raises:
        RejectedError: it is not a whole cross-tabulation.
    """
    table, rules, subject = published.table, published.rules, published.subject
    categories = categories_of(table, name=published.name)
    group = rules.group
    return {
        "name": published.name,
        "dimensions": [
            {"codes": list(codes), "id": d.id, "parents": [list(pair) for pair in d.parents]}
            for d, codes in zip(table.dimensions, categories, strict=True)
        ],
        "values": [cell.value for cell in table.cells],
        "subject": {
            "period": subject.period,
            "population": subject.population,
            "where": [[name, list(codes)] for name, codes in subject.where],
        },
        "rules": {
            "group": None
            if group is None
            else {
                "dimension": group.dimension,
                "min_groups": group.min_groups,
                "within_group": group.within_group,
            },
            "interval_width": rules.interval_width,
            "measure": rules.measure,
            "measured": rules.measured,
            "structural_zeros": [[list(pair) for pair in zero] for zero in rules.structural_zeros],
            "threshold": rules.threshold,
            "zeros": rules.zeros,
        },
    }


def published_of(members: Mapping[str, object]) -> PublishedTable:
    """The table of an entry. Raises ValueError, KeyError or TypeError where it is none."""
    dimensions, categories = [], []
    for part in _list(members["dimensions"]):
        found = mapping(part)
        name = text(found["id"])
        parents = tuple(_pair(pair) for pair in _list(found["parents"]))
        dimensions.append(Dimension(id=name, label_th=name, label_en=name, parents=parents))
        categories.append(texts(found["codes"]))
    values = [None if value is None else _whole(value) for value in _list(members["values"])]
    keys = product(*((*codes, TOTAL) for codes in categories))
    cells = tuple(
        ReleasedCell(
            keys=key, value=value, status=CellStatus.CONFIDENTIAL if value is None else CellStatus.FREE
        )
        for key, value in zip(keys, values, strict=True)
    )
    return PublishedTable(
        name=text(members["name"]),
        subject=_subject(mapping(members["subject"])),
        table=ProtectedTable(dimensions=tuple(dimensions), cells=cells),
        rules=_rules(mapping(members["rules"])),
    )


def without_labels(published: PublishedTable) -> PublishedTable:
    """The same with each dimension's id for its labels: wording may change, what was published does not."""
    bare = tuple(
        Dimension(id=d.id, label_th=d.id, label_en=d.id, parents=d.parents)
        for d in published.table.dimensions
    )
    return replace(published, table=replace(published.table, dimensions=bare))


def _subject(members: Mapping[str, object]) -> Subject:
    period = members["period"]
    where = []
    for part in _list(members["where"]):
        name, codes = _list(part)
        where.append((text(name), texts(codes)))
    return Subject(
        population=text(members["population"]),
        where=tuple(where),
        period=None if period is None else text(period),
    )


def _rules(members: Mapping[str, object]) -> PublicRules:
    group, zeros, measure = members["group"], members["zeros"], members["measure"]
    if zeros not in ("structural", "sampling") or measure not in ("count", "sum"):
        raise ValueError
    return PublicRules(
        threshold=_whole(members["threshold"]),
        zeros="structural" if zeros == "structural" else "sampling",
        structural_zeros=tuple(
            tuple(_pair(pair) for pair in _list(zero)) for zero in _list(members["structural_zeros"])
        ),
        group=None if group is None else _group(mapping(group)),
        interval_width=_whole(members["interval_width"]),
        measure="count" if measure == "count" else "sum",
        measured=text(members["measured"]),
    )


def _group(members: Mapping[str, object]) -> GroupRule:
    within = members["within_group"]
    if not isinstance(within, bool):
        raise TypeError
    return GroupRule(
        dimension=text(members["dimension"]), min_groups=_whole(members["min_groups"]), within_group=within
    )


def text(value: object) -> str:
    """The value if it is text; TypeError otherwise."""
    if not isinstance(value, str):
        raise TypeError
    return value


def texts(value: object) -> tuple[str, ...]:
    """The value if it is a list of texts; TypeError otherwise."""
    return tuple(text(part) for part in _list(value))


def mapping(value: object) -> Mapping[str, object]:
    """The value if it is an object; TypeError otherwise."""
    if not isinstance(value, dict):
        raise TypeError
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _pair(value: object) -> tuple[str, str]:
    one, other = texts(value)
    return one, other


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return value

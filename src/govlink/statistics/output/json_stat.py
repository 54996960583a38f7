"""A release as a JSON-stat 2.0 dataset.

The format is that of json-stat.org, version 2.0: values in row-major order of the dimensions, ``null`` where
there is none, ``status`` by place. A hierarchy stands in ``category.child``; each parent lists the codes
that are directly part of it and that the table shows.
"""

from __future__ import annotations

import json
from math import prod

from ...errors import Fault, ProtectionError
from ...models.release import CellStatus, Dimension, Release
from .labels import Label, Labels, Language

__all__ = ["json_stat"]

NOT_A_CUBE = Fault(
    "statistics.json_stat_cube",
    en="the table lacks cells or holds some twice, so it is no cube",
    th="ตารางมีช่องไม่ครบหรือซ้ำ จึงไม่ใช่ลูกบาศก์ข้อมูลที่สมบูรณ์",
)
_STATUS_LABELS = {
    "F": Label(th="เผยแพร่", en="Free for publication"),
    "C": Label(th="ปกปิด", en="Confidential"),
}


def json_stat(release: Release, *, labels: Labels | None = None, language: Language = "th") -> bytes:
    """The dataset as UTF-8 JSON; the same release, labels and language give the same bytes.

    Args:
        release: What is published.
        labels: Names of dimensions and codes.
        language: That of the names; JSON-stat holds one.

    Raises:
        ProtectionError: the release was altered, or its cells are not those of a whole table.
    """
    release.verify_seal()
    named, table, report = labels or Labels(), release.table, release.report
    codes = tuple(
        tuple(dict.fromkeys(cell.keys[axis] for cell in table.cells)) for axis in range(len(table.dimensions))
    )
    cells = {cell.keys: cell for cell in table.cells}
    if not len(cells) == len(table.cells) == prod(map(len, codes)):
        raise ProtectionError(NOT_A_CUBE)
    dataset = {
        "version": "2.0",
        "class": "dataset",
        "label": getattr(named.title, language),
        "id": [dimension.id for dimension in table.dimensions],
        "size": [len(each) for each in codes],
        "dimension": {
            dimension.id: {
                "label": getattr(named.of_dimension(dimension), language),
                "category": _category(dimension, each, labels=named, language=language),
            }
            for dimension, each in zip(table.dimensions, codes, strict=True)
        },
        "value": [cell.value for cell in table.cells],
        "status": {
            str(place): cell.status.value
            for place, cell in enumerate(table.cells)
            if cell.status is CellStatus.CONFIDENTIAL
        },
        "extension": {
            "status": {"label": {code: getattr(label, language) for code, label in _STATUS_LABELS.items()}},
            "protection": report.content(),
        },
    }
    return (json.dumps(dataset, ensure_ascii=False, indent=1) + "\n").encode()


def _category(
    dimension: Dimension, codes: tuple[str, ...], *, labels: Labels, language: Language
) -> dict[str, object]:
    shown, children = set(codes), dict[str, list[str]]()
    for code, parent in dimension.parents:
        if {code, parent} <= shown:
            children.setdefault(parent, []).append(code)
    category: dict[str, object] = {
        "index": list(codes),
        "label": {code: getattr(labels.of_code(dimension, code), language) for code in codes},
    }
    return category | ({"child": children} if children else {})

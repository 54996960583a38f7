"""Sealed tables to write out; all counts are made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from govlink.models.release import (
    CellStatus,
    Dimension,
    ProtectedTable,
    ProtectionReport,
    Release,
    ReleasedCell,
    seal,
)
from govlink.models.rules import PublicRules
from govlink.statistics.releasing.mask import mask_of

Cells = Mapping[tuple[str, ...], int | None]
Sealed = Callable[..., Release]


@pytest.fixture(scope="session")
def sealed() -> Sealed:
    """A release of these cells, in their order; None is hidden."""

    def make(
        cells: Cells,
        ids: tuple[str, ...],
        *,
        parents: Mapping[str, tuple[tuple[str, str], ...]] | None = None,
        **report: Any,
    ) -> Release:
        table = ProtectedTable(
            dimensions=tuple(
                Dimension(
                    id=i, label_th=f"ไทย {i}", label_en=f"English {i}", parents=(parents or {}).get(i, ())
                )
                for i in ids
            ),
            cells=tuple(
                ReleasedCell(
                    keys=keys,
                    value=value,
                    status=CellStatus.CONFIDENTIAL if value is None else CellStatus.FREE,
                )
                for keys, value in cells.items()
            ),
        )
        hidden = sum(cell.value is None for cell in table.cells)
        filled: dict[str, Any] = {
            "policy_id": "test",
            "policy_version": "1",
            "method": "suppress",
            "rules": PublicRules(threshold=5),
            "cells_published": len(table.cells) - hidden,
            "cells_suppressed": hidden,
            "suppressed_share": round(hidden / len(table.cells), 6),
            "audit_verdict": "passed",
            "audited_cells": hidden,
            "table_sha256_hex": table.sha256_hex(),
            "mask": mask_of(table),
            "parents": dict(parents or {}),
            "not_covered": ("likelihood",),
        }
        return seal(table=table, report=ProtectionReport(**(filled | report)))

    return make


@pytest.fixture(scope="session")
def regions(sealed: Sealed) -> Release:
    """Provinces in regions by outcome, totals included: three cells hidden, two of a region, and one zero."""
    cells: dict[tuple[str, ...], int | None] = {
        ("น่าน", "approved"): 12, ("น่าน", "refused"): None, ("น่าน", "_T"): 15,
        ("ลำพูน", "approved"): 30, ("ลำพูน", "refused"): 0, ("ลำพูน", "_T"): 30,
        ("ใต้", "approved"): 1200, ("ใต้", "refused"): 40, ("ใต้", "_T"): 1240,
        ("เหนือ", "approved"): None, ("เหนือ", "refused"): None, ("เหนือ", "_T"): 45,
        ("_T", "approved"): 1242, ("_T", "refused"): 43, ("_T", "_T"): 1285,
    }  # fmt: skip
    parents = {"province": (("น่าน", "เหนือ"), ("ลำพูน", "เหนือ"))}
    return sealed(cells, ("province", "outcome"), parents=parents)

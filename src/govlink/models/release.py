"""A protected statistical table, the report of how it was protected, and the seal over both.

Only ``govlink.statistics`` makes a ``Release``, after an audit passed. Python cannot forbid a
determined developer to build one by hand; the seal stops mistakes, and whoever publishes verifies it
again. A masked cell holds no number: there is nothing to leak from ``repr``, a log or a copy.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from ..errors import Fault, ProtectionError

__all__ = [
    "TOTAL",
    "CellStatus",
    "Dimension",
    "ProtectedTable",
    "ProtectionReport",
    "Release",
    "ReleasedCell",
    "seal",
]

TOTAL = "_T"
"""SDMX's code of a total over a dimension."""

UNSEALED = Fault(
    "statistics.unsealed",
    en="this table was not made by govlink.statistics.protect",
    th="ตารางนี้ไม่ได้ผ่านขั้นตอนปกปิดข้อมูลของ govlink.statistics",
)
ALTERED = Fault(
    "statistics.altered",
    en="the table or its report was changed after the audit",
    th="ตารางหรือรายงานถูกแก้ไขหลังการตรวจสอบ",
)


class CellStatus(StrEnum):
    """SDMX confidentiality status (CL_CONF_STATUS), two of its codes.

    A cell suppressed for its own sake and one suppressed to protect others carry the same code,
    because telling them apart would tell that the first is small.
    """

    FREE = "F"
    CONFIDENTIAL = "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A column cells are counted by. ``id`` is ASCII; labels say what it is in both languages."""

    id: str
    label_th: str
    label_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedCell:
    """One cell: its keys in dimension order (``_T`` for a total), its count or None, its status."""

    keys: tuple[str, ...]
    value: int | None
    status: CellStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedTable:
    """A table in long form, margins included, cells in canonical order."""

    dimensions: tuple[Dimension, ...]
    cells: tuple[ReleasedCell, ...]

    def sha256_hex(self) -> str:
        """Digest of the published content in canonical JSON."""
        rows = [[*c.keys, c.value, c.status.value] for c in self.cells]
        content = {"dimensions": [d.id for d in self.dimensions], "cells": rows}
        return _digest(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionReport:
    """The public half of the protection report: what was done, and nothing a cell could be guessed from.

    ``suppressed_share`` is suppressed cells over all cells. ``versions`` names the software that
    decided. ``table_sha256_hex`` binds the report to its table. ``not_covered`` names, by stable codes,
    the risks that the audit did not look at: a verdict of ``passed`` says nothing about them.
    """

    policy_id: str
    policy_version: str
    method: str
    threshold: int
    cells_published: int
    cells_suppressed: int
    suppressed_share: float
    audit_verdict: str
    audited_cells: int
    table_sha256_hex: str
    versions: Mapping[str, str] = field(default_factory=dict)
    not_covered: tuple[str, ...] = ()

    def sha256_hex(self) -> str:
        """Digest of the report in canonical JSON."""
        content = {k: dict(v) if k == "versions" else v for k, v in asdict(self).items()}
        return _digest(content)


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


_MAKER = object()


class Release:
    """An audited table with its report; the only thing ``OpenDataCatalogue.publish`` takes."""

    __slots__ = ("_sealed_digest", "report", "table")

    report: ProtectionReport
    table: ProtectedTable
    _sealed_digest: str

    def __init__(self, *, table: ProtectedTable, report: ProtectionReport, maker: object = None) -> None:
        if maker is not _MAKER:
            raise ProtectionError(UNSEALED)
        for name, value in (
            ("table", table),
            ("report", report),
            ("_sealed_digest", report.sha256_hex()),
        ):
            object.__setattr__(self, name, value)
        self.verify_seal()

    def __setattr__(self, name: str, value: object) -> None:
        raise ProtectionError(ALTERED)

    def __delattr__(self, name: str) -> None:
        raise ProtectionError(ALTERED)

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(UNSEALED)

    def __repr__(self) -> str:
        r = self.report
        return f"Release(policy={r.policy_id!r}, cells={r.cells_published + r.cells_suppressed})"

    def verify_seal(self) -> None:
        """Raise ``ProtectionError`` unless table and report are still the ones that were audited."""
        table_digest = self.table.sha256_hex()
        if table_digest != self.report.table_sha256_hex:
            raise ProtectionError(ALTERED)
        if self.report.sha256_hex() != self._sealed_digest or self.report.audit_verdict != "passed":
            raise ProtectionError(ALTERED)


def seal(*, table: ProtectedTable, report: ProtectionReport) -> Release:
    """Make a release. Called by ``govlink.statistics.release`` alone; a meta test holds that."""
    return Release(table=table, report=report, maker=_MAKER)

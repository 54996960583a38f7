"""A protected statistical table, the report of how it was protected, and the seal over both.

Only ``govlink.statistics`` makes a ``Release``, after an audit passed. Python cannot forbid a
determined developer to build one by hand; the seal stops mistakes, and whoever publishes verifies it
again. A masked cell holds no number: there is nothing to leak from ``repr``, a log or a copy.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from ..errors import Fault, ProtectionError
from .rules import PublicRules, Subject

__all__ = [
    "TOTAL",
    "CellStatus",
    "Dimension",
    "Interval",
    "ProtectedTable",
    "ProtectionReport",
    "Release",
    "ReleasedCell",
    "RestrictedCell",
    "RestrictedReport",
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
RESTRICTED = Fault(
    "statistics.restricted",
    en="the restricted report is written to a private file by govlink alone, and not copied otherwise",
    th="รายงานฉบับจำกัดสิทธิให้ govlink บันทึกลงไฟล์ส่วนตัวเท่านั้น ห้ามคัดลอกหรือจัดเก็บด้วยวิธีอื่น",
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
    """A column cells are counted by.

    Attributes:
        id: The column's name, ASCII.
        label_th: What it is, in Thai.
        label_en: What it is, in English.
        parents: Codes with the code they are part of: (``"10"``, ``"central"``). It may name codes that
            the table does not show. A code without a parent is part of the total only.
    """

    id: str
    label_th: str
    label_en: str
    parents: tuple[tuple[str, str], ...] = ()


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
        content: dict[str, object] = {"dimensions": [d.id for d in self.dimensions], "cells": rows}
        parents = {d.id: d.parents for d in self.dimensions if d.parents}
        return _digest(content | {"parents": parents} if parents else content)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionReport:
    """The public half of the protection report: what was done, and nothing a cell could be guessed from.

    A verdict of ``passed`` says nothing about the risks that ``not_covered`` names.

    Attributes:
        policy_id: The policy's name.
        policy_version: Which wording of it.
        method: ``suppress``, ``round`` or ``cell_key``.
        rules: What the table promises, for whoever attacks it; written beside the other members, not in one.
        cells_published: Cells that show a value.
        cells_suppressed: Cells that do not.
        suppressed_share: Suppressed cells over all cells.
        audit_verdict: ``passed``, or the table is no release.
        audited_cells: Hidden cells that were attacked.
        table_sha256_hex: Binds the report to its table.
        versions: The software that decided.
        not_covered: By stable codes, the risks that the audit did not look at.
        policy_sha256_hex: Digest of the policy's content, as it was signed.
        parents: Each dimension's codes with the code they are part of, where it has a hierarchy.
        subject: Which records were counted, if it was said.
        gap: The share of the pattern's cost that is not proven necessary, to two digits; None where the
            method has no pattern.
        search: How the pattern was found.
        suppressed_count_share: The share of the grand total that lies in hidden finest cells. Only where
            the grand total is published, and with it what anybody can work out; else None.
        ledger_head: Digest of the last ledger entry that the table was attacked together with.
        mask: Which cells were hidden when the table was sealed: a bit a cell in the table's order, the
            first the highest, in hexadecimal.
        parameters: What the public may know of the method: the base of a rounding, the bound of a noise.
    """

    policy_id: str
    policy_version: str
    method: str
    rules: PublicRules
    cells_published: int
    cells_suppressed: int
    suppressed_share: float
    audit_verdict: str
    audited_cells: int
    table_sha256_hex: str
    versions: Mapping[str, str] = field(default_factory=dict)
    not_covered: tuple[str, ...] = ()
    policy_sha256_hex: str = ""
    parents: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    subject: Subject | None = None
    gap: float | None = None
    search: str = ""
    suppressed_count_share: float | None = None
    ledger_head: str | None = None
    mask: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> dict[str, object]:
        """The report as plain values that JSON takes; a tuple is written as a list."""
        mappings = {name: dict(getattr(self, name)) for name in ("versions", "parents", "parameters")}
        plain = asdict(replace(self, versions={}, parents={}, parameters={}))
        return {**plain.pop("rules"), **plain, **mappings}

    def sha256_hex(self) -> str:
        """Digest of the report in canonical JSON."""
        return _digest(self.content())


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RestrictedCell:
    """A cell that was hidden for its own sake.

    Attributes:
        keys: Its codes.
        reasons: Why, by stable codes.
    """

    keys: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Interval:
    """Two values that a hidden cell has in tables which agree with everything published.

    Attributes:
        keys: The cell's codes.
        least: The least value that was found.
        greatest: The greatest value that was found; neither need be the true one.
    """

    keys: tuple[str, ...]
    least: int
    greatest: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RestrictedReport:
    """The half of the report that stays with the agency: which cells are small would be told by it.

    It is never part of a ``Release``; ``repr`` shows none of it, and it is neither pickled nor copied.

    Attributes:
        table_sha256_hex: The table it belongs to.
        primaries: The cells hidden for their own sake, with reasons.
        intervals: What the audit found possible for each hidden cell.
        warnings: Codes of what the agency should look at before it publishes.
        input_hmac_sha256_hex: HMAC of the true counts with a key of the agency; None without a key, because
            a plain digest of a small table can be undone by trying.
        cost: What hiding the other cells cost.
        bound: No safe pattern is proven to cost less than this.
    """

    table_sha256_hex: str
    primaries: tuple[RestrictedCell, ...] = ()
    intervals: tuple[Interval, ...] = ()
    warnings: tuple[str, ...] = ()
    input_hmac_sha256_hex: str | None = None
    cost: int = 0
    bound: int = 0

    def __repr__(self) -> str:
        return "RestrictedReport(…)"

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(RESTRICTED)

    def content(self) -> dict[str, object]:
        """The report as plain values that JSON takes, for a private file."""
        return {
            "table_sha256_hex": self.table_sha256_hex,
            "primaries": [{"keys": p.keys, "reasons": p.reasons} for p in self.primaries],
            "intervals": [{"keys": i.keys, "least": i.least, "greatest": i.greatest} for i in self.intervals],
            "warnings": self.warnings,
            "input_hmac_sha256_hex": self.input_hmac_sha256_hex,
            "cost": self.cost,
            "bound": self.bound,
        }


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

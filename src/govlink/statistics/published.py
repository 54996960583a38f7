"""What anybody can know of a published table: the rules it keeps, what it counts, and its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ..models.release import ProtectedTable, Release
from ..models.rules import GroupRule, PublicRules, Subject

__all__ = ["GroupRule", "PublicRules", "PublishedTable", "Subject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """A table as it went out, with what is needed to attack it together with others.

    Attributes:
        name: What people call it, for messages: the data set and the period.
        subject: Which records it counts.
        table: Its cells; hidden ones hold no number.
        rules: What it promised then.
    """

    name: str
    subject: Subject
    table: ProtectedTable
    rules: PublicRules

    @classmethod
    def of(cls, release: Release, *, name: str) -> Self:
        """A release as a ledger notes it, under the name it was prepared by."""
        report = release.report
        subject = report.subject or Subject(population="")
        return cls(name=name, subject=subject, table=release.table, rules=report.rules)

"""What an attack found, and what it did not look for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from ..published import PublicRules

__all__ = ["NOT_COVERED", "AuditResult", "Exposure", "Keys", "Reach"]

NOT_COVERED = (
    "group_disclosure",  # a group all of whose members share one outcome, where no group rule is attacked
    "earlier_releases",  # the difference of two publications, unless the earlier ones are attacked too
    "other_publications",  # other tables about the same people
    "related_columns",  # columns of other names that tell the same, a region's beside its provinces'
    "knowledge_of_members",  # what somebody who is counted knows of oneself and of others
    "knowledge_of_method",  # which tables the published method would have hidden differently
    "several_records",  # one person behind several records: a count of records is not one of people
    "likelihood",  # what is likely within the range that is left
)
"""Risks that an attack may leave out, by the codes a report names them by."""

Keys: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A cell that gives way, and how.

    Attributes:
        table: The name of the table it is in; empty for a count that no table shows, whose keys then name
            the codes by dimension.
        keys: Its codes in the table's order.
        equation: Which published cells add up or subtract to it, in English; empty where no single sum
            shows it.
        equation_th: The same in Thai.
    """

    table: str
    keys: Keys
    equation: str = ""
    equation_th: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The least and the greatest count that witnesses gave a hidden cell; for the agency's eyes."""

    keys: Keys
    least: int = field(repr=False)
    greatest: int = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """What an attack found.

    Attributes:
        rules: What the table promises.
        audited: How many hidden cells of the table were attacked.
        failures: Cells that give way: those of the table in its order, then those of earlier tables that
            it opens, then counts that no table shows.
        unbalanced: Published cells that contradict what others add up to.
        small: Published cells that are small by the rules.
        groups: Lines that break the group rule, by the keys of their total over the group's dimension.
        across: Lines that break it by what several tables tell together, each by its codes, with what shows
            that a category of it is empty.
        unjudged: Which of ``NOT_COVERED`` the rules ask for and the attack looked at in part only.
        reaches: What witnesses gave each hidden cell that was reached; restricted.
        equations: How many equations tied unknown counts.
        lps: How many programs the solver was given.
    """

    rules: PublicRules
    audited: int
    failures: tuple[Exposure, ...] = ()
    unbalanced: tuple[Exposure, ...] = ()
    small: tuple[Keys, ...] = ()
    groups: tuple[Keys, ...] = ()
    across: tuple[Exposure, ...] = ()
    unjudged: tuple[str, ...] = ()
    reaches: tuple[Reach, ...] = field(default=(), repr=False)
    equations: int = 0
    lps: int = 0

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not (self.failures or self.unbalanced or self.small or self.groups or self.across)

"""What a policy is made of, beside plain numbers and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = [
    "ClosedPeriods",
    "Collapse",
    "ColumnNames",
    "MagnitudeRule",
    "NoiseRule",
    "Pairs",
    "SignOff",
    "WorkBudget",
]

Pairs = tuple[tuple[str, str], ...]
"""A mapping from code to code as a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """Who answers for a policy, since when, and for which content.

    It tells an accident from a decision: whoever can edit the file can also sign it again.

    Attributes:
        by: A role, never a person's name: the policy is shown to others.
        on: The day.
        digest: SHA-256 over the policy's content, in hexadecimal.
    """

    by: str
    on: date
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkBudget:
    """The most work that looking for the cheapest pattern may take; counted, so no machine's speed matters.

    Attributes:
        lps: Linear programs solved; without a number, what the search allows itself.
        effort: Simplex iterations, each weighted by the size of its program; likewise.
        nodes: Branch-and-bound nodes; likewise.
    """

    lps: int | None = None
    effort: int | None = None
    nodes: int | None = None

    def said(self) -> Mapping[str, int]:
        """The limits that the policy sets, by name."""
        limits = {"lps": self.lps, "effort": self.effort, "nodes": self.nodes}
        return {name: limit for name, limit in limits.items() if limit is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnitudeRule:
    """When a sum tells too much about one of those it adds up: the p % rule, the (n,k) rule, or both.

    Attributes:
        p_percent: The sum is unsafe if the second largest contributor, who subtracts itself, can
            estimate the largest to within this many percent.
        contributors: The n of (n,k): how many of the largest contributors are looked at together.
        share_percent: The k of (n,k): the sum is unsafe if they hold more than this share of it.
    """

    p_percent: int | None = None
    contributors: int | None = None
    share_percent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseRule:
    """The noise of the cell-key method.

    Attributes:
        bound: The most that is added to a count or taken away.
        variance: Of the noise.
        never_up_to: Counts 1 to this are never shown; 0 forbids none.
    """

    bound: int
    variance: Decimal
    never_up_to: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse:
    """Codes that are counted together, decided beforehand and for good, not by their counts.

    Attributes:
        dimension: The column.
        into: Each collapsed code with the code it is counted under; codes not named stay.
    """

    dimension: str
    into: Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPeriods:
    """Only periods that nothing is added to any more are published.

    Attributes:
        dimension: The column that holds the period.
        wait_days: How many days after its end a period counts as closed.
    """

    dimension: str
    wait_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnNames:
    """What the names of a register's columns have to do with each other.

    Attributes:
        same: Lists of names under which the same thing was or could be counted: a province, its region.
            Only one name of a list may be used in all tables of a register.
        apart: Lists of names of different things, none of which tells another, though their codes may look
            alike: where somebody was born, where somebody lives.
    """

    same: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()

    def are_same(self, one: str, other: str) -> bool:
        """Whether the two names are said to be of one thing."""
        return any(one in names and other in names for names in self.same)

    def are_apart(self, one: str, other: str) -> bool:
        """Whether the two names are said to be of different things."""
        return any(one in names and other in names for names in self.apart)

"""What a published table promises, and which records it counts; nothing of it is secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .text import clean_text

__all__ = ["GroupRule", "PublicRules", "Subject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """Nobody may learn that all members of a group are of one category.

    A group is everybody who shares the codes of all other dimensions.

    Attributes:
        dimension: The dimension whose categories are nobody's business, ``outcome`` for one. Tables
            without it are not touched.
        min_groups: In how many categories the members of each group must possibly be.
        within_group: ``True`` asks for one more where one of them may be a single person, who otherwise
            learns about the rest.
    """

    dimension: str
    min_groups: int = 2
    within_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRules:
    """The rules of a policy that say what a published table promises; no secret of the agency.

    Attributes:
        threshold: What every hidden count must be able to reach.
        zeros: ``structural``: every empty cell is published, so a hidden one counts 1 or more.
            ``sampling``: an empty cell may be hidden like any other, except ``structural_zeros``.
        structural_zeros: Codes by dimension that nobody can have together; such cells are never hidden.
        group: The group rule, if there is one; it needs ``sampling`` zeros.
        interval_width: By how much the greatest possible value of a hidden count must exceed the least.
        measure: Whether cells count records or add up a column of them; a small sum is no small group.
        measured: The column that is added up.
    """

    threshold: int
    zeros: Literal["structural", "sampling"] = "structural"
    structural_zeros: tuple[tuple[tuple[str, str], ...], ...] = ()
    group: GroupRule | None = None
    interval_width: int = 1
    measure: Literal["count", "sum"] = "count"
    measured: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Which records a table counts.

    Attributes:
        population: The register's name. Tables of different populations are never compared; a table
            without one is compared with all.
        where: For a dimension, the only codes that were counted, whether the table shows it or not:
            (("outcome", ("refused",)),). Without it, the total of a dimension is everybody.
        period: The dimension of time, if the register has one. Its total is the sum of the codes that the
            table shows, or that ``where`` names, not everything that will ever be.
    """

    population: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    period: str | None = None

    def same_register(self, other: Subject) -> bool:
        """Whether both may count the same records, as far as their populations tell.

        A name written with other blanks, case or code points is the same name: a table that is taken for
        one of another register is compared with nothing.
        """
        mine, its = (clean_text(name).casefold() for name in (self.population, other.population))
        return mine == its or not (mine and its)

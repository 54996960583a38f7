"""What readers know beside the tables: who can be where, and which categories nobody may learn of a group."""

from __future__ import annotations

from dataclasses import dataclass

from ..published import GroupRule, PublicRules, Subject
from .conditions import Layout, Parents, layout_of
from .past import Laid

__all__ = ["Beside", "known_beside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known beside the tables.

    Attributes:
        zeros: Where nobody can be, as tables without dimensions that are limited to those codes.
        group: The new table's group rule.
    """

    zeros: tuple[Layout, ...] = ()
    group: GroupRule | None = None

    def loose(self, tables: tuple[Layout, ...]) -> tuple[Layout, ...]:
        """The zeros whose dimensions these tables name, and none that counts everybody shows together.

        One that does shows the zero itself.
        """
        named = frozenset[str]().union(*(table.scope() for table in tables))
        shown = [frozenset(d.id for d in table.dimensions) for table in tables if not table.box()]
        return tuple(
            zero
            for zero in self.zeros
            if zero.scope() <= named and not any(zero.scope() <= names for names in shown)
        )


def known_beside(rules: PublicRules, *, tables: tuple[Laid, ...], parents: Parents, counted: bool) -> Beside:
    """What the rules of a new table and of earlier ones tell; a group rule is one of counts."""
    every = (rules, *(laid.published.rules for laid in tables))
    zeros = dict.fromkeys(zero for each in every for zero in each.structural_zeros)
    return Beside(
        zeros=tuple(
            layout_of(
                subject=Subject(population="", where=tuple((name, (code,)) for name, code in zero)),
                dimensions=(),
                categories=(),
                parents=parents,
            )
            for zero in zeros
        ),
        group=rules.group if counted else None,
    )

"""What an attack on all that is published comes to, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .across import broken_across, is_whole
from .bounds import Bound
from .fixed import fixed_values
from .groups import broken_groups, impossible
from .joint import Joint
from .matrix import Matrix, matrix_of
from .result import AuditResult, Exposure, Keys, Reach
from .witnesses import Aim, Witnesses
from .words import equation

__all__ = ["judge"]

MOST_EXPLAINED = 25


def judge(joint: Joint, *, required: Mapping[Keys, int]) -> AuditResult:
    """Attack the first table and whatever of others it bears on."""
    return _Verdict(joint, required).result()


class _Verdict:
    def __init__(self, joint: Joint, required: Mapping[Keys, int]) -> None:
        self._joint, self._source = joint, joint.sources[0]
        self._required = required
        self._zeros = impossible(self._source.sheet, self._source.rules)
        self._explained = 0
        own_hidden = [count for table, _, count in joint.hidden if table == 0]
        sums = joint.system.touched(joint.own)
        self._matrix: Matrix = matrix_of(joint.system, sums=sums, also=own_hidden)
        self._column = {int(count): at for at, count in enumerate(self._matrix.counts)}
        self._search = Witnesses(self._matrix)
        self._threshold = max(
            (s.rules.threshold for s in joint.sources if s.rules.measure == "count"), default=0
        )
        aims, self._fixed = self._aims(), fixed_values(self._matrix)
        free = {column: aim for column, aim in aims.items() if column not in self._fixed}
        stuck = {c for c, aim in aims.items() if c not in free and not _is_met(aim, self._fixed[c])}
        self._given_up = frozenset(stuck.union(self._search.settle(free)))

    def result(self) -> AuditResult:
        """All that was found."""
        sheet, rules = self._source.sheet, self._source.rules
        hidden = {keys: count for table, keys, count in self._joint.hidden if table == 0}
        held = {keys: keys not in self._zeros and self._holds(count) for keys, count in hidden.items()}
        counted, misfits = rules.measure == "count", self._misfits()
        groups: tuple[Keys, ...] = ()
        across: tuple[Exposure, ...] = ()
        if rules.group is not None and counted:
            groups = broken_groups(
                sheet,
                rule=rules.group,
                zeros=self._zeros,
                holds=held.__getitem__,
                may_be_one=lambda keys: self._may_be_one(hidden[keys]),
            )
            bears = self._joint.own | self._column.keys()
            if not misfits:
                across = broken_across(self._joint, rule=rules.group, bears=bears, home=self._source.name)
        judged = rules.group is None or (counted and is_whole(self._joint, rules.group))
        small = (keys for keys, value in sheet.known.items() if value and value < rules.threshold)
        return AuditResult(
            rules=rules,
            audited=len(hidden),
            failures=() if misfits else self._failures(held),
            unbalanced=self._unbalanced(misfits),
            small=tuple(small) if counted else (),
            groups=groups,
            across=across,
            unjudged=() if judged else ("group_disclosure",),
            reaches=tuple(self._reaches(hidden)),
            equations=int(self._matrix.rest.size),
            lps=self._search.program.runs,
        )

    def _aims(self) -> Mapping[int, Aim]:
        aims: dict[int, Aim] = {}
        for table, keys, count in self._joint.hidden:
            if count in self._column:
                rules = self._joint.sources[table].rules
                wanted = rules.threshold if rules.measure == "count" else 0
                if table == 0:
                    wanted = max(wanted, self._required.get(keys, 0))
                _aim(aims, self._column[count], wanted, rules.interval_width)
        for count in self._joint.holes:
            if count in self._column and self._threshold:
                _aim(aims, self._column[count], self._threshold, 0)
        return aims

    def _holds(self, count: int) -> bool:
        return count in self._column and self._column[count] not in self._given_up

    def _may_be_one(self, count: int) -> bool:
        """Whether a hidden count may be a single person; so it is unless the opposite is proven."""
        column = self._column[count]
        if self._search.may_be(column, high=1):
            return True
        proof = self._search.proven_below(column)
        return proof is None or proof.value <= 1

    def _failures(self, held: Mapping[Keys, bool]) -> tuple[Exposure, ...]:
        found: list[Exposure] = []
        for table, keys, count in self._joint.hidden:
            if table == 0 and not held[keys]:
                found.append(self._exposure(self._source.name, keys, count))
        for table, keys, count in self._joint.hidden:
            name = self._joint.sources[table].name
            known = self._joint.system.counts[count].value is not None
            if table and (self._opened(count) if known else self._broken(count)):
                found.append(self._exposure(name, keys, count))
        open_holes = (c for c in self._joint.holes if self._broken(c) and not self._nobody(c))
        found += [self._exposure("", self._joint.system.counts[c].keys, c) for c in open_holes]
        return tuple(found)

    def _broken(self, count: int) -> bool:
        return count in self._column and self._column[count] in self._given_up

    def _opened(self, count: int) -> bool:
        """Whether a count that an earlier table hides is told by the table under attack."""
        return count in self._joint.empty or any(
            value is not None and self._joint.places[keys] == count
            for keys, value in self._source.sheet.known.items()
        )

    def _nobody(self, count: int) -> bool:
        """Whether it is proven that a count is zero."""
        if self._column[count] in self._search.nobody:
            return True
        if self._column[count] in self._fixed:
            return self._fixed[self._column[count]] == 0
        proof = self._search.proven_above(self._column[count], cap=self._threshold)
        return proof is not None and proof.value < 1

    def _exposure(self, table: str, keys: Keys, count: int) -> Exposure:
        system = self._joint.system
        known = system.counts[count]
        if known.value is not None and count not in self._column:
            told = f"({', '.join(keys)}) = ({known.table}: {', '.join(known.keys)})" if known.table else ""
            return Exposure(table=table, keys=keys, equation=told, equation_th=told)
        bound = self._bound(count)
        if bound is None:
            return Exposure(table=table, keys=keys)
        sums = [(int(self._matrix.sums[row]), factor) for row, factor in bound.multipliers]
        home = self._source.name
        english, thai = (
            equation(system, sums=sums, cell=count, home=home, language=language) for language in ("en", "th")
        )
        return Exposure(table=table, keys=keys, equation=english, equation_th=thai)

    def _bound(self, count: int) -> Bound | None:
        if self._explained >= MOST_EXPLAINED:
            return None
        self._explained += 1
        column = self._column[count]
        seen = max(int(self._search.greatest[column]), self._fixed.get(column, 0))
        cap = max(self._threshold, seen + 1)
        return self._search.proven_above(column, cap=cap)

    def _misfits(self) -> tuple[int, ...]:
        """Totals that no counts at all agree with, although each sum alone could hold."""
        if self._search.found or not self._matrix.counts.size:
            return ()
        rows = self._search.program.misfits()
        return tuple(self._joint.system.sums[int(self._matrix.sums[row])][0][0] for row in rows)

    def _unbalanced(self, misfits: tuple[int, ...]) -> tuple[Exposure, ...]:
        system, sheet, name = self._joint.system, self._source.sheet, self._source.name
        wrong = list(self._joint.contradictions)
        totals = (*system.contradictions(), *misfits)
        wrong += [Exposure(table=system.counts[at].table, keys=system.counts[at].keys) for at in totals]
        wrong += [Exposure(table=name, keys=keys) for keys in self._zeros if sheet.known[keys]]
        return tuple(dict.fromkeys(wrong))

    def _reaches(self, hidden: Mapping[Keys, int]) -> Iterable[Reach]:
        for keys, count in hidden.items():
            column = self._column.get(count)
            if column is not None and self._search.greatest[column] >= 0:
                least, greatest = self._search.least[column], self._search.greatest[column]
                yield Reach(keys=keys, least=int(least), greatest=int(greatest))


def _is_met(aim: Aim, value: int) -> bool:
    """Whether a count that has one possible value is as it must be."""
    return value >= aim.at_least and aim.width <= 0


def _aim(aims: dict[int, Aim], column: int, at_least: int, width: int) -> None:
    old = aims.get(column, Aim(at_least=0, width=0))
    aims[column] = Aim(at_least=max(old.at_least, at_least), width=max(old.width, width))

"""Look for the cheapest safe pattern, and for a good one where the budget does not allow more.

The covering program proposes cells to hide, first in fractions, then whole; the attacker's programs either
show that every secret cell is safe then or give inequalities that were missing. When the first happens
the whole proposal is the cheapest pattern there is. When the budget is used up before, the last proposal
is completed by boxes and short shifts, and thinned out until no cell in it can be spared.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...errors import Fault, ProtectionError
from .cover import Cover
from .cuts import Cut, broken
from .evidence import Evidence
from .finish import Finish
from .limits import cuts_of
from .net import Mask, Net, net_of
from .problem import Budget, Method, Moves, Pattern, Problem
from .quick import Quick
from .shifts import Shifts
from .solver import Meter, SpentError

__all__ = ["find_pattern"]

SOLVER_GAVE_UP = Fault(
    "statistics.solver_gave_up",
    en="no pattern was found within the work limit; collapse categories",
    th="หารูปแบบการปกปิดไม่ได้ภายในขีดจำกัดการคำนวณ ให้รวมหมวดหมู่",
)
CONTRADICTS_ITSELF = Fault(
    "statistics.solver_contradicts_itself",
    en="the solver said both that no pattern is safe and that every cell can be protected; nothing is wrong"
    " with the table or the policy: report it as an error of govlink",
    th="ตัวแก้ปัญหาให้คำตอบที่ขัดแย้งกันเองว่าไม่มีรูปแบบใดปลอดภัยและว่าทุกช่องปกปิดได้ ตารางและนโยบายไม่ได้ผิด "
    "โปรดแจ้งเป็นข้อบกพร่องของ govlink",
)
MOST_EXPOSED = 25  # per proposal; the next one is better informed
LEVELS = 0.01, 0.5
EASY = 25  # cells hidden by a fraction; with more, a good pattern to begin with pays
TIGHTEN_SHARE, EXACT_SHARE = 0.2, 0.6  # of the budget; the rest makes an unfinished answer safe
EXACT_SIZE = 2_000  # with more places than this, proving gets less: it would not come to an end
EXACT_LINKED = 800  # the same where earlier tables take part, and making an answer safe takes more


def find_pattern(problem: Problem, *, budget: Budget) -> Pattern:
    """The cheapest safe pattern that the budget allows to find; the same for the same problem.

    Safe means that for every cell of ``at_least`` some table of whole numbers fits everything an
    attacker knows and holds that much there. No cell hidden for others can be spared, unless the budget
    did not suffice to try them all, which ``method`` says. Costs must be positive.

    Raises:
        ProtectionError: no safe pattern was found within the budget, or the solver contradicts itself.
    """
    if not problem.at_least:
        return Pattern(hidden=_always(problem))
    net = net_of(problem)
    search = _Search(net, problem, Meter(budget=budget))
    try:
        return search.unprotectable() if net.stuck else search.run()
    except SpentError:
        raise ProtectionError(SOLVER_GAVE_UP) from None


def _always(problem: Problem) -> tuple[int, ...]:
    """The cells that are hidden in any case, whether they can move or not."""
    return tuple(sorted({*problem.at_least, *problem.given} - problem.fixed))


class _Search:
    def __init__(self, net: Net, problem: Problem, meter: Meter) -> None:
        self._net, self._problem, self._meter = net, problem, meter
        self._evidence, self._quick = Evidence(net), Quick(net, problem.grids, meter)
        self._cover = Cover(net, meter)
        self._best: tuple[Mask, Method] | None = None
        self._hot: list[int] = []
        self._broken: list[Cut] = []  # by the proposal looked at last
        self._secret = np.flatnonzero(net.secret)

    def run(self) -> Pattern:
        """The pattern, or the cells that nothing protects.

        Raises:
            SpentError: nothing safe was found within the budget.
        """
        provable = EXACT_LINKED if self._quick.linked else EXACT_SIZE
        whole, scale = self._meter.budget, min(1.0, (provable / self._net.size) ** 2)
        self._meter.budget = whole.part(TIGHTEN_SHARE * scale)
        feasible = self._unless_spent(self._tighten)
        self._meter.budget = whole
        if feasible and self._net.size <= provable / 2 and self._cover.split > EASY:
            feasible = self._settle()
        self._meter.budget = whole.part(EXACT_SHARE * scale)
        feasible = feasible and self._unless_spent(self._prove)
        self._meter.budget = whole
        if feasible and not self._proven:
            feasible = self._settle()
        if not feasible:
            return self.unprotectable()
        if self._best is None:
            raise SpentError
        return self._pattern(*self._best)

    def _unless_spent(self, step: Callable[[], bool]) -> bool:
        """What the step says of there being a safe pattern; without a word on it, there may be one."""
        try:
            return step()
        except SpentError:
            return True

    @property
    def _proven(self) -> bool:
        return self._best is not None and self._cost(self._best[0]) <= self._cover.bound

    def _prove(self) -> bool:
        """Find the cheapest pattern; False if no pattern is safe.

        Raises:
            SpentError: the budget is used up, or the bound hardly rises; the cover keeps its last answer.
        """
        while True:
            answer = self._cover.solve(self._best[0] if self._best is not None else None)
            if answer is None:
                return False
            if self._proven:
                return True
            hidden = answer.chosen | self._net.held
            exposed = self._exposed(hidden)
            if exposed and self._cover.require(self._broken):
                continue
            if not answer.cheapest:
                raise SpentError
            if not exposed and not self._exposed(hidden, whole=True):
                self._keep(hidden, "completed")
                return True
            self._cover.require([self._other_than(hidden)])

    def _tighten(self) -> bool:
        """Ask for whatever even the fractions of an answer leave out; False if no pattern is safe."""
        for level in LEVELS:
            while True:
                share = self._cover.relax()
                if share is None:
                    return False
                if self._cover.require(cuts_of(self._net, share)):
                    continue
                exposed = self._exposed(self._net.held | (share > level))
                if not exposed or not self._cover.require(self._broken):
                    break
        return True

    def _settle(self) -> bool:
        """Make the last answer safe, thin it out, keep the cheapest; False if no pattern is safe."""
        finish = Finish(self._net, self._quick, self._evidence, self._cover, self._meter)
        try:
            hidden, lost = finish.complete(self._cover.share)
        except SpentError:
            boxed = finish.seed()
            if boxed is not None:
                self._keep(boxed, "safe")
            return True
        if lost:
            return False
        try:
            hidden = finish.refine(hidden)
            finish.thin(hidden)
            self._keep(hidden, "completed")
        except SpentError:
            self._keep(hidden, "safe")
        return True

    def _keep(self, hidden: Mask, method: Method) -> None:
        hidden = self._net.without_lonely(hidden)
        if self._best is None or self._cost(hidden) < self._cost(self._best[0]):
            self._best = hidden, method

    def unprotectable(self) -> Pattern:
        """No pattern, but the cells that are not safe even when everything that may be hidden is.

        Raises:
            SpentError: the budget does not allow to say which.
            ProtectionError: there are none, though no pattern was safe.
        """
        everything, search, exposed = np.ones(self._net.size, dtype=np.bool_), self, set[int]()
        while True:
            found = search._exposed(everything, whole=True, most=self._net.size)
            exposed |= search._net.exposed(found)
            less = search._net.asking_less(found)
            if not less.asking:
                break
            search = _Search(less, self._problem, self._meter)
        if not exposed:
            raise ProtectionError(CONTRADICTS_ITSELF)  # so neither answer can be trusted
        return Pattern(exposed=tuple(sorted(exposed)), work=self._meter.work)

    def _exposed(self, hidden: Mask, *, whole: bool = False, most: int = MOST_EXPOSED) -> list[int]:
        """Secret places that no shift saves, up to ``most``."""
        net, found = self._net, list[int]()
        reach = self._evidence.reach(hidden, whole=whole)
        shifts: Shifts | None = None
        self._broken = []
        for place in self._order():
            if reach[place] >= net.rise[place]:
                continue
            shifts = shifts or Shifts(net, hidden, self._meter)
            shift = self._quick.within(place, hidden, np.where(net.secret, 1, 4))
            if shift is None:
                shift = shifts.find_whole(place) if whole else shifts.find(place)
            if shift is None:
                found.append(place)
                if shifts.proof is not None:
                    self._broken.extend(broken(net, shifts.proof, hidden))
                if len(found) == most:
                    break
                continue
            for kept in self._evidence.add(shift):
                np.maximum.at(reach, kept.places, kept.moves if kept.whole or not whole else 0.0)
        self._hot = [*found, *(p for p in self._hot if p not in found)]
        return found

    def _order(self) -> list[int]:
        """Those that gave trouble first, then those that must rise furthest."""
        hot = set(self._hot)
        rest = [int(p) for p in self._secret if int(p) not in hot]
        rest.sort(key=lambda p: -int(self._net.rise[p]))
        return [*self._hot, *rest]

    def _other_than(self, hidden: Mask) -> Cut:
        """No part of this set is safe: hide something else too."""
        places = np.flatnonzero(~hidden)
        return Cut(places=places, weights=np.ones(places.size), least=1.0)

    def _cost(self, hidden: Mask) -> int:
        return int(self._net.cost[hidden & ~self._net.held].sum())

    def _pattern(self, hidden: Mask, method: Method) -> Pattern:
        cost = self._cost(hidden)
        return Pattern(
            hidden=tuple(sorted({*_always(self._problem), *self._net.numbers(hidden)})),
            cost=cost + self._net.shared,
            bound=self._cover.bound + self._net.shared,
            method="exact" if cost == self._cover.bound else method,
            work=self._meter.work,
            moves=self._moves(hidden),
        )

    def _moves(self, hidden: Mask) -> Moves:
        """How far cells move in the shifts that the pattern leaves possible."""
        low, high = self._evidence.range(hidden)
        places = self._net.places
        moving = np.flatnonzero(np.append((low < 0) | (high > 0), False)[places])
        return {cell: (-int(low[places[cell]]), int(high[places[cell]])) for cell in moving.tolist()}

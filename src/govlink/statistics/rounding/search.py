"""The whole-number program behind controlled rounding.

A count ``n`` becomes ``base * (n // base + lift)``, and the lifts are what is looked for. An adjacent
multiple is a lift of 0 or 1; wider searches add lifts by whole steps that cost a whole base each. True
counts are a fractional solution themselves, so the linear program always has one; where its vertex is
whole, as it is for two-way tables, no branching is needed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import highspy
import numpy as np

from ..system import LinearSystem
from .counts import RoundingBudget

__all__ = ["search"]

HALF = 0.5  # costs are whole, so a gap below 1 is none
NEAR = 1e-6
NEAR_ENOUGH = 0.01  # in large tables the last hundredth takes longer than all before it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lift:
    """One column: a cell is lifted by ``sign`` times a whole number from 0 to ``most``."""

    cell: int
    sign: int
    most: int
    cost: int
    lean: int = 0


def search(
    *,
    system: LinearSystem,
    counts: tuple[int, ...],
    base: int,
    widened: int,
    leaning: frozenset[int],
    kept: Mapping[int, int],
    budget: RoundingBudget,
) -> tuple[tuple[int, ...], int] | None:
    """The rounding found and a lower bound of every rounding's distance; None if none was found.

    Args:
        system: The equations.
        counts: True counts that keep them.
        base: What to round to.
        widened: By how many steps more than to an adjacent multiple a count may move.
        leaning: Of the counts that lie halfway, those that rather go up.
        kept: Figures that are given; they are within reach.
        budget: The work allowed.
    """
    lifts = tuple(
        lift
        for cell, count in enumerate(counts)
        if cell not in kept
        for lift in _lifts(cell, count, base, widened, leaning)
    )
    floors = tuple(kept.get(cell, count) // base for cell, count in enumerate(counts))
    unmoved = sum(abs(kept[i] - n) if i in kept else n % base for i, n in enumerate(counts))
    if not lifts:
        figures = tuple(base * n for n in floors)
        return (figures, unmoved) if _adds_up(system, figures) else None
    near = 0.0 if len(lifts) <= budget.exact_up_to else NEAR_ENOUGH
    highs = _solver(budget, near=near)
    scale = 1 + sum(abs(lift.lean) for lift in lifts)
    program = _program(system, floors, lifts, scale)
    program.offset_ = scale * unmoved  # what is least is then the distance itself, and a gap is a share of it
    highs.passModel(program)
    solved = _solve(highs, len(lifts), near=near)
    if solved is None:
        return None
    values, proven = solved
    lifted = list(floors)
    for lift, value in zip(lifts, values, strict=True):
        lifted[lift.cell] += lift.sign * value
    if not _adds_up(system, lifted):
        return None
    leans = sum(lift.lean for lift in lifts if lift.lean > 0)
    return tuple(base * n for n in lifted), max(0, math.ceil((proven - HALF - leans) / scale))


def _adds_up(system: LinearSystem, figures: Sequence[int]) -> bool:
    return all(figures[e.total] == sum(figures[part] for part in e.parts) for e in system.equations)


def _solver(budget: RoundingBudget, *, near: float) -> highspy.Highs:
    """Silent, and set so that it always does the same; it stops once within that share of the least."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor bears no types
    options: dict[str, bool | float | str] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "mip_rel_gap": near,
        "mip_abs_gap": HALF,
        "mip_max_nodes": budget.nodes,
        "simplex_iteration_limit": budget.iterations,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def _lifts(cell: int, count: int, base: int, widened: int, leaning: frozenset[int]) -> list[_Lift]:
    if not count:
        return []
    floor, rest = divmod(count, base)
    lifts = []
    if rest:
        halfway = 2 * rest == base
        lean = (-1 if cell in leaning else 1) if halfway else 0
        lifts.append(_Lift(cell=cell, sign=1, most=1, cost=base - 2 * rest, lean=lean))
    if widened:
        lifts.append(_Lift(cell=cell, sign=1, most=widened, cost=base))
        lifts.append(_Lift(cell=cell, sign=-1, most=min(widened, floor), cost=base))
    return lifts


def _program(
    system: LinearSystem, floors: tuple[int, ...], lifts: tuple[_Lift, ...], scale: int
) -> highspy.HighsLp:
    columns: dict[int, list[int]] = {}
    for column, lift in enumerate(lifts):
        columns.setdefault(lift.cell, []).append(column)
    rows, rests = [], []
    for equation in sorted(system.equations, key=lambda e: (e.total, e.parts)):
        signed = ((equation.total, -1), *((part, 1) for part in equation.parts))
        rows.append([(c, sign * lifts[c].sign) for cell, sign in signed for c in columns.get(cell, ())])
        rests.append(-sum(sign * floors[cell] for cell, sign in signed))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(lifts), len(rows)
    lp.col_cost_ = np.array([scale * lift.cost + lift.lean for lift in lifts], dtype=np.float64)
    lp.col_lower_ = np.zeros(len(lifts))
    lp.col_upper_ = np.array([lift.most for lift in lifts], dtype=np.float64)
    lp.row_lower_ = lp.row_upper_ = np.array(rests, dtype=np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array([0, *accumulate(map(len, rows))])
    lp.a_matrix_.index_ = np.array([column for row in rows for column, _ in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([sign for row in rows for _, sign in row], dtype=np.float64)
    return lp


def _solve(highs: highspy.Highs, size: int, *, near: float) -> tuple[list[int], float] | None:
    """Whole values and a proven lower bound of their cost."""
    highs.run()
    values = np.array(highs.getSolution().col_value)
    optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if optimal and float(np.abs(values - np.rint(values)).max()) < NEAR:
        return [int(v) for v in np.rint(values)], float(highs.getInfo().objective_function_value)
    everywhere = np.arange(size, dtype=np.int32)
    highs.changeColsIntegrality(size, everywhere, np.ones(size, dtype=np.uint8))
    highs.run()
    info = highs.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    values = np.rint(np.array(highs.getSolution().col_value))
    done = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal and not near
    proven = info.objective_function_value if done else info.mip_dual_bound
    return [int(v) for v in values], float(proven)

"""Counts that the sums leave no choice, found without a solver by whole-number arithmetic."""

from __future__ import annotations

from collections.abc import Mapping

from .matrix import Matrix

__all__ = ["fixed_values"]


def fixed_values(matrix: Matrix) -> Mapping[int, int]:
    """The unknowns whose only possible value follows from one sum after the other, with that value.

    A sum fixes its unknowns where one is left, and where the least that they can be is all there is. What
    only follows from several sums at once is not found.
    """
    terms: list[dict[int, int]] = [{} for _ in range(matrix.rest.size)]
    touching: dict[int, list[int]] = {}
    for row, column, sign in zip(
        matrix.rows.tolist(), matrix.columns.tolist(), matrix.signs.tolist(), strict=True
    ):
        terms[row][column] = terms[row].get(column, 0) + sign
        touching.setdefault(column, []).append(row)
    rest, floor = matrix.rest.tolist(), matrix.floor.tolist()
    fixed: dict[int, int] = {}
    queue = list(range(len(terms)))
    while queue:
        row = queue.pop()
        for column, value in _forced(terms[row], rest[row], floor).items():
            fixed[column] = value
            for other in touching[column]:
                rest[other] -= terms[other].pop(column) * value
                queue.append(other)
    return fixed


def _forced(terms: Mapping[int, int], rest: int, floor: list[int]) -> Mapping[int, int]:
    if len(terms) == 1:
        ((column, sign),) = terms.items()
        value, remainder = divmod(rest, sign)
        return {column: value} if not remainder and value >= floor[column] else {}
    one_sided = len({sign > 0 for sign in terms.values()}) == 1
    if one_sided and rest == sum(sign * floor[column] for column, sign in terms.items()):
        return {column: floor[column] for column in terms}
    return {}

"""What is wrong with the rows: the first problems by row, and how many there are in all."""

from __future__ import annotations

from ..errors import Fault, GovlinkError, Problem, ProtectionError, RejectedError
from .persons import CITIZEN_NUMBER

__all__ = ["MOST_KEPT", "Problems"]

INVALID = Fault(
    "table.invalid",
    en="the table cannot be published: {count} problems, {kept} of them told here",
    th="ตารางนี้ยังเผยแพร่ไม่ได้ พบปัญหา {count} จุด แสดงไว้ {kept} จุด",
)

MOST_KEPT = 100
_TRIM_AT = 20 * MOST_KEPT


class Problems:
    """Problems as they are found, in any order. Rows are numbered from 1 as in the source."""

    def __init__(self) -> None:
        self.count = 0
        self._found: list[tuple[int, int, str, Fault, tuple[tuple[str, str], ...]]] = []
        self._personal: tuple[int, str] | None = None

    def add_row(self, row: int, fault: Fault, *, column: str = "", place: int = 0, **values: int) -> None:
        """Note what is wrong in a row, or in its column of that id, the ``place``-th of the table."""
        pointer = f"/rows/{row}/{column}" if column else f"/rows/{row}"
        self._add((row, place, pointer, fault, tuple((name, str(value)) for name, value in values.items())))

    def add_person(self, row: int, *, column: str, place: int) -> None:
        """Note that a row holds a citizen number there."""
        self._personal = min(self._personal or (row, column), (row, column))
        values = (("row", str(row)), ("column", column))
        self._add((row, place, f"/rows/{row}/{column}", CITIZEN_NUMBER, values))

    def add(self, pointer: str, fault: Fault, **values: str) -> None:
        """Note what is wrong elsewhere than in a row; values are names the caller gave, no data."""
        self._add((0, len(self._found), pointer, fault, tuple(values.items())))

    def _add(self, problem: tuple[int, int, str, Fault, tuple[tuple[str, str], ...]]) -> None:
        self.count += 1
        self._found.append(problem)
        if len(self._found) > _TRIM_AT:
            self._trim()

    def _trim(self) -> None:
        self._found.sort(key=lambda problem: problem[:3])
        del self._found[MOST_KEPT:]

    def raise_if_any(self) -> None:
        """Raise what was found.

        Raises:
            ProtectionError: some row holds a citizen number.
            RejectedError: anything else is wrong.
        """
        if self.count:
            raise self._error()

    def _error(self) -> GovlinkError:
        self._trim()
        problems = tuple(Problem(pointer=p, fault=f, values=v) for _, _, p, f, v in self._found)
        if self._personal is not None:
            row, column = self._personal
            return ProtectionError(CITIZEN_NUMBER, problems=problems, row=row, column=column)
        return RejectedError(INVALID, problems=problems, count=self.count, kept=len(problems))

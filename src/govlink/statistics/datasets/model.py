"""What a ready data set is: columns with names, which records it counts, and over which periods."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ...models.periods import FISCAL_YEAR_STARTS, Grain, YearKind
from ...models.release import Dimension
from ..classifications import Labels, Pairs, labels_of, parents_of
from ..policy import DisclosurePolicy
from ..published import Subject
from ..tabulate import RawTable, tabulate

__all__ = ["PERIOD", "ReadyDataset"]

PERIOD = "period"
"""The dimension of time. All data sets of a register share it, so that one ledger can compare them."""

_CLASSIFICATION = {YearKind.CALENDAR: "be-month", YearKind.FISCAL: "be-month-fiscal"}
_BE = 543


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyDataset:
    """A data set described ready to count, protect and publish. The measure is a count of records.

    Attributes:
        name: Its name, and that of its files.
        title_th: What it is, in Thai.
        title_en: What it is, in English.
        dimensions: Its columns. The first is the period; hierarchies are not in them yet.
        grain: How long a period is.
        population: The register whose records are counted.
        where: For a dimension, the only codes that are counted, whether it is a column or not.
        hierarchies: Columns whose codes are parts of others, with the classification's name.
        year_kind: Which year its periods belong to. ``replace(dataset, year_kind=...)`` is another data set.
        labels: For a column, what its codes are called, in Thai and in English.
    """

    name: str
    title_th: str
    title_en: str
    dimensions: tuple[Dimension, ...]
    grain: Grain
    population: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    hierarchies: tuple[tuple[str, str], ...] = ()
    year_kind: YearKind = YearKind.CALENDAR
    labels: Mapping[str, Labels] = field(default_factory=dict)

    def subject(self, policy: DisclosurePolicy) -> Subject:
        """Which records its tables count, for the ledger.

        The policy names the register, if it does, and writes filters in the finest codes.

        Raises:
            RejectedError: the policy's hierarchy does not know a code of ``where``.
        """
        said = policy.subject(where=self.where)
        return replace(said, population=said.population or self.population, period=PERIOD)

    def columns(self, periods: Collection[str], *, as_of: date) -> tuple[Dimension, ...]:
        """The columns with their hierarchies, for a table that shows these periods.

        A quarter is part of its year only where the year is over on ``as_of``: the figure of a year that
        goes on would change with the next release. Months stand by themselves for the same reason.

        Raises:
            RejectedError: a period is written in another way than the data set's.
        """
        named = dict(self.hierarchies)
        return tuple(
            replace(d, parents=self._periods(periods, as_of=as_of))
            if d.id == PERIOD
            else replace(d, parents=parents_of(named[d.id], ()) if d.id in named else ())
            for d in self.dimensions
        )

    def count(self, rows: Iterable[Mapping[str, Any]], *, as_of: date) -> RawTable:
        """Count rows, one a record; true counts come out, which are not fit to be shown.

        Rows outside of ``where`` are left out where they hold its columns. Those that hold none of a column
        are taken to be of its codes only, as those of ``govlink.equivalence`` are.

        Raises:
            RejectedError: as ``tabulate`` and ``columns`` say.
        """
        records = list(rows)
        periods = {str(row[PERIOD]) for row in records if PERIOD in row}
        held = frozenset[str]().union(*records)
        return tabulate(
            records,
            dimensions=self.columns(periods, as_of=as_of),
            where=tuple(limit for limit in self.where if limit[0] in held),
            limited=tuple(limit for limit in self.where if limit[0] not in held),
        )

    def code_labels(self, codes: Mapping[str, Collection[str]]) -> dict[str, Labels]:
        """What the codes of a table are called, by column; codes without a name are left out.

        Args:
            codes: By column, the codes that the table shows.

        Raises:
            RejectedError: a code is not one of its column's classification.
        """
        named = dict(self.hierarchies) | {PERIOD: _CLASSIFICATION[self.year_kind]}
        found: dict[str, Labels] = {}
        for column, shown in codes.items():
            known = dict(self.labels.get(column, {}))
            if column in named:
                known |= labels_of(named[column], shown)
            found[column] = {code: known[code] for code in shown if code in known}
        return found

    def _periods(self, periods: Collection[str], *, as_of: date) -> Pairs:
        pairs = parents_of(_CLASSIFICATION[self.year_kind], periods)
        if self.grain is Grain.MONTH:
            return ()
        return tuple(pair for pair in pairs if "-Q" in pair[1] or self._is_over(pair[1], as_of=as_of))

    def _is_over(self, year: str, *, as_of: date) -> bool:
        named = int(year.removeprefix("FY")) - _BE
        if self.year_kind is YearKind.FISCAL:
            return date(named, FISCAL_YEAR_STARTS, 1) <= as_of
        return date(named + 1, 1, 1) <= as_of

"""k-anonymity, l-diversity and t-closeness of a file, each by one fixed definition.

Tools differ in what they call by these names, so every figure here comes with the name of its definition:

* ``k``: the least number of records that agree in all quasi-identifiers (Sweeney 2002).
* ``distinct_l`` and ``entropy_l``: over all such classes, the least number of different sensitive values,
  and the least ``exp`` of the Shannon entropy of their shares (Machanavajjhala and others 2007).
* ``recursive_c``: with a class's sensitive values counted from the most frequent down, the greatest, over all
  classes, of the first count divided by the sum of the l-th and all after it. By the same paper the file is
  recursively (c, l)-diverse for every c above that. A class of fewer than l values has no such c, nor has
  the file then.
* ``t``: over all classes, the greatest distance between the class's and the file's distribution of the
  sensitive value (Li and others 2007): ``total_variation``, half the sum of absolute differences, where
  values have no order; ``ordered_emd``, the mean absolute difference of the cumulative shares over all but
  the last of the values, where they have one.

A missing value, and an empty text, is a value of its own, equal to other missing ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...errors import Fault, RejectedError
from ..records import Records, asking
from .statement import Asked, statement

__all__ = ["Measures", "Sensitive", "SensitiveMeasures", "measure"]

COLUMNS_INVALID = Fault(
    "statistics.microdata_columns",
    en="there must be one or more quasi-identifiers, no column may be named twice, an order needs two or more"
    " different values, and the l of recursive diversity is 2 or more",
    th="ต้องมีตัวระบุโดยอ้อมอย่างน้อยหนึ่งคอลัมน์ ห้ามระบุคอลัมน์ซ้ำ ลำดับต้องมีค่าต่างกันอย่างน้อยสองค่า"
    " และค่า l ของความหลากหลายแบบเวียนเกิดต้องตั้งแต่ 2 ขึ้นไป",
)
NO_RECORDS = Fault(
    "statistics.microdata_empty",
    en="there are no records to measure",
    th="ไม่มีระเบียนให้วัดความเสี่ยง",
)
OUT_OF_ORDER = Fault(
    "statistics.microdata_order",
    en="column {column} holds values that its order does not name, or that are missing or no whole number",
    th="คอลัมน์ {column} มีค่าที่ไม่อยู่ในลำดับที่กำหนด ค่าว่าง หรือค่าที่ไม่ใช่จำนวนเต็ม",
)

Distance: TypeAlias = Literal["total_variation", "ordered_emd"]
DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive:
    """A column that nobody should learn about a person, and what distance its values have.

    Attributes:
        column: Its name.
        order: None where values have no order; ``"numbers"`` for whole numbers, ordered by value, of which
            those that occur count; or all values in their order, which count whether they occur or not.
        least: The l of recursive (c, l)-diversity, 2 or more.
    """

    column: str
    order: Literal["numbers"] | tuple[str, ...] | None = None
    least: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveMeasures:
    """What the file tells about one sensitive column, at worst.

    Attributes:
        column: Its name.
        distinct_l: The least number of different values in a class.
        entropy_l: The least ``exp`` of a class's entropy, to nine digits after the point.
        recursive_c: What c must exceed for recursive (c, l)-diversity, to as many digits; None if none does.
        t: The greatest distance of a class from the file, 0 to 1, to as many digits.
        distance: The definition of that distance.
    """

    column: str
    distinct_l: int
    entropy_l: float
    recursive_c: float | None
    t: float
    distance: Distance


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What the file tells about its records; numbers only.

    Attributes:
        records: How many there are.
        quasi_identifiers: The columns by which somebody might be recognised.
        classes: How many different combinations of them occur.
        k: The size of the smallest class.
        sizes: Each size a class has, with the number of such classes, smallest first.
        sensitive: The measures of each sensitive column, in the order asked.
    """

    records: int
    quasi_identifiers: tuple[str, ...]
    classes: int
    k: int
    sizes: tuple[tuple[int, int], ...]
    sensitive: tuple[SensitiveMeasures, ...]

    @property
    def unique_share(self) -> float:
        """The share of records that are alone in their class, 0 to 1."""
        return self.share_below(2)

    def share_below(self, k: int) -> float:
        """The share of records in classes smaller than ``k``, 0 to 1."""
        return sum(size * classes for size, classes in self.sizes if size < k) / self.records


def measure(
    records: Records, *, quasi_identifiers: tuple[str, ...], sensitive: tuple[Sensitive, ...] = ()
) -> Measures:
    """Measure a file in one statement, with one GROUP BY over its records.

    The same records in any order give the same result: everything is summed in whole numbers.

    Args:
        records: A .csv or .parquet file, mappings, or a DuckDB relation. Nothing leaves the process.
        quasi_identifiers: Columns by which somebody might recognise a person.
        sensitive: Columns that a person would not want learnt.

    Raises:
        RejectedError: the records cannot be read, lack a column or are none, a column is named twice, or an
            order does not fit its column. No value of a record is shown.
    """
    names = (*quasi_identifiers, *(s.column for s in sensitive))
    orders = [s.order for s in sensitive if isinstance(s.order, tuple)]
    bad_order = any(len(set(order)) < max(2, len(order)) or "" in order for order in orders)
    bad_least = any(s.least < 2 for s in sensitive)
    if not quasi_identifiers or len({n.lower() for n in names}) < len(names) or bad_order or bad_least:
        raise RejectedError(COLUMNS_INVALID)
    asked = tuple(Asked(column=s.column, order=s.order, least=s.least) for s in sensitive)
    with asking(records, columns=names) as ask:
        ((sizes, *found),) = ask(statement(quasi_identifiers, asked), ())
    pairs = tuple((int(pair["size"]), int(pair["classes"])) for pair in _rows(sizes))
    if not pairs:
        raise RejectedError(NO_RECORDS)
    return Measures(
        records=sum(size * classes for size, classes in pairs),
        quasi_identifiers=quasi_identifiers,
        classes=sum(classes for _, classes in pairs),
        k=pairs[0][0],
        sizes=pairs,
        sensitive=tuple(_measured(s, row) for s, row in zip(sensitive, found, strict=True)),
    )


def _rows(value: object) -> list[dict[str, int]]:
    return value if isinstance(value, list) else []


def _measured(sensitive: Sensitive, row: object) -> SensitiveMeasures:
    if not isinstance(row, dict) or row["misfits"]:
        raise RejectedError(OUT_OF_ORDER, column=sensitive.column)
    return SensitiveMeasures(
        column=sensitive.column,
        distinct_l=int(row["distinct_l"]),
        entropy_l=round(math.exp(float(row["entropy"])), DIGITS),
        recursive_c=None if row["c"] is None else round(float(row["c"]), DIGITS),
        t=round(float(row["t"]), DIGITS),
        distance="total_variation" if sensitive.order is None else "ordered_emd",
    )

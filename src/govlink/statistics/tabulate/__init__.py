"""Count records by a few columns, margins and sub-totals included, or take counts that others made.

One GROUP BY at the finest grain does all the work on the records; every total is added up from its
small result. What comes out still holds true counts and is not fit to be shown: ``protect`` is next.
"""

from .closed import demand_closed, whole_periods
from .columns import Hierarchies
from .count import tabulate
from .long import read_counts
from .measures import COUNT, Count, Measure, Sum
from .raw import MAX_CELLS, Contribution, RawTable
from .remote import Query

__all__ = [
    "COUNT",
    "MAX_CELLS",
    "Contribution",
    "Count",
    "Hierarchies",
    "Measure",
    "Query",
    "RawTable",
    "Sum",
    "demand_closed",
    "read_counts",
    "tabulate",
    "whole_periods",
]

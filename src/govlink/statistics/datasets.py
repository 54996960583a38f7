"""The data sets of the equivalence service that govlink describes ready to use.

Modelled: the columns are this project's proposal, no specification of such a data set is published.
"""

from __future__ import annotations

from datetime import date

from ..models.dates import be_year_of
from ..models.release import Dimension

__all__ = ["EQ_PETITIONS_MONTH", "be_month"]

EQ_PETITIONS_MONTH = (
    Dimension(id="month", label_th="เดือนที่พิจารณา (พ.ศ.)", label_en="month of decision (Buddhist era)"),
    Dimension(id="service", label_th="บริการ", label_en="service"),
    Dimension(id="outcome", label_th="ผลการพิจารณา", label_en="outcome"),
)
"""``eq_petitions_month``: decided petitions by month of decision, service and outcome.

The month is that of the first decision, and the outcome what was decided then: those are final. Counts
by month of filing, or by present state, would change with every later decision, and the difference
between two releases would single people out.
"""


def be_month(day: date) -> str:
    """The day's month with its Buddhist-era year, ``2568-01``; as text it sorts by time."""
    return f"{be_year_of(day):04d}-{day.month:02d}"

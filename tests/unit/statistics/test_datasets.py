"""The ready data set is counted, protected and written as described."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from govlink.statistics import EQ_PETITIONS_MONTH, be_month, load_policy, release, tabulate

POLICY = Path(__file__).parents[3] / "fixtures/statistics/eq_petitions_month.policy.toml"


def test_months_are_buddhist_and_sort_by_time() -> None:
    """The year turns in January, and text order is time order."""
    days = [date(2024, 1, 1) + timedelta(days=31 * i) for i in range(30)]
    months = [be_month(day) for day in days]
    assert months[0] == "2567-01"
    assert months == sorted(months)


def test_two_years_of_petitions_can_be_released() -> None:
    """Synthetic petitions at a plausible rate pass the example policy, most cells published."""
    draw = random.Random(7)
    services = ["FOREIGN_EQ", "EQ_REISSUE", "CERT_REISSUE", "PALI5_EQ"]
    outcomes = ["DELIVERED", "REFUSED", "REDIRECTED", "WITHDRAWN", "LAPSED"]
    rows = [
        {
            "month": be_month(date(2024, 1, 1) + timedelta(days=draw.randrange(366))),
            "service": draw.choices(services, [60, 20, 15, 5])[0],
            "outcome": draw.choices(outcomes, [80, 8, 6, 4, 2])[0],
        }
        for _ in range(3000)
    ]
    made = release(tabulate(rows, dimensions=EQ_PETITIONS_MONTH), policy=load_policy(POLICY))
    assert made.report.cells_published + made.report.cells_suppressed == 13 * 5 * 6
    assert 0 < made.report.suppressed_share < 0.6
    assert [d.id for d in made.table.dimensions] == ["month", "service", "outcome"]

"""Write petitions.csv: petitions of nobody, by month, service and outcome. Same file every time."""

import csv
from pathlib import Path

MONTHS = ("2568-10", "2568-11", "2568-12")
COUNTS = {
    ("FOREIGN_EQ", "issued"): (58, 61, 55),
    ("FOREIGN_EQ", "redirected"): (14, 11, 12),
    ("FOREIGN_EQ", "refused"): (3, 6, 8),
    ("CERT_REISSUE", "issued"): (41, 38, 44),
    ("CERT_REISSUE", "redirected"): (9, 12, 8),
    ("CERT_REISSUE", "refused"): (7, 9, 6),
    ("PALI5_EQ", "issued"): (17, 15, 19),
    ("PALI5_EQ", "redirected"): (6, 8, 5),
    ("PALI5_EQ", "refused"): (0, 0, 0),
}


def main() -> None:
    """One line for each petition. The one count below 5 (refused, 2568-10) must not be shown."""
    with Path("petitions.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("period", "service", "outcome"))
        for (service, outcome), counts in COUNTS.items():
            for month, count in zip(MONTHS, counts, strict=True):
                rows.writerows([(month, service, outcome)] * count)


if __name__ == "__main__":
    main()

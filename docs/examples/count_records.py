"""Count a file of records by the codes and hierarchies that a policy gives."""

from pathlib import Path

from govlink.models.release import Dimension
from govlink.statistics import DisclosurePolicy, RawTable, tabulate


def counted(records: Path, *, policy: DisclosurePolicy) -> RawTable:
    """True counts by month of decision and outcome, with quarters and years if the policy says so."""
    return tabulate(
        records,
        dimensions=(
            Dimension(id="period", label_th="เดือนที่พิจารณา", label_en="month of decision"),
            Dimension(id="outcome", label_th="ผลการพิจารณา", label_en="outcome"),
        ),
        personal_dimensions=policy.personal_dimensions,
        collapse=policy.collapse,
        hierarchies=policy.parents_for,
    )

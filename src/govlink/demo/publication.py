"""The month's table: petitions counted, protected, audited and published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ..client import Client
from ..equivalence.petition import Petition
from ..equivalence.states import State
from ..equivalence.statistics_rows import OUTCOMES, petition_rows
from ..fixtures import fixture_path
from ..models.dataset import (
    DataCategory,
    DataFormat,
    Dataset,
    DataType,
    FrequencyUnit,
    GeoCoverage,
    Licence,
    Objective,
)
from ..models.publication import PublicationResult
from ..models.release import Release
from ..statistics import EQ_PETITIONS_MONTH, load_policy, release
from ..statistics.datasets import PERIOD

__all__ = ["outcome_of", "publish_months"]

POLICY = "statistics/eq_petitions_month.policy.toml"

_OUTCOMES = {**OUTCOMES, State.ISSUED: "approved", State.DELIVERED: "approved"}


def outcome_of(petition: Petition) -> str:
    """How the petition ended, or ``open``."""
    return _OUTCOMES.get(petition.state, "open")


def publish_months(
    client: Client, petitions: Iterable[Petition], *, today: date
) -> tuple[Release, PublicationResult]:
    """Tabulate the months that are over, protect, audit, publish."""
    rows = list(petition_rows(petitions, as_of=today))
    data = EQ_PETITIONS_MONTH
    raw = data.count(rows, as_of=today)
    policy = load_policy(fixture_path(POLICY))
    protected = release(raw, policy=policy, subject=data.subject(policy), name=data.name, as_of=today)
    years = sorted(row[PERIOD].partition("-")[0] for row in rows)
    dataset = _dataset(first_year=years[0], last_year=years[-1], today=today)
    return protected, client.publish(protected, dataset=dataset)


def _dataset(*, first_year: str, last_year: str, today: date) -> Dataset:
    return Dataset(
        name="eq-petitions-month",
        data_type=DataType.STATISTICS,
        title="สถิติคำร้องเทียบวุฒิการศึกษา รายเดือน (ข้อมูลสังเคราะห์)",
        owner_org="obec",
        maintainer="กลุ่มทะเบียนและสารสนเทศทางการศึกษา",
        maintainer_email="statistics@equivalence.example",
        tags=("การเทียบวุฒิการศึกษา", "สถิติคำร้อง"),
        notes="จำนวนคำร้องจำแนกตามเดือนที่พิจารณา บริการ และผลการพิจารณา (ปีปฏิทิน พ.ศ.)",
        objective=(Objective.PUBLIC_SERVICE, Objective.AGENCY_MISSION),
        update_frequency_unit=FrequencyUnit.MONTH,
        update_frequency_interval="1",
        geo_coverage=GeoCoverage.COUNTRY,
        data_source="ระบบงานเทียบวุฒิการศึกษา",
        data_format=(DataFormat.CSV,),
        data_category=DataCategory.PUBLIC,
        licence=Licence.OPEN_DATA_COMMON,
        unit_of_measure="คำร้อง",
        first_year_of_data=first_year,
        last_year_of_data=last_year,
        last_updated=today,
    )

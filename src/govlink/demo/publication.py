"""The month's table: petitions counted, protected, audited and published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ..client import Client
from ..equivalence.bangkok import bangkok_day
from ..equivalence.petition import Petition
from ..equivalence.states import State
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
from ..statistics import EQ_PETITIONS_MONTH, be_month, load_policy, release, tabulate

__all__ = ["outcome_of", "publish_months", "statistics_rows"]

POLICY = "statistics/eq_petitions_month.policy.toml"

_OUTCOMES = {
    State.ISSUED: "approved",
    State.DELIVERED: "approved",
    State.APPROVED: "approved",
    State.REFUSED: "refused",
    State.REDIRECTED: "redirected",
    State.LAPSED: "closed",
    State.WITHDRAWN: "closed",
}


def outcome_of(petition: Petition) -> str:
    """How the petition ended, or ``open``."""
    return _OUTCOMES.get(petition.state, "open")


def statistics_rows(petitions: Iterable[Petition], *, before: date) -> Iterator[dict[str, str]]:
    """One row for each petition first decided before that day, with nothing of the person in it.

    The day is the first of a month, so that only whole months are counted. Their figures are final:
    an appeal, a correction or a revocation later on changes no first decision.
    """
    for petition in petitions:
        if petition.decided_as is None or petition.decided_at is None:
            continue
        decided_on = bangkok_day(petition.decided_at)
        if decided_on < before:
            yield {
                "month": be_month(decided_on),
                "service": petition.service.value,
                "outcome": _OUTCOMES[petition.decided_as],
            }


def publish_months(
    client: Client, petitions: Iterable[Petition], *, today: date
) -> tuple[Release, PublicationResult]:
    """Tabulate the months that are over, protect, audit, publish."""
    rows = list(statistics_rows(petitions, before=today.replace(day=1)))
    raw = tabulate(rows, dimensions=EQ_PETITIONS_MONTH)
    protected = release(raw, policy=load_policy(fixture_path(POLICY)))
    years = sorted(row["month"].partition("-")[0] for row in rows)
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
        notes="จำนวนคำร้องจำแนกตามเดือนที่พิจารณา บริการ และผลการพิจารณา",
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

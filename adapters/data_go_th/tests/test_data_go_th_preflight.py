"""The checks that need no catalogue: the description's and the table's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import ProtectionError, RejectedError
from govlink.flow import Context
from govlink.models.dataset import (
    DataCategory,
    DataFormat,
    Dataset,
    DataType,
    FrequencyUnit,
    GeoCoverage,
    Licence,
    Objective,
)
from govlink.models.release import (
    CellStatus,
    Dimension,
    ProtectedTable,
    ProtectionReport,
    Release,
    ReleasedCell,
    seal,
)
from govlink_data_go_th import DataGoThFlows, DataGoThSettings
from govlink_data_go_th.preflight import check_dataset
from govlink_data_go_th.sheet import changes_between, resource_id_of, sheet_of


def pointers(dataset: Dataset) -> list[str]:
    """Where the checks see a problem."""
    try:
        check_dataset(dataset)
    except RejectedError as error:
        return [p.pointer for p in error.problems]
    return []


def test_a_good_description_passes(dataset: Dataset) -> None:
    """Guards that the checks refuse nothing that is right."""
    assert pointers(dataset) == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": "a"}, "/name"),
        ({"name": "a" * 71}, "/name"),
        ({"name": "สถิติ"}, "/name"),
        ({"name": "With-Capitals"}, "/name"),
        ({"name": "search"}, "/name"),
        ({"name": "gprepare-x"}, "/name"),
        ({"name": "ok\n"}, "/name"),
        ({"title": "  "}, "/title"),
        ({"owner_org": ""}, "/owner_org"),
        ({"maintainer": ""}, "/maintainer"),
        ({"notes": ""}, "/notes"),
        ({"notes": "a\x00b"}, "/notes"),
        ({"data_source": ""}, "/data_source"),
        ({"tags": ()}, "/tags"),
        ({"tags": ("ก",)}, "/tags/0"),
        ({"tags": ("การศึกษา", "a,b")}, "/tags/1"),
        ({"tags": ("การศึกษา", "การศึกษา")}, "/tags/1"),
        ({"objective": ()}, "/objective"),
        ({"data_format": ()}, "/data_format"),
        ({"maintainer_email": "ติดต่อ@example.go.th"}, "/maintainer_email"),
        ({"maintainer_email": "a@b.go.th, c@d.go.th"}, "/maintainer_email"),
        ({"maintainer_email": ""}, "/maintainer_email"),
        ({"last_updated": date(2569, 1, 5)}, "/last_updated"),
        ({"first_year_of_data": "66"}, "/first_year_of_data"),
        ({"licence": Licence.OTHER}, "/other/licence"),
        ({"objective": (Objective.OTHER,)}, "/other/objective"),
        ({"other": (("objective", "ใช้ภายใน"),)}, "/other/objective"),
        ({"other": (("colour", "x"),)}, "/other/colour"),
        ({"licence": Licence.OTHER, "other": (("licence", " "),)}, "/other/licence"),
        ({"data_category": DataCategory.PERSONAL}, "/data_category"),
        ({"data_category": DataCategory.SECURITY}, "/data_category"),
        ({"data_category": DataCategory.SECRET}, "/data_category"),
        ({"data_category": DataCategory.INTERNAL}, "/data_category"),
    ],
)
def test_each_rule_names_its_item(dataset: Dataset, change: dict[str, Any], pointer: str) -> None:
    """Guards each rule, and that it points at its own item only."""
    assert pointers(replace(dataset, **change)) == [pointer]


def test_all_problems_come_at_once(dataset: Dataset) -> None:
    """Guards that a form filled wrongly is told whole."""
    assert pointers(replace(dataset, name="", title="", tags=())) == ["/name", "/title", "/tags"]


@pytest.mark.parametrize("name", ["ab", "a" * 70, "obec_2-x"])
def test_names_at_the_limits(dataset: Dataset, name: str) -> None:
    """Guards both ends of the name rule."""
    assert pointers(replace(dataset, name=name)) == []


def test_other_with_its_text_passes(dataset: Dataset) -> None:
    """Guards the pairing of อื่นๆ with its text."""
    assert pointers(replace(dataset, licence=Licence.OTHER, other=(("licence", "สัญญาเฉพาะ"),))) == []


def test_personal_data_sends_nothing(dataset: Dataset, release: Release) -> None:
    """Guards that the gate stands before the first request."""
    settings = DataGoThSettings.model_validate({"sandbox_url": "http://localhost", "access_token": "t"})
    flow = DataGoThFlows(settings=settings).publish(
        release,
        dataset=replace(dataset, data_category=DataCategory.PERSONAL),
        context=Context.system(),
    )
    with pytest.raises(RejectedError):
        next(flow)


@given(name=st.text(max_size=80))
def test_accepted_names_obey_the_rule(name: str) -> None:
    """Guards that no other text is taken for a name."""
    accepted = not pointers(replace(_plain_dataset(), name=name))
    is_slug = 2 <= len(name) <= 70 and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert accepted <= is_slug


def _plain_dataset() -> Dataset:
    return Dataset(
        name="x-1",
        data_type=DataType.STATISTICS,
        title="ก",
        owner_org="obec",
        maintainer="ก",
        maintainer_email="a@example.go.th",
        tags=("การศึกษา",),
        notes="ก",
        objective=(Objective.LAW,),
        update_frequency_unit=FrequencyUnit.YEAR,
        update_frequency_interval="1",
        geo_coverage=GeoCoverage.COUNTRY,
        data_source="ก",
        data_format=(DataFormat.CSV,),
        data_category=DataCategory.PUBLIC,
        licence=Licence.CC_BY,
    )


# --- the table ------------------------------------------------------------------------------------


def sealed(
    dimensions: tuple[str, ...], cells: tuple[ReleasedCell, ...], *, published: int, suppressed: int
) -> Release:
    """A release that holds whatever is given."""
    table = ProtectedTable(
        dimensions=tuple(Dimension(id=d, label_th="ก", label_en="k") for d in dimensions), cells=cells
    )
    report = ProtectionReport(
        policy_id="p",
        policy_version="1",
        method="suppression",
        threshold=5,
        cells_published=published,
        cells_suppressed=suppressed,
        suppressed_share=0.0,
        audit_verdict="passed",
        audited_cells=len(cells),
        table_sha256_hex=table.sha256_hex(),
    )
    return seal(table=table, report=report)


def free(*keys: str) -> ReleasedCell:
    """A cell that may be published."""
    return ReleasedCell(keys=keys, value=7, status=CellStatus.FREE)


@pytest.mark.parametrize(
    "dimensions",
    [
        ("_id",),
        ("จังหวัด",),
        ("a" * 64,),
        ("count",),
        ("CONF_STATUS",),
        ("a b",),
        ("",),
    ],
)
def test_bad_column_ids(dimensions: tuple[str, ...]) -> None:
    """Guards ids the database would cut, refuse or confuse with our own columns."""
    release = sealed(dimensions, (free("x"),), published=1, suppressed=0)
    with pytest.raises(RejectedError) as caught:
        sheet_of(release)
    assert [p.pointer for p in caught.value.problems] == ["/table/dimensions/0/id"]


@pytest.mark.parametrize("cells", [(free("x"), free("x")), (free(""),), (free("a\x00"),), (free("a", "b"),)])
def test_bad_row_keys(cells: tuple[ReleasedCell, ...]) -> None:
    """Guards keys that would overwrite one another or break the call."""
    release = sealed(("d",), cells, published=len(cells), suppressed=0)
    with pytest.raises(RejectedError):
        sheet_of(release)


@pytest.mark.parametrize(
    "cell",
    [
        ReleasedCell(keys=("x",), value=3, status=CellStatus.CONFIDENTIAL),
        ReleasedCell(keys=("x",), value=None, status=CellStatus.FREE),
    ],
)
def test_a_masked_cell_with_a_number_is_stopped(cell: ReleasedCell) -> None:
    """Guards that a number under a mask never becomes a row."""
    suppressed = int(cell.status is CellStatus.CONFIDENTIAL)
    release = sealed(("d",), (cell,), published=1 - suppressed, suppressed=suppressed)
    with pytest.raises(ProtectionError):
        sheet_of(release)


def test_a_report_of_other_cells_is_stopped() -> None:
    """Guards that the report counts the cells that are there."""
    with pytest.raises(ProtectionError):
        sheet_of(sealed(("d",), (free("x"),), published=2, suppressed=0))


def test_resource_ids_are_stable_and_apart() -> None:
    """Guards that the resource's id follows from dataset and key alone, for ever."""
    assert resource_id_of("obec-equivalence") == resource_id_of("obec-equivalence", resource_key="table")
    assert resource_id_of("a") != resource_id_of("b")
    assert UUID(resource_id_of("a")).version == 5


keys = st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"))
tables = st.dictionaries(keys, st.none() | st.integers(0, 9), min_size=1)
Build = Callable[[Mapping[tuple[str, ...], int | None]], Release]


@given(old=tables, new=tables)
def test_row_changes_lead_from_any_table_to_any_other(
    old: dict[tuple[str, str], int | None], new: dict[tuple[str, str], int | None]
) -> None:
    """Guards that applying the changes gives exactly the new rows, and the same rows give no changes."""

    def sheet(cells: Mapping[tuple[str, str], int | None]) -> Any:
        rows = tuple(
            ReleasedCell(keys=k, value=v, status=CellStatus.CONFIDENTIAL if v is None else CellStatus.FREE)
            for k, v in cells.items()
        )
        masked = sum(v is None for v in cells.values())
        return sheet_of(sealed(("d", "e"), rows, published=len(rows) - masked, suppressed=masked))

    before, after = sheet(old), sheet(new)
    stored = {n: before.record(row) for n, row in enumerate(before.rows)}
    changes = changes_between(after, [{"_id": n, **r} for n, r in stored.items()])
    left = {(r["d"], r["e"]): r for n, r in stored.items() if n not in changes.stale_ids}
    left |= {(row[0], row[1]): after.record(row) for row in changes.rows}
    assert sorted(map(str, left.values())) == sorted(str(after.record(row)) for row in after.rows)
    assert not changes_between(before, [{"_id": n, **r} for n, r in stored.items()])

"""Columns about single people do not become the categories of a published table by accident."""

from __future__ import annotations

import pytest

from govlink.errors import RejectedError
from govlink.models.release import Dimension
from govlink.statistics.policy import Collapse
from govlink.statistics.tabulate import tabulate


def dimension(name: str, label_th: str = "") -> Dimension:
    """A dimension of that name."""
    return Dimension(id=name, label_th=label_th, label_en="")


PERSONAL = (
    "citizen_id", "CitizenID", "national_id", "pid", "PID", "name", "Name", "first_name", "firstName",
    "last_name_th", "full_name", "birth_date", "date_of_birth", "DOB", "email", "applicant_email", "e_mail",
    "phone", "phone2", "mobile_no", "address", "home_address", "passport_no", "surname",
)  # fmt: skip
HARMLESS = (
    "service_name", "school_name", "birth_year", "month", "outcome", "level", "country", "region_id", "rapid",
    "mobility", "telecom", "nameless", "stupid", "age_group", "dobson", "institution_id",
)  # fmt: skip


@pytest.mark.parametrize("name", PERSONAL)
def test_a_column_called_like_a_persons_datum_is_refused(name: str) -> None:
    """By its name alone; the policy may permit it."""
    with pytest.raises(RejectedError, match=name) as caught:
        tabulate([{name: "x"}], dimensions=(dimension(name),))
    assert caught.value.code == "statistics.column_personal"
    assert tabulate([{name: "x"}], dimensions=(dimension(name),), personal_dimensions=(name,)).counts == (
        1,
        1,
    )


@pytest.mark.parametrize("name", HARMLESS)
def test_other_names_pass(name: str) -> None:
    """A word inside another one tells nothing."""
    assert tabulate([{name: "x"}], dimensions=(dimension(name),)).counts == (1, 1)


@pytest.mark.parametrize(
    "label", ["ชื่อ", "ชื่อ-นามสกุล", "เลขประจำตัวประชาชน", "วันเกิด", "ที่อยู่ปัจจุบัน", "เบอร์โทรศัพท์", "อีเมล"]
)
def test_a_thai_label_tells_too(label: str) -> None:
    """Columns are often called by a code, with the meaning in the label."""
    with pytest.raises(RejectedError) as caught:
        tabulate([{"c1": "x"}], dimensions=(dimension("c1", label),))
    assert caught.value.code == "statistics.column_personal"


@pytest.mark.parametrize("label", ["ชื่อหลักสูตร", "บริการ", "ปีเกิด", "ชื่อสถานศึกษา"])
def test_other_thai_labels_pass(label: str) -> None:
    """A course has a name, too."""
    assert tabulate([{"c1": "x"}], dimensions=(dimension("c1", label),)).counts == (1, 1)


def test_citizen_numbers_are_refused_by_value() -> None:
    """Whatever the column is called; no number is repeated. The policy may permit it."""
    rows = [{"c1": "x"}, {"c1": "1999000000017"}]
    with pytest.raises(RejectedError) as caught:
        tabulate(rows, dimensions=(dimension("c1"),))
    assert caught.value.code == "statistics.category_personal"
    assert "1999000000017" not in caught.value.explain("en") + caught.value.explain("th")
    assert len(tabulate(rows, dimensions=(dimension("c1"),), personal_dimensions=("c1",)).counts) == 3


@pytest.mark.parametrize(
    ("codes", "records", "passes"),
    [(29, 29, True), (30, 30, False), (27, 30, False), (26, 30, True), (90, 100, False), (89, 100, True)],
)
def test_a_column_of_single_people_is_refused(codes: int, records: int, passes: bool) -> None:
    """Where nine in ten records or more have a value of their own; few records differ by chance."""
    rows = [{"c1": f"v{i % codes}", "c2": "x"} for i in range(records)]
    both = (dimension("c1"), dimension("c2"))
    if passes:
        assert tabulate(rows, dimensions=both).counts[-1] == records
        return
    with pytest.raises(RejectedError, match="c1") as caught:
        tabulate(rows, dimensions=both)
    assert caught.value.code == "statistics.column_unique"
    assert tabulate(rows, dimensions=both, personal_dimensions=("c1",)).counts[-1] == records


def test_a_collapsed_column_is_judged_by_what_is_published() -> None:
    """Five hundred places of one visitor each, counted by region, are no longer single people."""
    rows = [{"place": f"v{i}"} for i in range(40)]
    rule = Collapse(
        dimension="place", into=tuple((f"v{i}", "north" if i % 2 else "south") for i in range(40))
    )
    assert tabulate(rows, dimensions=(dimension("place"),), collapse=(rule,)).counts == (20, 20, 40)
    few = Collapse(dimension="place", into=(("v0", "v1"),))
    with pytest.raises(RejectedError, match="place") as caught:
        tabulate(rows, dimensions=(dimension("place"),), collapse=(few,))
    assert caught.value.code == "statistics.column_unique"

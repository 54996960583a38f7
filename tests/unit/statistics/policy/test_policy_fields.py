"""Every field of a policy: what it may be, what it may not be, and what fields ask of each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from govlink.errors import RejectedError
from govlink.statistics.policy import (
    ClosedPeriods,
    Collapse,
    ColumnNames,
    DisclosurePolicy,
    MagnitudeRule,
    NoiseRule,
    SignOff,
    WorkBudget,
    sign_policy,
)
from govlink.statistics.published import GroupRule, PublicRules, Subject

ON = date(2025, 11, 3)
BASE = {"id": '"p"', "version": '"1"', "threshold": "5"}
Says = dict[str, str]
NAMED = re.compile(r"\[+([a-z_]+)")

GROUPED: Says = {"zeros": '"sampling"'}
ROUNDED: Says = {"method": '"round"', "rounding_base": "5"}
KEYED: Says = {"method": '"cell_key"'}
NOISE = '[noise]\nbound = 5\nvariance = "2.5"\n'

GOOD_KEYS = [
    ("id", '"moe-eq-2568-01"', {}),
    ("id", '"นโยบาย"', {}),
    ("threshold", "2", {}),
    ("threshold", "1000", {}),
    ("method", '"round"', {"rounding_base": "5"}),
    ("zeros", '"sampling"', {}),
    ("interval_width", "1000", {}),
    ("max_dimensions", "1", {}),
    ("grand_total", '"suppressible"', {}),
    ("rounding_base", "10", {"method": '"round"'}),
    ("rounding_base", "3", {"method": '"round"', "threshold": "3"}),
    ("personal_dimensions", '["name", "email"]', {}),
    ("population", '"petitions"', {}),
]
BAD_KEYS = [
    ("id", '" "', {}),
    ("id", '"a\\nb"', {}),
    ("id", "7", {}),
    ("version", '""', {}),
    ("threshold", "1", {}),
    ("threshold", "1001", {}),
    ("threshold", "true", {}),
    ("threshold", '"5"', {}),
    ("threshold", "5.0", {}),
    ("method", '"noise"', {}),
    ("method", "1", {}),
    ("zeros", '"none"', {}),
    ("zeros", "true", {}),
    ("interval_width", "0", {}),
    ("interval_width", "true", {}),
    ("max_dimensions", "0", {}),
    ("max_dimensions", "4", {}),
    ("max_dimensions", "7", KEYED),
    ("grand_total", '"hide"', {}),
    ("rounding_base", "4", {"method": '"round"'}),
    ("rounding_base", "5.0", {"method": '"round"'}),
    ("rounding_base", "5", {}),
    ("rounding_base", "3", {"method": '"round"'}),
    ("personal_dimensions", '"name"', {}),
    ("personal_dimensions", '["name", "name"]', {}),
    ("population", '""', {}),
    ("population", "1", {}),
    ("population", '"petitions "', {}),
    ("population", '"petitions  1"', {}),
    ("population", '"peti\u200btions"', {}),
    ("population", '"e\u0301tat"', {}),
    ("group", '"outcome"', GROUPED),
    ("magnitude", "10", {}),
    ("budget", "10", {}),
    ("collapse", "{}", {}),
    ("period", "[]", {}),
    ("hierarchies", '"be-month"', {}),
    ("columns", '[["a", "b"]]', {}),
    ("structural_zeros", "{}", {}),
    ("structural_zeros", '[{a = "1"}, {a = "1"}]', {}),
]
GOOD_TABLES = [
    ('[group]\ndimension = "outcome"\n', GROUPED),
    ('[group]\ndimension = "outcome"\nmin_groups = 3\nwithin_group = true\n', GROUPED),
    ("[magnitude]\np_percent = 10\n", {}),
    ("[magnitude]\ncontributors = 2\nshare_percent = 90\n", {}),
    ("[magnitude]\np_percent = 10\ncontributors = 2\nshare_percent = 90\n", {}),
    (NOISE, KEYED),
    (NOISE + "never_up_to = 4\n", KEYED),
    (NOISE, KEYED | {"max_dimensions": "6"}),
    ("[budget]\nlps = 1\n", {}),
    ("[budget]\nlps = 1\neffort = 2\nnodes = 3\n", {}),
    ("[budget]\n", {}),
    ('[collapse.country]\nLAO = "asean"\nVNM = "asean"\n', {}),
    ('[period]\ndimension = "month"\nwait_days = 0\n', {}),
    ('[hierarchies]\nmonth = "be-month"\n', {}),
    ('[hierarchies.country]\nLAO = "asean"\nasean = "asia"\n', {}),
    ('[columns]\nsame = [["province", "region"]]\napart = [["province", "birthplace", "school"]]\n', {}),
    ('[columns]\nsame = []\napart = [["a", "b"], ["b", "c"]]\n', {}),
    ('[[structural_zeros]]\nlevel = "ม.6"\noutcome = "refused"\n', {"zeros": '"sampling"'}),
]
BAD_TABLES = [
    ("[group]\nmin_groups = 2\n", GROUPED, "/group/dimension"),
    ('[group]\ndimension = "out come"\n', GROUPED, "/group/dimension"),
    ('[group]\ndimension = "outcome"\nmin_groups = 1\n', GROUPED, "/group/min_groups"),
    ('[group]\ndimension = "outcome"\nwithin_group = 1\n', GROUPED, "/group/within_group"),
    ('[group]\ndimension = "outcome"\nsensitive = 1\n', GROUPED, "/group/sensitive"),
    ('[group]\ndimension = "outcome"\n', {}, "/group"),
    ('[group]\ndimension = "outcome"\n', GROUPED | ROUNDED, "/group"),
    ("[magnitude]\n", {}, "/magnitude"),
    ("[magnitude]\ncontributors = 2\n", {}, "/magnitude"),
    ("[magnitude]\nshare_percent = 90\np_percent = 10\n", {}, "/magnitude"),
    ("[magnitude]\np_percent = 0\n", {}, "/magnitude/p_percent"),
    ("[magnitude]\np_percent = 101\n", {}, "/magnitude/p_percent"),
    ("[magnitude]\ncontributors = 11\nshare_percent = 90\n", {}, "/magnitude/contributors"),
    ("[magnitude]\ncontributors = 2\nshare_percent = 100\n", {}, "/magnitude/share_percent"),
    ("[magnitude]\np_percent = 10\n", ROUNDED, "/magnitude"),
    (NOISE, {}, "/noise"),
    ('[noise]\nbound = 5\nvariance = "0"\n', KEYED, "/noise/variance"),
    ('[noise]\nbound = 5\nvariance = "NaN"\n', KEYED, "/noise/variance"),
    ('[noise]\nbound = 5\nvariance = "much"\n', KEYED, "/noise/variance"),
    ("[noise]\nbound = 5\nvariance = 2.5\n", KEYED, "/noise/variance"),
    ('[noise]\nbound = 51\nvariance = "2"\n', KEYED, "/noise/bound"),
    (NOISE + "never_up_to = 5\n", KEYED, "/noise/never_up_to"),
    (NOISE + "never_up_to = -1\n", KEYED, "/noise/never_up_to"),
    ("[budget]\nlps = 0\n", {}, "/budget/lps"),
    ("[budget]\nseconds = 5\n", {}, "/budget/seconds"),
    ("[collapse.country]\n", {}, "/collapse/country"),
    ('[collapse.country]\n" LAO" = "asean"\n', {}, "/collapse/country/ LAO"),
    ('[collapse.country]\nLAO = "_T"\n', {}, "/collapse/country/LAO"),
    ('[collapse.country]\nLAO = "asean"\nasean = "asia"\n', {}, "/collapse/country"),
    ('[collapse.country]\nLAO = "LAO"\n', {}, "/collapse/country"),
    ('[collapse."my country"]\nLAO = "asean"\n', {}, "/collapse/my country"),
    ('[period]\ndimension = "month"\n', {}, "/period/wait_days"),
    ('[period]\ndimension = "month"\nwait_days = -1\n', {}, "/period/wait_days"),
    ("[hierarchies]\nmonth = 1\n", {}, "/hierarchies/month"),
    ('[hierarchies]\nmonth = "BE month"\n', {}, "/hierarchies/month"),
    ("[hierarchies.country]\n", {}, "/hierarchies/country"),
    ('[hierarchies.country]\nLAO = "_T"\n', {}, "/hierarchies/country/LAO"),
    ('[hierarchies.country]\nLAO = "asean"\nasean = "LAO"\n', {}, "/hierarchies/country"),
    ('[hierarchies.country]\n"a/b" = 1\n', {}, "/hierarchies/country/a~1b"),
    ('[columns]\nother = [["a", "b"]]\n', {}, "/columns/other"),
    ('[columns]\nsame = ["a", "b"]\n', {}, "/columns/same/0"),
    ('[columns]\nsame = [["a", "b c"]]\n', {}, "/columns/same/0/1"),
    ('[columns]\nsame = [["a", "a"]]\n', {}, "/columns/same/0"),
    ('[columns]\nsame = [["a", "b"], ["c"]]\n', {}, "/columns/same/1"),
    ('[columns]\nsame = [["b", "a"]]\napart = [["c", "d"], ["a", "c", "b"]]\n', {}, "/columns/apart/1"),
    ("[[structural_zeros]]\n", {}, "/structural_zeros/0"),
    ("[[structural_zeros]]\nlevel = 6\n", {}, "/structural_zeros/0/level"),
]


def signed(tmp_path: Path, says: Says, tables: str = "") -> DisclosurePolicy:
    """The policy with these keys and tables, signed."""
    path = tmp_path / "policy.toml"
    keys = "".join(f"{name} = {value}\n" for name, value in (BASE | says).items())
    path.write_text(keys + tables, encoding="utf-8")
    return sign_policy(path, by="role", on=ON)


@pytest.mark.parametrize(("field", "value", "others"), GOOD_KEYS)
def test_takes_good_values(tmp_path: Path, field: str, value: str, others: Says) -> None:
    """Each key may be what its page says, up to the limits."""
    assert getattr(signed(tmp_path, others | {field: value}), field) is not None


@pytest.mark.parametrize(("field", "value", "others"), BAD_KEYS)
def test_names_a_bad_value(tmp_path: Path, field: str, value: str, others: Says) -> None:
    """A value of the wrong kind or size is refused by name, in both languages."""
    with pytest.raises(RejectedError, match=field) as caught:
        signed(tmp_path, others | {field: value})
    assert f"/{field}" in {p.pointer for p in caught.value.problems}
    assert field in caught.value.explain("th")
    assert caught.value.explain("th") != caught.value.explain("en")


@pytest.mark.parametrize(("tables", "others"), GOOD_TABLES)
def test_takes_good_tables(tmp_path: Path, tables: str, others: Says) -> None:
    """Each table may be what its page says."""
    field = NAMED.findall(tables)[0]
    wanted = WorkBudget() if tables == "[budget]\n" else None
    said = getattr(signed(tmp_path, others, tables), field)
    assert said == wanted if wanted else said not in (None, ())


@pytest.mark.parametrize(("tables", "others", "pointer"), BAD_TABLES)
def test_names_what_is_wrong_in_a_table(tmp_path: Path, tables: str, others: Says, pointer: str) -> None:
    """The pointer leads to the entry, or to the table where entries do not go together."""
    with pytest.raises(RejectedError) as caught:
        signed(tmp_path, others, tables)
    assert pointer in {p.pointer for p in caught.value.problems}
    assert all(re.search("[ก-ฮ]", p.text("th")) for p in caught.value.problems)


def test_every_field_has_good_and_bad_values_here() -> None:
    """A new field cannot be left out of these lists."""
    names = {f.name for f in fields(DisclosurePolicy)} - {"sign_off"}
    good = {field for field, *_ in GOOD_KEYS} | {NAMED.findall(tables)[0] for tables, _ in GOOD_TABLES}
    bad = {field for field, *_ in BAD_KEYS} | {NAMED.findall(tables)[0] for tables, *_ in BAD_TABLES}
    assert names - good == {"version"}
    assert names - bad == set()


@pytest.mark.parametrize(
    ("method", "field"), [("round", "rounding_base"), ("cell_key", "noise")], ids=["round", "cell_key"]
)
def test_a_method_needs_its_number(tmp_path: Path, method: str, field: str) -> None:
    """Neither a base nor a noise is made up for the agency."""
    with pytest.raises(RejectedError) as caught:
        signed(tmp_path, {"method": f'"{method}"'})
    assert [p.pointer for p in caught.value.problems] == [f"/{field}"]


IN_MEMORY: list[tuple[str, Any]] = [
    ("threshold", None),
    ("interval_width", True),
    ("interval_width", 1.0),
    ("group", {"dimension": "outcome"}),
    ("group", GroupRule(dimension="two words")),
    ("magnitude", MagnitudeRule()),
    ("noise", NoiseRule(bound=5, variance=2.5)),  # type: ignore[arg-type]  # what a caller may do
    ("budget", None),
    ("budget", WorkBudget(lps=True)),
    ("collapse", (Collapse(dimension="a", into=()),)),
    ("collapse", (Collapse(dimension="a", into=(("x", "y"),)), Collapse(dimension="a", into=(("z", "y"),)))),
    ("collapse", (Collapse(dimension="a", into=(("x", "y"), ("x", "z"))),)),
    ("collapse", [Collapse(dimension="a", into=(("x", "y"),))]),
    ("period", ("month", 30)),
    ("period", ClosedPeriods(dimension="month", wait_days=-1)),
    ("hierarchies", {"month": "be-month"}),
    ("hierarchies", (("month", "be-month"), ("month", "be-month-fiscal"))),
    ("hierarchies", (("month", (("a", "b"), ("a", "c"))),)),
    ("structural_zeros", ((("a", "1"), ("a", "2")),)),
    ("structural_zeros", ("ab",)),
    ("structural_zeros", ((("a", []),),)),
    ("columns", (("a", "b"),)),
    ("columns", ColumnNames(same=["ab"])),  # type: ignore[arg-type]  # what a caller may do
    ("columns", ColumnNames(same=("ab",))),  # type: ignore[arg-type]  # what a caller may do
    ("columns", ColumnNames(apart=(("a", 1),))),  # type: ignore[arg-type]  # what a caller may do
    ("personal_dimensions", ["name"]),
]


@pytest.mark.parametrize(("field", "value"), IN_MEMORY)
def test_a_policy_made_in_memory_is_checked_alike(field: str, value: Any) -> None:
    """What no file could say is refused too, and named."""
    content: dict[str, Any] = {"id": "p", "version": "1", "threshold": 5, "zeros": "sampling"}
    with pytest.raises(RejectedError) as caught:
        DisclosurePolicy.signed(by="role", on=ON, **(content | {field: value}))
    assert any(p.pointer.startswith(f"/{field}") for p in caught.value.problems)


@pytest.mark.parametrize("sign_off", [None, SignOff(by=" ", on=ON, digest="0" * 64)])
def test_a_policy_made_in_memory_needs_a_sign_off(sign_off: Any) -> None:
    """There is no way around the signature."""
    with pytest.raises(RejectedError) as caught:
        DisclosurePolicy(id="p", version="1", threshold=5, sign_off=sign_off)
    assert all(p.pointer.startswith("/sign_off") for p in caught.value.problems)
    assert caught.value.problems


def test_says_what_a_table_promises() -> None:
    """The public rules and the subject hold what the policy says, and nothing else of it."""
    policy = DisclosurePolicy.signed(
        by="role",
        on=ON,
        id="p",
        version="1",
        threshold=7,
        zeros="sampling",
        structural_zeros=((("level", "m6"), ("outcome", "x")),),
        group=GroupRule(dimension="outcome", min_groups=3),
        interval_width=2,
        period=ClosedPeriods(dimension="month", wait_days=30),
        population="petitions",
    )
    assert policy.rules() == PublicRules(
        threshold=7,
        zeros="sampling",
        structural_zeros=((("level", "m6"), ("outcome", "x")),),
        group=GroupRule(dimension="outcome", min_groups=3),
        interval_width=2,
    )
    where = (("outcome", ("refused",)),)
    assert policy.subject(where=where) == Subject(population="petitions", where=where, period="month")


def test_gives_parents_by_table_or_by_name() -> None:
    """A table is given as it was signed, a name is looked up, and a dimension not named has no parents."""
    policy = DisclosurePolicy.signed(
        by="role",
        on=ON,
        id="p",
        version="1",
        threshold=5,
        hierarchies=(("level", (("m6", "upper"),)), ("month", "be-month"), ("place", "no-such-list")),
    )
    assert policy.parents_for("level", ("m6", "m3")) == (("m6", "upper"),)
    assert ("2568-01", "2568-Q1") in policy.parents_for("month", ("2568-01",))
    assert policy.parents_for("sex", ("1",)) == ()
    with pytest.raises(RejectedError):
        policy.parents_for("place", ("10",))


def test_noise_keeps_its_digits(tmp_path: Path) -> None:
    """A variance is what was written, not the float nearest to it."""
    policy = signed(tmp_path, KEYED, '[noise]\nbound = 5\nvariance = "2.10"\n')
    assert policy.noise == NoiseRule(bound=5, variance=Decimal("2.10"))


def test_a_part_of_the_register_is_named_by_its_finest_codes(
    policy_of: Callable[..., DisclosurePolicy],
) -> None:
    """A year and its twelve months are the same records, however a table was limited to them."""
    policy = policy_of(hierarchies=(("month", "be-month"), ("sex", (("f", "all"), ("m", "all")))))
    months = tuple(f"2568-{month:02d}" for month in range(1, 13))
    by_year, by_month = (policy.subject(where=(("month", codes),)) for codes in (("2568",), months))
    assert by_year == by_month
    assert policy.subject(where=(("sex", ("all",)),)).where == (("sex", ("f", "m")),)
    assert policy.subject(where=(("other", ("b", "a")),)).where == (("other", ("a", "b")),)

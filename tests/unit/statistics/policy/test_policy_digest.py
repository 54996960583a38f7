"""A signature holds for one content: any other field, value or part of one needs another."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.statistics.policy import (
    ClosedPeriods,
    Collapse,
    ColumnNames,
    DisclosurePolicy,
    MagnitudeRule,
    NoiseRule,
    WorkBudget,
    load_policy,
    sign_policy,
)
from govlink.statistics.published import GroupRule

ON = date(2025, 11, 3)
Content = dict[str, Any]

NAMES = st.sampled_from(["month", "level", "outcome", "country"])
CODES = st.sampled_from(["a", "b", "c", "ม.6", "x/y"])
WHOLES = {"x": "all", "y": "all", "z": "rest"}
PAIRS = st.dictionaries(CODES, st.sampled_from(sorted(WHOLES)), min_size=1).map(
    lambda table: tuple(sorted(table.items()))
)


def tables(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[tuple[str, Any], ...]]:
    """A value for each of some dimensions, in order."""
    return st.dictionaries(NAMES, values).map(lambda table: tuple(sorted(table.items())))


SHARED: dict[str, st.SearchStrategy[Any]] = {
    "id": st.sampled_from(["p", "q"]),
    "version": st.sampled_from(["1", "2"]),
    "threshold": st.integers(2, 1000),
    "interval_width": st.integers(1, 5),
    "grand_total": st.sampled_from(["publish", "suppressible"]),
    "budget": st.builds(WorkBudget, lps=st.integers(1, 3), nodes=st.integers(1, 3)),
    "collapse": tables(PAIRS).map(lambda all_: tuple(Collapse(dimension=d, into=p) for d, p in all_)),
    "period": st.none() | st.builds(ClosedPeriods, dimension=NAMES, wait_days=st.integers(0, 3)),
    "hierarchies": tables(PAIRS | st.sampled_from(["be-month", "th-province-region"])),
    "columns": st.builds(
        ColumnNames,
        apart=st.sets(st.sets(NAMES, min_size=2).map(lambda names: tuple(sorted(names)))).map(
            lambda lists: tuple(sorted(lists))
        ),
    ),
    "personal_dimensions": st.sets(NAMES).map(lambda names: tuple(sorted(names))),
    "population": st.sampled_from(["", "petitions"]),
    "structural_zeros": st.sets(
        st.dictionaries(NAMES, CODES, min_size=1).map(lambda table: tuple(sorted(table.items())))
    ).map(lambda zeros: tuple(sorted(zeros))),
}
BY_METHOD: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "suppress": {
        "zeros": st.just("sampling"),
        "max_dimensions": st.integers(1, 3),
        "group": st.none() | st.builds(GroupRule, dimension=NAMES, min_groups=st.integers(2, 4)),
        "magnitude": st.none() | st.builds(MagnitudeRule, p_percent=st.integers(1, 100)),
    },
    "round": {
        "threshold": st.integers(2, 5),
        "rounding_base": st.sampled_from([5, 10]),
        "zeros": st.just("structural"),
    },
    "cell_key": {
        "max_dimensions": st.integers(1, 6),
        "noise": st.builds(
            NoiseRule,
            bound=st.integers(2, 5),
            variance=st.sampled_from([Decimal("1.5"), Decimal(2)]),
            never_up_to=st.integers(0, 1),
        ),
    },
}
CONTENTS: st.SearchStrategy[Content] = st.sampled_from(sorted(BY_METHOD)).flatmap(
    lambda method: st.fixed_dictionaries({"method": st.just(method), **SHARED, **BY_METHOD[method]})
)


def policy(content: Content) -> DisclosurePolicy:
    """The policy of this content."""
    return DisclosurePolicy.signed(by="role", on=ON, **content)


@given(one=CONTENTS, other=CONTENTS)
def test_policies_share_a_digest_only_if_they_say_the_same(one: Content, other: Content) -> None:
    """Neither two contents with one signature nor two signatures for one content."""
    first, second = policy(one), policy(other)
    same = replace_sign_off(first) == replace_sign_off(second)
    assert (first.sign_off.digest == second.sign_off.digest) == same


def replace_sign_off(one: DisclosurePolicy) -> tuple[object, ...]:
    """Everything a policy says but its signature."""
    return tuple(getattr(one, name) for name in DisclosurePolicy.__slots__ if name != "sign_off")


@given(one=CONTENTS, other=CONTENTS, data=st.data())
def test_any_field_changed_breaks_the_signature(one: Content, other: Content, data: st.DataObject) -> None:
    """A policy with one field of another is refused, as changed or as not well formed."""
    signed = policy(one)
    field = data.draw(st.sampled_from(sorted(other)))
    changed = other[field]
    if changed == getattr(signed, field):
        assert replace(signed, **{field: changed}) == signed
        return
    with pytest.raises(RejectedError) as caught:
        replace(signed, **{field: changed})
    assert caught.value.code in {"statistics.policy_changed", "statistics.policy_invalid"}


def toml(value: object) -> str:
    """A plain value as TOML writes it inline."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + value + '"'
        case dict():
            return "{" + ", ".join(f'"{k}" = {toml(v)}' for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case _:
            return str(value)


def said(content: Content) -> dict[str, object]:
    """The content as a file says it, written out here once more and by hand."""
    plain: dict[str, object] = {}
    for name, value in content.items():
        match name:
            case "collapse":
                plain[name] = {entry.dimension: dict(entry.into) for entry in value}
            case "hierarchies":
                plain[name] = {d: v if isinstance(v, str) else dict(v) for d, v in value}
            case "structural_zeros":
                plain[name] = [dict(zero) for zero in reversed(value)]
            case "columns":
                plain[name] = {"apart": [list(reversed(names)) for names in reversed(value.apart)]}
            case "personal_dimensions":
                plain[name] = list(reversed(value))
            case "group" | "magnitude" | "noise" | "budget" | "period":
                part = {} if value is None else {f: getattr(value, f) for f in type(value).__slots__}
                plain[name] = {
                    k: str(v) if isinstance(v, Decimal) else v for k, v in part.items() if v is not None
                }
            case _:
                plain[name] = value
    return {
        name: value for name, value in plain.items() if value not in ({}, "") or name == "structural_zeros"
    }


@settings(deadline=None, max_examples=50)  # each writes a file, and the disk waits
@given(content=CONTENTS)
def test_a_file_and_a_value_of_the_same_content_are_one_policy(
    tmp_path_factory: pytest.TempPathFactory, content: Content
) -> None:
    """Reading, signing and reading again keep every field, in whatever order lists are written."""
    path: Path = tmp_path_factory.mktemp("policy") / "policy.toml"
    path.write_text("".join(f"{k} = {toml(v)}\n" for k, v in said(content).items()), encoding="utf-8")
    sign_policy(path, by="role", on=ON)
    assert load_policy(path) == policy(content)


def test_the_digest_is_the_same_on_every_machine() -> None:
    """A file that was signed once is good for as long as nothing in it changes."""
    made = policy(
        {
            "id": "p",
            "version": "1",
            "threshold": 5,
            "zeros": "sampling",
            "group": GroupRule(dimension="outcome"),
            "hierarchies": (("month", "be-month"),),
        }
    )
    text = (
        '{"group":{"dimension":"outcome"},"hierarchies":{"month":"be-month"},'
        '"id":"p","threshold":5,"version":"1","zeros":"sampling"}'
    )
    assert made.sign_off.digest == hashlib.sha256(text.encode()).hexdigest()

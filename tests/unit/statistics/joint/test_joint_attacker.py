"""Whoever holds everything that is out, and tries every register that fits, learns of no few people."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError

from .offices import Office, office_of

MONTHS = ("1", "2", "3")
SERIES = (
    (("1", "2"), ("1", "2", "3")),
    (("1",), ("2",), ("1", "2")),
    (("1", "2", "3"), ("3",), ("2",)),
    (("1", "2"), ("2", "3")),
    (("1", "3"), ("1", "2"), ("1", "2", "3")),
)
REFUSALS = {"statistics.no_pattern", "statistics.total_too_small"}


def few(size: int, *, most: int) -> st.SearchStrategy[list[int]]:
    """Counts of which there are not too many in all to try every register."""

    def fewer(counts: list[int]) -> list[int]:
        while sum(counts) > most:
            counts[counts.index(max(counts))] -= 1
        return counts

    return st.lists(st.integers(0, 6), min_size=size, max_size=size).map(fewer)


def everything_hidden(office: Office, name: str, shown: tuple[str, ...], **where: tuple[str, ...]) -> Office:
    """The office had it published a table with all hidden that may be."""
    raw = office.register.raw(shown, **where)
    out = {cell.records for cell in office.attacker().cells if cell.value is not None}
    bare = office.protected_by(name, shown, {}, **where)
    attacker = office.attacker()
    start = len(attacker.cells)
    attacker.hears(bare)
    records = [cell.records for cell in attacker.cells[start:]]
    last = len(raw.counts) - 1
    visible = {
        n: count
        for n, count in enumerate(raw.counts)
        if n == last or records[n] in out or (not count and office.policy.zeros == "structural")
    }
    table = office.protected_by(name, shown, visible, **where)
    return replace(office, out=[*office.out, table])


def was_right(office: Office, name: str, shown: tuple[str, ...], **where: tuple[str, ...]) -> bool:
    """Whether a refusal was: even with everything hidden something gives way that must not."""
    raw = office.register.raw(shown, **where)
    if 0 < raw.counts[-1] < office.policy.threshold:
        return True
    pairs = zip(raw.keys(), raw.counts, strict=True)
    large = {f"{keys} of {name}" for keys, count in pairs if not 0 < count < office.policy.threshold}
    found = everything_hidden(office, name, shown, **where).attacker().finds(with_holes=True)
    return not set(found) <= large


@settings(max_examples=60, deadline=None)
@given(
    counts=few(6, most=14),
    series=st.sampled_from(SERIES),
    zeros=st.sampled_from(["structural", "sampling"]),
    grand_total=st.sampled_from(["publish", "suppressible"]),
)
def test_overlapping_months(
    counts: list[int], series: tuple[tuple[str, ...], ...], zeros: str, grand_total: str
) -> None:
    """Cumulative, sliding and nested tables by country; a refusal is right, and what goes out is safe."""
    register = dict(zip(product(("LA", "TH"), MONTHS), counts, strict=True))
    office = office_of(("country", "month"), register, period="month", zeros=zeros, grand_total=grand_total)
    for number, months in enumerate(series):
        name = f"table {number}"
        try:
            office.publish(name, ("country",), month=months)
        except ProtectionError as error:
            assert error.code in REFUSALS  # noqa: PT017 - other refusals would be wrong here
            if grand_total == "publish":
                assert was_right(office, name, ("country",), month=months)
    if office.out:
        assert office.attacker().finds(with_holes=True) == []


SCOPES = (
    (("outcome", {}), ("outcome", {"sex": ("f",)})),
    (("outcome", {"sex": ("f",)}), ("outcome", {"sex": ("m",)}), ("outcome", {})),
    (("outcome+sex", {}), ("outcome", {"month": ("1",)})),
    (("sex", {}), ("outcome", {}), ("outcome+sex", {})),
    (("outcome+sex", {}), ("outcome+month", {}), ("sex", {})),
    (("outcome+sex", {}), ("outcome+month", {}), ("sex+month", {})),
)


@settings(max_examples=50, deadline=None)
@given(
    counts=few(8, most=12),
    series=st.sampled_from(SCOPES),
    zeros=st.sampled_from(["structural", "sampling"]),
)
def test_linked_tables_and_filters(
    counts: list[int], series: tuple[tuple[str, dict[str, tuple[str, ...]]], ...], zeros: str
) -> None:
    """Tables of different dimensions and of some of the people only, also where they go round in a ring."""
    codes = (("no", "yes"), ("f", "m"), ("1", "2"))
    office = office_of(
        ("outcome", "sex", "month"), dict(zip(product(*codes), counts, strict=True)), zeros=zeros
    )
    for number, (shown, where) in enumerate(series):
        try:
            office.publish(f"table {number}", tuple(shown.split("+")), **where)
        except ProtectionError as error:
            assert error.code in REFUSALS  # noqa: PT017 - other refusals would be wrong here
    if office.out:
        assert office.attacker().finds(with_holes=False) == []


@settings(max_examples=25, deadline=None)
@given(counts=few(6, most=14), zeros=st.sampled_from(["structural", "sampling"]))
def test_a_table_that_grows_by_a_month(counts: list[int], zeros: str) -> None:
    """Each release repeats the last and adds a month; what was hidden stays so."""
    register = dict(zip(product(("LA", "TH"), MONTHS), counts, strict=True))
    office = office_of(("country", "month"), register, period="month", zeros=zeros)
    hidden: set[tuple[str, ...]] = set()
    for number in (1, 2, 3):
        try:
            published = office.publish(f"until {number}", ("country", "month"), month=MONTHS[:number])
        except ProtectionError as error:
            assert error.code in REFUSALS  # noqa: PT017 - other refusals would be wrong here
            continue
        now = {cell.keys for cell in published.table.cells if cell.value is None}
        assert {keys for keys in hidden if "_T" not in keys} <= now
        hidden = now
    if office.out:
        assert office.attacker().finds(with_holes=True) == []

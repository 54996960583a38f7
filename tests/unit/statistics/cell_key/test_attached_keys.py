"""A cell's key depends on who is counted there, and on nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from govlink.errors import RejectedError
from govlink.models.release import TOTAL, Dimension
from govlink.statistics.cell_key import KEY_SPACE, RecordKeys, with_cell_keys
from govlink.statistics.cell_key.attach import keys_add_up
from govlink.statistics.policy import Collapse
from govlink.statistics.tabulate import Contribution, RawTable, tabulate

KEYS = RecordKeys(SecretStr(sha256(b"of tests, and of nothing else: 98").hexdigest()))
REGIONS = (("10", "central"), ("11", "central"), ("50", "north"), ("99", "south"))
PROVINCE = Dimension(id="province", label_th="จังหวัด", label_en="province", parents=REGIONS)
OUTCOME = Dimension(id="outcome", label_th="ผล", label_en="outcome")
YEAR = Dimension(id="year", label_th="ปี", label_en="year")
Rows = list[dict[str, object]]


def rows_of(count: int, seed: int = 1) -> Rows:
    """Petitions by province, outcome and year; the outcomes differ in how common they are."""
    chance = random.Random(seed)
    return [
        {
            "case": f"EQ-{i:05d}",
            "province": chance.choice(("10", "11", "50")),
            "outcome": chance.choice(("granted", "granted", "granted", "refused")),
            "year": chance.choice(("2567", "2568")),
        }
        for i in range(count)
    ]


def keyed(rows: Rows, *dimensions: Dimension) -> RawTable:
    """Counted, and with keys."""
    raw = tabulate(rows, dimensions=dimensions)
    return with_cell_keys(raw, rows, keys=KEYS, identifier="case")


def by_meaning(raw: RawTable) -> dict[frozenset[tuple[str, str]], tuple[int, int]]:
    """Count and key of each cell by what it counts: its conditions, totals left out."""
    assert raw.cell_keys is not None
    ids = [dimension.id for dimension in raw.dimensions]
    return {
        frozenset((i, code) for i, code in zip(ids, keys, strict=True) if code != TOTAL): (count, key)
        for keys, count, key in zip(raw.keys(), raw.counts, raw.cell_keys, strict=True)
    }


def expected(rows: Rows, meaning: frozenset[tuple[str, str]]) -> tuple[int, int]:
    """Count and key of the records that meet the conditions, added up one by one."""
    regions = dict(REGIONS)
    counted = [row for row in rows if all(code in (row[i], regions.get(str(row[i]))) for i, code in meaning)]
    return len(counted), sum(KEYS.key(str(row["case"])) for row in counted) % KEY_SPACE


@pytest.mark.parametrize("dimensions", [(PROVINCE,), (OUTCOME, PROVINCE), (PROVINCE, YEAR, OUTCOME)], ids=len)
def test_every_cell_has_the_sum_of_its_records_keys(dimensions: tuple[Dimension, ...]) -> None:
    """Totals, regions and empty cells too."""
    rows = rows_of(60)
    cells = by_meaning(keyed(rows, *dimensions))
    assert cells == {meaning: expected(rows, meaning) for meaning in cells}
    assert any("central" in dict(meaning).values() for meaning in cells)
    regions = {frozenset({("province", code)}) for code in ("50", "north")} & cells.keys()
    assert len({cells[meaning] for meaning in regions}) <= 1


def test_the_same_cell_has_the_same_key_in_every_table() -> None:
    """Other dimensions, another order of them, and another order of the records."""
    rows = rows_of(80)
    tables = (
        keyed(rows, PROVINCE, OUTCOME),
        keyed(rows[::-1], OUTCOME, PROVINCE),
        keyed(rows, PROVINCE, OUTCOME, YEAR),
        keyed(rows, OUTCOME),
    )
    first = by_meaning(tables[0])
    for table in tables[1:]:
        cells = by_meaning(table)
        shared = first.keys() & cells.keys()
        assert len(shared) >= 3
        assert {m: cells[m] for m in shared} == {m: first[m] for m in shared}


def test_a_later_release_leaves_old_cells_their_keys() -> None:
    """A new year, a new province and new outcomes come; what did not change keeps its key."""
    rows = rows_of(50)
    later = [
        *rows,
        *({**r, "case": f"NEW-{r['case']}", "year": "2569", "outcome": "withdrawn"} for r in rows[:20]),
        {"case": "LAST", "province": "99", "outcome": "another", "year": "2569"},
    ]
    before = by_meaning(keyed(rows, PROVINCE, OUTCOME, YEAR))
    after = by_meaning(keyed(later, PROVINCE, OUTCOME, YEAR))
    assert before.keys() < after.keys()
    same = {m for m, cell in before.items() if after[m] == cell}
    assert same >= {m for m in before if dict(m).get("year")}
    changed = {m for m in before if after[m][0] != before[m][0]}
    assert changed
    assert same == before.keys() - changed


def test_codes_counted_together_have_their_keys_together() -> None:
    """What the policy collapses is one cell with the records of all."""
    rows = rows_of(40)
    rest = {"10": "10", "11": "11", "50": "rest"}
    merged: Rows = [{**row, "province": rest[str(row["province"])]} for row in rows]
    flat = replace(PROVINCE, parents=())
    collapse = (Collapse(dimension="province", into=(("50", "rest"),)),)
    raw = tabulate(rows, dimensions=(flat,), collapse=collapse)
    found = with_cell_keys(raw, rows, keys=KEYS, identifier="case", collapse=collapse)
    assert found.cell_keys == keyed(merged, flat).cell_keys


def test_keys_are_given_to_counts_of_these_records_only() -> None:
    """One record more, one less, other codes, or sums: a key would belong to somebody else's cell."""
    rows = rows_of(30)
    raw = tabulate(rows, dimensions=(OUTCOME,))
    moved = [{**rows[0], "outcome": "refused" if rows[0]["outcome"] == "granted" else "granted"}, *rows[1:]]
    strange = [{**rows[0], "outcome": "unheard"}, *rows[1:]]
    for others in (rows[1:], [*rows, {**rows[0], "case": "EQ-more"}], moved, strange):
        with pytest.raises(RejectedError) as caught:
            with_cell_keys(raw, others, keys=KEYS, identifier="case")
        assert caught.value.code == "statistics.cell_key_other_records"
    sums = replace(
        raw, contributions=tuple(Contribution(contributors=1, paying=1, largest=(1,)) for _ in raw.counts)
    )
    with pytest.raises(RejectedError) as caught:
        with_cell_keys(sums, rows, keys=KEYS, identifier="case")
    assert caught.value.code == "statistics.cell_key_no_count"


KEYED = keyed(rows_of(25), PROVINCE, OUTCOME)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_key_is_found(data: st.DataObject) -> None:
    """Whatever cell and key: some whole no longer has the sum of its parts."""
    raw = KEYED
    assert raw.cell_keys is not None
    assert keys_add_up(raw, raw.cell_keys)
    changed = list(raw.cell_keys)
    cell = data.draw(st.integers(0, len(changed) - 1))
    changed[cell] = data.draw(st.integers(-1, KEY_SPACE).filter(lambda key: key != raw.cell_keys[cell]))
    assert not keys_add_up(raw, changed)
    assert not keys_add_up(raw, changed[1:])


def test_keys_are_not_shown() -> None:
    """The id of the secret may be, the keys may not."""
    raw = keyed(rows_of(25), PROVINCE)
    assert raw.cell_keys is not None
    assert raw.cell_key_id == KEYS.key_id
    assert not any(str(key) in repr(raw) for key in raw.cell_keys if key)

"""Cell keys: the secret stays in, the same cell has the same noise everywhere, figures keep their bounds."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import logging
import pickle
from itertools import product
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from govlink.errors import ConfigError, ProtectionError, RejectedError
from govlink.statistics.cell_key import (
    CAVEATS,
    KeyedCells,
    Perturbed,
    RecordKeys,
    keyed_cells,
    perturb_counts,
)
from govlink.statistics.cell_key.audit import SeenCell, audit_perturbed
from govlink.statistics.cell_key.noise import KEY_SPACE, noise_table
from govlink.statistics.system import crossed_system, flat_tree

SECRET = hashlib.sha256(b"of tests, and of nothing else: 97").hexdigest()
KEYS = RecordKeys(SecretStr(SECRET))
TABLE = noise_table(variance=2, bound=5)
Rows = list[dict[str, object]]
Numbers = tuple[int, ...]


def rows_of(count: int) -> Rows:
    """Records spread over three columns, unevenly."""
    return [
        {
            "case": f"EQ-{i:06d}",
            "year": str(2566 + i % 3),
            "level": "ABCD"[i * i % 4],
            "sex": "MF"[i % 7 % 2],
        }
        for i in range(count)
    ]


def laid_out(cells: KeyedCells, codes: tuple[tuple[str, ...], ...]) -> tuple[Numbers, Numbers]:
    """The whole table's counts and keys."""
    system = crossed_system(trees=tuple(flat_tree(len(own)) for own in codes))
    totals = {e.total for e in system.equations}
    finest = [cell for cell in range(system.cells) if cell not in totals]
    counts, keys = [0] * system.cells, [0] * system.cells
    for cell, key in zip(finest, product(*codes), strict=True):
        counts[cell], keys[cell] = cells.counts.get(key, 0), cells.keys.get(key, 0)
    for equation in system.equations:
        counts[equation.total] = sum(counts[part] for part in equation.parts)
        keys[equation.total] = sum(keys[part] for part in equation.parts) % KEY_SPACE
    return tuple(counts), tuple(keys)


def test_a_record_key_is_an_hmac() -> None:
    """The published definition, so that another program can check it."""
    expected = hmac.new(SECRET.encode(), b"EQ-000001", "sha256").hexdigest()[:8]
    assert KEYS.key("EQ-000001") == int(expected, 16)


@pytest.mark.parametrize("length", [43, 64, 65, 200])
def test_the_engine_computes_the_same_keys(length: int) -> None:
    """Keys of one record each, in Thai and with quotes, and with secrets on both sides of a block."""
    secret = base64.b64encode(hashlib.shake_256(b"of tests").digest(200)).decode()[:length].replace("/", "+")
    keys = RecordKeys(SecretStr(secret))
    names = ["EQ-1", "คำร้อง ๑", "it's; --", '"', " padded "]
    rows: Rows = [{"case": name, "cell": str(i)} for i, name in enumerate(names)]
    found = keyed_cells(rows, dimensions=("cell",), record_id="case", keys=keys)
    assert found.keys == {(str(i),): keys.key(name) for i, name in enumerate(names)}
    assert set(found.counts.values()) == {1}


def test_cell_keys_are_sums() -> None:
    """Modulo the key space, whatever the order of the records."""
    rows = rows_of(500)
    found = keyed_cells(rows, dimensions=("year", "level"), record_id="case", keys=KEYS)
    expected: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        cell = (str(row["year"]), str(row["level"]))
        count, key = expected.get(cell, (0, 0))
        expected[cell] = (count + 1, (key + KEYS.key(str(row["case"]))) % KEY_SPACE)
    assert {c: (found.counts[c], found.keys[c]) for c in found.counts} == expected
    again = keyed_cells(reversed(rows), dimensions=("year", "level"), record_id="case", keys=KEYS)
    assert again.keys == found.keys


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_give_the_keys_of_mappings(kind: str, tmp_path: Path) -> None:
    """A file and the records it was written from are the same records."""
    rows = rows_of(100)
    path = tmp_path / f"records.{kind}"
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE r ("case" VARCHAR, "year" VARCHAR, level VARCHAR, sex VARCHAR)')
        connection.executemany("INSERT INTO r VALUES (?, ?, ?, ?)", [list(row.values()) for row in rows])
        connection.execute(f"COPY r TO '{path}' (FORMAT {kind})")
    asked = {"dimensions": ("year",), "record_id": "case", "keys": KEYS}
    assert keyed_cells(path, **asked).keys == keyed_cells(rows, **asked).keys  # type: ignore[arg-type]  # one dict for two calls


def noise_by_meaning(perturbed: Perturbed, counts: tuple[int, ...]) -> list[int]:
    """What was added to each cell."""
    return [new - old for new, old in zip(perturbed.counts, counts, strict=True)]


def test_the_same_cell_has_the_same_noise_in_every_table() -> None:
    """A table by year and level, one by year and sex, one by year alone, and a later release of it."""
    rows = rows_of(400)
    years, levels, sexes = ("2566", "2567", "2568"), tuple("ABCD"), tuple("FM")
    asked = {"record_id": "case", "keys": KEYS}
    seen = []
    by_year = []
    for dimensions, codes in (
        (("year", "level"), (years, levels)),
        (("year", "sex"), (years, sexes)),
        (("year",), (years,)),
    ):
        cells = keyed_cells(rows, dimensions=dimensions, **asked)  # type: ignore[arg-type]  # one dict for all calls
        counts, keys = laid_out(cells, codes)
        perturbed = perturb_counts(counts=counts, keys=keys, table=TABLE)
        noise = noise_by_meaning(perturbed, counts)
        width = len(codes[1]) + 1 if len(codes) > 1 else 1
        by_year.append(noise[width - 1 :: width])
        for figure, count, key in zip(perturbed.counts, counts, keys, strict=True):
            seen.append(SeenCell(published=figure, count=count, key=key))
    assert by_year[0] == by_year[1] == by_year[2]
    assert len(by_year[0]) == 4
    assert any(by_year[0])
    assert audit_perturbed(seen, bound=5, never_up_to=0).passed
    later = [*rows, *({**row, "case": f"NEW-{row['case']}", "year": "2569"} for row in rows[:50])]
    cells = keyed_cells(later, dimensions=("year",), **asked)  # type: ignore[arg-type]  # one dict for all calls
    counts, keys = laid_out(cells, ((*years, "2569"),))
    released = perturb_counts(counts=counts, keys=keys, table=TABLE)
    assert noise_by_meaning(released, counts)[:3] == by_year[0][:3]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_figures_keep_their_promises(data: st.DataObject) -> None:
    """Any counts and keys: within the bound, zeros stay, nothing negative or forbidden."""
    never = data.draw(st.sampled_from((0, 2)))
    table = noise_table(variance=3, bound=5, never_up_to=never)
    cell = st.tuples(st.integers(0, 12), st.integers(0, KEY_SPACE - 1))
    cells = [(n, key if n else 0) for n, key in data.draw(st.lists(cell, min_size=1, max_size=12))]
    counts, keys = tuple(n for n, _ in cells), tuple(key for _, key in cells)
    perturbed = perturb_counts(counts=counts, keys=keys, table=table)
    seen = (SeenCell(published=f, count=n, key=k) for f, (n, k) in zip(perturbed.counts, cells, strict=True))
    assert audit_perturbed(seen, bound=5, never_up_to=never).passed
    for cell, count in enumerate(counts):
        low, high = perturbed.interval(cell)
        assert low <= count <= high


def test_noise_is_distributed_as_the_table_says() -> None:
    """Chi-square over thousands of cells of fixed records and a fixed secret: no luck is involved."""
    table = noise_table(variance=2, bound=5, never_up_to=2)
    for size in (1, 2, 6, 40):
        rows = (
            {"case": f"{size}-{i}", "cell": str(i // size)} for i in range(20_000 if size < 6 else 60_000)
        )
        cells = keyed_cells(rows, dimensions=("cell",), record_id="case", keys=KEYS)
        whole = [cells.keys[c] for c, count in cells.counts.items() if count == size]
        row = table.rows[min(size, len(table.rows)) - 1]
        seen = dict.fromkeys(row.deviations, 0)
        for key in whole:
            seen[table.noise(count=size, key=key)] += 1
        expected = [len(whole) * share / KEY_SPACE for share in row.shares()]
        pooled = [(e, o) for e, o in zip(expected, seen.values(), strict=True) if e >= 5]
        rest = (len(whole) - sum(e for e, _ in pooled), len(whole) - sum(o for _, o in pooled))
        pooled += [rest] if rest[0] >= 5 else []
        statistic = sum((o - e) ** 2 / e for e, o in pooled)
        # Wilson and Hilferty: the 99.9 % point of chi-square with so many degrees of freedom.
        freedom = len(pooled) - 1
        limit = freedom * (1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)) ** 0.5) ** 3
        assert statistic < limit, size


def test_another_secret_gives_other_noise() -> None:
    """Otherwise the secret would protect nothing."""
    rows = rows_of(400)
    other = RecordKeys(SecretStr(SECRET[::-1]))
    one, two = (keyed_cells(rows, dimensions=("year",), record_id="case", keys=k) for k in (KEYS, other))
    assert one.counts == two.counts
    assert all(one.keys[cell] != two.keys[cell] for cell in one.keys)
    assert one.key_id != two.key_id


def test_the_secret_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """Not by repr, str, logging, copying or pickling; nor are true counts and keys."""
    cells = keyed_cells(rows_of(20), dimensions=("year",), record_id="case", keys=KEYS)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").info("%r %s %r", KEYS, KEYS, cells)
    assert SECRET not in caplog.text
    assert KEYS.key_id in caplog.text
    assert not any(str(key) in caplog.text for key in cells.keys.values())
    for secret in (KEYS, cells):
        for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(ProtectionError):
                attempt(secret)
    assert not hasattr(KEYS, "__dict__")
    shown = repr(SeenCell(published=10, count=8123, key=94321))
    assert "8123" not in shown
    assert "94321" not in shown


def test_a_guessable_secret_is_refused() -> None:
    """Whoever guesses it can compute all noise."""
    with pytest.raises(ConfigError) as caught:
        RecordKeys(SecretStr("govlink-cell-key-obec-equivalence-2569"))
    assert caught.value.code == "statistics.secret_guessable"


def test_what_is_published_of_a_secret_is_slow_to_try() -> None:
    """Its id tells secrets apart, and is made by a function that is meant for passwords."""
    made = hashlib.scrypt(
        SECRET.encode(), salt=b"govlink record keys", n=2**15, r=8, p=1, maxmem=2**26, dklen=8
    )
    assert KEYS.key_id == made.hex()


def bad_records() -> list[tuple[Rows, str]]:
    """Records that cannot be keyed, each with the reason's code."""
    good: Rows = [{"case": "EQ-1", "cell": "A"}, {"case": "EQ-2", "cell": "B"}]
    return [
        ([*good, {"case": "EQ-1", "cell": "A"}], "cell_key_repeated"),
        ([*good, {"case": "EQ-1", "cell": "B"}], "cell_key_repeated"),
        ([*good, {"case": "", "cell": "A"}], "cell_key_nameless"),
        ([*good, {"case": None, "cell": "A"}], "cell_key_nameless"),
        ([*good, {"case": "EQ-3", "cell": None}], "cell_key_code_empty"),
        ([*good, {"case": "EQ-3", "cell": ""}], "cell_key_code_empty"),
        ([*good, {"case": "EQ-3"}], "column_missing"),
        ([*good, {"case": 1.5, "cell": "A"}], "column_type"),
    ]


@pytest.mark.parametrize(("rows", "reason"), bad_records())
def test_records_that_cannot_be_keyed_are_refused(rows: Rows, reason: str) -> None:
    """By column, and without a value of any record."""
    with pytest.raises(RejectedError) as caught:
        keyed_cells(rows, dimensions=("cell",), record_id="case", keys=KEYS)
    assert caught.value.code == f"statistics.{reason}"
    assert "EQ-" not in str(caught.value) + repr(caught.value.__dict__)


def test_a_relation_gives_the_keys_of_mappings() -> None:
    """Its columns are copied, so that no secret enters the caller's connection; nothing stays there."""
    with duckdb.connect() as connection:
        relation = connection.sql("SELECT 'EQ-' || range AS \"case\", range % 3 AS cell FROM range(50)")
        found = keyed_cells(relation, dimensions=("cell",), record_id="case", keys=KEYS)
        left = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    rows: Rows = [{"case": f"EQ-{i}", "cell": str(i % 3)} for i in range(50)]
    assert found.keys == keyed_cells(rows, dimensions=("cell",), record_id="case", keys=KEYS).keys
    assert left == []


@pytest.mark.parametrize(
    ("counts", "keys"),
    [
        ((3, 4), (1, 2, 3)),
        ((-3, 4), (1, 2)),
        ((3, 0), (1, 2)),
        ((3, 4), (1, -2)),
        ((3, 4), (1, KEY_SPACE)),
        ((3, 4), (1, 2.0)),
    ],
)
def test_counts_and_keys_must_agree(counts: Numbers, keys: Numbers) -> None:
    """A missing key would leave a cell without noise."""
    with pytest.raises(RejectedError) as caught:
        perturb_counts(counts=counts, keys=keys, table=TABLE)
    assert caught.value.code == "statistics.cell_key_cells"


def test_the_result_says_that_it_does_not_add_up() -> None:
    """A report made from it cannot forget to."""
    perturbed = perturb_counts(counts=(3, 4, 7), keys=(1, 2, 3), table=TABLE)
    assert perturbed.caveats == CAVEATS
    assert "not_additive" in CAVEATS


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        (SeenCell(published=16, count=10, key=1), "far"),
        (SeenCell(published=-1, count=3, key=1), "negative"),
        (SeenCell(published=2, count=4, key=1), "forbidden"),
        (SeenCell(published=4, count=0, key=0), "emptied"),
        (SeenCell(published=9, count=8, key=7), "inconsistent"),
    ],
)
def test_the_audit_names_what_is_wrong(cell: SeenCell, field: str) -> None:
    """Each promise broken is found, and nothing else is."""
    first = SeenCell(published=8, count=8, key=7)
    found = audit_perturbed((first, cell), bound=5, never_up_to=2)
    assert not found.passed
    fields = ("far", "negative", "forbidden", "emptied", "inconsistent")
    assert {f: getattr(found, f) for f in fields} == dict.fromkeys(fields, ()) | {field: (1,)}

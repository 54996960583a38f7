"""Reading the file an office exports."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.equivalence import columns
from govlink.equivalence.application import Paper
from govlink.equivalence.form import read_application
from govlink.equivalence.intake_file import RejectedRow, read_petition_file
from govlink.equivalence.synthetic import generate_petitions
from govlink.errors import RejectedError
from govlink.models.petition import Channel, FiledPetition

ROWS = tuple(row.cells for row in generate_petitions(12, seed=1))  # too few for a defect
GOOD = dict(ROWS[0])


def text_of(*rows: dict[str, str], header: tuple[str, ...] = columns.HEADERS) -> str:
    """A CSV text of these rows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return out.getvalue()


def read(path: Path, content: bytes) -> list[FiledPetition | RejectedRow]:
    """Everything the reader gives for this content."""
    file = path / "petitions.csv"
    file.write_bytes(content)
    return list(read_petition_file(file))


def rejected(found: list[FiledPetition | RejectedRow]) -> list[tuple[int, str | None, str]]:
    """Where and why rows were rejected."""
    return [(row.line, row.column, row.code) for row in found if isinstance(row, RejectedRow)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_every_encoding_gives_the_same_petitions(tmp_path: Path, encoding: str) -> None:
    """Old spreadsheets write Windows Thai, new ones UTF-8 with a mark."""
    rows = [dict(row) | {columns.DOCUMENTS: "ใบสำคัญแสดงวุฒิ:a.pdf"} for row in ROWS]
    rows = [row | {"วุฒิที่ได้รับ": "Diploma" if row["วุฒิที่ได้รับ"] else ""} for row in rows]
    found = read(tmp_path, text_of(*rows).encode(encoding))
    assert found == read(tmp_path, text_of(*rows).encode())
    assert len(found) == 12
    for petition in found:
        assert isinstance(petition, FiledPetition)
        read_application(petition)


def test_a_row_is_read_as_filed(tmp_path: Path) -> None:
    """The time of Bangkok becomes UTC; answers keep their own writing; papers become codes."""
    row = GOOD | {
        columns.CHANNEL: "ทางรัฐ",
        columns.FILED_ON: "๑๒ ตุลาคม ๒๕๖๗",
        columns.FILED_TIME: "๐๖.๓๐ น.",
        columns.DOCUMENTS: "ใบแจ้งความ: a.pdf ; TRANSCRIPT ; ของแปลก:x.pdf;",
        "ชื่อ": "  สม  ชาย ",
    }
    (petition,) = read(tmp_path, text_of(row).encode())
    assert isinstance(petition, FiledPetition)
    assert petition.channel is Channel.CITIZEN_PORTAL
    assert petition.filed_at == datetime(2024, 10, 11, 23, 30, tzinfo=UTC)
    assert petition.form["first_name"] == "สม ชาย"
    assert [(d.kind, d.file_name) for d in petition.documents] == [
        (Paper.POLICE_REPORT.value, "a.pdf"),
        (Paper.TRANSCRIPT.value, ""),
        (Paper.OTHER.value, "x.pdf"),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (columns.SERVICE, "การขอเทียบโอนผลการเรียน", "equivalence.service_unknown"),
        (columns.SERVICE, "", "equivalence.cell_empty"),
        (columns.REFERENCE, "  ", "equivalence.cell_empty"),
        (columns.FILED_ON, "", "equivalence.cell_empty"),
        (columns.CHANNEL, "โทรเลข", "equivalence.channel_unknown"),
        (columns.FILED_ON, "32 ตุลาคม 2567", "equivalence.date_unreadable"),
        (columns.FILED_ON, "12 ตุลาคม 2024", "equivalence.date_unreadable"),
        (columns.FILED_TIME, "25:00", "equivalence.time_unreadable"),
        (columns.FILED_TIME, "เช้า", "equivalence.time_unreadable"),
        ("วันเกิด", "30 กุมภาพันธ์ 2530", "equivalence.date_unreadable"),
    ],
)
def test_a_bad_cell_rejects_its_row_alone(tmp_path: Path, column: str, cell: str, code: str) -> None:
    """Told by line, column and code, never by content; the other rows go on."""
    found = read(tmp_path, text_of(GOOD, GOOD | {column: cell}, GOOD).encode())
    assert rejected(found) == [(3, column, code)]
    assert isinstance(found[0], FiledPetition)
    assert isinstance(found[2], FiledPetition)
    row = found[1]
    assert isinstance(row, RejectedRow)
    assert row.reason("th") != row.reason("en")
    assert not cell.strip() or cell not in row.reason("th") + row.reason("en") + repr(row)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """A cell that spans lines, and blank lines, move the numbers of the rows behind."""
    tall = GOOD | {"โรงเรียน": "โรงเรียน\r\nตัวอย่าง\r\nวิทยา"}
    bad = GOOD | {columns.CHANNEL: "โทรเลข"}
    content = text_of(tall, bad).replace("โทรเลข", "โทรเลข") + "\r\n" + text_of(bad).split("\r\n", 1)[1]
    found = read(tmp_path, content.encode())
    assert [line for line, _, _ in rejected(found)] == [5, 7]


def test_a_quotation_mark_left_open_costs_one_row(tmp_path: Path) -> None:
    """The rest of the file is not swallowed."""
    rows = text_of(*[GOOD] * 40).split("\r\n")
    rows[5] = rows[5].replace("E-OCS", '"E-OCS').replace("ทางรัฐ", '"ทางรัฐ')
    found = read(tmp_path, "\r\n".join(rows).encode())
    assert rejected(found) == [(6, None, "equivalence.row_broken")]
    assert len(found) == 40


def test_damaged_rows_are_told_each_in_its_way(tmp_path: Path) -> None:
    """Too few cells, bytes that are no text, a line without end."""
    lines = text_of(GOOD, GOOD, GOOD, GOOD).encode().split(b"\r\n")
    lines[1] = b"a,b,c"
    lines[2] = lines[2].replace(b"E-OCS", b"E-\xffOCS").replace("ทางรัฐ".encode(), b"\xff")
    lines[3] = b"x" * 70_000
    found = read(tmp_path, b"\r\n".join(lines))
    assert rejected(found) == [
        (2, None, "equivalence.row_width"),
        (3, columns.CHANNEL, "equivalence.cell_not_text"),
        (4, None, "equivalence.row_too_long"),
    ]
    row = found[0]
    assert isinstance(row, RejectedRow)
    assert "3" in row.reason("th")


def test_the_header_is_checked_before_any_row(tmp_path: Path) -> None:
    """A missing column is named at once, not at the first row; order and extra columns do not matter."""
    file = tmp_path / "petitions.csv"
    without = tuple(name for name in columns.HEADERS if name != "นามสกุล")
    file.write_text(text_of(GOOD, header=without), encoding="utf-8")
    with pytest.raises(RejectedError) as caught:
        read_petition_file(file)
    assert "นามสกุล" in caught.value.explain("th")
    file.write_text(text_of(GOOD, header=(*columns.HEADERS, "ชื่อ")), encoding="utf-8")
    with pytest.raises(RejectedError) as caught:
        read_petition_file(file)
    assert caught.value.code == "equivalence.column_twice"
    shuffled = ("หมายเหตุ", *reversed(columns.HEADERS))
    assert read(tmp_path, text_of(GOOD, header=shuffled).encode()) == read(tmp_path, text_of(GOOD).encode())


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\xff\xfe\x00", b'"', "ก,ข".encode("utf-16")])
def test_files_that_are_no_petition_file_are_refused(tmp_path: Path, content: bytes) -> None:
    """Empty, another encoding, a stray mark."""
    with pytest.raises(RejectedError):
        read(tmp_path, content)


def test_a_missing_file_is_our_error(tmp_path: Path) -> None:
    """So is a folder."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(RejectedError) as caught:
            read_petition_file(path)
        assert caught.value.code == "equivalence.file_unreadable"


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """A file is never held whole: what is used at most is a small part of it."""
    file = tmp_path / "long.csv"
    file.write_text(text_of(*[GOOD] * 3000), encoding="utf-8")
    tracemalloc.start()
    assert sum(1 for _ in read_petition_file(file)) == 3000
    used_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used_bytes < file.stat().st_size / 4


PRISTINE = text_of(*[dict(row) for row in ROWS]).encode("utf-8-sig")


@settings(max_examples=150, deadline=None)
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, len(PRISTINE) - 1), st.binary(max_size=4), st.integers(0, 8)), max_size=8
    )
)
def test_mutated_bytes_never_crash(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, bytes, int]]
) -> None:
    """Whatever is damaged: petitions, rejected rows, or our own error."""
    content = bytearray(PRISTINE)
    for place, inserted, removed in cuts:
        content[place : place + removed] = inserted
    try:
        found = read(tmp_path_factory.getbasetemp(), bytes(content))
    except RejectedError:
        return
    for row in found:
        if isinstance(row, RejectedRow):
            assert row.line >= 2
            assert row.reason("th")

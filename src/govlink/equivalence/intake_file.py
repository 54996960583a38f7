"""Reads the file of petitions an office exports: CSV with Thai headers, row by row.

UTF-8 with or without a byte order mark, or Windows Thai (CP874, of which TIS-620 is a part). A row
that cannot be read is reported by line and column, never by its content, and the next one is read.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Literal

from ..errors import Fault, RejectedError
from ..models.dates import parse_thai_date
from ..models.petition import Channel, FiledDocument, FiledPetition
from ..models.text import clean_text, from_thai_digits
from . import columns
from .application import PAPER_TITLES_TH, Paper, Service
from .bangkok import BANGKOK
from .csv_records import ROW_BROKEN, csv_records
from .form import read_form_date, read_service

__all__ = ["RejectedRow", "read_petition_file"]

FILE_UNREADABLE = Fault("equivalence.file_unreadable", en="the file cannot be opened", th="เปิดไฟล์ไม่ได้")
ENCODING_UNKNOWN = Fault(
    "equivalence.encoding_unknown",
    en="the header is neither UTF-8 nor Windows Thai (CP874)",
    th="หัวตารางไม่ใช่รหัสอักขระ UTF-8 หรือ TIS-620 (CP874)",
)
COLUMNS_MISSING = Fault(
    "equivalence.columns_missing",
    en="the header lacks {count} column(s): {names}",
    th="หัวตารางขาด {count} คอลัมน์: {names}",
)
COLUMN_TWICE = Fault(
    "equivalence.column_twice",
    en="the header names this column twice: {name}",
    th="หัวตารางมีคอลัมน์ซ้ำ: {name}",
)
ROW_WIDTH = Fault(
    "equivalence.row_width",
    en="the row has {found} cells, the header has {wanted}",
    th="แถวนี้มี {found} ช่อง แต่หัวตารางมี {wanted} ช่อง",
)
CELL_NOT_TEXT = Fault(
    "equivalence.cell_not_text",
    en="the cell holds bytes that are no text in the file's encoding",
    th="ช่องนี้มีอักขระที่อ่านไม่ได้ตามรหัสอักขระของไฟล์",
)
CELL_EMPTY = Fault("equivalence.cell_empty", en="the cell is empty", th="ช่องนี้ว่าง")
SERVICE_UNKNOWN = Fault(
    "equivalence.service_unknown",
    en="this is none of the four services",
    th="ไม่ใช่บริการใดในสี่บริการ",
)
CHANNEL_UNKNOWN = Fault(
    "equivalence.channel_unknown",
    en="this is no channel petitions are filed through",
    th="ไม่ใช่ช่องทางการยื่นคำร้องที่รู้จัก",
)
DATE_UNREADABLE = Fault(
    "equivalence.date_unreadable",
    en="this is no date such as 12 มกราคม 2567",
    th="วันที่อ่านไม่ได้ ตัวอย่าง 12 มกราคม 2567",
)
TIME_UNREADABLE = Fault(
    "equivalence.time_unreadable",
    en="this is no time of day such as 09:15",
    th="เวลาอ่านไม่ได้ ตัวอย่าง 09:15 น.",
)

_HEADER_BYTES = 65_536
_UNDECODED = re.compile("[\udc80-\udcff]")  # what the decoder makes of a byte it cannot read
_TIME = re.compile(r"^([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?(?:\s?น\.?)?$")
_CHANNELS = {title.casefold(): channel for channel, title in columns.CHANNEL_TITLES_TH.items()}
_PAPERS = {title: paper for paper, title in PAPER_TITLES_TH.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that cannot be read. ``line`` is the file's line on which it begins, counted from 1.

    ``column`` is the Thai header, None when the row as a whole is at fault.
    """

    line: int
    column: str | None
    fault: Fault
    values: tuple[tuple[str, str], ...] = ()

    @property
    def code(self) -> str:
        """The stable code of the fault."""
        return self.fault.code

    def reason(self, language: Literal["th", "en"]) -> str:
        """Why, in one line."""
        template = self.fault.th if language == "th" else self.fault.en
        return template.format_map(dict(self.values))


def read_petition_file(path: Path) -> Iterator[FiledPetition | RejectedRow]:
    """The petitions of the file, in its order, with each row that cannot be read in its place.

    The header is read at once; the rows while they are asked for, in constant memory. What a row's
    answers mean is read later, by ``form.read_application``: only what every petition needs, and
    dates, are looked at here.

    Raises:
        RejectedError: the file cannot be opened, is in another encoding, or lacks a column.
    """
    encoding = _encoding_of(path)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as stream:
        header = _header(next(csv_records(stream), None))
    return _rows(path, encoding=encoding, header=header)


def _encoding_of(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            first = stream.readline(_HEADER_BYTES)
    except OSError as error:
        raise RejectedError(FILE_UNREADABLE) from error
    # A header this long may be cut inside a character; the incremental decoder bears that.
    for encoding in ("utf-8-sig", "cp874"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(first)
        except UnicodeDecodeError:
            continue
        return encoding
    raise RejectedError(ENCODING_UNKNOWN)


def _header(record: tuple[int, str | Fault] | None) -> tuple[str, ...]:
    text = record[1] if record else ""
    names = tuple(clean_text(cell) for cell in _cells(text)) if isinstance(text, str) else ()
    missing = [name for name in columns.HEADERS if name not in names]
    if missing:
        raise RejectedError(COLUMNS_MISSING, count=len(missing), names=", ".join(missing))
    for name in columns.HEADERS:
        if names.count(name) > 1:
            raise RejectedError(COLUMN_TWICE, name=name)
    return names


def _cells(record: str) -> list[str]:
    try:
        return next(csv.reader([record], strict=True), [])
    except csv.Error:
        raise RejectedError(ROW_BROKEN) from None


def _rows(path: Path, *, encoding: str, header: tuple[str, ...]) -> Iterator[FiledPetition | RejectedRow]:
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as stream:
        records = csv_records(stream)
        next(records)  # the header
        for line, record in records:
            try:
                petition = _petition(record, header=header)
            except RejectedError as error:
                column, values = error.values.get("column"), tuple(error.values.items())
                yield RejectedRow(line=line, column=column, fault=error.fault, values=values)
                continue
            if petition is not None:
                yield petition


def _petition(record: str | Fault, *, header: tuple[str, ...]) -> FiledPetition | None:
    """The petition of one record, None of a blank one."""
    if isinstance(record, Fault):
        raise RejectedError(record)
    cells = _cells(record)
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) != len(header):
        raise RejectedError(ROW_WIDTH, found=len(cells), wanted=len(header))
    row = dict(zip(header, cells, strict=True))
    for name in columns.HEADERS:
        if _UNDECODED.search(row[name]):
            raise RejectedError(CELL_NOT_TEXT, column=name)
    return FiledPetition(
        reference=_needed(row, columns.REFERENCE),
        service=_service(row).value,
        channel=_channel(row),
        filed_at=_filed_at(row),
        form=_form(row),
        documents=_documents(row[columns.DOCUMENTS]),
    )


def _needed(row: dict[str, str], name: str) -> str:
    text = clean_text(row[name])
    if not text:
        raise RejectedError(CELL_EMPTY, column=name)
    return text


def _service(row: dict[str, str]) -> Service:
    text = _needed(row, columns.SERVICE)
    try:
        return read_service(text)
    except RejectedError:
        raise RejectedError(SERVICE_UNKNOWN, column=columns.SERVICE) from None


def _channel(row: dict[str, str]) -> Channel:
    channel = _CHANNELS.get(_needed(row, columns.CHANNEL).casefold())
    if channel is None:
        raise RejectedError(CHANNEL_UNKNOWN, column=columns.CHANNEL)
    return channel


def _filed_at(row: dict[str, str]) -> datetime:
    written = _needed(row, columns.FILED_ON)
    try:
        day = parse_thai_date(written)
    except RejectedError:
        raise RejectedError(DATE_UNREADABLE, column=columns.FILED_ON) from None
    found = _TIME.match(from_thai_digits(_needed(row, columns.FILED_TIME)))
    if found is None:
        raise RejectedError(TIME_UNREADABLE, column=columns.FILED_TIME)
    try:
        clock = time(int(found[1]), int(found[2]), int(found[3] or 0), tzinfo=BANGKOK)
    except ValueError:
        raise RejectedError(TIME_UNREADABLE, column=columns.FILED_TIME) from None
    return datetime.combine(day, clock).astimezone(UTC)


def _form(row: dict[str, str]) -> dict[str, str]:
    form: dict[str, str] = {}
    for name, key in columns.FORM_COLUMNS.items():
        text = clean_text(row[name])
        if not text:
            continue
        if key in columns.DATE_FIELDS:
            try:
                read_form_date(text)
            except RejectedError:
                raise RejectedError(DATE_UNREADABLE, column=name) from None
        form[key] = text
    return form


def _documents(cell: str) -> tuple[FiledDocument, ...]:
    """Papers as ``kind:file name``, parted by semicolons; the list holds no digests."""
    entries = (clean_text(entry).partition(":") for entry in cell.split(";"))
    return tuple(
        FiledDocument(kind=_paper(kind.strip()).value, file_name=name.strip(), sha256_hex="")
        for kind, _, name in entries
        if kind
    )


def _paper(kind: str) -> Paper:
    if kind in _PAPERS:
        return _PAPERS[kind]
    return Paper(kind) if kind in Paper.__members__ else Paper.OTHER

"""Reads a release file (TOML): everything that is wrong with it is told at once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

from ..errors import ConfigError, Fault, Problem, RejectedError
from ..models.dataset import Dataset
from ..models.dataset_mapping import dataset_from_mapping
from ..models.publication import Consent, Declaration
from ..models.release import Dimension
from ..models.table import Column, ColumnType
from ..tables.columns import check_columns
from .sections import MISSING, Section
from .spec import LinkedTexts, ReleaseSpec, Source, StatisticsSource, TableSource

__all__ = ["load_spec"]

FILE_UNREADABLE = Fault("publishing.file_unreadable", en="{name} cannot be read", th="อ่านไฟล์ {name} ไม่ได้")
NOT_TOML = Fault(
    "publishing.not_toml",
    en="{name} is not TOML in UTF-8 (line {line})",
    th="{name} ไม่ใช่ TOML ในรหัส UTF-8 (บรรทัด {line})",
)
INVALID = Fault(
    "publishing.file_invalid",
    en="{name} is no valid release file",
    th="{name} ไม่ใช่ไฟล์กำหนดการเผยแพร่ที่ถูกต้อง",
)
ONE_SOURCE = Fault(
    "publishing.one_source",
    en="give either [statistics], for a release that protect made, or [table], for other open data",
    th="ให้ระบุ [statistics] สำหรับสถิติที่ผ่านการปกปิดแล้ว หรือ [table] สำหรับข้อมูลเปิดอื่น เพียงอย่างใดอย่างหนึ่ง",
)
ONE_OF_FILE_AND_QUERY = Fault(
    "publishing.file_or_query",
    en="give either source, a .csv or .parquet file, or query, a DuckDB query",
    th="ให้ระบุ source (ไฟล์ .csv หรือ .parquet) หรือ query (คำสั่ง DuckDB) เพียงอย่างใดอย่างหนึ่ง",
)
FILE_KIND = Fault(
    "publishing.file_kind", en="must be a .csv or .parquet file", th="ต้องเป็นไฟล์ .csv หรือ .parquet"
)
DECLARATION_NEEDED = Fault(
    "publishing.declaration_needed",
    en="rows that are no statistics need a [declaration]: decided_by, reference, decided_on",
    th="ข้อมูลที่ไม่ใช่สถิติต้องมี [declaration] ระบุ decided_by, reference, decided_on",
)
DECLARATION_SUPERFLUOUS = Fault(
    "publishing.declaration_superfluous",
    en="statistics are open by their protection report; leave [declaration] out",
    th="สถิติเผยแพร่ได้ด้วยรายงานการปกปิดข้อมูลอยู่แล้ว ไม่ต้องระบุ [declaration]",
)

_FILES = frozenset({".csv", ".parquet"})


def load_spec(path: Path) -> ReleaseSpec:
    """Read a release file. Paths in it start from its own folder.

    Raises:
        ConfigError: the file cannot be read or is not TOML.
        RejectedError: entries are missing, unknown or wrong; one problem for each.
    """
    problems: list[Problem] = []
    top = Section(_toml_of(path), pointer="", problems=problems)
    dataset = _dataset(top)
    source = _source(top, folder=path.parent)
    declaration = _declaration(top, needed=not top.has("statistics"))
    consent = _consent(top)
    texts = _texts(top)
    publish = top.table("publish")
    platform, config = "data_go_th", ""
    if publish is not None:
        platform = publish.text("platform", default=platform)
        config = publish.text("config", default="")
        publish.close()
    top.close()
    if problems or dataset is None or source is None:
        raise RejectedError(INVALID, problems=tuple(problems), name=path.name)
    return ReleaseSpec(
        path=path,
        dataset=dataset,
        source=source,
        declaration=declaration,
        consent=consent,
        platform=platform,
        config=path.parent / config if config else None,
        texts=texts,
    )


def _toml_of(path: Path) -> dict[str, object]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(FILE_UNREADABLE, name=path.name) from error
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(NOT_TOML, name=path.name, line=line) from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ConfigError(NOT_TOML, name=path.name, line=found[1] if found else "last") from None


def _dataset(top: Section) -> Dataset | None:
    section = top.table("dataset")
    if section is None:
        top.complain("dataset", MISSING)
        return None
    try:
        return dataset_from_mapping(section.raw(), pointer=section.pointer)
    except RejectedError as error:
        top.problems.extend(error.problems)
        return None


def _source(top: Section, *, folder: Path) -> Source | None:
    statistics, table = top.table("statistics"), top.table("table")
    if statistics is not None and table is None:
        return _statistics(statistics, folder=folder)
    if table is not None and statistics is None:
        return _table(table, folder=folder)
    top.complain("table" if table is not None else "statistics", ONE_SOURCE)
    return None


def _statistics(section: Section, *, folder: Path) -> StatisticsSource:
    directory = folder / section.text("release")
    policy, ledger = (section.text(name, default="") for name in ("policy", "ledger"))
    dimensions = []
    for one in section.tables("dimensions"):
        dimensions.append(
            Dimension(id=one.text("id"), label_th=one.text("label_th"), label_en=one.text("label_en"))
        )
        one.close()
    section.close()
    return StatisticsSource(
        directory=directory,
        dimensions=tuple(dimensions),
        policy=folder / policy if policy else None,
        ledger=folder / ledger if ledger else None,
    )


def _table(section: Section, *, folder: Path) -> TableSource:
    columns, renamed = _columns(section)
    key = section.texts("key", needed=True)
    harmless = section.texts("harmless_numbers")
    if columns and key:
        _check(section, columns=columns, key=key, harmless=frozenset(harmless))
    file, query = _file_or_query(section, folder=folder)
    database = section.text("database", default="") if query is not None else ""
    ignore_others = section.flag("ignore_others")
    section.close()
    return TableSource(
        columns=columns,
        key=key,
        file=file,
        query=query,
        database=folder / database if database else None,
        folder=folder if query is not None else None,
        renamed=renamed,
        harmless_numbers=frozenset(harmless),
        ignore_others=ignore_others,
    )


def _check(
    section: Section, *, columns: tuple[Column, ...], key: tuple[str, ...], harmless: frozenset[str]
) -> None:
    try:
        check_columns(columns, key=key, harmless_numbers=harmless)
    except RejectedError as error:
        section.problems.extend(replace(p, pointer=section.pointer + p.pointer) for p in error.problems)


def _file_or_query(section: Section, *, folder: Path) -> tuple[Path | None, str | None]:
    has_file, has_query = section.has("source"), section.has("query")
    if has_file == has_query:
        section.complain("source", ONE_OF_FILE_AND_QUERY)
        return None, None
    if has_query:
        return None, section.text("query")
    named = section.text("source")
    if named and Path(named).suffix.lower() not in _FILES:
        section.complain("source", FILE_KIND)
    return folder / named, None


def _columns(section: Section) -> tuple[tuple[Column, ...], tuple[tuple[str, str], ...]]:
    columns, renamed = [], []
    for one in section.tables("columns"):
        column = Column(
            id=one.text("id"),
            type=one.one_of("type", ColumnType),
            label_th=one.text("label_th"),
            label_en=one.text("label_en", default=""),
            notes=one.text("notes", default=""),
        )
        columns.append(column)
        if one.has("source"):
            renamed.append((column.id, one.text("source")))
        one.close()
    return tuple(columns), tuple(renamed)


def _declaration(top: Section, *, needed: bool) -> Declaration | None:
    section = top.table("declaration")
    if section is None:
        if needed:
            top.complain("declaration", DECLARATION_NEEDED)
        return None
    if not needed:
        top.complain("declaration", DECLARATION_SUPERFLUOUS)
    declaration = Declaration(
        decided_by=section.text("decided_by"),
        reference=section.text("reference"),
        decided_on=section.day("decided_on"),
    )
    section.close()
    return declaration


def _texts(top: Section) -> LinkedTexts:
    section = top.table("dcat")
    if section is None:
        return LinkedTexts()
    texts = LinkedTexts(
        publisher_th=section.text("publisher_th", default=""),
        publisher_en=section.text("publisher_en", default=""),
        title_en=section.text("title_en", default=""),
        description_en=section.text("description_en", default=""),
    )
    section.close()
    return texts


def _consent(top: Section) -> Consent:
    section = top.table("consent")
    if section is None:
        return Consent()
    consent = Consent(
        republish=section.flag("republish"),
        drop_columns=frozenset(section.texts("drop_columns")),
        overwrite=frozenset(section.texts("overwrite")),
    )
    section.close()
    return consent

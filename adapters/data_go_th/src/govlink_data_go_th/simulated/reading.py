"""Reading the simulated DataStore: descriptions, searches, dumps.

The reply's ``limit`` is the only word on a cap; NULL sorts last upwards and first downwards; a dump has
CKAN's own row number first, an empty cell for NULL and a quoted one for an empty text. (tried)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice

from .behaviour import Behaviour
from .datastore import Row, Table
from .envelope import invalid
from .values import Mistyped, Unfit, as_csv, as_told, comparable

__all__ = ["DUMP_STYLES", "ROWS_MAX", "describe", "dump", "matching", "search"]

ROWS_MAX = 10_000
"""What the Thai extension sets; CKAN's own default is 32 000 (seen in code)."""

DUMP_STYLES = frozenset({"csv", "tsv", "json"})

_CHUNK_ROWS = 2000


def _fields(table: Table) -> list[dict[str, object]]:
    return [
        {"id": name, "type": native, **({"info": info} if info else {})}
        for name, (native, info) in table.columns.items()
    ]


def describe(table: Table, resource_id: str) -> dict[str, object]:
    """What ``datastore_info`` says."""
    fields = [
        {
            **field,
            "schema": {
                "native_type": field["type"],
                "uniquekey": False,  # even of the key (tried)
                "is_index": field["id"] in table.key,
                "notnull": False,
            },
        }
        for field in _fields(table)
    ]
    meta = {"id": resource_id, "count": len(table.rows), "aliases": [], "table_type": "BASE TABLE"}
    return {"meta": meta, "fields": fields}


def _wanted(table: Table, filters: object, behaviour: Behaviour) -> dict[str, list[object]]:
    """The values a filter allows, per column."""
    if isinstance(filters, str):
        filters = json.loads(filters)
    wanted: dict[str, list[object]] = {}
    for name, value in (filters or {}).items() if isinstance(filters, dict) else ():
        if name not in table.columns and name != "_id":
            raise invalid(filters=[f'invalid value "{name}"'])
        native = "int4" if name == "_id" else table.columns[name][0]
        given = value if isinstance(value, list) else [value]
        if not given and behaviour.refuses_empty_filters:
            raise Mistyped("syntax error")
        wanted[name] = [item for v in given if (item := comparable(native, v)) is not None]
    return wanted


def matching(table: Table, filters: object, *, behaviour: Behaviour) -> list[int]:
    """The numbers of the rows that pass, ascending; all if there is no filter. NULL is equal to nothing.

    Raises:
        Unfit: a value cannot be compared with its column.
    """
    wanted = {name: frozenset(values) for name, values in _wanted(table, filters, behaviour).items()}
    numbers = wanted.pop("_id", None)
    found = [n for n in table.rows if numbers is None or n in numbers]
    if not wanted:
        return found
    return [n for n in found if all(table.rows[n].get(k) in values for k, values in wanted.items())]


def _order(rows: Mapping[int, Row], name: str, number: int) -> tuple[bool, object]:
    value: object = number if name == "_id" else rows[number].get(name)
    return value is None, 0 if value is None else value


def _sorted(table: Table, numbers: list[int], sort: object) -> list[int]:
    clauses = sort if isinstance(sort, list) else str(sort or "_id").split(",")
    for clause in reversed([str(clause).split() for clause in clauses]):
        name, direction = clause[0].strip('"'), clause[1:2]
        if (name not in table.columns and name != "_id") or direction not in ([], ["asc"], ["desc"]):
            raise invalid(sort=[f'invalid value "{" ".join(clause)}"'])
        is_descending = direction == ["desc"]
        if name == "_id" and len(clauses) == 1:
            return numbers[::-1] if is_descending else numbers
        numbers = sorted(numbers, key=partial(_order, table.rows, name), reverse=is_descending)
    return numbers


def _whole(data: Mapping[str, object], name: str, otherwise: int) -> int:
    try:
        number = int(str(data.get(name, otherwise)))
    except ValueError as error:
        raise invalid(**{name: ["Invalid integer"]}) from error
    if number < 0:
        raise invalid(**{name: ["Must be a natural number"]})
    return number


def search(
    table: Table, data: Mapping[str, object], *, rows_max: int, behaviour: Behaviour
) -> dict[str, object]:
    """What ``datastore_search`` says."""
    has_fractions = behaviour.tells_fractions
    limit, offset = min(_whole(data, "limit", 100), rows_max), _whole(data, "offset", 0)
    names = _names(table, data.get("fields"))
    try:
        numbers = matching(table, data.get("filters"), behaviour=behaviour)
    except Unfit as error:
        raise invalid(query=["Invalid query"], info={"orig": [str(error)]}) from error
    found = _sorted(table, numbers, data.get("sort"))
    total = len(numbers) if data.get("filters") else _count(table, behaviour)
    records = [_record(table, n, names, has_fractions=has_fractions) for n in found[offset : offset + limit]]
    style, has_total = data.get("records_format") or "objects", not _is_false(data.get("include_total"))
    shown: list[dict[str, object]] = [{"id": "_id", "type": "int"}, *_fields(table)]
    return {
        "resource_id": data.get("resource_id"),
        "records_format": style,
        "include_total": has_total,
        "fields": [field for name in names for field in shown if field["id"] == name],
        "records": _styled(records, str(style)),
        "limit": limit,
        **({"total": total} if has_total else {}),
        **{name: data[name] for name in ("filters", "sort") if name in data},
        **({"offset": offset} if "offset" in data else {}),
    }


def _count(table: Table, behaviour: Behaviour) -> int:
    if table.counted is None or not behaviour.caches_totals:
        table.counted = len(table.rows)
    return table.counted


def _is_false(value: object) -> bool:
    return value is False or str(value).lower() in {"false", "0", "no"}


def _styled(records: list[Row], style: str) -> object:
    if style == "objects":
        return records
    if style == "lists":
        return [list(record.values()) for record in records]
    if style not in {"csv", "tsv"}:
        raise invalid(records_format=["Value must be one of ['objects', 'lists', 'csv', 'tsv']"])
    mark = "," if style == "csv" else "\t"
    return "".join(_line(list(record.values()), mark) for record in records)


def _line(values: list[object], mark: str) -> str:
    return mark.join(as_csv(value, mark=mark) for value in values) + "\n"


def _names(table: Table, fields: object) -> list[str]:
    every = ["_id", *table.columns]
    if not fields:
        return every
    names = [str(n).strip() for n in (fields if isinstance(fields, list) else str(fields).split(","))]
    if any(name not in every for name in names):
        raise invalid(fields=[f'invalid value "{names[0]}"'])
    return names


def _record(table: Table, number: int, names: list[str], *, has_fractions: bool) -> Row:
    row = {"_id": number, **table.rows[number]}
    return {name: as_told(row.get(name), has_fractions=has_fractions) for name in names}


def dump(table: Table, *, style: str, has_bom: bool, has_fractions: bool) -> Iterator[bytes]:
    """The whole table, some thousand rows at a time, in a style of ``DUMP_STYLES``."""
    bom, names = "\ufeff" if has_bom else "", ["_id", *table.columns]
    records = (
        list(_record(table, number, names, has_fractions=has_fractions).values())
        for number in list(table.rows)
    )
    if style == "json":
        yield from _json_dump(table, records, bom)
        return
    mark = "," if style == "csv" else "\t"
    yield (bom + mark.join(as_csv(name, mark=mark) for name in names) + "\r\n").encode()
    while chunk := list(islice(records, _CHUNK_ROWS)):
        yield "".join(_line(record, mark) for record in chunk).encode()


def _json_dump(table: Table, records: Iterator[list[object]], bom: str) -> Iterator[bytes]:
    fields = [{"id": "_id", "type": "int"}, *_fields(table)]
    yield f'{bom}{{\n  "fields": {json.dumps(fields, ensure_ascii=False)},\n  "records": ['.encode()
    for position, record in enumerate(records):
        text = json.dumps(record, ensure_ascii=False, default=float)  # numbers lose their last zeros here
        yield f"{',' if position else ''}\n    {text}".encode()
    yield b"\n]}\n"

"""The tables of the simulated DataStore: made, altered and written to, with CKAN's surprises.

Tried on real servers: names cut at 63 bytes, a changed type ignored, a batch that fails whole, NULL in a
key that never collides, the last of two rows with one key winning an upsert.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .envelope import Refusal, broken, invalid
from .values import NATIVE, Unfit, as_stored

__all__ = ["Row", "Table", "create_table", "declared_key", "delete_rows", "write_records"]

NAME_LIMIT = 63

Row = dict[str, object]
Key = tuple[object, ...]
Undo = list[tuple[int, Row | None]]


@dataclass(slots=True, kw_only=True)
class Table:
    """Columns (id → type, info), unique key, and rows by CKAN's own ascending number."""

    columns: dict[str, tuple[str, dict[str, object]]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    rows: dict[int, Row] = field(default_factory=dict)
    last_id: int = 0
    numbers: dict[Key, int] = field(default_factory=dict)
    """Row numbers by key; one whose row has gone since is as good as none."""
    counted: int | None = None
    """How many rows there were when they were last counted, where that is kept."""

    def key_of(self, row: Mapping[str, object]) -> Key | None:
        """The row's key, unless a part of it is NULL, which never collides."""
        key = tuple(row.get(name) for name in self.key)
        return None if not key or None in key else key

    def number_of(self, key: Key | None) -> int | None:
        """The number of the row with this key."""
        number = None if key is None else self.numbers.get(key)
        if number is None or number not in self.rows or self.key_of(self.rows[number]) != key:
            return None
        return number

    def set_key(self, key: tuple[str, ...]) -> None:
        """Rows must differ in these columns from now on, or may be alike if there are none."""
        if set(key) == set(self.key):
            return
        unknown = [name for name in key if name not in self.columns]
        if unknown:
            raise invalid(index=[f'The field "{list(key)}" is not a valid column name.'])
        old, self.key, numbers = self.key, key, dict[Key, int]()
        for number, row in self.rows.items():
            own = self.key_of(row)
            if own is not None and own in numbers:
                self.key = old
                raise _not_unique("could not create unique index")
            if own is not None:
                numbers[own] = number
        self.numbers = numbers


def _not_unique(text: str) -> Refusal:
    return invalid(
        constraints=["Cannot insert records or create index because of uniqueness constraint"],
        info={"orig": text, "pgcode": "23505"},
    )


def _cut(name: str) -> str:
    return name.encode()[:NAME_LIMIT].decode(errors="ignore")


def _check_names(fields: list[dict[str, object]]) -> None:
    for item in fields:
        name, kind = str(item.get("id") or ""), item.get("type")
        if kind and str(kind).lower() not in NATIVE:
            raise invalid(fields=[f'"{kind}" is not a valid field type'])
        if not name or name != name.strip() or name.startswith("_") or '"' in name:
            raise invalid(fields=[f'"{name}" is not a valid field name'])
        if "\x00" in name:
            raise broken()


def declared_key(data: Mapping[str, object]) -> tuple[str, ...] | None:
    """The key a call names, as a list or as text with commas; None where it names none."""
    key = data.get("primary_key")
    if key is None:
        return None
    parts = key if isinstance(key, list) else str(key).split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def create_table(table: Table | None, data: Mapping[str, object]) -> Table:
    """Make a table, or alter one: add columns and labels, drop columns where ``delete_fields`` says so.

    A type that differs is ignored.
    """
    given = data.get("fields")
    fields = [dict(item) for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    _check_names(fields)
    if table is None:
        table = Table()
        _check_new(fields)
    before = (dict(table.columns), table.key, dict(table.numbers), table.last_id)
    try:
        _alter(table, fields, data)
    except Refusal:
        table.columns, table.key, table.numbers, last_id = before
        delete_rows(table, [number for number in table.rows if number > last_id])
        raise
    dropped = before[0].keys() - table.columns.keys()
    for row in table.rows.values() if dropped else ():
        for name in dropped:
            row.pop(name, None)
    return table


def _alter(table: Table, fields: list[dict[str, object]], data: Mapping[str, object]) -> None:
    if fields and data.get("delete_fields") is True:
        kept = {str(item["id"]) for item in fields}
        table.columns = {name: column for name, column in table.columns.items() if name in kept}
        if not kept.issuperset(table.key):
            table.key, table.numbers = (), {}
    _declare(table, fields)
    if data.get("records"):
        write_records(table, {**data, "method": "insert"})
    key = declared_key(data)
    if key is not None:
        table.set_key(key)


def _check_new(fields: list[dict[str, object]]) -> None:
    """What CKAN asks of a new table only: it counts letters, where the database counts bytes."""
    names = [str(item["id"]) for item in fields]
    long = [f'Column heading "{name}" exceeds limit of 63 characters.' for name in names if len(name) > 63]
    if long:
        raise invalid(fields=long)
    untyped = [f'"{item["id"]}" type not guessable' for item in fields if not item.get("type")]
    if untyped:
        raise invalid(fields=untyped[:1])
    if len(set(names)) < len(names):
        raise invalid(field=["Duplicate column names are not supported"])


def _declare(table: Table, fields: list[dict[str, object]]) -> None:
    before = set(table.columns)
    for item in fields:
        name, info = str(item["id"]), item.get("info")
        if name not in before:
            if not item.get("type"):
                raise invalid(fields=[f'"{name}" type not guessable'])
            if _cut(name) in table.columns:
                raise broken()
            table.columns[_cut(name)] = (NATIVE[str(item["type"]).lower()], {})
        if isinstance(info, dict):
            table.columns[_cut(name)] = (table.columns[_cut(name)][0], dict(info))


def write_records(table: Table, data: Mapping[str, object]) -> None:
    """Insert, upsert or update all records or none."""
    records, method = data.get("records"), data.get("method") or "upsert"
    writer = _WRITERS.get(str(method))
    if writer is None:
        raise invalid(method=["Value must be one of ['upsert', 'insert', 'update']"])
    undo: Undo = []
    last_id = table.last_id
    try:
        writer(table, records if isinstance(records, list) else [], undo)
    except Refusal:
        _roll_back(table, undo)
        raise
    if data.get("dry_run") is True:
        _roll_back(table, undo)
        table.last_id = last_id


def _roll_back(table: Table, undo: Undo) -> None:
    for number, old in reversed(undo):
        key = table.key_of(table.rows[number])
        if old is None:
            del table.rows[number]
            if key is not None and table.numbers.get(key) == number:
                del table.numbers[key]
        else:
            table.rows[number] = old


def _typed(table: Table, record: Mapping[str, object], position: int) -> Row:
    row: Row = {}
    for name, value in record.items():
        if isinstance(value, str) and "\x00" in value:
            raise broken()
        try:
            row[name] = as_stored(table.columns[name][0], value)
        except Unfit as error:
            raise invalid(records=[str(error)], records_row=position) from error
    return row


def _duplicate(position: int) -> Refusal:
    return invalid(records=["duplicate key value violates unique constraint"], records_row=position)


def _add(table: Table, row: Row, key: Key | None, undo: Undo) -> None:
    table.last_id += 1
    table.rows[table.last_id] = {**dict.fromkeys(table.columns), **row}
    if key is not None:
        table.numbers[key] = table.last_id
    undo.append((table.last_id, None))


def _insert(table: Table, records: list[object], undo: Undo) -> None:
    """All rows are checked before the database sees one; it then names the last of the batch."""
    for position, record in enumerate(records):
        if not isinstance(record, dict):
            raise invalid(records=[f'row "{position}" is not a json object'])
        extra = [name for name in record if name not in table.columns]
        if extra:
            raise invalid(records=[f'row "{position + 1}" has extra keys "{", ".join(extra)}"'])
    last = len(records) - 1
    for record in records:
        row = _typed(table, record if isinstance(record, dict) else {}, last)
        key = table.key_of(row)
        if table.number_of(key) is not None:
            raise _duplicate(last)
        _add(table, row, key, undo)


def _found(table: Table, record: object, position: int) -> tuple[Row, Key | None, int | None]:
    """The typed record, its key, and the number of the row it means."""
    if not isinstance(record, dict):
        raise broken()
    if "_id" not in record:
        if not table.key:
            raise invalid(table=["unique key must be passed for update/upsert"])
        lacking = [name for name in table.key if name not in record]
        if lacking:
            raise invalid(key=[f'fields "{", ".join(lacking)}" are missing but needed as key'])
    extra = [name for name in record if name not in table.columns and name != "_id"]
    if extra:
        raise invalid(fields=[f'fields "{", ".join(extra)}" do not exist'])
    row = _typed(table, {name: value for name, value in record.items() if name != "_id"}, position)
    if "_id" in record:
        number = record["_id"]
        return row, None, number if number in table.rows else None
    key = table.key_of(row)
    return row, key, table.number_of(key)


def _change(table: Table, number: int, row: Row, undo: Undo, position: int) -> None:
    old = table.rows[number]
    new = {**old, **row}
    key = table.key_of(new)
    if table.number_of(key) not in {None, number}:
        raise _duplicate(position)
    undo.append((number, old))
    table.rows[number] = new
    if key is not None:
        table.numbers[key] = number


def _upsert(table: Table, records: list[object], undo: Undo) -> None:
    for position, record in enumerate(records):
        row, key, number = _found(table, record, position)
        if number is None:
            _add(table, row, key, undo)
        else:
            _change(table, number, row, undo, position)


def _update(table: Table, records: list[object], undo: Undo) -> None:
    for position, record in enumerate(records):
        row, key, number = _found(table, record, position)
        if number is None:
            raise invalid(key=[f'key "{key}" not found'])
        _change(table, number, row, undo, position)


_WRITERS: Mapping[str, Callable[[Table, list[object], Undo], None]] = {
    "insert": _insert,
    "upsert": _upsert,
    "update": _update,
}


def delete_rows(table: Table, numbers: list[int]) -> None:
    """Delete rows by CKAN's own numbers, which are not used again."""
    for number in numbers:
        row = table.rows.pop(number)
        key = table.key_of(row)
        if key is not None and table.numbers.get(key) == number:
            del table.numbers[key]

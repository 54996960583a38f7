"""The keys of records and cells.

Each record has a key that only the agency can compute; a cell's key is the sum of its records' keys, so
the same people counted together have the same key wherever they are counted. Deriving record keys by HMAC
from the identifier, so that they need not be stored, is ours (modelled).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from ...errors import Fault, ProtectionError, RejectedError
from ..random_secret import demand_random
from ..records import ANYTHING, RECORDS, Ask, Records, asking, grouping, quoted
from .noise import KEY_SPACE

__all__ = ["KeyedCells", "RecordKeys", "keyed_cells"]

SECRET_NOT_PORTABLE = Fault(
    "statistics.cell_key_not_portable",
    en="record keys are made where they are needed; their secret is neither copied nor stored",
    th="กุญแจของระเบียนสร้างเมื่อใช้งานเท่านั้น ห้ามคัดลอกหรือจัดเก็บความลับที่ใช้สร้าง",
)
RECORD_NAMELESS = Fault(
    "statistics.cell_key_nameless",
    en="some record has no value in column {column}, which must tell every record apart",
    th="บางระเบียนไม่มีค่าในคอลัมน์ {column} ซึ่งต้องใช้แยกแต่ละระเบียนออกจากกัน",
)
RECORD_REPEATED = Fault(
    "statistics.cell_key_repeated",
    en="some records have the same value in column {column}, which must tell every record apart",
    th="บางระเบียนมีค่าซ้ำกันในคอลัมน์ {column} ซึ่งต้องใช้แยกแต่ละระเบียนออกจากกัน",
)
CODE_EMPTY = Fault(
    "statistics.cell_key_code_empty",
    en="column {column} is empty in some record, which then falls into no cell",
    th="คอลัมน์ {column} ว่างในบางระเบียน จึงจัดระเบียนเข้าช่องใดไม่ได้",
)
_BLOCK = 64
_SLOW = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26}  # a tenth of a second and 32 MiB for each guess


class RecordKeys:
    """Makes a record's key: the first 32 bits of HMAC-SHA-256 over its identifier's UTF-8 text.

    The secret is given as a reference in the settings, resolved there; keep it for as long as releases are
    made, and use it for nothing else. It shows in no ``repr``, and the object is neither pickled nor copied.

    ``key_id`` is 16 hexadecimal digits by which releases with the same secret are known to compare. Every
    public report shows it, so it is made by scrypt (RFC 7914): whoever guesses at the secret pays for each
    guess.

    Raises:
        ConfigError: the secret is not 32 random bytes or more, in hexadecimal or base64.
    """

    __slots__ = ("_secret", "key_id")

    def __init__(self, secret: SecretStr) -> None:
        demand_random(secret, place="record keys")
        self._secret = secret.get_secret_value().encode()
        self.key_id = hashlib.scrypt(self._secret, salt=b"govlink record keys", dklen=8, **_SLOW).hex()

    def key(self, record: str) -> int:
        """One record's key, from 0 up to ``KEY_SPACE``."""
        return int.from_bytes(hmac.digest(self._secret, record.encode(), "sha256")[:4], "big")

    def pads(self) -> tuple[bytes, bytes]:
        """The outer and inner keys of RFC 2104, for an engine that has SHA-256 only; as secret as it."""
        secret = self._secret if len(self._secret) <= _BLOCK else hashlib.sha256(self._secret).digest()
        block = secret.ljust(_BLOCK, b"\0")
        return bytes(byte ^ 0x5C for byte in block), bytes(byte ^ 0x36 for byte in block)

    def __repr__(self) -> str:
        return f"RecordKeys(key_id={self.key_id!r})"

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(SECRET_NOT_PORTABLE)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class KeyedCells:
    """True counts and keys of the finest cells that hold a record; secret, and not shown.

    Attributes:
        counts: How many records each cell has, by its codes in dimension order.
        keys: The sum of their keys, below ``KEY_SPACE``.
        key_id: Whose keys they are.
    """

    counts: Mapping[tuple[str, ...], int]
    keys: Mapping[tuple[str, ...], int]
    key_id: str

    def __repr__(self) -> str:
        return f"KeyedCells(cells={len(self.counts)}, key_id={self.key_id!r})"

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(SECRET_NOT_PORTABLE)


def keyed_cells(
    records: Records, *, dimensions: tuple[str, ...], record_id: str, keys: RecordKeys
) -> KeyedCells:
    """Count records at the finest grain and add up their keys, in one GROUP BY over the records.

    Each record's key is computed once, by the engine; neither identifiers nor record keys leave it. Another
    pass before checks that no identifier occurs twice.

    Args:
        records: A .csv or .parquet file, mappings, a data frame or a DuckDB relation. Of a relation, the
            columns needed are copied first, since the secret must not enter somebody else's connection.
        dimensions: The columns to count by.
        record_id: The column that tells records apart, and stays the same from release to release.
        keys: Makes the keys.

    Raises:
        RejectedError: the records cannot be read or lack a column, a code or an identifier is missing, or
            an identifier occurs twice. No value is shown.
    """
    codes = ", ".join(f"{quoted(name)}::VARCHAR" for name in dimensions)
    # The pads are values of the statement, never part of its text, which an engine may log.
    statement = f"""
        SELECT {codes}, count(*), sum(('0x' || left(
            sha256(?::BLOB || unhex(sha256(?::BLOB || encode({quoted(record_id)}::VARCHAR)))), 8
        ))::UBIGINT) % {KEY_SPACE}
        FROM {RECORDS} GROUP BY ALL"""  # noqa: S608 - names are quoted
    with _asking(records, (*dimensions, record_id)) as ask:
        _check_identifiers(ask, record_id)
        cells = ask(statement, keys.pads())
    width = len(dimensions)
    for i, name in enumerate(dimensions):
        if any(row[i] in (None, "") for row in cells):
            raise RejectedError(CODE_EMPTY, column=name)
    return KeyedCells(
        counts={tuple(map(str, row[:width])): int(str(row[width])) for row in cells},
        keys={tuple(map(str, row[:width])): int(str(row[width + 1])) for row in cells},
        key_id=keys.key_id,
    )


@contextmanager
def _asking(records: Records, columns: tuple[str, ...]) -> Iterator[Ask]:
    import duckdb

    if not isinstance(records, duckdb.DuckDBPyRelation):
        with asking(records, columns=columns) as ask:
            yield ask
        return
    statement = f"SELECT {', '.join(map(quoted, columns))} FROM {RECORDS}"  # noqa: S608 - names are quoted
    kinds = dict.fromkeys(columns, ANYTHING)
    with grouping(records, columns=kinds, statement=lambda _types: statement, into=RECORDS) as engine:
        yield lambda sql, values: engine.execute(sql, list(values)).fetchall()


def _check_identifiers(ask: Ask, column: str) -> None:
    name = f"{quoted(column)}::VARCHAR"
    # A 64-bit digest each takes a fraction of the memory; where two agree the texts decide.
    for told_apart in (f"hash({name})", name):
        statement = f"SELECT count(*), count(nullif({name}, '')), count(DISTINCT {told_apart}) FROM {RECORDS}"  # noqa: S608 - quoted
        ((count, named, distinct),) = ask(statement, ())
        if named != count:
            raise RejectedError(RECORD_NAMELESS, column=column)
        if distinct == count:
            return
    raise RejectedError(RECORD_REPEATED, column=column)

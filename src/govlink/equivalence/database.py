"""Opening a database so that SQLite and PostgreSQL behave alike, and its failures as our errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from ..errors import ConfigError, ConflictError, Fault, UnavailableError

__all__ = ["open_engine", "reading", "refusing", "writing"]

URL_INVALID = Fault(
    "equivalence.store_url_invalid",
    en="the store's URL is not a database URL such as sqlite:///petitions.db",
    th="URL ของฐานข้อมูลไม่ถูกต้อง ตัวอย่าง sqlite:///petitions.db",
)
STORE_UNAVAILABLE = Fault(
    "equivalence.store_unavailable",
    en="the database does not serve now ({kind})",
    th="ฐานข้อมูลไม่พร้อมให้บริการขณะนี้ ({kind})",
)

_WRITES = "govlink_writes"
_BUSY_MS = 30_000  # how long a writer of SQLite waits for another to finish


def open_engine(url: str) -> Engine:
    """An engine for this URL.

    SQLite is switched to write-ahead logging with full synchronisation, so that what was committed
    survives a power cut. Its writing transactions take the write lock when they begin: taking it later
    fails at once, without waiting, when another writer came between.

    Raises:
        ConfigError: the URL is none, or its driver is not installed.
    """
    try:
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise ConfigError(URL_INVALID) from None  # the cause repeats the URL, password included
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins no transaction: _begin_sqlite does
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads; it neither waits for a writer nor holds one up.

    Raises:
        UnavailableError: the database failed.
    """
    with _transaction(engine.connect) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end, rolled back on any exception.

    Raises:
        UnavailableError: the database failed.
    """
    with _transaction(engine.execution_options(**{_WRITES: True}).connect) as connection:
        yield connection


@contextmanager
def _transaction(connect: Callable[[], Connection]) -> Iterator[Connection]:
    try:
        with connect() as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise UnavailableError(STORE_UNAVAILABLE, kind=type(error).__name__) from error


@contextmanager
def refusing(conflict: ConflictError) -> Iterator[None]:
    """A violated key inside is told as this conflict."""
    try:
        yield
    except IntegrityError as error:
        raise conflict from error

"""Opens what a release file publishes: a release read back and attacked again, or rows checked and sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ConfigError, Fault
from ..models.release import Release
from ..models.table import Table
from ..tables import table_of_csv, table_of_parquet, table_of_query
from .spec import Source, StatisticsSource, TableSource

if TYPE_CHECKING:
    from ..statistics import DisclosurePolicy, Ledger

__all__ = ["ledger_of", "open_content", "policy_of"]

INPUT_UNREADABLE = Fault(
    "publishing.input_unreadable",
    en="{name} cannot be read ({reason})",
    th="อ่าน {name} ไม่ได้ ({reason})",
)


Progress = Callable[[int], None]


@contextmanager
def open_content(source: Source, *, progress: Progress | None = None) -> Iterator[Release | Table]:
    """The release or the table, for as long as the block lasts. ``progress`` is told of rows read.

    Raises:
        ConfigError: a file is not there or cannot be read.
        RejectedError: the table is not one, or rows of it cannot be published; ``problems`` points at each.
        ProtectionError: the release's report is missing or of another table, hidden cells give way, or
            rows hold citizen numbers.
    """
    if isinstance(source, StatisticsSource):
        yield _release(source)
        return
    with _table(source, progress) as table:
        yield table


def policy_of(source: Source) -> DisclosurePolicy | None:
    """The policy in force, where the release file names one.

    Raises:
        ConfigError: it cannot be read.
        RejectedError: it is no policy, or not as it was signed.
    """
    if not isinstance(source, StatisticsSource) or source.policy is None:
        return None
    from ..statistics import load_policy

    return load_policy(source.policy)


def ledger_of(source: Source) -> Ledger | None:
    """The register's ledger, where the release file names one. It is read as it is, and none is made.

    Raises:
        ConfigError: it is not there or cannot be read.
        VerificationError: it was altered.
    """
    if not isinstance(source, StatisticsSource) or source.ledger is None:
        return None
    from ..statistics import Ledger

    return Ledger.read(source.ledger)


def _release(source: StatisticsSource) -> Release:
    from ..statistics import read_release  # loads the solver

    try:
        return read_release(source.directory, dimensions=source.dimensions)
    except OSError as error:
        raise _unreadable(source.directory, error) from error


def _unreadable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(INPUT_UNREADABLE, name=path.name, reason=type(error).__name__)


def _table(source: TableSource, progress: Progress | None) -> AbstractContextManager[Table]:
    if source.query is not None:
        return table_of_query(
            source.query,
            columns=source.columns,
            key=source.key,
            database=source.database,
            folder=source.folder,
            source_names=dict(source.renamed),
            ignore_others=source.ignore_others,
            harmless_numbers=source.harmless_numbers,
            progress=progress,
        )
    assert source.file is not None
    read = table_of_parquet if source.file.suffix.lower() == ".parquet" else table_of_csv
    return read(
        source.file,
        columns=source.columns,
        key=source.key,
        source_names=dict(source.renamed),
        ignore_others=source.ignore_others,
        harmless_numbers=source.harmless_numbers,
        progress=progress,
    )

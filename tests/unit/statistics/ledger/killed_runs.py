"""Publishes in child processes that kill themselves: run as a program, once for all steps.

Arguments: a folder that holds one folder for each step, each prepared with a ledger and a directory; and the
steps' names. Each child publishes there and is killed by SIGKILL after its step.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.statistics.ledger import Ledger, OutputFile, PolicyMark, publish_files
from govlink.statistics.published import PublicRules, PublishedTable, Subject

MARK = PolicyMark(id="test", version="1", sha256_hex="0" * 64)
NEW = (
    OutputFile(name="table.csv", content=b"new table" * 1000),
    OutputFile(name="restricted.json", content=b"new secret", mode=0o600),
    OutputFile(name="report.json", content=b"new report"),
)
OLD = tuple(replace(file, content=b"old " + file.name.encode()) for file in NEW)
TORN = ("torn at the start", "torn in the middle", "torn before the line feed")


def table(month: str) -> PublishedTable:
    """Some month's table."""
    dimension = Dimension(id="country", label_th="ประเทศ", label_en="Country")
    keys = product(["LA", "TH", TOTAL])
    cells = (
        ReleasedCell(keys=k, value=v, status=CellStatus.FREE) for k, v in zip(keys, (8, 9, 17), strict=True)
    )
    return PublishedTable(
        name=f"petitions {month}",
        subject=Subject(population="register", where=(("period", (month,)),), period="period"),
        table=ProtectedTable(dimensions=(dimension,), cells=tuple(cells)),
        rules=PublicRules(threshold=5),
    )


def publish(
    folder: Path, month: str, files: tuple[OutputFile, ...], hook: Callable[[str], None] = lambda _: None
) -> None:
    """Publish a month's files in the folder."""
    publish_files(
        folder / "out",
        files,
        ledger=Ledger.open(folder / "ledger"),
        published=table(month),
        mark=MARK,
        hook=hook,
    )


def die() -> None:
    """As by the out-of-memory killer: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def run_until(folder: Path, step: str) -> None:
    """Publish and be killed after the step."""
    if step in TORN:
        write = os.pwrite

        def torn(descriptor: int, line: bytes, place: int) -> int:
            written = {TORN[0]: 1, TORN[1]: len(line) // 2, TORN[2]: len(line) - 1}[step]
            write(descriptor, bytes(line[:written]), place)
            die()
            return 0

        os.pwrite = torn
    publish(folder, "2568-02", NEW, lambda name: die() if name == step else None)


def main(root: Path, steps: list[str]) -> None:
    """One child for each step; says which were killed."""
    for number, step in enumerate(steps):
        child = os.fork()
        if not child:
            run_until(root / str(number), step)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(number, os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

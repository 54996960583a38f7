"""Sorting on disk is sorting."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.tables import sorting
from govlink.tables.sorting import Sorter


@pytest.mark.parametrize("most_runs", [2, 3, 100])
@given(batches=st.lists(st.lists(st.binary(max_size=6).map(lambda b: b.replace(b"\n", b"")))))
def test_lines_come_in_order(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[bytes]], most_runs: int
) -> None:
    """Over many small runs, merged in between, no line is lost and the files are gone afterwards."""
    folder = tmp_path_factory.mktemp("sorter")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_RUN_BYTES", 8)
        patch.setattr(sorting, "_MOST_RUNS", most_runs)
        sorter = Sorter(folder)
        lines = [[line + b"\n" for line in batch] for batch in batches]
        for batch in lines:
            sorter.add(batch)
        assert list(sorter.lines()) == sorted(line for batch in lines for line in batch)
        assert sorter.count == sum(map(len, lines))
    assert list(folder.iterdir()) == []


def test_few_lines_touch_no_disk(tmp_path: Path) -> None:
    """Small tables need no run at all."""
    sorter = Sorter(tmp_path)
    sorter.add([b"b\n", b"a\n"])
    assert list(tmp_path.iterdir()) == []
    assert list(sorter.lines()) == [b"a\n", b"b\n"]

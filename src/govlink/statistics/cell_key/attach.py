"""Give every cell of a counted table its key, totals and the wholes of hierarchies included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...errors import Fault, RejectedError
from ..tabulate import RawTable
from .keys import KeyedCells, RecordKeys, keyed_cells
from .noise import KEY_SPACE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..policy import Collapse
    from ..records import Records

__all__ = ["keys_add_up", "with_cell_keys"]

NOT_A_COUNT = Fault(
    "statistics.cell_key_no_count",
    en="cell keys are for counts of records, not for sums of a column",
    th="กุญแจของช่องใช้กับการนับจำนวนระเบียนเท่านั้น ใช้กับผลรวมของคอลัมน์ไม่ได้",
)
OTHER_RECORDS = Fault(
    "statistics.cell_key_other_records",
    en="the table does not count these records, or counts them by other codes",
    th="ตารางนี้ไม่ได้นับจากระเบียนชุดนี้ หรือนับด้วยรหัสอื่น",
)


def with_cell_keys(
    raw: RawTable,
    records: Records,
    *,
    keys: RecordKeys,
    identifier: str,
    collapse: tuple[Collapse, ...] = (),
) -> RawTable:
    """The same table with the key of every cell.

    A cell's key is the sum of its records' keys. So it depends on who is counted there and on nothing else:
    not on the other cells, columns and categories of the table, their order, or when it was counted.

    Args:
        raw: What was counted.
        records: What it was counted from, once more; they are asked twice here.
        keys: Makes the records' keys.
        identifier: The column that tells records apart and stays the same for ever, as a case number does.
        collapse: Which codes were counted together, as for ``tabulate``.

    Raises:
        RejectedError: the table holds sums, or does not count these records; or they cannot be keyed, as
            ``keyed_cells`` says. No value and no count is shown.
    """
    import numpy as np

    if raw.contributions is not None:
        raise RejectedError(NOT_A_COUNT)
    ids = tuple(dimension.id for dimension in raw.dimensions)
    keyed = keyed_cells(records, dimensions=ids, record_id=identifier, keys=keys)
    cell_keys, counts = _placed(raw, keyed, collapse)
    for values, modulus in ((cell_keys, KEY_SPACE), (counts, None)):
        _add_up(values, raw, modulus)
    if counts.reshape(-1).tolist() != list(raw.counts):
        raise RejectedError(OTHER_RECORDS)
    flat = tuple(cell_keys.astype(np.int64).reshape(-1).tolist())
    return replace(raw, cell_keys=flat, cell_key_id=keyed.key_id)


def _placed(
    raw: RawTable, keyed: KeyedCells, collapse: tuple[Collapse, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys and counts of the finest cells, everything else 0."""
    import numpy as np

    into: dict[str, Mapping[str, str]] = {one.dimension: dict(one.into) for one in collapse}
    merges = [into.get(dimension.id, {}) for dimension in raw.dimensions]
    places = [{code: i for i, code in enumerate(codes)} for codes in raw.categories]
    shape = tuple(size + 1 for size in raw.sizes())
    cell_keys, counts = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for codes, count in keyed.counts.items():
        merged = [merge.get(code, code) for merge, code in zip(merges, codes, strict=True)]
        try:
            cell = tuple(place[code] for place, code in zip(places, merged, strict=True))
        except KeyError:
            raise RejectedError(OTHER_RECORDS) from None
        counts[cell] += count
        cell_keys[cell] = (cell_keys[cell] + keyed.keys[codes]) % KEY_SPACE
    return cell_keys, counts


def _add_up(values: NDArray[np.int64], raw: RawTable, modulus: int | None) -> None:
    import numpy as np

    for axis, tree in enumerate(raw.trees()):
        along = np.moveaxis(values, axis, 0)
        for equation in tree:
            along[equation.total] = along[list(equation.parts)].sum(0)
            if modulus is not None:
                along[equation.total] %= modulus


def keys_add_up(raw: RawTable, cell_keys: Sequence[int]) -> bool:
    """Whether there is a key for each cell, and wholes have the sum of their parts'."""
    import numpy as np

    if len(cell_keys) != len(raw.counts) or not all(0 <= key < KEY_SPACE for key in cell_keys):
        return False
    given = np.array(cell_keys, dtype=np.int64).reshape(tuple(size + 1 for size in raw.sizes()))
    summed = given.copy()
    _add_up(summed, raw, KEY_SPACE)
    return bool((summed == given).all())

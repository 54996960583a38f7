"""A frequency table protected by pytauargus; it runs in an environment of its own.

The table goes in as τ-ARGUS reads tables: a line for each cell that is not empty, with its status, how far
it must be able to rise, and what hiding it costs. Seconds are those of the suppression alone, without the
start of the process and the reading of the table.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import TypedDict

from pytauargus.batch import Suppress, parse_batch  # type: ignore[import-not-found]  # is in the other environment
from pytauargus.engine import Engine  # type: ignore[import-not-found]  # is in the other environment

SECONDARY = (11, 12)
TOTAL = "TOTAL"
META = (
    "value\n  <NUMERIC>\n  <DECIMALS> 0\nstatus\n  <STATUS>\nlower\n  <NUMERIC> <LOWERPL>\n"
    "upper\n  <NUMERIC> <UPPERPL>\ncost\n  <NUMERIC> <COSTVAR>\n  <DECIMALS> 3\nfrequency\n  <FREQUENCY>\n"
)


class Told(TypedDict):
    """A cross-tabulation in canonical order, totals last, and how to protect it.

    ``parents`` has, for each dimension, the number of the code that each code is part of, -1 for the total
    itself. ``rise`` is how far each cell must be able to rise, 0 for those that are safe.
    """

    parents: list[list[int]]
    counts: list[int]
    rise: list[int]
    costs: list[int]
    method: str
    minutes: int


def main(told: Told) -> dict[str, object]:
    """Protect it, and tell which cells were hidden for others and how long that took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(told, folder)
        engine = Engine()
        seconds = 0.0
        for command in parse_batch(folder / "table.arb"):
            started = time.perf_counter()
            engine._execute(command)  # the public runner does not tell what each command took
            if isinstance(command, Suppress):
                seconds = time.perf_counter() - started
        return {"seconds": seconds, "hidden": _hidden(engine, told), "version": engine.version}


def _write(told: Told, folder: Path) -> None:
    names = [f"d{axis}" for axis in range(len(told["parents"]))]
    lines = []
    for number, codes in enumerate(product(*(range(len(p)) for p in told["parents"]))):
        count, rise = told["counts"][number], told["rise"][number]
        if count:
            shown = [_code(p, code) for p, code in zip(told["parents"], codes, strict=True)]
            cost = f"{told['costs'][number] / 1000:.3f}"
            status = "U" if rise else "S"
            lines.append(";".join([*shown, str(count), status, "0", str(rise), cost, str(count)]))
    (folder / "table.tab").write_text("\n".join(lines) + "\n")
    meta = '<SEPARATOR> ";"\n<SAFE> S\n<UNSAFE> U\n<PROTECT> P\n'
    for name, parents in zip(names, told["parents"], strict=True):
        meta += f'{name}\n  <RECODEABLE>\n  <TOTCODE> "{TOTAL}"\n'
        if any(p >= 0 and parents[p] >= 0 for p in parents):
            (folder / f"{name}.hrc").write_text("\n".join(_below(parents, parents.index(-1), "")) + "\n")
            meta += f'  <HIERARCHICAL>\n  <HIERCODELIST> "{folder / name}.hrc"\n  <HIERLEADSTRING> "@"\n'
    (folder / "table.rda").write_text(meta + META)
    shown_names = "".join(f'"{name}"' for name in names)
    (folder / "table.arb").write_text(
        f'<OPENTABLEDATA> "{folder}/table.tab"\n<OPENMETADATA> "{folder}/table.rda"\n'
        f'<SPECIFYTABLE> {shown_names}|"value"||"cost"\n<SAFETYRULE>\n<READTABLE> 1\n'
        f"<SUPPRESS> {told['method']}(1,{told['minutes']})\n"
    )


def _code(parents: list[int], code: int) -> str:
    return TOTAL if parents[code] < 0 else f"c{code:04d}"


def _below(parents: list[int], code: int, lead: str) -> list[str]:
    lines = []
    for part in (i for i, p in enumerate(parents) if p == code):
        lines += [f"{lead}{_code(parents, part)}", *_below(parents, part, lead + "@")]
    return lines


def _hidden(engine: Engine, told: Told) -> list[int]:
    """Its own numbers of codes are read off its labels; the total has none."""
    tau = engine._tau
    places = []
    for axis, parents in enumerate(told["parents"]):
        own = {tau.get_var_code(axis, n)[2]: n for n in range(tau.get_var_number_of_codes(axis)[0])}
        shown = ["" if parents[code] < 0 else _code(parents, code) for code in range(len(parents))]
        places.append([own.get(label) for label in shown])
    found = []
    for number, spot in enumerate(product(*places)):
        if None not in spot and told["counts"][number]:
            cell = tau.get_table_cell(0, list(spot), 0)
            if round(cell[1]) != told["counts"][number]:
                raise ValueError("the table was read otherwise than it was written")
            if cell[10] in SECONDARY:
                found.append(number)
    return found


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)

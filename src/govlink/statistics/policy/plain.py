"""A policy's values as a file says them, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any, Final

from ..published import GroupRule
from .parts import ClosedPeriods, Collapse, ColumnNames, MagnitudeRule, NoiseRule, WorkBudget

__all__ = ["digest_of", "plain_of", "values_of"]


class _Wrong:
    """Stands for a value of another type than the field's; no check lets it through."""


WRONG: Final = _Wrong()
_PARTS: Mapping[str, type[GroupRule | MagnitudeRule | NoiseRule | WorkBudget | ClosedPeriods]] = {
    "group": GroupRule,
    "magnitude": MagnitudeRule,
    "noise": NoiseRule,
    "budget": WorkBudget,
    "period": ClosedPeriods,
}


def plain_of(values: Mapping[str, object]) -> dict[str, object]:
    """What the file would say, defaults of parts left out; nothing is checked."""
    return {name: _TO_PLAIN.get(name, _same)(value) for name, value in values.items()}


def values_of(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a policy from plain data that were checked; what has no order is sorted."""
    values = dict(plain)
    for name, kind in _PARTS.items():
        if name in values:
            values[name] = kind(**values[name])
    if "noise" in plain:
        given = plain["noise"]
        values["noise"] = NoiseRule(**(given | {"variance": Decimal(given["variance"])}))
    if "collapse" in plain:
        named = sorted(plain["collapse"].items())
        values["collapse"] = tuple(Collapse(dimension=name, into=_sorted(into)) for name, into in named)
    if "hierarchies" in plain:
        said = sorted(plain["hierarchies"].items())
        values["hierarchies"] = tuple((n, v if isinstance(v, str) else _sorted(v)) for n, v in said)
    if "structural_zeros" in plain:
        values["structural_zeros"] = tuple(sorted(map(_sorted, plain["structural_zeros"])))
    if "columns" in plain:
        lists = {kind: tuple(sorted(map(_names, given))) for kind, given in plain["columns"].items()}
        values["columns"] = ColumnNames(**lists)
    if "personal_dimensions" in plain:
        values["personal_dimensions"] = tuple(sorted(plain["personal_dimensions"]))
    return values


def digest_of(plain: Mapping[str, Any]) -> str:
    """SHA-256 over canonical JSON, in hexadecimal.

    Args:
        plain: What the policy says, checked, without what is left at its default: saying a default
            changes no meaning.
    """
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _sorted(table: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(table.items()))


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(given))


def _same(value: object) -> object:
    return value


def _part(kind: type[Any]) -> Callable[[object], object]:
    def to_plain(value: object) -> object:
        if not isinstance(value, kind):
            return WRONG
        said = {f.name: getattr(value, f.name) for f in fields(kind)}
        plain = {f.name: said[f.name] for f in fields(kind) if _differs(said[f.name], f.default)}
        if "variance" in plain:
            plain["variance"] = str(value.variance) if isinstance(value.variance, Decimal) else WRONG
        return plain

    return to_plain


def _differs(value: object, default: object) -> bool:
    return type(value) is not type(default) or value != default


def _table(value: object) -> object:
    """Pairs as a table; one key twice, or anything but pairs, is wrong."""
    if not isinstance(value, tuple) or not all(isinstance(p, tuple) and len(p) == 2 for p in value):
        return WRONG
    try:
        table = dict(value)
    except TypeError:
        return WRONG
    return table if len(table) == len(value) else WRONG


def _tables(value: object) -> object:
    return [_table(entry) for entry in value] if isinstance(value, tuple) else WRONG


def _list(value: object) -> object:
    return list(value) if isinstance(value, tuple) else WRONG


def _column_names(value: object) -> object:
    if not isinstance(value, ColumnNames):
        return WRONG
    said = {"same": value.same, "apart": value.apart}
    return {kind: _lists(lists) for kind, lists in said.items() if lists != ()}


def _lists(value: object) -> object:
    return [_list(entry) for entry in value] if isinstance(value, tuple) else WRONG


def _collapses(value: object) -> object:
    if not isinstance(value, tuple) or not all(isinstance(entry, Collapse) for entry in value):
        return WRONG
    return _table(tuple((entry.dimension, _table(entry.into)) for entry in value))


def _hierarchies(value: object) -> object:
    table = _table(value)
    if not isinstance(table, dict):
        return WRONG
    return {name: said if isinstance(said, str) else _table(said) for name, said in table.items()}


_TO_PLAIN: Mapping[str, Callable[[object], object]] = {
    **{name: _part(kind) for name, kind in _PARTS.items()},
    "collapse": _collapses,
    "columns": _column_names,
    "hierarchies": _hierarchies,
    "structural_zeros": _tables,
    "personal_dimensions": _list,
}

"""How ``package_revise`` reads a dataset: what must match, what is removed, what is put where.

A place in the dataset is named by keys joined with ``__``: a field, a position in a list (negative ones
count from the end), or the first five or more characters of the ``id`` of a thing in a list. Lists are
merged position by position, objects key by key; a list is never shortened but by a filter. (documented,
and tried on CKAN 2.11 and 2.12)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["Misfit", "differences", "merge", "put", "strip", "value_at"]

_ID_PREFIX = 5

Path = tuple[str | int, ...]


class Misfit(Exception):
    """A place that is not there, or holds something of another shape."""


def _joined(path: Sequence[object]) -> str:
    return "__".join(str(part) for part in path)


def _position(items: list[object], key: str) -> int | None:
    if len(key) >= _ID_PREFIX:
        ids = [str(item.get("id", "")) if isinstance(item, dict) else "" for item in items]
        return next((n for n, own in enumerate(ids) if own.startswith(key)), None)
    try:
        index = int(key)
    except ValueError:
        return None
    return index if -len(items) <= index < len(items) else None


def value_at(data: object, keys: Sequence[str]) -> tuple[object, Path]:
    """What stands at a place, and the place in exact keys.

    Raises:
        Misfit: there is no such place.
    """
    path: Path = ()
    for key in keys:
        index = _position(data, key) if isinstance(data, list) else None
        if isinstance(data, list) and index is not None:
            data, path = data[index], (*path, index)
        elif isinstance(data, dict) and key in data:
            data, path = data[key], (*path, key)
        else:
            raise Misfit(f"Unmatched key {_joined((*path, key))}")
    return data, path


def differences(stored: object, wanted: object, path: Path = ()) -> Iterator[str]:
    """The places at which the stored dataset is not as it must be."""
    if isinstance(wanted, dict):
        if not isinstance(stored, dict):
            yield _joined(path)
            return
        for key, value in sorted(wanted.items()):
            if key in stored:
                yield from differences(stored[key], value, (*path, key))
            else:
                yield _joined((*path, key))
    elif isinstance(wanted, list):
        if not isinstance(stored, list):
            yield _joined(path)
            return
        for index, value in enumerate(wanted):
            if index < len(stored):
                yield from differences(stored[index], value, (*path, index))
            else:
                yield _joined((*path, index))
    elif stored != wanted:
        yield _joined(path)


def merge(stored: object, update: object, path: Path = ()) -> object:
    """The stored value with an update merged into it, in place where it is a list or an object.

    Raises:
        Misfit: the shapes differ.
    """
    if isinstance(stored, dict):
        if not isinstance(update, dict):
            raise Misfit(f"Expected dict for {_joined(path)}")
        for key, value in update.items():
            stored[key] = merge(stored[key], value, (*path, key)) if key in stored else value
        return stored
    if isinstance(stored, list):
        if not isinstance(update, list):
            raise Misfit(f"Expected list for {_joined(path)}")
        for index, value in enumerate(update):
            if index < len(stored):
                stored[index] = merge(stored[index], value, (*path, index))
            else:
                stored.append(value)
        return stored
    return update


def put(data: dict[str, object], place: str, value: object) -> None:
    """Merge a value into the dataset at a place, or append a list to the one at ``<place>__extend``.

    Raises:
        Misfit: there is no such place, or it has another shape.
    """
    *parents, last = place.split("__")
    home, path = value_at(data, parents)
    if isinstance(home, dict):
        merge(home, {last: value}, path)
    elif not isinstance(home, list):
        raise Misfit(f"Expected list or dict for {_joined(parents)}")
    elif last == "extend":
        if not isinstance(value, list):
            raise Misfit(f"Expected list for {_joined(parents)}")
        home.extend(value)
    else:
        old, (index,) = value_at(home, [last])
        home[int(index)] = merge(old, value, (*path, index))


def strip(data: object, patterns: Sequence[str]) -> None:
    """Remove what ``-<place>`` names unless an earlier ``+<place>`` keeps it; ``*`` stands for all keys."""
    _strip(data, [(p.startswith("+"), p.lstrip("-+").split("__")) for p in patterns])


def _strip(data: object, globs: Sequence[tuple[bool, list[str]]]) -> None:
    if not isinstance(data, dict | list):
        return
    kept: set[str | int] = set()
    removed: set[str | int] = set()
    deeper: dict[str | int, list[tuple[bool, list[str]]]] = {}
    for keeps, (head, *rest) in globs:
        named = _named(data, head)
        if rest and head != "*":
            for place in named:
                deeper.setdefault(place, []).append((keeps, rest))
        elif keeps:
            kept.update(place for place in named if place not in removed)
        else:
            removed.update(place for place in named if place not in kept)
    for place, below in deeper.items():
        _strip(_child(data, place), below)
    if isinstance(data, dict):
        for place in removed:
            del data[place]
    else:
        data[:] = [item for place, item in enumerate(data) if place not in removed]


def _named(data: dict[str, object] | list[object], head: str) -> list[str | int]:
    """The places right below that a part of a pattern means."""
    if head == "*":
        return list(data) if isinstance(data, dict) else list(range(len(data)))
    if isinstance(data, dict):
        return [head] if head in data else []
    index = _position(data, head)
    return [] if index is None or index < 0 else [index]  # positions from the end mean none (tried)


def _child(data: dict[str, object] | list[object], place: str | int) -> object:
    return data[int(place)] if isinstance(data, list) else data[str(place)]

"""The texts inside a value, however deep: for finding planted ones, and those that must not be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

__all__ = ["hidden", "leaves"]


def leaves(value: object) -> Iterator[str]:
    """Every text in mappings (keys too), sequences, sets and dataclasses; bytes as UTF-8 if they are."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(key)
            yield from leaves(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from leaves(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from leaves(getattr(value, field.name))


def hidden(value: object) -> Iterator[str]:
    """The texts that a value's own types keep out of ``repr``: secrets and personal data."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from hidden(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from hidden(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            part = getattr(value, field.name)
            yield from hidden(part) if field.repr else _values(part)


def _values(value: object) -> Iterator[str]:
    """Texts, without the names of a mapping's members, and without files."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    yield from (text for text in leaves(value) if not isinstance(value, bytes))

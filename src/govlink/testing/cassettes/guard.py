"""The last look at a cassette, before it is written and whenever it is read.

The allow-list should have left nothing; this looks for it all the same, by value and by shape, because
an allow-list is written by people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ...errors import Fault, Problem
from ...redaction import redacted_text
from .allow_list import AllowList, credential_kind, split_scheme
from .errors import CREDENTIAL_LEFT, LOCAL_HOST, REAL_PERSON, SECRET_LEFT, TOKEN_SHAPE
from .placeholders import PLACEHOLDER, is_placeholder
from .shapes import inner_text, is_local, is_token_shaped, real_people, variants

__all__ = ["findings"]

_HARMLESS = AllowList().literals


def findings(
    content: Mapping[str, object], *, secrets: Iterable[str] = (), wire_secrets: Iterable[str] = ()
) -> tuple[Problem, ...]:
    """What may not stay, by JSON pointer.

    ``secrets`` are looked for everywhere; ``wire_secrets`` in the interactions alone, because the call
    that is kept beside them may rightly name an officer whose number is an AgentID on the wire.
    """
    everywhere = frozenset(v for secret in secrets for v in variants(secret))
    on_the_wire = everywhere | {v for secret in wire_secrets for v in variants(secret)}
    problems: list[Problem] = []
    for pointer, name, text in _texts(content):
        known = on_the_wire if pointer.startswith("/interactions/") else everywhere
        faults = _faults(name, text, known=known)
        problems += [Problem(pointer=redacted_text(pointer), fault=fault) for fault in faults]
    return tuple(problems)


def _texts(value: object, pointer: str = "", name: str = "") -> Iterator[tuple[str, str, str]]:
    """Every scalar and every member's name as text, with its pointer and its member's name."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield pointer + "/", "", str(key)
            yield from _texts(part, f"{pointer}/{key}", str(key))
    elif isinstance(value, list | tuple):
        for i, part in enumerate(value):
            yield from _texts(part, f"{pointer}/{i}", name)
    elif value is not None and not isinstance(value, bool):
        yield pointer, name, str(value)


def _faults(name: str, text: str, *, known: frozenset[str]) -> Iterator[Fault]:
    inside = inner_text(text)
    if any(secret in text or secret in inside for secret in known):
        yield SECRET_LEFT
    if credential_kind(name) and text not in _HARMLESS and not is_placeholder(split_scheme(text)[1]):
        yield CREDENTIAL_LEFT
    bare = PLACEHOLDER.sub("", text)
    if is_token_shaped(bare):
        yield TOKEN_SHAPE
    if any(real_people(bare)) or any(real_people(inside)):
        yield REAL_PERSON
    if is_local(bare):
        yield LOCAL_HOST

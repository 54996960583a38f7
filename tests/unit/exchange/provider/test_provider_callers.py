"""Who calls: keys in headers, compared as hashes; what the allow-list refuses to hold."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from govlink.errors import ConfigError
from govlink.exchange.provider import Arrival, Caller, HashedKey, HeaderCallers, KeyedCaller, new_key
from govlink.flow import Context

from .serving import entry, key_of

CONTEXT = Context.system()


def identify(callers: HeaderCallers, *headers: tuple[str, str]) -> str | None:
    """The id of the caller that these headers show."""
    caller = asyncio.run(callers.identify(Arrival(headers=headers)))
    return caller.id if caller else None


def test_each_key_shows_its_caller() -> None:
    """First, middle and last of the list; nobody for another key."""
    ids = ("first", "second", "third")
    callers = HeaderCallers(key_header="Consumer-Key", entries=[entry(i) for i in ids])
    assert [identify(callers, ("consumer-key", key_of(i))) for i in ids] == list(ids)
    for wrong in ("", "x", key_of("fourth"), key_of("first")[:-1], f"{key_of('first')} ", "\udc80"):
        assert identify(callers, ("consumer-key", wrong)) is None
    assert identify(callers) is None
    assert identify(callers, ("token", key_of("first"))) is None


def test_a_key_sent_twice_shows_nothing() -> None:
    """A proxy and a server may each read another of the two."""
    callers = HeaderCallers(key_header="Consumer-Key", entries=[entry("first")])
    key = ("consumer-key", key_of("first"))
    assert identify(callers, key, key) is None


def test_a_token_is_needed_where_one_is_asked_for() -> None:
    """Both secrets, and both of the same caller."""

    def with_token(name: str) -> KeyedCaller:
        plain = entry(name)
        token = HashedKey.of(key_of(f"{name} token"), context=CONTEXT)
        return KeyedCaller(caller=plain.caller, keys=plain.keys, tokens=(token,))

    callers = HeaderCallers(
        key_header="Consumer-Key", token_header="Token", entries=[with_token("first"), with_token("second")]
    )
    key, token = ("consumer-key", key_of("first")), ("token", key_of("first token"))
    assert identify(callers, key, token) == "first"
    assert identify(callers, key) is None
    assert identify(callers, token) is None
    assert identify(callers, key, ("token", key_of("second token"))) is None
    assert callers.headers == ("Consumer-Key", "Token")


def test_two_keys_overlap_while_one_is_replaced() -> None:
    """Either is taken until the old one is removed."""
    old, new = (HashedKey.of(key_of(name), context=CONTEXT) for name in ("old", "new"))
    both = KeyedCaller(caller=entry("school").caller, keys=(old, new))
    callers = HeaderCallers(key_header="K", entries=[both])
    assert [identify(callers, ("k", key_of(name))) for name in ("old", "new", "other")] == [
        "school",
        "school",
        None,
    ]


def test_a_key_is_kept_as_a_salted_hash_only() -> None:
    """Neither the key nor its hash shows; the same key has another hash each time; short ones are refused."""
    key = new_key(CONTEXT)
    kept = HashedKey.of(key, context=CONTEXT)
    assert kept.matches(key)
    assert key.encode() not in (kept.salt, kept.digest)
    assert repr(kept) == "HashedKey()"
    assert kept.digest != HashedKey.of(key, context=Context.system()).digest
    assert new_key(Context.system()) != new_key(Context.system())
    with pytest.raises(ConfigError, match="provider_key_weak"):
        HashedKey.of(key[:31], context=CONTEXT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"entries": [entry("one"), entry("one")]},
        {"entries": [KeyedCaller(caller=entry("one").caller, keys=())]},
        {"entries": [entry("one")], "token_header": "Token"},
        {"entries": [], "key_header": "Consumer Key"},
        {"entries": [], "key_header": "Token", "token_header": "token"},
    ],
)
def test_a_wrong_list_is_refused(wrong: dict[str, Any]) -> None:
    """A list that could let the wrong one in, or nobody ever, does not start."""
    with pytest.raises(ConfigError):
        HeaderCallers(**{"key_header": "Consumer-Key", **wrong})


@pytest.mark.parametrize("wrong", [{"id": ""}, {"id": "Name Of School"}, {"calls_per_minute": 0}])
def test_a_wrong_caller_is_refused(wrong: dict[str, Any]) -> None:
    """An id stands in every log line; no calls at all is no right."""
    rights: dict[str, Any] = {
        "id": "school",
        "name": "x",
        "services": frozenset(),
        "purposes": frozenset(),
        "calls_per_minute": 1,
    }
    with pytest.raises(ConfigError, match="provider_caller_invalid"):
        Caller(**rights | wrong)

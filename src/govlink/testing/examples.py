"""What an adapter brings to the conformance kit: examples of its verbs, and texts to plant in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..errors import GovlinkError, NotFoundError
from ..flow import Effect, Request
from ..interfaces import AnyAdapter
from ..models.dates import PartialDate
from ..sandbox.people import SyntheticPerson
from ..sandbox.server import RunningSandbox
from ..transport import open_transport
from ..wire import JSON_TYPE, parse_json, raise_for_status

__all__ = [
    "EXAMPLE_OFFICER",
    "EXAMPLE_PERSON",
    "THAI_TEXT",
    "Example",
    "Subject",
    "ask_sandbox",
    "tell_sandbox",
]

THAI_TEXT = "น้ำใจ\u200bของผู้ใหญ่ ๒๕๖๗"
"""Thai that careless handling changes: SARA AM (split by NFKC), a zero-width space between words,
vowels and tone marks above one another, Thai digits. Put it where a verb takes free text."""

EXAMPLE_PERSON = SyntheticPerson(
    citizen_id="1989900000013",
    title="นางสาว",
    first_name="ปิ่นมณี",
    last_name="ณ ตัวอย่างน้ำผึ้ง",
    birth_date=PartialDate(year=1995, month=4, day=13),
    laser_code="ZZ0123456789",
    mobile="0999999901",
    email="pinmanee@person.invalid",
)
"""A person who does not exist, for examples that need one. Nothing of hers may be shown anywhere."""

EXAMPLE_OFFICER = "3979900000010"
"""The citizen number of an officer who does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One call of one verb that succeeds against the adapter's own simulator.

    ``arguments`` are the verb's, all but ``context``. ``prepare`` is called just before the call; it
    loads state into the running sandbox, whose ``world`` and ``url`` it finds there, and what it
    returns is added to the arguments. Examples run in their order against one sandbox, once for each
    driver, so ``prepare`` must give equal state each time.

    ``private`` are personal values in the arguments or the answer that must not be shown anywhere.
    Known without it are citizen numbers, what the arguments' own types keep out of ``repr``, and the
    sandbox's people. ``carries`` are texts of the arguments that must go over the wire unchanged,
    ``returns`` texts of the answer that the result must hold unchanged. ``missing`` is what a bare
    HTTP 404 to the last request means: None where that is an answer like any other.
    """

    capability: str
    verb: str
    arguments: Mapping[str, object] = field(default_factory=dict, repr=False)
    prepare: Callable[[RunningSandbox], Mapping[str, object]] | None = field(default=None, repr=False)
    private: tuple[str, ...] = field(default=(), repr=False)
    carries: tuple[str, ...] = field(default=(), repr=False)
    returns: tuple[str, ...] = field(default=(), repr=False)
    missing: type[GovlinkError] | None = NotFoundError

    @property
    def name(self) -> str:
        """How findings name it."""
        return f"{self.capability}.{self.verb}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An adapter under test.

    ``settings`` are those its simulator needs beside the sandbox's own. ``refusals`` are the
    platform's own bodies of 401, 403, 404 and 429, for an adapter that does not believe a bare status:
    without one the body is an empty object.
    """

    adapter: AnyAdapter
    examples: tuple[Example, ...]
    settings: Mapping[str, object] = field(default_factory=dict, repr=False)
    refusals: Mapping[int, Mapping[str, object]] = field(default_factory=dict)


def tell_sandbox(sandbox: RunningSandbox, path: str, content: object) -> object:
    """POST ``content`` as JSON to a control route of a simulator; returns the answer's JSON.

    For ``Example.prepare``: control routes load state and are no part of any platform. ``path``
    begins with the platform's name (``/gdx/_sandbox/people``).
    """
    body = json.dumps(content, ensure_ascii=False).encode()
    return _control(sandbox, path, method="POST", body=body)


def ask_sandbox(sandbox: RunningSandbox, path: str) -> object:
    """GET a control route of a simulator, as ``tell_sandbox`` does; returns the answer's JSON."""
    return _control(sandbox, path, method="GET", body=None)


def _control(sandbox: RunningSandbox, path: str, *, method: str, body: bytes | None) -> object:
    transport = open_transport()
    try:
        response = transport.send(
            Request(
                method=method,
                url=sandbox.url + path,
                operation="sandbox.control",
                effect=Effect.READ if body is None else Effect.WRITE,
                headers=(JSON_TYPE,),
                body=body,
            )
        )
    finally:
        transport.close()
    raise_for_status(response, platform="sandbox", operation="sandbox.control")
    return parse_json(response, platform="sandbox", operation="sandbox.control")

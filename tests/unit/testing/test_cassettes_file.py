"""The file: what the persister takes, what it refuses, and that nothing personal or secret gets by it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.models.identity import check_digit
from govlink.models.text import to_thai_digits
from govlink.testing.cassettes import (
    BodyKind,
    Cassette,
    CassetteError,
    Interaction,
    Origin,
    OriginKind,
    StoredBody,
    StoredRequest,
    StoredResponse,
    cassette_files,
    read_cassette,
    write_cassette,
)
from govlink.testing.cassettes.allow_list import credential_kind
from govlink.testing.cassettes.placeholders import PLACEHOLDER, Placeholders

from .cassette_server import PERSON, REAL, SECRET, TOKEN

SPEC = Origin(kind=OriginKind.SPEC, document="a manual", clause="p. 18")
JWT = "ey" + "JhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln"


def cassette(
    answer: object = None, *, query: tuple[tuple[str, str], ...] = (), expected: str = ""
) -> Cassette:
    """A cassette of one exchange."""
    return Cassette(
        origin=SPEC,
        interactions=(
            Interaction(
                request=StoredRequest(method="GET", host="{{host:1}}", path="/ws/x", query=query),
                response=StoredResponse(status=200, body=StoredBody(kind=BodyKind.JSON, content=answer)),
            ),
        ),
        expected={"value": expected} if expected else {},
    )


def test_written_and_read(tmp_path: Path) -> None:
    """A cassette comes back equal, in real Thai, one member a line."""
    path = tmp_path / "gdx" / "op" / "yes.json"
    made = cassette({"Result": True, "text": "สมหญิง"}, query=(("CitizenID", PERSON), ("CitizenID", "x")))
    write_cassette(path, made)
    assert read_cassette(path) == made
    assert '"text": "สมหญิง"' in path.read_text("utf-8")
    assert list(cassette_files(tmp_path)) == [path]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"x": TOKEN}, "cassette.token_shape"),
        ({"x": f"before {TOKEN.upper()} after"}, "cassette.token_shape"),
        ({"x": JWT}, "cassette.token_shape"),
        ({"x": "Bearer abcdefghijklmnop"}, "cassette.token_shape"),
        ({"Token": "abc"}, "cassette.credential_left"),
        ({"consumer_secret": "abc"}, "cassette.credential_left"),
        ({"x": REAL}, "cassette.real_person"),
        ({"x": int(REAL)}, "cassette.real_person"),
        ({REAL: 1}, "cassette.real_person"),
        ({"x": f"เลข{to_thai_digits(REAL)}ครับ"}, "cassette.real_person"),
        ({"x": f"{REAL[0]}-{REAL[1:5]}-{REAL[5:10]}-{REAL[10:12]}-{REAL[12]}"}, "cassette.real_person"),
        ({"x": base64.b64encode(f"no {REAL}".encode()).decode()}, "cassette.real_person"),
        ({"x": "http://127.0.0.1:8123/a"}, "cassette.local_host"),
        ({"x": ["localhost:1"]}, "cassette.local_host"),
        ({"x": f"a{SECRET}b"}, "cassette.secret_left"),
        ({"x": base64.b64encode(f"key={SECRET}".encode()).decode()}, "cassette.secret_left"),
        ({"x": base64.b64encode(SECRET.encode()).decode()}, "cassette.secret_left"),
    ],
)
def test_refused_and_nothing_written(answer: object, code: str, tmp_path: Path) -> None:
    """Each thing that may not be left, wherever and however it is written."""
    path = tmp_path / "op" / "case.json"
    with pytest.raises(CassetteError) as caught:
        write_cassette(path, cassette(answer), secrets=(SECRET,))
    assert caught.value.code == "cassette.refused"
    assert code in {problem.fault.code for problem in caught.value.problems}
    for text in (caught.value.explain("en"), caught.value.explain("th"), str(tmp_path)):
        assert not any(value in text for value in (REAL, TOKEN, SECRET, JWT))
    assert not path.parent.exists()


def test_what_was_secret_on_the_wire_is_looked_for_there(tmp_path: Path) -> None:
    """An officer's number that was an AgentID may stand in the call, and not in an exchange."""
    path = tmp_path / "c.json"
    write_cassette(path, cassette({"x": 1}, expected=PERSON), wire_secrets=(PERSON,))
    with pytest.raises(CassetteError) as caught:
        write_cassette(path, cassette({"x": PERSON}), wire_secrets=(PERSON,))
    assert [problem.fault.code for problem in caught.value.problems] == ["cassette.secret_left"]


@pytest.mark.parametrize(
    "answer",
    [
        {"x": PERSON, "y": "1234567890123", "ID": "{{uuid:1}}", "Token": "{{token:1}}"},
        {"AgentID": "0" * 13, "Hashes": "D41D8CD98F00B204E9800998ECF8427E", "host": "{{host:1}}"},
    ],
)
def test_harmless_things_are_taken(answer: object, tmp_path: Path) -> None:
    """Synthetic people, numbers that are nobody's, digests, placeholders, the protocol's own zeros."""
    write_cassette(tmp_path / "c.json", cassette(answer), secrets=(SECRET,))


def test_the_reader_refuses_what_was_edited_by_hand(tmp_path: Path) -> None:
    """A file that somebody changed is looked at again when it is read."""
    path = tmp_path / "c.json"
    write_cassette(path, cassette({"x": PERSON}))
    path.write_text(path.read_text("utf-8").replace(PERSON, REAL), "utf-8")
    with pytest.raises(CassetteError) as caught:
        read_cassette(path)
    assert [problem.fault.code for problem in caught.value.problems] == ["cassette.real_person"]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("origin"),
        lambda content: content.update(more=1),
        lambda content: content.update(govlink_cassette=2),
        lambda content: content.update(interactions={}),
        lambda content: content["origin"].update(kind="heard"),
        lambda content: content["origin"].pop("clause"),
        lambda content: content["interactions"][0]["request"].pop("host"),
        lambda content: content["interactions"][0]["response"].update(status="200"),
        lambda content: content["interactions"][0]["response"].update(body={"json": 1, "text": ""}),
        lambda content: content["interactions"][0]["request"].update(query={"a": 1}),
    ],
)
def test_a_cassette_is_untrusted_input(change: Any, tmp_path: Path) -> None:
    """Missing, unknown and mistyped members are one error, never a half-read cassette."""
    content = cassette({"x": 1}).content()
    change(content)
    path = tmp_path / "c.json"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(CassetteError) as caught:
        read_cassette(path)
    assert caught.value.code in {"cassette.malformed", "cassette.origin_invalid"}


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b'"' + b"x" * 5_000_000 + b'"'])
def test_no_bytes_make_the_reader_fail_otherwise(data: bytes, tmp_path: Path) -> None:
    """Empty, broken, deep, large: always the same exception."""
    path = tmp_path / "c.json"
    path.write_bytes(data)
    with pytest.raises(CassetteError):
        read_cassette(path)


@given(
    st.text(alphabet="0123456789", min_size=12, max_size=12), st.sampled_from(["", " ", "ก", ".", '"', "_"])
)
def test_real_numbers_never_get_by(twelve: str, beside: str) -> None:
    """Whatever stands beside it, a valid number outside 97 to 99 is refused; a synthetic one is not."""
    from govlink.testing.cassettes.guard import findings

    number = twelve + check_digit(twelve)
    real = number[0] != "9" and number[1:3] not in {"97", "98", "99"}
    assert bool(findings({"x": f"{beside}{number}{beside}"})) is real


@given(st.lists(st.tuples(st.sampled_from(["token", "text"]), st.text(min_size=1, max_size=5)), max_size=8))
def test_placeholders_are_stable(values: list[tuple[str, str]]) -> None:
    """Equal values have equal placeholders, different ones differ, and each comes alive as itself."""
    places = Placeholders()
    labels = [places.label(kind, value) for kind, value in values]
    assert len(set(labels)) == len(set(values))
    assert [places.alive(label) for label in labels] == [value for _, value in values]
    assert all(PLACEHOLDER.fullmatch(label) for label in labels)


def test_a_placeholder_keeps_what_it_met() -> None:
    """The second meeting must be with the same value."""
    places = Placeholders()
    assert places.meets("a {{text:1}} b {{text:2}}", "a x b y")
    assert places.meets("{{text:1}}", "x")
    assert not places.meets("{{text:1}}", "y")
    assert places.alive("{{text:2}}/{{token:3}}") == "y/00000000-0000-4000-8000-000000000003"
    assert not places.meets("plain", "other")


@pytest.mark.parametrize(
    "name",
    [
        "Consumer-Key",
        "ConsumerSecret",
        "Token",
        "AgentID",
        "mToken",
        "Authorization",
        "X-Signed-Token",
        "Set-Cookie",
    ],
)
def test_credentials_are_known_in_every_spelling(name: str) -> None:
    """Case, hyphens and underscores do not hide one."""
    for spelling in (name, name.upper(), name.lower(), name.replace("-", "_")):
        assert credential_kind(spelling)
    assert credential_kind("CitizenID") is None

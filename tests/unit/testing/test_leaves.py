"""Finding all texts in a value, and those that must not be shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from govlink.models.identity import AgentId, CitizenId
from govlink.models.registry import Purpose, RegistryQuery
from govlink.testing.conformance import EXAMPLE_OFFICER, EXAMPLE_PERSON
from govlink.testing.leaves import hidden, leaves

VALUES = st.recursive(
    st.text() | st.integers() | st.none(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
)


@dataclass(frozen=True)
class _Box:
    shown: object
    kept: object = field(default=None, repr=False)


@given(VALUES, st.text())
def test_planted_text_is_found_wherever_it_is(value: object, planted: str) -> None:
    """A text put anywhere into a value is among its leaves."""
    for holder in (
        [value, planted],
        {"k": (planted,)},
        {planted: value},
        _Box([planted]),
        _Box(1, {2: planted}),
    ):
        assert planted in list(leaves(holder))


@given(VALUES)
def test_leaves_are_texts_of_the_value(value: object) -> None:
    """Nothing is made up: each leaf stands in the value as it is written."""
    shown = repr(value)
    assert all(repr(leaf) in shown for leaf in leaves(value))


def test_bytes_are_read_as_utf_8() -> None:
    """A document's bytes are looked through as text, whatever they are."""
    assert list(leaves((b"\xe0\xb8\x81", b"\xff"))) == ["ก", "\ufffd"]


def test_hidden_are_the_values_kept_out_of_repr() -> None:
    """What a type declares as not to be shown is found, without the names of a mapping's members."""
    query = RegistryQuery(
        service="dopa.laser_code",
        keys={"CitizenID": EXAMPLE_PERSON.citizen_id, "FirstName": EXAMPLE_PERSON.first_name},
        purpose=Purpose(text="ตรวจสอบ", legal_basis="law", case_reference="C-1"),
        officer=AgentId(EXAMPLE_OFFICER),
    )
    found = list(hidden({"query": (query,)}))
    assert found == [EXAMPLE_PERSON.citizen_id, EXAMPLE_PERSON.first_name, EXAMPLE_OFFICER]


def test_files_are_not_hidden_texts() -> None:
    """A hidden document is not a text whose every occurrence would be a leak."""
    assert list(hidden(_Box("shown", b"%PDF"))) == []
    assert list(hidden(_Box(CitizenId(EXAMPLE_PERSON.citizen_id)))) == [EXAMPLE_PERSON.citizen_id]

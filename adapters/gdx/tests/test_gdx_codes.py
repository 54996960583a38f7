"""The classification of codes inside answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    AuthError,
    GovlinkError,
    NotFoundError,
    OfficerLoginRequired,
    QuotaError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Response
from govlink_gdx.codes import RULES, answer_may_pass, failure_code, raise_for_code

Answer = Callable[..., Response]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("00815", NotFoundError),
        ("90001", OfficerLoginRequired),
        ("90026", OfficerLoginRequired),
        ("90043", OfficerLoginRequired),
        ("AX001", OfficerLoginRequired),
        ("90046", AuthError),
        ("95004", AuthError),
        ("95011", AuthError),
        ("90008", QuotaError),
        ("90050", QuotaError),
        ("90005", UnavailableError),
        ("00101", UnavailableError),
        ("X0003", UnavailableError),
        ("90011", RejectedError),
        ("99702", NotFoundError),
        ("99706", NotFoundError),
        ("99707", NotFoundError),
        ("99991", NotFoundError),
        ("99995", NotFoundError),
        ("99701", RejectedError),
        ("99709", RejectedError),
        ("14000", RejectedError),
        ("14999", RejectedError),
        ("99301", RejectedError),
        ("99306", RejectedError),
        ("99401", RejectedError),
        ("99505", RejectedError),
        ("99605", RejectedError),
        ("99801", RejectedError),
        ("99990", RejectedError),
        ("99998", RejectedError),
        ("00115", RejectedError),
        ("99983", RejectedError),
        ("90023", RejectedError),
        ("99984", UnavailableError),
        ("99989", UnavailableError),
        ("99999", AuthError),
        ("A0000", OfficerLoginRequired),
        ("A0001", OfficerLoginRequired),
        ("-1033", OfficerLoginRequired),
        ("-1722", OfficerLoginRequired),
        ("107", OfficerLoginRequired),
        ("12345", UnexpectedAnswerError),
        ("99307", UnexpectedAnswerError),
        ("-9999", UnexpectedAnswerError),
        ("B0000", UnexpectedAnswerError),
    ],
)
@pytest.mark.parametrize("linkage", [False, True])
def test_code_becomes_its_error(answer: Answer, code: str, error: type[GovlinkError], linkage: bool) -> None:
    """Each code asks the same of the caller in the bracketed and in the Linkage form."""
    content = {"message": "x", "code": code} if linkage else {"Message": f"[{code}] x"}
    with pytest.raises(error) as caught:
        raise_for_code(answer(200 if linkage else 500, content), operation="op")
    assert type(caught.value) is error
    assert caught.value.platform == "gdx"
    assert code in caught.value.explain("th")


def test_no_code_stands_in_two_rules() -> None:
    """The table says one thing of each code."""
    codes = [code for rule in RULES for code in rule.codes]
    assert len(codes) == len(set(codes))
    assert all(rule.source for rule in RULES)


def test_only_the_registry_time_out_may_pass(answer: Answer) -> None:
    """00101 is sent again whatever its status; no other code is, even in a 503."""
    assert answer_may_pass(answer(500, {"Message": "[00101] x"}))
    assert answer_may_pass(answer(200, {"Message": "x", "Code": "00101"}))
    assert answer_may_pass(answer(200, {"Message": "x", "Code": 101}))
    for code in ("2", "4", "00815", "90001", "90005", "90008", "12345"):
        assert not answer_may_pass(answer(503, {"Message": f"[{code}] x"}))
    assert answer_may_pass(answer(503))
    assert not answer_may_pass(answer(500, b"<html>"))
    assert not answer_may_pass(answer(200, {"Result": True}))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>[90001]</html>",
        b"[90001]",
        {"Result": "[90001]"},
        {"Message": None, "Code": "90001"},
        {"Message": "no code"},
        {"Message": "[00000] success"},
        {"Message": "number [1100000000000] asked"},
        {"Message": "x", "Code": True},
    ],
)
def test_what_is_no_failure_has_no_code(answer: Answer, content: object) -> None:
    """Only a Message with a code is a failure; a citizen number in brackets is never taken for one."""
    assert failure_code(answer(500, content)) is None


def test_code_behind_a_java_class_name(answer: Answer) -> None:
    """Laser Code puts an exception's name before the bracket."""
    assert failure_code(answer(500, {"Message": "a.b.LaserException: [4] x"})) == "4"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(body: bytes) -> None:
    """Whatever answers in the platform's place, looking for a code does not fail."""
    failure_code(Response(status=500, body=body))


def test_a_code_that_lost_its_form_as_a_number(answer: Answer) -> None:
    """A numeric Code gets its zeros back, and a negative one keeps its sign."""
    for number, code in ((815, "00815"), (107, "00107"), (-1033, "-1033")):
        assert failure_code(answer(200, {"Message": "x", "Code": number})) == code
    with pytest.raises(OfficerLoginRequired):
        raise_for_code(answer(200, {"Message": "x", "Code": 107}), operation="op")


def test_a_long_body_is_not_looked_into(answer: Answer) -> None:
    """A failure is a sentence, so a document is not parsed twice."""
    assert failure_code(answer(500, {"Message": "[90001] " + "x" * 70_000})) is None

"""What each documented and each observed form of a CKAN answer means."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    AuthError,
    ConflictError,
    GovlinkError,
    NotFoundError,
    QuotaError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Response
from govlink_data_go_th.answers import result_of, transient_row_answer
from govlink_data_go_th.parse import (
    Site,
    parse_organisations,
    parse_package,
    parse_page,
    parse_schema,
    parse_status,
    parse_table,
)

HTML = b"<!doctype html><title>blocked</title>"


def enveloped(status: int, **error: object) -> Response:
    """A refusal in CKAN's envelope."""
    content = {"help": "http://x/help", "success": False, "error": error}
    return Response(status=status, body=json.dumps(content, ensure_ascii=False).encode())


def test_result_of_a_good_answer() -> None:
    """Guards that a good answer gives its result, additions to the envelope ignored."""
    body = b'{"help": "h", "success": true, "result": [1], "changed_entities": {}}'
    assert result_of(Response(status=200, body=body), operation="package_show") == [1]


@pytest.mark.parametrize(
    ("operation", "response", "kind", "code"),
    [
        ("package_show", enveloped(403, __type="Authorization Error"), AuthError, "data_go_th.no_right"),
        ("package_show", Response(status=401, body=b"{}"), AuthError, "wire.unauthorized"),
        ("package_show", enveloped(404, __type="Not Found Error"), NotFoundError, "data_go_th.absent"),
        (
            "package_revise",
            enveloped(409, __type="Validation Error", match=["metadata_modified"]),
            ConflictError,
            "data_go_th.stale",
        ),
        (
            "package_create",
            enveloped(409, __type="Validation Error", name=["URL นี้ถูกใช้แล้ว"]),
            ConflictError,
            "data_go_th.name_taken",
        ),
        (
            "datastore_upsert",
            enveloped(409, __type="Validation Error", records=["(DeadlockDetected) deadlock detected"]),
            UnavailableError,
            "data_go_th.rows_busy",
        ),
        (
            "datastore_upsert",
            enveloped(409, __type="Validation Error", info={"orig": "duplicate key value violates"}),
            UnavailableError,
            "data_go_th.rows_busy",
        ),
        (
            "package_revise",
            enveloped(409, __type="Validation Error", notes=["duplicate key value"]),
            RejectedError,
            "data_go_th.refused",
        ),
        (
            "package_revise",
            enveloped(409, __type="Validation Error", upload=["File upload too large"]),
            RejectedError,
            "data_go_th.file_too_large",
        ),
        (
            "datastore_upsert",
            enveloped(409, __type="Validation Error", query=["ใช้เวลานานเกินไป"]),
            UnavailableError,
            "data_go_th.too_slow",
        ),
        (
            "datastore_upsert",
            enveloped(409, __type="Validation Error", records=["due to statement timeout"]),
            UnavailableError,
            "data_go_th.too_slow",
        ),
        ("package_show", enveloped(409, __type="Search Error"), UnavailableError, "data_go_th.search_down"),
        ("package_create", enveloped(500, __type="Search Index Error"), UnavailableError, "wire.unavailable"),
        ("nothing", Response(status=400, body=b'"Bad request - Action name not known"'), RejectedError, None),
        ("datastore_upsert", Response(status=413, body=HTML), RejectedError, "data_go_th.too_large"),
        ("package_revise", Response(status=413, body=HTML), RejectedError, "data_go_th.file_too_large"),
        ("package_show", Response(status=403, body=HTML), UnexpectedAnswerError, "wire.html_answer"),
        ("package_show", Response(status=200, body=HTML), UnexpectedAnswerError, "wire.html_answer"),
        ("package_show", Response(status=503, body=HTML), UnavailableError, "wire.unavailable"),
        ("package_create", Response(status=500, body=HTML), UnavailableError, "wire.unavailable"),
        ("package_show", Response(status=429, body=b""), QuotaError, "wire.quota"),
        ("package_show", Response(status=200, body=b""), UnexpectedAnswerError, "wire.empty_answer"),
        ("package_show", Response(status=200, body=b'{"success": fal'), UnexpectedAnswerError, None),
        ("package_show", Response(status=404, body=b"[]"), UnexpectedAnswerError, None),
        ("package_show", Response(status=302, body=b"{}"), UnexpectedAnswerError, None),
        ("package_show", Response(status=200, body=b'{"success": false}'), UnexpectedAnswerError, None),
    ],
)
def test_errors(operation: str, response: Response, kind: type[GovlinkError], code: str | None) -> None:
    """Guards the class, code, platform and operation of every kind of refusal."""
    with pytest.raises(kind) as caught:
        result_of(response, operation=operation)
    assert type(caught.value) is kind
    assert (caught.value.platform, caught.value.operation) == ("data_go_th", operation)
    assert code is None or caught.value.code == code


def test_refused_fields_by_pointer() -> None:
    """Guards JSON pointers for plain and for nested fields, without the site's texts."""
    response = enveloped(
        409, __type="Validation Error", title=["มีอยู่แล้ว"], resources=[{}, {"name": ["ไม่มีค่า"]}]
    )
    with pytest.raises(RejectedError) as caught:
        result_of(response, operation="package_revise")
    assert [p.pointer for p in caught.value.problems] == ["/title", "/resources/1/name"]
    assert "มีอยู่แล้ว" not in caught.value.explain("th")


def test_a_title_in_use_is_told_as_such() -> None:
    """Guards that the Thai rule of unique titles does not look like any other bad value."""
    with pytest.raises(RejectedError) as caught:
        result_of(enveloped(409, __type="Validation Error", title=["ซ้ำ"]), operation="package_create")
    (problem,) = caught.value.problems
    assert (problem.pointer, problem.fault.code) == ("/title", "data_go_th.title_taken")


def test_only_lost_races_are_transient() -> None:
    """Guards that a permanent 409 is not sent again."""
    race = enveloped(409, __type="Validation Error", records=["deadlock detected"])
    bad = enveloped(409, __type="Validation Error", records=["invalid input syntax"])
    assert transient_row_answer(race)
    assert not transient_row_answer(bad)
    assert not transient_row_answer(Response(status=409, body=HTML))
    assert transient_row_answer(Response(status=503))


@given(status=st.integers(min_value=100, max_value=599), body=st.binary(max_size=80))
def test_any_answer_is_a_result_or_our_error(status: int, body: bytes) -> None:
    """Guards that no answer whatever escapes as a foreign exception."""
    try:
        result_of(Response(status=status, body=body), operation="package_create")
    except GovlinkError:
        return
    assert 200 <= status <= 203


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(error=json_values, status=st.sampled_from([400, 403, 404, 409, 500]))
def test_any_error_member_is_classified(error: object, status: int) -> None:
    """Guards the classification against any shape of the error member."""
    response = Response(status=status, body=json.dumps({"success": False, "error": error}).encode())
    with pytest.raises(GovlinkError):
        result_of(response, operation="datastore_upsert")
    transient_row_answer(response)


PARSERS = (parse_package, parse_schema, parse_status, parse_organisations, parse_table, parse_page)


@given(result=json_values)
def test_parsers_raise_only_our_errors(result: object) -> None:
    """Guards every result parser against any JSON."""
    for parse in PARSERS:
        with suppress(UnexpectedAnswerError):
            parse(result, operation="x")


def test_package_of_an_organisation() -> None:
    """Guards that an owner is known by id and by name."""
    package = parse_package(
        {
            "id": "p1",
            "name": "n",
            "type": "dataset",
            "state": "active",
            "private": False,
            "metadata_modified": "2026-01-01T00:00:00.000001",
            "owner_org": "o1",
            "organization": {"id": "o1", "name": "obec"},
            "resources": [{"id": "r1"}],
        },
        operation="package_show",
    )
    assert package.owners == {"o1", "obec"}
    assert package.resource("r1") == {"id": "r1"}
    assert package.resource("r2") is None


@pytest.mark.parametrize(
    ("version", "expected"), [("2.11.6", (2, 11)), ("2.12.0a0", (2, 12)), ("", None), (None, None)]
)
def test_version(version: str | None, expected: tuple[int, int] | None) -> None:
    """Guards that a hidden version is no error."""
    told = {"ckan_version": version, "site_url": "https://x"}
    assert parse_status(told, operation="status_show") == Site(version=expected, url="https://x")

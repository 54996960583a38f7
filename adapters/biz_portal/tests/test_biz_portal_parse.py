"""Reading every documented answer of import and update, and whatever else may come."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    AuthError,
    ConflictError,
    GovlinkError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Response
from govlink.models.portal import CaseReceipt
from govlink_biz_portal.parse import parse_opened, parse_updated
from govlink_biz_portal.settings import BizPortalSettings

PATTERN = BizPortalSettings.model_fields["duplicate_pattern"].default
CASE_ID = "3f2b0c9e-1111-4222-8333-444455556666"


def answer(content: object, status: int = 200) -> Response:
    """An answer of the portal, or raw bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return Response(status=status, body=body)


def opened(response: Response) -> CaseReceipt:
    """The receipt of an import answered so."""
    return parse_opened(response, reference_number="EQ-2569-0001", duplicate_pattern=PATTERN)


@pytest.mark.parametrize(
    "content",
    [
        {"Status": 0, "Message": "success", "ErrorMessage": None, "Data": {"RequestId": CASE_ID}},
        {"status": 0, "message": "", "errorMessage": "", "data": {"requestId": CASE_ID}},
        {"STATUS": "0", "DATA": {"requestid": CASE_ID}},
    ],
)
def test_an_import_is_read_in_any_case(content: object) -> None:
    """Member names vary in case between operations; the receipt does not."""
    assert opened(answer(content)) == CaseReceipt(case_id=CASE_ID, reference_number="EQ-2569-0001")


@pytest.mark.parametrize("http_status", [200, 400, 409, 500])
def test_status_3_is_a_refusal_under_any_http_status(http_status: int) -> None:
    """Failure is told by Status; HTTP 200 is no success and 500 no outage."""
    content = {"Status": 3, "Message": "[104] no", "ErrorMessage": "ApplicationId ผิด", "Data": None}
    with pytest.raises(RejectedError) as caught:
        opened(answer(content, http_status))
    assert caught.value.code == "biz_portal.failed"
    assert "code 104" in str(caught.value)


@pytest.mark.parametrize("text", ["ReferenceId is Duplicate", "Reference already exists", "เลขที่อ้างอิงซ้ำ"])
def test_a_duplicate_reference_is_a_conflict(text: str) -> None:
    """A reference used before is somebody else's case, not bad data."""
    with pytest.raises(ConflictError) as caught:
        opened(answer({"Status": 3, "Message": "", "ErrorMessage": text}))
    assert caught.value.code == "biz_portal.duplicate_reference"


def test_the_duplicate_pattern_is_configuration() -> None:
    """The wording is not documented, so another pattern decides otherwise."""
    response = answer({"Status": 3, "ErrorMessage": "E77"})
    with pytest.raises(ConflictError):
        parse_opened(response, reference_number="1", duplicate_pattern="E77")
    with pytest.raises(RejectedError):
        opened(response)


def test_the_portals_text_is_not_repeated() -> None:
    """Free text of the portal may hold a person and stays out of the error."""
    content = {"Status": 3, "Message": "นายสมมุติ ไม่พบ", "ErrorMessage": "1999900000008"}
    with pytest.raises(RejectedError) as caught:
        opened(answer(content))
    shown = str(caught.value) + caught.value.explain("th")
    assert "สมมุติ" not in shown
    assert "1999900000008" not in shown


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"Message": "success", "Data": {"RequestId": CASE_ID}}, "wire.wrong_envelope"),
        ({"Status": True, "Data": {"RequestId": CASE_ID}}, "wire.wrong_envelope"),
        ({"Status": 0, "Data": None}, "wire.wrong_envelope"),
        ({"Status": 0, "Data": {"RequestId": ""}}, "wire.wrong_envelope"),
        ({"Status": 7, "Data": {"RequestId": CASE_ID}}, "biz_portal.unknown_status"),
        ([], "wire.wrong_envelope"),
        (b"", "wire.empty_answer"),
        (b"<html>blocked</html>", "wire.html_answer"),
        (b'{"Status":0,"Data":{"Requ', "wire.not_json"),
    ],
)
def test_anything_else_under_200_is_unexpected(content: object, code: str) -> None:
    """Nothing but Status 0 with a RequestId is believed to be a success."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        opened(answer(content))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("http_status", "content", "error"),
    [
        (401, {"Message": "UnauthorizedException: token not found"}, AuthError),
        (403, {"Message": "ForbiddenException: consumer not found"}, AuthError),
        (429, b"", QuotaError),
        (503, b"", UnavailableError),
        (500, b"<html>", OutcomeUnknownError),
        (502, {"status": 502, "message": "Bad Gateway"}, OutcomeUnknownError),
        (504, b"", OutcomeUnknownError),
        (520, b"", OutcomeUnknownError),
        (404, {"Status": 0, "Data": {"RequestId": CASE_ID}}, GovlinkError),
    ],
)
def test_http_errors_say_what_to_do_next(
    http_status: int, content: object, error: type[GovlinkError]
) -> None:
    """A gateway failure after sending leaves the outcome open; other statuses mean what HTTP says."""
    with pytest.raises(error):
        opened(answer(content, http_status))


def test_an_update_is_taken_by_status_alone() -> None:
    """The bracketed code of the message is told, but status decides."""
    parse_updated(answer({"status": 0, "message": "[000] SMS sent", "errorMessage": None}))
    with pytest.raises(RejectedError) as caught:
        parse_updated(answer({"status": 3, "message": "[999] failed", "errorMessage": "duplicate"}))
    assert "code 999" in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["Status", "status", "Data", "RequestId", "x"]), inner)
    ),
    max_leaves=8,
)


@given(content=JSON, status=st.sampled_from([200, 400, 500]))
def test_no_answer_breaks_the_parser(content: object, status: int) -> None:
    """Any JSON gives a receipt with an id or one of our errors, never another exception."""
    try:
        receipt = opened(Response(status=status, body=json.dumps(content).encode()))
    except GovlinkError:
        return
    assert receipt.case_id

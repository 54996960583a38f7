"""Reading the answers of import and update.

Both carry the same four members, import in Pascal case and update in lower case, so names are
compared without case. HTTP 200 means nothing yet: ``Status`` 0 is success and 3 is failure
(documented). The portal's free text may hold a person and is searched, never repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn

from govlink.errors import (
    ConflictError,
    Fault,
    OutcomeUnknownError,
    RejectedError,
    UnexpectedAnswerError,
)
from govlink.flow import Response
from govlink.models.portal import CaseReceipt
from govlink.wire import WRONG_ENVELOPE, field_ci, parse_json_object, raise_for_status, text_field

from .settings import OPEN_CASE, PLATFORM, UPDATE_CASE

__all__ = ["parse_opened", "parse_updated"]

FAILED = Fault(
    "biz_portal.failed",
    en="the portal took the call and refused it (status 3, code {code})",
    th="พอร์ทัลรับคำขอแล้วแต่ปฏิเสธ (status 3 รหัส {code})",
)
DUPLICATE_REFERENCE = Fault(
    "biz_portal.duplicate_reference",
    en="the portal already holds a case with this ReferenceId or ReferenceNumber",
    th="พอร์ทัลมีคำขอที่ใช้ ReferenceId หรือ ReferenceNumber นี้อยู่แล้ว",
)
UNKNOWN_STATUS = Fault(
    "biz_portal.unknown_status",
    en="the answer's status {status} is neither 0 (success) nor 3 (failed)",
    th="สถานะ {status} ในคำตอบไม่ใช่ 0 (สำเร็จ) หรือ 3 (ไม่สำเร็จ)",
)
WRITE_FAILED_MIDWAY = Fault(
    "biz_portal.write_failed_midway",
    en="the gateway failed with HTTP {status} after the call was sent; the portal may hold it",
    th="เกตเวย์ขัดข้อง (HTTP {status}) หลังส่งคำขอ พอร์ทัลอาจบันทึกไว้แล้ว",
)

SUCCESS, FAILURE = 0, 3
_CODE = re.compile(r"\s*\[(\d{1,6})\]")


def _status(content: Mapping[str, object]) -> int | None:
    value = field_ci(content, "Status")
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _message(content: Mapping[str, object]) -> str:
    parts = (field_ci(content, "Message"), field_ci(content, "ErrorMessage"))
    return "\n".join(part for part in parts if isinstance(part, str))


def _wrong(response: Response, what: str, *, operation: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        WRONG_ENVELOPE, platform=PLATFORM, operation=operation, status=response.status, what=what
    )


def _refuse(content: Mapping[str, object], *, operation: str, duplicate: re.Pattern[str] | None) -> NoReturn:
    message = _message(content)
    if duplicate is not None and duplicate.search(message):
        raise ConflictError(DUPLICATE_REFERENCE, platform=PLATFORM, operation=operation)
    code = _CODE.match(message)
    raise RejectedError(FAILED, platform=PLATFORM, operation=operation, code=code[1] if code else "-")


def _raise_for_http(response: Response, *, operation: str, duplicate: re.Pattern[str] | None) -> None:
    """Raise for any status but 200 to 203, first looking for the portal's own refusal in the body.

    Only 503 says that nothing was served (documented for the gateway). Any other 5xx leaves open
    whether the write happened, so it is not told as "try again": our caution, no rule of the portal's.
    """
    if 200 <= response.status <= 203:
        return
    try:
        content = parse_json_object(response, platform=PLATFORM, operation=operation)
    except UnexpectedAnswerError:
        content = {}
    if _status(content) == FAILURE:
        _refuse(content, operation=operation, duplicate=duplicate)
    if response.status >= 500 and response.status != 503:
        raise OutcomeUnknownError(
            WRITE_FAILED_MIDWAY, platform=PLATFORM, operation=operation, status=response.status
        )
    raise_for_status(response, platform=PLATFORM, operation=operation)


def _accepted(
    response: Response, *, operation: str, duplicate: re.Pattern[str] | None = None
) -> dict[str, object]:
    _raise_for_http(response, operation=operation, duplicate=duplicate)
    content = parse_json_object(response, platform=PLATFORM, operation=operation)
    status = _status(content)
    if status == SUCCESS:
        return content
    if status == FAILURE:
        _refuse(content, operation=operation, duplicate=duplicate)
    if status is None:
        raise _wrong(response, "Status", operation=operation)
    raise UnexpectedAnswerError(UNKNOWN_STATUS, platform=PLATFORM, operation=operation, status=status)


def parse_opened(response: Response, *, reference_number: str, duplicate_pattern: str) -> CaseReceipt:
    """The receipt of an import.

    Raises:
        ConflictError: the refusal speaks of a duplicate reference (modelled).
        RejectedError: ``Status`` is 3.
        OutcomeUnknownError: HTTP 5xx other than 503; the case may exist.
        UnexpectedAnswerError: ``Status`` is another number or absent, or ``Data.RequestId`` is.
    """
    operation = OPEN_CASE.operation
    content = _accepted(response, operation=operation, duplicate=re.compile(duplicate_pattern))
    data = field_ci(content, "Data")
    if not isinstance(data, dict):
        raise _wrong(response, "Data", operation=operation)
    case_id = text_field(data, "RequestId", response=response, platform=PLATFORM, operation=operation)
    return CaseReceipt(case_id=case_id, reference_number=reference_number)


def parse_updated(response: Response) -> None:
    """Check that an update was taken.

    Its message begins with a bracketed code such as ``[000]`` and tells whether SMS and e-mail went
    out (documented); the meaning of other codes is not published, so only ``status`` decides.

    Raises:
        RejectedError: ``status`` is 3.
        OutcomeUnknownError: HTTP 5xx other than 503; the update may stand.
        UnexpectedAnswerError: ``status`` is another number or absent.
    """
    _accepted(response, operation=UPDATE_CASE.operation)

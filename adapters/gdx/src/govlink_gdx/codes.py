"""What the codes inside an answer mean: business answers and failures hidden behind statuses.

A failure is a JSON object with ``Message``, whose text begins with a code in brackets (GovAPI manual
of 22 Nov 2018, p. 18) or, for Laser Code, has it behind a Java class name (p. 58); Linkage puts the
code into a member ``Code`` and may do so whatever the status (seen in code). So the code is read
before the status. ``RULES`` is the whole classification; a code that is not there is
``UnexpectedAnswerError``, not ``UnavailableError``: nobody said that it passes, and a look-up
repeated on a guess spends quota and leaves another trace on a person's record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from govlink.errors import (
    AuthError,
    Fault,
    GovlinkError,
    NotFoundError,
    OfficerLoginRequired,
    QuotaError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Response, transient_status
from govlink.models.mark import Mark
from govlink.wire import field_ci, parse_json

__all__ = ["PLATFORM", "RULES", "CodeRule", "answer_may_pass", "failure_code", "raise_for_code"]

PLATFORM = "gdx"

NO_RECORD = Fault(
    "gdx.no_record", en="the registry holds no such record (code {code})", th="ไม่พบข้อมูลในทะเบียน (รหัส {code})"
)
OFFICER_LOGIN = Fault(
    "gdx.officer_login",
    en="the officer's GovAMI session is not open or was refused (code {code})",
    th="เจ้าหน้าที่ยังไม่ได้เข้าสู่ระบบ GovAMI หรือเซสชันใช้ไม่ได้แล้ว (รหัส {code})",
)
NO_RIGHT = Fault(
    "gdx.no_right",
    en="no right to this data set (code {code})",
    th="ไม่มีสิทธิเข้าถึงชุดข้อมูลนี้ (รหัส {code})",
)
QUOTA_USED = Fault(
    "gdx.quota_used", en="the look-up quota is used up (code {code})", th="ใช้โควตาการสืบค้นครบแล้ว (รหัส {code})"
)
OUTSIDE_HOURS = Fault(
    "gdx.outside_hours",
    en="the registry serves in office hours only (code {code})",
    th="อยู่นอกเวลาให้บริการของทะเบียน (รหัส {code})",
)
UPSTREAM_TIMEOUT = Fault(
    "gdx.upstream_timeout",
    en="the registry did not answer the gateway in time (code {code})",
    th="ระบบทะเบียนตอบกลับไม่ทันเวลา (รหัส {code})",
)
UPSTREAM_DOWN = Fault(
    "gdx.upstream_down",
    en="the gateway cannot reach the registry (code {code})",
    th="เกตเวย์ติดต่อระบบทะเบียนไม่ได้ (รหัส {code})",
)
INPUT_REFUSED = Fault(
    "gdx.input_refused",
    en="the registry refused the parameters (code {code})",
    th="ระบบทะเบียนไม่รับค่าที่ส่งไป (รหัส {code})",
)
CODE_UNKNOWN = Fault(
    "gdx.code_unknown",
    en="the platform answered with code {code}, for which there is no rule here",
    th="แพลตฟอร์มตอบรหัส {code} ซึ่งยังไม่มีกฎรองรับ",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRule:
    """Codes that ask the same of the caller. ``transient``: the same call may be made again soon."""

    codes: tuple[str, ...]
    error: type[GovlinkError]
    fault: Fault
    mark: Mark
    source: str
    transient: bool = False


_UNUSABLE = "GovAPI manual of 22 Nov 2018, p. 19-23, codes after which a human must log in again"
_REQUEST = "GovAPI manual of 22 Nov 2018, p. 19-23, codes that concern this request only"

RULES: tuple[CodeRule, ...] = (
    CodeRule(
        codes=("00815", "00001", "00870"),
        error=NotFoundError,
        fault=NO_RECORD,
        mark=Mark.DOCUMENTED,
        source=_REQUEST,
    ),
    CodeRule(
        codes=(
            "90001", "90002", "90003", "90004", "90006", "90007", "90009", "90021",
            "90026", "90027", "90028", "90043", "90045", "AX001", "AX002", "A0000", "A0001",
        ),
        error=OfficerLoginRequired,
        fault=OFFICER_LOGIN,
        mark=Mark.DOCUMENTED,
        source=_UNUSABLE + "; A0000 and A0001 (login in progress, logged out) by their text",
    ),
    CodeRule(
        codes=("90046", "90048", "99999"),
        error=AuthError,
        fault=NO_RIGHT,
        mark=Mark.DOCUMENTED,
        source=_UNUSABLE + "; 99999 (command not allowed) among the others",
    ),
    CodeRule(
        codes=("95004", "95011"),
        error=AuthError,
        fault=NO_RIGHT,
        mark=Mark.SEEN,
        source="error texts of a Linkage client in public code",
    ),
    CodeRule(
        codes=("90008", "90050"),
        error=QuotaError,
        fault=QUOTA_USED,
        mark=Mark.DOCUMENTED,
        source=_UNUSABLE + "; 90050 may also mean that a permission is missing",
    ),
    CodeRule(
        codes=("90005",),
        error=UnavailableError,
        fault=OUTSIDE_HOURS,
        mark=Mark.DOCUMENTED,
        source=_UNUSABLE,
    ),
    CodeRule(
        codes=("00101",),
        error=UnavailableError,
        fault=UPSTREAM_TIMEOUT,
        mark=Mark.DOCUMENTED,
        source=_UNUSABLE + "; that it may pass by itself is our reading",
        transient=True,
    ),
    CodeRule(
        codes=("90010", "90022", "X0001", "X0003"),
        error=UnavailableError,
        fault=UPSTREAM_DOWN,
        mark=Mark.DOCUMENTED,
        source=_UNUSABLE,
    ),
    CodeRule(
        codes=("00410", "90011", "90020", "90030", "X0002", "AX003"),
        error=RejectedError,
        fault=INPUT_REFUSED,
        mark=Mark.DOCUMENTED,
        source=_REQUEST + "; 90030 (message too large) among the others",
    ),
)  # fmt: skip

_BY_CODE: Mapping[str, CodeRule] = {code: rule for rule in RULES for code in rule.codes}

_SUCCESS = "00000"
_LOOK_INTO_BYTES = 64 * 1024  # a failure is a sentence; a longer body is a document
_CODE = re.compile(r"-?[A-Z]{0,2}[0-9]{1,5}")  # five digits at most: never a citizen number
_BRACKETED = re.compile(rf"\[({_CODE.pattern})\]")


def _member_code(value: object) -> str | None:
    """The member ``Code``, as text or as a number that lost its leading zeros."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:05d}"
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def failure_code(response: Response) -> str | None:
    """The code of the failure in this answer, or None when it tells of none."""
    if len(response.body) > _LOOK_INTO_BYTES:
        return None
    try:
        content = parse_json(response, platform=PLATFORM, operation="failure")
    except UnexpectedAnswerError:
        return None  # not JSON: what it is instead is judged by the status and the parser
    if not isinstance(content, dict):
        return None
    message = field_ci(content, "Message")
    if not isinstance(message, str):
        return None
    bracketed = _BRACKETED.search(message)
    code = _member_code(field_ci(content, "Code")) or (bracketed[1] if bracketed else None)
    return None if code == _SUCCESS else code


def answer_may_pass(response: Response) -> bool:
    """Whether the same look-up may be sent again soon: the code decides, else the status.

    DOPA's time-out (00101) comes inside a 500 or even a 200; a used-up quota in a 503 does not pass.
    """
    code = failure_code(response)
    if code is None:
        return transient_status(response)
    rule = _BY_CODE.get(code)
    return rule is not None and rule.transient


def raise_for_code(response: Response, *, operation: str) -> None:
    """Do nothing for an answer without a failure code; raise what ``RULES`` say for any other.

    Raises:
        UnexpectedAnswerError: the code is in no rule.
    """
    code = failure_code(response)
    if code is None:
        return
    rule = _BY_CODE.get(code)
    if rule is None:
        raise UnexpectedAnswerError(CODE_UNKNOWN, platform=PLATFORM, operation=operation, code=code)
    raise rule.error(rule.fault, platform=PLATFORM, operation=operation, code=code)

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

from govlink.errors import Fault, UnexpectedAnswerError
from govlink.flow import Response, transient_status
from govlink.wire import field_ci, parse_json

from .code_rules import RULES, CodeRule

__all__ = ["PLATFORM", "RULES", "CodeRule", "answer_may_pass", "failure_code", "raise_for_code"]

PLATFORM = "gdx"

CODE_UNKNOWN = Fault(
    "gdx.code_unknown",
    en="the platform answered with code {code}, for which there is no rule here",
    th="แพลตฟอร์มตอบรหัส {code} ซึ่งยังไม่มีกฎรองรับ",
)

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

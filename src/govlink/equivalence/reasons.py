"""Why a petition is returned, redirected, refused or revoked: a code, and free text beside it.

The code is kept in every export, so it has a form that no name and no sentence fits.
"""

from __future__ import annotations

import re

from ..errors import Fault, RejectedError

__all__ = ["REASON_NEEDED", "checked_reason"]

REASON_NEEDED = Fault("equivalence.reason_needed", en="give the reason", th="ต้องระบุเหตุผล")
REASON_CODE_INVALID = Fault(
    "equivalence.reason_code_invalid",
    en="a reason code has 1 to 40 capital letters, digits and _, such as DOC_MISSING",
    th="รหัสเหตุผลต้องเป็นอักษรอังกฤษตัวใหญ่ ตัวเลข และ _ 1 ถึง 40 ตัว เช่น DOC_MISSING",
)
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")


def checked_reason(code: str | None) -> str:
    """The code, if it is one.

    Raises:
        RejectedError: there is none, or it has another form.
    """
    if not code:
        raise RejectedError(REASON_NEEDED)
    if _CODE.fullmatch(code) is None:
        raise RejectedError(REASON_CODE_INVALID)
    return code

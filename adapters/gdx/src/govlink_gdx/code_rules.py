"""What the gateway's codes mean: the table, and the reasons it gives in both languages.

The codes and their groups are those of the GovAPI manual of 22 Nov 2018, p. 19-23: after some the
GovAMI session is unusable and a human must log in again, others concern one request only.
"""

from __future__ import annotations

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
)
from govlink.models.mark import Mark

__all__ = ["RULES", "CodeRule"]

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
NOT_THERE = Fault(
    "gdx.not_there",
    en="the register holds no such change, name, card or picture (code {code})",
    th="ทะเบียนไม่มีรายการเปลี่ยนแปลง ชื่อ บัตร หรือภาพที่ขอ (รหัส {code})",
)
REGISTER_REFUSED = Fault(
    "gdx.register_refused",
    en="the register could not answer this request (code {code}); its meaning in detail is not published",
    th="ทะเบียนไม่สามารถตอบคำขอนี้ได้ (รหัส {code}) ไม่มีการเผยแพร่ความหมายโดยละเอียดของรหัสนี้",
)
PICTURE_TOO_BIG = Fault(
    "gdx.picture_too_big",
    en="the picture is larger than the registry hands out (code {code})",
    th="ภาพมีขนาดใหญ่เกินกว่าที่ทะเบียนส่งให้ได้ (รหัส {code})",
)
SEARCH_FAILED = Fault(
    "gdx.search_failed",
    en="the registry's search failed (code {code})",
    th="ระบบค้นหาของทะเบียนขัดข้อง (รหัส {code})",
)
SESSION_BROKEN = Fault(
    "gdx.session_broken",
    en="the registry reported trouble of its own (code {code}), after which the officer must log in again",
    th="ระบบทะเบียนแจ้งข้อขัดข้องภายใน (รหัส {code}) เจ้าหน้าที่ต้องเข้าสู่ระบบใหม่",
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


def _run(first: int, last: int) -> tuple[str, ...]:
    """The codes of a family, both ends included."""
    return tuple(f"{number:05d}" for number in range(first, last + 1))


_NOTHING_THERE = ("99702", "99706", "99707")  # no name change, no middle name, no English name

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
        codes=(
            "00410", "90011", "90020", "90023", "90024", "90025", "90030", "X0002", "AX003",
            "99801", "99990", "99996", "99997", "99998",
        ),
        error=RejectedError,
        fault=INPUT_REFUSED,
        mark=Mark.DOCUMENTED,
        source=_REQUEST + "; 90030 (message too large) among the others",
    ),
    CodeRule(
        codes=_NOTHING_THERE,
        error=NotFoundError,
        fault=NOT_THERE,
        mark=Mark.DOCUMENTED,
        source=_REQUEST,
    ),
    CodeRule(
        codes=_run(99991, 99995),
        error=NotFoundError,
        fault=NOT_THERE,
        mark=Mark.DOCUMENTED,
        source=_REQUEST + "; a card or picture that is not found or cannot be read",
    ),
    CodeRule(
        codes=("00115", "99983"),
        error=RejectedError,
        fault=PICTURE_TOO_BIG,
        mark=Mark.DOCUMENTED,
        source=_REQUEST,
    ),
    CodeRule(
        codes=_run(99984, 99989),
        error=UnavailableError,
        fault=SEARCH_FAILED,
        mark=Mark.DOCUMENTED,
        source=_REQUEST + "; that a search in trouble may work later is our reading",
    ),
    CodeRule(
        codes=(
            *_run(14000, 14999),  # passports
            *_run(99301, 99306),  # photographs of aliens
            *_run(99401, 99405),  # marriages
            *_run(99501, 99505),  # divorces
            *_run(99601, 99605),  # guns
            *(code for code in _run(99701, 99709) if code not in _NOTHING_THERE),  # changes, English names
        ),
        error=RejectedError,
        fault=REGISTER_REFUSED,
        mark=Mark.DOCUMENTED,
        source=_REQUEST + "; the families are told, that they ask for other data is our reading",
    ),
    CodeRule(
        codes=("-1033", "-1251", "-1722", "107", "00107"),
        error=OfficerLoginRequired,
        fault=SESSION_BROKEN,
        mark=Mark.DOCUMENTED,
        source=_UNUSABLE + "; the manual calls these four unknown",
    ),
)  # fmt: skip

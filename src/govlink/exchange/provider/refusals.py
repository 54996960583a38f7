"""Every way a call is refused: the reason, its HTTP status, and the body it is told in.

The statuses 200, 204, 400, 401, 403, 404, 405, 500 and 503 have the meaning that the gateway's manual
gives them, and a refusal is a JSON object with the one member ``Message`` whose text begins with a code
in brackets (documented: GovAPI manual of 22 Nov 2018, p. 18). The manual names no status for a call too
many, too large, too slow or in another media type: 408, 413, 414, 415 and 429 are ours, by HTTP's own
meaning. The codes and texts are ours too. Nothing that a caller sent is ever repeated to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import Fault, GovlinkError
from ...wire import json_body

__all__ = ["is_refusal", "refusal_body", "status_of"]

CALLER_UNKNOWN = Fault(
    "exchange.provider_caller_unknown",
    en="the caller is not known to this service",
    th="ระบบไม่รู้จักผู้เรียกใช้บริการ",
)
NO_RIGHT = Fault(
    "exchange.provider_no_right",
    en="this caller has no right to this service",
    th="ผู้เรียกไม่มีสิทธิใช้บริการนี้",
)
PURPOSE_REFUSED = Fault(
    "exchange.provider_purpose_refused",
    en="this caller may not use this service for this purpose",
    th="ผู้เรียกไม่ได้รับอนุญาตให้ใช้บริการนี้เพื่อวัตถุประสงค์ดังกล่าว",
)
HEADER_MISSING = Fault(
    "exchange.provider_header_missing",
    en="the header {header} is missing",
    th="ไม่มีส่วนหัว {header}",
)
HEADER_WRONG = Fault(
    "exchange.provider_header_wrong",
    en="the header {header} is sent twice, or its value has another form or holds a citizen number",
    th="ส่วนหัว {header} ส่งมาซ้ำ มีรูปแบบไม่ถูกต้อง หรือมีเลขประจำตัวประชาชนอยู่",
)
SERVICE_UNKNOWN = Fault(
    "exchange.provider_service_unknown", en="there is no such service here", th="ไม่มีบริการนี้"
)
METHOD_WRONG = Fault(
    "exchange.provider_method_wrong",
    en="this service is called with {method}",
    th="บริการนี้ต้องเรียกด้วย {method}",
)
PARAMETER_MISSING = Fault(
    "exchange.provider_parameter_missing",
    en="the parameter {parameter} is missing",
    th="ไม่มีพารามิเตอร์ {parameter}",
)
PARAMETER_WRONG = Fault(
    "exchange.provider_parameter_wrong",
    en="the value of the parameter {parameter} is wrong",
    th="ค่าของพารามิเตอร์ {parameter} ไม่ถูกต้อง",
)
PARAMETER_UNKNOWN = Fault(
    "exchange.provider_parameter_unknown",
    en="a parameter was sent that this service does not have",
    th="มีพารามิเตอร์ที่บริการนี้ไม่รองรับ",
)
PARAMETER_TWICE = Fault(
    "exchange.provider_parameter_twice",
    en="a parameter was sent more than once",
    th="ส่งพารามิเตอร์เดียวกันมามากกว่าหนึ่งครั้ง",
)
UNREADABLE = Fault(
    "exchange.provider_unreadable",
    en="the parameters are not percent-encoded UTF-8, or no JSON object of texts",
    th="พารามิเตอร์ไม่ได้เข้ารหัสแบบ UTF-8 percent-encoding หรือไม่ใช่อ็อบเจกต์ JSON ของข้อความ",
)
BODY_CUT = Fault(
    "exchange.provider_body_cut",
    en="the body did not arrive whole",
    th="ได้รับเนื้อหาคำขอไม่ครบ",
)
BODY_SLOW = Fault(
    "exchange.provider_body_slow",
    en="the body did not arrive in time",
    th="เนื้อหาคำขอมาไม่ทันเวลา",
)
BODY_LARGE = Fault(
    "exchange.provider_body_large",
    en="the body is larger than {limit} bytes",
    th="เนื้อหาคำขอมีขนาดเกิน {limit} ไบต์",
)
URL_LONG = Fault(
    "exchange.provider_url_long",
    en="the URL is longer than {limit} bytes",
    th="URL ยาวเกิน {limit} ไบต์",
)
MEDIA_TYPE = Fault(
    "exchange.provider_media_type",
    en="the body must be application/x-www-form-urlencoded or application/json, and not compressed",
    th="เนื้อหาคำขอต้องเป็น application/x-www-form-urlencoded หรือ application/json และไม่บีบอัด",
)
TOO_MANY = Fault(
    "exchange.provider_too_many",
    en="this caller's calls per minute are used up",
    th="เรียกใช้เกินจำนวนครั้งต่อนาทีที่กำหนด",
)
FAILED = Fault(
    "exchange.provider_failed",
    en="the service failed; nothing was given out",
    th="บริการขัดข้อง ไม่มีการให้ข้อมูล",
)
SLOW = Fault(
    "exchange.provider_slow",
    en="the registry behind this service did not answer in time",
    th="ทะเบียนต้นทางตอบไม่ทันเวลา",
)
UPSTREAM = Fault(
    "exchange.provider_upstream",
    en="the registry behind this service cannot serve now",
    th="ทะเบียนต้นทางยังไม่พร้อมให้บริการ",
)
UNLOGGED = Fault(
    "exchange.provider_unlogged",
    en="the access log cannot be written, so nothing is given out",
    th="บันทึกการเข้าถึงข้อมูลไม่ได้ จึงไม่ให้ข้อมูล",
)

_STATUS: Mapping[Fault, int] = {
    HEADER_MISSING: 400,
    HEADER_WRONG: 400,
    PARAMETER_MISSING: 400,
    PARAMETER_WRONG: 400,
    PARAMETER_UNKNOWN: 400,
    PARAMETER_TWICE: 400,
    UNREADABLE: 400,
    BODY_CUT: 400,
    CALLER_UNKNOWN: 401,
    NO_RIGHT: 403,
    PURPOSE_REFUSED: 403,
    SERVICE_UNKNOWN: 404,
    METHOD_WRONG: 405,
    BODY_SLOW: 408,
    BODY_LARGE: 413,
    URL_LONG: 414,
    MEDIA_TYPE: 415,
    TOO_MANY: 429,
    FAILED: 500,
    SLOW: 503,
    UPSTREAM: 503,
    UNLOGGED: 503,
}


def is_refusal(error: GovlinkError) -> bool:
    """Whether the error is one of this module's refusals, whose text may be shown to a caller."""
    return error.fault in _STATUS


def status_of(error: GovlinkError) -> int:
    """The HTTP status of one of this module's refusals."""
    return _STATUS[error.fault]


def refusal_body(error: GovlinkError) -> bytes:
    """The body: one member ``Message``, the code in brackets, then the reason in English and Thai."""
    thai = error.fault.th.format_map(error.values)
    return json_body({"Message": f"{error} / {thai}"})

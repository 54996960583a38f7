"""What a CKAN answer means: the result of a good one, the right error for any other.

CKAN puts most failures into one envelope, but four causes a caller must tell apart share status 409,
some refusals are a bare JSON text and some an HTML page. Only a closed list of database messages is
compared, because all other texts follow the site's language. (tried on CKAN 2.10.11, 2.11.6, 2.12.0)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NoReturn

from govlink.errors import (
    AuthError,
    ConflictError,
    Fault,
    NotFoundError,
    Problem,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Response, transient_status
from govlink.wire import parse_json, parse_json_object, raise_for_status

from .settings import PLATFORM

__all__ = [
    "NAME_TAKEN",
    "NOT_A_CALL",
    "ROWS_BUSY",
    "STALE",
    "TOO_LARGE",
    "result_of",
    "transient_row_answer",
]

NO_RIGHT = Fault(
    "data_go_th.no_right",
    en="the catalogue refused: the access token is wrong, revoked, or has no right to this",
    th="แค็ตตาล็อกปฏิเสธ โทเคนไม่ถูกต้อง ถูกเพิกถอน หรือไม่มีสิทธิทำรายการนี้",
)
ABSENT = Fault("data_go_th.absent", en="the catalogue holds no such thing", th="ไม่พบรายการนี้ในแค็ตตาล็อก")
NAME_TAKEN = Fault(
    "data_go_th.name_taken",
    en="another dataset, perhaps a deleted one, already has this name",
    th="มีชุดข้อมูลอื่นใช้ชื่อนี้แล้ว ซึ่งอาจเป็นชุดข้อมูลที่ถูกลบ",
)
STALE = Fault(
    "data_go_th.stale",
    en="somebody changed the dataset between reading and writing it",
    th="มีผู้แก้ไขชุดข้อมูลระหว่างการอ่านกับการเขียน",
)
ROWS_BUSY = Fault(
    "data_go_th.rows_busy",
    en="another writer is changing the same rows",
    th="มีการเขียนข้อมูลแถวเดียวกันจากที่อื่นอยู่",
)
TOO_SLOW = Fault(
    "data_go_th.too_slow",
    en="the catalogue's database stopped the call because it took too long",
    th="ฐานข้อมูลของแค็ตตาล็อกหยุดคำขอเพราะใช้เวลานานเกินไป",
)
SEARCH_DOWN = Fault(
    "data_go_th.search_down",
    en="the catalogue's search index does not answer",
    th="ระบบค้นหาของแค็ตตาล็อกไม่ตอบสนอง",
)
TOO_LARGE = Fault(
    "data_go_th.too_large",
    en="the catalogue does not take so much at once",
    th="ข้อมูลมีขนาดเกินที่แค็ตตาล็อกรับได้ต่อครั้ง",
)
FILE_TOO_LARGE = Fault(
    "data_go_th.file_too_large",
    en="the catalogue takes no file of this size; lower max_upload_bytes to publish the table without one",
    th="แค็ตตาล็อกไม่รับไฟล์ขนาดนี้ หากต้องการเผยแพร่ตารางโดยไม่มีไฟล์ให้ลดค่า max_upload_bytes",
)
TITLE_TAKEN = Fault(
    "data_go_th.title_taken",
    en="the catalogue refused the title; most often another of its datasets has it",
    th="แค็ตตาล็อกไม่รับชื่อชุดข้อมูลนี้ ส่วนใหญ่เพราะมีชุดข้อมูลอื่นใช้ชื่อนี้แล้ว",
)
NOT_A_CALL = Fault(
    "data_go_th.not_a_call",
    en="the catalogue knows no such action, or could not read the call",
    th="แค็ตตาล็อกไม่รู้จักคำสั่งนี้ หรืออ่านคำขอไม่ได้",
)
REFUSED = Fault("data_go_th.refused", en="the catalogue refused the data", th="แค็ตตาล็อกไม่รับข้อมูล")
FIELD_REFUSED = Fault(
    "data_go_th.field_refused",
    en="the catalogue does not accept this field's value",
    th="แค็ตตาล็อกไม่รับค่าของรายการนี้",
)
NO_ENVELOPE = Fault(
    "data_go_th.no_envelope",
    en="the answer (HTTP {status}) is not in CKAN's envelope",
    th="คำตอบ (HTTP {status}) ไม่ใช่รูปแบบของ CKAN",
)

_RACES = ("deadlock detected", "duplicate key value")
_TIME_OUT = "statement timeout"


def _error_of(content: object) -> Mapping[str, object] | None:
    error = content.get("error") if isinstance(content, dict) else None
    return error if isinstance(error, dict) else None


def _is_too_slow(operation: str, error: Mapping[str, object]) -> bool:
    """The database ended the call; told as a bad ``query``, or with the rows (seen in code)."""
    said = "query" in error or _TIME_OUT in json.dumps(error, ensure_ascii=False).casefold()
    return operation.startswith("datastore_") and said


def _is_race(operation: str, error: Mapping[str, object]) -> bool:
    text = json.dumps(error, ensure_ascii=False).casefold()
    return operation.startswith("datastore_") and any(race in text for race in _RACES)


def transient_row_answer(response: Response) -> bool:
    """Whether a row-writing call may simply be made again: CKAN tells of a lost race by 409 (tried)."""
    if response.status != 409:
        return transient_status(response)
    try:
        error = _error_of(json.loads(response.body))
    except (ValueError, RecursionError):
        return False
    return error is not None and _is_race("datastore_", error)


def _pointers(error: Mapping[str, object]) -> Iterator[str]:
    """Field names beside ``__type``; list fields tell position by position (tried)."""
    for name, value in error.items():
        if name.startswith("__"):
            continue
        base = "/" + re.sub(r"\W", "_", name, flags=re.ASCII)[:64]
        nested = [
            f"{base}/{i}/" + re.sub(r"\W", "_", key, flags=re.ASCII)[:64]
            for i, item in enumerate(value if isinstance(value, list) else [])
            if isinstance(item, dict)
            for key in item
        ]
        yield from nested or [base]


def _raise_409(operation: str, error: Mapping[str, object]) -> NoReturn:
    if error.get("__type") == "Search Error":
        raise UnavailableError(SEARCH_DOWN, platform=PLATFORM, operation=operation)
    if operation == "package_revise" and "match" in error:
        raise ConflictError(STALE, platform=PLATFORM, operation=operation)
    if operation == "package_create" and "name" in error:
        raise ConflictError(NAME_TAKEN, platform=PLATFORM, operation=operation)
    if _is_race(operation, error):
        raise UnavailableError(ROWS_BUSY, platform=PLATFORM, operation=operation)
    if _is_too_slow(operation, error):
        raise UnavailableError(TOO_SLOW, platform=PLATFORM, operation=operation)
    if "upload" in error:
        raise _too_large(operation)
    problems = tuple(
        Problem(pointer=p, fault=TITLE_TAKEN if p == "/title" else FIELD_REFUSED) for p in _pointers(error)
    )
    raise RejectedError(REFUSED, platform=PLATFORM, operation=operation, problems=problems)


def _too_large(operation: str) -> RejectedError:
    fault = TOO_LARGE if operation.startswith("datastore_") else FILE_TOO_LARGE
    return RejectedError(fault, platform=PLATFORM, operation=operation)


def _fail(response: Response, *, operation: str) -> NoReturn:
    status = response.status
    if status == 413:  # an HTML page of CKAN's framework or of the web server before it (tried)
        raise _too_large(operation)
    if status == 401 or status >= 500 or transient_status(response):
        raise_for_status(response, platform=PLATFORM, operation=operation)
    content = parse_json(response, platform=PLATFORM, operation=operation)
    if status == 400 and isinstance(content, str):
        raise RejectedError(NOT_A_CALL, platform=PLATFORM, operation=operation)
    error = _error_of(content)
    if error is None:
        raise UnexpectedAnswerError(NO_ENVELOPE, platform=PLATFORM, operation=operation, status=status)
    if status == 403:
        raise AuthError(NO_RIGHT, platform=PLATFORM, operation=operation)
    if status == 404:
        raise NotFoundError(ABSENT, platform=PLATFORM, operation=operation)
    if status == 409:
        _raise_409(operation, error)
    raise_for_status(response, platform=PLATFORM, operation=operation)
    raise UnexpectedAnswerError(NO_ENVELOPE, platform=PLATFORM, operation=operation, status=status)


def result_of(response: Response, *, operation: str) -> object:
    """The ``result`` of a successful call.

    Raises:
        AuthError: 403, which CKAN also answers to a wrong or missing token, or 401 from a proxy.
        NotFoundError: 404.
        ConflictError: ``package_revise`` found another state than it was told to match, or
            ``package_create`` a name in use.
        RejectedError: any other refusal of the data, with the fields it names; a call too large.
        UnavailableError: a lost race between writers of the same rows, the index down, 5xx.
        QuotaError: 429 from a gateway before CKAN.
        UnexpectedAnswerError: anything not in CKAN's forms.
    """
    if not 200 <= response.status <= 203:
        _fail(response, operation=operation)
    content = parse_json_object(response, platform=PLATFORM, operation=operation)
    if content.get("success") is not True or "result" not in content:
        raise UnexpectedAnswerError(
            NO_ENVELOPE, platform=PLATFORM, operation=operation, status=response.status
        )
    return content["result"]

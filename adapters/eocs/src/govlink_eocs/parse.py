"""Reading the answers strictly: what does not follow ``openapi.json`` is not this interface.

Unknown members are passed over, so that the interface can grow. An error names the place of what is
wrong by JSON pointer and never repeats it, because it may be a person's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NoReturn

from govlink.errors import Fault, Problem, RejectedError, UnexpectedAnswerError
from govlink.flow import Page, Response
from govlink.models.petition import Channel, FiledDocument, FiledPetition
from govlink.wire import REFUSED, parse_json_object, raise_for_status

from .settings import PLATFORM

__all__ = [
    "is_reference",
    "parse_done",
    "parse_moment",
    "parse_page",
    "parse_petition",
    "raise_for_problem",
]

MALFORMED = Fault(
    "eocs.malformed",
    en="the answer does not follow the interface's description",
    th="คำตอบไม่เป็นไปตามข้อกำหนดของบริการ",
)
NOT_AS_DESCRIBED = Fault(
    "eocs.not_as_described", en="expected here: {expected}", th="รูปแบบที่กำหนดสำหรับตำแหน่งนี้: {expected}"
)
REFUSED_HERE = Fault("eocs.refused_here", en="refused ({reason})", th="ถูกปฏิเสธ ({reason})")

_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", flags=re.ASCII
)
_REFERENCE = re.compile(r"[0-9A-Za-zก-๙][^\x00-\x1f\x7f\ud800-\udfff]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Names and places, and nothing that could be a citizen number or a token.
_SAFE_POINTER = re.compile(r"(/([A-Za-z_]{1,40}[0-9]{0,3}|[0-9]{1,6})){0,8}")
_SAFE_REASON = re.compile(r"[a-z]{1,30}(-[a-z]{1,30}){0,5}")


def is_reference(text: str) -> bool:
    """Whether it can be a petition's reference: 1 to 64 characters, beginning with a letter or digit."""
    return _REFERENCE.fullmatch(text) is not None


def parse_moment(text: str) -> datetime | None:
    """The moment of an RFC 3339 text in UTC, or None if it is none."""
    if _MOMENT.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class _Reader:
    """Takes members out of one answer and knows where they stood."""

    def __init__(self, *, operation: str) -> None:
        self._operation = operation

    def fail(self, pointer: str, expected: str) -> NoReturn:
        problem = Problem(pointer=pointer, fault=NOT_AS_DESCRIBED, values=(("expected", expected),))
        raise UnexpectedAnswerError(
            MALFORMED, platform=PLATFORM, operation=self._operation, problems=(problem,)
        )

    def mapping(self, value: object, pointer: str) -> Mapping[str, object]:
        if not isinstance(value, dict):
            self.fail(pointer, "an object")
        return value

    def sequence(self, value: object, pointer: str) -> list[object]:
        if not isinstance(value, list):
            self.fail(pointer, "an array")
        return value

    def text(self, content: Mapping[str, object], name: str, pointer: str) -> str:
        value = content.get(name)
        if not isinstance(value, str) or not value:
            self.fail(f"{pointer}/{name}", "a non-empty text")
        return value

    def reference(self, content: Mapping[str, object], pointer: str) -> str:
        value = self.text(content, "reference", pointer)
        if not is_reference(value):
            self.fail(f"{pointer}/reference", "1 to 64 characters beginning with a letter or digit")
        return value

    def sha256(self, content: Mapping[str, object], pointer: str) -> str:
        value = self.text(content, "sha256", pointer)
        if _SHA256.fullmatch(value) is None:
            self.fail(f"{pointer}/sha256", "64 hexadecimal digits in lower case")
        return value

    def moment(self, content: Mapping[str, object], name: str, pointer: str) -> datetime:
        moment = parse_moment(self.text(content, name, pointer))
        if moment is None:
            self.fail(f"{pointer}/{name}", "an RFC 3339 date-time with its offset")
        return moment

    def channel(self, content: Mapping[str, object], pointer: str) -> Channel:
        value = content.get("channel", Channel.E_OCS.value)
        channel = next((c for c in Channel if c.value == value), None)
        if channel is None:
            self.fail(f"{pointer}/channel", "one of the channels")
        return channel

    def form(self, content: Mapping[str, object], pointer: str) -> Mapping[str, str]:
        answers: dict[str, str] = {}
        for name, value in self.mapping(content.get("form"), f"{pointer}/form").items():
            if not isinstance(value, str):
                self.fail(f"{pointer}/form", "texts by field name")
            answers[name] = value
        return answers

    def document(self, value: object, pointer: str) -> FiledDocument:
        content = self.mapping(value, pointer)
        return FiledDocument(
            kind=self.text(content, "kind", pointer),
            file_name=self.text(content, "file_name", pointer),
            sha256_hex=self.sha256(content, pointer),
        )

    def petition(self, value: object, pointer: str) -> FiledPetition:
        content = self.mapping(value, pointer)
        papers = self.sequence(content.get("documents", []), f"{pointer}/documents")
        return FiledPetition(
            reference=self.reference(content, pointer),
            service=self.text(content, "service", pointer),
            channel=self.channel(content, pointer),
            filed_at=self.moment(content, "filed_at", pointer),
            form=self.form(content, pointer),
            documents=tuple(self.document(p, f"{pointer}/documents/{i}") for i, p in enumerate(papers)),
        )


def parse_petition(value: object, *, pointer: str, operation: str) -> FiledPetition:
    """One petition as filed; ``channel`` is ``e_ocs`` and ``documents`` empty when not given.

    Raises:
        UnexpectedAnswerError: a member is missing or of another form; its pointer is in ``problems``.
    """
    return _Reader(operation=operation).petition(value, pointer)


def _problems(content: Mapping[str, object]) -> tuple[Problem, ...]:
    """The ``errors`` of a problem document whose texts are plainly codes and pointers."""
    errors = content.get("errors")
    found: list[Problem] = []
    for error in errors if isinstance(errors, list) else []:
        pointer, reason = (
            (error.get("pointer"), error.get("reason")) if isinstance(error, dict) else (None, None)
        )
        if not isinstance(pointer, str) or not isinstance(reason, str):
            continue
        if _SAFE_POINTER.fullmatch(pointer) and _SAFE_REASON.fullmatch(reason):
            found.append(Problem(pointer=pointer, fault=REFUSED_HERE, values=(("reason", reason),)))
    return tuple(found)


def raise_for_problem(response: Response, *, operation: str) -> None:
    """Do nothing for success; else raise the error of the status, with what an RFC 9457 body points at.

    ``title`` and ``detail`` are for the server's operators and are not repeated.

    Raises:
        RejectedError: 400 or 422, with the pointers of ``errors``.
        NotFoundError: 404. ConflictError: 409. AuthError: 401 or 403. QuotaError: 429.
        UnavailableError: 500 and above.
    """
    if response.status in {400, 422}:
        try:
            content = parse_json_object(response, platform=PLATFORM, operation=operation)
        except UnexpectedAnswerError:
            content = {}
        raise RejectedError(
            REFUSED,
            platform=PLATFORM,
            operation=operation,
            problems=_problems(content),
            status=response.status,
        )
    raise_for_status(response, platform=PLATFORM, operation=operation)


def parse_page(response: Response, *, operation: str) -> Page[FiledPetition]:
    """One page of petitions.

    Raises:
        UnexpectedAnswerError: the page or an item in it is malformed; its pointer is in ``problems``.
    """
    raise_for_problem(response, operation=operation)
    content = parse_json_object(response, platform=PLATFORM, operation=operation)
    reader = _Reader(operation=operation)
    items = reader.sequence(content.get("items"), "/items")
    last = "next_cursor" in content and content["next_cursor"] is None
    cursor = None if last else reader.text(content, "next_cursor", "")
    petitions = tuple(reader.petition(item, f"/items/{i}") for i, item in enumerate(items))
    return Page(items=petitions, cursor=cursor)


def parse_done(response: Response, *, member: str, expected: object, operation: str) -> None:
    """Check that the answer repeats in ``member`` what the call was about, so that it is its answer.

    Raises:
        UnexpectedAnswerError: it does not.
    """
    raise_for_problem(response, operation=operation)
    content = parse_json_object(response, platform=PLATFORM, operation=operation)
    if content.get(member) != expected:
        _Reader(operation=operation).fail(f"/{member}", "what was sent")

"""Answers that are lists, and the text registers: rows whose nested parts stand under their path."""

from __future__ import annotations

from govlink.errors import NotFoundError
from govlink.flow import Response
from govlink.models.dates import PartialDate
from govlink.models.registry import RegistryRecord
from govlink.wire import field_ci

from .answers import EMPTY_LIST, open_answer, open_content, unexpected
from .catalogue import Service
from .codes import PLATFORM
from .members import Member, dates_of, flatten, known_by_name, split

__all__ = ["parse_flat_text", "parse_rows", "parse_text", "rows_of"]

_ROW_DEPTH = 8  # the guides show a list of objects inside a row, and nothing deeper


def rows_of(
    items: object, service: Service, *, where: str
) -> tuple[tuple[dict[str, str], ...], dict[str, PartialDate]]:
    """The rows of a list and their dates.

    Raises:
        NotFoundError: the list is empty.
        UnexpectedAnswerError: it is no list, or an entry is no object.
    """
    operation = service.endpoint.operation
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise unexpected(where, operation=operation)
    if not items:
        raise NotFoundError(EMPTY_LIST, platform=PLATFORM, operation=operation)
    known = known_by_name(service.members)
    rows: list[dict[str, str]] = []
    dates: dict[str, PartialDate] = {}
    for number, item in enumerate(items):
        try:
            row = dict(flatten(item, known, depth=_ROW_DEPTH))
        except ValueError:
            raise unexpected(where, operation=operation) from None
        rows.append(row)
        dates.update((f"{number}/{path}", date) for path, date in dates_of(row, known).items())
    return tuple(rows), dates


def parse_rows(response: Response, *, service: Service, limit_bytes: int) -> RegistryRecord:
    """A list of records, bare (IKNO-011) or in a member beside ``Count`` (IKNO-009, 010).

    Raises:
        NotFoundError: the list is empty, which says the same as 204.
        UnexpectedAnswerError: there is no list of objects.
    """
    operation = service.endpoint.operation
    content = open_content(response, operation=operation, limit_bytes=limit_bytes)
    if service.rows_in is None:
        rows, dates = rows_of(content, service, where="an array of records")
        return RegistryRecord(service=service.name, rows=rows, dates=dates)
    if not isinstance(content, dict):
        raise unexpected("an object", operation=operation)
    rows, dates = rows_of(field_ci(content, service.rows_in), service, where=service.rows_in)
    rest = {name: value for name, value in content.items() if name.lower() != service.rows_in.lower()}
    texts, extra = split(rest, {"count": Member(name="Count")})
    return RegistryRecord(service=service.name, fields=texts, rows=rows, dates=dates, extra=extra)


def parse_text(response: Response, *, service: Service, limit_bytes: int) -> RegistryRecord:
    """``{ResultList: [...], RawData}`` as rows; the XML in RawData is what ``fetch`` gives.

    Source: DGA knowledge base, DBD API guide (documented); all numbers there are text.

    Raises:
        NotFoundError: ResultList is empty.
        UnexpectedAnswerError: there is no ResultList of objects.
    """
    operation = service.endpoint.operation
    content = open_answer(response, operation=operation, limit_bytes=limit_bytes)
    rows, dates = rows_of(field_ci(content, "ResultList"), service, where="ResultList")
    rest = {name: value for name, value in content.items() if name.lower() not in {"resultlist", "rawdata"}}
    _, extra = split(rest, {})
    return RegistryRecord(service=service.name, rows=rows, dates=dates, extra=extra)


def parse_flat_text(response: Response, *, service: Service, limit_bytes: int) -> RegistryRecord:
    """One object of texts without ResultList: every scalar is a field, in the platform's spelling.

    Source: DGA knowledge base, DBD API guide, DBD-007 (documented).

    Raises:
        UnexpectedAnswerError: the object holds no text, or is a bare message.
    """
    operation = service.endpoint.operation
    content = open_answer(response, operation=operation, limit_bytes=limit_bytes)
    known = known_by_name(service.members)
    rest = {name: value for name, value in content.items() if name.lower() != "rawdata"}
    texts, extra = split(rest, {name.lower(): Member(name=name) for name in rest} | known)
    if not texts or isinstance(field_ci(rest, "Message"), str):
        raise unexpected("the members of a record", operation=operation)
    return RegistryRecord(service=service.name, fields=texts, dates=dates_of(texts, known), extra=extra)

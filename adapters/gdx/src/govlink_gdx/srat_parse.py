"""From SRAT's applications to petitions: who filed what, when, every answer as text under its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from govlink.errors import Fault, Problem, UnexpectedAnswerError
from govlink.flow import Response
from govlink.models.petition import Channel, FiledDocument, FiledPetition
from govlink.wire import field_ci, parse_json_object, raise_for_status

from .codes import PLATFORM, raise_for_code
from .settings import GdxSettings
from .srat_settings import APPLICATION

__all__ = ["flattened", "parse_applications"]

SRAT_MALFORMED = Fault(
    "gdx.srat_malformed",
    en="the answer of SRAT is not in the form its guide gives",
    th="คำตอบของระบบ SRAT ไม่เป็นไปตามรูปแบบในคู่มือ",
)
EXPECTED = Fault(
    "gdx.srat_expected", en="expected here: {expected}", th="รูปแบบที่กำหนดสำหรับตำแหน่งนี้: {expected}"
)

DEEPEST = 32
UNKNOWN_KIND = "OTHER"


def _malformed(pointer: str, expected: str) -> UnexpectedAnswerError:
    problem = Problem(pointer=pointer, fault=EXPECTED, values=(("expected", expected),))
    return UnexpectedAnswerError(
        SRAT_MALFORMED, platform=PLATFORM, operation=APPLICATION.operation, problems=(problem,)
    )


def flattened(value: object, path: str = "", *, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every scalar as text under its path (``FormData.General.ShopInfo.ShopNameTH``, ``Contacts[0].…``).

    Null members are left out; true and false are written as JSON writes them.
    """
    if depth > DEEPEST:
        raise _malformed("/results", f"no more than {DEEPEST} levels")
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from flattened(part, f"{path}.{name}" if path else str(name), depth=depth + 1)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from flattened(part, f"{path}[{index}]", depth=depth + 1)
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    elif value is not None:
        yield path, str(value)


def _text(content: Mapping[str, object], name: str) -> str | None:
    value = field_ci(content, name)
    return value if isinstance(value, str) and value else None


def _moment(text: str | None) -> datetime | None:
    """A UTC moment; the guide calls all of SRAT's times UTC, so one without an offset is (documented)."""
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _documents(
    application: Mapping[str, object], pointer: str, *, kinds: Mapping[str, str]
) -> Iterator[FiledDocument]:
    attachments = field_ci(application, "ApplicationAttachments")
    if attachments is None:
        return
    if not isinstance(attachments, list):
        raise _malformed(f"{pointer}/ApplicationAttachments", "an array")
    for index, attachment in enumerate(attachments):
        name = _text(attachment, "DocName") if isinstance(attachment, dict) else None
        if name is None:
            raise _malformed(f"{pointer}/ApplicationAttachments/{index}/DocName", "a non-empty text")
        # A DocName may name a person, so what no setting knows gets a kind that says nothing.
        kind = next((kind for start, kind in kinds.items() if name.startswith(start)), UNKNOWN_KIND)
        yield FiledDocument(kind=kind, file_name=_text(attachment, "FileName") or name, sha256_hex="")


def _petition(value: object, pointer: str, *, settings: GdxSettings) -> FiledPetition:
    if not isinstance(value, dict):
        raise _malformed(pointer, "an object")
    reference = _text(value, "Id")
    if reference is None or len(reference) > 64:
        raise _malformed(f"{pointer}/Id", "a text of 1 to 64 characters")
    filed_at = _moment(_text(value, "SubmitDate"))
    if filed_at is None:
        raise _malformed(f"{pointer}/SubmitDate", "a UTC date-time")
    service = field_ci(value, "Service")
    number = _text(service, "ServiceId") if isinstance(service, dict) else None
    return FiledPetition(
        reference=reference,
        service=number or settings.srat_service_no or "",
        channel=Channel.SRAT,
        filed_at=filed_at,
        form=dict(flattened(value)),
        documents=tuple(_documents(value, pointer, kinds=settings.srat_document_kinds)),
    )


def parse_applications(response: Response, *, settings: GdxSettings) -> tuple[FiledPetition, ...]:
    """All petitions of an answer, oldest first; none for 204, the gateway's "no matching data".

    ``reference`` is ``Id``; the number people know, ``ApplicationNo``, is in the form, and so is each
    attachment's ``FileId``. SRAT gives no digest of a file, so ``sha256_hex`` is empty, as for papers
    that were taken in without one.

    Raises:
        UnexpectedAnswerError: ``results`` or a petition in it is malformed; ``problems`` says where.
    """
    if response.status == 204:
        return ()
    operation = APPLICATION.operation
    raise_for_code(response, operation=operation)
    raise_for_status(response, platform=PLATFORM, operation=operation)
    content = parse_json_object(response, platform=PLATFORM, operation=operation)
    results = field_ci(content, "results")
    if not isinstance(results, list):
        raise _malformed("/results", "an array")
    petitions = (_petition(r, f"/results/{i}", settings=settings) for i, r in enumerate(results))
    return tuple(sorted(petitions, key=lambda petition: (petition.filed_at, petition.reference)))

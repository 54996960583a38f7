"""What a service record says: everything in which one service on GDX differs from another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment

from ..keys import Key, LinkageCode
from ..members import Member
from ..purpose import PurposeHeaders

__all__ = [
    "DOCUMENTS",
    "LARGE",
    "RECORDS",
    "AnswerKind",
    "AskedAs",
    "CallStyle",
    "Family",
    "Service",
    "gdx_endpoint",
]


class AnswerKind(StrEnum):
    """The forms in which services answer."""

    YES_NO = "yes_no"
    """``{"Result": true}``."""
    RECORD = "record"
    """A flat object of the record's members."""
    ROWS = "rows"
    """An array of records, bare or in the member that ``Service.rows_in`` names."""
    RECORD_OR_ROWS = "record_or_rows"
    """An object or an array of them: Linkage data sets whose form no document tells."""
    TEXT = "text"
    """``{ResultList: [...], RawData}``, RawData being the register's XML in Base64."""
    FLAT_TEXT = "flat_text"
    """An object of texts without ResultList (documented for DBD-007)."""
    PDF = "pdf"
    """An object holding a PDF in Base64, its size and its digest."""
    IMAGE = "image"
    """``{Type, Page, Contents: [...]}``, each entry a PDF in Base64."""
    PHOTO = "photo"
    """A picture in hexadecimal digits beside its size."""


RECORDS = frozenset(
    {
        AnswerKind.YES_NO,
        AnswerKind.RECORD,
        AnswerKind.ROWS,
        AnswerKind.RECORD_OR_ROWS,
        AnswerKind.TEXT,
        AnswerKind.FLAT_TEXT,
    }
)
"""What ``look_up`` reads."""
DOCUMENTS = frozenset({AnswerKind.TEXT, AnswerKind.PDF, AnswerKind.IMAGE, AnswerKind.PHOTO})
"""What ``fetch`` reads; of a text answer it is the register's own XML."""
LARGE = DOCUMENTS
"""What may be as large, and take as long, as a document."""


class AskedAs(StrEnum):
    """Whose AgentID the session of a call bears."""

    AGENCY = "agency"
    """The configured ``agent_id``."""
    OFFICER = "officer"
    """The officer of the query, whose card is in GovAMI (documented: GDX API guide, AgentID)."""


class CallStyle(StrEnum):
    """How parameters travel; Linkage documents both (its "5000" and "6000" styles).

    No other service of the gateway is documented to be asked by ``POST``; one that an agency declares
    may be, so that what is secret or personal stays out of URLs.
    """

    GET = "get"
    """All parameters in the query."""
    POST_FORM = "post_form"
    """The keys as a form in the body, in the query nothing but Linkage's codes."""


class Family(StrEnum):
    """Services that fail alike, count alike, and are asked under the same conditions.

    The failure forms: ``PUBLIC`` puts a code behind a Java class name in an HTTP 500, ``IKNO`` a
    bracketed code into ``Message`` (both documented), ``LINKAGE`` a member ``Code`` beside ``Message``
    whatever the status (seen in code). No document shows a failure of ``DBD``; it is read like the
    others. One table, ``codes.RULES``, holds the meanings of all codes.
    """

    PUBLIC = "public"
    IKNO = "ikno"
    LINKAGE = "linkage"
    DBD = "dbd"
    DECLARED = "declared"
    """Declared in the agency's own settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: ``name`` is govlink's, ``code`` the number in the GDX catalogue.

    ``denials`` are codes in an HTTP 500 that mean "no" and not a failure. ``members`` are the known
    members of a record. ``quota_cost`` is how many of the day's look-ups one call takes.
    ``purpose_headers`` are the headers in which the service is told why; only declared ones have any.
    """

    name: str
    code: str
    family: Family
    endpoint: Endpoint
    keys: tuple[Key, ...]
    answer: AnswerKind
    asked_as: AskedAs = AskedAs.AGENCY
    style: CallStyle = CallStyle.GET
    linkage: LinkageCode | None = None
    denials: frozenset[str] = frozenset()
    members: tuple[Member, ...] = ()
    rows_in: str | None = None
    quota_cost: int = 1
    purpose_headers: PurposeHeaders | None = None


def gdx_endpoint(operation: str, path: str, *, mark: Mark, source: str) -> Endpoint:
    """Sandbox and production; no UAT address of these services is published, so it must be configured."""
    return Endpoint(
        operation=operation,
        urls={
            Environment.SANDBOX: f"{{sandbox}}/gdx/{path}",
            Environment.PRODUCTION: f"{{gateway}}/{path}",
        },
        mark=mark,
        source=source,
    )

"""e-Document: the three requests of a seal, byte for byte, and what comes back untouched."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from govlink.errors import (
    AuthError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
    UnexpectedAnswerError,
    VerificationError,
)
from govlink.flow import Context, Effect, Response
from govlink.models.documents import OrganisationSeal, PersonSignature, Placement, SealRequest
from govlink.models.identity import AgentId
from govlink.models.registry import DocumentKind
from govlink_gdx.sealing import SealingFlows
from govlink_gdx.settings import GdxSettings
from govlink_gdx.tiny_pdf import tiny_pdf

from .service_box import CONTEXT, LOST, NOW, Box, answer, boxed, play

PDF = tiny_pdf("SYNTHETIC certificate")
SEALED = PDF + b"\n/ByteRange [0 0 0 0]\n"
PNG = b"\x89PNG\r\n\x1a\n synthetic"
REQUEST = SealRequest(
    content=PDF,
    template_id="TEMPLATE-1",
    signer=OrganisationSeal(certificate_id="CERT-1", agent_name="สมใจ ทดสอบ", agent_position="ผู้อำนวยการ"),
    reason="ออกใบเทียบวุฒิ",
    placement=Placement(page=1, left=150, bottom=151, width=152, height=60),
    image_png=PNG,
    verification_url="https://verify.invalid/EQ-1",
    link_placement=Placement(page=2, left=50, bottom=51, width=0, height=0),
    clause="เอกสารฉบับนี้",
)
REGISTERED = answer({"DocumentID": "61274f0970b8b30b547b1901"})
SIGNED = answer({})


def seal(settings: GdxSettings, request: SealRequest = REQUEST, **extra: object) -> object:
    """The flow under more settings."""
    changed = GdxSettings.model_validate({**settings.model_dump(), **extra})
    return SealingFlows(settings=changed).seal(request, context=CONTEXT)


def test_a_seal_is_three_requests(settings: GdxSettings) -> None:
    """Registered, certified, fetched; the first two are writes, and the bytes come back untouched."""
    document, (register, sign, content) = play(
        seal(settings), REGISTERED, SIGNED, Response(status=200, body=SEALED)
    )
    host = "https://api.egov.go.th/api/edoc"
    assert (register.method, register.url) == ("PUT", f"{host}/document/v1/register")
    assert register.query == (("TemplateID", "TEMPLATE-1"), ("Timestamp", "true"))
    assert sign.url == f"{host}/signature/egov/v1/organization/certified"
    assert content.url == f"{host}/signature/egov/v1/content"
    assert content.query == (("DocumentID", "61274f0970b8b30b547b1901"),)
    assert [r.effect for r in (register, sign, content)] == [Effect.WRITE, Effect.WRITE, Effect.READ]
    assert (document.content, document.kind) == (SEALED, DocumentKind.PDF)


def test_the_multipart_body_is_what_clients_send(settings: GdxSettings) -> None:
    """Six parts in their order, the PDF unencoded, Thai as UTF-8, coordinates as text."""
    request = next(seal(settings))
    ((_, media_type),) = request.headers
    boundary = media_type.removeprefix("multipart/form-data; boundary=")
    parts = request.body.split(f"--{boundary}".encode())
    assert parts[0] == b""
    assert parts[-1] == b"--\r\n"
    assert b'name="Content"; filename="document.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF' in parts[1]
    assert parts[1].endswith(PDF + b"\r\n")
    names = [part.split(b'name="')[1].split(b'"')[0].decode() for part in parts[1:-1]]
    assert names == ["Content", "Clause", "Link", "Page", "Left", "Bottom"]
    values = [part.split(b"\r\n\r\n")[1].removesuffix(b"\r\n").decode() for part in parts[2:-1]]
    assert values == ["เอกสารฉบับนี้", "https://verify.invalid/EQ-1", "2", "50", "51"]


def test_the_boundary_follows_from_the_context_and_is_in_no_part(settings: GdxSettings) -> None:
    """The same context gives the same bytes; a document that holds the boundary gets another."""
    flow = SealingFlows(settings=settings)
    first = next(flow.seal(REQUEST, context=CONTEXT))
    assert next(flow.seal(REQUEST, context=CONTEXT)).body == first.body
    other = Context.fixed(now=NOW, seed="other")
    assert next(flow.seal(REQUEST, context=other)).body != first.body
    boundary = first.headers[0][1].partition("boundary=")[2]
    hostile = replace(REQUEST, content=PDF + boundary.encode())
    assert next(flow.seal(hostile, context=CONTEXT)).headers[0][1].partition("boundary=")[2] != boundary


@pytest.mark.parametrize(("written", "left"), [("text", "150"), ("number", 150)])
def test_coordinates_are_written_as_set(settings: GdxSettings, written: str, left: object) -> None:
    """Texts, as clients send them, unless the platform turns out to want numbers."""
    flow = seal(settings, edoc_coordinates=written)
    next(flow)
    content = json.loads(flow.send(REGISTERED).body)
    assert content["Signature"]["Left"] == left
    assert base64.b64decode(content["Signature"]["Image"]) == PNG
    assert (content["CertificateID"], content["Agent"]) == ("CERT-1", "สมใจ ทดสอบ")


def test_a_person_signs_in_a_session_of_their_own(settings: GdxSettings, officer: str) -> None:
    """The AgentID of the session must be the signer's number; a seal uses the agency's."""
    request = replace(REQUEST, signer=PersonSignature(signer=AgentId(officer)))
    flow = seal(settings, request)
    register = next(flow)
    sign = flow.send(REGISTERED)
    assert sign.url.endswith("/image/signed")
    assert "CertificateID" not in json.loads(sign.body)
    assert register.auth.key[2] == sign.auth.key[2] == officer
    assert next(seal(settings)).auth.key[2] == "govlink-tests"


def test_uat_is_the_trial_host_with_its_own_session(settings: GdxSettings) -> None:
    """DGA's test host has both; a host of the agency's own replaces it."""
    request = next(seal(settings, environment="uat"))
    assert request.url == "https://trial.dga.or.th/api/edoc/document/v1/register"
    assert request.auth.key[0] == "https://trial.dga.or.th/ws/auth/validate"
    moved = next(seal(settings, environment="uat", hosts={"trial": "https://proxy.invalid/dga"}))
    assert moved.url == "https://proxy.invalid/dga/api/edoc/document/v1/register"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"content": b"<html>"}, "/content"),
        ({"image_png": b"GIF89a"}, "/image_png"),
        ({"template_id": ""}, "/template_id"),
        ({"reason": ""}, "/reason"),
        ({"signer": replace(REQUEST.signer, certificate_id="")}, "/signer/certificate_id"),
        ({"signer": PersonSignature(signer=AgentId("a-system"))}, "/signer/signer"),
    ],
)
def test_what_cannot_be_sealed_is_not_sent(
    settings: GdxSettings, change: dict[str, object], pointer: str
) -> None:
    """Each problem has its place."""
    with pytest.raises(RejectedError) as caught:
        next(seal(settings, replace(REQUEST, **change)))
    assert [problem.pointer for problem in caught.value.problems] == [pointer]


def test_a_document_too_large_is_not_sent(settings: GdxSettings) -> None:
    """The limit holds on the way out, too."""
    with pytest.raises(RejectedError, match=r"gdx\.seal_invalid"):
        next(seal(settings, document_limit_bytes=len(PDF) - 1))


def test_a_document_just_within_the_limit_can_be_fetched(settings: GdxSettings) -> None:
    """A signature makes it larger, and it must not be signed only to be too large to hand over."""
    _, requests = play(
        seal(settings, document_limit_bytes=len(PDF)),
        REGISTERED,
        SIGNED,
        Response(status=200, body=SEALED),
    )
    assert requests[2].max_body_bytes > len(PDF) + 1024 * 1024


def test_a_lost_registration_is_made_once_more(settings: GdxSettings) -> None:
    """Nobody signed it, so a document too many harms nobody; twice lost is an error."""
    back = Response(status=200, body=SEALED)
    _, requests = play(seal(settings), LOST, REGISTERED, SIGNED, back)
    assert requests[0] is requests[1]
    with pytest.raises(OutcomeUnknownError):
        play(seal(settings), LOST, LOST)


def test_a_lost_signature_is_never_asked_for_again(settings: GdxSettings) -> None:
    """The error names the document, so that a person can look."""
    with pytest.raises(OutcomeUnknownError, match="61274f0970b8b30b547b1901"):
        play(seal(settings), REGISTERED, LOST)


@pytest.mark.parametrize(
    "content",
    [{}, {"DocumentID": ""}, {"DocumentID": 7}, {"DocumentID": "../x"}, {"DocumentID": "3980000000025"}],
)
def test_a_registration_without_a_number_is_none(settings: GdxSettings, content: dict[str, object]) -> None:
    """A number goes into URLs and errors, so it must look like one and not like a person's."""
    with pytest.raises(UnexpectedAnswerError):
        play(seal(settings), answer(content))


@pytest.mark.parametrize(
    ("back", "kind"),
    [
        (Response(status=200, body=PDF), VerificationError),
        (Response(status=200, body=PDF + b"changed"), VerificationError),
        (Response(status=200, body=b"<html>"), UnexpectedAnswerError),
        (Response(status=200), UnexpectedAnswerError),
        (answer({"Message": "[00815] x"}, 500), NotFoundError),
        (Response(status=404), NotFoundError),
        (Response(status=403), AuthError),
    ],
)
def test_an_unsealed_answer_is_not_handed_on(
    settings: GdxSettings, back: Response, kind: type[Exception]
) -> None:
    """The file that was sent, one without a signature, a page, nothing, a refusal."""
    with pytest.raises(kind) as caught:
        play(seal(settings), REGISTERED, SIGNED, back)
    # It was signed all the same: without the number a second one would be.
    assert "61274f0970b8b30b547b1901" in caught.value.explain()  # type: ignore[attr-defined]  # GovlinkErrors all


def test_a_signed_document_that_came_back_unchanged_was_not_sealed(settings: GdxSettings) -> None:
    """It held a signature before; the platform added none."""
    request = replace(REQUEST, content=SEALED)
    with pytest.raises(VerificationError, match="unchanged"):
        play(seal(settings, request), REGISTERED, SIGNED, Response(status=200, body=SEALED))


def test_the_search_for_a_signature_can_be_switched_off(settings: GdxSettings) -> None:
    """The name looked for is every PDF signature's, but no document of the platform says so."""
    back = Response(status=200, body=PDF + b"changed")
    assert play(seal(settings, edoc_signature_sign=""), REGISTERED, SIGNED, back)[0].content == back.body


# --- against the box --------------------------------------------------------------------------


@pytest.fixture
def box() -> Iterator[Box]:
    """A running GDX."""
    with boxed() as running:
        yield running


def test_a_certificate_is_sealed_and_a_letter_signed(box: Box, officer: str) -> None:
    """The box knows who registered and who signed each; only a person's session signs by image."""
    flows = SealingFlows(settings=box.settings())
    sealed = box.drive(flows.seal(REQUEST, context=box.context()))
    assert sealed.content.startswith(PDF)
    request = replace(REQUEST, signer=PersonSignature(signer=AgentId(officer)))
    box.drive(flows.seal(request, context=box.context()))
    first, second = box.control("edoc").values()
    assert (first["registered_by"], first["signed_by"]) == ("govlink-demo", "certificate CERT-1")
    assert (second["registered_by"], second["signed_by"]) == (officer, officer)
    assert first["link"] == "https://verify.invalid/EQ-1"

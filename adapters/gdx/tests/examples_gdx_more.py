"""Calls of sealing, delivery, petitions, payments and Linkage Center 2, for the conformance kit."""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from uuid import UUID

from starlette.types import ASGIApp

from govlink.exchange import DocumentInfo, KeyRing, TrustList, seal
from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.inbox import Inbox
from govlink.exchange.party import Party
from govlink.exchange.receiving import receiving_app
from govlink.flow import Context
from govlink.models.documents import (
    OrganisationSeal,
    PaymentOrder,
    PaymentReference,
    PersonSignature,
    Placement,
    SealRequest,
)
from govlink.models.identity import AgentId, PersonName
from govlink.models.registry import Purpose, RegistryQuery
from govlink.sandbox.server import RunningSandbox
from govlink.testing.conformance import (
    EXAMPLE_OFFICER,
    EXAMPLE_PERSON,
    THAI_TEXT,
    Example,
    tell_sandbox,
)
from govlink_gdx.services import SANDBOX_VALUES
from govlink_gdx.tiny_pdf import tiny_pdf

__all__ = ["MORE_EXAMPLES"]

PURPOSE = Purpose(text="เทียบวุฒิ", legal_basis="synthetic", case_reference="EQ-0001")
THAID_TOKEN = "thaid-good-nowhere-0123456789"
MESSAGE = UUID("00000000-0000-4000-8000-000000000001")
PLACE = Placement(page=1, left=150, bottom=150, width=150, height=60)
PNG = b"\x89PNG\r\n\x1a\n synthetic"
PAYER = f"{EXAMPLE_PERSON.first_name} {EXAMPLE_PERSON.last_name}"
NAMES = (EXAMPLE_PERSON.first_name, EXAMPLE_PERSON.last_name)


def education_row(**more: object) -> dict[str, object]:
    """A row of the Ministry of Education's, as Linkage Center 2 sends one."""
    return {
        "personID": EXAMPLE_PERSON.citizen_id,
        "prefixName": EXAMPLE_PERSON.title,
        "firstName": EXAMPLE_PERSON.first_name,
        "lastName": EXAMPLE_PERSON.last_name,
        "schoolName": THAI_TEXT,
        **more,
    }


def _with_education(sandbox: RunningSandbox) -> Mapping[str, object]:
    content = {
        "students": [education_row(academicYear="2567", gpax=3.5)],
        "graduates": [
            education_row(academicYear=2018, gpax="3.50", graduateDate="2019-03-31"),
            education_row(academicYear=2021, gpax="3.75", graduateDate="2022-03-31"),
        ],
    }
    tell_sandbox(sandbox, "/gdx/_sandbox/linkage2", content)
    return {}


def _education(service: str) -> Example:
    keys = {"CitizenID": EXAMPLE_PERSON.citizen_id, "ThaIDAccessToken": THAID_TOKEN}
    return Example(
        capability="registry",
        verb="look_up",
        arguments={
            "query": RegistryQuery(
                service=service, keys=keys, purpose=PURPOSE, officer=AgentId(EXAMPLE_OFFICER)
            )
        },
        prepare=_with_education,
        private=NAMES,
        returns=(*NAMES, THAI_TEXT),
    )


def _seal(signer: OrganisationSeal | PersonSignature) -> Example:
    request = SealRequest(
        content=tiny_pdf("SYNTHETIC equivalence certificate"),
        template_id="SANDBOX-TEMPLATE",
        signer=signer,
        reason=THAI_TEXT,
        placement=PLACE,
        image_png=PNG,
        verification_url="https://verify.invalid/EQ-0001",
        link_placement=PLACE,
        clause=f"ออกให้โดย {THAI_TEXT}",
    )
    return Example(capability="sealing", verb="seal", arguments={"request": request}, carries=(THAI_TEXT,))


def application(number: int) -> dict[str, object]:
    """An application as SRAT's guide prints one, shortened."""
    return {
        "Id": f"63033298a6168d5f{number:08d}",
        "Applicant": {"FirstName": NAMES[0], "LastName": NAMES[1], "Age": "30"},
        "SubmitDate": f"2025-01-{1 + number // 24:02d}T{number % 24:02d}:39:00.119Z",
        "ApplicationNo": f"C680101{number:03d}",
        "ApplicationAttachments": [
            {"DocName": "สำเนาใบแสดงผลการเรียน", "FileId": f"62a15da470b8b306{number:08d}", "FileSize": 59186}
        ],
        "FormData": {"General": {"Note": THAI_TEXT, "Area": 199, "Agreed": True, "Nothing": None}},
    }


def _with_applications(sandbox: RunningSandbox) -> Mapping[str, object]:
    service_no = SANDBOX_VALUES["srat_service_no"]
    rows = [{"service_no": service_no, "application": application(number)} for number in range(60)]
    tell_sandbox(sandbox, "/gdx/_sandbox/srat", rows)
    return {}


def _reference(number: int) -> PaymentReference:
    return PaymentReference(reference1=f"EQ{number:04d}", reference2="680001")


def _order(number: int) -> Example:
    order = PaymentOrder(
        reference=_reference(number),
        amount_baht=Decimal(200),
        payer_name=PersonName(title=EXAMPLE_PERSON.title, first=NAMES[0], last=NAMES[1]),
        description_th="ค่าธรรมเนียมการเทียบวุฒิ",
        payable_until=datetime(2099, 1, 1, tzinfo=UTC),
    )
    return Example(capability="payments", verb="create_payment", arguments={"order": order}, carries=NAMES)


def _standing(number: int, *, is_paid: bool) -> Callable[[RunningSandbox], Mapping[str, object]]:
    """Makes an order stand before the call, and be paid."""
    reference = _reference(number)
    pair = {"reference1": reference.reference1, "reference2": reference.reference2}

    def prepare(sandbox: RunningSandbox) -> Mapping[str, object]:
        tell_sandbox(sandbox, "/gdx/_sandbox/payments/open", {**pair, "amount": "200"})
        if is_paid:
            tell_sandbox(sandbox, "/gdx/_sandbox/payments/pay", pair)
        return {}

    return prepare


_CALLBACK = {" PaidStatus": 0, " Ref1": "EQ0001", " Ref2": "680001", " CardNo": "403375******6369"}


@functools.cache
def _exchange() -> tuple[Path, ASGIApp]:
    """A sealed envelope and the recipient's real inbox: all drivers must send equal bytes."""
    folder, moment = Path(tempfile.mkdtemp(prefix="govlink-example-")), datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    rings, trust = {name: KeyRing(folder / name) for name in ("school.example", "obec")}, TrustList()
    for name, ring in rings.items():
        ring.generate(name, at=moment)
        for entry in ring.public_entries(name_th="หน่วยงานสมมติ", name_en="Made-up agency", at=moment):
            trust = trust.pin(entry, fingerprint=entry.kid, at=moment)
    seal(
        BytesIO(b"a transcript"),
        into=folder / "envelope",
        info=DocumentInfo(file_name="transcript.pdf"),
        message_id=MESSAGE,
        sender="school.example",
        recipient="obec",
        purpose="equivalence",
        case_reference="CASE-1",
        signing_key=rings["school.example"].current_signing(moment),
        recipient_key=trust.sealer(organisation="obec", at=moment),
        at=moment,
    )
    party = Party(
        keys=rings["obec"],
        trust=lambda: trust,
        evidence=EvidenceLog(folder / "evidence.jsonl"),
        context=lambda: Context.fixed(now=moment, seed="example"),
    )
    inbox = Inbox(folder / "inbox", party=party)
    atexit.register(inbox.close)
    return folder / "envelope", receiving_app(inbox, process=lambda _: None)


def _with_envelope(sandbox: RunningSandbox) -> Mapping[str, object]:
    envelope, inbox = _exchange()
    sandbox.world.receiver_of = {"obec": inbox}.get
    return {"envelope": envelope}


MORE_EXAMPLES = (
    _education("moe.student"),
    _education("moe.graduate"),
    _seal(OrganisationSeal(certificate_id="SANDBOX-CERT", agent_name=PAYER, agent_position="ผู้อำนวยการ")),
    _seal(PersonSignature(signer=AgentId(EXAMPLE_OFFICER))),
    Example(
        capability="delivery",
        verb="send",
        arguments={"message_id": MESSAGE, "recipient": "obec"},
        prepare=_with_envelope,
    ),
    Example(
        capability="intake",
        verb="pull",
        arguments={"since": datetime(2025, 1, 1, tzinfo=UTC), "cursor": None},
        prepare=_with_applications,
        private=NAMES,
        returns=(*NAMES, THAI_TEXT),
    ),
    Example(capability="intake", verb="acknowledge", arguments={"references": ("63033298a6168d5f",)}),
    _order(0),
    Example(
        capability="payments",
        verb="payment_status",
        arguments={"reference": _reference(1)},
        prepare=_standing(1, is_paid=True),
    ),
    Example(
        capability="payments",
        verb="confirm_callback",
        arguments={"body": json.dumps(_CALLBACK).encode()},
        prepare=_standing(1, is_paid=True),
    ),
    Example(
        capability="payments",
        verb="void_payment",
        arguments={"reference": _reference(2)},
        prepare=_standing(2, is_paid=True),
    ),
    Example(
        capability="payments",
        verb="close_payment",
        arguments={"reference": _reference(3)},
        prepare=_standing(3, is_paid=False),
    ),
)

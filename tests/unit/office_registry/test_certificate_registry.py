"""The certificate register, served: what a shown certificate is told, and how little anybody else is."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import anyio.to_thread
import pytest
from sqlalchemy import event, text

from govlink.equivalence import commands as c
from govlink.equivalence import feed
from govlink.equivalence.actors import SYSTEM
from govlink.equivalence.certificate import CertificateRecord
from govlink.equivalence.events import Outcome
from govlink.equivalence.procedure import Procedure
from govlink.equivalence.service import PetitionDesk
from govlink.equivalence.store import EventStore
from govlink.errors import RejectedError, UnavailableError
from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.provider import (
    EvidenceAccessLog,
    HeaderCallers,
    Limits,
    Method,
    Parameter,
    RegistryService,
)
from govlink.models.identity import PersonName
from govlink.models.text import to_thai_digits
from govlink.office.certificate_registry import (
    CertificateRegister,
    CertificateState,
    certificate_service,
)

from ..equivalence.cases import OFFICER, SIGNER, filed
from ..exchange.provider.serving import (
    PREFIX,
    REASON,
    Kept,
    acall,
    application,
    call,
    entry,
    key_of,
    on_loopback,
)

PATH = f"/{PREFIX}/equivalence/v1/certificate"
JSON = (("content-type", "application/json"),)
PURPOSES = frozenset({"admission"})
OTHER_CODE = "ABCDEF-ABCDEF-ABCDEF-ABCDEF"


@dataclass
class Bureau:
    """An office with a store, that issues one certificate after another."""

    url: str
    store: EventStore
    issued: list[tuple[str, CertificateRecord]] = field(default_factory=list)

    @property
    def desk(self) -> PetitionDesk:
        """A desk with fresh randomness."""
        return PetitionDesk(self.store, procedure=Procedure())

    def issue(self, *, number: str | None = None) -> tuple[str, CertificateRecord]:
        """A further petition carried to its certificate."""
        reference = f"EOCS-{len(self.issued)}"
        stream = self.desk.take_in(replace(filed(), reference=reference)).id
        self.desk.handle(stream, c.CompleteIntake(actor=OFFICER))
        self.desk.handle(stream, c.Propose(actor=OFFICER, outcome=Outcome.APPROVE, statement="ตรวจแล้ว"))
        self.desk.handle(stream, c.SignApproval(actor=SIGNER))
        record = self.desk.handle(stream, c.Issue(actor=SYSTEM, number=number)).certificate
        assert record is not None
        self.issued.append((stream, record))
        return stream, record

    def correct(self, stream: str) -> CertificateRecord:
        """The same certificate with another name."""
        command = c.Correct(actor=OFFICER, name=PersonName(first="สมชัย", last="ใจดี"))
        record = self.desk.handle(stream, command).certificate
        assert record is not None
        return record

    def revoke(self, stream: str) -> None:
        """The certificate holds no longer."""
        self.desk.handle(stream, c.Revoke(actor=SIGNER, reason_code="FRAUD", statement="ปลอมเอกสาร"))


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """An office at work."""
    url = f"sqlite:///{tmp_path / 'petitions.db'}"
    with EventStore(url, person_secret=b"a secret of the tests") as store:
        yield Bureau(url, store)


@pytest.fixture
def register(bureau: Bureau) -> Iterator[CertificateRegister]:
    """The register of that office, in a process of its own as far as the database knows."""
    with CertificateRegister(bureau.url) as opened:
        yield opened


def state(register: CertificateRegister, record: CertificateRecord) -> CertificateState | None:
    """What the register says of this copy."""
    found = register.standing(number=record.number, verify_code=record.verify_code)
    return found.state if found else None


def served(service: RegistryService, log: Any = None) -> Any:
    """The service as an application, for one caller who may use it."""
    callers = HeaderCallers(
        key_header="Consumer-Key",
        entries=(entry(services=frozenset({service.name}), calls_per_minute=10_000),),
    )
    return application(service, log=log, callers=callers)


def ask(app: Any, number: str, code: str) -> Any:
    """One call."""
    body = json.dumps({"CertificateNumber": number, "VerificationCode": code}).encode()
    return call(app, PATH, method="POST", body=body, extra=JSON)


def test_the_life_of_a_certificate(bureau: Bureau, register: CertificateRegister) -> None:
    """Valid when issued; a corrected copy replaces the first; revocation ends both. Nothing is stale."""
    assert register.standing(number="1", verify_code=OTHER_CODE) is None
    stream, first = bureau.issue()
    assert state(register, first) is CertificateState.VALID
    second = bureau.correct(stream)
    assert (state(register, first), state(register, second)) == (
        CertificateState.CORRECTED,
        CertificateState.VALID,
    )
    bureau.revoke(stream)
    assert (state(register, first), state(register, second)) == (CertificateState.REVOKED,) * 2
    with CertificateRegister(bureau.url) as afresh:
        assert state(afresh, second) is CertificateState.REVOKED


def test_catching_up_at_the_start_leaves_nothing_for_the_first_caller(
    bureau: Bureau, register: CertificateRegister
) -> None:
    """A large register would otherwise keep its first callers waiting until they are given up."""
    _, record = bureau.issue()
    register.catch_up()
    assert list(register._feed.new()) == []
    assert state(register, record) is CertificateState.VALID


def test_a_delivered_certificate_stays_valid(bureau: Bureau, register: CertificateRegister) -> None:
    """Handing it over changes nothing about it."""
    stream, record = bureau.issue()
    bureau.desk.handle(stream, c.Deliver(actor=OFFICER, means=next(iter(c.DeliveryMeans))))
    assert state(register, record) is CertificateState.VALID


def test_number_and_code_as_people_type_them(bureau: Bureau, register: CertificateRegister) -> None:
    """Thai digits, small letters, missing hyphens, stray blanks."""
    _, record = bureau.issue(number="วฒ 15/2567")
    code = record.verify_code
    for number in ("วฒ 15/2567", " วฒ  15/2567 ", to_thai_digits("วฒ 15/2567")):
        for typed in (
            code,
            code.lower(),
            code.replace("-", ""),
            code.replace("-", " "),
            to_thai_digits(code),
        ):
            found = register.standing(number=number, verify_code=typed)
            assert found is not None
            assert found.issued_on == record.issued_on


def test_the_same_number_given_twice_is_told_apart_by_its_code(
    bureau: Bureau, register: CertificateRegister
) -> None:
    """An office's own register may repeat a number; revoking one leaves the other."""
    stream, one = bureau.issue(number="1/2567")
    _, two = bureau.issue(number="1/2567")
    bureau.revoke(stream)
    assert (state(register, one), state(register, two)) == (
        CertificateState.REVOKED,
        CertificateState.VALID,
    )


def test_one_certificates_code_opens_no_other(bureau: Bureau, register: CertificateRegister) -> None:
    """Holding one certificate tells nothing about another number."""
    (_, one), (_, two) = bureau.issue(), bureau.issue()
    assert register.standing(number=two.number, verify_code=one.verify_code) is None


def test_wrong_code_and_unknown_number_are_one_answer(bureau: Bureau) -> None:
    """Same status, same bytes, same headers but the id, and the same statements to the database."""
    _, record = bureau.issue()
    statements: list[str] = []
    with CertificateRegister(bureau.url) as register:
        app = served(certificate_service(register, purposes=PURPOSES))
        ask(app, record.number, record.verify_code)
        event.listen(
            register._feed._engine, "before_cursor_execute", lambda *a: statements.append(f"{a[2]} {a[3]}")
        )
        seen = []
        for number in (record.number, record.number[:-1] + "0", "1/2567"):
            statements.clear()
            got = ask(app, number, OTHER_CODE)
            headers = {n: v for n, v in got.headers.items() if n != "x-request-id"}
            seen.append((got.status, got.body, headers, tuple(statements)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][:2] == (204, b"")


def test_an_answer_tells_the_state_and_no_more(bureau: Bureau) -> None:
    """Neither name, number, level nor reason; the day of issue only where it was agreed on."""
    stream, record = bureau.issue()
    log = Kept()
    with CertificateRegister(bureau.url) as register:
        app = served(certificate_service(register, purposes=PURPOSES), log)
        dated = served(certificate_service(register, purposes=PURPOSES, tells_issue_date=True))
        valid = ask(app, record.number, record.verify_code)
        assert valid.json == {"Result": True, "State": "VALID"}
        assert ask(dated, record.number, record.verify_code).json == {
            "Result": True,
            "State": "VALID",
            "IssuedOn": record.issued_on.isoformat(),
        }
        bureau.revoke(stream)
        assert ask(app, record.number, record.verify_code).json == {"Result": False, "State": "REVOKED"}
    for canary in ("1999000000017", "สมชาย", record.number, record.verify_code, "FRAUD", stream):
        assert canary not in f"{valid.body.decode()} {log.records}"


@pytest.mark.parametrize(
    ("number", "code"), [("", OTHER_CODE), ("x" * 65, OTHER_CODE), ("1", "ABC"), ("1", "0" * 24), ("1", "")]
)
def test_what_no_certificate_looks_like_is_400(bureau: Bureau, number: str, code: str) -> None:
    """A form is wrong whatever the register holds."""
    with CertificateRegister(bureau.url) as register:
        assert ask(served(certificate_service(register, purposes=PURPOSES)), number, code).status == 400


def test_the_code_stays_out_of_the_url(bureau: Bureau) -> None:
    """POST by default; GET is there for a gateway that can do nothing else."""
    _, record = bureau.issue()
    query = {"CertificateNumber": record.number, "VerificationCode": record.verify_code}
    with CertificateRegister(bureau.url) as register:
        assert call(served(certificate_service(register, purposes=PURPOSES)), PATH, query=query).status == 405
        get = certificate_service(register, purposes=PURPOSES, method=Method.GET)
        assert call(served(get), PATH, query=query).status == 200
        assert all(isinstance(p, Parameter) and p.is_personal for p in get.parameters)


def test_a_database_that_fails_is_503(tmp_path: Path) -> None:
    """And a stored event that cannot be read is 500: never a guess about a certificate."""
    with CertificateRegister(f"sqlite:///{tmp_path / 'nowhere' / 'p.db'}") as register:
        with pytest.raises(UnavailableError):
            register.standing(number="1", verify_code=OTHER_CODE)
        got = ask(served(certificate_service(register, purposes=PURPOSES)), "1", OTHER_CODE)
        assert (got.status, b"provider_upstream" in got.body) == (503, True)


def test_a_damaged_event_is_500_until_it_is_repaired(bureau: Bureau, register: CertificateRegister) -> None:
    """Nothing is answered from a log of which a part cannot be read."""
    _, record = bureau.issue()
    damage = (
        "UPDATE govlink_events SET data = replace(data, '\"number\"', '\"nomber\"') WHERE type = 'Issued'"
    )
    with register._feed._engine.begin() as connection:
        connection.execute(text(damage))
    with pytest.raises(RejectedError):
        state(register, record)
    assert ask(served(certificate_service(register, purposes=PURPOSES)), "1", OTHER_CODE).status == 500
    with register._feed._engine.begin() as connection:
        connection.execute(
            text(damage.replace("number", "x").replace("nomber", "number").replace("x", "nomber"))
        )
    assert state(register, record) is CertificateState.VALID


def test_a_revocation_counts_however_late_it_becomes_visible(
    bureau: Bureau, register: CertificateRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database may show position 9 before 8: whether a certificate holds is not left to what came since."""
    monkeypatch.setattr(feed, "_OVERLAP", 0)
    stream, record = bureau.issue()
    bureau.revoke(stream)
    hide = "UPDATE govlink_events SET type = '{}' WHERE type = '{}'"
    with register._feed._engine.begin() as connection:
        connection.execute(text(hide.format("Hidden", "Revoked")))
    _, later = bureau.issue()
    assert (state(register, record), state(register, later)) == (CertificateState.VALID,) * 2
    with register._feed._engine.begin() as connection:
        connection.execute(text(hide.format("Revoked", "Hidden")))
    assert state(register, record) is CertificateState.REVOKED


def test_a_database_that_hangs_stops_nothing_else(
    bureau: Bureau, register: CertificateRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More calls than there are threads hang in it; the threads of all others stay free."""
    released = threading.Event()
    monkeypatch.setattr(register, "standing", lambda **_: released.wait(30))
    log = Kept()
    callers = HeaderCallers(
        key_header="Consumer-Key",
        entries=(entry(services=frozenset({"equivalence.certificate_state"}), calls_per_minute=10_000),),
    )
    app = application(
        certificate_service(register, purposes=PURPOSES),
        log=log,
        callers=callers,
        limits=Limits(handler_s=0.5),
    )
    body = json.dumps({"CertificateNumber": "1", "VerificationCode": OTHER_CODE}).encode()
    statuses: list[int] = []
    busy: list[float] = []

    async def one() -> None:
        statuses.append((await acall(app, PATH, method="POST", body=body, extra=JSON)).status)

    async def many() -> None:
        try:
            with anyio.fail_after(20):
                async with anyio.create_task_group() as group:
                    for _ in range(60):
                        group.start_soon(one)
                    await anyio.sleep(0.2)
                    busy.append(anyio.to_thread.current_default_thread_limiter().borrowed_tokens)
        finally:
            released.set()

    anyio.run(many)
    assert statuses == [503] * 60
    assert busy == [0]
    assert [record.status for record in log.records] == [503] * 60


def test_many_threads_ask_at_once(bureau: Bureau, register: CertificateRegister) -> None:
    """The first look-ups race to read the log; each gets the right answer."""
    records = [bureau.issue()[1] for _ in range(5)]
    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(lambda i: state(register, records[i % 5]), range(40)))
    assert states == [CertificateState.VALID] * 40


def test_over_http_with_a_chained_log(bureau: Bureau, tmp_path: Path) -> None:
    """A form over a socket, as another agency would ask; the log verifies and names nobody."""
    _, record = bureau.issue()
    log = EvidenceLog(tmp_path / "access.jsonl")
    headers = REASON | {
        "Consumer-Key": key_of("school"),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with CertificateRegister(bureau.url) as register:
        app = served(certificate_service(register, purposes=PURPOSES), EvidenceAccessLog(log))
        with on_loopback(app) as port:
            for code, expected in ((record.verify_code, 200), (OTHER_CODE, 204)):
                form = urlencode({"CertificateNumber": record.number, "VerificationCode": code})
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request("POST", PATH, body=form, headers=headers)
                assert connection.getresponse().status == expected
                connection.close()
    assert log.verify().intact
    written = log.path.read_text("utf-8")
    for canary in (record.number, record.verify_code, OTHER_CODE, "1999000000017"):
        assert canary not in written
    assert [e.data["status"] for e in log.entries()] == ["200", "204"]


def test_codes_are_not_kept(bureau: Bureau, register: CertificateRegister) -> None:
    """Whoever reads the register's memory finds digests, not what opens an answer."""
    _, record = bureau.issue()
    state(register, record)
    assert record.verify_code.replace("-", "") not in str(vars(register))

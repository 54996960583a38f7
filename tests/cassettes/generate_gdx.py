"""Writes fixtures/cassettes/gdx: ``python -m tests.cassettes.generate_gdx [--into FOLDER]``.

The sandbox is recorded with a fixed seed and a clock that stands still, so that the same code makes the same
bytes. Each cassette is replayed before it counts: its outcome must be the one that was recorded.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

from govlink.flow import Request
from govlink.sandbox.faults import FaultRule
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.sandbox.toolkit import World
from govlink.testing.cassettes import (
    AllowList,
    Cassette,
    Origin,
    OriginKind,
    cassette_files,
    opened_recording,
    opened_replay,
    read_cassette,
    write_cassette,
)
from govlink.transport import Transport, open_transport
from govlink_gdx import adapter
from govlink_gdx.catalogue import SERVICES
from govlink_gdx.settings import GdxSettings

from .gdx_calls import NOW, flow_of, outcome
from .gdx_cases import BEFORE, Case, cases
from .gdx_spec import spec_cassettes

__all__ = ["FOLDER", "generate", "main"]

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "cassettes"
ORIGIN = Origin(kind=OriginKind.SANDBOX, server="govlink sandbox, simulator of gdx", recorded_at=NOW)

PROTOCOL = """
OfficeID ServiceID Version Code SessionState mimeType FileSize NumberOfPage Hashes ImageSize Size Total
Page Type Count limit recordNumber totalRecord
"""
"""Members that never hold a person."""
ROWS = """
Message Result FileName Name RawData Data CardNumber Padding ImageHex JuristicType OldJuristicID
JuristicName_TH JuristicName_EN RegisterCapital PaidRegisterCapital NumberOfObjective
NumberOfPageOfObjective JuristicStatus JuiristicStatus StandardID Sequence Title FirstName LastName
AuthorizeDescription ObjectiveDescription AddressName AddressNo Tumbol Tumbon Province ProperTREquipment
TotalRevenue NetProfit changeDate changeTypeCode oldName newName personalID houseID houseTypeDesc tel
addressType serviceID responseStatus responseTimeMs executeTimeMs errorMessage errorNumber loginType
officeID officeName personID prefixName schoolName academicYear gpax graduateDate serviceNo fromDate
onlySuccess Id Age SubmitDate ApplicationNo DocName FileId Note Area Content Link Clause Left Bottom
Width Height TemplateID Timestamp DocumentID Status Reason Image CertificateID Agent Position file_name
source customerID customerTitleName customerFirstName customerMiddleName customerLastName bankCode
paymentType amount requestReference1 requestReference2 requestReference3 reference1 reference2 reference3
paymentReference orderRef orderRef1 orderRef2 merchantId currCode lang payType payMethod securityKey
gatewayUrl successUrl failUrl cancelUrl errorCode paidStatus description paidDate paidChannel
confirmPaidDate refId ref1 ref2 feeAmount voidDate requestRefundDate invoiceEndDate
"""
"""Members that may hold a person and are in no record of the catalogue: kept of synthetic people only."""

ALLOW = AllowList(
    protocol=frozenset(PROTOCOL.split()),
    personal=frozenset(ROWS.split())
    | {key.name for service in SERVICES for key in service.keys}
    | {member.name for service in SERVICES for member in service.members},
    text_types=frozenset({"text/html", "application/pdf"}),
    binary=True,
)


@contextmanager
def _sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox([adapter], world=World(seed="cassettes", clock=lambda: NOW)) as sandbox:
        yield sandbox


def _settings(sandbox: RunningSandbox, *, wrong: str) -> GdxSettings:
    spoiled = {wrong: "wrong-on-purpose"} if wrong else {}
    return GdxSettings.model_validate(settings_for(adapter, sandbox, extra=spoiled))


class Machine:
    """A running sandbox and the one transport that all cassettes are recorded and replayed with."""

    def __init__(self, sandbox: RunningSandbox, transport: Transport, folder: Path) -> None:
        self._sandbox = sandbox
        self._transport = transport
        self._folder = folder / adapter.name

    def _tell(self, route: str, content: object) -> None:
        url = f"{self._sandbox.url}/gdx/_sandbox/{route}"
        body = json.dumps(content).encode()
        answer = self._transport.send(Request(method="POST", url=url, operation="control", body=body))
        if answer.status != HTTPStatus.OK:
            raise SystemExit(f"the simulator does not take {route}")

    def record(self, case: Case) -> Path:
        """Record one case, and replay it."""
        path = self._folder / f"{case.name}.json"
        for route, content in (*BEFORE, *case.before):
            self._tell(route, content)
        if case.example and case.example.prepare:
            case.example.prepare(self._sandbox)
        if case.fault:
            self._sandbox.faults.append(FaultRule(kind=case.fault, platform=adapter.name))
        account = self._sandbox.world.account
        flow = flow_of(case.call, settings=_settings(self._sandbox, wrong=case.wrong))
        secrets = (account.consumer_key, account.consumer_secret)
        with opened_recording(path, origin=ORIGIN, allow=ALLOW, secrets=secrets) as deck:
            deck.call, deck.expected = case.call, outcome(flow, deck.transport(self._transport))
        if self._replayed(path) != read_cassette(path).expected:
            ends = (read_cassette(path).expected, self._replayed(path))
            told = " / ".join(json.dumps(end, ensure_ascii=False) for end in ends)
            raise SystemExit(f"{case.name}: replayed it ends otherwise; a member is not kept: {told}")
        if case.name.endswith(("/found", "/yes")) and "error" in read_cassette(path).expected:
            raise SystemExit(f"{case.name}: nothing was found; the values in gdx_cases do not fit")
        return path

    def write(self, name: str, cassette: Cassette) -> Path:
        """Write a cassette made from a document; its outcome is what the flow makes of it."""
        path = self._folder / f"{name}.json"
        write_cassette(path, cassette)
        write_cassette(path, replace(cassette, expected=self._replayed(path)))
        return path

    def _replayed(self, path: Path) -> dict[str, object]:
        with opened_replay(path) as deck:
            return outcome(flow_of(read_cassette(path).call), deck.transport(self._transport))


def generate(folder: Path) -> list[Path]:
    """Write every cassette into this folder; returns their paths. Others of the platform are removed."""
    transport = open_transport()
    try:
        with _sandbox() as sandbox:
            machine = Machine(sandbox, transport, folder)
            written = [machine.record(case) for case in cases()]
            written += [machine.write(name, cassette) for name, cassette in spec_cassettes()]
    finally:
        transport.close()
    for stale in set(cassette_files(folder / adapter.name)) - set(written):
        stale.unlink()
    return written


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=FOLDER)
    written = generate(parser.parse_args().into)
    print(f"{len(written)} cassettes")


if __name__ == "__main__":
    main()

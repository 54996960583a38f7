"""Releases and datasets to publish, and a transport that reaches a simulated catalogue in process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

import govlink._drive
from govlink._drive import run
from govlink.errors import Fault, Sent, TransportError
from govlink.flow import Context, FileBody, Flow, Request, Response
from govlink.models.dataset import (
    DataCategory,
    DataFormat,
    Dataset,
    DataType,
    FrequencyUnit,
    GeoCoverage,
    Licence,
    Objective,
)
from govlink.models.release import (
    CellStatus,
    Dimension,
    ProtectedTable,
    ProtectionReport,
    Release,
    ReleasedCell,
    seal,
)
from govlink.models.rules import PublicRules
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.sandbox.toolkit import World
from govlink_data_go_th import DataGoThFlows, DataGoThSettings
from govlink_data_go_th.sandbox import application_of, catalogue_of
from govlink_data_go_th.simulated.catalogue import Catalogue

T = TypeVar("T")

LOST = Fault("test.lost", en="the connection broke", th="การเชื่อมต่อขาด")
WRITES = frozenset(
    {
        "package_create",
        "package_revise",
        "datastore_create",
        "datastore_upsert",
        "datastore_delete",
    }
)
CELLS: Mapping[tuple[str, str], int | None] = {
    ("กรุงเทพมหานคร", "F"): 41,
    ("กรุงเทพมหานคร", "M"): None,
    ("กรุงเทพมหานคร", "_T"): 60,
    ("เชียงใหม่", "F"): 12,
    ("เชียงใหม่", "M"): None,
    ("เชียงใหม่", "_T"): 30,
}


def build_release(cells: Mapping[tuple[str, ...], int | None]) -> Release:
    """A sealed release of these cells over province and sex; None is a masked cell."""
    rows = tuple(
        ReleasedCell(
            keys=keys,
            value=value,
            status=CellStatus.CONFIDENTIAL if value is None else CellStatus.FREE,
        )
        for keys, value in cells.items()
    )
    table = ProtectedTable(
        dimensions=(
            Dimension(id="province", label_th="จังหวัด", label_en="Province"),
            Dimension(id="sex", label_th="เพศ", label_en="Sex"),
        ),
        cells=rows,
    )
    masked = sum(row.value is None for row in rows)
    report = ProtectionReport(
        policy_id="equivalence",
        policy_version="1",
        method="suppression",
        rules=PublicRules(threshold=10),
        cells_published=len(rows) - masked,
        cells_suppressed=masked,
        suppressed_share=masked / len(rows),
        audit_verdict="passed",
        audited_cells=len(rows),
        table_sha256_hex=table.sha256_hex(),
    )
    return seal(table=table, report=report)


DATASET = Dataset(
    name="obec-equivalence",
    data_type=DataType.STATISTICS,
    title="สถิติการเทียบวุฒิการศึกษา",
    owner_org="obec",
    maintainer="กลุ่มเทียบวุฒิการศึกษา",
    maintainer_email="equivalence@example.go.th",
    tags=("เทียบวุฒิ", "การศึกษา"),
    notes="จำนวนคำขอเทียบวุฒิ รายจังหวัดและเพศ",
    objective=(Objective.PUBLIC_SERVICE, Objective.AGENCY_MISSION),
    update_frequency_unit=FrequencyUnit.YEAR,
    update_frequency_interval="1",
    geo_coverage=GeoCoverage.PROVINCE,
    data_source="ระบบเทียบวุฒิการศึกษา",
    data_format=(DataFormat.CSV, DataFormat.DATABASE),
    data_category=DataCategory.PUBLIC,
    licence=Licence.CC_BY,
    unit_of_measure="คำขอ",
    first_year_of_data="2566",
    last_year_of_data="2568",
    last_updated=date(2026, 1, 15),
)


def body_of(request: Request) -> bytes:
    """The whole body as it goes over the wire."""
    body = request.body
    if not isinstance(body, FileBody):
        return body or b""
    content = body.path.read_bytes()[body.offset_bytes :]
    return body.before + content[: body.length_bytes] + body.after


@dataclass(slots=True)
class Wire:
    """A transport into a catalogue; what goes wrong is set per action and used up once.

    ``lose_after`` breaks the connection after the server did it, ``lose_before`` before, ``answers``
    replaces the server's answer, ``interfere`` is done just before the call. ``watch`` is called after
    every request. ``seconds_per_row`` is how long writing takes, by ``now``.
    """

    catalogue: Catalogue
    lose_after: list[str] = field(default_factory=list)
    lose_before: list[str] = field(default_factory=list)
    answers: dict[str, Response] = field(default_factory=dict)
    interfere: dict[str, Callable[[], object]] = field(default_factory=dict)
    sent: list[Request] = field(default_factory=list)
    watch: Callable[[], object] = lambda: None
    before: Callable[[Request], object] = lambda _: None
    after: Callable[[Request], object] = lambda _: None
    now: datetime = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)

    def clock(self) -> datetime:
        """The present of this wire."""
        return self.now

    def send(self, request: Request) -> Response:
        """Carry the request into the catalogue, unless something is set to go wrong."""
        action = request.operation
        self.now += timedelta(seconds=request.wait_s)
        self.sent.append(request)
        self.before(request)
        if action in self.interfere:
            self.interfere.pop(action)()
        if action in self.answers:
            return self.answers.pop(action)
        if action in self.lose_before:
            self.lose_before.remove(action)
            raise TransportError(LOST, sent=Sent.MAYBE)
        response = self.reach(request)
        self.watch()
        self.after(request)
        if action in self.lose_after:
            self.lose_after.remove(action)
            raise TransportError(LOST, sent=Sent.MAYBE)
        return response

    def reach(self, request: Request) -> Response:
        """The catalogue's own answer."""
        headers = dict(request.headers)
        if request.operation == "datastore_dump":
            return self._dump(request, headers.get("Authorization"))
        if request.operation.startswith("gdcatalog_"):
            return self._by_http(request)
        answer = self.catalogue.answer(
            request.operation,
            method=request.method,
            content_type=headers["Content-Type"],
            token=headers.get("Authorization"),
            body=body_of(request),
            site_url="http://localhost/",
        )
        return Response(status=answer.status, body=answer.body)

    def _dump(self, request: Request, token: str | None) -> Response:
        page = self.catalogue.dump(request.url.rsplit("/", 1)[1], query=dict(request.query), token=token)
        content, digest = b"".join(page.chunks), None
        if request.sink is not None and page.status == 200:
            request.sink.write_bytes(content)
            content, digest = b"", hashlib.sha256(content).hexdigest()
        return Response(status=page.status, body=content, sha256_hex=digest)

    def _by_http(self, request: Request) -> Response:
        client = TestClient(application_of(self.catalogue), base_url="http://localhost")
        path = urlsplit(request.url).path.removeprefix("/data_go_th")
        answer = client.post(path, headers=list(request.headers), content=body_of(request))
        return Response(status=answer.status_code, body=answer.content)

    def close(self) -> None:
        """Nothing to close."""

    def writes(self) -> list[str]:
        """The write actions sent so far, in order."""
        return [r.operation for r in self.sent if r.operation in WRITES]


@dataclass(slots=True)
class Stage:
    """A catalogue, its wire, and the flows that talk to it under the real policies."""

    wire: Wire
    flows: DataGoThFlows
    context: Context
    folder: Path

    def play(self, flow: Flow[T]) -> T:
        """Run a flow to its end, retries without waiting."""
        policies = Policies(retry=RetryPolicy(first_wait_s=0.0))
        return run(
            apply_policies(flow, policies=policies, platform="data_go_th", context=self.context), self.wire
        )

    def with_settings(self, **changes: object) -> Stage:
        """The same stage with other settings."""
        settings = self.flows.settings.model_copy(update=changes)
        return replace(self, flows=DataGoThFlows(settings=settings))


@pytest.fixture
def make_release() -> Callable[[Mapping[tuple[str, ...], int | None]], Release]:
    """Builds a sealed release from cells."""
    return build_release


@pytest.fixture
def cells() -> dict[tuple[str, ...], int | None]:
    """The cells of the usual release, to be changed at will."""
    return dict(CELLS)


@pytest.fixture
def release() -> Release:
    """Six cells over province and sex, two of them masked."""
    return build_release(dict(CELLS))


@pytest.fixture
def dataset() -> Dataset:
    """A complete description."""
    return DATASET


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flows that ask to wait are driven on at once."""
    monkeypatch.setattr(govlink._drive.time, "sleep", lambda _: None)


def build_stage(folder: Path) -> Stage:
    """An empty catalogue and flows whose token may write to it."""
    world = World(clock=lambda: datetime(2026, 1, 20, 9, 0, tzinfo=UTC))
    settings = DataGoThSettings.from_values(
        {"sandbox_url": "http://localhost", "access_token": world.access_token("data_go_th")},
        platform="data_go_th",
    )
    wire = Wire(catalogue_of(world))
    return Stage(
        wire=wire,
        flows=DataGoThFlows(settings=settings),
        context=replace(Context.fixed(now=wire.now, seed="test"), clock=wire.clock),
        folder=folder,
    )


@pytest.fixture
def make_stage(tmp_path: Path) -> Callable[[], Stage]:
    """Builds a stage anew."""
    return lambda: build_stage(tmp_path)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """An empty catalogue and flows whose token may write to it."""
    return build_stage(tmp_path)

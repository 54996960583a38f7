"""What the tests of publishing share: catalogues, real and simulated, behind one HTTP client each."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp

from govlink import Client
from govlink.config import Config
from govlink.errors import TransportError
from govlink.flow import Request, Response
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
from govlink.models.publication import Consent, Declaration, PublicationPlan, PublicationResult
from govlink.models.table import Column, ColumnType
from govlink.policy import Policies, RetryPolicy
from govlink.sandbox.toolkit import World
from govlink.tables import table_of_rows
from govlink.transport import open_transport
from govlink_data_go_th.identity import resource_id_of
from govlink_data_go_th.sandbox import application_of, catalogue_of

from .catalogue import RealCatalogue

__all__ = ["COLUMNS", "DATASET", "DECLARATION", "Place", "Tap", "real_place", "schools", "simulated_place"]

WRITES = frozenset(
    {"package_create", "package_revise", "datastore_create", "datastore_upsert", "datastore_delete"}
)
DECLARATION = Declaration(decided_by="สำนักทดสอบ", reference="ศธ 04007/ว 12", decided_on=date(2026, 1, 5))
COLUMNS = (
    Column(id="code", type=ColumnType.TEXT, label_th="รหัสสถานศึกษา", label_en="School code"),
    Column(id="name", type=ColumnType.TEXT, label_th="ชื่อสถานศึกษา", label_en="Name"),
    Column(id="pupils", type=ColumnType.INTEGER, label_th="จำนวนนักเรียน", label_en="Pupils"),
    Column(id="area", type=ColumnType.NUMERIC, label_th="พื้นที่", label_en="Area"),
    Column(id="opened", type=ColumnType.DATE, label_th="วันที่ตั้ง", label_en="Opened"),
    Column(id="has_hall", type=ColumnType.BOOLEAN, label_th="มีหอประชุม", label_en="Hall"),
)
DATASET = Dataset(
    name="schools",
    data_type=DataType.RECORD,
    title="รายชื่อสถานศึกษา",
    owner_org="obec",
    maintainer="กลุ่มสารสนเทศ",
    maintainer_email="data@example.go.th",
    tags=("สถานศึกษา", "โรงเรียน"),
    notes="รายชื่อสถานศึกษาตัวอย่าง",
    objective=(Objective.PUBLIC_SERVICE,),
    update_frequency_unit=FrequencyUnit.YEAR,
    update_frequency_interval="1",
    geo_coverage=GeoCoverage.COUNTRY,
    data_source="ระบบสารสนเทศ",
    data_format=(DataFormat.CSV, DataFormat.DATABASE),
    data_category=DataCategory.PUBLIC,
    licence=Licence.CC_BY,
)

SchoolRow = tuple[object, ...]


def schools(count: int = 6) -> list[SchoolRow]:
    """Rows with every kind of value, also missing ones and texts that need quoting."""
    return [
        (
            f"{100000 + n}",
            f'โรงเรียน "ตัวอย่าง", {n}' if n % 3 else f"โรงเรียน {n}\nสาขา",
            n * 10 if n % 4 else None,
            f"{n}.50",
            date(2026, 1, 1 + n % 28),
            n % 2 == 0,
        )
        for n in range(count)
    ]


@dataclass(slots=True)
class Tap:
    """A transport to the real network; ``before`` and ``after`` see every request and may raise.

    ``lost`` are the requests that had no answer.
    """

    inner: Any = field(default_factory=open_transport)
    sent: list[Request] = field(default_factory=list)
    lost: list[Request] = field(default_factory=list)
    before: Callable[[Request], object] = lambda _: None
    after: Callable[[Request], object] = lambda _: None

    def send(self, request: Request) -> Response:
        """Carry the request."""
        self.sent.append(request)
        self.before(request)
        try:
            response: Response = self.inner.send(request)
        except TransportError:
            self.lost.append(request)
            raise
        self.after(request)
        return response

    def close(self) -> None:
        """Give back the connections."""
        self.inner.close()

    def writes(self) -> list[str]:
        """The write actions sent so far."""
        return [r.operation for r in self.sent if r.operation in WRITES]


@dataclass(slots=True, kw_only=True)
class Place:
    """An empty catalogue, real or simulated; ``client`` is for looking, ``publish`` goes through the SDK.

    In a block of ``jobs`` its worker of background jobs runs; ``real`` is there for a real one only.
    """

    url: str
    version: str
    tokens: Mapping[str, str] = field(repr=False)
    index_down: Callable[[], AbstractContextManager[object]]
    jobs: Callable[[], AbstractContextManager[object]]
    real: RealCatalogue | None = None
    tap: Tap = field(default_factory=Tap)

    def client(self, *, person: str = "editor", **settings: object) -> Client:
        """The SDK's client of that person, through this place's tap."""
        values = {"catalogue_url": self.url, "access_token": SecretStr(self.tokens[person]), **settings}
        policies = Policies(retry=RetryPolicy(first_wait_s=0.05, longest_wait_s=0.2))
        return Client(Config(platforms={"data_go_th": values}), transport=self.tap, policies=policies)

    def publish(
        self,
        rows: list[SchoolRow],
        *,
        dataset: Dataset = DATASET,
        columns: tuple[Column, ...] = COLUMNS,
        consent: Consent | None = None,
        person: str = "editor",
        **settings: object,
    ) -> PublicationResult:
        """Publish the rows under a declaration."""
        with table_of_rows(rows, columns=columns, key=("code",)) as table:
            return self.client(person=person, **settings).publish(
                table, dataset=dataset, declaration=DECLARATION, consent=consent
            )

    def plan(
        self,
        rows: list[SchoolRow],
        *,
        dataset: Dataset = DATASET,
        columns: tuple[Column, ...] = COLUMNS,
        consent: Consent | None = None,
        **settings: object,
    ) -> PublicationPlan:
        """What that would change."""
        with table_of_rows(rows, columns=columns, key=("code",)) as table:
            return self.client(**settings).plan(
                table, dataset=dataset, declaration=DECLARATION, consent=consent
            )

    def ask(self, action: str, *, person: str = "", **content: object) -> httpx.Response:
        """Call an action past the SDK, as nobody where no person is named."""
        headers = {"Authorization": self.tokens[person]} if person else {}
        with httpx.Client(trust_env=False) as client:
            return client.post(f"{self.url}/api/3/action/{action}", json=content, headers=headers, timeout=60)

    def do(self, action: str, *, person: str = "editor", **content: object) -> Any:
        """The result of an action that must succeed."""
        answer = self.ask(action, person=person, **content)
        assert answer.status_code == 200, answer.text[:500]
        return answer.json()["result"]

    def package(self, name: str = DATASET.name) -> Any:
        """The dataset as the publisher sees it."""
        return self.do("package_show", id=name)

    def resource(self, resource_key: str = "table", name: str = DATASET.name) -> Any:
        """One of its resources; None where it is not there."""
        wanted = resource_id_of(name, resource_key=resource_key)
        return next((r for r in self.package(name)["resources"] if r["id"] == wanted), None)

    def edit(self, name: str = DATASET.name, **fields: object) -> None:
        """Change the dataset as a person in the web form does."""
        self.do("package_patch", id=name, **fields)

    def stored(self, *, person: str = "", limit: int = 30_000) -> list[dict[str, Any]] | None:
        """The rows by key as that person reads them; None where they are not to be seen."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self.ask(
                "datastore_search",
                person=person,
                resource_id=resource_id_of(DATASET.name),
                limit=min(limit, 10_000),
                offset=len(found),
                sort="code",
            )
            if answer.status_code != 200:
                return None
            records = answer.json()["result"]["records"]
            found += [{k: v for k, v in r.items() if k != "_id"} for r in records]
            if len(records) < 10_000 or len(found) >= limit:
                return found

    def get(self, url: str, *, person: str = "") -> httpx.Response:
        """Download something."""
        headers = {"Authorization": self.tokens[person]} if person else {}
        with httpx.Client(trust_env=False, follow_redirects=True) as client:
            return client.get(url, headers=headers, timeout=60)


@contextmanager
def _serving(app: ASGIApp) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()  # connections made before it accepts wait in the listener's queue
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        server.should_exit = True
        thread.join(10)
        listener.close()


@contextmanager
def simulated_place(version: str) -> Iterator[Place]:
    """The simulator of that version, served on loopback."""
    world = World()
    catalogue = catalogue_of(world)
    catalogue.use_version(version)

    @contextmanager
    def index_down() -> Iterator[None]:
        catalogue.index_is_down = True
        yield
        catalogue.index_is_down = False

    @contextmanager
    def jobs() -> Iterator[None]:
        catalogue.run_jobs()
        yield
        catalogue.run_jobs()

    tokens = {name: world.access_token(f"data_go_th-{name}") for name in ("member", "stranger", "sysadmin")}
    with _serving(application_of(catalogue)) as url:
        place = Place(
            url=url,
            version=version,
            tokens={"editor": world.access_token("data_go_th"), "wrong": "no-such-token", **tokens},
            index_down=index_down,
            jobs=jobs,
        )
        yield place
        place.tap.close()


@contextmanager
def real_place(catalogue: RealCatalogue) -> Iterator[Place]:
    """A real CKAN, empty."""
    catalogue.reset()
    tokens = {
        "editor": catalogue.editor_token,
        "member": catalogue.member_token,
        "stranger": catalogue.other_token,
        "sysadmin": catalogue.sysadmin_token,
        "wrong": "no-such-token",
    }
    place = Place(
        url=catalogue.url,
        version=catalogue.version,
        tokens=tokens,
        index_down=catalogue.index_down,
        jobs=catalogue.jobs_worker,
        real=catalogue,
    )
    yield place
    place.tap.close()

"""One run of the demo, from an exported file of petitions to a published table."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from ..client import Client
from ..config import Config
from ..equivalence.bangkok import BANGKOK, bangkok_day
from ..equivalence.effects import effects_of
from ..equivalence.intake_file import RejectedRow, read_petition_file
from ..equivalence.petition import Petition
from ..equivalence.procedure import Procedure
from ..equivalence.service import PetitionDesk
from ..equivalence.store import EventStore
from ..equivalence.synthetic import write_petition_file
from ..errors import ConfigError, Fault
from ..fixtures import fixture_path
from ..interfaces import AnyAdapter
from ..models.identity import AgentId
from ..models.petition import FiledPetition
from ..models.publication import PublicationResult
from ..models.release import Release
from ..office import EquivalenceOffice, OfficeSettings, gdx_card_service, gdx_person_service
from ..policy import Policies, TrafficEvent
from ..sandbox.server import RunningSandbox, running_sandbox, settings_for
from ..sandbox.toolkit import World
from ..transport import open_transport
from .chance import DemoClock, DemoContexts
from .day import Day, FormRefusal
from .publication import publish_months
from .registration import register_service
from .stage import Stage
from .work import WorkFolder

__all__ = ["DemoOptions", "DemoResult", "run_demo"]

SHIPPED = "petitions/petitions-1000.csv"
SHIPPED_COUNT, SHIPPED_SEED = 1000, 2567
LAST_DAYS = 45  # enough for the longest answer and the longest period an applicant is given
CLOSING_HOUR = clock_time(18, 0)
OFFICER = "1999000000017"  # synthetic: no province has the number 99

FEW_PETITIONS = Fault(
    "demo.few_petitions",
    en="the file holds no petition that can be read",
    th="ไฟล์ไม่มีคำร้องที่อ่านได้",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """What to run. ``out`` is the folder left behind."""

    petitions: int = SHIPPED_COUNT
    seed: int = SHIPPED_SEED
    out: Path = Path("govlink-demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What happened. ``seconds`` by phase are the only values that differ between equal runs."""

    source: Path
    rows: int
    petitions: tuple[Petition, ...] = field(repr=False)
    rejected_rows: tuple[RejectedRow, ...] = field(repr=False)
    refusals: tuple[FormRefusal, ...] = field(repr=False)
    traffic: tuple[TrafficEvent, ...] = field(repr=False)
    tokens_validated: int
    effects_failed: int
    release: Release
    publication: PublicationResult
    seconds: dict[str, float]


Advance = Callable[[int], None]


def run_demo(options: DemoOptions, *, adapters: tuple[AnyAdapter, ...], advance: Advance) -> DemoResult:
    """Run everything and leave ``options.out``; an earlier demo there is replaced at the very end."""
    with WorkFolder(options.out) as folder, ExitStack() as stack:
        started = time.perf_counter()
        source = _petition_file(options, folder.path)
        rows = tuple(read_petition_file(source))
        filed = tuple(row for row in rows if isinstance(row, FiledPetition))
        rejected = tuple(row for row in rows if isinstance(row, RejectedRow))
        if not filed:
            raise ConfigError(FEW_PETITIONS)
        days = _days(filed)
        clock = DemoClock(_closing(days[0]))
        world = World(seed=f"demo-{options.seed}", clock=clock.now)
        sandbox = stack.enter_context(running_sandbox(adapters, world=world))
        traffic: list[TrafficEvent] = []
        contexts = DemoContexts(seed=options.seed, clock=clock)
        client = stack.enter_context(_client(adapters, sandbox, traffic=traffic, contexts=contexts))
        store = stack.enter_context(
            EventStore(f"sqlite:///{folder.scratch / 'petitions.db'}", person_secret=b"govlink demo key")
        )
        seconds = {"start": time.perf_counter() - started}

        started = time.perf_counter()
        registration = register_service(client, today=days[0])
        office, desk = _office(client, store=store, contexts=contexts)
        carrier = open_transport()
        stack.callback(carrier.close)
        stage = Stage(world=world, transport=carrier, url=sandbox.url, seed=options.seed)
        stage.introduce(filed)
        day = Day(office=office, desk=desk, stage=stage, client=client, seed=options.seed)
        advance(len(rejected))
        for today in _with_rest(days):
            clock.set(_closing(today))
            day.work(tuple(f for f in filed if bangkok_day(f.filed_at) == today), advance=advance)
        seconds["petitions"] = time.perf_counter() - started

        started = time.perf_counter()
        petitions = tuple(desk.petition(stream) for stream in store.streams())
        release, publication = publish_months(client, petitions, today=bangkok_day(clock.now()))
        seconds["statistics and publication"] = time.perf_counter() - started
        result = DemoResult(
            source=source,
            rows=len(rows),
            petitions=petitions,
            rejected_rows=rejected,
            refusals=day.refusals,
            traffic=tuple(traffic),
            tokens_validated=world.sessions.validated_count,
            effects_failed=day.effects_failed,
            release=release,
            publication=publication,
            seconds=seconds,
        )
        folder.write(result, events=store.export(), registration=registration)
        return result


def _petition_file(options: DemoOptions, folder: Path) -> Path:
    if (options.petitions, options.seed) == (SHIPPED_COUNT, SHIPPED_SEED):
        return fixture_path(SHIPPED)
    path = folder / "petitions.csv"
    write_petition_file(path, count=options.petitions, seed=options.seed)
    return path


def _days(filed: tuple[FiledPetition, ...]) -> list[date]:
    return sorted({bangkok_day(f.filed_at) for f in filed})


def _with_rest(days: list[date]) -> list[date]:
    """The days on which petitions were filed, then as many more as the last answers take."""
    return days + [days[-1] + timedelta(days=n) for n in range(1, LAST_DAYS + 1)]


def _closing(day: date) -> datetime:
    return datetime.combine(day, CLOSING_HOUR, tzinfo=BANGKOK)


def _client(
    adapters: tuple[AnyAdapter, ...],
    sandbox: RunningSandbox,
    *,
    traffic: list[TrafficEvent],
    contexts: DemoContexts,
) -> Client:
    platforms = {a.name: settings_for(a, sandbox) for a in adapters}
    config = Config(sandbox_url=sandbox.url, platforms=platforms)
    return Client(config, adapters=adapters, policies=Policies(observer=traffic.append), context=contexts)


def _office(
    client: Client, *, store: EventStore, contexts: DemoContexts
) -> tuple[EquivalenceOffice, PetitionDesk]:
    desk = PetitionDesk(store, procedure=Procedure(), context_factory=contexts, effects_of=effects_of)
    settings = OfficeSettings(
        officer=AgentId(OFFICER),
        legal_basis="พ.ร.บ. การปฏิบัติราชการทางอิเล็กทรอนิกส์ พ.ศ. 2565",
        purpose="ตรวจสอบตัวบุคคลเพื่อเทียบวุฒิการศึกษา",
        business_service_code="equivalence-demo",
        case_url="https://equivalence.example/petitions/{number}",
        person_service=gdx_person_service(),
        card_service=gdx_card_service(),
        company_service="dbd.certificate",
        company_key="JuristicID",
    )
    office = EquivalenceOffice(client=client, desk=desk, store=store, settings=settings, context=contexts)
    return office, desk

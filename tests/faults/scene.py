"""An office among simulated platforms, for the tests that watch it work."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from govlink.client import Client
from govlink.config import Config
from govlink.demo.stage import Stage
from govlink.equivalence.effects import effects_of
from govlink.equivalence.outbox import EffectStatus, StoredEffect
from govlink.equivalence.petition import Petition
from govlink.equivalence.procedure import Procedure
from govlink.equivalence.service import PetitionDesk, petition_id_of
from govlink.equivalence.store import EventStore
from govlink.flow import Context
from govlink.models.dates import PartialDate
from govlink.models.identity import AgentId
from govlink.models.petition import FiledPetition
from govlink.office import (
    EquivalenceOffice,
    OfficePlatforms,
    OfficeSettings,
    gdx_card_service,
    gdx_person_service,
)
from govlink.policy import Policies, RetryPolicy
from govlink.registry import installed_adapters, load_adapter
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.people import SyntheticOrganisation, SyntheticPerson
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.sandbox.toolkit import World
from govlink.transport import open_transport

from ..unit.equivalence import cases

COMPANY = "0999000000001"
LASER_CODE = "ZZ0123456789"
USER = "user-1"
SETTINGS = OfficeSettings(
    officer=AgentId("1999000000017"),
    legal_basis="กฎหมายสมมติ",
    purpose="ทดสอบ",
    business_service_code="equivalence-test",
    case_url="https://equivalence.example/petitions/{number}",
    person_service=gdx_person_service(),
    card_service=gdx_card_service(),
    company_service="dbd.certificate",
    company_key="JuristicID",
)
IMPATIENT = RetryPolicy(first_wait_s=0.001, longest_wait_s=0.002)
"""Tests wait for nothing."""


def filed(reference: str = "EOCS-1", **answers: str) -> FiledPetition:
    """A petition that needs every platform; ``answers`` replace the form's."""
    everything = {
        "birth_date": "12 มกราคม 2540",
        "laser_code": LASER_CODE,
        "agent_juristic_id": COMPANY,
        "portal_user_id": USER,
    }
    return replace(cases.filed(**(everything | answers)), reference=reference)


@dataclass(kw_only=True)
class Scene:
    """One sandbox, one database, one clock; offices come and go."""

    sandbox: RunningSandbox
    client: Client
    store: EventStore
    stage: Stage
    now: datetime = cases.NOW
    calls: int = 0
    office: EquivalenceOffice = field(init=False)
    desk: PetitionDesk = field(init=False)

    def __post_init__(self) -> None:
        self.open_office()

    def open_office(self, *, platforms: OfficePlatforms | None = None) -> None:
        """A fresh office on what the database holds, as after a crash."""
        self.desk = PetitionDesk(
            self.store, procedure=Procedure(), context_factory=self.context, effects_of=effects_of
        )
        self.office = EquivalenceOffice(
            client=self.client,
            desk=self.desk,
            store=self.store,
            settings=SETTINGS,
            context=self.context,
            platforms=platforms,
        )

    def context(self) -> Context:
        """Each call's own, at the scene's moment."""
        self.calls += 1
        return Context.fixed(now=self.now, seed=str(self.calls))

    def tomorrow(self) -> None:
        """A day passes."""
        self.now += timedelta(days=1)

    def file(self, *petitions: FiledPetition) -> None:
        """Citizens file these on E-OCS."""
        self.stage.file_on_eocs(petitions)

    def fault(self, kind: FaultKind, platform: str, *, path_part: str = "", times: int = 1) -> None:
        """Switch a fault on."""
        self.sandbox.faults.append(FaultRule(kind=kind, platform=platform, path_part=path_part, times=times))

    def petition(self, reference: str = "EOCS-1") -> Petition:
        """The petition as the store has it."""
        return self.desk.petition(petition_id_of(channel=filed().channel, reference=reference))

    def effects(self, status: EffectStatus) -> tuple[StoredEffect, ...]:
        """Effects of that status."""
        return self.store.effects(status=status, limit=1000)

    def failures(self) -> dict[str, str]:
        """The code of each effect that was given up, by its kind."""
        return {e.kind: json.loads(e.result or "{}")["code"] for e in self.effects(EffectStatus.FAILED)}

    def look(self, path: str) -> object:
        """What a simulator shows on its control paths."""
        return httpx.get(self.sandbox.url + path).raise_for_status().json()

    def reported(self, reference: str = "EOCS-1") -> list[str]:
        """The states E-OCS was told."""
        states = self.look("/eocs/_sandbox/states")
        assert isinstance(states, dict)
        return [report["state"] for report in states[reference]]

    def waiting_at_eocs(self) -> list[str]:
        """References not acknowledged yet."""
        return [f.reference for f in self.client.pull_petitions()]

    def inbox(self) -> list[str]:
        """The messages the applicant got."""
        messages = self.look("/citizen_portal/_sandbox/inbox")
        assert isinstance(messages, list)
        return [m["message"].rpartition(": ")[2] for m in messages]

    def cases(self) -> list[list[str]]:
        """The updates of each case on the business portal."""
        requests = self.look("/biz_portal/_sandbox/requests")
        assert isinstance(requests, list)
        return [[update["Status"] for update in request["Updates"]] for request in requests]


def person(**changes: object) -> SyntheticPerson:
    """The applicant as the registers know them."""
    known: dict[str, object] = {
        "citizen_id": cases.PERSON["citizen_id"],
        "title": "นาย",
        "first_name": cases.PERSON["first_name"],
        "last_name": cases.PERSON["last_name"],
        "birth_date": PartialDate(year=1997, month=1, day=12),
        "laser_code": LASER_CODE,
    }
    make: Callable[..., SyntheticPerson] = SyntheticPerson
    return make(**(known | changes))


@contextmanager
def open_scene(folder: Path) -> Iterator[Scene]:
    """A scene whose registers and portal know the applicant and the company."""
    adapters = tuple(load_adapter(name) for name in installed_adapters())
    with ExitStack() as stack:
        store = stack.enter_context(
            EventStore(f"sqlite:///{folder / 'office.db'}", person_secret=b"a key for tests only")
        )
        scenes: list[Scene] = []
        world = World(seed="scene", clock=lambda: scenes[0].now if scenes else cases.NOW)
        world.add_person(person())
        world.add_organisation(SyntheticOrganisation(juristic_id=COMPANY, name_th="บริษัท สมมติ จำกัด"))
        sandbox = stack.enter_context(running_sandbox(adapters, world=world))
        config = Config(
            sandbox_url=sandbox.url, platforms={a.name: settings_for(a, sandbox) for a in adapters}
        )
        carrier = open_transport()
        stack.callback(carrier.close)
        client = stack.enter_context(
            Client(config, adapters=adapters, policies=Policies(retry=IMPATIENT), context=Context.system)
        )
        stage = Stage(world=world, transport=carrier, url=sandbox.url, seed=1)
        profile = {"userId": USER, "citizenId": cases.PERSON["citizen_id"], "notification": True}
        httpx.post(f"{sandbox.url}/citizen_portal/_sandbox/profiles", json=[profile]).raise_for_status()
        scenes.append(Scene(sandbox=sandbox, client=client, store=store, stage=stage))
        yield scenes[0]

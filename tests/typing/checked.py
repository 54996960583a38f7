"""Never run: the type checker reads it. A third party's adapter fits, a wrong one does not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import assert_type

from govlink import (
    Adapter,
    AsyncClient,
    Capabilities,
    Client,
    Context,
    Flow,
    Page,
    PlatformSettings,
    Request,
    Response,
)
from govlink.interfaces import CONTRACT, AnyAdapter, PetitionIntake, RegistryLookup
from govlink.models.dataset import Dataset
from govlink.models.documents import PaymentReceipt, PaymentReference
from govlink.models.identity import PersonIdentity
from govlink.models.mark import Mark
from govlink.models.petition import FiledPetition
from govlink.models.portal import Launch
from govlink.models.publication import (
    NationalState,
    PublicationPlan,
    PublicationResult,
    PublicationState,
)
from govlink.models.registry import RegistryQuery, RegistryRecord
from govlink.models.release import Release


class TheirSettings(PlatformSettings):
    """Settings of a platform we have never heard of."""

    branch: str


@dataclass(frozen=True)
class TheirFlows:
    """Satisfies ``RegistryLookup`` by shape alone: nothing is inherited."""

    settings: TheirSettings

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
        """One request."""
        response = yield Request(method="GET", url=self.settings.branch, operation="x")
        assert_type(response, Response)
        return RegistryRecord(service=query.service)


class WrongFlows:
    """A flow of the wrong result, and a verb without its context."""

    def look_up(self, query: RegistryQuery) -> Flow[str]:
        """One request."""
        yield Request(method="GET", url="u", operation="x")
        return query.service


def connect(settings: TheirSettings) -> Capabilities:
    """Pair them."""
    return Capabilities(registry=TheirFlows(settings))


adapter = Adapter(
    name="their",
    contract=CONTRACT,
    title_th="ของเขา",
    title_en="Theirs",
    homepage="https://their.example",
    mark=Mark.MODELLED,
    settings=TheirSettings,
    connect=connect,
    provides=frozenset({"registry"}),
)
assert_type(adapter, Adapter[TheirSettings])
as_any: AnyAdapter = adapter
lookup: RegistryLookup = TheirFlows(TheirSettings(branch="b"))
wrong: RegistryLookup = WrongFlows()  # type: ignore[assignment]  # must be refused, or the check is void
intake: PetitionIntake = TheirFlows(TheirSettings(branch="b"))  # type: ignore[assignment]  # another capability


def own_flow(context: Context) -> Flow[int]:
    """A caller's own flow."""
    response = yield Request(method="GET", url="u", operation="x")
    return response.status


def threads(client: Client, query: RegistryQuery, launch: Launch, release: Release, dataset: Dataset) -> None:
    """What each verb gives."""
    assert_type(client.look_up(query), RegistryRecord)
    assert_type(client.identify(launch), PersonIdentity)
    assert_type(client.plan(release, dataset=dataset), PublicationPlan)
    assert_type(client.publish(release, dataset=dataset), PublicationResult)
    assert_type(client.publication_state("d"), PublicationState)
    assert_type(client.national_state("d"), NationalState)
    assert_type(client.pull_petitions(), Iterator[FiledPetition])
    assert_type(client.payment_status(PaymentReference(reference1="r", reference2="s")), PaymentReceipt)
    assert_type(client.run("their", lambda _platform, context: own_flow(context)), int)
    client.look_up("dopa.laser_code")  # type: ignore[arg-type]  # a query is a value, not a text
    client.look_up(query, "gdx")  # type: ignore[call-arg]  # the platform is named


async def tasks(
    client: AsyncClient, query: RegistryQuery, launch: Launch, release: Release, dataset: Dataset
) -> None:
    """The same, awaited."""
    assert_type(await client.look_up(query), RegistryRecord)
    assert_type(await client.identify(launch), PersonIdentity)
    assert_type(await client.plan(release, dataset=dataset), PublicationPlan)
    assert_type(await client.publish(release, dataset=dataset), PublicationResult)
    assert_type(await client.publication_state("d"), PublicationState)
    assert_type(await client.national_state("d"), NationalState)
    assert_type(client.pull_petitions(), AsyncIterator[FiledPetition])
    assert_type(await client.payment_status(PaymentReference(reference1="r", reference2="s")), PaymentReceipt)
    assert_type(await client.run("their", lambda _platform, context: own_flow(context)), int)


def pages(page: Page[FiledPetition]) -> None:
    """A page knows what it holds."""
    assert_type(page.items, tuple[FiledPetition, ...])

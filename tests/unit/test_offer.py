"""What a client is given to publish is held against the policy in force and the ledger before it is sent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from govlink._offer import LEDGER_NOT_ASKED, Offer
from govlink.errors import ProtectionError, RejectedError
from govlink.flow import Flow
from govlink.models.dataset import Dataset
from govlink.models.publication import (
    Publication,
    PublicationPlan,
    PublicationResult,
    PublicationState,
)
from govlink.models.release import Dimension, Release
from govlink.publishing import load_spec
from govlink.publishing.inputs import open_content
from govlink.statistics import (
    DisclosurePolicy,
    Ledger,
    PolicyMark,
    PublishedTable,
    prepare,
    tabulate,
)

RELEASES = Path(__file__).parents[2] / "fixtures" / "releases"
SERVICE = Dimension(id="service", label_th="บริการ", label_en="service")
CONTEXT: Any = None  # the catalogue below asks for nothing


class Catalogue:
    """Takes everything, and says what it would have said."""

    def __init__(self) -> None:
        self.taken: list[Publication] = []

    def _take(self, publication: Publication) -> Flow[None]:
        self.taken.append(publication)
        yield from ()

    def plan(self, publication: Publication, **_: object) -> Flow[PublicationPlan]:
        """Nothing to change."""
        yield from self._take(publication)
        return PublicationPlan(dataset="d", notes=("its own",))

    def publish(self, publication: Publication, **_: object) -> Flow[PublicationResult]:
        """Done."""
        yield from self._take(publication)
        public = PublicationState.PUBLIC
        return PublicationResult(
            dataset="d", dataset_id="1", resource_id="2", state=public, rows=1, writes=1, notes=("its own",)
        )


def policy_of(threshold: int) -> DisclosurePolicy:
    """A policy with that threshold."""
    content = {"id": "p", "version": "1", "threshold": threshold}
    return DisclosurePolicy.signed(by="role", on=date(2026, 1, 1), **content)


def release_of(policy: DisclosurePolicy, ledger: Ledger | None) -> Release:
    """A release by that policy, which the ledger is not told of."""
    records: list[dict[str, object]] = [{"service": code} for code in "aaaaaabbbbbbb"]
    raw = tabulate(records, dimensions=(SERVICE,))
    return prepare(raw, policy=policy, ledger=ledger, name="eq").release


@pytest.fixture
def dataset() -> Dataset:
    """The description of the shipped statistics."""
    return load_spec(RELEASES / "eq_petitions_month.toml").dataset


def ends(offer: Offer, verb: str, catalogue: Catalogue) -> PublicationPlan | PublicationResult:
    """What the verb gives without a request."""
    flow = getattr(offer, verb)(catalogue, context=CONTEXT)
    with pytest.raises(StopIteration) as ended:
        next(flow)
    value: PublicationPlan | PublicationResult = ended.value.value
    return value


@pytest.mark.parametrize("verb", ["plan", "publish"])
def test_policy_and_ledger_are_asked_before_the_catalogue(
    dataset: Dataset, tmp_path: Path, verb: str
) -> None:
    """A stale policy or a ledger without the release end it; what agrees with both goes through."""
    policy, ledger, catalogue = policy_of(5), Ledger.open(tmp_path / "ledger.jsonl"), Catalogue()
    release = release_of(policy, ledger)
    for asked in ({"policy": policy_of(6)}, {"ledger": ledger}):
        with pytest.raises(ProtectionError):
            ends(Offer(content=release, dataset=dataset, **asked), verb, catalogue)
    assert catalogue.taken == []
    ledger.append(PublishedTable.of(release, name="eq"), mark=PolicyMark.of(policy))
    offer = Offer(content=release, dataset=dataset, policy=policy, ledger=ledger)
    assert ends(offer, verb, catalogue).notes == ("its own",)
    assert catalogue.taken[0].release is release


@pytest.mark.parametrize("verb", ["plan", "publish"])
def test_a_ledger_that_was_not_given_is_told(dataset: Dataset, tmp_path: Path, verb: str) -> None:
    """The report names the ledger it was prepared with; without one there is nothing to say."""
    policy, ledger = policy_of(5), Ledger.open(tmp_path / "ledger.jsonl")
    for book, notes in ((ledger, ("its own", LEDGER_NOT_ASKED)), (None, ("its own",))):
        offer = Offer(content=release_of(policy, book), dataset=dataset, policy=policy)
        assert ends(offer, verb, Catalogue()).notes == notes


def test_rows_have_neither(tmp_path: Path) -> None:
    """They go out by a declaration; whoever asks for more learns that nothing was looked at."""
    spec = load_spec(RELEASES / "schools.toml")
    with open_content(spec.source) as table:
        offer = Offer(content=table, dataset=spec.dataset, declaration=spec.declaration, policy=policy_of(5))
        with pytest.raises(RejectedError, match="declaration"):
            ends(offer, "plan", Catalogue())

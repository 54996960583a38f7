"""One run of a release file: lock, open the rows, plan or publish, and tell what happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from ..client import Client
from ..config import Config
from ..interfaces import AnyAdapter, PublicationJournal
from ..models.publication import PublicationPlan, PublicationResult, PublicationState
from ..models.release import Release
from ..models.table import Table
from ..policy import Policies
from ..registry import load_adapter
from .describe import demand_place, description_of, write_description
from .inputs import ledger_of, open_content, policy_of
from .journal import FileJournal, read_published
from .spec import ReleaseSpec
from .state import Place, address_of
from .watch import Event, KnownFields, Tell, Traffic, WatchedJournal

__all__ = ["Run"]


class Run:
    """A release file, the settings to publish it with, and where the machine keeps its state.

    Without a ``state`` folder there is neither lock nor journal: the catalogue's own compare-and-set still
    keeps two runs from spoiling a dataset, and an interrupted one is still resumed. ``adapters`` are given
    in place of installed ones of their name. ``tell`` hears of every step.
    """

    def __init__(
        self,
        spec: ReleaseSpec,
        *,
        config: Config,
        state: Path | None,
        tell: Tell,
        adapters: tuple[AnyAdapter, ...] = (),
        policies: Policies | None = None,
    ) -> None:
        self.spec = spec
        self.traffic = Traffic(tell)
        self._config = config
        self._state = state
        self._tell = tell
        self._adapters = adapters
        self._policies = replace(policies or Policies(), observer=self.traffic)

    def publish(self, *, description: Path | None = None) -> PublicationResult:
        """Publish. The same input twice writes once.

        ``description`` is where a dataset that is public then is described as linked data (JSON-LD).

        Raises:
            TryAgainError: another run holds the lock, or the platform cannot be reached.
            GovlinkError: whatever ``Client.publish`` raises, or the file's rows.
        """
        place = self._place()
        if description is not None:
            demand_place(description)
        with place.locked() if place is not None else nullcontext():
            journal: PublicationJournal = KnownFields()
            if place is not None:
                journal = FileJournal(place.journal, complain=self._warn)
            else:
                self._warn("without a state folder this run has no lock and no journal")
            watched = WatchedJournal(journal, tell=self._tell, traffic=self.traffic)
            with self._opened() as (client, content):
                result = client.publish(
                    content,
                    dataset=self.spec.dataset,
                    declaration=self.spec.declaration,
                    consent=self.spec.consent,
                    journal=watched,
                    policy=policy_of(self.spec.source),
                    ledger=ledger_of(self.spec.source),
                    platform=self.spec.platform,
                )
                if description is not None and result.state is PublicationState.PUBLIC:
                    self._describe(description, content=content, result=result)
                return result

    def plan(self) -> PublicationPlan:
        """What publishing would change. Nothing is written, here or there."""
        known = self._known()
        with self._opened() as (client, content):
            return self._plan(client, content, known=known)

    def dry_run(self) -> tuple[PublicationPlan, PublicationState]:
        """The plan, and where the dataset stands now."""
        known = self._known()
        with self._opened() as (client, content):
            plan = self._plan(client, content, known=known)
            return plan, client.publication_state(self.spec.dataset.name, platform=self.spec.platform)

    def _known(self) -> PublicationJournal:
        place = self._place()
        fields = KnownFields(read_published(place.journal) if place is not None else ())
        return WatchedJournal(fields, tell=self._tell, traffic=self.traffic)

    def _plan(
        self, client: Client, content: Release | Table, *, known: PublicationJournal
    ) -> PublicationPlan:
        return client.plan(
            content,
            dataset=self.spec.dataset,
            declaration=self.spec.declaration,
            consent=self.spec.consent,
            journal=known,
            policy=policy_of(self.spec.source),
            ledger=ledger_of(self.spec.source),
            platform=self.spec.platform,
        )

    def _address(self) -> str:
        given = {adapter.name: adapter for adapter in self._adapters}
        name = self.spec.platform
        return address_of(self._config, given[name] if name in given else load_adapter(name))

    def _describe(self, path: Path, *, content: Release | Table, result: PublicationResult) -> None:
        site_url = self._address().partition("/api/3/")[0]
        write_description(path, description_of(self.spec, content=content, result=result, site_url=site_url))

    def _place(self) -> Place | None:
        """Where this dataset's state is kept; settings that are wrong are found here, before any work."""
        address = self._address()
        if self._state is None:
            return None
        return Place(self._state, address=address, dataset=self.spec.dataset.name)

    @contextmanager
    def _opened(self) -> Iterator[tuple[Client, Release | Table]]:
        with open_content(self.spec.source, progress=self._read) as content:
            self._tell(Event(name="opened", facts={"rows": _rows(content)}))
            with Client(self._config, adapters=self._adapters, policies=self._policies) as client:
                yield client, content

    def _read(self, rows: int) -> None:
        self._tell(Event(name="read", level="debug", facts={"rows_done": rows}))

    def _warn(self, text: str) -> None:
        self._tell(Event(name="warning", level="warning", facts={"text": text}))


def _rows(content: Release | Table) -> int:
    return len(content.table.cells) if isinstance(content, Release) else content.row_count

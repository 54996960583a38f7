"""From the petition store to protected tables, one after the other through one ledger."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from govlink.equivalence.statistics_rows import Row, first_decisions, refusal_rows, reissue_rows
from govlink.equivalence.store import EventStore
from govlink.statistics import (
    EQ_REFUSAL_REASONS_YEAR,
    EQ_REISSUE_YEAR,
    Ledger,
    ReadyDataset,
    load_policy,
    prepare,
    publish_release,
)


def protect_one(data: ReadyDataset, rows: Iterable[Row], *, policies: Path, out: Path, today: date) -> None:
    """Count, protect together with what is out already, attack; write and note it, or neither."""
    policy = load_policy(policies / f"{data.name}.policy.toml")
    ledger = Ledger.open(out / "ledger.jsonl")
    counts = data.count(rows, as_of=today)
    made = prepare(
        counts, policy=policy, subject=data.subject(policy), ledger=ledger, name=data.name, as_of=today
    )
    publish_release(made, out / data.name, policy=policy, ledger=ledger)


def protect_years(store: EventStore, *, policies: Path, out: Path, today: date) -> None:
    """What was decided in the years that are over: why papers were replaced, why petitions were refused."""
    decided = tuple(first_decisions(store, store.streams()))
    reissues, refusals = reissue_rows(decided, as_of=today), refusal_rows(decided, as_of=today)
    protect_one(EQ_REISSUE_YEAR, reissues, policies=policies, out=out, today=today)
    protect_one(EQ_REFUSAL_REASONS_YEAR, refusals, policies=policies, out=out, today=today)

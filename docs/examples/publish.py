"""Publish an anonymised table; for a scheduler. Running it again writes only what changed."""

import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from dataset import DATASET

from govlink import Client, GovlinkError, load_config
from govlink.statistics import (
    EQ_PETITIONS_MONTH,
    Ledger,
    load_policy,
    prepare,
    publish_release,
    tabulate,
)


def today() -> date:
    """The day in Bangkok, on which the policy's periods must be closed."""
    return datetime.now(timezone(timedelta(hours=7))).date()


def main() -> int:
    """Count, protect, audit, note, publish. Returns an exit code of ``govlink.errors``."""
    try:
        policy, ledger = load_policy(Path("policy.toml")), Ledger.open(Path("ledger.jsonl"))
        table = tabulate(Path("petitions.csv"), dimensions=EQ_PETITIONS_MONTH.dimensions)
        prepared = prepare(table, policy=policy, ledger=ledger, name=DATASET.name, as_of=today())
        publish_release(prepared, Path("release"), policy=policy, ledger=ledger)
        with Client(load_config()) as client:
            result = client.publish(prepared.release, dataset=DATASET, policy=policy, ledger=ledger)
    except GovlinkError as error:
        print(error.explain("th"), file=sys.stderr)
        return error.exit_code
    print(f"{result.dataset}: {result.state}, {result.rows} rows, {result.writes} writes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Count, protect, audit, note in the ledger; leave the release where ``govlink publish`` takes it from."""

import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from govlink import GovlinkError
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
    """Write release/ and its entry in the ledger, or neither. Returns an exit code of ``govlink.errors``."""
    try:
        policy, ledger = load_policy(Path("policy.toml")), Ledger.open(Path("ledger.jsonl"))
        table = tabulate(Path("petitions.csv"), dimensions=EQ_PETITIONS_MONTH.dimensions)
        prepared = prepare(table, policy=policy, ledger=ledger, name="eq-petitions-month", as_of=today())
        publish_release(prepared, Path("release"), policy=policy, ledger=ledger)
    except GovlinkError as error:
        print(error.explain("th"), file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

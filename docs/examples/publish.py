"""Publish an anonymised table; for a scheduler. Running it again writes only what changed."""

import sys
from pathlib import Path

from dataset import DATASET

from govlink import Client, GovlinkError, load_config
from govlink.statistics import EQ_PETITIONS_MONTH, load_policy, release, tabulate


def main() -> int:
    """Count, protect, audit, publish. Returns an exit code of ``govlink.errors``."""
    try:
        table = tabulate(Path("petitions.csv"), dimensions=EQ_PETITIONS_MONTH.dimensions)
        protected = release(table, policy=load_policy(Path("policy.toml")))
        with Client(load_config()) as client:
            result = client.publish(protected, dataset=DATASET)
    except GovlinkError as error:
        print(error.explain("th"), file=sys.stderr)
        return error.exit_code
    print(f"{result.dataset}: {result.state}, {result.rows} rows, {result.writes} writes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Count, protect, audit; leave the release in a directory, where ``govlink publish`` takes it from."""

import sys
from pathlib import Path

from govlink import GovlinkError
from govlink.statistics import EQ_PETITIONS_MONTH, load_policy, release, tabulate, write_release


def main() -> int:
    """Write release/table.csv and release/report.json. Returns an exit code of ``govlink.errors``."""
    try:
        table = tabulate(Path("petitions.csv"), dimensions=EQ_PETITIONS_MONTH.dimensions)
        write_release(release(table, policy=load_policy(Path("policy.toml"))), Path("release"))
    except GovlinkError as error:
        print(error.explain("th"), file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

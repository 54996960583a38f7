"""Sign a policy file, read it back, and make the same decision in code."""

from datetime import date
from pathlib import Path

from govlink.statistics.policy import DisclosurePolicy, load_policy, sign_policy

sign_policy(Path("policy.toml"), by="head of statistics", on=date(2026, 1, 15))
policy = load_policy(Path("policy.toml"))
same = DisclosurePolicy.signed(
    by="head of statistics", on=date(2026, 1, 15), id="agency-eq-2569", version="1", threshold=5
)

"""What a release must agree with when it leaves: the policy in force, and the ledger that has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from govlink.errors import ProtectionError
from govlink.models.release import Dimension, Release, seal
from govlink.statistics import (
    ColumnNames,
    DisclosurePolicy,
    Ledger,
    PolicyMark,
    PublishedTable,
    confirm_release,
    prepare,
    read_release,
    tabulate,
    write_release,
)

PolicyOf = Callable[..., DisclosurePolicy]
SERVICE = Dimension(id="service", label_th="บริการ", label_en="service")
OUTCOME = Dimension(id="outcome", label_th="ผล", label_en="outcome")
JANUARY = {
    ("a", "yes"): 30,
    ("a", "no"): 9,
    ("b", "yes"): 40,
    ("b", "no"): 3,
    ("c", "yes"): 20,
    ("c", "no"): 8,
}
FEBRUARY = JANUARY | {("a", "yes"): 31}


def made(
    counts: dict[tuple[str, str], int],
    policy: DisclosurePolicy,
    ledger: Ledger | None = None,
    *,
    name: str = "january",
    restates: tuple[str, ...] = (),
    months: tuple[str, ...] = (),
) -> Release:
    """The release of so many petitions by service and outcome; the ledger is not told of it."""
    records: list[dict[str, object]] = [
        {"service": service, "outcome": outcome} for (service, outcome), n in counts.items() for _ in range(n)
    ]
    limited = (("month", months),) if months else ()
    raw = tabulate(records, dimensions=(SERVICE, OUTCOME), limited=limited)
    return prepare(raw, policy=policy, ledger=ledger, name=name, restates=restates).release


def note(
    release: Release,
    policy: DisclosurePolicy,
    ledger: Ledger,
    *,
    name: str = "january",
    restates: tuple[str, ...] = (),
) -> None:
    """Tell the ledger."""
    ledger.append(PublishedTable.of(release, name=name), mark=PolicyMark.of(policy), restates=restates)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty one."""
    return Ledger.open(tmp_path / "ledger.jsonl")


def code_of(refused: pytest.ExceptionInfo[ProtectionError]) -> str:
    """What was refused, in both languages."""
    assert refused.value.explain("th") != refused.value.explain("en")
    return refused.value.code


def test_a_stale_policy_publishes_nothing(policy_of: PolicyOf, tmp_path: Path) -> None:
    """Neither an older wording, nor one that somebody signed for a trial under the same name and version."""
    release, dimensions = made(JANUARY, policy_of()), (SERVICE, OUTCOME)
    write_release(release, tmp_path)
    confirm_release(release, policy=policy_of())
    read_release(tmp_path, dimensions=dimensions, policy=policy_of())
    for other in (policy_of(version="2"), policy_of(threshold=6), policy_of(interval_width=2)):
        with pytest.raises(ProtectionError, match=f"{other.id} {other.version}") as refused:
            confirm_release(release, policy=other)
        assert code_of(refused) == "statistics.policy_not_in_force"
        with pytest.raises(ProtectionError):
            read_release(tmp_path, dimensions=dimensions, policy=other)


def test_what_is_not_noted_does_not_go_out(policy_of: PolicyOf, ledger: Ledger, tmp_path: Path) -> None:
    """Two cumulative months, each protected with the ledger that nobody told: the second is one more."""
    policy = policy_of()
    first, second = made(JANUARY, policy, ledger), made(FEBRUARY, policy, ledger, name="february")
    write_release(second, tmp_path / "february")
    for release in (first, second):
        confirm_release(release, policy=policy)
        with pytest.raises(ProtectionError, match="the ledger") as refused:
            confirm_release(release, policy=policy, ledger=ledger)
        assert code_of(refused) == "statistics.release_not_noted"
    note(first, policy, ledger)
    confirm_release(first, policy=policy, ledger=ledger)
    with pytest.raises(ProtectionError):
        read_release(tmp_path / "february", dimensions=(SERVICE, OUTCOME), ledger=ledger)


@pytest.mark.parametrize("other", ["rules", "subject", "table"])
def test_an_entry_of_something_else_is_none(policy_of: PolicyOf, ledger: Ledger, other: str) -> None:
    """The same table under other rules, or of other records, protects otherwise what comes later."""
    policy = policy_of()
    release = made(JANUARY, policy, ledger)
    published = PublishedTable.of(release, name="january")
    changed = {
        "rules": replace(published, rules=replace(published.rules, threshold=2)),
        "subject": replace(published, subject=replace(published.subject, population="schools")),
        "table": PublishedTable.of(made(FEBRUARY, policy), name="january"),
    }
    ledger.append(changed[other], mark=PolicyMark.of(policy))
    with pytest.raises(ProtectionError) as refused:
        confirm_release(release, ledger=ledger)
    assert code_of(refused) == "statistics.release_not_noted"


def test_a_release_is_attacked_with_what_was_out_before(policy_of: PolicyOf, ledger: Ledger) -> None:
    """One that was protected alone and noted all the same does not leave: one person came in between."""
    policy = policy_of()
    first = made(JANUARY, policy, ledger, months=("m1",))
    second = made(FEBRUARY, policy, name="february", months=("m1", "m2"))
    note(first, policy, ledger)
    note(second, policy, ledger, name="february")
    confirm_release(first, ledger=ledger)
    confirm_release(second)
    with pytest.raises(ProtectionError, match="january") as refused:
        confirm_release(second, ledger=ledger)
    assert code_of(refused).startswith("statistics.audit")


def test_names_are_held_against_what_was_out_before(policy_of: PolicyOf, ledger: Ledger) -> None:
    """By the policy in force; without one nobody says which names are apart."""
    policy = policy_of(columns=ColumnNames(same=(("month", "outcome"),)))
    first = made(JANUARY, policy_of(), ledger, months=("m1",))
    note(first, policy_of(), ledger)
    confirm_release(first, ledger=ledger)
    old = replace_digest(first, policy)
    with pytest.raises(ProtectionError) as refused:
        confirm_release(old, policy=policy, ledger=ledger)
    assert code_of(refused) == "statistics.columns_same"


def replace_digest(release: Release, policy: DisclosurePolicy) -> Release:
    """The release as if that policy had made it, which it would not have."""
    report = replace(release.report, policy_sha256_hex=policy.sign_off.digest)
    return seal(table=release.table, report=report)


def test_what_was_corrected_stays_away(policy_of: PolicyOf, ledger: Ledger) -> None:
    """The correction goes out in its place; so do the first figures, noted as its correction."""
    policy = policy_of()
    wrong = made(JANUARY, policy, ledger)
    note(wrong, policy, ledger)
    large = JANUARY | {("a", "yes"): 60}
    right = made(large, policy, ledger, restates=("january",))
    note(right, policy, ledger, restates=("january",))
    confirm_release(right, policy=policy, ledger=ledger)
    with pytest.raises(ProtectionError, match="january") as refused:
        confirm_release(wrong, policy=policy, ledger=ledger)
    assert code_of(refused) == "statistics.release_corrected"
    note(wrong, policy, ledger, restates=("january",))
    confirm_release(wrong, ledger=ledger)
    assert ledger.corrected_by(ledger.entries[1]) is ledger.entries[2]
    assert ledger.before(ledger.entries[1]).entries == ledger.entries[:1]

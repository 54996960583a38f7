"""Sums tell how many people they are of where all add the same; what hides them must hold for that too."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from govlink.errors import GovlinkError
from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.models.rules import PublicRules
from govlink.statistics import (
    DisclosurePolicy,
    Ledger,
    PolicyMark,
    Prepared,
    PublishedTable,
    RawTable,
    Sum,
    prepare,
    tabulate,
)
from govlink.statistics.audit import attack
from govlink.statistics.policy import MagnitudeRule
from govlink.statistics.releasing.attacking import attack_reported

Keys = tuple[str, ...]
PolicyOf = Callable[..., DisclosurePolicy]
FEE = 500
RULE = MagnitudeRule(p_percent=10)
AREA = Dimension(id="area", label_th="เขต", label_en="area")
KIND = Dimension(id="kind", label_th="ชนิด", label_en="kind")
BOTH = (AREA, KIND)
PEOPLE: dict[Keys, int] = {
    (area, kind): (1, 12, 3, 20, 8, 2, 30, 7, 2, 15, 9, 40)[3 * i + j]
    for i, area in enumerate("abcd")
    for j, kind in enumerate("xyz")
}


def records(people: Mapping[Keys, int], *, fee: int = FEE) -> list[dict[str, object]]:
    """So many records of each area and kind, every one with the same fee and a tax on it."""
    return [
        {"area": area, "kind": kind, "fee": fee, "tax": fee // 10}
        for (area, kind), count in people.items()
        for _ in range(count)
    ]


def sums(rows: list[dict[str, object]], *dimensions: Dimension, column: str = "fee") -> RawTable:
    """The table of sums."""
    return tabulate(rows, dimensions=dimensions or BOTH, measure=Sum(column=column))


def released(
    raw: RawTable,
    policy: DisclosurePolicy,
    ledger: Ledger,
    name: str,
    *,
    restates: tuple[str, ...] = (),
) -> Prepared:
    """Prepared and noted."""
    made = prepare(raw, policy=policy, ledger=ledger, name=name, restates=restates)
    table = PublishedTable.of(made.release, name=name)
    ledger.append(table, mark=PolicyMark.of(policy), restates=restates)
    return made


def hidden(made: Prepared) -> set[Keys]:
    """The cells that hold no number."""
    return {cell.keys for cell in made.release.table.cells if cell.value is None}


def refusal(call: Callable[[], object]) -> str:
    """The code by which something is refused."""
    with pytest.raises(GovlinkError) as caught:
        call()
    return caught.value.code


@pytest.mark.parametrize("zeros", ["structural", "sampling"])
@pytest.mark.parametrize("seed", range(4))
def test_a_fixed_fee_gives_no_count_away(policy_of: PolicyOf, seed: int, zeros: str) -> None:
    """The sums divided by the fee pass the attack on counts."""
    draw = random.Random(seed)
    people: dict[Keys, int] = {
        keys: draw.choice([0, 1, 1, 2, 3, 7, 8, 12, 20]) for keys in product("abcd", "xyz")
    }
    policy = policy_of(magnitude=RULE, zeros=zeros)
    table = prepare(sums(records(people)), policy=policy).release.table
    counted = (replace(c, value=None if c.value is None else c.value // FEE) for c in table.cells)
    result = attack(replace(table, cells=tuple(counted)), rules=PublicRules(threshold=5, zeros=zeros))  # type: ignore[arg-type]  # a literal
    assert result.passed
    assert result.audited


def test_few_who_pay_among_many_are_hidden(policy_of: PolicyOf) -> None:
    """Three payers and forty-seven who paid nothing are a sum of three."""
    rows = records({("a", "x"): 3, ("b", "x"): 40, ("c", "x"): 20}) + records({("a", "x"): 47}, fee=0)
    made = prepare(sums(rows, AREA), policy=policy_of(magnitude=RULE))
    assert ("a",) in hidden(made)


def test_empty_cells_are_published_beside_sums(policy_of: PolicyOf) -> None:
    """A table of counts shows that nobody is there, so a hidden sum of nobody would protect nothing."""
    people = PEOPLE | {("a", "x"): 0, ("b", "y"): 0, ("c", "z"): 0}
    made = prepare(sums(records(people)), policy=policy_of(magnitude=RULE))
    assert hidden(made)
    assert not hidden(made) & {keys for keys, count in people.items() if not count}


def test_a_mask_that_is_too_small_for_counts_is_not_sealed(policy_of: PolicyOf) -> None:
    """One and two people of 1,500 baht together: far from exact as sums, known to be few as people."""
    people: dict[Keys, int] = {("a", "x"): 1, ("b", "x"): 2, ("c", "x"): 20, ("d", "x"): 30}
    raw, policy = sums(records(people), AREA), policy_of(magnitude=RULE)
    cells = tuple(
        ReleasedCell(keys=keys, value=None, status=CellStatus.CONFIDENTIAL)
        if keys[0] in "ab"
        else ReleasedCell(keys=keys, value=count, status=CellStatus.FREE)
        for keys, count in zip(raw.keys(), raw.counts, strict=True)
    )
    rules = replace(policy.rules(), measure="sum", measured="fee")
    masked = ProtectedTable(dimensions=(AREA,), cells=cells)

    def attacked(table: ProtectedTable, raw: RawTable | None) -> object:
        return attack_reported(
            table, method="suppress", rules=rules, subject=None, parameters={}, raw=raw, assessment=None
        )

    attacked(masked, None)  # nothing public tells the two apart from two large sums
    assert refusal(lambda: attacked(masked, raw)) == "statistics.contributors_told"
    made = prepare(raw, policy=policy)
    assert len(hidden(made)) == 3
    attacked(made.release.table, raw)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_what_one_measure_hides_the_others_hide(
    policy_of: PolicyOf, tmp_path: Path, order: tuple[int, ...]
) -> None:
    """Counts, fees and taxes of the same people, in any order: the later hide all that earlier ones hide."""
    policy, ledger = policy_of(magnitude=RULE), Ledger.open(tmp_path / "ledger")
    rows = records(PEOPLE)
    tables = [tabulate(rows, dimensions=BOTH), sums(rows), sums(rows, column="tax")]
    before: set[Keys] = set()
    for number in order:
        made = released(tables[number], policy, ledger, f"table {number}")
        assert before <= hidden(made)
        assert "other_measures" not in made.release.report.not_covered
        before = hidden(made)


def test_a_sum_hides_what_only_its_count_had_to_hide(policy_of: PolicyOf, tmp_path: Path) -> None:
    """A count that an agency once hid by a higher threshold is not shown by a sum of the same people."""
    ledger, rows = Ledger.open(tmp_path / "ledger"), records(PEOPLE)
    strict = released(tabulate(rows, dimensions=BOTH), policy_of(threshold=9), ledger, "counts")
    alone = prepare(sums(rows), policy=policy_of(magnitude=RULE))
    assert not hidden(strict) <= hidden(alone)
    assert hidden(strict) <= hidden(released(sums(rows), policy_of(magnitude=RULE), ledger, "fees"))


def test_another_shape_of_another_measure_is_told(policy_of: PolicyOf, tmp_path: Path) -> None:
    """A coarser table shows nothing new; one with cells that the earlier lacks is not looked at whole."""
    policy, rows = policy_of(magnitude=RULE), records(PEOPLE)
    for name, first, second, told in (
        ("coarser", tabulate(rows, dimensions=BOTH), sums(rows, AREA), False),
        ("finer", tabulate(rows, dimensions=(AREA,)), sums(rows), True),
        ("across", tabulate(rows, dimensions=(AREA,)), sums(rows, KIND), True),
    ):
        ledger = Ledger.open(tmp_path / name)
        released(first, policy, ledger, "counts")
        made = released(second, policy, ledger, "fees")
        assert ("other_measures" in made.release.report.not_covered) == told
        assert "known_amounts" in made.release.report.not_covered


def test_sums_of_a_column_go_out_once(policy_of: PolicyOf, tmp_path: Path) -> None:
    """What another total over the same records adds would narrow a hidden sum."""
    policy, rows = policy_of(magnitude=RULE), records(PEOPLE)
    ledger = Ledger.open(tmp_path / "ledger")
    released(sums(rows, AREA), policy, ledger, "by area")
    finer = prepare(sums(rows), policy=policy).release
    for shown in (sums(rows), sums(rows, KIND)):
        again = Ledger.open(tmp_path / "ledger")
        assert refusal(lambda: released(shown, policy, again, "more")) == "statistics.summed_before"  # noqa: B023 - called at once
    forced = PublishedTable.of(finer, name="more")
    assert refusal(lambda: ledger.append(forced, mark=PolicyMark.of(policy))) == "statistics.summed_before"
    released(sums(rows, column="tax"), policy, ledger, "another column")


def test_sums_that_are_out_may_be_shown_again(policy_of: PolicyOf, tmp_path: Path) -> None:
    """The margins of a finer table, and a correction of it."""
    policy, rows = policy_of(magnitude=RULE), records(PEOPLE)
    ledger = Ledger.open(tmp_path / "ledger")
    first = released(sums(rows), policy, ledger, "both")
    margins = released(sums(rows, AREA), policy, ledger, "by area")
    assert {(*keys, TOTAL) for keys in hidden(margins)} >= {
        keys for keys in hidden(first) if keys[1] == TOTAL
    }
    more = records(PEOPLE | {("d", "z"): 90})
    assert refusal(lambda: released(sums(more), policy, ledger, "late")) == "statistics.contradicts_earlier"
    released(sums(more), policy, ledger, "corrected", restates=("both", "by area"))


def test_methods_are_not_mixed_over_measures(policy_of: PolicyOf, tmp_path: Path) -> None:
    """Exact sums of a fee undo what rounding did to the counts."""
    ledger, rows = Ledger.open(tmp_path / "ledger"), records(PEOPLE)
    released(tabulate(rows, dimensions=BOTH), policy_of(method="round", rounding_base=5), ledger, "counts")
    late = policy_of(version="2", magnitude=RULE)
    assert refusal(lambda: released(sums(rows), late, ledger, "fees")) == "statistics.ledger_methods_mixed"


def test_a_sum_corrects_no_count(policy_of: PolicyOf, tmp_path: Path) -> None:
    """Or the counts would no longer stand, and nothing later would be held against them."""
    policy, ledger, rows = policy_of(magnitude=RULE), Ledger.open(tmp_path / "ledger"), records(PEOPLE)
    released(tabulate(rows, dimensions=BOTH), policy, ledger, "counts")
    code = refusal(lambda: released(sums(rows), policy, ledger, "fees", restates=("counts",)))
    assert code == "statistics.ledger_restates_another"

"""What a ledger keeps, recognises and refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from govlink.errors import ConfigError, ConflictError, ProtectionError, RejectedError, VerificationError
from govlink.models.release import Dimension
from govlink.statistics.ledger import Ledger, PolicyMark
from govlink.statistics.published import GroupRule, PublicRules, PublishedTable, Subject

TableOf = Callable[..., PublishedTable]
ANY = Subject(population="register", period="period")


def test_what_was_appended_is_read_back(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """Everything but labels survives: subject, hierarchies, rules, values and holes."""
    table = table_of("มกราคม", {"TH": 10, "LA": None, "MM": None}, total=20)
    dimension = Dimension(id="country", label_th="ก", label_en="c", parents=(("LA", "asean"),))
    rules = PublicRules(
        threshold=7,
        zeros="sampling",
        structural_zeros=((("country", "TH"), ("period", "2568-01")),),
        group=GroupRule(dimension="country", min_groups=3, within_group=True),
        interval_width=2,
    )
    table = replace(table, rules=rules, table=replace(table.table, dimensions=(dimension,)))
    Ledger.open(tmp_path / "ledger").append(table, mark=mark)
    (again,) = Ledger.open(tmp_path / "ledger").published(ANY)
    assert again.table.dimensions[0].parents == (("LA", "asean"),)
    assert again.table.dimensions[0].label_en == "country"
    assert (again.name, again.subject, again.rules) == (table.name, table.subject, table.rules)
    assert again.table.cells == table.table.cells
    assert again.table.sha256_hex() == table.table.sha256_hex()


def test_the_head_moves_with_each_entry(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """Each entry has its own head, which a later opening may demand."""
    ledger = Ledger.open(tmp_path / "ledger")
    heads = [ledger.head]
    for month in ("2568-01", "2568-02"):
        ledger.append(table_of(month, {"TH": 10, "LA": 9}, months=(month,)), mark=mark)
        heads.append(ledger.head)
    assert len(set(heads)) == 3
    for head in heads:
        assert Ledger.open(tmp_path / "ledger", expected_head=head).head == heads[-1]
    with pytest.raises(VerificationError) as caught:
        Ledger.open(tmp_path / "ledger", expected_head="f" * 64)
    assert caught.value.code == "statistics.ledger_other_head"


def test_an_identical_table_is_recognised(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """A rerun changes neither the file nor the head, even under a new version of the policy."""
    path, table = tmp_path / "ledger", table_of("a", {"TH": 10, "LA": 9})
    ledger = Ledger.open(path)
    first = ledger.append(table, mark=mark)
    before = path.read_bytes()
    assert ledger.append(table, mark=replace(mark, version="2")) == first
    assert Ledger.open(path).append(table, mark=mark) == first
    assert path.read_bytes() == before


def test_a_name_belongs_to_its_figures(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """The same name with other figures, or of other months, is refused without ``restates``."""
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.append(table_of("a", {"TH": 10, "LA": 9}), mark=mark)
    for other in (
        table_of("a", {"TH": 11, "LA": 9}),
        table_of("a", {"TH": 10, "LA": 9}, months=("2568-02",)),
    ):
        with pytest.raises(ProtectionError) as caught:
            ledger.append(other, mark=mark)
        assert caught.value.code == "statistics.ledger_name_taken"


def test_a_changed_figure_is_refused_and_named(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """The error says which cells of which table differ, and no count."""
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.append(table_of("first", {"TH": 111, "LA": 99}), mark=mark)
    with pytest.raises(ProtectionError) as caught:
        ledger.append(table_of("second", {"TH": 121, "LA": 99}), mark=mark)
    assert caught.value.code == "statistics.contradicts_earlier"
    assert "(TH) / first" in str(caught.value)
    assert "(LA)" not in str(caught.value)
    assert not any(count in str(caught.value) for count in ("111", "121", "99", "210", "220"))


def test_other_records_may_have_other_counts(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """Another month, another register, and a hidden cell contradict nothing."""
    ledger = Ledger.open(tmp_path / "ledger")
    another = replace(mark, id="another")
    for table, by in (
        (table_of("a", {"TH": 10, "LA": 9}), mark),
        (table_of("b", {"TH": 11, "LA": 9}, months=("2568-02",)), mark),
        (table_of("a", {"TH": 12, "LA": 9}, population="another"), another),
        (table_of("c", {"TH": None, "LA": None}, total=19), mark),
    ):
        ledger.append(table, mark=by)
    assert [t.name for t in Ledger.open(tmp_path / "ledger").published(ANY)] == ["a", "b", "c"]


def test_a_restatement_takes_the_place_of_what_it_names(
    tmp_path: Path, table_of: TableOf, mark: PolicyMark
) -> None:
    """The latest vintage stands; the earlier one stays in the file and can be restated no more."""
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.append(table_of("a", {"TH": 10, "LA": 9}), mark=mark)
    ledger.append(table_of("b", {"TH": 50, "LA": 60}, months=("2568-02",)), mark=mark)
    assert [t.name for t in ledger.published(ANY, restates=("a",))] == ["b"]
    assert [t.name for t in ledger.restated(ANY, ("a",))] == ["a"]
    entry = ledger.append(table_of("a", {"TH": 30, "LA": 9}), mark=mark, restates=("a",))
    assert (entry.kind, entry.restates, entry.seq) == ("restatement", ("a",), 3)
    again = Ledger.open(tmp_path / "ledger")
    assert len(again.entries) == 3
    assert [(t.name, t.table.cells[0].value) for t in again.published(ANY)] == [("b", 50), ("a", 30)]
    with pytest.raises(RejectedError) as caught:
        again.append(table_of("z", {"TH": 31, "LA": 9}), mark=mark, restates=("never",))
    assert caught.value.code == "statistics.ledger_nothing_to_restate"


def test_methods_are_not_mixed_over_the_same_people(
    tmp_path: Path, table_of: TableOf, mark: PolicyMark
) -> None:
    """A noisy table beside one with hidden cells narrows these down; apart they may stand in one ledger."""
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.append(table_of("a", {"TH": 10, "LA": 9}), mark=mark)
    noisy = replace(mark, method="cell_key")
    with pytest.raises(ProtectionError) as caught:
        ledger.append(table_of("b", {"TH": 11, "LA": 9}), mark=noisy)
    assert caught.value.code == "statistics.ledger_methods_mixed"
    ledger.append(table_of("c", {"TH": 11, "LA": 9}, months=("2568-02",)), mark=noisy)
    assert [t.name for t in ledger.published(ANY)] == ["a"]


def test_a_correction_is_of_the_same_method(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """Readers keep the paper that was corrected: a rounded vintage would narrow down what it hid."""
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.append(table_of("a", {"TH": 10, "LA": 9}), mark=mark)
    rounded = replace(mark, method="round")
    with pytest.raises(ProtectionError) as caught:
        ledger.append(table_of("a", {"TH": 20, "LA": 10}), mark=rounded, restates=("a",))
    assert caught.value.code == "statistics.ledger_methods_mixed"
    ledger.append(table_of("a", {"TH": 30, "LA": 9}), mark=mark, restates=("a",))
    with pytest.raises(ProtectionError):
        ledger.append(table_of("c", {"TH": 20, "LA": 10}), mark=rounded, restates=("a",))


def test_a_correction_is_of_its_own_kind(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """Another month corrects nothing here; a quarter may be named beside the month, not instead of it."""
    ledger, quarter = Ledger.open(tmp_path / "ledger"), ("2568-01", "2568-02", "2568-03")
    ledger.append(table_of("month", {"TH": 10, "LA": 9}), mark=mark)
    ledger.append(table_of("quarter", {"TH": 50, "LA": 60}, months=quarter), mark=mark)
    wrong = (
        (table_of("other", {"TH": 10, "LA": 9}, months=("2568-02",)), ("month",)),
        (table_of("anew", {"TH": 10, "LA": 9}), ("quarter",)),
    )
    for table, restates in wrong:
        with pytest.raises(RejectedError) as caught:
            ledger.append(table, mark=mark, restates=restates)
        assert caught.value.code == "statistics.ledger_restates_another"
    ledger.append(table_of("month", {"TH": 30, "LA": 9}), mark=mark, restates=("month", "quarter"))
    assert [t.name for t in ledger.published(ANY)] == ["month"]
    assert [t.name for t in ledger.restated(ANY, ())] == ["month", "quarter"]


def test_a_register_without_a_name_may_be_any(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """A policy that begins to name its population does not forget what went out before."""
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.append(table_of("a", {"TH": 10, "LA": 9}, population=""), mark=mark)
    assert [t.name for t in ledger.published(ANY)] == ["a"]
    with pytest.raises(ProtectionError):
        ledger.append(table_of("b", {"TH": 11, "LA": 9}), mark=mark)
    ledger.append(table_of("c", {"TH": 77, "LA": 9}, months=("2568-02",)), mark=mark)
    assert [t.name for t in ledger.published(Subject(population=""))] == ["a", "c"]


def test_a_policy_stays_with_its_register(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """A name with other blanks or case is the same one; another would be compared with nothing."""
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.append(table_of("a", {"TH": 30}, population="Equivalence"), mark=mark)
    spelled = table_of("b", {"TH": 31}, population=" equivalence\u200b ")
    assert [t.name for t in ledger.published(spelled.subject)] == ["a"]
    with pytest.raises(ProtectionError) as caught:
        ledger.append(spelled, mark=mark)
    assert caught.value.code == "statistics.contradicts_earlier"
    with pytest.raises(ProtectionError) as caught:
        ledger.append(table_of("b", {"TH": 31}, population="petitions"), mark=replace(mark, version="2"))
    assert caught.value.code == "statistics.population_changed"


def test_sums_of_other_columns_are_other_figures(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """Days, fees and people of the same cell contradict nothing; days twice do."""
    ledger = Ledger.open(tmp_path / "ledger")
    people = table_of("people", {"TH": 10, "LA": 9})
    days, fees = (
        replace(table_of(name, counts), rules=replace(people.rules, measure="sum", measured=name))
        for name, counts in (("days", {"TH": 300, "LA": 90}), ("fees", {"TH": 700, "LA": 80}))
    )
    for table in (people, days, fees):
        ledger.append(table, mark=mark)
    assert Ledger.open(tmp_path / "ledger").entries[1].published.rules.measured == "days"
    changed = table_of("again", {"TH": 301, "LA": 90})
    with pytest.raises(ProtectionError):
        ledger.append(replace(changed, rules=days.rules), mark=mark)


def test_what_was_not_seen_is_not_built_on(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """Two runs that both audited against the same ledger: the second must look again."""
    one, other = Ledger.open(tmp_path / "ledger"), Ledger.open(tmp_path / "ledger")
    one.append(table_of("a", {"TH": 10, "LA": 9}), mark=mark)
    with pytest.raises(ConflictError) as caught:
        other.append(table_of("b", {"TH": 10, "LA": 9}), mark=mark)
    assert caught.value.code == "statistics.ledger_moved_on"
    Ledger.open(tmp_path / "ledger").append(table_of("b", {"TH": 10, "LA": 9}), mark=mark)


def test_a_ledger_replaced_while_open_is_noticed(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """An object that read two entries does not append to a file with other ones."""
    path = tmp_path / "ledger"
    ledger = Ledger.open(path)
    ledger.append(table_of("a", {"TH": 10, "LA": 9}), mark=mark)
    path.write_bytes(b"")
    with pytest.raises(VerificationError) as caught:
        ledger.append(table_of("b", {"TH": 10, "LA": 9}), mark=mark)
    assert caught.value.code == "statistics.ledger_replaced"


def test_the_ledger_is_its_owners_alone(tmp_path: Path) -> None:
    """It is made with mode 600, and one that others may write is refused."""
    path = tmp_path / "ledger"
    Ledger.open(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o666)
    with pytest.raises(ConfigError):
        Ledger.open(path)


def test_only_whole_tables_are_taken(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """A table with a cell missing has no total; nothing is written."""
    table = table_of("a", {"TH": 10, "LA": 9})
    cells = table.table.cells[:-1]
    with pytest.raises(RejectedError) as caught:
        Ledger.open(tmp_path / "ledger").append(
            replace(table, table=replace(table.table, cells=cells)), mark=mark
        )
    assert caught.value.code == "statistics.table_not_whole"
    assert (tmp_path / "ledger").read_bytes() == b""


def test_repr_shows_no_value(tmp_path: Path, table_of: TableOf, mark: PolicyMark) -> None:
    """What a log may print of a ledger is its name and length."""
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.append(table_of("a", {"TH": 12345, "LA": 9}), mark=mark)
    assert repr(ledger) == "Ledger('ledger', entries=1)"

"""Two years of releases with corrections, against somebody who has kept every one of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import highspy
import numpy as np
from tests.unit.statistics.joint.offices import Record, Register, signed_policy

from govlink.errors import ProtectionError
from govlink.models.release import TOTAL
from govlink.statistics import audit
from govlink.statistics.ledger import Ledger, PolicyMark
from govlink.statistics.protect import protect
from govlink.statistics.published import PublishedTable, Subject

COUNTRIES, OUTCOMES = ("KH", "LA", "MM", "TH"), ("no", "wait", "yes")
MONTHS = tuple(f"25{year}-{month:02}" for year in (67, 68) for month in range(1, 13))
POLICY = signed_policy(threshold=5, grand_total="publish")


class Archive:
    """Everything that was ever published, and every register that may be behind what stands."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._number = {record: number for number, record in enumerate(records)}
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        for _ in records:
            self._highs.addVar(0.0, highspy.kHighsInf)
        columns = np.arange(len(records), dtype=np.int32)
        self._highs.changeColsIntegrality(columns.size, columns, np.ones(columns.size, dtype=np.uint8))
        self._hidden: list[tuple[str, np.ndarray]] = []

    def keep(self, published: PublishedTable) -> None:
        """Note each cell as a sum of records."""
        where = dict(published.subject.where)
        shown = [d.id for d in published.table.dimensions]
        for cell in published.table.cells:
            asked = {name: (code,) for name, code in zip(shown, cell.keys, strict=True) if code != TOTAL}
            inside = np.array(
                [n for record, n in self._number.items() if meets(record, where) and meets(record, asked)],
                dtype=np.int32,
            )
            low, high = (1.0, highspy.kHighsInf) if cell.value is None else (cell.value, cell.value)
            self._highs.addRow(float(low), float(high), inside.size, inside, np.ones(inside.size))
            if cell.value is None:
                self._hidden.append((f"{cell.keys} of {published.name}", inside))

    def gives_way(self, threshold: int) -> list[str]:
        """The hidden cells that cannot reach the threshold, or can be one number only."""
        found = []
        seen = [self._solved(np.zeros(len(self._number)))]
        for name, inside in self._hidden:
            for sign in (-1.0, 1.0):
                values = {int(register[inside].sum()) for register in seen}
                if max(values) >= threshold and len(values) > 1:
                    break
                price = np.zeros(len(self._number))
                price[inside] = sign
                seen.append(self._solved(price))
            values = {int(register[inside].sum()) for register in seen}
            if max(values) < threshold or len(values) == 1:
                found.append(name)
        return found

    def _solved(self, price: np.ndarray) -> np.ndarray:
        columns = np.arange(price.size, dtype=np.int32)
        self._highs.changeColsCost(price.size, columns, price)
        self._highs.run()
        assert self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal, "contradiction"
        return np.rint(np.array(self._highs.getSolution().col_value)).astype(int)


def meets(record: Record, asked: dict[str, tuple[str, ...]]) -> bool:
    """Whether a record has the codes that are asked for."""
    return all(record[("country", "outcome", "period").index(name)] in codes for name, codes in asked.items())


class Office:
    """Publishes into a ledger, each release protected and audited against it."""

    def __init__(self, path: Path, seed: int) -> None:
        self.path, self._draw = path, random.Random(seed)
        self.counts = {(c, o, m): self._few(c) for c in COUNTRIES for o in OUTCOMES for m in MONTHS}
        self.refused: list[tuple[str, str]] = []

    def _few(self, country: str) -> int:
        scale = {"KH": 3, "LA": 6, "MM": 12, "TH": 2}[country]
        return min(40, int(scale * self._draw.paretovariate(1.2)) - scale)

    def publish(
        self, name: str, shown: tuple[str, ...], months: tuple[str, ...], restates: tuple[str, ...] = ()
    ) -> bool:
        """Protect, audit and note a table; False where it may not go out."""
        ledger = Ledger.open(self.path)
        subject = Subject(population="register", where=(("period", months),), period="period")
        register = Register(dimensions=("country", "outcome", "period"), counts=self.counts)
        raw = register.raw(shown, period=months)
        earlier = ledger.published(subject, restates=restates)
        try:
            table = protect(
                raw,
                policy=POLICY,
                subject=subject,
                earlier=earlier,
                restated=ledger.restated(subject, restates),
            ).table
        except ProtectionError as error:
            self.refused.append((name, error.code))
            return False
        result = audit.attack(table, rules=POLICY.rules(), subject=subject, name=name, earlier=earlier)
        assert result.passed, (name, result.failures)
        published = PublishedTable(name=name, subject=subject, table=table, rules=POLICY.rules())
        ledger.append(published, mark=PolicyMark.of(POLICY), restates=restates)
        return True

    def archive(self, entries: Sequence[PublishedTable]) -> Archive:
        """Somebody's who kept these."""
        archive = Archive(tuple(self.counts))
        for published in entries:
            archive.keep(published)
        return archive


def stale(path: Path, month: str) -> tuple[str, ...]:
    """The names of what stands and counts a month."""
    standing = Ledger.open(path).published(Subject(population="register"))
    return tuple(table.name for table in standing if month in dict(table.subject.where)["period"])


def test_two_years(tmp_path: Path) -> None:
    """A table each month, quarter and year; corrections in between; the union of all gives nothing away."""
    office, shown = Office(tmp_path / "ledger", 1), ("country", "outcome")
    for number, month in enumerate(MONTHS):
        office.publish(month, shown, (month,))
        if number % 3 == 2:
            office.publish(f"quarter of {month}", ("country",), MONTHS[number - 2 : number + 1])
        if number == 11:
            office.publish("year 2567", ("country", "period"), MONTHS[:12])
        if number == 7:  # one late record: neither silently nor as a restatement
            late = MONTHS[2]
            office.counts[("MM", "yes", late)] += 1
            assert not office.publish(late, shown, (late,))
            assert not office.publish(late, shown, (late,), restates=stale(office.path, late))
            assert [code for _, code in office.refused[-2:]] == [
                "statistics.contradicts_earlier",
                "statistics.restatement_too_small",
            ]
            office.counts[("MM", "yes", late)] -= 1  # kept for the year's restatement
        if number == 13:  # the year's corrections together, in every table that counts them
            for country in COUNTRIES:
                office.counts[(country, "yes", late)] += 10 if country == "MM" else 9
            old = stale(office.path, late)
            assert set(old) == {late, f"quarter of {late}", "year 2567"}
            assert office.publish(late, shown, (late,), restates=old)
            office.publish(f"quarter of {late}", ("country",), MONTHS[:3])
            office.publish("year 2567", ("country", "period"), MONTHS[:12])
    entries = Ledger.open(office.path).entries
    standing = Ledger.open(office.path).published(Subject(population="register"))
    assert len(entries) == 24 + 8 + 1 + 3, office.refused
    assert len(standing) == 24 + 8 + 1
    assert office.archive(standing).gives_way(POLICY.threshold) == []
    assert small_differences([entry.published for entry in entries]) == []


def small_differences(tables: Sequence[PublishedTable]) -> list[str]:
    """Cells that were out with two values that differ by a few."""
    values: dict[tuple[str, tuple[str, ...]], set[int]] = {}
    for table in tables:
        for cell in table.table.cells:
            if cell.value is not None:
                values.setdefault((table.name, cell.keys), set()).add(cell.value)
    spread = {cell: max(found) - min(found) for cell, found in values.items()}
    return [f"{keys} of {name}" for (name, keys), most in spread.items() if 0 < most < POLICY.threshold]


def test_the_archive_finds_what_gives_way(tmp_path: Path) -> None:
    """Tables protected each by itself are broken by their union: the attacker of these tests can attack."""
    office = Office(tmp_path / "ledger", 1)
    tables = []
    for months in (MONTHS[:3], *((m,) for m in MONTHS[:3])):
        subject = Subject(population="register", where=(("period", months),), period="period")
        register = Register(dimensions=("country", "outcome", "period"), counts=office.counts)
        shown = ("country", "outcome")
        table = protect(register.raw(shown, period=months), policy=POLICY, subject=subject).table
        tables.append(
            PublishedTable(name="-".join(months), subject=subject, table=table, rules=POLICY.rules())
        )
    assert office.archive(tables).gives_way(POLICY.threshold)


def test_a_single_person_between_two_cumulative_releases(tmp_path: Path) -> None:
    """No cell of either counts fewer than five, their difference one: the second hides it."""
    office = Office(tmp_path / "ledger", 1)
    for country in COUNTRIES:
        for outcome in OUTCOMES:
            for month in MONTHS[:3]:
                office.counts[(country, outcome, month)] = 7
    office.counts[("LA", "no", MONTHS[2])] = 1
    assert office.publish("until February", ("country", "outcome"), MONTHS[:2])
    assert office.publish("until March", ("country", "outcome"), MONTHS[:3])
    first, second = Ledger.open(office.path).published(Subject(population="register"))
    assert all(cell.value is not None for cell in first.table.cells)
    hidden = {cell.keys for cell in second.table.cells if cell.value is None}
    assert ("LA", "no") in hidden
    alone = replace(second.subject, population="another")
    raw = Register(dimensions=("country", "outcome", "period"), counts=office.counts).raw(
        ("country", "outcome"), period=MONTHS[:3]
    )
    table = protect(raw, policy=POLICY, subject=alone, earlier=(first,)).table
    assert all(cell.value is not None for cell in table.cells)

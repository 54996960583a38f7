"""The synthetic petitions: the same everywhere, nobody real, every defect where it is meant to be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from govlink.equivalence import columns
from govlink.equivalence.application import Service
from govlink.equivalence.form import read_application
from govlink.equivalence.intake_file import RejectedRow, read_petition_file
from govlink.equivalence.matters import MatterKeys
from govlink.equivalence.rulebook import RULEBOOK
from govlink.equivalence.rules import NO_FACTS, judge
from govlink.equivalence.synthetic import (
    DEFECTS_PER_MILLE,
    Defect,
    SyntheticRow,
    generate_petitions,
    write_petition_file,
)
from govlink.equivalence.verdicts import Verdict
from govlink.errors import RejectedError
from govlink.models.identity import CitizenId
from govlink.models.petition import FiledPetition

SHIPPED = Path(__file__).parents[3] / "fixtures" / "petitions" / "petitions-1000.csv"
COUNT, SEED = 1000, 2567

EXPECTED = {
    Defect.HIGHER_EDUCATION: (Verdict.REDIRECT, "HE_PURPOSE"),
    Defect.INCOMPLETE_STUDY: (Verdict.REDIRECT, "INCOMPLETE_STUDY"),
    Defect.LEVEL_NOT_COVERED: (Verdict.REDIRECT, "LEVEL_NOT_COVERED"),
    Defect.NOT_CENTRAL: (Verdict.REDIRECT, "NOT_CENTRAL"),
    Defect.PALI_AFTER_2562: (Verdict.REDIRECT, "PALI_AFTER_2562"),
    Defect.ERA_AMBIGUOUS: (Verdict.NEED_EVIDENCE, "ERA_AMBIGUOUS"),
    Defect.MISSING_PAPER: (Verdict.NEED_EVIDENCE, "DOC_MISSING"),
}


@pytest.fixture(scope="module")
def pairs() -> list[tuple[SyntheticRow, FiledPetition | RejectedRow]]:
    """Each generated row with what the reader makes of the shipped one."""
    rows = generate_petitions(COUNT, seed=SEED)
    return list(zip(rows, read_petition_file(SHIPPED), strict=True))


def test_the_shipped_file_is_the_generators(tmp_path: Path) -> None:
    """Byte for byte, so that nobody edits the fixture by hand."""
    made = tmp_path / "made.csv"
    write_petition_file(made, count=COUNT, seed=SEED)
    assert made.read_bytes() == SHIPPED.read_bytes()


def test_the_file_is_written_as_spreadsheets_do() -> None:
    """With the UTF-8 mark and CRLF, over the last three months of BE 2567."""
    content = SHIPPED.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == COUNT + 1


def test_another_seed_gives_other_people() -> None:
    """And the same seed the same ones."""
    first, again = ([row.cells for row in generate_petitions(50, seed=1)] for _ in range(2))
    assert first == again
    assert first != [row.cells for row in generate_petitions(50, seed=2)]


def test_the_shares_are_exact(pairs: list[tuple[SyntheticRow, FiledPetition | RejectedRow]]) -> None:
    """Each defect as often as promised, every service and channel used, a few agents."""
    rows = [row for row, _ in pairs]
    defects = Counter(row.defect for row in rows if row.defect)
    assert defects == DEFECTS_PER_MILLE
    assert set(Counter(row.service for row in rows)) == set(Service)
    channels = Counter(row.cells[columns.CHANNEL] for row in rows)
    assert set(channels) == {"E-OCS", "ทางรัฐ"}
    assert min(channels.values()) > 300
    assert 30 <= sum(bool(row.cells["เลขทะเบียนนิติบุคคลผู้ยื่นแทน"]) for row in rows) <= 50
    assert sum(bool(row.cells["เลขหนังสือเดินทาง"]) for row in rows) > 50


def test_each_defect_is_found_as_what_it_is(
    pairs: list[tuple[SyntheticRow, FiledPetition | RejectedRow]],
) -> None:
    """The reader, the form and the rules find every defect, and nothing in the rows without one."""
    for row, read in pairs:
        if row.defect is Defect.UNKNOWN_SERVICE:
            assert isinstance(read, RejectedRow)
            assert read.column == columns.SERVICE
            continue
        if row.defect is Defect.UNREADABLE_DATE:
            assert isinstance(read, RejectedRow)
            assert read.column == columns.FILED_ON
            continue
        assert isinstance(read, FiledPetition)
        if row.defect is Defect.BAD_CITIZEN_ID:
            with pytest.raises(RejectedError) as caught:
                read_application(read)
            assert [p.pointer for p in caught.value.problems] == ["/form/citizen_id"]
            continue
        judgement = judge(read_application(read), NO_FACTS, rulebook=RULEBOOK)
        if row.defect in EXPECTED:
            assert (judgement.verdict, judgement.reason_codes[0]) == EXPECTED[row.defect]
        else:
            assert set(judgement.reason_codes) <= {"ID_UNVERIFIED", "NO_PRIOR_CERT"}


def test_duplicates_are_the_same_person_and_matter(
    pairs: list[tuple[SyntheticRow, FiledPetition | RejectedRow]],
) -> None:
    """Only the rows meant as duplicates share a key with an earlier row."""
    keys = MatterKeys(b"a secret of the tests")
    seen, twice = set(), []
    for row, read in pairs:
        if isinstance(read, RejectedRow) or row.defect is Defect.BAD_CITIZEN_ID:
            continue
        key = keys.of(read_application(read))
        if key in seen:
            twice.append(row.defect)
        seen.add(key)
    assert twice == [Defect.DUPLICATE] * DEFECTS_PER_MILLE[Defect.DUPLICATE]


def test_nobody_in_the_file_can_exist(
    pairs: list[tuple[SyntheticRow, FiledPetition | RejectedRow]],
) -> None:
    """Citizen numbers name a province that is none; passports and telephones have no real form."""
    for row, read in pairs:
        passport = row.cells["เลขหนังสือเดินทาง"]
        assert passport.startswith("TEST") if passport else row.cells["เลขประจำตัวประชาชน"]
        assert row.cells["โทรศัพท์มือถือ"].startswith("000000")
        if isinstance(read, FiledPetition) and row.defect is not Defect.BAD_CITIZEN_ID:
            identity = read_application(read).applicant.identity
            assert not isinstance(identity, CitizenId) or identity.is_reserved


def test_filing_times_run_forward(pairs: list[tuple[SyntheticRow, FiledPetition | RejectedRow]]) -> None:
    """The file is in the order of filing, and its references are unique."""
    times = [read.filed_at for _, read in pairs if isinstance(read, FiledPetition)]
    assert times == sorted(times)
    assert (times[-1] - times[0]).days >= 85
    references = [row.cells[columns.REFERENCE] for row, _ in pairs]
    assert len(set(references)) == COUNT

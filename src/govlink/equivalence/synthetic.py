"""Makes files of petitions that look real and name nobody.

Every choice follows from the seed, the row and a label by SHA-256, so a file is the same on every
machine and every version of Python. The people cannot exist: their citizen numbers name a province
that does not, their passports and telephone numbers have no possible form.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from ..models.dates import MONTHS_TH, be_year_of, format_thai_date
from ..models.identity import check_digit
from ..models.petition import Channel
from ..models.text import to_thai_digits
from . import columns
from . import synthetic_words as words
from .application import PAPER_TITLES_TH, SERVICE_TITLES_TH, Paper, Service

__all__ = ["DEFECTS_PER_MILLE", "Defect", "SyntheticRow", "generate_petitions", "write_petition_file"]

T = TypeVar("T")

FIRST_DAY = date(2024, 10, 1)
DAYS = 92  # October to December of BE 2567
_OPENS_S, _DAY_S = 6 * 3600, 17 * 3600  # people file from six in the morning to eleven at night


class Defect(StrEnum):
    """What is wrong with a row on purpose."""

    BAD_CITIZEN_ID = "bad_citizen_id"
    ERA_AMBIGUOUS = "era_ambiguous"
    PALI_AFTER_2562 = "pali_after_2562"
    HIGHER_EDUCATION = "higher_education"
    DUPLICATE = "duplicate"
    MISSING_PAPER = "missing_paper"
    UNREADABLE_DATE = "unreadable_date"
    UNKNOWN_SERVICE = "unknown_service"
    LEVEL_NOT_COVERED = "level_not_covered"
    NOT_CENTRAL = "not_central"
    INCOMPLETE_STUDY = "incomplete_study"


DEFECTS_PER_MILLE = {
    Defect.BAD_CITIZEN_ID: 12,
    Defect.ERA_AMBIGUOUS: 10,
    Defect.PALI_AFTER_2562: 10,
    Defect.HIGHER_EDUCATION: 20,
    Defect.DUPLICATE: 12,
    Defect.MISSING_PAPER: 25,
    Defect.UNREADABLE_DATE: 8,
    Defect.UNKNOWN_SERVICE: 5,
    Defect.LEVEL_NOT_COVERED: 10,
    Defect.NOT_CENTRAL: 14,
    Defect.INCOMPLETE_STUDY: 10,
}
"""How many rows in a thousand have each defect; no row has two."""

_SERVICE_OF = {
    Defect.ERA_AMBIGUOUS: Service.CERT_REISSUE,
    Defect.LEVEL_NOT_COVERED: Service.CERT_REISSUE,
    Defect.NOT_CENTRAL: Service.CERT_REISSUE,
    Defect.PALI_AFTER_2562: Service.PALI5_EQ,
    Defect.HIGHER_EDUCATION: Service.FOREIGN_EQ,
    Defect.INCOMPLETE_STUDY: Service.FOREIGN_EQ,
    Defect.MISSING_PAPER: Service.FOREIGN_EQ,
}
_SERVICES = (
    *(Service.FOREIGN_EQ,) * 8,
    *(Service.CERT_REISSUE,) * 7,
    *(Service.EQ_REISSUE,) * 3,
    *(Service.PALI5_EQ,) * 2,
)
_AGENTS_PER_MILLE = 40
_PASSPORTS_PER_MILLE = 250  # of those schooled abroad


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticRow:
    """One row: its cells by header, the service meant, and what is wrong with it on purpose."""

    cells: Mapping[str, str]
    service: Service
    defect: Defect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dice:
    """Chance that follows from a seed and a row."""

    seed: int
    row: int

    def number(self, label: str, below: int) -> int:
        digest = hashlib.sha256(f"{self.seed}/{self.row}/{label}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % below

    def between(self, label: str, least: int, most: int) -> int:
        return least + self.number(label, most - least + 1)

    def pick(self, label: str, choices: Sequence[T]) -> T:
        return choices[self.number(label, len(choices))]

    def happens(self, label: str, *, per_mille: int) -> bool:
        return self.number(label, 1000) < per_mille


def generate_petitions(
    count: int, *, seed: int, first_day: date = FIRST_DAY, days: int = DAYS
) -> Iterator[SyntheticRow]:
    """``count`` rows in the order of filing, over these days: the last three months of BE 2567."""
    defects = _defects(count, seed=seed)
    latest_good: SyntheticRow | None = None
    for row in range(count):
        dice = _Dice(seed=seed, row=row)
        filing = _filing(dice, count=count, first_day=first_day, days=days)
        defect = defects.get(row)
        if defect is Defect.DUPLICATE and latest_good is not None:
            cells = {**latest_good.cells, **filing, columns.CHANNEL: latest_good.cells[columns.CHANNEL]}
            yield SyntheticRow(cells=cells, service=latest_good.service, defect=defect)
            continue
        defect = None if defect is Defect.DUPLICATE else defect
        made = _row(dice, filing=filing, defect=defect)
        latest_good = made if defect is None else latest_good
        yield made


def write_petition_file(path: Path, *, count: int, seed: int) -> None:
    """Write the rows as an office's spreadsheet program would: UTF-8 with its mark, lines in CRLF."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns.HEADERS)
        for row in generate_petitions(count, seed=seed):
            writer.writerow(row.cells.get(header, "") for header in columns.HEADERS)


def _defects(count: int, *, seed: int) -> dict[int, Defect]:
    """Which rows are defective: exactly the shares, spread as the hash has it."""
    shuffled = iter(sorted(range(count), key=lambda row: _Dice(seed=seed, row=row).number("order", 2**63)))
    return {
        next(shuffled): defect
        for defect, share in DEFECTS_PER_MILLE.items()
        for _ in range(share * count // 1000)
    }


def _filing(dice: _Dice, *, count: int, first_day: date, days: int) -> dict[str, str]:
    place = dice.row * 1000 + dice.number("moment", 1000)
    passed_s = place * days * _DAY_S // (count * 1000)
    moment = datetime.combine(first_day, datetime.min.time()) + timedelta(
        days=passed_s // _DAY_S, seconds=_OPENS_S + passed_s % _DAY_S
    )
    portal = dice.happens("channel", per_mille=380)
    prefix = "TR" if portal else "EOCS"
    return {
        columns.REFERENCE: f"{prefix}-{be_year_of(moment.date())}-{dice.row + 1:06d}",
        columns.CHANNEL: columns.CHANNEL_TITLES_TH[Channel.CITIZEN_PORTAL if portal else Channel.E_OCS],
        columns.FILED_ON: _written_date(dice, "filed", moment.date()),
        columns.FILED_TIME: f"{moment:%H:%M} น."
        if dice.happens("o'clock", per_mille=500)
        else f"{moment:%H:%M}",
    }


def _row(dice: _Dice, *, filing: dict[str, str], defect: Defect | None) -> SyntheticRow:
    service = _SERVICE_OF.get(defect) if defect else None
    service = service or dice.pick("service", _SERVICES)
    answers, born_ce = _DETAILS[service](dice, defect)
    answers |= _person(dice, service=service, born_ce=born_ce, defect=defect)
    papers = _papers(dice, answers, service=service, defect=defect)
    if dice.happens("filed by agent", per_mille=_AGENTS_PER_MILLE):
        answers["agent_juristic_id"] = f"0999{dice.number('agent number', 10**9):09d}"
        papers = (*papers, Paper.POWER_OF_ATTORNEY)
    if filing[columns.CHANNEL] == columns.CHANNEL_TITLES_TH[Channel.CITIZEN_PORTAL]:
        answers["portal_user_id"] = f"synthetic-{dice.number('portal', 16**12):012x}"
    cells = {header: answers.get(field, "") for header, field in columns.FORM_COLUMNS.items()}
    cells |= filing
    cells[columns.SERVICE] = SERVICE_TITLES_TH[service]
    cells[columns.DOCUMENTS] = "; ".join(
        f"{PAPER_TITLES_TH[paper]}:{paper.value.lower()}.pdf" for paper in papers
    )
    if defect is Defect.UNKNOWN_SERVICE:
        cells[columns.SERVICE] = dice.pick("look-alike", words.LOOK_ALIKE_SERVICES)
    if defect is Defect.UNREADABLE_DATE:
        cells[columns.FILED_ON] = dice.pick("bad date", words.UNREADABLE_DATES)
    return SyntheticRow(cells=cells, service=service, defect=defect)


def _person(dice: _Dice, *, service: Service, born_ce: int, defect: Defect | None) -> dict[str, str]:
    born = date(born_ce, 1, 1) + timedelta(days=dice.number("birthday", 365))
    common = {
        "birth_date": _written_date(dice, "born", born),
        "mobile": f"000000{dice.number('mobile', 10**4):04d}",
    }
    foreign = service is Service.FOREIGN_EQ and dice.happens("passport", per_mille=_PASSPORTS_PER_MILLE)
    if foreign and defect is not Defect.BAD_CITIZEN_ID:
        first, last, state = dice.pick("foreigner", words.FOREIGNERS)
        number = f"TEST{dice.row % 10**5:05d}"
        return common | {
            "first_name": first,
            "last_name": last,
            "passport_number": number,
            "passport_state": state,
        }
    titles, first_names = dice.pick("sex", words.MEN_AND_WOMEN)
    if service is Service.PALI5_EQ:
        titles, first_names = words.MONKS
    answers = common | {
        "title": dice.pick("title", titles),
        "first_name": dice.pick("first", first_names),
        "last_name": dice.pick("last", words.LAST_NAMES),
        "citizen_id": _citizen_number(dice, defect=defect),
    }
    if dice.happens("laser", per_mille=600):
        answers["laser_code"] = f"ZZ{dice.number('laser code', 10**10):010d}"
    return answers


def _citizen_number(dice: _Dice, *, defect: Defect | None) -> str:
    class_digit, province = dice.between("class", 1, 8), dice.between("province", 97, 99)
    # Rows are numbered into the citizen number, so no two people of a file share one.
    twelve = f"{class_digit}{province}{(dice.seed * 1_000_003 + dice.row) % 10**9:09d}"
    last = int(check_digit(twelve))
    if defect is Defect.BAD_CITIZEN_ID:
        last = (last + 1 + dice.number("wrong digit", 9)) % 10
    number = f"{twelve}{last}"
    style = dice.number("number style", 10)
    if style == 0:
        return to_thai_digits(number)
    if style == 1:
        return f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"
    return number


def _written_date(dice: _Dice, label: str, day: date) -> str:
    style = dice.number(f"{label} style", 10)
    if style < 3:
        return to_thai_digits(format_thai_date(day))
    if style < 5:
        return f"{day.day:02d}/{day.month:02d}/{be_year_of(day)}"
    if style == 5:
        return f"{day.day} {MONTHS_TH[day.month - 1]} พ.ศ. {be_year_of(day)}"
    return format_thai_date(day)


# Each of these gives the answers about one service, and a year of birth (CE) that fits them.


def _foreign(dice: _Dice, defect: Defect | None) -> tuple[dict[str, str], int]:
    country, qualification = dice.pick("qualification", words.QUALIFICATIONS)
    to_university = defect is Defect.HIGHER_EDUCATION
    lower = not to_university and dice.happens("lower", per_mille=150)
    done = FIRST_DAY - timedelta(days=dice.between("done", 60, 3000))
    answers = {
        "purpose": "ศึกษาต่อระดับอุดมศึกษา" if to_university else dice.pick("purpose", words.PURPOSES),
        "target_level": "ม.3" if lower else "ม.6",
        "country": country,
        "qualification": "Grade 9 completion" if lower else qualification,
        "study_status": "สำเร็จการศึกษา",
        "completed_on": _written_date(dice, "done", done),
    }
    if defect is Defect.INCOMPLETE_STUDY:
        answers |= {"study_status": "กำลังศึกษา", "completed_on": ""}
        return answers, dice.between("age", 2006, 2008)
    return answers, done.year - dice.between("age", 15, 16) - (0 if lower else 3)


def _equivalence_again(dice: _Dice, _defect: Defect | None) -> tuple[dict[str, str], int]:
    year = dice.between("issued", 2540, 2565)
    answers = {
        "reissue_reason": dice.pick("reason", words.REISSUE_REASONS),
        "certificate_number": f"ตย {dice.between('old number', 1, 9999)}/{year}",
        "certificate_year_be": str(year),
    }
    return answers, year - 543 - dice.between("age", 18, 25)


def _certificate_again(dice: _Dice, defect: Defect | None) -> tuple[dict[str, str], int]:
    first, last, spellings = dice.pick("level", words.OLD_LEVELS)
    if defect is Defect.LEVEL_NOT_COVERED:
        first, last, spellings = words.UNCOVERED_LEVELS
    if defect is Defect.ERA_AMBIGUOUS:
        first, last, spellings = words.AMBIGUOUS_LEVELS
    year = dice.between("graduated", first, last)
    # พระนคร and ธนบุรี became one with Bangkok at the turn of BE 2514 to 2515.
    central = ("พระนคร", "ธนบุรี") if year <= 2514 else ("กรุงเทพมหานคร", "กทม.")
    provinces = words.PROVINCES if defect is Defect.NOT_CENTRAL else central
    answers = {
        "reissue_reason": dice.pick("reason", words.REISSUE_REASONS),
        "level": dice.pick("spelling", spellings),
        "school_name": f"โรงเรียนตัวอย่างวิทยา {dice.between('school', 1, 60)}",
        "school_province": dice.pick("school province", provinces),
        "graduation_year_be": str(year),
    }
    return answers, year - 543 - dice.between("age", 14, 19)


def _pali(dice: _Dice, defect: Defect | None) -> tuple[dict[str, str], int]:
    late = defect is Defect.PALI_AFTER_2562
    year = dice.between("year", 2562, 2566) if late else dice.between("year", 2530, 2561)
    grade, written = "5", str(year)
    if dice.happens("thai digits", per_mille=300):
        grade, written = to_thai_digits(grade), to_thai_digits(written)
    answers = {"pali_grade": grade, "pali_academic_year_be": written}
    return answers, year - 543 - dice.between("age", 20, 35)


_DETAILS: Mapping[Service, Callable[[_Dice, Defect | None], tuple[dict[str, str], int]]] = {
    Service.FOREIGN_EQ: _foreign,
    Service.EQ_REISSUE: _equivalence_again,
    Service.CERT_REISSUE: _certificate_again,
    Service.PALI5_EQ: _pali,
}


def _papers(
    dice: _Dice, answers: Mapping[str, str], *, service: Service, defect: Defect | None
) -> tuple[Paper, ...]:
    identity = Paper.PASSPORT if "passport_number" in answers else Paper.ID_CARD
    lost = answers.get("reissue_reason") == "สูญหาย"
    proof = Paper.POLICE_REPORT if lost else Paper.DAMAGED_ORIGINAL
    needed = {
        Service.FOREIGN_EQ: (Paper.QUAL_CERT, Paper.TRANSCRIPT),
        Service.EQ_REISSUE: (proof,),
        Service.CERT_REISSUE: (proof,),
        Service.PALI5_EQ: (Paper.PALI_CERT, Paper.TEACHING_PROOF),
    }[service]
    if defect is Defect.MISSING_PAPER:
        needed = (dice.pick("kept paper", needed),)
    return (identity, *needed)

"""Writes the made-up data of fixtures/releases: ``python -m tests.releases.generate [--into FOLDER]``.

The same code writes the same bytes. Of the report, the versions of the software that made it may differ.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from govlink.equivalence.bangkok import bangkok_day
from govlink.equivalence.intake_file import read_petition_file
from govlink.models.dates import be_month
from govlink.models.petition import FiledPetition
from govlink.statistics import EQ_PETITIONS_MONTH, load_policy, release, write_release

__all__ = ["FOLDER", "generate", "main"]

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FOLDER = FIXTURES / "releases"
LAST_FILED = date(2024, 12, 31)
OUTCOMES = ("approved",) * 15 + ("redirected",) * 3 + ("refused",) * 2

SCHOOLS = 200
HEADERS = ("รหัสโรงเรียน", "ชื่อโรงเรียน", "จังหวัด", "รหัสไปรษณีย์", "วันที่ก่อตั้ง", "จำนวนห้องเรียน", "พื้นที่ (ไร่)", "เปิดสอน")
WORDS = ("ตัวอย่าง", "สมมติ", "จำลอง", "ทดสอบ", "สังเคราะห์")
PLACES = ("ริมธาร", "เนินสูง", "ทุ่งกว้าง", "ป่าสัก", "หนองบัว", "คลองใส", "ดอนทราย", "เขาเขียว")
PROVINCES = ("จังหวัดสมมติเหนือ", "จังหวัดสมมติใต้", "จังหวัดสมมติตะวันออก", "จังหวัดสมมติตะวันตก")


def decided() -> Iterator[dict[str, str]]:
    """A decision for each petition of the shipped file, made up from its place in the file."""
    for number, filed in enumerate(read_petition_file(FIXTURES / "petitions" / "petitions-1000.csv")):
        if isinstance(filed, FiledPetition):
            day = bangkok_day(filed.filed_at) + timedelta(days=number % 11)
            yield {
                "period": be_month(min(day, LAST_FILED)),
                "service": filed.service,
                "outcome": OUTCOMES[number * 7 % len(OUTCOMES)],
            }


def schools() -> Iterator[tuple[str, ...]]:
    """Schools that do not exist; codes begin with a zero, some dates and sizes are empty."""
    for number in range(SCHOOLS):
        word, place = WORDS[number % len(WORDS)], PLACES[number % len(PLACES)]
        founded = date(1921, 5, 17) + timedelta(days=number * 181)
        yield (
            f"09{number * 37 + 1:06d}",
            f"โรงเรียน{word}{place} {number + 1}",
            PROVINCES[number % len(PROVINCES)],
            f"00{number % 90 + 10:03d}",
            "" if number % 19 == 0 else founded.isoformat(),
            str(6 + number % 31),
            "" if number % 23 == 0 else f"{number % 40 + 2}.{number % 4 * 25:02d}",
            "false" if number % 29 == 28 else "true",
        )


def generate(folder: Path) -> None:
    """Write the release of the petitions and the table of the schools."""
    policy = load_policy(FIXTURES / "statistics" / "eq_petitions_month.policy.toml")
    data, over = EQ_PETITIONS_MONTH, LAST_FILED + timedelta(days=1)
    raw = data.count(decided(), as_of=over)
    made = release(raw, policy=policy, subject=data.subject(policy), as_of=over)
    write_release(made, folder / data.name)
    with (folder / "schools.csv").open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADERS)
        rows.writerows(schools())


def main() -> None:
    """Write them where they are kept, or into another folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=FOLDER)
    generate(parser.parse_args().into)


if __name__ == "__main__":
    main()

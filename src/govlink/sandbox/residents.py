"""Who is registered in a sandbox that is started by hand: people and companies that do not exist.

In tests a sandbox begins empty; see ``govlink.testing``.
"""

from __future__ import annotations

from ..models.dates import PartialDate
from .people import SyntheticOrganisation, SyntheticPerson
from .toolkit import World

__all__ = ["COMPANIES", "RESIDENTS", "move_in"]

RESIDENTS = (
    SyntheticPerson(
        citizen_id="1979900000013",
        title="นางสาว",
        first_name="ปิ่นมณี",
        last_name="ณ ตัวอย่าง",
        birth_date=PartialDate(year=1995, month=4, day=12),
        laser_code="ZZ0123456789",
        mobile="0999999901",
        email="pinmanee@person.invalid",
    ),
    SyntheticPerson(
        citizen_id="3980000000023",
        title="นาย",
        first_name="สมมติ",
        last_name="ทดสอบระบบ",
        birth_date=PartialDate(year=1971, month=11),
        laser_code="ZZ0223456780",
    ),
    SyntheticPerson(
        citizen_id="5999700000314",
        title="นาง",
        first_name="จำลอง",
        last_name="ไม่มีตัวตน",
        birth_date=PartialDate(year=1960),
        laser_code="ZZ0323456781",
    ),
)
"""The second and third know less of their birth dates, as many older people do."""

COMPANIES = (
    SyntheticOrganisation(juristic_id="0105599000017", name_th="บริษัท ตัวอย่าง จำกัด"),
    SyntheticOrganisation(juristic_id="0105599000025", name_th="ห้างหุ้นส่วนจำกัด สมมติการค้า"),
)


def move_in(world: World) -> None:
    """Register all of them."""
    for person in RESIDENTS:
        world.add_person(person)
    for company in COMPANIES:
        world.add_organisation(company)

"""Provinces and who kept the registers."""

from __future__ import annotations

import pytest

from govlink.equivalence.places import PROVINCES, GraduatedIn, graduated_in, province_name


def test_there_are_77_provinces_with_their_own_codes() -> None:
    """A slip in the table would show as a missing or doubled code."""
    assert len(PROVINCES) == 77
    assert len(set(PROVINCES.values())) == 77
    known = {"กรุงเทพมหานคร": "10", "สระแก้ว": "27", "บึงกาฬ": "38", "มุกดาหาร": "49", "แม่ฮ่องสอน": "58"}
    known |= {"สุโขทัย": "64", "เพชรบูรณ์": "67", "ประจวบคีรีขันธ์": "77", "ชุมพร": "86", "นราธิวาส": "96"}
    assert {name: PROVINCES[name] for name in known} == known


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("พระนคร", GraduatedIn.CENTRAL),
        ("ธนบุรี", GraduatedIn.CENTRAL),
        ("กทม.", GraduatedIn.CENTRAL),
        (" จังหวัดกรุงเทพมหานคร ", GraduatedIn.CENTRAL),
        ("จ. เชียงใหม่", GraduatedIn.PROVINCIAL),
        ("พระนครศรีอยุธยา", GraduatedIn.PROVINCIAL),
        ("ที่ไหนสักแห่ง", GraduatedIn.UNKNOWN),
        ("", GraduatedIn.UNKNOWN),
    ],
)
def test_who_kept_the_register(text: str, where: GraduatedIn) -> None:
    """The two merged provinces count as central; a name that begins like one does not."""
    assert graduated_in(text) is where


def test_what_is_central_is_configuration() -> None:
    """The meaning of ส่วนกลาง is inferred, so an office can set another one."""
    assert graduated_in("นนทบุรี", central_provinces=frozenset({"นนทบุรี"})) is GraduatedIn.CENTRAL
    assert province_name("นนทบุรี.") == "นนทบุรี"

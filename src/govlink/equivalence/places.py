"""Provinces by name, those of today and two that were merged into Bangkok, and who kept the registers.

Codes are ISO 3166-2:TH (two digits, the ones DOPA extends).
"""

from __future__ import annotations

import re
from enum import StrEnum

from ..models.text import clean_text

__all__ = ["CENTRAL_PROVINCES", "PROVINCES", "GraduatedIn", "graduated_in", "province_name"]

BANGKOK = "กรุงเทพมหานคร"

_BY_REGION = (
    (10, f"{BANGKOK} สมุทรปราการ นนทบุรี ปทุมธานี พระนครศรีอยุธยา อ่างทอง ลพบุรี สิงห์บุรี ชัยนาท สระบุรี"),
    (20, "ชลบุรี ระยอง จันทบุรี ตราด ฉะเชิงเทรา ปราจีนบุรี นครนายก สระแก้ว"),
    (30, "นครราชสีมา บุรีรัมย์ สุรินทร์ ศรีสะเกษ อุบลราชธานี ยโสธร ชัยภูมิ อำนาจเจริญ บึงกาฬ หนองบัวลำภู"),
    (40, "ขอนแก่น อุดรธานี เลย หนองคาย มหาสารคาม ร้อยเอ็ด กาฬสินธุ์ สกลนคร นครพนม มุกดาหาร"),
    (50, "เชียงใหม่ ลำพูน ลำปาง อุตรดิตถ์ แพร่ น่าน พะเยา เชียงราย แม่ฮ่องสอน"),
    (60, "นครสวรรค์ อุทัยธานี กำแพงเพชร ตาก สุโขทัย พิษณุโลก พิจิตร เพชรบูรณ์"),
    (70, "ราชบุรี กาญจนบุรี สุพรรณบุรี นครปฐม สมุทรสาคร สมุทรสงคราม เพชรบุรี ประจวบคีรีขันธ์"),
    (80, "นครศรีธรรมราช กระบี่ พังงา ภูเก็ต สุราษฎร์ธานี ระนอง ชุมพร"),
    (90, "สงขลา สตูล ตรัง พัทลุง ปัตตานี ยะลา นราธิวาส"),
)

PROVINCES = {name: f"{first + i:02d}" for first, names in _BY_REGION for i, name in enumerate(names.split())}
"""The 77 provinces of today: Thai name to code."""

_HISTORIC = frozenset({"พระนคร", "ธนบุรี"})
_ALIASES = {
    "กทม": BANGKOK,
    "กรุงเทพ": BANGKOK,
    "กรุงเทพฯ": BANGKOK,
    "นครหลวงกรุงเทพธนบุรี": BANGKOK,
    "อยุธยา": "พระนครศรีอยุธยา",
    "โคราช": "นครราชสีมา",
}
_PREFIX = re.compile(r"^(?:จังหวัด|จ\.)\s*")

CENTRAL_PROVINCES = frozenset({BANGKOK, *_HISTORIC})
"""Provinces whose graduates' registers the ministry kept itself (ส่วนกลาง).

Modelled: the letters say "ส่วนกลาง" and do not define it. Registers of schools in Bangkok, and in
พระนคร and ธนบุรี before they were merged into it, are read as central. A rulebook takes another set.
"""


class GraduatedIn(StrEnum):
    """Whose register holds a graduate."""

    CENTRAL = "central"
    PROVINCIAL = "provincial"
    UNKNOWN = "unknown"


def province_name(text: str) -> str | None:
    """The province meant by ``กทม.``, ``จ.เชียงใหม่`` or ``พระนคร``; None when there is no such."""
    bare = _PREFIX.sub("", clean_text(text)).rstrip(".")
    name = _ALIASES.get(bare, bare)
    return name if name in PROVINCES or name in _HISTORIC else None


def graduated_in(
    school_province: str, *, central_provinces: frozenset[str] = CENTRAL_PROVINCES
) -> GraduatedIn:
    """Who holds the register of a school that stood in this province at graduation."""
    name = province_name(school_province)
    if name is None:
        return GraduatedIn.UNKNOWN
    return GraduatedIn.CENTRAL if name in central_provinces else GraduatedIn.PROVINCIAL

"""The 77 provinces of today by code, and the six regions of geographers.

Codes are ISO 3166-2:TH without ``TH-`` (two digits, the ones DOPA extends). The regions are the six
that the Royal Society's gazetteers use; other offices divide the country into four, or otherwise, so a
table says which division it keeps.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BANGKOK", "PROVINCES", "REGIONS", "Province"]

BANGKOK = "กรุงเทพมหานคร"


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """One province: its code, the code of its region, its names."""

    code: str
    region: str
    label_th: str
    label_en: str


REGIONS = {
    "central": ("ภาคกลาง", "Central"),
    "east": ("ภาคตะวันออก", "East"),
    "north": ("ภาคเหนือ", "North"),
    "northeast": ("ภาคตะวันออกเฉียงเหนือ", "Northeast"),
    "south": ("ภาคใต้", "South"),
    "west": ("ภาคตะวันตก", "West"),
}
"""Region code to its name in Thai and in English."""

_WEST = frozenset({"63", "70", "71", "76", "77"})
_EAST = frozenset({"20", "21", "22", "23", "24", "25", "27"})
_BY_TENS = {"3": "northeast", "4": "northeast", "5": "north", "8": "south", "9": "south"}

_TENS = (
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

_ENGLISH = {
    10: "Bangkok,Samut Prakan,Nonthaburi,Pathum Thani,Phra Nakhon Si Ayutthaya,Ang Thong,Lop Buri,Sing Buri,"
    "Chai Nat,Saraburi",
    20: "Chon Buri,Rayong,Chanthaburi,Trat,Chachoengsao,Prachin Buri,Nakhon Nayok,Sa Kaeo",
    30: "Nakhon Ratchasima,Buri Ram,Surin,Si Sa Ket,Ubon Ratchathani,Yasothon,Chaiyaphum,Amnat Charoen,"
    "Bueng Kan,Nong Bua Lam Phu",
    40: "Khon Kaen,Udon Thani,Loei,Nong Khai,Maha Sarakham,Roi Et,Kalasin,Sakon Nakhon,"
    "Nakhon Phanom,Mukdahan",
    50: "Chiang Mai,Lamphun,Lampang,Uttaradit,Phrae,Nan,Phayao,Chiang Rai,Mae Hong Son",
    60: "Nakhon Sawan,Uthai Thani,Kamphaeng Phet,Tak,Sukhothai,Phitsanulok,Phichit,Phetchabun",
    70: "Ratchaburi,Kanchanaburi,Suphan Buri,Nakhon Pathom,Samut Sakhon,Samut Songkhram,Phetchaburi,"
    "Prachuap Khiri Khan",
    80: "Nakhon Si Thammarat,Krabi,Phangnga,Phuket,Surat Thani,Ranong,Chumphon",
    90: "Songkhla,Satun,Trang,Phatthalung,Pattani,Yala,Narathiwat",
}


def _region(code: str) -> str:
    if code in _WEST:
        return "west"
    return "east" if code in _EAST else _BY_TENS.get(code[0], "central")


PROVINCES = tuple(
    Province(code=code, region=_region(code), label_th=name_th, label_en=name_en)
    for first, names in _TENS
    for code, name_th, name_en in (
        (f"{first + i:02d}", *pair)
        for i, pair in enumerate(zip(names.split(), _ENGLISH[first].split(","), strict=True))
    )
)
"""Every province, by code."""

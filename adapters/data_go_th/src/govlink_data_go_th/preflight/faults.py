"""What may be wrong with a description, each with its remedy."""

from __future__ import annotations

from govlink.errors import Fault

__all__ = [
    "BOUNDS",
    "BUDDHIST_DATE",
    "CHOICE_REPEATED",
    "CHOICE_UNKNOWN",
    "CLASS_MISMATCH",
    "CONTROL",
    "COORDINATE",
    "EMAIL",
    "FIELD_UNKNOWN",
    "FIELD_WANTED",
    "INVALID",
    "MISSING",
    "NAME",
    "NOT_PUBLIC",
    "OTHER_TEXT",
    "TAG",
    "URL",
    "YEAR",
    "YEARS_APART",
]

INVALID = Fault(
    "data_go_th.dataset_invalid",
    en="the dataset's description does not meet the metadata standard",
    th="คำอธิบายชุดข้อมูลไม่เป็นไปตามมาตรฐานเมทาดาตา",
)
MISSING = Fault("data_go_th.missing", en="this item is mandatory", th="รายการนี้จำเป็นต้องระบุ")
NAME = Fault(
    "data_go_th.name",
    en="a name is 2 to 70 of a-z, 0-9, - and _, and not one the catalogue reserves",
    th="ชื่อต้องยาว 2-70 ตัว ใช้ได้เฉพาะ a-z 0-9 - _ และไม่ใช่ชื่อที่แค็ตตาล็อกสงวนไว้",
)
TAG = Fault(
    "data_go_th.tag",
    en="a tag is 2 to 100 letters, digits, spaces, -, _ and dots, and given once",
    th="คำสำคัญต้องยาว 2-100 ตัว ใช้ได้เฉพาะตัวอักษร ตัวเลข เว้นวรรค - _ . และไม่ซ้ำกัน",
)
EMAIL = Fault(
    "data_go_th.email",
    en="give one e-mail address in ASCII",
    th="ระบุอีเมลเพียงหนึ่งรายการ เป็นอักษรอังกฤษเท่านั้น",
)
OTHER_TEXT = Fault(
    "data_go_th.other_text",
    en="the choice อื่นๆ needs one text under other, and only it may have one",
    th="เมื่อเลือก อื่นๆ ต้องระบุข้อความใน other หนึ่งรายการ และระบุได้เฉพาะเมื่อเลือก อื่นๆ",
)
NOT_PUBLIC = Fault(
    "data_go_th.not_public",
    en="data of this category may not be published as open data",
    th="ข้อมูลหมวดหมู่นี้ไม่สามารถเผยแพร่เป็นข้อมูลเปิดได้",
)
CLASS_MISMATCH = Fault(
    "data_go_th.class_mismatch",
    en="data of this category may have these classes only: {allowed}",
    th="ข้อมูลหมวดหมู่นี้มีระดับชั้นได้เฉพาะ: {allowed}",
)
BUDDHIST_DATE = Fault(
    "data_go_th.buddhist_date",
    en="dates are Gregorian; this year looks Buddhist: subtract 543",
    th="วันที่ต้องเป็นปีคริสต์ศักราช ปีนี้ดูเหมือนเป็นพุทธศักราช ให้ลบด้วย 543",
)
YEAR = Fault(
    "data_go_th.year",
    en="a year has four digits, as 2569",
    th="ปีต้องเป็นตัวเลขสี่หลัก เช่น 2569",
)
YEARS_APART = Fault(
    "data_go_th.years_apart",
    en="the first year must not be after the last, and both must be of one era; portals show Buddhist years",
    th="ปีเริ่มต้นต้องไม่อยู่หลังปีล่าสุด และต้องเป็นศักราชเดียวกัน โดยพอร์ทัลแสดงเป็นพุทธศักราช",
)
URL = Fault(
    "data_go_th.url",
    en="give a whole address that begins with https:// or http://",
    th="ระบุที่อยู่แบบเต็มที่ขึ้นต้นด้วย https:// หรือ http://",
)
COORDINATE = Fault(
    "data_go_th.coordinate",
    en="decimal degrees: a longitude is from -180 to 180, a latitude from -90 to 90",
    th="ระบุเป็นองศาทศนิยม ลองจิจูดอยู่ระหว่าง -180 ถึง 180 ละติจูดอยู่ระหว่าง -90 ถึง 90",
)
BOUNDS = Fault(
    "data_go_th.bounds",
    en="a frame needs all four sides, and its south must not be north of its north",
    th="กรอบพื้นที่ต้องระบุครบทั้งสี่ด้าน และด้านใต้ต้องไม่อยู่เหนือด้านเหนือ",
)
CONTROL = Fault(
    "data_go_th.control_character",
    en="the text holds a control character; type it anew",
    th="ข้อความมีอักขระควบคุม ให้พิมพ์ใหม่",
)
CHOICE_REPEATED = Fault(
    "data_go_th.choice_repeated",
    en="this choice is named twice; name it once",
    th="ระบุตัวเลือกนี้ซ้ำ ให้ระบุเพียงครั้งเดียว",
)
CHOICE_UNKNOWN = Fault(
    "data_go_th.choice_unknown",
    en="this catalogue's schema offers no such choice for {field}; it offers: {offered}",
    th="สคีมาของแค็ตตาล็อกนี้ไม่มีตัวเลือกดังกล่าวสำหรับ {field} ตัวเลือกที่มี: {offered}",
)
FIELD_UNKNOWN = Fault(
    "data_go_th.field_unknown",
    en="this catalogue's schema has no field {field}; it would be dropped without a word, so leave it empty",
    th="สคีมาของแค็ตตาล็อกนี้ไม่มีรายการ {field} ค่าจะถูกทิ้งโดยไม่แจ้ง ให้เว้นว่างไว้",
)
FIELD_WANTED = Fault(
    "data_go_th.field_wanted",
    en="this catalogue also demands {field}; give it in the setting extra_fields",
    th="แค็ตตาล็อกนี้ต้องการ {field} เพิ่มเติม ให้ระบุในค่าตั้ง extra_fields",
)

"""What can be wrong with a cassette: one exception, a fault for each reason."""

from __future__ import annotations

from ...errors import Fault, VerificationError

__all__ = ["CassetteError"]


class CassetteError(VerificationError):
    """A cassette is missing, was refused, or was not replayed as it is written."""

    next_en = "Correct the test or the cassette; record again on purpose with --govlink-record."
    next_th = "แก้ไขการทดสอบหรือไฟล์บันทึก หากต้องการบันทึกใหม่ให้ใช้ --govlink-record"


MISSING = Fault(
    "cassette.missing",
    en="there is no cassette {name}; replaying never records one",
    th="ไม่มีไฟล์บันทึก {name} การเล่นซ้ำจะไม่บันทึกไฟล์ใหม่เอง",
)
MALFORMED = Fault(
    "cassette.malformed",
    en="{name} is not a cassette: {what}",
    th="{name} ไม่ใช่ไฟล์บันทึกที่ถูกต้อง: {what}",
)
REFUSED = Fault(
    "cassette.refused",
    en="{name} may not be kept: {count} findings; it is neither written nor played",
    th="ไม่อนุญาตให้เก็บ {name}: พบปัญหา {count} จุด จึงไม่เขียนไฟล์และไม่เล่นซ้ำ",
)
SECRET_LEFT = Fault(
    "cassette.secret_left", en="the value of a known secret is left", th="ยังมีค่าของรหัสลับที่รู้จักหลงเหลืออยู่"
)
CREDENTIAL_LEFT = Fault(
    "cassette.credential_left",
    en="a credential's place holds something else than a placeholder",
    th="ตำแหน่งของรหัสลับมีค่าอื่นที่ไม่ใช่ตัวแทน",
)
TOKEN_SHAPE = Fault(
    "cassette.token_shape", en="a text has the shape of a token or key", th="ข้อความมีรูปแบบเหมือนโทเคนหรือกุญแจ"
)
REAL_PERSON = Fault(
    "cassette.real_person",
    en="a citizen number outside the reserved provinces 97 to 99 is left",
    th="ยังมีเลขประจำตัวประชาชนนอกช่วงรหัสจังหวัดสงวน 97 ถึง 99",
)
LOCAL_HOST = Fault(
    "cassette.local_host", en="an address of the recording machine is left", th="ยังมีที่อยู่ของเครื่องที่ใช้บันทึก"
)
NOT_RECORDED = Fault(
    "cassette.not_recorded",
    en="{name}: nothing was recorded; a cassette without a request would pass whatever the test does",
    th="{name}: ไม่มีการบันทึกคำขอใด ไฟล์บันทึกที่ว่างจะทำให้การทดสอบผ่านเสมอ",
)
OUTCOME_OF_SERVER = Fault(
    "cassette.outcome_of_server",
    en="{name}: call and outcome are kept as they are, so those of a real server may not be kept",
    th="{name}: ข้อมูลการเรียกและผลลัพธ์ถูกเก็บตามจริง จึงเก็บข้อมูลจากเซิร์ฟเวอร์จริงไม่ได้",
)
BARE_QUERY = Fault(
    "cassette.bare_query",
    en="a query holds a text without a name, so nothing tells whether it may be kept",
    th="คิวรีมีข้อความที่ไม่มีชื่อกำกับ จึงไม่ทราบว่าเก็บได้หรือไม่",
)
PLACEHOLDER_SENT = Fault(
    "cassette.placeholder_sent",
    en="what was sent or answered already looks like a placeholder",
    th="ข้อมูลที่ส่งหรือตอบกลับมีรูปแบบเหมือนตัวแทนอยู่แล้ว",
)
NOT_AS_WRITTEN = Fault(
    "cassette.not_as_written",
    en="{name}: request {number} ({method}) is not the one recorded: {what}",
    th="{name}: คำขอที่ {number} ({method}) ไม่ตรงกับที่บันทึกไว้: {what}",
)
UNUSED = Fault(
    "cassette.unused",
    en="{name}: {unused} of {count} recorded requests were not made",
    th="{name}: มีคำขอที่บันทึกไว้ {unused} จาก {count} รายการที่ไม่ได้เรียก",
)
NOT_INTERCEPTED = Fault(
    "cassette.not_intercepted",
    en="{name}: a request went past the recorder; the transport uses a client it does not know",
    th="{name}: มีคำขอที่ไม่ผ่านตัวบันทึก เพราะตัวส่งใช้ไคลเอนต์ที่ไม่รู้จัก",
)
NETWORK_REFUSED = Fault(
    "cassette.network_refused",
    en="{name}: a socket was opened while replaying",
    th="{name}: มีการเปิดซ็อกเก็ตระหว่างการเล่นซ้ำ",
)
HOST_REFUSED = Fault(
    "cassette.host_refused",
    en="{name}: recording is allowed on the loopback address and configured hosts only; nothing was sent",
    th="{name}: บันทึกได้เฉพาะที่อยู่ loopback และโฮสต์ที่กำหนดไว้ ยังไม่มีการส่งข้อมูล",
)
ORIGIN_INVALID = Fault(
    "cassette.origin_invalid",
    en="an origin names {needs}",
    th="ที่มาของไฟล์บันทึกต้องระบุ {needs}",
)

"""Why this adapter refuses or cannot read something, in both languages."""

from __future__ import annotations

from govlink.errors import Fault

__all__ = [
    "APP_ID_MISMATCH",
    "CARD_INCOMPLETE",
    "FIELD_BLANK",
    "LAUNCH_REFUSED",
    "LAUNCH_SPENT",
    "MEMBER_INVALID",
    "MESSAGES_INVALID",
    "MINT_IN_PRODUCTION",
    "NOTHING_TO_SEND",
    "NO_SUCH_PATH",
    "PARTLY_SENT",
    "PUSH_UNCERTAIN",
    "REFUSED",
    "SEND_AT_BUDDHIST",
    "SEND_AT_NAIVE",
    "TOKEN_BLANK",
]

APP_ID_MISMATCH = Fault(
    "czp.app_id_mismatch",
    en="the launch carries another appId than the configured app_id; nothing was sent",
    th="appId ที่ส่งมากับการเปิดบริการไม่ตรงกับ app_id ที่ตั้งค่าไว้ ยังไม่มีการส่งข้อมูล",
)
TOKEN_BLANK = Fault(
    "czp.token_blank",
    en="the launch carries no mToken; nothing was sent",
    th="การเปิดบริการไม่มี mToken ยังไม่มีการส่งข้อมูล",
)
LAUNCH_REFUSED = Fault(
    "czp.launch_refused",
    en="the mToken was refused (messageCode {message_code}): it may have been used before, be older than "
    "2 minutes or belong elsewhere; the person must open the service again",
    th="mToken ถูกปฏิเสธ (messageCode {message_code}) อาจถูกใช้ไปแล้ว เกิน 2 นาที หรือไม่ใช่ของบริการนี้ "
    "ให้ผู้ใช้เปิดบริการจากแอปทางรัฐใหม่",
)
LAUNCH_SPENT = Fault(
    "czp.launch_spent",
    en="no usable answer (HTTP {status}); the mToken counts as spent, so the person must open the service "
    "again",
    th="ไม่ได้รับคำตอบที่ใช้ได้ (HTTP {status}) ให้ถือว่า mToken ถูกใช้แล้ว ผู้ใช้ต้องเปิดบริการจากแอปทางรัฐใหม่",
)
REFUSED = Fault(
    "czp.refused",
    en="the portal answered messageCode {message_code} without a usable result",
    th="ทางรัฐตอบ messageCode {message_code} โดยไม่มีผลลัพธ์ที่ใช้ได้",
)
NO_SUCH_PATH = Fault(
    "czp.no_such_path",
    en="nothing is at this URL (HTTP 404); check the endpoint configured for this environment",
    th="ไม่มีบริการที่ URL นี้ (HTTP 404) ให้ตรวจสอบ endpoints ของสภาพแวดล้อมนี้",
)
MEMBER_INVALID = Fault(
    "czp.member_invalid",
    en="the answer lacks {member} or has it in another form than documented",
    th="คำตอบไม่มี {member} หรือมีรูปแบบไม่ตรงตามเอกสาร",
)
NOTHING_TO_SEND = Fault("czp.nothing_to_send", en="there is no message to send", th="ไม่มีข้อความที่จะส่ง")
MESSAGES_INVALID = Fault(
    "czp.messages_invalid",
    en="some messages cannot be sent; nothing was sent",
    th="บางข้อความส่งไม่ได้ ยังไม่มีการส่งข้อความใด",
)
FIELD_BLANK = Fault("czp.field_blank", en="this must not be blank", th="ต้องไม่เว้นว่าง")
SEND_AT_NAIVE = Fault(
    "czp.send_at_naive",
    en="the time to send at has no time zone",
    th="เวลาที่ต้องการส่งไม่มีเขตเวลา (time zone)",
)
SEND_AT_BUDDHIST = Fault(
    "czp.send_at_buddhist",
    en="the year to send in is no Common-era year",
    th="ปีที่ต้องการส่งต้องเป็นคริสต์ศักราช",
)
PARTLY_SENT = Fault(
    "czp.partly_sent",
    en="the portal took the first {accepted} of {total} messages, then failed ({cause}); "
    "do not send those again",
    th="ทางรัฐรับข้อความแล้ว {accepted} จาก {total} ข้อความ จากนั้นเกิดข้อผิดพลาด ({cause}) ห้ามส่งส่วนที่รับแล้วซ้ำ",
)
PUSH_UNCERTAIN = Fault(
    "czp.push_uncertain",
    en="the gateway answered HTTP {status}; the messages may or may not have been pushed",
    th="เกตเวย์ตอบ HTTP {status} ข้อความอาจถูกส่งไปแล้วหรือยังไม่ถูกส่ง",
)
CARD_INCOMPLETE = Fault(
    "czp.card_incomplete",
    en="the virtual card lacks something it needs; nothing was sent",
    th="ข้อมูลบัตรเสมือนไม่ครบ ยังไม่มีการส่งข้อมูล",
)
MINT_IN_PRODUCTION = Fault(
    "czp.mint_in_production",
    en="test launches exist in UAT and the sandbox only",
    th="mToken สำหรับทดสอบใช้ได้เฉพาะ UAT และ sandbox",
)

"""Checking a mini app's papers before a person sends them; ทางรัฐ has no call that takes them.

Two kinds of rules, and each fault's text says which it is: the guide's own (length of the short
description, https, the papers it lists, the notice before an opening) and ours, where the guide is
silent but an agency that is the data's controller must have an answer. Ours can be switched off by
the setting ``lint_registration``. Whether icon and
screenshot files exist, and how large they are, is not checked here; no size is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import urlsplit

from govlink.errors import Fault, Problem
from govlink.models.portal import RegistrationCheck, ServiceManifest
from govlink.models.workdays import add_working_days

from .steps import NOTICE_WORKING_DAYS, STEPS

__all__ = ["IAL_LEVELS", "REQUESTABLE_FIELDS", "SHORT_DESCRIPTION_CHARACTERS", "check_manifest"]

SHORT_DESCRIPTION_CHARACTERS = 140
"""Documented: overview, step 6. What counts as a character is not said; code points are counted."""

REQUESTABLE_FIELDS = frozenset(
    {"citizenId", "firstName", "lastName", "dateOfBirthString", "mobile", "email", "notification"}
)
"""What deproc can answer (documented: sensitivedata); that nothing else can be asked for is modelled."""

IAL_LEVELS = frozenset({"2.3", "1.3", ""})
"""The proofing levels of DGA Digital ID (documented: DGA knowledge base); empty asks for none."""

MISSING = Fault("czp.registration.missing", en="this is needed", th="ต้องระบุ")
MISSING_OURS = Fault(
    "czp.registration.missing_ours",
    en="this is needed (a rule of govlink's; DGA's guide does not name it)",
    th="ต้องระบุ (ข้อกำหนดของ govlink คู่มือของ สพร. ไม่ได้กำหนดไว้)",
)
TOO_LONG = Fault(
    "czp.registration.too_long",
    en="this has {length} characters; DGA's guide allows {limit}",
    th="มี {length} ตัวอักษร คู่มือของ สพร. ให้ไม่เกิน {limit} ตัวอักษร",
)
NOT_HTTPS = Fault(
    "czp.registration.not_https",
    en="this must be a full https URL; ทางรัฐ refuses http",
    th="ต้องเป็น URL แบบ https ที่ครบถ้วน ทางรัฐไม่รับ http",
)
NOT_A_NOTICE_URL = Fault(
    "czp.registration.not_a_notice_url",
    en="this must be a full https URL (a rule of govlink's; DGA's guide does not name it)",
    th="ต้องเป็น URL แบบ https ที่ครบถ้วน (ข้อกำหนดของ govlink คู่มือของ สพร. ไม่ได้กำหนดไว้)",
)
UNKNOWN_FIELD = Fault(
    "czp.registration.unknown_field",
    en="DGA's guide names no such data item; it names {known}",
    th="คู่มือของ สพร. ไม่มีข้อมูลรายการนี้ รายการที่มีคือ {known}",
)
REPEATED_FIELD = Fault(
    "czp.registration.repeated_field", en="this data item is named twice", th="ระบุข้อมูลรายการนี้ซ้ำ"
)
NOT_AN_EMAIL = Fault(
    "czp.registration.not_an_email", en="this is not an e-mail address", th="รูปแบบอีเมลไม่ถูกต้อง"
)
UNKNOWN_IAL = Fault(
    "czp.registration.unknown_ial",
    en="the proofing level is 2.3, 1.3 or empty",
    th="ระดับ IAL ต้องเป็น 2.3, 1.3 หรือเว้นว่าง",
)
RETENTION = Fault(
    "czp.registration.retention",
    en="say for how many days the data are kept, 1 or more (a rule of govlink's; DGA's guide does not "
    "name it)",
    th="ต้องระบุจำนวนวันที่เก็บข้อมูลตั้งแต่ 1 วัน (ข้อกำหนดของ govlink คู่มือของ สพร. ไม่ได้กำหนดไว้)",
)
OPENING_TOO_SOON = Fault(
    "czp.registration.opening_too_soon",
    en="DGA wants {days} working days between readiness and opening: ready on {today}, the earliest is "
    "{earliest} (public holidays not counted)",
    th="สพร. ต้องได้รับแจ้งความพร้อมก่อนเปิดบริการ {days} วันทำการ หากพร้อมวันที่ {today} "
    "จะเปิดได้เร็วที่สุด {earliest} (ยังไม่นับวันหยุดราชการ)",
)
NO_TESTERS = Fault(
    "czp.registration.no_testers",
    en="steps 5 and 10 ask for test accounts (Google or Apple); none is named yet",
    th="ขั้นตอนที่ 5 และ 10 ต้องแจ้งบัญชีผู้ทดสอบ (Google หรือ Apple) ยังไม่ได้ระบุ",
)
PUSH_NOT_ASKED = Fault(
    "czp.registration.push_not_asked",
    en="the service sends notifications but does not ask for the notification item, which says who "
    "wants push",
    th="บริการส่งการแจ้งเตือนแต่ไม่ได้ขอรายการ notification ซึ่งบอกว่าผู้ใช้เปิดรับหรือไม่",
)

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def _problem(pointer: str, fault: Fault, **values: object) -> Problem:
    return Problem(
        pointer=pointer, fault=fault, values=tuple((name, str(value)) for name, value in values.items())
    )


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:
        return False


def _blank(manifest: ServiceManifest, names: Iterable[str], fault: Fault) -> Iterator[Problem]:
    for name in names:
        if not getattr(manifest, name).strip():
            yield _problem(f"/{name}", fault)


def _texts(manifest: ServiceManifest) -> Iterator[Problem]:
    """What the application form carries: names, descriptions, who asks."""
    needed = ("name_th", "agency_th", "short_description_th", "description_th", "icon_file")
    yield from _blank(manifest, needed, MISSING)
    length = len(manifest.short_description_th)
    if length > SHORT_DESCRIPTION_CHARACTERS:
        yield _problem("/short_description_th", TOO_LONG, length=length, limit=SHORT_DESCRIPTION_CHARACTERS)


def _pictures(manifest: ServiceManifest) -> Iterator[Problem]:
    if not manifest.screenshot_files:
        yield _problem("/screenshot_files", MISSING)
    for i, name in enumerate(manifest.screenshot_files):
        if not name.strip():
            yield _problem(f"/screenshot_files/{i}", MISSING)


def _urls(manifest: ServiceManifest) -> Iterator[Problem]:
    for name in ("landing_url_uat", "landing_url_production"):
        if not _is_https(getattr(manifest, name)):
            yield _problem(f"/{name}", NOT_HTTPS)


def _fields(manifest: ServiceManifest) -> Iterator[Problem]:
    known = ", ".join(sorted(REQUESTABLE_FIELDS))
    for i, name in enumerate(manifest.requested_fields):
        if name not in REQUESTABLE_FIELDS:
            yield _problem(f"/requested_fields/{i}", UNKNOWN_FIELD, known=known)
        elif name in manifest.requested_fields[:i]:
            yield _problem(f"/requested_fields/{i}", REPEATED_FIELD)


def _people(manifest: ServiceManifest) -> Iterator[Problem]:
    if _EMAIL.fullmatch(manifest.contact_email) is None:
        yield _problem("/contact_email", NOT_AN_EMAIL)
    for i, address in enumerate(manifest.testers):
        if _EMAIL.fullmatch(address) is None:
            yield _problem(f"/testers/{i}", NOT_AN_EMAIL)


def _responsibility(manifest: ServiceManifest) -> Iterator[Problem]:
    """Modelled: DGA's privacy notice makes the agency the controller; the guide asks for no proof of it."""
    if manifest.minimum_ial not in IAL_LEVELS:
        yield _problem("/minimum_ial", UNKNOWN_IAL)
    yield from _blank(manifest, ("service_code", "legal_basis", "data_controller"), MISSING_OURS)
    if not _is_https(manifest.privacy_notice_url):
        yield _problem("/privacy_notice_url", NOT_A_NOTICE_URL)
    if manifest.retention_days < 1:
        yield _problem("/retention_days", RETENTION)


def _warnings(manifest: ServiceManifest, *, today: date) -> Iterator[Problem]:
    earliest = add_working_days(today, NOTICE_WORKING_DAYS)
    if manifest.desired_opening < earliest:
        yield _problem(
            "/desired_opening", OPENING_TOO_SOON, days=NOTICE_WORKING_DAYS, today=today, earliest=earliest
        )
    if not manifest.testers:
        yield _problem("/testers", NO_TESTERS)
    if manifest.uses_notifications and "notification" not in manifest.requested_fields:
        yield _problem("/requested_fields", PUSH_NOT_ASKED)


def check_manifest(manifest: ServiceManifest, *, today: date, own_rules: bool = True) -> RegistrationCheck:
    """Check the manifest and list the steps. ``today`` is the earliest day the service can be ready.

    ``own_rules`` adds govlink's to the guide's.
    """
    guide, ours = (_texts, _pictures, _urls, _people), (_fields, _responsibility)
    rules = (*guide, *ours) if own_rules else guide
    return RegistrationCheck(
        problems=tuple(problem for rule in rules for problem in rule(manifest)),
        warnings=tuple(_warnings(manifest, today=today)),
        steps=STEPS,
    )

"""Serve a registry of schools to other agencies: an ASGI application behind the agency's TLS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.types import ASGIApp

from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.provider import (
    Answer,
    Bilingual,
    Caller,
    EvidenceAccessLog,
    HeaderCallers,
    JsonType,
    KeyedCaller,
    Member,
    Parameter,
    Pseudonyms,
    RegistryService,
    gateway_path,
    matching,
    provider_application,
)

SCHOOLS = {"10-0001": "โรงเรียนตัวอย่าง"}


async def school(keys: Mapping[str, str], _caller: Caller) -> Answer | None:
    """The school of that number; None is answered as 204."""
    name = SCHOOLS.get(keys["SchoolID"])
    return None if name is None else {"SchoolID": keys["SchoolID"], "NameTH": name}


SERVICE = RegistryService(
    name="agency.school",
    path=gateway_path(subject="schools", version=1, resource="school"),
    version="1",
    title=Bilingual(th="ข้อมูลโรงเรียน", en="Schools"),
    parameters=(
        Parameter(
            name="SchoolID",
            check=matching(r"[0-9]{2}-[0-9]{4}"),
            description=Bilingual(th="รหัสโรงเรียน", en="number of the school"),
            is_personal=False,
        ),
    ),
    answer=(
        Member(
            name="SchoolID", type=JsonType.STRING, description=Bilingual(th="รหัสโรงเรียน", en="its number")
        ),
        Member(name="NameTH", type=JsonType.STRING, description=Bilingual(th="ชื่อ", en="its name")),
    ),
    handler=school,
    purposes=frozenset({"equivalence"}),
    confidentiality=Bilingual(th="ข้อมูลเปิดเผยได้", en="open"),
    subject="SchoolID",
)


def application(callers: tuple[KeyedCaller, ...], *, pseudonym_key: bytes) -> ASGIApp:
    """What an ASGI server serves."""
    return provider_application(
        services=(SERVICE,),
        callers=HeaderCallers(key_header="X-Provider-Key", entries=callers),
        access_log=EvidenceAccessLog(EvidenceLog(Path("access.jsonl"))),
        pseudonyms=Pseudonyms(pseudonym_key),
        prefix="ws/agency",
        title=Bilingual(th="ทะเบียนโรงเรียน", en="Register of schools"),
    )

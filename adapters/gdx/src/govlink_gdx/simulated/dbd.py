"""The register of juristic persons: texts with their XML, PDFs with size and digest, page images.

The envelopes and the inconsistencies of spelling are documented; the members of rows other than 001's
are modelled. No company, no number: 204 (documented: GovAPI manual, p. 18).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import TypeAlias

from starlette.responses import Response
from starlette.routing import Route

from govlink.sandbox.people import SyntheticOrganisation
from govlink.sandbox.toolkit import thai_json

from ..catalogue import AnswerKind, Service
from ..catalogue.dbd import DBD
from ..tiny_pdf import tiny_pdf
from .desk import Asked, Responder, service_routes
from .state import Box, Company

__all__ = ["routes"]

Find: TypeAlias = Callable[[SyntheticOrganisation, Company, Asked], bool]

_FINDERS: Mapping[str, Find] = {
    "JuristicID": lambda organisation, _, asked: organisation.juristic_id == asked["JuristicID"],
    "CMNO": lambda _, company, asked: company.cmno == asked["CMNO"],
    "ID": lambda _, company, asked: company.foreigner_id == asked["ID"],
    "EsecureNo": lambda _, company, asked: company.esecure_no == asked["EsecureNo"],
}


def _by_name(organisation: SyntheticOrganisation, _company: Company, asked: Asked) -> bool:
    return asked["Name"] in organisation.name_th


def _by_committee(_organisation: SyntheticOrganisation, company: Company, asked: Asked) -> bool:
    return any(f"{first} {last}" == asked["Name"] for _, first, last in company.committee)


def _finder(service: Service) -> Find:
    if service.name == "dbd.by_committee":
        return _by_committee
    return _FINDERS.get(service.keys[0].name, _by_name)


def _row(organisation: SyntheticOrganisation, company: Company, *, service: str) -> dict[str, object]:
    """The members that the guide lists for 001; 022 misspells one of them (documented)."""
    status = "JuiristicStatus" if service == "dbd.by_committee" else "JuristicStatus"
    district = "Tumbol" if service == "dbd.juristic_person" else "Tumbon"
    return {
        "JuristicType": "5",
        "JuristicID": organisation.juristic_id,
        "OldJuristicID": "",
        "RegisterDate": company.register_date_be,
        "JuristicName_TH": organisation.name_th,
        "JuristicName_EN": "SYNTHETIC COMPANY LIMITED",
        "RegisterCapital": "1000000.00",
        "PaidRegisterCapital": "1000000.00",
        "NumberOfObjective": "1",
        "NumberOfPageOfObjective": "1",
        status: "ยังดำเนินกิจการอยู่",
        "StandardID": "85103",
        "CommitteeInformations": [
            {"Sequence": str(n), "Title": title, "FirstName": first, "LastName": last, "Type": "K"}
            for n, (title, first, last) in enumerate(company.committee, start=1)
        ],
        "AuthorizeDescriptions": [
            {"Sequence": "1", "AuthorizeDescription": "กรรมการหนึ่งคนลงลายมือชื่อ", "Type": "L"}
        ],
        "StandardObjectives": [{"ObjectiveDescription": "โรงเรียนเอกชน"}],
        "AddressInformations": [
            {"AddressName": "สำนักงานใหญ่", "AddressNo": "99", district: "ทดสอบ", "Province": "จังหวัดทดสอบ"}
        ],
        **company.members,
    }


def _raw_data(juristic_ids: list[str]) -> str:
    entries = "".join(f"<juristic id='{number}'/>" for number in juristic_ids)
    xml = f"<?xml version='1.0' encoding='UTF-8'?><synthetic>{entries}</synthetic>"
    return base64.b64encode(xml.encode()).decode()


def _pdf(box: Box, service: str, number: str) -> dict[str, object]:
    content = tiny_pdf(f"SYNTHETIC {service} {number}")
    return {
        "ID": str(box.world.uuid(f"{service}-{number}")),
        "FileName": f"{number}.pdf",
        "FileSize": str(len(content)),
        "Info": {"Name": "เอกสารทดสอบ", "NumberOfPage": "1"},
        "mimeType": "application/pdf",
        # MD5 by the digest's size (modelled), in the URL-safe alphabet DGA's sample decodes.
        "Hashes": hashlib.md5(content, usedforsecurity=False).hexdigest().upper(),
        "Result": base64.urlsafe_b64encode(content).decode().rstrip("="),
    }


def _image(service: str, number: str) -> dict[str, object]:
    """Two files: that an answer holds several is what the list is there for, how many is modelled."""
    contents: list[object] = []
    for page in (1, 2):
        content = tiny_pdf(f"SYNTHETIC {service} {number} {page}")
        data = base64.b64encode(content).decode()
        contents.append({"Page": 0, "Total": 2, "Type": "PDF", "Size": len(content), "Data": data})
    return {"Type": "PDF", "Page": 0, "Contents": contents}


def _financial(number: str, year: str) -> dict[str, object]:
    """Flat and without ResultList (documented for 007); of its members one spelling is known."""
    return {
        "JuristicID": number,
        "Year": year,
        "ProperTREquipment": "120000.00",
        "TotalRevenue": "5000000.00",
        "NetProfit": None,
    }


def _responder(service: Service) -> Responder:
    finds = _finder(service)

    def respond(box: Box, asked: Asked) -> Response:
        known = [(o, box.company(o.juristic_id)) for o in box.world.organisations.values()]
        found = [(o, company) for o, company in known if finds(o, company, asked)]
        if not found:
            return Response(status_code=204)
        number = found[0][0].juristic_id
        match service.answer:
            case AnswerKind.PDF:
                return thai_json(_pdf(box, service.name, number))
            case AnswerKind.IMAGE:
                return thai_json(_image(service.name, number))
            case AnswerKind.FLAT_TEXT:
                return thai_json(_financial(number, asked["Year"]))
            case _:
                rows = [_row(o, company, service=service.name) for o, company in found]
                raw = _raw_data([o.juristic_id for o, _ in found])
                return thai_json({"ResultList": rows, "RawData": raw})

    return respond


def routes(box: Box) -> list[Route]:
    """The paths of this family: one responder serves each kind of answer."""
    return service_routes(box, DBD, {service.name: _responder(service) for service in DBD})

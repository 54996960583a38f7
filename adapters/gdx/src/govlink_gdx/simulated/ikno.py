"""On-line person data: profiles of four levels, photograph, house, changes of name, search, verification.

Members outside the granted level are null and empty ones ""; SexID and PersonStatusID are numbers as
in the samples (documented: GovAPI manual). What a synthetic person lacks is filled in (modelled).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from govlink.sandbox.people import SyntheticPerson
from govlink.sandbox.toolkit import thai_json

from ..catalogue import Family
from ..catalogue.ikno import HOUSE_MEMBERS, IKNO, PERSON_MEMBERS
from .desk import Asked, Responder, service_routes
from .state import Box, failure

__all__ = ["routes"]

_SEXES: Final = {
    "นาย": (1, "ชาย"),
    "เด็กชาย": (1, "ชาย"),
    "นาง": (2, "หญิง"),
    "นางสาว": (2, "หญิง"),
    "เด็กหญิง": (2, "หญิง"),
}
_SIMPLE: Final = ("CitizenID", "NameTH_", "Sex", "BirthDate", "Age", "PersonStatus")
_NORMAL: Final = (*_SIMPLE, "Address", "IssueDate", "ExpireDate", "Issuer", "Nationality")
_FULL: Final = (*_NORMAL, "Father_", "Mother_", "Domicile")
_EXTRA: Final = (*_FULL, "NameEN_")

# Start and end of a JPEG file around a comment: a picture without a picture (modelled).
_PHOTO: Final = bytes.fromhex("ffd8ffe000104a46494600010100000100010000fffe000b53594e544845544943ffd9")


def _not_found(code: str = "00815") -> Response:
    return failure(Family.IKNO, code, "ไม่พบข้อมูล")


def _all_members(box: Box, person: SyntheticPerson) -> dict[str, object]:
    """The whole record; members that stand in the catalogue and not here are empty."""
    sex_id, sex = _SEXES.get(person.title, (0, "ไม่ทราบ"))
    return {
        **{member.name: "" for member in PERSON_MEMBERS},
        "CitizenID": person.citizen_id,
        "NameTH_Prefix": person.title,
        "NameTH_FirstName": person.first_name,
        "NameTH_SurName": person.last_name,
        "NameEN_Prefix": "Synthetic",
        "NameEN_FirstName": "Person",
        "NameEN_SurName": person.citizen_id[-4:],
        "SexID": sex_id,
        "Sex": sex,
        "BirthDate": person.birth_date.compact_be(),
        "Age": str(box.now().year - person.birth_date.year),
        "PersonStatusID": 1,
        "PersonStatus": "ปกติ",
        "AddressID": box.home_of(person.citizen_id),
        "Address_No": "99",
        "Address_Province": "จังหวัดทดสอบ",
        "IssueDate": "25620101",
        "ExpireDate": "25700101",
        "Nationality": "ไทย",
        "Father_CitizenID": "0000000000000",
        "Mother_CitizenID": "0000000000000",
    }


def _profile(granted: tuple[str, ...]) -> Responder:
    def respond(box: Box, asked: Asked) -> Response:
        person = box.world.people.get(asked["CitizenID"])
        if person is None:
            return _not_found()
        record = _all_members(box, person)
        return thai_json(
            {name: value if name.startswith(granted) else None for name, value in record.items()}
        )

    return respond


def _photo(box: Box, asked: Asked) -> Response:
    if asked["CitizenID"] not in box.world.people:
        return _not_found("99991")
    return thai_json(
        {
            "CardNumber": "",
            "CitizenID": asked["CitizenID"],
            "Padding": "",
            "ImageSize": str(len(_PHOTO)),
            "ImageHex": _PHOTO.hex().upper(),
        }
    )


def _english_name(box: Box, asked: Asked) -> Response:
    person = box.world.people.get(asked["CitizenID"])
    if person is None:
        return _not_found()
    record = _all_members(box, person)
    return thai_json({name: value for name, value in record.items() if name.startswith("NameEN_")})


def _house_record(box: Box, address_id: str) -> Response:
    return thai_json(
        {
            **{member.name: "" for member in HOUSE_MEMBERS},
            "AddressID": address_id,
            "Address_No": "99",
            "HouseType": "บ้าน",
            "PermitDate": "25400000",
            "DisposeDate": None,
            **box.houses.get(address_id, {}),
        }
    )


def _house_of_person(box: Box, asked: Asked) -> Response:
    if asked["CitizenID"] not in box.world.people:
        return _not_found()
    return _house_record(box, box.home_of(asked["CitizenID"]))


def _house(box: Box, asked: Asked) -> Response:
    address_id = asked["AddressID"]
    is_there = address_id in box.houses or box.people_of(address_id)
    return _house_record(box, address_id) if is_there else _not_found()


def _house_people(box: Box, asked: Asked) -> Response:
    if asked["CitizenID"] not in box.world.people:
        return _not_found()
    address_id = box.home_of(asked["CitizenID"])
    wanted = ("CitizenID", "NameTH_FirstName", "NameTH_SurName", "Sex", "BirthDate", "AddressID")
    records = [_all_members(box, person) for person in box.people_of(address_id)]
    people = [{name: record[name] for name in wanted} for record in records]
    return thai_json({"Count": len(people), "Person": people})


def _name_changes(box: Box, asked: Asked) -> Response:
    person = box.world.people.get(asked["CitizenID"])
    changes = box.changes_of(person) if person else ()
    if not changes:
        return _not_found("99702" if person else "00815")
    rows = [
        {
            "ChangeDate": change.change_date_be,
            "Place": change.place,
            "TypeID": change.type_id,
            "TypeName": "ช.3" if change.type_id.endswith("2") else "ช.1",
            "TypeGroup": "",
            "DataOld": change.data_old,
            "DataNew": change.data_new,
        }
        for change in changes
    ]
    return thai_json({"Count": len(rows), "Change": rows})


def _by_name(box: Box, asked: Asked) -> Response:
    wanted = (asked["NameTH_FirstName"], asked["NameTH_SurName"])
    found = [p for p in box.world.people.values() if (p.first_name, p.last_name) == wanted]
    rows: list[object] = [_all_members(box, person) for person in found]
    return thai_json(rows) if rows else _not_found()


def _verify(box: Box, asked: Asked) -> Response:
    """Whose parents' names are right is not modelled: a synthetic person has none, and any pass."""
    person = box.world.people.get(asked["CitizenID"])
    given = (asked["NameTH_FirstName"], asked["NameTH_SurName"])
    is_right = person is not None and given == (person.first_name, person.last_name)
    return thai_json({"Result": is_right})


_RESPONDERS: Mapping[str, Responder] = {
    "dopa.ikno_simple": _profile(_SIMPLE),
    "dopa.ikno_normal": _profile(_NORMAL),
    "dopa.ikno_full": _profile(_FULL),
    "dopa.ikno_extra": _profile(_EXTRA),
    "dopa.ikno_photo": _photo,
    "dopa.ikno_english_name": _english_name,
    "dopa.ikno_house_of_person": _house_of_person,
    "dopa.ikno_house": _house,
    "dopa.ikno_house_people": _house_people,
    "dopa.ikno_name_changes": _name_changes,
    "dopa.ikno_by_name": _by_name,
    "dopa.ikno_verify": _verify,
}


def routes(box: Box) -> list[Route]:
    """The paths of this family."""
    return service_routes(box, IKNO, _RESPONDERS)

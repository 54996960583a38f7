"""Linkage: one path by GET or POST, data sets by their codes, and the probe of officers' sessions.

The members of the person record were seen in code. What the other data sets answer no document tells:
their members here, and that they come as an array, are modelled.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.sandbox.people import SyntheticPerson
from govlink.sandbox.toolkit import forbidden, thai_json
from govlink.settings import Environment

from ..catalogue import AGENT_PERMISSION, Family, Service
from ..catalogue.linkage import LINKAGE
from .desk import Asked, Handler, Responder, has_keys, missing, service_routes
from .state import Box, failure

__all__ = ["routes"]

NOBODY = "0" * 13
"""What stands for an absent person in the session probe (documented: Linkage API guide)."""

_CODES = ("OfficeID", "ServiceID", "Version")


def _not_found(code: str = "00815") -> Response:
    return failure(Family.LINKAGE, code, "ไม่พบข้อมูล")


def _by_codes(box: Box, services: tuple[Service, ...], request: Request, asked: Asked) -> Service | Response:
    """The data set of these codes; of one that an agency declared, the answer loaded for its codes."""
    codes = tuple(request.query_params.get(name, "") for name in _CODES)
    if not all(codes):
        return missing()
    wanted = "/".join(codes)
    loaded = box.answers.get(wanted)
    if loaded is not None:
        return thai_json(loaded.content, status=loaded.status)
    if codes[0] != "00023":
        return failure(
            Family.LINKAGE, "95004", "no permission in Linkage Center or wrong OfficeID", status=200
        )
    service = next((service for service in services if service.code == wanted), None)
    if service is None:
        return failure(Family.LINKAGE, "95011", "no permission for the requested service", status=200)
    return service if has_keys(service, asked) else missing()


def _person_record(person: SyntheticPerson) -> dict[str, object]:
    """Members as seen in code; those the synthetic person lacks are empty or null (modelled)."""
    return {
        "titleDesc": person.title,
        "titleName": person.title,
        "firstName": person.first_name,
        "middleName": "",
        "lastName": person.last_name,
        "fullnameAndRank": f"{person.title}{person.first_name} {person.last_name}",
        "dateOfBirth": int(person.birth_date.compact_be()),
        "nationalityCode": 99,
        "nationalityDesc": "ไทย",
        "fatherPersonalID": None,
        "motherPersonalID": None,
        "statusOfPersonCode": 0,
        "recordNumber": 1,
        "totalRecord": 1,
    }


def _person(box: Box, asked: Asked) -> Response:
    person = box.world.people.get(asked["CitizenID"])
    return _not_found() if person is None else thai_json(_person_record(person))


def _changes(*type_ends: str) -> Responder:
    def respond(box: Box, asked: Asked) -> Response:
        person = box.world.people.get(asked["CitizenID"])
        if person is None:
            return _not_found()
        changes = [change for change in box.changes_of(person) if change.type_id.endswith(type_ends)]
        if not changes:
            return _not_found("99702")  # no name change (documented: GovAPI manual, p. 19-23)
        return thai_json(
            [
                {
                    "changeDate": int(change.change_date_be),
                    "changeTypeCode": change.type_id,
                    "oldName": change.data_old,
                    "newName": change.data_new,
                }
                for change in changes
            ]
        )

    return respond


def _house_people(box: Box, asked: Asked) -> Response:
    if asked["CitizenID"] not in box.world.people:
        return _not_found()
    people = box.people_of(box.home_of(asked["CitizenID"]))
    return thai_json(
        [
            {"personalID": int(p.citizen_id), "firstName": p.first_name, "lastName": p.last_name}
            for p in people
        ]
    )


def _house(box: Box, asked: Asked) -> Response:
    if asked["CitizenID"] not in box.world.people:
        return _not_found()
    return thai_json({"houseID": box.home_of(asked["CitizenID"]), "houseTypeDesc": "บ้าน", "tel": None})


def _addresses(box: Box, asked: Asked) -> Response:
    if asked["CitizenID"] not in box.world.people:
        return _not_found()
    home = {"addressType": "ทะเบียนบ้าน", "houseID": box.home_of(asked["CitizenID"])}
    return thai_json([home, {"addressType": "บัตรประจำตัวประชาชน", "houseID": ""}])


def _marriage(_box: Box, _asked: Asked) -> Response:
    return _not_found()  # no synthetic person is married


def _by_name(box: Box, asked: Asked) -> Response:
    wanted = (asked["firstName"], asked["lastName"])
    found = [p for p in box.world.people.values() if (p.first_name, p.last_name) == wanted]
    first = max(int(asked.get("recordNumber", "1")), 1) - 1
    page = found[first : first + int(asked["limit"])]
    rows: list[object] = [
        {**_person_record(p), "recordNumber": number, "totalRecord": len(found)}
        for number, p in enumerate(page, start=first + 1)
    ]
    return thai_json(rows) if rows else _not_found()


_RESPONDERS: Mapping[str, Responder] = {
    "dopa.linkage_person": _person,
    "dopa.linkage_name_changes": _changes("2", "3"),
    "dopa.linkage_first_name_changes": _changes("2"),
    "dopa.linkage_surname_changes": _changes("3"),
    "dopa.linkage_marriage": _marriage,
    "dopa.linkage_house_people": _house_people,
    "dopa.linkage_house": _house,
    "dopa.linkage_addresses": _addresses,
    "dopa.linkage_by_name": _by_name,
}


def _agent_permission(box: Box) -> Handler:
    async def handle(request: Request) -> Response:
        if refusal := forbidden(request, box.world):
            return refusal
        officer = request.query_params.get("CitizenID")
        if not officer or not request.query_params.get("Consumer"):
            return missing()
        if not box.is_open(officer):
            return thai_json({"AgentID": NOBODY, "CitizenID": NOBODY, "SessionState": "AgentNotAvailable"})
        citizen = box.card_holders.get(officer)
        session = "CitizenAvailable" if citizen else "AgentAvailable"
        return thai_json({"AgentID": officer, "CitizenID": citizen or NOBODY, "SessionState": session})

    return handle


def routes(box: Box) -> list[Route]:
    """The paths of this family."""
    probe = AGENT_PERMISSION.urls[Environment.SANDBOX].removeprefix("{sandbox}/gdx")
    data_sets = service_routes(box, LINKAGE, _RESPONDERS, methods=("GET", "POST"), pick=_by_codes)
    return [*data_sets, Route(probe, _agent_permission(box))]

"""GDX in a box: Laser Code, Linkage person, officers' sessions, company certificates.

The calls, their parameters and the kinds of answer are documented; each place where the simulator
had to choose what no document says is marked "modelled". Control routes, which are no part of the
platform, stand under ``/_sandbox/`` and take JSON:

- ``POST /_sandbox/people``: a list of ``{citizen_id, title, first_name, last_name, birth_date_be,
  laser_code, card_valid?, mobile?, email?}``; ``card_valid`` false plays a lost or outdated card.
- ``POST /_sandbox/organisations``: a list of ``{juristic_id, name_th}``.
- ``POST /_sandbox/officers``: a list of ``{citizen_id, open, card_holder?}``; ``card_holder`` is the
  citizen whose card is in the officer's reader.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.errors import RejectedError
from govlink.models.dates import Era, PartialDate
from govlink.models.identity import CitizenId, JuristicId
from govlink.sandbox.people import SyntheticOrganisation, SyntheticPerson
from govlink.sandbox.toolkit import World, forbidden, thai_json

from .tiny_pdf import tiny_pdf

__all__ = ["simulator"]

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]

NOBODY = "0" * 13
"""What stands for an absent person in the session probe (documented: Linkage API guide)."""


@dataclass(slots=True, kw_only=True)
class _State:
    """What this simulator remembers beside the shared world."""

    cancelled_cards: set[str] = field(default_factory=set)
    closed_officers: set[str] = field(default_factory=set)
    card_holders: dict[str, str] = field(default_factory=dict)

    def is_open(self, officer: str) -> bool:
        """Modelled: a synthetic officer's session is open until a control call closes it."""
        try:
            return CitizenId(officer).is_reserved and officer not in self.closed_officers
        except RejectedError:
            return False  # a system's name has no card


def _failure(code: str, text: str, *, status: int = 500, java: bool = False) -> Response:
    """The failure form of IKNO and, behind a Java class name, of Laser Code (documented)."""
    prefix = "java.lang.Exception: " if java else ""
    return thai_json({"Message": f"{prefix}[{code}] {text}"}, status=status)


def _linkage_failure(code: str, text: str, *, status: int = 200) -> Response:
    """``Message`` with ``Code`` (seen in code); the status beside it is modelled."""
    return thai_json({"Message": text, "Code": code}, status=status)


def _missing(request: Request, *names: str) -> Response | None:
    """400 for a missing parameter (documented); the text is modelled."""
    if all(request.query_params.get(name) for name in names):
        return None
    return thai_json({"Message": "BadRequestException: missing parameter"}, status=400)


def _laser_code(world: World, state: _State) -> Handler:
    async def handle(request: Request) -> Response:
        names = ("CitizenID", "FirstName", "LastName", "BEBirthDate", "LaserCode")
        if refusal := forbidden(request, world) or _missing(request, *names):
            return refusal
        asked = request.query_params
        person = world.people.get(asked["CitizenID"])
        # The documents show "no" as a false Result and as codes 2 and 4 in a 500, not when which
        # comes. Modelled: nobody of that number is false, the rest follows the codes' texts.
        if person is None:
            return thai_json({"Result": False})
        if person.citizen_id in state.cancelled_cards:
            return _failure("2", "สถานะบัตรไม่ปกติ", java=True)
        if asked["LaserCode"] != person.laser_code:
            return _failure("4", "ไม่พบเลข Laser จาก PID นี้", java=True)
        given = (asked["FirstName"], asked["LastName"], asked["BEBirthDate"])
        if given != (person.first_name, person.last_name, person.birth_date.compact_be()):
            return _failure("4", "ข้อมูลไม่ตรง", java=True)
        return thai_json({"Result": True})

    return handle


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


def _linkage(world: World, state: _State) -> Handler:
    async def handle(request: Request) -> Response:
        names = ("OfficeID", "ServiceID", "Version", "CitizenID")
        if refusal := forbidden(request, world) or _missing(request, *names):
            return refusal
        asked = request.query_params
        if asked["OfficeID"] != "00023":
            return _linkage_failure("95004", "no permission in Linkage Center or wrong OfficeID")
        if (asked["ServiceID"], asked["Version"]) != ("001", "01"):
            return _linkage_failure("95011", "no permission for the requested service")
        if not state.is_open(world.sessions.agent_of(request) or ""):
            return _linkage_failure("90001", "ผู้ใช้ไม่ถูกต้อง")
        person = world.people.get(asked["CitizenID"])
        if person is None:
            return _linkage_failure("00815", "ไม่พบข้อมูล", status=500)
        return thai_json(_person_record(person))

    return handle


def _agent_permission(world: World, state: _State) -> Handler:
    async def handle(request: Request) -> Response:
        if refusal := forbidden(request, world) or _missing(request, "Consumer", "CitizenID"):
            return refusal
        officer = request.query_params["CitizenID"]
        if not state.is_open(officer):
            return thai_json({"AgentID": NOBODY, "CitizenID": NOBODY, "SessionState": "AgentNotAvailable"})
        citizen = state.card_holders.get(officer)
        session = "CitizenAvailable" if citizen else "AgentAvailable"
        return thai_json({"AgentID": officer, "CitizenID": citizen or NOBODY, "SessionState": session})

    return handle


def _certificate(world: World) -> Handler:
    async def handle(request: Request) -> Response:
        if refusal := forbidden(request, world) or _missing(request, "JuristicID"):
            return refusal
        juristic_id = request.query_params["JuristicID"]
        if juristic_id not in world.organisations:
            return Response(status_code=204)  # "no matching data" (documented: GovAPI manual, p. 18)
        content = tiny_pdf(f"SYNTHETIC company certificate {juristic_id}")
        return thai_json(
            {
                "ID": str(world.uuid(f"certificate-{juristic_id}")),
                "FileName": f"{juristic_id}.pdf",
                "FileSize": str(len(content)),
                "Info": {"Name": "หนังสือรับรองนิติบุคคล", "NumberOfPage": "1"},
                "mimeType": "application/pdf",
                # MD5 by the digest's size (modelled), in the URL-safe alphabet DGA's sample decodes.
                "Hashes": hashlib.md5(content, usedforsecurity=False).hexdigest().upper(),
                "Result": base64.urlsafe_b64encode(content).decode().rstrip("="),
            }
        )

    return handle


def _person_of(row: dict[str, str]) -> SyntheticPerson:
    return SyntheticPerson(
        citizen_id=row["citizen_id"],
        title=row["title"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        birth_date=PartialDate.parse_compact(row["birth_date_be"], era=Era.BE),
        laser_code=row["laser_code"],
        mobile=row.get("mobile", ""),
        email=row.get("email", ""),
    )


def _load_people(world: World, state: _State) -> Handler:
    async def handle(request: Request) -> Response:
        rows = await request.json()
        for row in rows:
            person = _person_of(row)
            world.add_person(person)
            change = (
                state.cancelled_cards.discard if row.get("card_valid", True) else state.cancelled_cards.add
            )
            change(person.citizen_id)
        return thai_json({"people": len(world.people)})

    return handle


def _load_organisations(world: World) -> Handler:
    async def handle(request: Request) -> Response:
        for row in await request.json():
            juristic_id = JuristicId(row["juristic_id"]).value
            world.add_organisation(SyntheticOrganisation(juristic_id=juristic_id, name_th=row["name_th"]))
        return thai_json({"organisations": len(world.organisations)})

    return handle


def _set_officers(state: _State) -> Handler:
    async def handle(request: Request) -> Response:
        for row in await request.json():
            officer = row["citizen_id"]
            change = state.closed_officers.discard if row["open"] else state.closed_officers.add
            change(officer)
            state.card_holders.pop(officer, None)
            if row.get("card_holder"):
                state.card_holders[officer] = row["card_holder"]
        return thai_json({"closed": len(state.closed_officers)})

    return handle


def _no_such_service(world: World) -> Handler:
    async def handle(request: Request) -> Response:
        """404 for a service that is not there (documented); that rights are checked first is modelled."""
        refusal = forbidden(request, world)
        return refusal or thai_json({"Message": "NotFoundException: service not found"}, status=404)

    return handle


def _control_errors(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    code = error.code if isinstance(error, RejectedError) else "sandbox.control_invalid"
    return thai_json({"Message": code}, status=422)


def simulator(world: World) -> Starlette:
    """The application that plays GDX around the shared world."""
    state = _State()
    return Starlette(
        routes=[
            Route("/ws/dopa/verification/personal", _laser_code(world, state)),
            Route("/ws/dopa/linkage/v1/link", _linkage(world, state)),
            Route("/ws/dopa/linkage/v1/agent/permission", _agent_permission(world, state)),
            Route("/ws/dbd/juristic/v4/profile/information/pdf", _certificate(world)),
            Route("/ws/{service:path}", _no_such_service(world), methods=["GET", "POST"]),
            Route("/_sandbox/people", _load_people(world, state), methods=["POST"]),
            Route("/_sandbox/organisations", _load_organisations(world), methods=["POST"]),
            Route("/_sandbox/officers", _set_officers(state), methods=["POST"]),
        ],
        exception_handlers=dict.fromkeys((RejectedError, KeyError, ValueError), _control_errors),
    )

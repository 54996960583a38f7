"""Control routes, which are no part of the platform: they load and steer the simulated registers.

All take JSON by ``POST`` under ``/_sandbox/``:

- ``people``: a list of ``{citizen_id, title, first_name, last_name, birth_date_be, laser_code,
  card_valid?, mobile?, email?}``; ``card_valid`` false plays a lost or outdated card.
- ``organisations``: a list of ``{juristic_id, name_th}``; ``companies`` the same with
  ``register_date_be?, committee? [[title, first, last]], cmno?, foreigner_id?, esecure_no?, members?``.
- ``officers``: a list of ``{citizen_id, open, card_holder?}``; ``card_holder`` is the citizen whose card
  is in the officer's reader.
- ``name_changes``: a list of ``{citizen_id, change_date_be, type_id, data_old, data_new, place?}``; each
  call replaces the changes of the people it names.
- ``houses``: a list of ``{address_id, people, members?}``: who lives there, and what the record says.
- ``failures``: a list of ``{service, code?, status?, times?}``: the next calls of a service fail so.
- ``answers``: a list of ``{service | path | linkage, content, status?}``: what a service answers, or the
  path or Linkage codes (``00103/001/01``) that an agency declared in its settings.
- ``limits``: ``{ikno_calls_per_day?, keeps_hours?, lower_case?}``; ``lower_case`` spells the members'
  names of all answers with a small letter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.errors import RejectedError
from govlink.models.dates import Era, PartialDate
from govlink.models.identity import CitizenId, JuristicId
from govlink.sandbox.people import SyntheticOrganisation, SyntheticPerson
from govlink.sandbox.toolkit import thai_json

from ..catalogue import SERVICES
from ..keys import LinkageCode, address_id
from .desk import Handler, missing
from .state import Answer, Box, Company, Forced, NameChange

__all__ = ["control_errors", "routes"]

Row = dict[str, Any]  # JSON of a control call; a wrong form ends in control_errors
_NAMES = frozenset(service.name for service in SERVICES)


def _load_person(box: Box, row: Row) -> None:
    person = SyntheticPerson(
        citizen_id=row["citizen_id"],
        title=row["title"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        birth_date=PartialDate.parse_compact(row["birth_date_be"], era=Era.BE),
        laser_code=row["laser_code"],
        mobile=row.get("mobile", ""),
        email=row.get("email", ""),
    )
    box.world.add_person(person)
    change = box.cancelled_cards.discard if row.get("card_valid", True) else box.cancelled_cards.add
    change(person.citizen_id)


def _load_organisation(box: Box, row: Row) -> None:
    juristic_id = JuristicId(row["juristic_id"]).value
    box.world.add_organisation(SyntheticOrganisation(juristic_id=juristic_id, name_th=row["name_th"]))


def _load_company(box: Box, row: Row) -> None:
    rest = {name: value for name, value in row.items() if name not in {"juristic_id", "name_th"}}
    if "committee" in rest:
        rest["committee"] = tuple((title, first, last) for title, first, last in rest["committee"])
    company = Company(**rest)
    _load_organisation(box, row)
    box.companies[row["juristic_id"]] = company


def _set_officer(box: Box, row: Row) -> None:
    officer = row["citizen_id"]
    change = box.closed_officers.discard if row["open"] else box.closed_officers.add
    change(officer)
    box.card_holders.pop(officer, None)
    if row.get("card_holder"):
        box.card_holders[officer] = row["card_holder"]


def _load_house(box: Box, row: Row) -> None:
    number = address_id(row["address_id"])
    box.houses[number] = dict(row.get("members", {}))
    box.homes.update((CitizenId(citizen_id).value, number) for citizen_id in row.get("people", []))


def _known(name: str) -> str:
    if name not in _NAMES:
        raise ValueError("no such service")
    return name


def _force(box: Box, row: Row) -> None:
    rest = {name: value for name, value in row.items() if name != "service"}
    box.forced[_known(row["service"])] = Forced(**rest)


def _set_answer(box: Box, row: Row) -> None:
    if "path" in row:
        key = "/" + row["path"].lstrip("/")
    elif "linkage" in row:
        key = "/".join(value for _, value in LinkageCode.parse(row["linkage"]).query())
    else:
        key = _known(row["service"])
    box.answers[key] = Answer(content=row["content"], status=row.get("status", 200))


def _each(box: Box, change: Callable[[Box, Row], None]) -> Handler:
    async def handle(request: Request) -> Response:
        rows = await request.json()
        for row in rows:
            change(box, row)
        return thai_json({"rows": len(rows)})

    return handle


def _name_changes(box: Box) -> Handler:
    async def handle(request: Request) -> Response:
        loaded: dict[str, tuple[NameChange, ...]] = {}
        for row in await request.json():
            citizen_id = CitizenId(row.pop("citizen_id")).value
            loaded[citizen_id] = (*loaded.get(citizen_id, ()), NameChange(**row))
        box.name_changes.update(loaded)
        return thai_json({"people": len(loaded)})

    return handle


def _limits(box: Box) -> Handler:
    async def handle(request: Request) -> Response:
        row: Row = await request.json()
        box.ikno_calls_per_day = int(row.get("ikno_calls_per_day", box.ikno_calls_per_day))
        box.keeps_hours = bool(row.get("keeps_hours", box.keeps_hours))
        box.has_lower_case = bool(row.get("lower_case", box.has_lower_case))
        return thai_json({"used_today": box.used.get(box.now().date(), 0)})

    return handle


_LOADERS: Mapping[str, Callable[[Box, Row], None]] = {
    "people": _load_person,
    "organisations": _load_organisation,
    "companies": _load_company,
    "officers": _set_officer,
    "houses": _load_house,
    "failures": _force,
    "answers": _set_answer,
}


def control_errors(request: Request, error: Exception) -> Response:
    """422 for a control call in another form, or of somebody who is not synthetic; else 400."""
    if "/_sandbox/" not in request.url.path:
        return missing()
    code = error.code if isinstance(error, RejectedError) else "sandbox.control_invalid"
    return thai_json({"Message": code}, status=422)


def routes(box: Box) -> list[Route]:
    """All control routes."""
    handlers = {name: _each(box, change) for name, change in _LOADERS.items()}
    handlers |= {"name_changes": _name_changes(box), "limits": _limits(box)}
    return [Route(f"/_sandbox/{name}", handler, methods=["POST"]) for name, handler in handlers.items()]

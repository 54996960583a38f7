"""Laser Code: yes, no, and the two denials that come as an HTTP 500 (documented)."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response
from starlette.routing import Route

from govlink.sandbox.toolkit import thai_json

from ..catalogue import Family
from ..catalogue.public import PUBLIC
from .desk import Asked, Responder, service_routes
from .state import Box, failure

__all__ = ["routes"]


def _laser_code(box: Box, asked: Asked) -> Response:
    """Which of the failures meets a person who is not there at all is modelled: a plain false."""
    person = box.world.people.get(asked["CitizenID"])
    if person is None:
        return thai_json({"Result": False})
    if person.citizen_id in box.cancelled_cards:
        return failure(Family.PUBLIC, "2", "สถานะบัตรไม่ปกติ")
    if asked["LaserCode"] != person.laser_code:
        return failure(Family.PUBLIC, "4", "ไม่พบเลข Laser จาก PID นี้")
    given = (asked["FirstName"], asked["LastName"], asked["BEBirthDate"])
    if given != (person.first_name, person.last_name, person.birth_date.compact_be()):
        return failure(Family.PUBLIC, "4", "ข้อมูลไม่ตรง")
    return thai_json({"Result": True})


_RESPONDERS: Mapping[str, Responder] = {"dopa.laser_code": _laser_code}


def routes(box: Box) -> list[Route]:
    """The paths of this family."""
    return service_routes(box, PUBLIC, _RESPONDERS)

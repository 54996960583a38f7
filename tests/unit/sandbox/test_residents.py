"""Who is registered in a sandbox started by hand."""

from __future__ import annotations

from govlink.models.identity import CitizenId, JuristicId
from govlink.sandbox.residents import COMPANIES, RESIDENTS, move_in
from govlink.sandbox.toolkit import World


def test_all_of_them_move_in() -> None:
    """People and companies are known to every simulator."""
    world = World()
    move_in(world)
    assert set(world.people) == {person.citizen_id for person in RESIDENTS}
    assert set(world.organisations) == {company.juristic_id for company in COMPANIES}


def test_nobody_of_them_exists() -> None:
    """Citizen numbers of a province that is none; numbers in a right form, each given once."""
    assert all(CitizenId(person.citizen_id).is_reserved for person in RESIDENTS)
    assert all(JuristicId(company.juristic_id) for company in COMPANIES)
    assert len({person.laser_code for person in RESIDENTS}) == len(RESIDENTS)
    assert all(person.email.endswith((".invalid", "")) for person in RESIDENTS)


def test_birth_dates_of_every_completeness_are_there() -> None:
    """A day, a month, a year: what a look-up form has to take."""
    assert {person.birth_date.compact_be()[4:] for person in RESIDENTS} == {"0412", "1100", "0000"}

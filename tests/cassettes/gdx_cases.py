"""What is recorded of GDX: every service of the catalogue, every rule of errors, and the gateway's own.

A service or a rule that is added becomes cases by itself; a parameter of a new name needs a value here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from govlink.sandbox.faults import FaultKind
from govlink.testing.conformance import EXAMPLE_OFFICER, EXAMPLE_PERSON, Example
from govlink_gdx.catalogue import (
    AGENT_PERMISSION,
    DOCUMENTS,
    SERVICES,
    AnswerKind,
    AskedAs,
    Family,
    Service,
)
from govlink_gdx.codes import RULES, CodeRule
from govlink_gdx.services import SANDBOX_VALUES

from .gdx_calls import EXAMPLE_MODULE, EXAMPLES

__all__ = ["BEFORE", "PERSON", "Call", "Case", "call_of", "cases"]

Call = dict[str, Any]
Control = tuple[str, object]
"""A control route of the simulator and what it is told."""

PERSON = replace(EXAMPLE_PERSON, former_names=(("ปิ่น", "ณ ตัวอย่าง"),))
NOBODY = "3979900000028"
COMPANY = {
    "juristic_id": "0999900000001",
    "name_th": "บริษัท ตัวอย่าง จำกัด",
    "cmno": "SYN-0001",
    "foreigner_id": "SYN-0002",
    "esecure_no": "SYN-0003",
}
HOUSE = "99000000001"

VALUES: Mapping[str, str] = {
    "CitizenID": PERSON.citizen_id,
    "FirstName": PERSON.first_name,
    "LastName": PERSON.last_name,
    "firstName": PERSON.first_name,
    "lastName": PERSON.last_name,
    "NameTH_FirstName": PERSON.first_name,
    "NameTH_SurName": PERSON.last_name,
    "Father_FirstName": "สมชาย",
    "Mother_FirstName": "สมศรี",
    "BEBirthDate": PERSON.birth_date.compact_be(),
    "LaserCode": PERSON.laser_code,
    "limit": "10",
    "AddressID": HOUSE,
    "JuristicID": COMPANY["juristic_id"],
    "Year": "2567",
    "CMNO": COMPANY["cmno"],
    "ID": COMPANY["foreigner_id"],
    "EsecureNo": COMPANY["esecure_no"],
    "Name": COMPANY["name_th"],
    "dbd.by_committee Name": "ทดสอบ ณ ตัวอย่าง",
}
"""A parameter's value by its name, or by service and name."""

NEVER_FOUND = frozenset({"dopa.linkage_marriage"})
"""Services whose simulator has nothing to find."""

ABSENT: Mapping[str, str] = {"CitizenID": NOBODY, "JuristicID": "0999900000099"}
"""Numbers that nobody has."""


def _row(**changes: object) -> dict[str, object]:
    return {
        "citizen_id": PERSON.citizen_id,
        "title": PERSON.title,
        "first_name": PERSON.first_name,
        "last_name": PERSON.last_name,
        "birth_date_be": PERSON.birth_date.compact_be(),
        "laser_code": PERSON.laser_code,
        **changes,
    }


def _officer(**changes: object) -> Control:
    return "officers", [{"citizen_id": EXAMPLE_OFFICER, "open": True, **changes}]


def _change(type_id: str, old: str, new: str) -> dict[str, str]:
    change = {"change_date_be": "25600615", "type_id": type_id, "data_old": old, "data_new": new}
    return {"citizen_id": PERSON.citizen_id, **change}


BEFORE: tuple[Control, ...] = (
    ("people", [_row()]),
    ("companies", [COMPANY]),
    ("houses", [{"address_id": HOUSE, "people": [PERSON.citizen_id]}]),
    (
        "name_changes",
        [
            _change("002", "ปิ่น", PERSON.first_name),
            _change("003", "ณ ตัวอย่าง", PERSON.last_name),
        ],
    ),
    _officer(),
)
"""What the registers know before each case, so that none depends on the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One call, what the sandbox is told before it, and what goes wrong on the way to the service.

    ``wrong`` names a setting of the account that is spoiled. ``example`` prepares the sandbox by itself.
    """

    name: str
    call: Call
    before: tuple[Control, ...] = ()
    fault: FaultKind | None = None
    wrong: str = ""
    example: Example | None = None


def _keys(service: Service, changes: Mapping[str, str]) -> dict[str, str]:
    needed = [key.name for key in service.keys if key.is_required]
    own = {name: VALUES.get(f"{service.name} {name}") or VALUES[name] for name in needed}
    return {name: changes.get(name, value) for name, value in own.items()}


def call_of(service: Service, **changes: str) -> Call:
    """The call that asks this service with the values above."""
    verb = "fetch" if service.answer in DOCUMENTS - {AnswerKind.TEXT} else "look_up"
    return {
        "verb": verb,
        "service": service.name,
        "keys": _keys(service, changes),
        "officer": EXAMPLE_OFFICER,
    }


def _service_cases(service: Service) -> Iterator[Case]:
    operation = service.endpoint.operation
    word = "yes" if service.answer is AnswerKind.YES_NO else "found"
    call = call_of(service)
    if service.name not in NEVER_FOUND:
        yield Case(name=f"{operation}/{word}", call=call)
    if service.answer is AnswerKind.TEXT:
        yield Case(name=f"{operation}/raw", call={**call, "verb": "fetch"})
    absent = {name: value for name, value in ABSENT.items() if name in call["keys"]}
    if absent:
        yield Case(name=f"{operation}/absent", call=call_of(service, **absent))
    if service.asked_as is AskedAs.OFFICER and service == _first_of(service.family):
        closed = _officer(open=False)
        yield Case(name=f"{operation}/officer-logged-out", call=call, before=(closed,))


def _first_of(family: Family) -> Service:
    return next(service for service in SERVICES if service.family is family)


def _rule_cases(rule: CodeRule) -> Iterator[Case]:
    """The rule's first code in both forms of telling one: a member, and brackets in the text."""
    code = rule.codes[0]
    for family in (Family.LINKAGE, Family.IKNO):
        service = _first_of(family)
        failing: Control = ("failures", [{"service": service.name, "code": code}])
        name = f"{service.endpoint.operation}/code-{code.lstrip('-')}"
        yield Case(name=name, call=call_of(service), before=(failing,))


def _laser_cases() -> Iterator[Case]:
    service = _first_of(Family.PUBLIC)
    name, call = service.endpoint.operation, call_of(service)
    lost: Control = ("people", [_row(card_valid=False)])
    unknown: Control = ("failures", [{"service": service.name, "code": "77777"}])
    another = {"LaserCode": "ZZ9999999999"}
    yield Case(name=f"{name}/card-not-valid", call=call, before=(lost,))
    yield Case(name=f"{name}/laser-code-of-another", call=call_of(service, **another))
    yield Case(name=f"{name}/name-of-another", call=call_of(service, FirstName="สมหญิง"))
    yield Case(name=f"{name}/code-unknown", call=call, before=(unknown,))
    yield Case(name=f"{name}/unavailable", call=call, fault=FaultKind.STATUS_503)
    yield Case(name=f"{name}/too-many", call=call, fault=FaultKind.STATUS_429)
    yield Case(name=f"{name}/html", call=call, fault=FaultKind.HTML)
    yield Case(name=f"{name}/empty", call=call, fault=FaultKind.EMPTY)
    yield Case(name=f"{name}/session-renewed", call=call, fault=FaultKind.EXPIRED_TOKEN)


def _session_cases() -> Iterator[Case]:
    name = AGENT_PERMISSION.operation
    call: Call = {"verb": "officer_session", "officer": EXAMPLE_OFFICER}
    inserted = _officer(card_holder=PERSON.citizen_id)
    yield Case(name=f"{name}/agent-available", call=call)
    yield Case(name=f"{name}/citizen-available", call=call, before=(inserted,))
    yield Case(name=f"{name}/agent-not-available", call=call, before=(_officer(open=False),))


def _gateway_cases() -> Iterator[Case]:
    call: Call = {"verb": "log_in"}
    yield Case(name="auth.validate/accepted", call=call)
    yield Case(name="auth.validate/secret-refused", call=call, wrong="consumer_secret")
    yield Case(name="auth.validate/key-refused", call=call, wrong="consumer_key")


NOT_RECORDED = frozenset({"delivery.send", "intake.acknowledge"})
"""A receipt is a signed text, which no cassette keeps; an acknowledgement sends nothing."""


def _example_cases() -> Iterator[Case]:
    """What GDX offers beside look-ups, as the conformance kit asks for it."""
    applications = [
        {"service_no": SANDBOX_VALUES["srat_service_no"], "application": EXAMPLE_MODULE["application"](n)}
        for n in range(2)
    ]
    for name, example in EXAMPLES.items():
        if name in NOT_RECORDED:
            continue
        few: tuple[Control, ...] = (("srat", applications),) if name == "intake.pull" else ()
        call: Call = {"verb": "example", "example": name}
        prepared = None if few else example
        case = f"{example.name}/example{name.removeprefix(example.name)}"
        yield Case(name=case, call=call, before=few, example=prepared)


def cases() -> Iterator[Case]:
    """Everything that is recorded against the sandbox."""
    yield from _gateway_cases()
    yield from _session_cases()
    yield from _laser_cases()
    for service in SERVICES:
        yield from _service_cases(service)
    for rule in RULES:
        yield from _rule_cases(rule)
    yield from _example_cases()

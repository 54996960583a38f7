"""Flows driven by hand: what they ask, what they refuse to ask, and what the settings do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from govlink.errors import ConfigError, GovlinkError, RejectedError
from govlink.flow import Context, Effect, Flow, Request, Response
from govlink.interfaces import Capabilities
from govlink.models.identity import AgentId
from govlink.models.registry import RegistryQuery
from govlink.settings import Environment
from govlink_gdx import adapter
from govlink_gdx.catalogue import SERVICES
from govlink_gdx.codes import answer_may_pass
from govlink_gdx.flows import GdxFlows
from govlink_gdx.settings import ENDPOINTS, GdxSettings

Ask = Callable[..., RegistryQuery]
CONTEXT = Context.system()


def first_request(flow: Flow[object]) -> Request:
    """What the flow asks first; the flow is closed."""
    request = next(flow)
    flow.close()
    return request


def rejected(flow: Flow[object]) -> RejectedError:
    """The refusal the flow begins with."""
    with pytest.raises(RejectedError) as caught:
        next(flow)
    return caught.value


def test_laser_code_request(settings: GdxSettings, ask: Ask, laser_keys: dict[str, str]) -> None:
    """One GET, Thai in plain text for the transport to encode, in the agency's own session."""
    request = first_request(
        GdxFlows(settings=settings).look_up(ask("dopa.laser_code", laser_keys), context=CONTEXT)
    )
    assert (request.method, request.effect) == ("GET", Effect.READ)
    assert request.url == "https://api.egov.go.th/ws/dopa/verification/personal"
    assert request.operation == "dopa.laser_code"
    assert dict(request.query) == laser_keys
    assert request.auth is not None
    assert request.auth.key[-1] == "govlink-tests"
    assert request.transient is answer_may_pass
    assert laser_keys["CitizenID"] not in repr(request)


def test_laser_code_answer_is_returned(
    settings: GdxSettings, ask: Ask, laser_keys: dict[str, str], answer: Callable[..., Response]
) -> None:
    """The flow ends with the typed answer after one request."""
    flow = GdxFlows(settings=settings).look_up(ask("dopa.laser_code", laser_keys), context=CONTEXT)
    next(flow)
    with pytest.raises(StopIteration) as stop:
        flow.send(answer(500, {"Message": "java.lang.Exception: [2] x"}))
    assert stop.value.value.confirmed is False


def test_person_request_is_made_in_the_officers_name(
    settings: GdxSettings, ask: Ask, officer: str, person: str
) -> None:
    """Fixed-width codes go before the key, and the session is the officer's."""
    request = first_request(
        GdxFlows(settings=settings).look_up(
            ask("dopa.linkage_person", {"CitizenID": person}), context=CONTEXT
        )
    )
    assert request.query == (
        ("OfficeID", "00023"),
        ("ServiceID", "001"),
        ("Version", "01"),
        ("CitizenID", person),
    )
    assert request.auth is not None
    assert request.auth.key[-1] == officer


def test_person_look_up_needs_an_officer(settings: GdxSettings, ask: Ask, person: str) -> None:
    """A system's name holds no card, so it is refused before anything is sent."""
    query = ask("dopa.linkage_person", {"CitizenID": person}, by="govlink-tests")
    error = rejected(GdxFlows(settings=settings).look_up(query, context=CONTEXT))
    assert [problem.pointer for problem in error.problems] == ["/officer"]


def test_every_bad_key_is_told_by_pointer_and_never_by_value(
    settings: GdxSettings, ask: Ask, laser_keys: dict[str, str], person: str
) -> None:
    """All problems at once, in both languages, without a personal datum."""
    bad = {
        **laser_keys,
        "CitizenID": "3980000000021",
        "LaserCode": "ZZ0-1234567-89",
        "BEBirthDate": "25380230",
        person: "x",
    }
    del bad["LastName"]
    error = rejected(GdxFlows(settings=settings).look_up(ask("dopa.laser_code", bad), context=CONTEXT))
    pointers = [problem.pointer for problem in error.problems]
    assert pointers == ["/keys/CitizenID", "/keys/LastName", "/keys/BEBirthDate", "/keys/LaserCode", "/keys"]
    for text in (error.explain("en"), error.explain("th"), repr(error)):
        assert not any(value in text for value in bad.values() if len(value) > 1)
        assert person not in text


@pytest.mark.parametrize(
    ("verb", "service", "known", "unknown"),
    [
        ("look_up", "dbd.certificate", "dopa.laser_code", "dbd.certificate"),
        ("look_up", "dopa.ikno_photo", "dbd.juristic_person", "dopa.ikno_photo"),
        ("fetch", "dopa.laser_code", "dbd.certificate", "dopa.laser_code"),
        ("fetch", "dbd.financial", "dbd.juristic_person", "dbd.financial,"),
        ("fetch", "unknown", "dbd.certificate", "unknown"),
    ],
)
def test_a_service_of_another_verb_is_refused(
    settings: GdxSettings, ask: Ask, verb: str, service: str, known: str, unknown: str
) -> None:
    """The refusal names the services the verb takes, and no other."""
    error = rejected(getattr(GdxFlows(settings=settings), verb)(ask(service, {}), context=CONTEXT))
    assert error.problems[0].pointer == "/service"
    assert known in error.problems[0].text("en")
    assert unknown not in error.problems[0].text("en")


def test_document_request_has_its_own_time_and_size(settings: GdxSettings, ask: Ask) -> None:
    """A document may take longer and be larger than a record."""
    query = ask("dbd.certificate", {"JuristicID": "0999900000001"})
    request = first_request(GdxFlows(settings=settings).fetch(query, context=CONTEXT))
    assert request.url.endswith("/ws/dbd/juristic/v4/profile/information/pdf")
    assert (request.timeout_s, request.max_body_bytes) == (60.0, settings.document_limit_bytes)
    assert request.query == (("JuristicID", "0999900000001"),)


def test_session_probe(settings: GdxSettings, officer: str) -> None:
    """The probe asks in the officer's own session and takes nobody but a person."""
    flows = GdxFlows(settings=settings)
    request = first_request(flows.officer_session(AgentId(officer), context=CONTEXT))
    assert request.query == (("Consumer", "key-good-nowhere"), ("CitizenID", officer))
    assert ("Cache-Control", "no-cache") in request.headers  # a kept answer would tell of a dead session
    assert request.auth is not None
    assert request.auth.key[-1] == officer
    assert (
        rejected(flows.officer_session(AgentId("govlink-tests"), context=CONTEXT)).problems[0].pointer
        == "/officer"
    )


def test_nothing_happens_before_a_driver_asks(settings: GdxSettings, ask: Ask) -> None:
    """Calling a verb with a bad query raises nothing until the flow runs."""
    flow = GdxFlows(settings=settings).look_up(ask("unknown", {}), context=CONTEXT)
    rejected(flow)


def test_equal_queries_give_equal_requests(
    settings: GdxSettings, ask: Ask, laser_keys: dict[str, str]
) -> None:
    """A flow depends on its query and settings alone."""
    flows = GdxFlows(settings=settings)
    one, two = (
        first_request(flows.look_up(ask("dopa.laser_code", laser_keys), context=CONTEXT)) for _ in range(2)
    )
    assert (one.url, one.query, one.headers) == (two.url, two.query, two.headers)


def test_uat_is_not_published(settings: GdxSettings, ask: Ask, laser_keys: dict[str, str]) -> None:
    """Without a configured address a UAT call is a configuration error; with one it goes there."""
    uat = settings.model_copy(update={"environment": Environment.UAT})
    with pytest.raises(ConfigError):
        next(GdxFlows(settings=uat).look_up(ask("dopa.laser_code", laser_keys), context=CONTEXT))
    there = uat.model_copy(update={"endpoints": {"dopa.laser_code": "{gateway}/ws/uat/laser"}})
    request = first_request(
        GdxFlows(settings=there).look_up(ask("dopa.laser_code", laser_keys), context=CONTEXT)
    )
    assert request.url == "https://api.egov.go.th/ws/uat/laser"


def test_hash_algorithm_none_in_words(settings: GdxSettings) -> None:
    """A configuration file can switch the digest check off, and can not name a stranger."""
    values = {"consumer_key": "k", "consumer_secret": "s", "agent_id": "govlink-tests"}
    assert (
        GdxSettings.from_values({**values, "hash_algorithm": "none"}, platform="gdx").hash_algorithm is None
    )
    assert settings.hash_algorithm == "md5"
    with pytest.raises(ConfigError):
        GdxSettings.from_values({**values, "hash_algorithm": "crc"}, platform="gdx")


def test_adapter_accounts_for_every_capability(settings: GdxSettings) -> None:
    """What is provided is connected; what is not is declared absent with a reason."""
    every = set(Capabilities.__dataclass_fields__)
    absent = {absence.capability for absence in adapter.absences}
    assert adapter.connect(settings).provided() == adapter.provides >= {"registry", "documents"}
    assert adapter.provides | absent == every
    assert not adapter.provides & absent
    assert all(absence.explanation for absence in adapter.absences)


def test_catalogue_is_sound() -> None:
    """Operations are unique, each service has its endpoint, and each endpoint says where it is known from."""
    operations = [endpoint.operation for endpoint in ENDPOINTS]
    assert len(set(operations)) == len(operations)
    assert {service.name for service in SERVICES} <= set(operations)
    assert all(endpoint.source for endpoint in ENDPOINTS)


def test_settings_show_no_secret(settings: GdxSettings) -> None:
    """Neither key, secret nor agent stands in a repr or in a settings error."""
    assert "good-nowhere" not in repr(settings)
    assert "govlink-tests" not in repr(settings)
    with pytest.raises(GovlinkError) as caught:
        GdxSettings.from_values({"consumer_key": "canary", "agent_id": "9 canary"}, platform="gdx")
    assert "canary" not in caught.value.explain()

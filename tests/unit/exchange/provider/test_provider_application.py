"""A call from end to end: statuses, rights, purpose, the log before the answer, and nothing that leaks."""

from __future__ import annotations

import errno
import logging
import resource
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount

from govlink.errors import ConfigError, Fault, GovlinkError, NotFoundError, QuotaError, UnavailableError
from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.provider import (
    Answer,
    Caller,
    EvidenceAccessLog,
    HeaderCallers,
    JsonType,
    Limits,
    Member,
    Method,
    PurposeHeaders,
)

from .serving import (
    CITIZEN,
    OFFICER,
    PATH,
    PREFIX,
    PSEUDONYMS,
    REASON,
    THAI_NAME,
    WORDS,
    Kept,
    acall,
    application,
    call,
    entry,
    service,
)

QUERY = {"CitizenID": CITIZEN}
ELSEWHERE = Fault("exchange.test_elsewhere", en="a registry's own trouble", th="ปัญหาของทะเบียนเอง")


def code(body: Any) -> str:
    """The code in a refusal's one member."""
    assert list(body) == ["Message"]
    text: str = body["Message"]
    return text[1 : text.index("]")].removeprefix("exchange.provider_")


def test_a_right_call_is_answered_and_logged() -> None:
    """The whole record is there, with hashes for officer and subject."""
    log = Kept()
    got = call(application(log=log), query=QUERY)
    assert (got.status, got.json) == (200, {"Graduated": True})
    (record,) = log.records
    assert (record.caller, record.service, record.version) == ("school", "graduates.person", "1")
    assert (record.purpose, record.case_reference) == ("admission", "65-0001")
    assert (record.status, record.code) == (200, None)
    assert record.subject_hmac == PSEUDONYMS.of("CitizenID", CITIZEN)
    assert record.officer_hmac == PSEUDONYMS.of("officer", OFFICER)
    assert got.headers["x-request-id"] == record.request_id


def test_any_event_loop_serves() -> None:
    """Servers run on asyncio or on trio; time-outs and worker threads work on both."""
    app = application()

    async def main() -> int:
        return (await acall(app, query=QUERY)).status

    assert [anyio.run(main, backend=loop) for loop in ("asyncio", "trio")] == [200, 200]


def test_every_answer_forbids_caching_and_names_no_server() -> None:
    """Personal answers must not stay in a proxy; what runs here is nobody's business."""
    app = application()
    for got in (call(app, query=QUERY), call(app), call(app, caller=None), call(app, "/nowhere")):
        assert got.headers["cache-control"] == "no-store"
        assert got.headers["content-type"] == "application/json; charset=utf-8"
        assert "server" not in got.headers


def test_no_matching_data_is_204() -> None:
    """The gateway's status for it, without a body, and logged as such."""
    log = Kept()
    got = call(application(log=log), query={"CitizenID": "1999000000025"})
    assert (got.status, got.body) == (204, b"")
    assert log.records[0].status == 204


@pytest.mark.parametrize("shown", [None, "stranger"])
def test_an_unknown_caller_learns_nothing(shown: str | None) -> None:
    """The same 401 for every path, and no line in the access log to fill the disk with."""
    log = Kept()
    app = application(log=log)
    bodies = {call(app, path, caller=shown).body for path in (PATH, "/nowhere", f"/{PREFIX}/openapi.json")}
    assert len(bodies) == 1
    got = call(app, caller=shown, query=QUERY)
    assert (got.status, code(got.json)) == (401, "caller_unknown")
    assert log.records == []


def test_a_known_caller_without_right_is_403() -> None:
    """The service is not one of the caller's; the attempt is logged."""
    log = Kept()
    callers = HeaderCallers(key_header="Consumer-Key", entries=(entry(services=frozenset()),))
    got = call(application(log=log, callers=callers), query=QUERY)
    assert (got.status, code(got.json)) == (403, "no_right")
    assert (log.records[0].status, log.records[0].code) == (403, "exchange.provider_no_right")


@pytest.mark.parametrize("purpose", ["audit", "marketing"])
def test_a_purpose_must_be_allowed_to_both(purpose: str) -> None:
    """The service takes audit, but this caller was not granted it; marketing nobody was."""
    got = call(application(), query=QUERY, headers=REASON | {"X-Purpose": purpose})
    assert (got.status, code(got.json)) == (403, "purpose_refused")


@pytest.mark.parametrize("header", REASON)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_reason_is_400(header: str, value: str | None) -> None:
    """Nothing is looked up without purpose, case and officer."""
    sent = {name: text for name, text in REASON.items() if name != header}
    got = call(application(), query=QUERY, headers=sent if value is None else sent | {header: value})
    assert (got.status, code(got.json)) == (400, "header_missing")
    assert header in got.json["Message"]


def test_headers_not_asked_for_may_stay_away() -> None:
    """An agency that gets no officer and no case from the gateway can do without."""
    log = Kept()
    app = application(
        log=log, purpose_headers=PurposeHeaders(purpose="Why", case_reference=None, officer=None)
    )
    assert call(app, query=QUERY, headers={"Why": "admission"}).status == 200
    assert (log.records[0].case_reference, log.records[0].officer_hmac) == (None, None)


def test_only_the_declared_method_is_taken() -> None:
    """405 with Allow; OPTIONS tells the same; HEAD is GET without its body, and logged like it."""
    log = Kept()
    app = application(log=log)
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        got = call(app, method=method, query=QUERY)
        assert (got.status, code(got.json)) == (405, "method_wrong")
        assert got.headers["allow"] == "GET, HEAD, OPTIONS"
    options = call(app, method="OPTIONS")
    assert (options.status, options.headers["allow"], options.body) == (204, "GET, HEAD, OPTIONS", b"")
    head = call(app, method="HEAD", query=QUERY)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(call(app, query=QUERY).body))
    assert log.records[-2].subject_hmac == log.records[-1].subject_hmac
    posted = call(application(service(method=Method.POST)), query=QUERY)
    assert (posted.status, posted.headers["allow"]) == (405, "POST, OPTIONS")


def test_an_unknown_path_is_404() -> None:
    """Also one that only begins like a service's."""
    for path in ("/", "/nowhere", f"{PATH}/", f"{PATH}/x", PATH.upper()):
        got = call(application(), path, query=QUERY)
        assert (got.status, code(got.json)) == (404, "service_unknown")


def test_it_can_be_mounted() -> None:
    """Below another application's path, or behind a proxy that strips one."""
    mounted = Starlette(routes=[Mount("/registry", application())])
    assert call(mounted, f"/registry{PATH}", query=QUERY).status == 200
    assert call(application(), f"/registry{PATH}", query=QUERY, root_path="/registry").status == 200


def test_a_web_socket_is_closed() -> None:
    """There is nothing to talk about."""
    sent: list[Any] = []

    async def main() -> None:
        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "websocket", "path": PATH, "headers": [], "query_string": b""}
        await application()(scope, receive, send)

    anyio.run(main)
    assert [message["type"] for message in sent] == ["websocket.close"]


# --- what fails --------------------------------------------------------------------------------


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("failure", [FULL, UnavailableError(ELSEWHERE), ZeroDivisionError(CITIZEN)])
def test_without_a_log_no_data_go_out(failure: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """Fail closed, whatever the log raises: 503, and not a byte of the answer."""
    got = call(application(log=Kept(fails=failure)), query=QUERY)
    assert (got.status, code(got.json)) == (503, "unlogged")
    assert b"Graduated" not in got.body
    assert CITIZEN not in caplog.text


def test_the_record_is_written_before_the_answer() -> None:
    """Not one byte is sent before the log has the record."""
    order: list[str] = []

    class Ordered:
        def write(self, record: Any) -> None:
            order.append("log")

    async def main() -> None:
        app = application(log=Ordered())

        async def watched(scope: Any, receive: Any, send: Any) -> None:
            async def sending(message: Any) -> None:
                order.append(message["type"])
                await send(message)

            await app(scope, receive, sending)

        await acall(watched, query=QUERY)

    anyio.run(main)
    assert order == ["log", "http.response.start", "http.response.body"]


def test_a_full_disk_under_a_real_log(tmp_path: Path) -> None:
    """A chained log that cannot grow stops the answer; with room again it serves, and the chain is whole."""
    log = EvidenceLog(tmp_path / "access.jsonl")
    app = application(log=EvidenceAccessLog(log))
    assert call(app, query=QUERY).status == 200
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.path.stat().st_size + 40, hard))
    try:
        got = call(app, query=QUERY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert (got.status, code(got.json)) == (503, "unlogged")
    assert b"Graduated" not in got.body
    assert call(app, query=QUERY).status == 200
    assert log.verify().intact
    logged = [(entry_.kind, entry_.data["status"], entry_.data["purpose"]) for entry_ in log.entries()]
    assert logged == [("access", "200", "admission")] * 2


@pytest.mark.parametrize(
    ("failure", "status", "reason"),
    [
        (ValueError(f"no row for {CITIZEN} {THAI_NAME}"), 500, "failed"),
        (KeyError(CITIZEN), 500, "failed"),
        (NotFoundError(ELSEWHERE), 500, "failed"),
        (GovlinkError(ELSEWHERE), 500, "failed"),
        (UnavailableError(ELSEWHERE), 503, "upstream"),
        (QuotaError(ELSEWHERE, retry_after_s=7), 503, "upstream"),
        (TimeoutError(), 503, "slow"),
    ],
)
def test_a_failing_registry_tells_nothing(
    failure: Exception, status: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """No trace, no text of the exception, neither to the caller nor in any log; the failure is recorded."""

    async def fails(_values: Mapping[str, str], _caller: Caller) -> Answer | None:
        raise failure

    log = Kept()
    got = call(application(service(fails), log=log), query=QUERY | {"Name": THAI_NAME})
    assert (got.status, code(got.json)) == (status, reason)
    assert log.records[0].status == status
    for shown in (got.body.decode(), str(got.headers), caplog.text, str(log.records)):
        assert CITIZEN not in shown
        assert THAI_NAME not in shown
    if status == 500:
        assert "in fails, line" in caplog.text
    if isinstance(failure, GovlinkError):
        assert "exchange.test_elsewhere" in caplog.text


def test_a_slow_registry_is_given_up() -> None:
    """503 after the time allowed, not when the registry is done."""

    async def slow(_values: Mapping[str, str], _caller: Caller) -> Answer | None:
        await anyio.sleep(30)
        return None

    log = Kept()
    got = call(application(service(slow), log=log, limits=Limits(handler_s=0.05)), query=QUERY)
    assert (got.status, code(got.json)) == (503, "slow")
    assert log.records[0].duration_ms < 10_000


@pytest.mark.parametrize(
    "answer",
    [
        {"Graduated": True, "CitizenID": CITIZEN},
        {"Graduated": 1},
        {"Graduated": None},
        {"Graduated": [True]},
        {},
        "yes",
    ],
)
def test_what_is_not_described_stays_inside(answer: Any) -> None:
    """A member too many is a leak, one of another type is a promise broken: 500 and nothing goes out."""

    async def careless(_values: Mapping[str, str], _caller: Caller) -> Answer | None:
        return answer  # type: ignore[no-any-return]  # any nonsense

    got = call(application(service(careless)), query=QUERY)
    assert (got.status, code(got.json)) == (500, "failed")


def test_answers_of_every_type() -> None:
    """Bytes as Base64, Thai as Thai, lists and objects inside."""
    inner = (Member(name="Year", type=JsonType.INTEGER, description=WORDS),)
    members = (
        Member(name="Pdf", type=JsonType.BASE64, description=WORDS),
        Member(name="School", type=JsonType.STRING, description=WORDS),
        Member(name="Gpa", type=JsonType.NUMBER, description=WORDS),
        Member(name="Years", type=JsonType.OBJECT, is_list=True, description=WORDS, members=inner),
        Member(name="Note", type=JsonType.STRING, description=WORDS, is_required=False),
    )

    async def full(_values: Mapping[str, str], _caller: Caller) -> Answer | None:
        return {"Pdf": b"\xff\xfe", "School": "วัดทดสอบ", "Gpa": 3.5, "Years": [{"Year": 2567}]}

    got = call(application(service(full, answer=members)), query=QUERY)
    assert got.json == {"Pdf": "//4=", "School": "วัดทดสอบ", "Gpa": 3.5, "Years": [{"Year": 2567}]}
    assert "วัดทดสอบ".encode() in got.body


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (JsonType.INTEGER, True),
        (JsonType.INTEGER, 1.0),
        (JsonType.NUMBER, False),
        (JsonType.NUMBER, float("nan")),
        (JsonType.BASE64, "aGVsbG8="),
        (JsonType.STRING, "\ud800"),
        (JsonType.OBJECT, {"Other": 1}),
        (JsonType.OBJECT, [("Year", 1)]),
    ],
)
def test_a_value_of_another_type_stays_inside(kind: JsonType, value: Any) -> None:
    """Truth is no number, half a surrogate pair no text; an object inside is checked like the whole."""
    inner = (Member(name="Year", type=JsonType.INTEGER, description=WORDS),)
    member = Member(name="A", type=kind, description=WORDS, members=inner if kind is JsonType.OBJECT else ())

    async def careless(_values: Mapping[str, str], _caller: Caller) -> Answer | None:
        return {"A": value}

    got = call(application(service(careless, answer=(member,))), query=QUERY)
    assert (got.status, code(got.json)) == (500, "failed")


def test_a_failing_strategy_is_no_open_door() -> None:
    """When it cannot be told who calls, nobody is let in."""

    class Broken:
        headers = ("Consumer-Key",)

        async def identify(self, _arrival: Any) -> Caller | None:
            raise ConnectionError("the directory is away")

    got = call(application(callers=Broken()), query=QUERY)
    assert (got.status, code(got.json)) == (500, "failed")


# --- nothing personal anywhere -----------------------------------------------------------------

SMUGGLED = st.sampled_from([CITIZEN, THAI_NAME, "canary-7f3a", "<script>canary-7f3a"])


@settings(max_examples=60, deadline=None)
@given(
    parameter=st.sampled_from(["CitizenID", "Name", "canary-7f3a", "Name&Name"]),
    value=SMUGGLED | st.text(max_size=8).map(lambda text: f"canary-7f3a{text}"),
    header=st.sampled_from([*REASON, "X-Canary-7f3a"]),
    smuggled=st.sampled_from([CITIZEN, "1-9990-00000-01-7", "canary%2d7f3a", None]),
    path=st.sampled_from([PATH, f"/canary-7f3a/{CITIZEN}", f"/{PREFIX}/{CITIZEN}"]),
    is_broken=st.booleans(),
)
def test_no_answer_or_log_repeats_what_was_sent(
    parameter: str, value: str, header: str, smuggled: str | None, path: str, is_broken: bool
) -> None:
    """Whatever is sent wherever, answers, access log and logger hold none of it."""

    async def handler(values: Mapping[str, str], _caller: Caller) -> Answer | None:
        if is_broken:
            raise RuntimeError(f"canary-7f3a {values}")
        return {"Graduated": True}

    lines: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    collect, log = Collect(), Kept()
    logging.getLogger().addHandler(collect)
    try:
        headers = REASON | ({} if smuggled is None else {header: smuggled})
        query = QUERY | dict.fromkeys(parameter.split("&"), value.encode("utf-8", "replace").decode())
        got = call(application(service(handler), log=log), path, query=query, headers=headers)
    finally:
        logging.getLogger().removeHandler(collect)
    shown = f"{got.body.decode()} {got.headers} {lines} "
    kept = str(log.records)
    for text in (CITIZEN, "1-9990-00000-01-7", THAI_NAME, "canary"):
        assert text not in shown
        assert text not in kept or (text == "canary" and header == "X-Case-Reference")


# --- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "services",
    [
        (service(), service(path="other")),
        (service(), service(name="other")),
    ],
)
def test_services_must_be_told_apart(services: Any) -> None:
    """Two of one name or path would shadow each other."""
    with pytest.raises(ConfigError, match="provider_services_invalid"):
        application(*services)


@pytest.mark.parametrize("prefix", ["", "/ws", "ws/", "ws//obec"])
def test_a_prefix_must_be_a_path(prefix: str) -> None:
    """A slash too many would make every path unreachable."""
    with pytest.raises(ConfigError, match="provider_services_invalid"):
        application(prefix=prefix)

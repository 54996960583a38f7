"""The token policy: when a token is reused, given up, asked for again, and when not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import AuthError, Fault, GovlinkError, Sent, TransportError
from govlink.flow import Auth, Context, Effect, Flow, Request, Response, Token
from govlink.policy import TokenCache, with_token

REFUSED = Fault("test.refused", en="refused", th="ปฏิเสธ")
LOST = Fault("test.lost", en="lost", th="ไม่มีคำตอบ")
IDLE_S = 55 * 60.0


def login(context: Context) -> Flow[Token]:
    """Log in: the body of the answer is the token."""
    response = yield Request(method="GET", url="login", operation="login")
    if response.status != 200 or not response.body:
        raise AuthError(REFUSED)
    return Token(value=response.body.decode(), issued_at=context.now())


AUTH = Auth(
    key=("host", "key", "agent"),
    login=login,
    attach=lambda request, token: request.with_headers(("Token", token.value)),
    idle_s=IDLE_S,
)


def call(effect: Effect = Effect.READ, auth: Auth | None = AUTH) -> Flow[int]:
    """One call that returns the status it got."""
    response = yield Request(method="GET", url="call", operation="call", effect=effect, auth=auth)
    return response.status


def ok(body: bytes = b"") -> Response:
    """A good answer."""
    return Response(status=200, body=body)


DENIED = Response(status=401)


def operations(wire) -> list[str]:
    """What was sent: logins, and calls with the token they carried."""
    return [
        r.operation if r.operation == "login" else f"call {dict(r.headers).get('Token', '-')}"
        for r in wire.sent
    ]


@pytest.fixture
def play(script, clock) -> Callable[..., object]:
    """Plays calls in turn under one cache against one script; gives the script back."""
    cache = TokenCache()
    context = Context(clock=clock, entropy=b"x" * 32)

    def run(wire, effect: Effect = Effect.READ) -> int:
        return wire.play(with_token(call(effect), cache=cache, context=context))

    return run


def test_one_login_serves_many_calls(play, script) -> None:
    """Two hundred calls with one token: exactly one login."""
    wire = script(ok(b"t1"), *[ok()] * 200)
    assert [play(wire) for _ in range(200)] == [200] * 200
    assert operations(wire) == ["login"] + ["call t1"] * 200


def test_a_request_without_auth_gets_no_token(script, context) -> None:
    """A public call asks for no session."""
    wire = script(ok())
    wire.play(with_token(call(auth=None), cache=TokenCache(), context=context))
    assert operations(wire) == ["call -"]


@pytest.mark.parametrize(("idle_s", "logins"), [(IDLE_S - 1, 1), (IDLE_S, 1), (IDLE_S + 1, 2), (86_400, 2)])
def test_a_token_idle_too_long_is_not_used(play, script, clock, idle_s: float, logins: int) -> None:
    """It is given up before the platform does so, which is what the margin under 60 minutes is for."""
    wire = script(ok(b"t1"), ok(), *([ok(b"t2")] if logins == 2 else []), ok())
    play(wire)
    clock.forward(seconds=idle_s)
    play(wire)
    assert operations(wire).count("login") == logins


def test_every_call_extends_the_session(play, script, clock) -> None:
    """Only idleness ends it: a token may live all day."""
    wire = script(ok(b"t1"), *[ok()] * 30)
    for _ in range(30):
        play(wire)
        clock.forward(minutes=50)
    assert operations(wire).count("login") == 1


def test_a_401_logs_in_once_more(play, script) -> None:
    """The gateway forgot the session: one new login, the same call again."""
    wire = script(ok(b"t1"), DENIED, ok(b"t2"), ok(), ok())
    assert (play(wire), play(wire)) == (200, 200)
    assert operations(wire) == ["login", "call t1", "login", "call t2", "call t2"]


def test_a_second_401_is_the_answer(play, script) -> None:
    """No loop of logins: the adapter sees the 401 and makes an AuthError of it."""
    wire = script(ok(b"t1"), DENIED, ok(b"t2"), DENIED)
    assert play(wire) == 401
    assert wire.answers == []


def test_a_one_shot_request_is_never_repeated(play, script) -> None:
    """An mToken is spent by its first sending, whatever came back; the bad session is given up."""
    wire = script(ok(b"t1"), DENIED, ok(b"t2"), ok())
    assert play(wire, Effect.ONE_SHOT) == 401
    assert operations(wire) == ["login", "call t1"]
    assert play(wire) == 200
    assert operations(wire)[2:] == ["login", "call t2"]


@pytest.mark.parametrize("effect", [Effect.READ, Effect.IDEMPOTENT, Effect.WRITE])
def test_a_write_may_follow_a_new_login(play, script, effect: Effect) -> None:
    """A 401 refuses a request unread, so even a write is sent again."""
    wire = script(ok(b"t1"), DENIED, ok(b"t2"), ok())
    assert play(wire, effect) == 200


def test_a_refused_login_reaches_the_flow_as_auth_error(play, script) -> None:
    """And is not remembered: the next call logs in anew."""
    wire = script(DENIED, ok(b"t1"), ok())
    with pytest.raises(AuthError):
        play(wire)
    assert play(wire) == 200


def test_a_bad_answer_to_login_is_asked_for_under_a_new_key(play, script) -> None:
    """A captive page with status 200 must not be served for ever from the single flight."""
    wire = script(ok(b""), ok(b"t1"), ok())
    with pytest.raises(AuthError):
        play(wire)
    play(wire)
    asked = [r.coalesce for r in wire.sent if r.operation == "login"]
    assert len(set(asked)) == 2
    assert all(key[:-1] == AUTH.key for key in asked)


def test_a_failed_login_leaves_other_flows_generation_alone(context) -> None:
    """Only the generation that failed is distrusted."""
    cache = TokenCache()
    _, generation = cache.current(AUTH, now=context.now())
    cache.distrust(AUTH, generation=generation)
    cache.distrust(AUTH, generation=generation)
    assert cache.current(AUTH, now=context.now()) == (None, generation + 1)


def token(value: str, context: Context) -> Token:
    """A token."""
    return Token(value=value, issued_at=context.now())


def test_a_late_answer_does_not_bring_an_old_token_back(context) -> None:
    """While one call was under way another replaced the token: the new one stays."""
    cache, now = TokenCache(), context.now()
    old, new = token("old", context), token("new", context)
    cache.keep(AUTH, old, generation=0, now=now)
    cache.give_up(AUTH, old)
    cache.keep(AUTH, new, generation=1, now=now)
    cache.used(AUTH, old, now=now)
    cache.keep(AUTH, old, generation=0, now=now)
    cache.give_up(AUTH, old)
    kept, generation = cache.current(AUTH, now=now)
    assert (kept, generation) == (new, 1)


def test_sessions_of_different_keys_are_apart(context) -> None:
    """One officer's token never serves another's call."""
    cache = TokenCache()
    cache.keep(AUTH, token("t", context), generation=0, now=context.now())
    other = replace(AUTH, key=("host", "key", "another agent"))
    assert cache.current(other, now=context.now()) == (None, 0)


@given(steps=st.lists(st.sampled_from(["ok", "denied", "idle", "lost"]), max_size=12))
def test_no_call_carries_a_token_that_was_refused(steps: list[str]) -> None:
    """Whatever happens in whatever order: a refused token is never sent again, logins stay bounded."""
    from datetime import UTC, datetime, timedelta

    now = [datetime(2026, 7, 1, tzinfo=UTC)]
    cache, context = TokenCache(), Context(clock=lambda: now[0], entropy=b"x" * 32)
    refused: set[str] = set()
    logins = 0
    for step in steps:
        now[0] += timedelta(seconds=IDLE_S + 1 if step == "idle" else 1)
        flow = with_token(call(), cache=cache, context=context)
        first = True
        try:
            request = next(flow)
            while True:
                if request.operation == "login":
                    logins += 1
                    request = flow.send(ok(f"t{logins}".encode()))
                    continue
                sent = dict(request.headers)["Token"]
                assert sent not in refused
                if step == "denied" and first:
                    refused.add(sent)
                    first, request = False, flow.send(DENIED)
                elif step == "lost":
                    request = flow.throw(TransportError(LOST, sent=Sent.NO))
                else:
                    request = flow.send(ok())
        except (StopIteration, GovlinkError):
            pass
    assert logins <= 1 + steps.count("denied") + steps.count("idle")


# --- renewal ----------------------------------------------------------------------------------


def renew(old: Token, context: Context) -> Flow[Token]:
    """Renew with the old token: the body of the answer is the new one."""
    response = yield Request(
        method="POST", url="renew", operation="login", headers=(("Token", f"renew-{old.value}"),)
    )
    if response.status != 200:
        raise AuthError(REFUSED)
    return Token(value=response.body.decode(), issued_at=context.now())


AGEING = replace(AUTH, renew=renew, renew_after_s=3600.0)


def test_a_token_is_renewed_at_its_age_and_not_before(script, clock) -> None:
    """With the old token, and without a log-in; the new one then has its own age."""
    cache, context = TokenCache(), Context(clock=clock, entropy=b"x" * 32)
    wire = script(ok(b"t1"), ok(), ok(), ok(b"t2"), ok(), ok())
    for minutes in (0, 50, 10, 50):
        clock.forward(minutes=minutes)
        wire.play(with_token(call(auth=AGEING), cache=cache, context=context))
    sent = [(r.url, dict(r.headers).get("Token")) for r in wire.sent]
    assert sent == [
        ("login", None),
        ("call", "t1"),
        ("call", "t1"),
        ("renew", "renew-t1"),
        ("call", "t2"),
        ("call", "t2"),
    ]


def test_where_renewal_fails_a_log_in_follows(script, clock) -> None:
    """The session may have ended meanwhile; the caller is not bothered with it."""
    cache, context = TokenCache(), Context(clock=clock, entropy=b"x" * 32)
    wire = script(ok(b"t1"), ok(), DENIED, ok(b"t2"), ok())
    for minutes in (0, 60 - 6):
        clock.forward(minutes=minutes)
        wire.play(with_token(call(auth=replace(AGEING, renew_after_s=60.0)), cache=cache, context=context))
    assert [r.url for r in wire.sent] == ["login", "call", "renew", "login", "call"]
    generations = [r.coalesce[-1] for r in wire.sent if r.coalesce]
    assert len(set(generations)) == 3

"""The gateway's session protocol: what goes over the wire, and what is taken for a token."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from govlink.errors import AuthError, ConfigError, UnexpectedAnswerError
from govlink.flow import Context, Request, Response
from govlink.gateway import GatewaySettings, gateway_auth
from govlink.models.identity import AgentId

TOKEN = "123e4567-e89b-42d3-a456-426614174000"


def settings(**more: object) -> GatewaySettings:
    """Settings of a sandbox account."""
    values = {
        "sandbox_url": "http://127.0.0.1:1",
        "consumer_key": SecretStr("KEY"),
        "consumer_secret": SecretStr("SECRET&x=1"),
        "agent_id": "demo-system",
    }
    return GatewaySettings.from_values({**values, **more}, platform="gdx")


def answer(body: bytes, status: int = 200) -> Response:
    """An answer of validate."""
    return Response(status=status, body=body)


def test_validate_is_one_get_with_the_documented_parts(script, context: Context) -> None:
    """Consumer-Key as a header, ConsumerSecret and AgentID in the query, nothing else."""
    wire = script(answer(f'{{"Result": "{TOKEN}"}}'.encode()))
    token = wire.play(gateway_auth(settings(), platform="gdx").login(context))
    (request,) = wire.sent
    assert (request.method, request.url) == ("GET", "http://127.0.0.1:1/gateway/ws/auth/validate")
    assert request.headers == (("Consumer-Key", "KEY"),)
    assert request.query == (("ConsumerSecret", "SECRET&x=1"), ("AgentID", "demo-system"))
    assert request.auth is None
    assert (token.value, token.issued_at) == (TOKEN, context.now())


def test_later_calls_carry_key_and_token(context: Context) -> None:
    """Both headers, and nothing of the secret."""
    auth = gateway_auth(settings(), platform="gdx")
    from govlink.flow import Token

    sent = auth.attach(
        Request(method="GET", url="u", operation="o"), Token(value=TOKEN, issued_at=context.now())
    )
    assert sent.headers == (("Consumer-Key", "KEY"), ("Token", TOKEN))


def test_sessions_are_apart_by_host_key_and_agent(citizen_number) -> None:
    """An officer's session must never serve another officer's look-up."""
    officer = AgentId(citizen_number("197990000001"))
    keys = {
        gateway_auth(settings(), platform="gdx").key,
        gateway_auth(settings(), platform="gdx", agent=officer).key,
        gateway_auth(settings(consumer_key=SecretStr("OTHER")), platform="gdx").key,
        gateway_auth(settings(sandbox_url="http://127.0.0.1:2"), platform="gdx").key,
    }
    assert len(keys) == 4
    assert gateway_auth(settings(), platform="gdx").key == gateway_auth(settings(), platform="biz").key


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"Result": "not a token"}', "gateway.not_a_token"),
        (f'{{"Result": "{TOKEN}\\n"}}'.encode(), "gateway.not_a_token"),
        (b'{"Result": null}', "wire.wrong_envelope"),
        (b"<html>sign in</html>", "wire.html_answer"),
        (b"", "wire.empty_answer"),
    ],
)
def test_what_is_no_token_is_unexpected(script, context: Context, body: bytes, code: str) -> None:
    """A captive page or another envelope never becomes a token."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        script(answer(body)).play(gateway_auth(settings(), platform="gdx").login(context))
    assert caught.value.code == code


def test_the_members_case_may_vary_and_the_shape_is_a_setting(script, context: Context) -> None:
    """``result`` is seen beside ``Result``; another token shape is configured, not coded."""
    auth = gateway_auth(settings(token_pattern="[a-z]+"), platform="gdx")
    assert script(answer(b'{"result": "abc"}')).play(auth.login(context)).value == "abc"


def test_refused_credentials_are_an_auth_error(script, context: Context) -> None:
    """401 and 403 at validate are about the credential, not about a token."""
    for status in (401, 403):
        with pytest.raises(AuthError):
            script(answer(b"{}", status)).play(gateway_auth(settings(), platform="gdx").login(context))


@pytest.mark.parametrize("field", ["agent_id", "token_pattern"])
def test_bad_settings_are_named_without_their_value(field: str) -> None:
    """A mistyped citizen number is still a citizen number: it is not shown."""
    bad = {"agent_id": "1979900000010", "token_pattern": "CANARY("}[field]
    with pytest.raises(ConfigError) as caught:
        settings(**{field: bad})
    assert [p.pointer for p in caught.value.problems] == [f"/{field}"]
    assert bad not in caught.value.explain("en") + caught.value.explain("th")


def test_repr_of_settings_shows_no_credential_and_no_agent(citizen_number) -> None:
    """Settings end up in logs and tracebacks."""
    number = citizen_number("197990000001")
    shown = repr(settings(agent_id=number)) + repr(gateway_auth(settings(agent_id=number), platform="gdx"))
    assert not any(secret in shown for secret in ("KEY", "SECRET&x=1", number))


@pytest.mark.parametrize(
    ("agent_id", "consumer_key"),
    [
        ("demo-system", "demo-system"),
        ("c0ffee00-0000-4000-8000-000000000001", "KEY"),
        ("C0FFEE00-0000-4000-8000-000000000001", "KEY"),
        ("c0ffee00000040008000000000000001", "KEY"),
    ],
)
def test_a_key_is_no_agent(agent_id: str, consumer_key: str) -> None:
    """A Consumer-Key where the AgentID belongs would be written into access logs; it is not shown either."""
    with pytest.raises(ConfigError) as caught:
        settings(agent_id=agent_id, consumer_key=SecretStr(consumer_key))
    assert caught.value.code == "config.settings_invalid"
    assert agent_id not in str(caught.value) + caught.value.explain("en") + caught.value.explain("th")


@pytest.mark.parametrize(
    "mixed_up",
    [
        {"agent_id": "s3cretabcde", "consumer_secret": SecretStr("s3cretabcde")},
        {"consumer_key": SecretStr("1979900000019")},
    ],
)
def test_a_secret_is_no_agent_and_a_person_no_key(mixed_up: dict[str, object]) -> None:
    """Both were seen: one would stand in access logs, the other in a header of every call."""
    with pytest.raises(ConfigError) as caught:
        settings(**mixed_up)
    assert "s3cretabcde" not in caught.value.explain()
    assert "1979900000019" not in caught.value.explain()

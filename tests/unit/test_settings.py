"""Settings and URLs: nothing is guessed, nothing goes in the clear, no value is shown."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from govlink.errors import ConfigError
from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment, PlatformSettings

ENDPOINT = Endpoint(
    operation="record.get",
    urls={
        Environment.SANDBOX: "{sandbox}/x/record",
        Environment.UAT: "{gateway}/test/record",
    },
    mark=Mark.MODELLED,
    source="test",
)
HOSTS = {"gateway": "https://gateway.example/"}


class Settings(PlatformSettings):
    """Settings with a secret."""

    key: SecretStr = SecretStr("")


def code_of(settings: PlatformSettings) -> str:
    """The code with which asking for the URL fails."""
    with pytest.raises(ConfigError) as caught:
        settings.url_of(ENDPOINT, platform="gdx", hosts=HOSTS)
    return caught.value.code


def test_the_sandbox_url_fills_the_sandbox_template() -> None:
    """A trailing slash never doubles."""
    settings = Settings(sandbox_url="http://127.0.0.1:1/")
    assert settings.url_of(ENDPOINT, platform="gdx", hosts=HOSTS) == "http://127.0.0.1:1/x/record"


def test_a_host_keeps_its_path_prefix() -> None:
    """Agencies front the gateway with proxies whose address has a path of its own."""
    settings = Settings(environment=Environment.UAT, hosts={"gateway": "https://proxy.example/dga/"})
    assert settings.url_of(ENDPOINT, platform="gdx", hosts=HOSTS) == "https://proxy.example/dga/test/record"


def test_an_endpoint_replaces_the_whole_url() -> None:
    """An operation whose URL is not published is reached as soon as it is configured."""
    settings = Settings(
        environment=Environment.PRODUCTION, endpoints={"record.get": "https://real.example/record"}
    )
    assert settings.url_of(ENDPOINT, platform="gdx", hosts=HOSTS) == "https://real.example/record"


def test_missing_urls_are_errors_not_guesses() -> None:
    """No production URL is made up, and no sandbox is assumed to run."""
    assert code_of(Settings(environment=Environment.PRODUCTION)) == "config.url_unpublished"
    assert code_of(Settings()) == "config.sandbox_missing"


@pytest.mark.parametrize("host", ["example.com", "192.0.2.1", "127.0.0.1.example", "[2001:db8::1]"])
def test_a_sandbox_elsewhere_is_reached_over_https(host: str) -> None:
    """A mistyped sandbox must not be told whom an officer looks up."""
    assert code_of(Settings(sandbox_url=f"http://{host}:8440")) == "config.url_insecure"
    assert Settings(sandbox_url=f"https://{host}").url_of(ENDPOINT, platform="gdx", hosts=HOSTS)


def test_plain_http_is_refused_outside_the_sandbox() -> None:
    """Keys and citizen numbers never leave in the clear."""
    settings = Settings(environment=Environment.UAT, hosts={"gateway": "http://gateway.example"})
    assert code_of(settings) == "config.url_insecure"


@pytest.mark.parametrize("url", ["https://{nobody}/x", "https://[bad/x", "https://{gateway.x}/", "{", "{0}"])
def test_a_url_that_is_none_is_a_config_error(url: str) -> None:
    """A slip in the settings file is told as one, not as a KeyError."""
    settings = Settings(environment=Environment.UAT, endpoints={"record.get": url})
    assert code_of(settings) == "config.url_invalid"


@given(url=st.text(alphabet="{}[]:/.abc0 ", max_size=20))
def test_no_configured_url_raises_anything_untyped(url: str) -> None:
    """Whatever stands in the settings, the answer is a URL or a ConfigError."""
    settings = Settings(environment=Environment.UAT, endpoints={"record.get": f"https://{url}"})
    with suppress(ConfigError):
        assert settings.url_of(ENDPOINT, platform="gdx", hosts=HOSTS).startswith("https:")


def test_bad_values_are_named_and_never_shown() -> None:
    """Each bad field has a pointer; neither the value nor a neighbour's secret is in the text."""
    with pytest.raises(ConfigError) as caught:
        Settings.from_values({"timeout_s": "CANARY", "key": 5, "unknown": "CANARY"}, platform="gdx")
    error = caught.value
    assert {p.pointer for p in error.problems} == {"/timeout_s", "/key", "/unknown"}
    assert "CANARY" not in error.explain("en") + error.explain("th") + repr(error.__dict__)
    assert error.__cause__ is None
    assert error.__suppress_context__

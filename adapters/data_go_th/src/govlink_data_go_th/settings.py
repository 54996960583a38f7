"""Settings of a CKAN catalogue with the Thai extension, and the URL of each of its actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment, PlatformSettings

__all__ = ["ENDPOINTS", "PLATFORM", "DataGoThSettings"]

PLATFORM = "data_go_th"

_NEVER_EXTRA = frozenset({"id", "name", "owner_org", "private", "resources", "state", "type"})


def _endpoint(action: str) -> Endpoint:
    real = f"{{catalogue}}/api/3/action/{action}"
    return Endpoint(
        operation=action,
        urls={
            Environment.SANDBOX: f"{{sandbox}}/{PLATFORM}/api/3/action/{action}",
            Environment.UAT: real,
            Environment.PRODUCTION: real,
        },
        mark=Mark.TRIED,
        source="CKAN API guide, action API; tried on CKAN 2.10.11, 2.11.6 and 2.12.0",
    )


ENDPOINTS = tuple(
    _endpoint(action)
    for action in (
        "status_show",
        "scheming_dataset_schema_show",
        "organization_list_for_user",
        "package_show",
        "package_create",
        "package_revise",
        "resource_create",
        "datastore_search",
        "datastore_create",
        "datastore_upsert",
        "datastore_delete",
    )
)


class DataGoThSettings(PlatformSettings):
    """How to reach the agency's own catalogue, from which data.go.th and GD Catalog harvest.

    Attributes:
        access_token: An API token of the catalogue, of a user who may edit the organisation.
        catalogue_url: Where the catalogue lives, a path prefix included. There is no default: an
            agency writes to its own CKAN, and data.go.th takes from there.
        token_header: The header CKAN reads the token from; a catalogue may rename it (tried).
        load_timeout_s: Time-out of calls that write rows. The database stops a call after 60 seconds
            by itself (seen in code), so a longer wait is for the web server in between.
        rows_per_call: Rows in one write. 2000 take about 5 seconds as an upsert (tried on 2.11).
        extra_fields: Further dataset fields this catalogue's schema demands, by their names there.
            A field the SDK fills by itself cannot be replaced. ``allow_harvest`` given here is kept.
        republish: Names of withdrawn or deleted datasets that ``publish`` may make public again.
            None by default: a withdrawal stands until a person names the dataset here, and the name
            is to be taken out again afterwards.
    """

    access_token: SecretStr
    catalogue_url: str | None = None
    token_header: str = Field(default="Authorization", pattern=r"^[A-Za-z0-9-]+$")
    load_timeout_s: float = Field(default=120.0, gt=0, le=600)
    rows_per_call: int = Field(default=2000, ge=1, le=32_000)
    extra_fields: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict)
    republish: tuple[str, ...] = ()

    @field_validator("access_token")
    @classmethod
    def _is_a_bare_token(cls, value: SecretStr) -> SecretStr:
        """CKAN takes ``Bearer x`` for an unknown token and goes on as anonymous (tried)."""
        token = value.get_secret_value()
        if not token or not token.isascii() or any(not "!" <= c <= "~" for c in token):
            raise ValueError("the token must be bare visible ASCII, without the word Bearer")
        return value

    @field_validator("extra_fields")
    @classmethod
    def _leaves_the_publication_alone(
        cls, value: Mapping[str, str | tuple[str, ...]]
    ) -> Mapping[str, str | tuple[str, ...]]:
        if not _NEVER_EXTRA.isdisjoint(value):
            raise ValueError(f"none of these can be given here: {', '.join(sorted(_NEVER_EXTRA))}")
        return value

    @model_validator(mode="after")
    def _knows_its_catalogue(self) -> Self:
        if self.environment is Environment.SANDBOX or self.catalogue_url or "catalogue" in self.hosts:
            return self
        raise ValueError("catalogue_url is needed outside the sandbox")

    def action_url(self, action: str) -> str:
        """The URL of an action in this environment.

        Raises:
            ConfigError: the sandbox's URL is missing, or the catalogue's is not https.
        """
        endpoint = next(e for e in ENDPOINTS if e.operation == action)
        hosts = {"catalogue": self.catalogue_url} if self.catalogue_url else {}
        return self.url_of(endpoint, platform=PLATFORM, hosts=hosts)

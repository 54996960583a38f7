"""Settings of a CKAN catalogue with the Thai extension, and the URL of each of its actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment, PlatformSettings

__all__ = ["ENDPOINTS", "PLATFORM", "DataGoThSettings"]

PLATFORM = "data_go_th"

_NEVER_EXTRA = frozenset(
    {"id", "name", "owner_org", "private", "resource_private", "resources", "state", "type"}
)
_ACTION = "/api/3/action/"


def _endpoint(operation: str, path: str, *, host: str, mark: Mark, source: str) -> Endpoint:
    real = f"{{{host}}}{path}"
    simulated = f"{{sandbox}}/{PLATFORM}" + ("" if host == "catalogue" else f"/{host}") + path
    urls = {Environment.SANDBOX: simulated, Environment.UAT: real, Environment.PRODUCTION: real}
    return Endpoint(operation=operation, urls=urls, mark=mark, source=source)


_ACTIONS = tuple(
    _endpoint(
        action,
        f"{_ACTION}{action}",
        host="catalogue",
        mark=Mark.TRIED,
        source="CKAN API guide, action API; tried on CKAN 2.10.11, 2.11.6 and 2.12.0",
    )
    for action in (
        "status_show",
        "scheming_dataset_schema_show",
        "organization_list_for_user",
        "package_show",
        "package_create",
        "package_revise",
        "datastore_search",
        "datastore_create",
        "datastore_upsert",
        "datastore_delete",
    )
)
_DUMP = _endpoint(
    "datastore_dump",
    "/datastore/dump",
    host="catalogue",
    mark=Mark.TRIED,
    source="CKAN DataStore extension, download; tried on CKAN 2.11.6 and 2.12.0",
)
_NATIONAL = tuple(
    _endpoint(
        action,
        f"{_ACTION}{action}",
        host="harvester",
        mark=Mark.SEEN,
        source="ckanext-thai_gdc 2.1.0, helpers and the dataset page's template",
    )
    for action in ("gdcatalog_published_state", "gdcatalog_nonpublish_state")
)
ENDPOINTS = (*_ACTIONS, _DUMP, *_NATIONAL)


class DataGoThSettings(PlatformSettings):
    """How to reach the agency's own catalogue, from which data.go.th and GD Catalog harvest.

    Attributes:
        access_token: An API token of the catalogue, of a user who may edit the organisation.
        catalogue_url: Where the catalogue lives, a path prefix included. There is no default: an
            agency writes to its own CKAN, and data.go.th takes from there. In the sandbox it may name a
            CKAN on this machine, which is then used in place of the simulator.
        harvester_url: Where the national catalogue tells how far it is with a dataset. The default is
            that of the Thai extension (seen in code); the catalogue's token is never sent there.
        token_header: The header CKAN reads the token from; a catalogue may rename it (tried).
        load_timeout_s: Time-out of calls that write rows. The database stops a call after 60 seconds
            by itself (seen in code), so a longer wait is for the web server in between.
        dump_timeout_s: Time-out for reading a whole stored table back, which is done where it differs.
        rows_per_call: The most rows in one write. How many really go follows from the time that calls take.
        bytes_per_call: The most bytes of rows in one write; a web server before CKAN may allow less.
        seconds_per_call: How long one write of rows is meant to take; calls shrink and grow towards it.
        text_type: How text columns are stored. Up to CKAN 2.11 every ``text`` column gets a full-text
            index of its own, which halves the speed of writing; ``varchar`` gets none, and searching whole
            rows is indexed all the same (tried on 2.11.6 and 2.12.0). From 2.12 on there is nothing to
            gain, and a filter by a JSON number works, which ``varchar`` refuses. ``auto`` is ``varchar`` up
            to 2.11 and where the version is not told, ``text`` from 2.12. A stored table keeps its type.
        max_upload_bytes: The largest file the catalogue takes; 10 MB is CKAN's own default (documented).
            A table whose file is larger is published without one: its rows can be downloaded all the same.
        extra_fields: Further dataset fields this catalogue's schema demands, by their names there.
            A field the SDK fills by itself cannot be replaced. ``allow_harvest`` given here is kept.
    """

    access_token: SecretStr
    catalogue_url: str | None = None
    harvester_url: str = "https://harvester.gdcatalog.go.th"
    token_header: str = Field(default="Authorization", pattern=r"^[A-Za-z0-9-]+$")
    load_timeout_s: float = Field(default=120.0, gt=0, le=600)
    dump_timeout_s: float = Field(default=600.0, gt=0, le=7200)
    rows_per_call: int = Field(default=10_000, ge=1, le=100_000)
    bytes_per_call: int = Field(default=4_000_000, ge=1_000, le=100_000_000)
    seconds_per_call: float = Field(default=10.0, gt=0, le=50)
    text_type: Literal["auto", "varchar", "text"] = "auto"
    max_upload_bytes: int = Field(default=10 * 1024 * 1024, ge=0)
    extra_fields: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict)

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

    def default_hosts(self) -> Mapping[str, str]:
        """The agency's catalogue, and the national catalogue's harvester."""
        return {"catalogue": self.catalogue_url or "", "harvester": self.harvester_url}

    def action_url(self, operation: str) -> str:
        """The URL of an action, or of another of ``ENDPOINTS``, in this environment.

        Raises:
            ConfigError: the sandbox's URL is missing, or the catalogue's is not https.
        """
        endpoint = next(e for e in ENDPOINTS if e.operation == operation)
        real = endpoint.urls[Environment.PRODUCTION]
        is_simulated = self.catalogue_url is None or not real.startswith("{catalogue}")
        if self.environment is not Environment.SANDBOX or is_simulated:
            return self.url_of(endpoint, platform=PLATFORM)
        # a CKAN of this machine: it wins over the simulator, which need not run
        reached = self.model_copy(update={"sandbox_url": self.catalogue_url})
        return reached.url_of(replace(endpoint, urls={Environment.SANDBOX: real}), platform=PLATFORM)

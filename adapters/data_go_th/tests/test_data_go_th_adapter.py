"""The adapter's record and settings, and the whole way over a real loopback socket."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from govlink._drive import run
from govlink.errors import ConfigError, NotFoundError
from govlink.flow import Context, Request
from govlink.interfaces import Capabilities
from govlink.models.dataset import Dataset
from govlink.models.publication import NationalState, PublicationState
from govlink.models.release import Release
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.server import running_sandbox, settings_for
from govlink.transport import open_transport
from govlink_data_go_th import DataGoThSettings, adapter
from govlink_data_go_th.settings import ENDPOINTS

from .publishing import Journal, Stage, publication_of

TOKEN = "0123456789abcdef"


def values(**changes: object) -> dict[str, object]:
    """Settings of a real catalogue."""
    return {
        "environment": "production",
        "access_token": TOKEN,
        "catalogue_url": "https://data.example.go.th/ckan/",
        **changes,
    }


def test_the_record_accounts_for_every_capability() -> None:
    """Guards that each capability is provided or declared absent with a reason."""
    absent = {absence.capability for absence in adapter.absences}
    assert adapter.provides | absent == {f.name for f in fields(Capabilities)}
    assert not adapter.provides & absent
    assert adapter.connect_from(values()).provided() == adapter.provides


def test_production_urls_follow_the_agencys_catalogue() -> None:
    """Guards the path prefix and the absence of any default host."""
    settings = DataGoThSettings.from_values(values(), platform="data_go_th")
    assert settings.action_url("package_show") == "https://data.example.go.th/ckan/api/3/action/package_show"


@pytest.mark.parametrize(
    "changes",
    [
        {"catalogue_url": None},
        {"access_token": f"Bearer {TOKEN}"},
        {"access_token": ""},
        {"access_token": "ก"},
        {"token_header": "X-Key\r\nHost"},
        {"rows_per_call": 0},
        {"text_type": "json"},
        {"extra_fields": {"private": "False"}},
        {"extra_fields": {"name": "other"}},
    ],
)
def test_bad_settings(changes: dict[str, object]) -> None:
    """Guards that a wrong setting is told as such and never shows the token."""
    with pytest.raises(ConfigError) as caught:
        DataGoThSettings.from_values(values(**changes), platform="data_go_th")
    assert TOKEN not in caught.value.explain("en")


def test_http_is_refused_outside_the_sandbox() -> None:
    """Guards that the token never goes over an unencrypted line."""
    settings = DataGoThSettings.from_values(
        values(catalogue_url="http://data.example.go.th"), platform="data_go_th"
    )
    with pytest.raises(ConfigError):
        settings.action_url("package_show")


@pytest.mark.parametrize("url", ["http://127.0.0.1:5000", "https://localhost/ckan"])
def test_a_real_catalogue_of_this_machine(url: str) -> None:
    """Guards that a CKAN on loopback wins over the simulator, which then need not run."""
    settings = DataGoThSettings.from_values(
        {"access_token": TOKEN, "catalogue_url": url}, platform="data_go_th"
    )
    assert settings.action_url("package_show") == f"{url}/api/3/action/package_show"
    assert settings.action_url("datastore_dump") == f"{url}/datastore/dump"
    with pytest.raises(ConfigError):
        settings.action_url("gdcatalog_published_state")  # the real one is not asked from a sandbox


def test_a_catalogue_elsewhere_is_no_sandbox() -> None:
    """Guards that the sandbox's lax rules hold on this machine only."""
    settings = DataGoThSettings.from_values(
        {"access_token": TOKEN, "catalogue_url": "http://data.example.go.th"}, platform="data_go_th"
    )
    with pytest.raises(ConfigError):
        settings.action_url("package_show")


def test_endpoints_name_plain_actions_once() -> None:
    """Guards that operations are CKAN's action names."""
    names = [endpoint.operation for endpoint in ENDPOINTS]
    assert len(names) == len(set(names))
    overwriting = {"package_update", "package_patch", "resource_update", "resource_patch"}
    assert not overwriting & set(names)


def test_import_loads_no_web_framework() -> None:
    """Guards that using the adapter costs no sandbox library."""
    code = "import sys, govlink_data_go_th; print('starlette' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter and text
    assert done.stdout.strip() == "False"


# --- over loopback --------------------------------------------------------------------------------


def ask(transport: Any, url: str, content: object, **headers: str) -> tuple[int, Any]:
    """Call without any token, as a citizen or as the test's own hand."""
    response = transport.send(
        Request(
            method="POST",
            url=url,
            operation="test",
            headers=(("Content-Type", "application/json"), *headers.items()),
            body=json.dumps(content).encode(),
        )
    )
    return response.status, json.loads(response.body)


def in_folder(folder: Path) -> Stage:
    """What ``publication_of`` needs of a stage."""
    return SimpleNamespace(folder=folder)


def test_publish_and_read_back_as_a_citizen(release: Release, dataset: Dataset, tmp_path: Path) -> None:
    """Guards the whole way: publish over a socket, then read without a token what the public sees."""
    context = Context.system()
    with running_sandbox([adapter]) as sandbox, closing(open_transport()) as transport:
        catalogue = adapter.connect_from(settings_for(adapter, sandbox)).catalogue
        assert catalogue is not None

        def play(flow: Any) -> Any:
            policies = Policies(retry=RetryPolicy(first_wait_s=0.0))
            return run(
                apply_policies(flow, policies=policies, platform=adapter.name, context=context), transport
            )

        search = f"{sandbox.url}/data_go_th/api/3/action/datastore_search"
        sandbox.faults.append(
            FaultRule(kind=FaultKind.RESET_AFTER, platform="data_go_th", path_part="package_create")
        )
        publication = publication_of(in_folder(tmp_path), release, dataset)
        result = play(catalogue.publish(publication, journal=Journal(), context=context))
        assert result.state is PublicationState.PUBLIC
        status, found = ask(transport, search, {"resource_id": result.resource_id})
        assert (status, found["result"]["total"]) == (200, 6)
        masked = [r for r in found["result"]["records"] if r["conf_status"] == "C"]
        assert [r["count"] for r in masked] == [None, None]
        assert play(catalogue.publish(publication, journal=Journal(), context=context)).writes == 0
        assert play(catalogue.withdraw(dataset.name, context=context)) is PublicationState.PRIVATE
        status, refused = ask(transport, search, {"resource_id": result.resource_id})
        assert (status, refused["error"]["__type"]) == (403, "Authorization Error")
        with pytest.raises(NotFoundError):
            play(catalogue.withdraw("no-such-dataset", context=context))


def test_control_routes(release: Release, dataset: Dataset, tmp_path: Path) -> None:
    """Guards the sandbox's own routes: organisations, edits, schema, governance, national state, log."""
    context = Context.system()
    with running_sandbox([adapter]) as sandbox, closing(open_transport()) as transport:
        base = f"{sandbox.url}/data_go_th/_sandbox"
        assert ask(transport, f"{base}/organisations", {"name": "vec", "title": "สอศ."})[0] == 200
        assert ask(transport, f"{base}/governance", {"enabled": True})[1] == {"enabled": True}
        catalogue = adapter.connect_from(settings_for(adapter, sandbox)).catalogue
        assert catalogue is not None
        publication = publication_of(in_folder(tmp_path), release, dataset)
        result = run(catalogue.publish(publication, journal=Journal(), context=context), transport)
        assert result.state is PublicationState.WAITING_FOR_APPROVAL
        approved = {"type": "dataset", "private": False, "locked": True}
        assert ask(transport, f"{base}/packages/{dataset.name}", approved)[0] == 200
        state = run(catalogue.state_of(dataset.name, context=context), transport)
        assert state is PublicationState.PUBLIC
        assert ask(transport, f"{base}/packages/nothing", {})[0] == 404
        assert ask(transport, f"{base}/national/{dataset.name}", {"governance_state": "APPROVAL"})[0] == 200
        national = run(catalogue.national_state_of(dataset.name, context=context), transport)
        assert national is NationalState.WAITING_FOR_APPROVAL
        assert (
            ask(transport, f"{base}/schema", {"remove": ["notes"], "choices": {"license_id": ["x"]}})[0]
            == 200
        )
        log = transport.send(Request(method="GET", url=f"{base}/log", operation="test"))
        assert ["package_create", 200] in json.loads(log.body)
        dump = transport.send(
            Request(
                method="GET",
                url=f"{sandbox.url}/data_go_th/datastore/dump/{result.resource_id}",
                operation="test",
            )
        )
        assert dump.body.decode("utf-8-sig").splitlines()[0] == "_id,province,sex,count,conf_status"

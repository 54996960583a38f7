"""The console: what it shows of each simulator, and what it must never let through."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from govlink.registry import installed_adapters, load_adapter
from govlink.sandbox.server import RunningSandbox, running_sandbox
from govlink.sandbox.views import petition_rows, table_of

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
HTML = {"Accept": "text/html"}
PETITION = {
    "reference": f"EOCS-{HOSTILE}",
    "service": "FOREIGN_EQ",
    "channel": "e_ocs",
    "filed_at": "2027-01-04T10:00:00+07:00",
    "form": {"first_name": "สมหญิง"},
    "documents": [],
}


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """A sandbox with every installed adapter."""
    with running_sandbox([load_adapter(name) for name in installed_adapters()]) as running:
        yield running


def tell(sandbox: RunningSandbox, path: str, content: object, **headers: str) -> httpx.Response:
    """Post JSON."""
    answer = httpx.post(sandbox.url + path, json=content, headers=headers)
    assert answer.status_code < 300, answer.text
    return answer


def page(sandbox: RunningSandbox, path: str) -> str:
    """A page's HTML."""
    answer = httpx.get(sandbox.url + path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def catalogue(sandbox: RunningSandbox, action: str, **content: object) -> dict[str, object]:
    """An action on the simulated catalogue with the test account's token."""
    token = sandbox.world.access_token("data_go_th")
    answer = tell(sandbox, f"/data_go_th/api/3/action/{action}", content, Authorization=token)
    result: dict[str, object] = answer.json()["result"]
    return result


@pytest.fixture
def dataset(sandbox: RunningSandbox) -> RunningSandbox:
    """A public dataset with a table that has a suppressed cell, and a private one beside it."""
    httpx.post(f"{sandbox.url}/data_go_th/_sandbox/schema", json={"absent": True})
    for name, is_private in (("open", False), ("secret", True)):
        catalogue(
            sandbox,
            "package_create",
            name=name,
            title=f"{name} {HOSTILE}",
            notes="n",
            owner_org="obec",
            private=is_private,
        )
    resource = catalogue(sandbox, "resource_create", package_id="open", name="table", url_type="datastore")
    fields = [("month", "text"), ("outcome", "text"), ("count", "int"), ("conf_status", "text")]
    records = [
        ("2567-10", "approved", 9, "F"),
        ("2567-10", "_T", 12, "F"),
        ("2567-11", "approved", None, "C"),
        ("2567-11", "_T", None, "C"),
        ("_T", "_T", 40, "F"),
        (HOSTILE, "_T", 6, "F"),
    ]
    catalogue(
        sandbox,
        "datastore_create",
        resource_id=resource["id"],
        fields=[{"id": name, "type": kind, "info": {"label": f"ป้าย {name}"}} for name, kind in fields],
        records=[dict(zip([name for name, _ in fields], record, strict=True)) for record in records],
    )
    return sandbox


def test_the_front_page_is_json_for_machines(sandbox: RunningSandbox) -> None:
    """Scripts read the list of platforms; its form is a promise."""
    answer = httpx.get(sandbox.url)
    assert answer.headers["content-type"] == "application/json"
    content = answer.json()
    assert content.keys() == {"platforms", "tokens_validated"}
    assert [p["name"] for p in content["platforms"]] == list(installed_adapters())
    members = {"name", "title_th", "title_en", "path", "mark", "provides"}
    assert all(p.keys() == members for p in content["platforms"])


def test_the_front_page_lists_platforms_with_mark_and_capabilities(sandbox: RunningSandbox) -> None:
    """A person sees what is played, and how much of it is modelled."""
    text = page(sandbox, "/")
    for adapter in map(load_adapter, installed_adapters()):
        assert f"/{adapter.name}</code>" in text
        assert f">{adapter.mark.value}<" in text
        assert all(f">{name}<" in text for name in adapter.provides)
    for path in ("traffic", "messages", "petitions", "notifications", "datasets"):
        assert f'href="/console/{path}"' in text


def test_sections_of_missing_platforms_are_absent() -> None:
    """No menu entry that leads nowhere, and no page either."""
    with running_sandbox([load_adapter("eocs")]) as sandbox:
        text = page(sandbox, "/")
        assert "/console/petitions" in text
        for path in ("/console/datasets", "/console/messages", "/console/notifications", "/phone"):
            assert path not in text
            assert httpx.get(sandbox.url + path).status_code == 404


PAGES = (
    "/",
    "/console/traffic",
    "/console/messages",
    "/console/petitions",
    "/console/notifications",
    "/console/datasets",
    "/phone",
)


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_elsewhere(sandbox: RunningSandbox, path: str) -> None:
    """No address of another host is in them, and the browser is told to refuse any."""
    answer = httpx.get(sandbox.url + path, headers=HTML)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert re.findall(r"(?:src|href|action)=\"(?!/|#|data:,)[^\"]*\"", answer.text) == []
    assert "url(" not in answer.text
    assert '<html lang="th">' in answer.text
    assert 'class="skip" href="#main"' in answer.text


def test_petitions_are_shown_with_their_latest_state(sandbox: RunningSandbox) -> None:
    """What was reported back is there, escaped, and a petition without a report says so."""
    tell(sandbox, "/eocs/_sandbox/petitions", [PETITION, {**PETITION, "reference": "EOCS-2"}])
    report = {"report_id": "1", "state": "REVIEW", "note_th": HOSTILE, "at": "2027-01-05T10:00:00+07:00"}
    token = sandbox.world.access_token("eocs")
    answer = httpx.put(
        f"{sandbox.url}/eocs/v1/petitions/EOCS-2/state",
        json=report,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
    text = page(sandbox, "/console/petitions")
    assert "2027-01-05 10:00:00" in text
    assert ">REVIEW<" in text
    assert "nothing reported" in text
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "<img" not in text


def test_the_latest_report_counts_by_its_own_time() -> None:
    """Reports may come late, and in different offsets."""
    reports = [
        {"state": "LATE", "at": "2027-01-05T10:00:00+07:00", "note_th": "", "report_id": "1"},
        {"state": "EARLY", "at": "2027-01-05T02:00:00+00:00", "note_th": "", "report_id": "2"},
    ]
    rows = petition_rows({"silent": [], "told": reports})
    assert [(row.reference, row.state) for row in rows] == [("told", "LATE"), ("silent", "")]
    assert petition_rows(None) == ()


def test_notifications_are_shown(sandbox: RunningSandbox, citizen_number) -> None:
    """Message, time and receiver, with the name of a hostile user escaped."""
    user = f"u{HOSTILE}"
    profile = {"userId": user, "citizenId": citizen_number("199000000017"), "notification": False}
    tell(sandbox, "/citizen_portal/_sandbox/profiles", [profile])
    account = sandbox.world.account
    token = sandbox.world.sessions.validate(
        consumer_key=account.consumer_key, consumer_secret=account.consumer_secret, agent_id="t"
    )
    content = {"appId": account.app_id, "data": [{"message": f"ถึง {HOSTILE}", "userId": user}]}
    headers = {"Consumer-Key": account.consumer_key, "Token": str(token)}
    tell(sandbox, "/citizen_portal/ws/dga/czp/uat/v1/core/notification/push", content, **headers)
    text = page(sandbox, "/console/notifications")
    assert "ถึง &lt;script&gt;" in text
    assert "inbox only" in text
    assert "<script" not in text


def test_public_datasets_only(dataset: RunningSandbox) -> None:
    """A private dataset is nowhere, and asking for it by name tells no more than a missing one."""
    text = page(dataset, "/console/datasets")
    assert "/console/datasets/open" in text
    assert "secret" not in text
    hidden, missing = (httpx.get(f"{dataset.url}/console/datasets/{name}") for name in ("secret", "none"))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text


def test_a_table_shows_what_is_suppressed_and_draws_totals(dataset: RunningSandbox) -> None:
    """A hidden count is told as hidden, in table and chart, and never as nothing or zero."""
    text = page(dataset, "/console/datasets/open")
    assert text.count('<span class="suppressed">ปกปิด') == 2
    [drawing] = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert "2567-10" in drawing
    assert ">12<" in drawing
    assert "ปกปิด / suppressed" in drawing
    assert ">40<" not in drawing
    assert "ป้าย month" in text
    assert "<script" not in text
    assert "&lt;script" in text


def test_bars_are_totals_by_the_first_column() -> None:
    """Widths are in proportion to the largest; a suppressed total has no value; parts are left out."""
    fields = [{"id": "_id"}, {"id": "m"}, {"id": "o"}, {"id": "count"}, {"id": "conf_status"}]
    records = [
        {"m": "b", "o": "_T", "count": 10, "conf_status": "F"},
        {"m": "a", "o": "_T", "count": 5, "conf_status": "F"},
        {"m": "c", "o": "_T", "count": None, "conf_status": "C"},
        {"m": "a", "o": "x", "count": 5, "conf_status": "F"},
        {"m": "_T", "o": "_T", "count": 99, "conf_status": "F"},
    ]
    table = table_of({"fields": fields, "records": records, "total": 5})
    assert table is not None
    assert [(b.label, b.value, b.width) for b in table.bars] == [
        ("a", 5, 200),
        ("b", 10, 400),
        ("c", None, 0),
    ]
    assert table_of(None) is None
    assert table_of({"fields": [], "records": []}) is not None


def test_looking_leaves_no_trace(dataset: RunningSandbox) -> None:
    """The console's own questions are in no traffic record, and faults do not strike them."""
    before = dataset.traffic.seen_count
    answer = httpx.post(
        f"{dataset.url}/_sandbox/faults", content=json.dumps({"kind": "status_500", "times": 9})
    )
    assert answer.status_code == 200
    for path in PAGES:
        page(dataset, path)
    assert dataset.traffic.seen_count == before
    assert dataset.faults[0].times == 9

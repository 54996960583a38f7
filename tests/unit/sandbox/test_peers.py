"""The agencies behind the sandbox's gateway: real keys, real inboxes, and what the console shows of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from govlink.exchange import KeyRing, TrustList, load_entries, save_entries
from govlink.registry import load_adapter
from govlink.sandbox.server import RunningSandbox, running_sandbox


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """GDX alone."""
    with running_sandbox([load_adapter("gdx")]) as running:
        yield running


def test_an_agency_keeps_the_keys_it_first_showed(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """One to sign and one to be sealed to, of the agency asked for; another agency has others."""

    def keys(name: str) -> TrustList:
        answer = httpx.get(f"{sandbox.url}/_sandbox/peers/{name}").raise_for_status()
        (tmp_path / name).write_bytes(answer.content)
        return TrustList(entries=load_entries(tmp_path / name))

    first = keys("university")
    assert {entry.use.value for entry in first.entries} == {"sign", "seal"}
    assert {entry.organisation for entry in first.entries} == {"university"}
    assert keys("university") == first
    assert {e.kid for e in keys("hospital").entries}.isdisjoint(e.kid for e in first.entries)


def test_an_agency_believes_what_it_is_handed(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """And nothing that is no file of keys."""
    ring, now = KeyRing(tmp_path / "keys"), datetime.now(UTC)
    ring.generate("obec", at=now)
    save_entries(ring.public_entries(name_th="สพฐ.", name_en="OBEC", at=now), tmp_path / "ours.json")
    url = f"{sandbox.url}/_sandbox/peers/university"
    assert httpx.post(url, content=(tmp_path / "ours.json").read_bytes()).json() == {"believed": 2}
    refusal = httpx.post(url, content=b"{}")
    assert refusal.status_code == 422
    assert refusal.json()["Code"].startswith("exchange.")


def test_what_is_no_name_has_no_keys(sandbox: RunningSandbox) -> None:
    """The name becomes a folder: nothing else may."""
    for name in ("..%2f..%2fetc", "A", "-"):
        assert httpx.get(f"{sandbox.url}/_sandbox/peers/{name}").status_code in {404, 422}


def test_nothing_arrived_yet(sandbox: RunningSandbox) -> None:
    """An empty list, not an error."""
    assert httpx.get(f"{sandbox.url}/_sandbox/messages").json() == {"messages": []}

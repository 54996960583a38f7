"""The cassette in pytest: a marker names it, a fixture opens it, an option records it.

    @pytest.mark.govlink_cassette("gdx/dopa.laser_code/yes")
    def test_yes(govlink_cassette: Deck) -> None:
        client = Client(config, transport=govlink_cassette.transport())

Without ``--govlink-record`` a missing cassette is an error. With it the test's traffic is recorded anew,
from the loopback or the hosts of the ini option ``govlink_record_hosts``; the marker then needs the
``origin``, and takes ``allow`` and ``secrets`` as ``opened_recording`` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ...errors import ConfigError, Fault
from .player import Deck, opened_recording, opened_replay

__all__ = ["add_options", "govlink_cassette", "register_marker"]

MARKER_NEEDED = Fault(
    "cassette.marker_needed",
    en="the fixture govlink_cassette needs @pytest.mark.govlink_cassette(name{more})",
    th="ฟิกซ์เจอร์ govlink_cassette ต้องใช้คู่กับ @pytest.mark.govlink_cassette(name{more})",
)
_SHORTHAND = (
    "govlink_cassette(name, *, ordered=True, origin=None, allow=None, secrets=()): the cassette to play"
)


def add_options(parser: pytest.Parser) -> None:
    """Offer the options; their defaults record nothing."""
    parser.getgroup("govlink").addoption(
        "--govlink-record",
        action="store_true",
        default=False,
        help="record the cassettes of the selected tests anew",
    )
    parser.addini("govlink_cassettes", "folder of the cassettes", type="paths", default=[])
    parser.addini("govlink_record_hosts", "hosts that may be recorded beside the loopback", type="args")


def register_marker(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _SHORTHAND)


def _folder(config: pytest.Config) -> Path:
    told = config.getini("govlink_cassettes")
    return Path(told[0]) if told else config.rootpath / "fixtures" / "cassettes"


@pytest.fixture
def govlink_cassette(request: pytest.FixtureRequest) -> Iterator[Deck]:
    """The marked cassette, open: replaying, or recording when the run was asked to.

    Raises:
        CassetteError: see ``opened_replay`` and ``opened_recording``.
        ConfigError: the marker is missing, or lacks its origin when recording.
    """
    marker = request.node.get_closest_marker("govlink_cassette")
    if marker is None or not marker.args:
        raise ConfigError(MARKER_NEEDED, more="")
    told: dict[str, Any] = dict(marker.kwargs)
    path = _folder(request.config) / f"{marker.args[0]}.json"
    ordered = bool(told.pop("ordered", True))
    if not request.config.getoption("--govlink-record"):
        with opened_replay(path, ordered=ordered) as deck:
            yield deck
        return
    if told.get("origin") is None:
        raise ConfigError(MARKER_NEEDED, more=", origin=...")
    with opened_recording(path, hosts=request.config.getini("govlink_record_hosts"), **told) as deck:
        yield deck

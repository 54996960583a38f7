"""The marker, the fixture and the option, in suites that run in processes of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from govlink.testing.cassettes import read_cassette

pytest_plugins = ["pytester"]

HERE = Path(__file__).parent

SUITE = """
import sys
import pytest
sys.path.insert(0, {here!r})
from cassette_server import SANDBOX, ask, small_platform

@pytest.mark.govlink_cassette("small/person/found", origin=SANDBOX)
def test_found(govlink_cassette):
    with small_platform() as url:
        transport = govlink_cassette.transport()
        assert transport.send(ask(url, "/gzip")).status == 200
        transport.close()
"""

NEEDY = """
import sys
import pytest

def test_nothing_is_loaded():
    assert "vcr" not in sys.modules

def test_unmarked(govlink_cassette):
    pass

@pytest.mark.govlink_cassette("small/person/no-origin")
def test_no_origin(govlink_cassette):
    pass
"""


def suite(pytester: pytest.Pytester) -> Path:
    """The sample suites; gives the cassette's place, which an ini option names."""
    pytester.makepyfile(test_needy=NEEDY, test_sound=SUITE.format(here=str(HERE)))
    pytester.makeini("[pytest]\ngovlink_cassettes = tapes\n")
    return pytester.path / "tapes" / "small" / "person" / "found.json"


def test_nothing_is_recorded_unasked(pytester: pytest.Pytester) -> None:
    """A missing cassette is an error though the server is there; without a cassette vcrpy is not loaded."""
    path = suite(pytester)
    result = pytester.runpytest_subprocess("-q", "-p", "no:randomly")
    result.assert_outcomes(passed=1, errors=3)
    result.stdout.fnmatch_lines(["*cassette.marker_needed*", "*cassette.missing*small/person/found*"])
    assert not path.parent.exists()


def test_recorded_when_asked_then_replayed(pytester: pytest.Pytester) -> None:
    """With the option once, without it ever after; no origin, no recording."""
    path = suite(pytester)
    result = pytester.runpytest_subprocess("-q", "-p", "no:randomly", "--govlink-record")
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(["*cassette.marker_needed*origin=*"])
    before = path.read_bytes()
    assert [p.name for p in path.parent.iterdir()] == ["found.json"]
    assert read_cassette(path).interactions[0].response.status == 200
    pytester.runpytest_subprocess("-q", "--strict-markers", "test_sound.py").assert_outcomes(passed=1)
    assert path.read_bytes() == before

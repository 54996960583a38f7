"""What the checks of the record find, one wrong thing at a time. No server runs here but for two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ConfigDict

from govlink.flow import Context, Flow
from govlink.interfaces import Absence, AbsenceReason, Capabilities
from govlink.models.registry import RegistryRecord
from govlink.settings import Environment, PlatformSettings
from govlink.testing.bench import Bench
from govlink.testing.checks import record
from govlink.testing.conformance import Subject

from ....adapters.reference import ENDPOINTS, LOOK_UP, SUBJECT, adapter, connect


def _bench(**changes: Any) -> Bench:
    return Bench(Subject(adapter=replace(adapter, **changes), examples=SUBJECT.examples))


class _Mutable(PlatformSettings):
    model_config = ConfigDict(frozen=False)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"name": "Reference"}, "the name"),
        ({"name": "reference-1"}, "the name"),
        ({"name": "อ้างอิง"}, "the name"),
        ({"contract": 99}, "the contract is 99"),
        ({"title_th": "Reference"}, "title_th"),
        ({"title_en": " "}, "title_en"),
        ({"title_en": "อ้างอิง"}, "title_en"),
        ({"homepage": "http://reference.invalid"}, "homepage"),
        ({"mark": "rumour"}, "mark"),
        ({"settings": _Mutable}, "settings"),
        ({"settings": dict}, "settings"),
        ({"simulator": None}, "simulator"),
    ],
)
def test_each_wrong_field_is_one_finding(changes: Mapping[str, Any], part: str) -> None:
    """The record is checked field by field, and a finding names its field."""
    (finding,) = record.record(_bench(**changes))
    assert part in finding


def test_distribution_bears_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed adapter is found under its own name: ``data_go_th`` in ``govlink-data-go-th``."""

    class _Installed:
        distribution = "govlink-another"

    monkeypatch.setattr(record, "installed_adapters", lambda: {"reference": _Installed})
    (finding,) = record.record(_bench())
    assert "govlink-another" in finding
    _Installed.distribution = "govlink-reference"
    assert list(record.record(_bench())) == []


def _absence(capability: str, explanation: str = "made up") -> Absence:
    return Absence(capability=capability, reason=AbsenceReason.NOT_YET, explanation=explanation)


@pytest.mark.parametrize(
    ("absences", "part"),
    [
        (adapter.absences[1:], "has 0 absences"),
        ((*adapter.absences, adapter.absences[0]), "has 2 absences"),
        ((*adapter.absences, _absence("registry")), "stale"),
        ((*adapter.absences, _absence("teleport")), "no capability"),
        ((replace(adapter.absences[0], explanation=" "), *adapter.absences[1:]), "no reason"),
    ],
)
def test_absences_are_told_once_with_reasons(absences: tuple[Absence, ...], part: str) -> None:
    """Missing, doubled, stale, unknown and empty absences are each found."""
    (finding,) = record.absences(_bench(absences=absences))
    assert part in finding


@pytest.mark.parametrize(
    ("urls", "part"),
    [
        ({}, "no sandbox URL"),
        ({Environment.SANDBOX: "{sandbox}/other/records"}, "no sandbox URL"),
        ({Environment.SANDBOX: "http://127.0.0.1:8000/reference/records"}, "no sandbox URL"),
        ({**LOOK_UP.urls, Environment.PRODUCTION: "http://reference.invalid/records"}, "not https"),
    ],
)
def test_urls_are_checked_one_by_one(urls: Mapping[Environment, str], part: str) -> None:
    """The sandbox's URL stands under the adapter's name, the others are https."""
    (finding,) = record.endpoints(_bench(endpoints=(replace(LOOK_UP, urls=urls), *ENDPOINTS[1:])))
    assert part in finding
    assert "records.look_up" in finding


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ((), "no endpoints"),
        ((*ENDPOINTS, LOOK_UP), "2 times"),
        ((replace(LOOK_UP, source=" "), *ENDPOINTS[1:]), "no source"),
    ],
)
def test_table_is_whole_and_says_its_sources(table: tuple[Any, ...], part: str) -> None:
    """An operation stands once in the table and says where its URLs are from."""
    (finding,) = record.endpoints(_bench(endpoints=table))
    assert part in finding


def test_verbs_come_from_the_protocols() -> None:
    """What must be provided is read from the interfaces, so that it cannot go out of date."""
    assert record.verbs_of("intake") == {
        "pull": ("since", "cursor", "context"),
        "acknowledge": ("references", "context"),
    }


class _Renamed:
    def look_up(self, what: object, *, context: Context) -> Flow[RegistryRecord]:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("registry", "part"), [(object(), "look_up is missing"), (_Renamed(), "does not take (query, context)")]
)
def test_verbs_must_be_there_under_their_parameters(registry: Any, part: str) -> None:
    """A private adapter that no type checker saw is checked for its verbs' shape, too."""

    def other(settings: Any) -> Capabilities:
        return replace(connect(settings), registry=registry)

    findings = list(record.capabilities(_bench(connect=other)))
    assert [part in finding for finding in findings] == [True]

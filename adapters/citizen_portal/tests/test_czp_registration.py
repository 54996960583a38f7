"""The rules a service's papers are checked by, and the 13 steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from govlink.flow import Context
from govlink.models.portal import RegistrationCheck, ServiceManifest, StepActor
from govlink.models.workdays import add_working_days
from govlink.registration import complete, due, load_manifest, start
from govlink_citizen_portal import adapter
from govlink_citizen_portal.registration import check_manifest
from govlink_citizen_portal.steps import STEPS

TODAY = date(2027, 1, 4)  # a Monday
GOOD = ServiceManifest(
    service_code="FOREIGN_EQ",
    name_th="การขอเทียบวุฒิ",
    name_en="",
    agency_th="หน่วยงานทดสอบ",
    short_description_th="ก" * 140,
    description_th="คำอธิบาย",
    landing_url_uat="https://uat.agency.example/landing",
    landing_url_production="https://agency.example/landing",
    requested_fields=("citizenId", "notification"),
    uses_notifications=True,
    minimum_ial="2.3",
    legal_basis="ฐานกฎหมาย",
    privacy_notice_url="https://agency.example/privacy",
    data_controller="หน่วยงานทดสอบ",
    retention_days=365,
    contact_email="service@agency.invalid",
    icon_file="icon.png",
    screenshot_files=("one.png",),
    desired_opening=date(2027, 1, 13),
    testers=("tester@example.com",),
)


def test_good_manifest_has_nothing_against_it() -> None:
    """The limits themselves are allowed: 140 characters, seven working days, no English name."""
    check = check_manifest(GOOD, today=TODAY)
    assert (check.problems, check.warnings) == ((), ())
    assert check.steps == STEPS


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"short_description_th": "ก" * 141}, "/short_description_th", "too_long"),
        ({"short_description_th": " "}, "/short_description_th", "missing"),
        ({"description_th": ""}, "/description_th", "missing"),
        ({"name_th": ""}, "/name_th", "missing"),
        ({"icon_file": ""}, "/icon_file", "missing"),
        ({"screenshot_files": ()}, "/screenshot_files", "missing"),
        ({"screenshot_files": ("a.png", "")}, "/screenshot_files/1", "missing"),
        ({"landing_url_uat": "http://uat.agency.example"}, "/landing_url_uat", "not_https"),
        ({"landing_url_production": "https://"}, "/landing_url_production", "not_https"),
        ({"landing_url_production": "https://[bad"}, "/landing_url_production", "not_https"),
        ({"requested_fields": ("citizenId", "address")}, "/requested_fields/1", "unknown_field"),
        ({"requested_fields": ("notification",) * 2}, "/requested_fields/1", "repeated_field"),
        ({"contact_email": "nobody"}, "/contact_email", "not_an_email"),
        ({"testers": ("a@example.com", "a@b@example.com")}, "/testers/1", "not_an_email"),
        ({"minimum_ial": "3"}, "/minimum_ial", "unknown_ial"),
        ({"legal_basis": ""}, "/legal_basis", "missing_ours"),
        ({"service_code": ""}, "/service_code", "missing_ours"),
        ({"data_controller": " "}, "/data_controller", "missing_ours"),
        ({"privacy_notice_url": ""}, "/privacy_notice_url", "not_a_notice_url"),
        ({"retention_days": 0}, "/retention_days", "retention"),
    ],
)
def test_each_rule_names_its_place(change: dict[str, Any], pointer: str, code: str) -> None:
    """One wrong thing gives one problem, at its pointer, told in both languages."""
    (problem,) = check_manifest(replace(GOOD, **change), today=TODAY).problems
    assert (problem.pointer, problem.fault.code) == (pointer, f"czp.registration.{code}")
    assert problem.text("th") != problem.text("en")
    assert "{" not in problem.text("th") + problem.text("en")


@pytest.mark.parametrize("level", ["2.3", "1.3", ""])
def test_levels_of_proofing(level: str) -> None:
    """The documented levels pass, and so does asking for none."""
    assert check_manifest(replace(GOOD, minimum_ial=level), today=TODAY).problems == ()


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"desired_opening": date(2027, 1, 12)}, "/desired_opening", "opening_too_soon"),
        ({"testers": ()}, "/testers", "no_testers"),
        ({"requested_fields": ("citizenId",)}, "/requested_fields", "push_not_asked"),
    ],
)
def test_warnings_do_not_block(change: dict[str, Any], pointer: str, code: str) -> None:
    """What can still be put right later is a warning."""
    check = check_manifest(replace(GOOD, **change), today=TODAY)
    assert check.problems == ()
    (warning,) = check.warnings
    assert (warning.pointer, warning.fault.code) == (pointer, f"czp.registration.{code}")
    assert "{" not in warning.text("th") + warning.text("en")


def test_our_own_rules_say_that_they_are_ours() -> None:
    """A user can tell a rule of govlink's from the guide's by its text."""
    bare = replace(GOOD, legal_basis="", data_controller="", privacy_notice_url="", retention_days=0)
    problems = check_manifest(bare, today=TODAY).problems
    assert len(problems) == 4
    assert all("govlink" in p.text("en") and "govlink" in p.text("th") for p in problems)


def test_our_own_rules_can_be_switched_off() -> None:
    """What is ours is a setting: without it only the guide's rules remain."""
    bare = replace(GOOD, legal_basis="", service_code="", requested_fields=("address",), name_th="")
    problems = check_manifest(bare, today=TODAY, own_rules=False).problems
    assert [p.pointer for p in problems] == ["/name_th"]
    lenient = adapter.connect_from(
        {
            "consumer_key": "k",
            "consumer_secret": "s",
            "agent_id": "govlink-test",
            "app_id": "a",
            "lint_registration": False,
        }
    ).registration
    assert lenient is not None
    context = Context.fixed(now=datetime(2027, 1, 4, tzinfo=UTC), seed="x")
    with pytest.raises(StopIteration) as stop:
        next(lenient.check_registration(bare, context=context))
    assert [p.pointer for p in stop.value.value.problems] == ["/name_th"]


def test_the_steps_are_the_guides() -> None:
    """13 steps in 5 phases; DGA acts in 3, 8 and 13; the clocks add up as documented."""
    assert [s.number for s in STEPS] == list(range(1, 14))
    assert [s.phase for s in STEPS] == [1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5]
    assert [s.number for s in STEPS if s.actor is StepActor.PLATFORM] == [3, 8, 13]
    clocks = {s.number: s.working_days for s in STEPS if s.working_days is not None}
    assert clocks == {1: 14, 3: 7, 5: 7, 8: 14, 10: 7, 12: 7}


def test_checking_sends_nothing() -> None:
    """The flow ends without a request, and today is Thailand's day, not Greenwich's."""
    registration = adapter.connect_from(
        {
            "environment": "production",
            "consumer_key": "k",
            "consumer_secret": "s",
            "agent_id": "govlink-test",
            "app_id": "a",
        }
    ).registration
    assert registration is not None
    late = Context.fixed(now=datetime(2027, 1, 4, 17, 30, tzinfo=UTC), seed="x")  # 5 January in Bangkok
    with pytest.raises(StopIteration) as stop:
        next(registration.check_registration(GOOD, context=late))
    check: RegistrationCheck = stop.value.value
    assert [w.pointer for w in check.warnings] == ["/desired_opening"]


def test_the_example_manifest_is_ready() -> None:
    """The example shipped with govlink passes every rule, months before its opening."""
    path = Path(__file__).parents[3] / "fixtures" / "registration" / "equivalence.toml"
    check = check_manifest(load_manifest(path), today=TODAY)
    assert (check.problems, check.warnings) == ((), ())


def test_the_whole_way_with_the_documented_clocks() -> None:
    """Started on the last day that leaves every clock its full time, the service opens as wished."""
    manifest = replace(GOOD, desired_opening=date(2027, 6, 1))
    progress = start(manifest, check=check_manifest(manifest, today=TODAY))
    first = due(progress, today=TODAY)
    assert first is not None
    assert add_working_days(first.by, 14 + 7 + 7 + 14 + 7 + 7) == manifest.desired_opening
    day = first.by
    turns = []
    while (now := due(progress, today=day)) is not None:
        turns.append((now.step.number, now.turn))
        day = max(day, now.by) if now.turn is StepActor.PLATFORM else day
        assert not now.is_overdue
        progress = complete(progress, now.step.number, on=day, today=day)
    assert day == manifest.desired_opening
    assert [n for n, turn in turns if turn is StepActor.PLATFORM] == [2, 3, 6, 8, 11, 13]

"""The manifest file, the record of the steps, and what comes next."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import ConfigError, Fault, Problem, RejectedError
from govlink.models.portal import RegistrationCheck, RegistrationStep, ServiceManifest, StepActor
from govlink.registration import (
    RegistrationProgress,
    StepDocument,
    complete,
    due,
    load_manifest,
    load_progress,
    record_answer,
    save_progress,
    start,
)

FIXTURE = Path(__file__).parents[2] / "fixtures" / "registration" / "equivalence.toml"
MONDAY = date(2027, 1, 4)
OPENING = date(2027, 6, 1)
AGENCY, PORTAL = StepActor.AGENCY, StepActor.PLATFORM


def steps(*clocks: tuple[StepActor, int | None]) -> tuple[RegistrationStep, ...]:
    """Steps with these actors and clocks."""
    return tuple(
        RegistrationStep(
            number=i, phase=1, actor=actor, title_th=f"ขั้น {i}", title_en=f"step {i}", working_days=days
        )
        for i, (actor, days) in enumerate(clocks, start=1)
    )


WAY = steps((AGENCY, 14), (AGENCY, None), (PORTAL, 7), (AGENCY, None), (AGENCY, 7), (PORTAL, None))


def begun(way: tuple[RegistrationStep, ...] = WAY) -> RegistrationProgress:
    """A registration with no step done."""
    manifest = replace(load_manifest(FIXTURE), desired_opening=OPENING)
    return start(manifest, check=RegistrationCheck(problems=(), warnings=(), steps=way))


def done(*days: date) -> RegistrationProgress:
    """A registration whose first steps were done on these days."""
    progress = begun()
    for number, day in enumerate(days, start=1):
        progress = complete(progress, number, on=day, today=day)
    return progress


# --- manifest ---------------------------------------------------------------------------------


def test_the_example_manifest_is_read() -> None:
    """The manifest shipped as an example holds text, flags, lists and a day."""
    manifest = load_manifest(FIXTURE)
    assert isinstance(manifest, ServiceManifest)
    assert manifest.uses_notifications is True
    assert manifest.desired_opening == date(2027, 6, 1)
    assert manifest.screenshot_files == ("screenshot-1.png", "screenshot-2.png")
    assert len(manifest.short_description_th) <= 140
    assert not manifest.description_th.startswith("\n")


@pytest.mark.parametrize(
    ("old", "new", "pointer", "code"),
    [
        ('name_th = "', 'name_thai = "', "/name_thai", "key_unknown"),
        ("uses_notifications = true", "", "/uses_notifications", "key_missing"),
        ("uses_notifications = true", 'uses_notifications = "yes"', "/uses_notifications", "key_wrong_kind"),
        ("retention_days = 3650", 'retention_days = "3650"', "/retention_days", "key_wrong_kind"),
        ("retention_days = 3650", "retention_days = 3650.0", "/retention_days", "key_wrong_kind"),
        ("retention_days = 3650", "retention_days = true", "/retention_days", "key_wrong_kind"),
        ("desired_opening = 2027-06-01", 'desired_opening = "June"', "/desired_opening", "key_wrong_kind"),
        ('"screenshot-1.png"', "1", "/screenshot_files/0", "key_wrong_kind"),
        ('icon_file = "icon.png"', "icon_file = nan", "/icon_file", "key_wrong_kind"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, old: str, new: str, pointer: str, code: str) -> None:
    """Nothing is converted or ignored: the entry is named by pointer, in both languages."""
    file = tmp_path / "service.toml"
    file.write_text(FIXTURE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RejectedError) as caught:
        load_manifest(file)
    named = {p.pointer: p for p in caught.value.problems}
    assert named[pointer].fault.code == f"registration.{code}"
    assert "{" not in caught.value.explain("th") + caught.value.explain("en")


def test_testers_may_be_left_out(tmp_path: Path) -> None:
    """The one entry with a default may be missing."""
    lines = FIXTURE.read_text(encoding="utf-8").splitlines()
    file = tmp_path / "service.toml"
    file.write_text("\n".join(x for x in lines if not x.startswith("testers")), encoding="utf-8")
    assert load_manifest(file).testers == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "file_unreadable"), (b"a =", "not_toml"), (b"a = 'x'\nb = '\xff'", "not_toml")],
)
def test_a_file_that_is_no_toml(tmp_path: Path, content: bytes | None, code: str) -> None:
    """A missing file, torn TOML and another charset are told apart from a wrong entry."""
    file = tmp_path / "service.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_manifest(file)
    assert caught.value.code == f"registration.{code}"
    assert str(tmp_path) not in str(caught.value)


# --- steps ------------------------------------------------------------------------------------


def test_start_refuses_a_manifest_with_problems() -> None:
    """The check's problems come along in the error."""
    problem = Problem(pointer="/name_th", fault=Fault("test.blank", en="blank", th="ว่าง"))
    check = RegistrationCheck(problems=(problem,), warnings=(), steps=WAY)
    with pytest.raises(RejectedError) as caught:
        start(load_manifest(FIXTURE), check=check)
    assert caught.value.problems == (problem,)


def test_start_refuses_steps_that_are_not_numbered() -> None:
    """No steps at all, or a number left out, is no way to go."""
    for way in ((), WAY[1:], (WAY[0], WAY[0])):
        with pytest.raises(RejectedError):
            begun(way)


def test_steps_are_done_in_their_order() -> None:
    """Skipping, repeating and going on after the last are refused; the record given stays as it was."""
    progress = begun()
    for wrong in (0, 2, 6, -1):
        with pytest.raises(RejectedError) as caught:
            complete(progress, wrong, on=MONDAY, today=MONDAY)
        assert caught.value.code == "registration.out_of_order"
    one = complete(progress, 1, on=MONDAY, today=MONDAY)
    assert progress == begun()
    with pytest.raises(RejectedError):
        complete(one, 1, on=MONDAY, today=MONDAY)
    with pytest.raises(RejectedError) as caught:
        complete(done(*[MONDAY] * 6), 7, on=MONDAY, today=MONDAY)
    assert caught.value.code == "registration.all_done"


def test_days_neither_in_the_future_nor_backwards() -> None:
    """Today is allowed, tomorrow is not; nor is a day before the last thing recorded."""
    progress = done(MONDAY)
    tomorrow, yesterday = MONDAY + timedelta(days=1), MONDAY - timedelta(days=1)
    with pytest.raises(RejectedError) as caught:
        complete(progress, 2, on=tomorrow, today=MONDAY)
    assert caught.value.code == "registration.in_the_future"
    with pytest.raises(RejectedError) as caught:
        complete(progress, 2, on=yesterday, today=MONDAY)
    assert caught.value.code == "registration.before_the_last"
    answered = record_answer(progress, 1, on=tomorrow, today=tomorrow)
    with pytest.raises(RejectedError):
        complete(answered, 2, on=MONDAY, today=tomorrow)


def test_answers_are_recorded_where_one_is_awaited() -> None:
    """Only the step last done can be answered, once, and only if its clock awaits an answer."""
    progress = record_answer(done(MONDAY), 1, on=MONDAY, today=MONDAY)
    for record, number in ((progress, 1), (begun(), 1), (done(MONDAY, MONDAY), 2), (done(*[MONDAY] * 5), 5)):
        with pytest.raises(RejectedError) as caught:
            record_answer(record, number, on=MONDAY, today=MONDAY)
        assert caught.value.code == "registration.no_answer_due"


@pytest.mark.parametrize(
    ("progress", "number", "turn", "by"),
    [
        # the agency: the last day that leaves 14 + 7 + 7 working days before the opening
        (begun(), 1, AGENCY, date(2027, 4, 22)),
        # the portal owes its answer to step 1
        (done(MONDAY), 2, PORTAL, date(2027, 1, 22)),
        (record_answer(done(MONDAY), 1, on=MONDAY, today=MONDAY), 2, AGENCY, date(2027, 5, 12)),
        # the portal's own step, by its clock
        (done(MONDAY, MONDAY), 3, PORTAL, date(2027, 1, 13)),
        (done(MONDAY, MONDAY, MONDAY), 4, AGENCY, date(2027, 5, 21)),
        # the notice before the opening
        (done(*[MONDAY] * 4), 5, AGENCY, date(2027, 5, 21)),
        (done(*[MONDAY] * 5), 6, PORTAL, OPENING),
        # notice given late moves the opening
        (done(*[MONDAY] * 4, date(2027, 5, 31)), 6, PORTAL, date(2027, 6, 9)),
    ],
)
def test_what_comes_next(progress: RegistrationProgress, number: int, turn: StepActor, by: date) -> None:
    """Which step, whose turn, and by when, from the clocks; overdue only after the day itself."""
    now = due(progress, today=by)
    assert now is not None
    assert (now.step.number, now.turn, now.by, now.is_overdue) == (number, turn, by, False)
    late = due(progress, today=by + timedelta(days=1))
    assert late is not None
    assert late.is_overdue


def test_holidays_are_the_callers_knowledge() -> None:
    """A holiday within a clock gives the portal a day more and the agency a day less."""
    portals = due(done(MONDAY, MONDAY), today=MONDAY, holidays=(date(2027, 1, 5),))
    agencys = due(done(MONDAY, MONDAY, MONDAY), today=MONDAY, holidays={date(2027, 5, 31)})
    assert portals is not None
    assert agencys is not None
    assert (portals.by, agencys.by) == (date(2027, 1, 14), date(2027, 5, 20))


def test_nothing_is_due_when_all_is_done() -> None:
    """After the last step there is no next one."""
    assert due(done(*[MONDAY] * 6), today=MONDAY) is None


@given(
    moves=st.lists(
        st.tuples(st.sampled_from(["complete", "answer"]), st.integers(0, 7), st.integers(-3, 6)), max_size=20
    )
)
def test_any_history_stays_in_order(moves: list[tuple[str, int, int]]) -> None:
    """Whatever is tried, days never run backwards, steps are done from the first, and due agrees."""
    progress, today = begun(), MONDAY
    for verb, number, days in moves:
        today += timedelta(days=max(days, 0))
        act = complete if verb == "complete" else record_answer
        try:
            progress = act(progress, number, on=today + timedelta(days=min(days, 0)), today=today)
        except RejectedError:
            continue
    dates = [d for r in progress.records for d in (r.done_on, r.answered_on) if d]
    assert dates == sorted(dates)
    assert all(d <= today for d in dates)
    coming = due(progress, today=today)
    undone = [r.step.number for r in progress.records if r.done_on is None]
    assert [coming.step.number] == undone[:1] if coming else undone == []


# --- record -----------------------------------------------------------------------------------


def full() -> RegistrationProgress:
    """A record with everything a step can hold."""
    paper = StepDocument(name="หนังสือ.pdf", sha256_hex="0f" * 32)
    one = complete(begun(), 1, on=MONDAY, today=MONDAY, note="ส่งแล้ว", documents=(paper,))
    return record_answer(one, 1, on=date(2027, 1, 8), today=date(2027, 1, 8))


def test_record_comes_back_as_it_was(tmp_path: Path) -> None:
    """Saving and loading loses nothing, replaces the older file and leaves no other behind."""
    file = tmp_path / "record.json"
    save_progress(begun(), file)
    save_progress(full(), file)
    assert load_progress(file) == full()
    assert list(tmp_path.iterdir()) == [file]
    assert "ส่งแล้ว" in file.read_text(encoding="utf-8")


def test_a_failed_save_leaves_the_older_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails half way, the file is still the old one and nothing is left over."""
    file = tmp_path / "record.json"
    save_progress(begun(), file)

    def broken(_: int) -> None:
        raise OSError

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(ConfigError) as caught:
        save_progress(full(), file)
    assert caught.value.code == "registration.file_unwritable"
    assert load_progress(file) == begun()
    assert list(tmp_path.iterdir()) == [file]


def test_saving_into_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is told as such."""
    with pytest.raises(ConfigError):
        save_progress(begun(), tmp_path / "nowhere" / "record.json")


def _spoilt(**change: Any) -> dict[str, Any]:
    content = {
        "format": "govlink.registration/1",
        "service_code": "S",
        "name_th": "บริการ",
        "desired_opening": "2027-06-01",
        "records": [
            {
                "step": {
                    "number": 1,
                    "phase": 1,
                    "actor": "agency",
                    "title_th": "ก",
                    "title_en": "a",
                    "working_days": None,
                },
                "done_on": "2027-01-04",
                "answered_on": None,
                "note": "",
                "documents": [],
            }
        ],
    }
    for path, value in change.items():
        where: Any = content
        *parents, last = path.split("__")
        for part in parents:
            where = where[int(part) if part.isdigit() else part]
        where[last] = value
    return content


def test_unspoilt_record_is_read(tmp_path: Path) -> None:
    """The form that the next test spoils is a good one."""
    file = tmp_path / "record.json"
    file.write_text(json.dumps(_spoilt()), encoding="utf-8")
    assert load_progress(file).records[0].done_on == MONDAY


@pytest.mark.parametrize(
    "change",
    [
        {"format": "govlink.registration/2"},
        {"extra": 1},
        {"records__0__extra": 1},
        {"records__0__step__extra": 1},
        {"records__0__step__number": "1"},
        {"records__0__step__number": 2},
        {"records__0__step__actor": "somebody"},
        {"records__0__done_on": "4 January"},
        {"records__0__done_on": 1799020800},
        {"records__0__done_on": None, "records__0__answered_on": "2027-01-04"},
        {"records__0__answered_on": "2027-01-03"},
        {"records__0__documents": [{"name": "a", "sha256_hex": "0F" * 32}]},
        {"records": []},
        {"desired_opening": "2027-06-01T00:00:00"},
    ],
)
def test_a_damaged_record_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    """Unknown members, other kinds and contradicting days are all refused."""
    file = tmp_path / "record.json"
    file.write_text(json.dumps(_spoilt(**change)), encoding="utf-8")
    with pytest.raises(RejectedError):
        load_progress(file)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"format": 1, "format": 1}', "[" * 100_000])
def test_a_file_that_is_no_record(tmp_path: Path, text: str) -> None:
    """Torn, empty, repeated or endless JSON is a damaged record and nothing else."""
    file = tmp_path / "record.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RejectedError) as caught:
        load_progress(file)
    assert caught.value.code == "registration.progress_damaged"


def test_a_missing_record(tmp_path: Path) -> None:
    """No file is a matter of settings, not of damage."""
    with pytest.raises(ConfigError):
        load_progress(tmp_path / "record.json")

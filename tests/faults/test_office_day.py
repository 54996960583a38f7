"""The office's day with something broken: it ends in the right state, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from govlink.equivalence.commands import CompleteIntake, Propose, SignApproval
from govlink.equivalence.events import EvidenceRecorded, Issued, Outcome
from govlink.equivalence.outbox import EffectStatus
from govlink.equivalence.rules import Finding
from govlink.equivalence.states import State
from govlink.errors import GovlinkError
from govlink.sandbox.faults import FaultKind

from ..unit.equivalence.cases import OFFICER, SIGNER
from .scene import Scene, filed

NOTHING: Mapping[str, str] = {}


def work(scene: Scene) -> None:
    """Effects until nothing waits; what would strike every effect alike is tried again as by a schedule."""
    for _ in range(4):
        try:
            if scene.office.perform_effects().waiting == 0:
                return
        except GovlinkError:
            continue


def whole_day(scene: Scene) -> None:
    """A petition is filed, its evidence collected, and it is approved and issued."""
    scene.file(filed())
    for _ in range(3):
        try:
            scene.office.take_in_filed()
        except GovlinkError:
            continue
        break
    work(scene)
    stream = scene.petition().id
    scene.desk.handle(stream, CompleteIntake(actor=OFFICER))
    work(scene)
    scene.desk.handle(stream, Propose(actor=OFFICER, outcome=Outcome.APPROVE, statement="ก"))
    scene.desk.handle(stream, SignApproval(actor=SIGNER))
    work(scene)


def assert_done_once(scene: Scene) -> None:
    """One certificate, one case, each state told at most once, nothing waiting anywhere."""
    petition, events = scene.petition(), scene.store.load(scene.petition().id)
    assert petition.state is State.ISSUED
    assert sum(isinstance(event, Issued) for event in events) == 1
    sources = [event.source for event in events if isinstance(event, EvidenceRecorded)]
    assert len(sources) == len(set(sources))
    assert scene.waiting_at_eocs() == []
    assert scene.effects(EffectStatus.PENDING) == ()
    assert scene.inbox() in ([], ["ออกเอกสารแล้ว"])
    assert scene.reported() == ["INTAKE", "REVIEW", "ISSUED"]
    (updates,) = scene.cases()
    assert len(updates) == len(set(updates))


@pytest.mark.parametrize(
    ("kind", "platform", "path_part", "times"),
    [
        (FaultKind.STATUS_503, "*", "", 3),
        (FaultKind.STATUS_503, "gdx", "/linkage", 6),
        (FaultKind.STATUS_503, "gdx", "/personal", 9),
        (FaultKind.STATUS_503, "eocs", "", 10),
        (FaultKind.STATUS_503, "eocs", "/state", 10),
        (FaultKind.STATUS_503, "citizen_portal", "/push", 2),
        (FaultKind.STATUS_503, "biz_portal", "/import", 2),
        (FaultKind.STATUS_503, "biz_portal", "/update", 2),
        (FaultKind.STATUS_503, "gateway", "/validate", 6),
        (FaultKind.RESET_BEFORE, "gdx", "", 3),
        (FaultKind.RESET_AFTER, "eocs", "/acknowledgements", 5),
        (FaultKind.RESET_AFTER, "eocs", "/state", 5),
        (FaultKind.DUPLICATE_DELIVERY, "eocs", "", 9),
        (FaultKind.TRUNCATED, "eocs", "", 2),
        (FaultKind.HTML, "eocs", "/acknowledgements", 1),
        (FaultKind.EXPIRED_TOKEN, "gdx", "", 1),
        (FaultKind.EXPIRED_TOKEN, "gdx", "", 3),
        (FaultKind.EXPIRED_TOKEN, "citizen_portal", "/push", 1),
        (FaultKind.EXPIRED_TOKEN, "citizen_portal", "/push", 2),
        (FaultKind.EXPIRED_TOKEN, "biz_portal", "", 3),
    ],
)
def test_a_fault_that_passes_leaves_no_trace(
    scene: Scene, kind: FaultKind, platform: str, path_part: str, times: int
) -> None:
    """Bursts, lost answers and dead tokens: the day ends as if there had been none."""
    scene.fault(kind, platform, path_part=path_part, times=times)
    whole_day(scene)
    assert scene.sandbox.faults[0].times < times, "the fault struck nothing"
    assert scene.failures() == NOTHING
    assert_done_once(scene)
    assert scene.petition().facts.identity is Finding.CONFIRMED
    assert scene.inbox() == ["ออกเอกสารแล้ว"]
    assert scene.cases() == [["PENDING", "COMPLETED"]]


@pytest.mark.parametrize(
    ("kind", "platform", "path_part", "failures"),
    [
        (FaultKind.RESET_AFTER, "citizen_portal", "/push", {"notify": "policy.outcome_unknown"}),
        (FaultKind.STATUS_500, "citizen_portal", "/push", {"notify": "czp.push_uncertain"}),
        (
            FaultKind.RESET_AFTER,
            "biz_portal",
            "/import",
            {"open_case": "policy.outcome_unknown", "update_case": "office.no_case"},
        ),
        (FaultKind.RESET_AFTER, "biz_portal", "/update", {"update_case": "policy.outcome_unknown"}),
        (FaultKind.HTML, "gdx", "/linkage", {"confirm_person": "wire.html_answer"}),
    ],
)
def test_what_nobody_can_know_is_left_to_a_person(
    scene: Scene, kind: FaultKind, platform: str, path_part: str, failures: dict[str, str]
) -> None:
    """It is given up with its code, sent no second time, and everything else is done."""
    scene.fault(kind, platform, path_part=path_part)
    whole_day(scene)
    assert scene.failures() == failures
    assert_done_once(scene)


def test_a_lost_answer_to_a_message_does_not_send_it_again(scene: Scene) -> None:
    """It arrived, and stays the only one however often the office works on."""
    scene.fault(FaultKind.RESET_AFTER, "citizen_portal", path_part="/push")
    whole_day(scene)
    scene.open_office()
    work(scene)
    assert scene.inbox() == ["ออกเอกสารแล้ว"]


def test_a_person_can_have_given_up_evidence_collected_after_all(scene: Scene) -> None:
    """A firewall answered once; put back into the outbox, the same effect is done."""
    scene.fault(FaultKind.HTML, "gdx", path_part="/linkage")
    scene.file(filed())
    scene.office.take_in_filed()
    work(scene)
    (failed,) = scene.effects(EffectStatus.FAILED)
    scene.store.retry_effect(failed.effect_id)
    assert scene.office.perform_effects().done == 1
    assert scene.failures() == NOTHING


def test_intake_on_a_bad_day_loses_nobody(scene: Scene) -> None:
    """Twenty petitions, every third refused, and E-OCS failing in every way in turn."""
    petitions = [
        filed(f"EOCS-{n:02}", qualification=f"Diploma {n}", **({"citizen_id": "1"} if n % 3 == 0 else {}))
        for n in range(20)
    ]
    scene.file(*petitions)
    for kind in (FaultKind.STATUS_503, FaultKind.RESET_AFTER, FaultKind.HTML, FaultKind.RESET_BEFORE):
        scene.fault(kind, "eocs", path_part="/v1/petitions", times=3)
    for _ in range(20):
        try:
            report = scene.office.take_in_filed()
        except GovlinkError:
            continue
        if not report.unsettled and not report.taken and not report.refused:
            break
    assert scene.waiting_at_eocs() == []
    assert len(scene.store.streams()) == 13
    refused = [p.reference for p in petitions if scene.reported(p.reference) == ["FORM_REFUSED"]]
    assert refused == [f"EOCS-{n:02}" for n in range(0, 20, 3)]

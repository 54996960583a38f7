"""The tables of docs/*/explanation/equivalence-service.md: states, transitions and rules, from the code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from govlink.equivalence import commands as c
from govlink.equivalence.guards import GUARDS
from govlink.equivalence.rulebook import RULEBOOK
from govlink.equivalence.states import STATES, Clock, State
from govlink.equivalence.verdicts import TARGETS

__all__ = ["TABLES", "page", "with_tables"]

Side = Literal["en", "th"]

DOCS = Path(__file__).resolve().parents[2] / "docs"
S = State
TO: dict[type[c.Command], tuple[State, ...]] = {
    c.Create: (S.DRAFT,),
    c.Submit: (S.SUBMITTED, S.REDIRECTED),
    c.AcceptIntake: (S.INTAKE,),
    c.RecordEvidence: (),
    c.RequestFix: (S.RETURNED,),
    c.Resubmit: (S.INTAKE,),
    c.PassDue: (S.LAPSED,),
    c.RequestFee: (S.AWAIT_PAYMENT,),
    c.RecordPayment: (S.REVIEW,),
    c.ExpirePayment: (S.LAPSED,),
    c.CompleteIntake: (S.REVIEW,),
    c.Redirect: (S.REDIRECTED,),
    c.AskSource: (S.SOURCE_CHECK,),
    c.RecordSource: (S.REVIEW,),
    c.Propose: (S.SIGNOFF,),
    c.SignApproval: (S.APPROVED,),
    c.SignRefusal: (S.REFUSED,),
    c.SendBack: (S.REVIEW,),
    c.Issue: (S.ISSUED,),
    c.Deliver: (S.DELIVERED,),
    c.NotifyRefusal: (),
    c.Appeal: (S.APPEALED,),
    c.ForwardAppeal: (),
    c.AllowAppeal: (S.APPROVED, S.REVIEW),
    c.DismissAppeal: (S.REFUSED,),
    c.Withdraw: (S.WITHDRAWN,),
    c.Correct: (S.ISSUED,),
    c.Revoke: (S.REVOKED,),
}
"""Where a command leads; nothing where the state stays. A command may be refused instead."""

_CLOCKS_TH = {
    Clock.OFF: "ไม่นับ",
    Clock.WORKING: "นับเวลาของสำนักงาน",
    Clock.STOPPED: "หยุดนับ",
    Clock.APPEAL: "ระยะเวลาอุทธรณ์",
}
_ROLES_TH = {
    "applicant": "ผู้ยื่น",
    "agent": "ผู้ยื่นแทน",
    "officer": "เจ้าหน้าที่",
    "signer": "ผู้มีอำนาจลงนาม",
    "system": "ระบบ",
    "timer": "ตัวตั้งเวลา",
    "authority": "ผู้พิจารณาอุทธรณ์",
}


def _states(side: Side) -> Iterator[str]:
    head = ("state", "label", "clock", "end") if side == "en" else ("สถานะ", "ข้อความ", "การนับเวลา", "สิ้นสุด")
    yield from _head(head)
    for state, info in STATES.items():
        label = info.label_en if side == "en" else info.label_th
        clock = info.clock.value if side == "en" else _CLOCKS_TH[info.clock]
        end = ("yes" if side == "en" else "ใช่") if info.terminal else ""
        yield f"| `{state}` | {label} | {clock} | {end} |"


def _transitions(side: Side) -> Iterator[str]:
    en = ("step", "command", "from", "to", "who")
    yield from _head(en if side == "en" else ("ขั้น", "คำสั่ง", "จาก", "ไปยัง", "ผู้กระทำ"))
    for kind, guard in GUARDS.items():
        was = ", ".join(f"`{s}`" for s in State if s in guard.states) or "–"
        now = ", ".join(f"`{s}`" for s in TO[kind]) or ("same" if side == "en" else "คงเดิม")
        roles = sorted(r.value for r in guard.roles)
        who = ", ".join(roles if side == "en" else (_ROLES_TH[r] for r in roles))
        yield f"| {guard.step} | `{kind.__name__}` | {was} | {now} | {who} |"


def _rules(side: Side) -> Iterator[str]:
    en = ("rule", "what must hold", "services", "if it does not", "sent to", "basis")
    th = ("กฎ", "เงื่อนไข", "บริการ", "ผลเมื่อไม่เข้าเงื่อนไข", "ส่งต่อไปยัง", "ที่มา")
    yield from _head(en if side == "en" else th)
    for rule in RULEBOOK:
        title = rule.title_en if side == "en" else rule.title_th
        services = sorted(f"`{s}`" for s in rule.services)
        every = "all" if side == "en" else "ทุกบริการ"
        shown = every if len(services) == 4 else ", ".join(services)
        target = TARGETS[rule.target] if rule.target else None
        office = (target.name_en if side == "en" else target.name_th) if target else ""
        verdict = f"`{rule.verdict_on_failure}` {rule.reason_code}"
        yield f"| {rule.id} | {title} | {shown} | {verdict} | {office} | {rule.basis} |"


def _head(columns: tuple[str, ...]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---' for _ in columns)} |"


TABLES: dict[str, Callable[[Side], Iterator[str]]] = {
    "states": _states,
    "transitions": _transitions,
    "rules": _rules,
}
"""Each table by the name in its markers."""


def page(side: Side) -> Path:
    """The page that holds the tables in that language."""
    return DOCS / side / "explanation" / "equivalence-service.md"


def with_tables(text: str, *, side: Side) -> str:
    """The page's text with each table between its markers replaced by the code's."""
    for name, make in TABLES.items():
        begin, end = f"<!-- table: {name} -->\n", f"<!-- end: {name} -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"{side}: the markers of {name} are not there")
        text = before + begin + "\n".join(make(side)) + "\n" + end + after
    return text


def main() -> None:
    """Write the tables into both pages."""
    sides: tuple[Side, ...] = ("en", "th")
    for side in sides:
        file = page(side)
        file.write_text(with_tables(file.read_text(encoding="utf-8"), side=side), encoding="utf-8")


if __name__ == "__main__":
    main()

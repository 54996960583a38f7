"""Which entries stand, which say the same again, and which cannot both be true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import Fault, ProtectionError, RejectedError
from ..joint.conditions import Conditions, overlap
from ..joint.facts import CONTRADICTED, listed
from ..joint.measures import SUMMED_BEFORE, measure_of, tells_more
from ..joint.past import Laid, laid_out
from ..published import Subject
from .entries import Entry

__all__ = ["demand_consistent", "demand_one_register", "latest", "recognised", "restated"]

NAME_TAKEN = Fault(
    "statistics.ledger_name_taken",
    en="{name} was published with other figures; give this release another name if it is another table or of "
    "another period, and declare that it restates the earlier one only if that was wrong",
    th="{name} เคยเผยแพร่ด้วยตัวเลขอื่นแล้ว หากเป็นตารางอื่นหรือช่วงเวลาอื่นให้ใช้ชื่ออื่น "
    "และให้ระบุว่าเป็นการแก้ไขเฉพาะเมื่อรายการเดิมผิด",
)
NOTHING_TO_RESTATE = Fault(
    "statistics.ledger_nothing_to_restate",
    en="there is no {name} in the ledger that could be restated",
    th="ไม่มี {name} ในบัญชีผลเผยแพร่ให้แก้ไข",
)
RESTATES_ANOTHER = Fault(
    "statistics.ledger_restates_another",
    en="this release is no correction of {name}: one of the releases it restates must have its dimensions "
    "and count its records, and any further one some of them",
    th="ผลเผยแพร่นี้ไม่ใช่การแก้ไข {name} รายการที่แก้ไขต้องมีมิติเดียวกันและนับระเบียนชุดเดียวกันอย่างน้อยหนึ่งรายการ "
    "ส่วนรายการอื่นต้องนับระเบียนบางส่วนร่วมกัน",
)
METHODS_MIXED = Fault(
    "statistics.ledger_methods_mixed",
    en="{name} counts some of the same people and was published by another method; the two together could "
    "give away what each of them hides",
    th="{name} นับบุคคลบางส่วนเดียวกันและเผยแพร่ด้วยวิธีอื่น เมื่อใช้ร่วมกันอาจเปิดเผยสิ่งที่แต่ละรายการปกปิดไว้",
)

POPULATION_CHANGED = Fault(
    "statistics.population_changed",
    en="the policy {policy} counted the register {was} when {name} was published, and counts {now} now, so"
    " the two would not be compared; use the name of then, or another policy id if it is another register",
    th="เมื่อเผยแพร่ {name} นโยบาย {policy} นับทะเบียน {was} แต่ขณะนี้นับ {now} จึงจะไม่ถูกนำมาเปรียบเทียบกัน "
    "ให้ใช้ชื่อทะเบียนเดิม หรือใช้นโยบายที่มี id อื่นหากเป็นคนละทะเบียน",
)


def latest(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries that no later one corrects, in order."""
    standing: list[Entry] = []
    for entry in entries:
        subject = entry.published.subject
        standing = [
            old
            for old in standing
            if old.name not in entry.restates or not old.published.subject.same_register(subject)
        ]
        standing.append(entry)
    return tuple(standing)


def restated(entries: Sequence[Entry], names: tuple[str, ...], *, subject: Subject) -> tuple[Entry, ...]:
    """The standing entries of these names.

    Raises:
        RejectedError: there is none of some name.
    """
    if not names:
        return ()
    standing = [entry for entry in latest(entries) if entry.published.subject.same_register(subject)]
    for name in names:
        if all(entry.name != name for entry in standing):
            raise RejectedError(NOTHING_TO_RESTATE, name=name)
    return tuple(entry for entry in standing if entry.name in names)


def recognised(entries: Sequence[Entry], new: Entry) -> Entry | None:
    """The standing entry that says what the new one says."""
    for entry in latest(entries):
        mine, its = new.published, entry.published
        same = (mine.name, mine.subject, mine.rules) == (its.name, its.subject, its.rules)
        if same and new.mark.method == entry.mark.method and new.table_sha256_hex == entry.table_sha256_hex:
            return entry
    return None


def demand_one_register(entries: Sequence[Entry], *, policy_id: str, subject: Subject) -> None:
    """Refuse a policy that counted another register before: its tables would be compared with nothing.

    Raises:
        ProtectionError: an entry by a policy of this id is of another population.
    """
    for entry in entries:
        before = entry.published.subject
        if entry.mark.id == policy_id and not before.same_register(subject):
            was, now = before.population, subject.population
            raise ProtectionError(POPULATION_CHANGED, policy=policy_id, name=entry.name, was=was, now=now)


def demand_consistent(entries: Sequence[Entry], new: Entry) -> None:
    """Refuse an entry that cannot go out after the others.

    Raises:
        ProtectionError: its policy counted another register before, its name is taken, it shares a cell with
            another value, or it overlaps a table of another method, even one that was corrected since:
            readers have kept it; or it adds up a column whose sums over some of the same records are out.
        RejectedError: it restates what is not there, or counts none of the same records.
    """
    subject = new.published.subject
    demand_one_register(entries, policy_id=new.mark.id, subject=subject)
    register = [entry for entry in entries if entry.published.subject.same_register(subject)]
    gone = {id(old) for old in restated(entries, new.restates, subject=subject)}
    stands = {id(entry) for entry in latest(entries)} - gone
    if any(entry.name == new.name and id(entry) in stands for entry in register):
        raise ProtectionError(NAME_TAKEN, name=new.name)
    tables = tuple(entry.published for entry in (*register, new))
    laid, _ = laid_out(tables, subject=subject)
    by_table = {id(entry.published): entry for entry in register}
    mine, box = laid[-1].layout, laid[-1].layout.box()
    pairs = zip(mine.conditions(), new.published.table.cells, strict=True)
    values: dict[Conditions, int | None] = {conditions: cell.value for conditions, cell in pairs}
    _demand_companions([old for old in laid[:-1] if id(by_table[id(old.published)]) in gone], laid[-1])
    shown = frozenset(conditions for conditions, value in values.items() if value is not None)
    wrong = []
    for old in laid[:-1]:
        entry = by_table[id(old.published)]
        if not overlap(box, old.layout.box()):
            continue
        if entry.mark.method != new.mark.method:
            raise ProtectionError(METHODS_MIXED, name=entry.name)
        if id(entry) in stands and measure_of(old) == measure_of(laid[-1]):
            if tells_more(shown, old):
                raise ProtectionError(SUMMED_BEFORE, name=entry.name)
            wrong += _differing(old, values)
    if wrong:
        raise ProtectionError(CONTRADICTED, cells=listed(wrong))


def _demand_companions(gone: Sequence[Laid], new: Laid) -> None:
    """What a table corrects is one of its own make, and others that count some of the same records."""
    box = new.layout.box()
    names = [d.id for d in new.layout.dimensions]
    own = [
        old
        for old in gone
        if measure_of(old) == measure_of(new)
        and old.layout.box() == box
        and [d.id for d in old.layout.dimensions] == names
    ]
    for old in gone:
        if not own or not overlap(box, old.layout.box()):
            raise RejectedError(RESTATES_ANOTHER, name=old.published.name)


def _differing(old: Laid, values: Mapping[Conditions, int | None]) -> list[str]:
    """The cells of an earlier table that have other values now."""
    pairs = zip(old.published.table.cells, old.layout.conditions(), strict=True)
    return [
        f"({', '.join(cell.keys)}) / {old.published.name}"
        for cell, conditions in pairs
        if cell.value is not None and values.get(conditions, cell.value) not in (None, cell.value)
    ]

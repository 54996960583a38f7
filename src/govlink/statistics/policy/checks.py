"""Which policies are well formed: each field by itself, then what fields ask of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import combinations, permutations
from typing import Any

from ...errors import Fault, Problem
from ...models.release import TOTAL
from ...models.text import clean_text
from .schema import Check, Either, Keyed, Listed, Shape, Table, pointed

__all__ = ["POLICY", "SIGN_OFF", "combined_problems"]

FIELD_TEXT = Fault(
    "statistics.policy_field_text", en="must be printable text", th="ต้องเป็นข้อความที่พิมพ์ได้และไม่ว่าง"
)
FIELD_WHOLE = Fault(
    "statistics.policy_field_whole",
    en="must be a whole number from {low} to {high}",
    th="ต้องเป็นจำนวนเต็มตั้งแต่ {low} ถึง {high}",
)
FIELD_CHOICE = Fault(
    "statistics.policy_field_choice",
    en="must be one of these: {choices}",
    th="ต้องเป็นค่าใดค่าหนึ่งต่อไปนี้: {choices}",
)
FIELD_FLAG = Fault("statistics.policy_field_flag", en="must be true or false", th="ต้องเป็น true หรือ false")
FIELD_DATE = Fault("statistics.policy_field_date", en="must be a date", th="ต้องเป็นวันที่")
FIELD_DIGEST = Fault(
    "statistics.policy_field_digest",
    en="must be a SHA-256 in hexadecimal",
    th="ต้องเป็นค่า SHA-256 ในรูปเลขฐานสิบหก",
)
FIELD_DECIMAL = Fault(
    "statistics.policy_field_decimal",
    en='must be a decimal number above 0, written as text: "2.5"',
    th='ต้องเป็นเลขทศนิยมมากกว่า 0 เขียนเป็นข้อความ เช่น "2.5"',
)
FIELD_COLUMN = Fault(
    "statistics.policy_field_column",
    en="must be the name of a column: a Latin letter, then letters, digits or _, 63 at most",
    th="ต้องเป็นชื่อคอลัมน์ ขึ้นต้นด้วยอักษรอังกฤษ ตามด้วยอักษรอังกฤษ ตัวเลข หรือ _ ไม่เกิน 63 ตัว",
)
FIELD_NAME = Fault(
    "statistics.policy_field_name",
    en="must be the name of a classification, or a table of codes with their parents",
    th="ต้องเป็นชื่อการจำแนกประเภท หรือตารางรหัสพร้อมรหัสต้นสังกัด",
)
FIELD_CODE = Fault(
    "statistics.policy_field_code",
    en="must be the code of a category: printable, without stray blanks, and not {total}",
    th="ต้องเป็นรหัสหมวดหมู่ที่พิมพ์ได้ ไม่มีช่องว่างเกิน และไม่ใช่ {total}",
)
FIELD_CLEAN = Fault(
    "statistics.policy_field_clean",
    en="must be printable text in Unicode NFC without stray blanks, as it is compared with other names",
    th="ต้องเป็นข้อความที่พิมพ์ได้ในรูป Unicode NFC และไม่มีช่องว่างเกิน เพราะจะถูกนำไปเทียบกับชื่ออื่น",
)
NEEDS = Fault("statistics.policy_needs", en="works only with {setting}", th="ใช้ได้เฉพาะเมื่อกำหนด {setting}")
MUST_SAY = Fault(
    "statistics.policy_must_say", en="must be given with {setting}", th="ต้องกำหนดเมื่อใช้ {setting}"
)
NOT_A_TREE = Fault(
    "statistics.policy_not_a_tree",
    en="makes {code} a part of itself",
    th="ทำให้ {code} เป็นส่วนของตัวเอง",
)
COLLAPSED_TWICE = Fault(
    "statistics.policy_collapsed_twice",
    en="counts {code} under a code that is itself collapsed, or under itself",
    th="ให้ {code} นับรวมกับรหัสที่ถูกยุบรวมอยู่แล้ว หรือกับตัวเอง",
)
MAGNITUDE_EMPTY = Fault(
    "statistics.policy_magnitude_empty",
    en="needs p_percent, or both contributors and share_percent",
    th="ต้องกำหนด p_percent หรือกำหนดทั้ง contributors และ share_percent",
)
BASE_SMALL = Fault(
    "statistics.policy_base_small",
    en="must be the threshold or more: a count is moved by less than a base",
    th="ต้องไม่น้อยกว่าเกณฑ์ขั้นต่ำ เพราะจำนวนที่ปัดแล้วต่างจากจำนวนจริงได้ไม่ถึงหนึ่งฐาน",
)

COLUMNS_FEW = Fault(
    "statistics.policy_columns_few",
    en="must list two names of columns or more, each once",
    th="ต้องระบุชื่อคอลัมน์ตั้งแต่สองชื่อขึ้นไปและไม่ซ้ำกัน",
)
COLUMNS_BOTH = Fault(
    "statistics.policy_columns_both",
    en="says of {one} and {other} that they are apart, and same says that they are not",
    th="ระบุว่า {one} กับ {other} เป็นคนละเรื่อง แต่ same ระบุว่าเป็นเรื่องเดียวกัน",
)

_COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_SHA256 = re.compile("[0-9a-f]{64}")
_PLAIN_DIMENSIONS, _CELL_KEY_DIMENSIONS = 3, 6


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_clean(value: object) -> bool:
    return _is_text(value) and clean_text(str(value)) == value


def _is_code(value: object) -> bool:
    return _is_clean(value) and value != TOTAL


def _is_spread(value: object) -> bool:
    try:
        number = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation:
        return False
    return number.is_finite() and number > 0


def _whole(low: int, high: int) -> Check:
    return Check(
        lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high,
        FIELD_WHOLE,
        (("low", str(low)), ("high", str(high))),
    )


def _one_of(*choices: object) -> Check:
    said = ", ".join(map(str, choices))
    return Check(
        lambda v: any(type(v) is type(choice) and v == choice for choice in choices),
        FIELD_CHOICE,
        (("choices", said),),
    )


def _matches(pattern: re.Pattern[str], fault: Fault) -> Check:
    return Check(lambda v: isinstance(v, str) and bool(pattern.fullmatch(v)), fault)


_TEXT = Check(_is_text, FIELD_TEXT)
_CODE = Check(_is_code, FIELD_CODE, (("total", TOTAL),))
_COLUMN_NAME = _matches(_COLUMN, FIELD_COLUMN)
_COLUMN_LISTS = Listed(Listed(_COLUMN_NAME))
_CODES = Keyed(key=_CODE, value=_CODE)
_WORK = _whole(1, 10**15)

_FIELDS: Mapping[str, Shape] = {
    "id": _TEXT,
    "version": _TEXT,
    "threshold": _whole(2, 1000),
    "method": _one_of("suppress", "round", "cell_key"),
    "zeros": _one_of("structural", "sampling"),
    "structural_zeros": Listed(Keyed(key=_COLUMN_NAME, value=_CODE)),
    "group": Table(
        {
            "dimension": _COLUMN_NAME,
            "min_groups": _whole(2, 100),
            "within_group": Check(lambda v: isinstance(v, bool), FIELD_FLAG),
        },
        optional=frozenset({"min_groups", "within_group"}),
    ),
    "magnitude": Table(
        {
            "p_percent": _whole(1, 100),
            "contributors": _whole(1, 10),
            "share_percent": _whole(1, 99),
        },
        optional=frozenset({"p_percent", "contributors", "share_percent"}),
    ),
    "interval_width": _whole(1, 1000),
    "max_dimensions": _whole(1, _CELL_KEY_DIMENSIONS),
    "grand_total": _one_of("publish", "suppressible"),
    "rounding_base": _one_of(3, 5, 10),
    "noise": Table(
        {
            "bound": _whole(1, 50),
            "variance": Check(_is_spread, FIELD_DECIMAL),
            "never_up_to": _whole(0, 49),
        },
        optional=frozenset({"never_up_to"}),
    ),
    "budget": Table(
        {"lps": _WORK, "effort": _WORK, "nodes": _WORK}, optional=frozenset({"lps", "effort", "nodes"})
    ),
    "collapse": Keyed(key=_COLUMN_NAME, value=_CODES),
    "period": Table({"dimension": _COLUMN_NAME, "wait_days": _whole(0, 3660)}),
    "hierarchies": Keyed(key=_COLUMN_NAME, value=Either(table=_CODES, other=_matches(_NAME, FIELD_NAME))),
    "columns": Table({"same": _COLUMN_LISTS, "apart": _COLUMN_LISTS}, optional=frozenset({"same", "apart"})),
    "personal_dimensions": Listed(_COLUMN_NAME),
    "population": Check(_is_clean, FIELD_CLEAN),
}

POLICY = Table(_FIELDS, optional=frozenset(_FIELDS) - {"id", "version", "threshold"})
"""The plain form of a policy, its sign-off apart. What is left out takes its default."""

SIGN_OFF = Table(
    {
        "by": _TEXT,
        "on": Check(lambda v: isinstance(v, date) and not isinstance(v, datetime), FIELD_DATE),
        "digest": _matches(_SHA256, FIELD_DIGEST),
    }
)
"""The plain form of a sign-off."""


def combined_problems(policy: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with fields that are good each by itself.

    Args:
        policy: The plain form, which ``POLICY`` found nothing wrong with.
    """
    yield from _method_problems(policy)
    if "group" in policy and policy.get("zeros", "structural") != "sampling":
        # With every zero published, a group whose members share one category is plain to see.
        yield _needs("/group", 'zeros = "sampling"')
    magnitude = policy.get("magnitude")
    if magnitude is not None and not _says_a_rule(magnitude):
        yield Problem(pointer="/magnitude", fault=MAGNITUDE_EMPTY)
    noise = policy.get("noise", {"bound": 1})
    if noise.get("never_up_to", 0) >= noise["bound"]:
        limits = (("low", "0"), ("high", str(noise["bound"] - 1)))
        yield Problem(pointer="/noise/never_up_to", fault=FIELD_WHOLE, values=limits)
    yield from _column_problems(policy.get("columns", {}))
    for dimension, into in policy.get("collapse", {}).items():
        chained = sorted(code for code, target in into.items() if target in into)
        if chained:
            values = (("code", chained[0]),)
            yield Problem(pointer=pointed("/collapse", dimension), fault=COLLAPSED_TWICE, values=values)
    for dimension, parents in policy.get("hierarchies", {}).items():
        looped = (
            sorted(code for code in parents if _comes_back(code, parents))
            if isinstance(parents, dict)
            else []
        )
        if looped:
            values = (("code", looped[0]),)
            yield Problem(pointer=pointed("/hierarchies", dimension), fault=NOT_A_TREE, values=values)


def _column_problems(columns: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[Problem]:
    for kind, lists in columns.items():
        for i, names in enumerate(lists):
            if len(names) < 2:
                yield Problem(pointer=f"/columns/{kind}/{i}", fault=COLUMNS_FEW)
    same = {pair for names in columns.get("same", ()) for pair in permutations(names, 2)}
    for i, names in enumerate(columns.get("apart", ())):
        for one, other in sorted(same & {*combinations(names, 2)}):
            values = (("one", one), ("other", other))
            yield Problem(pointer=f"/columns/apart/{i}", fault=COLUMNS_BOTH, values=values)


def _method_problems(policy: Mapping[str, Any]) -> Iterator[Problem]:
    method = policy.get("method", "suppress")
    for name, needed in (
        ("group", "suppress"),
        ("magnitude", "suppress"),
        ("rounding_base", "round"),
        ("noise", "cell_key"),
    ):
        if name in policy and method != needed:
            # A rule that the method does not keep would be a promise that nobody holds.
            yield _needs(f"/{name}", f'method = "{needed}"')
    for name, needing in (("rounding_base", "round"), ("noise", "cell_key")):
        if method == needing and name not in policy:
            values = (("setting", f'method = "{needing}"'),)
            yield Problem(pointer=f"/{name}", fault=MUST_SAY, values=values)
    base = policy.get("rounding_base")
    if base is not None and base < policy["threshold"]:
        yield Problem(pointer="/rounding_base", fault=BASE_SMALL)
    if policy.get("max_dimensions", 0) > _PLAIN_DIMENSIONS and method != "cell_key":
        limits = (("low", "1"), ("high", str(_PLAIN_DIMENSIONS)))
        yield Problem(pointer="/max_dimensions", fault=FIELD_WHOLE, values=limits)


def _needs(pointer: str, setting: str) -> Problem:
    return Problem(pointer=pointer, fault=NEEDS, values=(("setting", setting),))


def _says_a_rule(magnitude: Mapping[str, object]) -> bool:
    of_n_k = magnitude.keys() & {"contributors", "share_percent"}
    return len(of_n_k) != 1 and bool(magnitude)


def _comes_back(code: str, parents: Mapping[str, str]) -> bool:
    seen, at = {code}, code
    while at in parents:
        at = parents[at]
        if at in seen:
            return True
        seen.add(at)
    return False

"""Ready hierarchies of codes, by name: what a policy file may name instead of listing every code.

``be-month``            2568-01 -> 2568-Q1 -> 2568: months, quarters and calendar years, Buddhist era.
``be-month-fiscal``     2567-10 -> FY2568-Q1 -> FY2568: the government's fiscal year, which begins in October
                        and is named after the year it ends in.
``th-province-region``  10 -> central: 77 provinces by two-digit code, in six geographical regions.
``iso3166-region``      JP or JPN -> 142: ISO 3166-1 countries, alpha-2 or alpha-3, in the regions of UN M49;
                        Taiwan, which M49 does not list, in a region ``XTW`` of its own.

A whole is given with all of its parts, also those that a table does not show: that the North is the same
nine provinces in every table is what lets tables be compared. Records whose province or country is not
known have codes for it: ``00`` in ``unknown``, and ``ZZ`` or ``ZZZ`` in ``XZZ``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..errors import Fault, RejectedError
from ..models.countries import COUNTRIES
from ..models.countries import REGIONS as WORLD_REGIONS
from ..models.dates import MONTHS_TH
from ..models.provinces import PROVINCES
from ..models.provinces import REGIONS as THAI_REGIONS

__all__ = ["CLASSIFICATIONS", "UNKNOWN_COUNTRY", "UNKNOWN_PROVINCE", "calendar_of", "labels_of", "parents_of"]

CLASSIFICATION_UNKNOWN = Fault(
    "statistics.classification_unknown",
    en="there is no classification {name}; there are {known}",
    th="ไม่มีการจำแนกชื่อ {name} ที่มีคือ {known}",
)
CODES_UNKNOWN = Fault(
    "statistics.classification_codes_unknown",
    en="the classification {name} has no code {codes}",
    th="การจำแนก {name} ไม่มีรหัส {codes}",
)
FORMS_MIXED = Fault(
    "statistics.classification_forms_mixed",
    en="countries are coded with two letters or with three, not both in one column",
    th="รหัสประเทศต้องใช้แบบสองตัวอักษรหรือสามตัวอักษรอย่างเดียวกันทั้งคอลัมน์",
)

Pairs: TypeAlias = tuple[tuple[str, str], ...]
Labels: TypeAlias = Mapping[str, tuple[str, str]]

UNKNOWN_PROVINCE = "00"
UNKNOWN_COUNTRY = "ZZ"

_NOT_KNOWN = ("ไม่ทราบ", "not known")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Before 2484 the Buddhist-era year began in April.
_BE_YEARS = range(2484, 3000)
_NAMED = 20
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_FISCAL_STARTS = 10


def parents_of(name: str, codes: Collection[str]) -> Pairs:
    """Which code is part of which, for ``Dimension.parents``.

    Args:
        name: The classification's name.
        codes: The codes of the column, at any level. Of months and countries only what belongs to the
            same years, or is written with as many letters, is given.

    Raises:
        RejectedError: there is no such classification, it does not have some code, or country codes of
            two and of three letters are mixed.
    """
    return _found(name).parents(name, codes)


def calendar_of(codes: Collection[str]) -> Pairs:
    """What periods are part of which, told by their codes alone; empty where they are no such codes.

    Codes of calendar years and of fiscal years are not related by this where they stand in one column.
    """
    name = "be-month-fiscal" if any(code.startswith("FY") for code in codes) else "be-month"
    try:
        return parents_of(name, codes)
    except RejectedError:
        return ()


def labels_of(name: str, codes: Collection[str] = ()) -> Labels:
    """What each code is called, in Thai and in English.

    Args:
        name: The classification's name.
        codes: For months, which ones: they have no end. They come with their quarters and years.

    Raises:
        RejectedError: there is no such classification, or it does not have some code.
    """
    return _found(name).labels(name, codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Classification:
    parents: Callable[[str, Collection[str]], Pairs]
    labels: Callable[[str, Collection[str]], Labels]


def _found(name: str) -> _Classification:
    if name not in _CLASSIFICATIONS:
        raise RejectedError(CLASSIFICATION_UNKNOWN, name=repr(name), known=", ".join(CLASSIFICATIONS))
    return _CLASSIFICATIONS[name]


def _check(name: str, codes: Collection[str], known: Collection[str]) -> None:
    if unknown := sorted(set(codes) - set(known)):
        named = ", ".join(unknown[:_NAMED])
        raise RejectedError(
            CODES_UNKNOWN, name=name, codes=named if len(unknown) <= _NAMED else f"{named}, …"
        )


# Months. A year's code stands in front of its quarters' codes: "2568" or "FY2568".


def _month_parents(name: str, codes: Collection[str]) -> Pairs:
    pairs = {pair for year in _years(name, codes) for pair in _year_pairs(name, year)}
    _check(name, codes, {code for pair in pairs for code in pair})
    return tuple(sorted(pairs))


def _years(name: str, codes: Collection[str]) -> set[int]:
    """The years that codes belong to; a code of another form belongs to none."""
    years = set[int]()
    for code in codes:
        if found := _MONTH.fullmatch(code):
            years.add(_year_of(name, int(found[1]), int(found[2])))
        elif found := re.fullmatch(_prefix(name) + r"([0-9]{4})(?:-Q[1-4])?", code):
            years.add(int(found[1]))
    return {year for year in years if year in _BE_YEARS}


def _prefix(name: str) -> str:
    return "FY" if name == "be-month-fiscal" else ""


def _year_of(name: str, year: int, month: int) -> int:
    return year + 1 if name == "be-month-fiscal" and month >= _FISCAL_STARTS else year


def _year_pairs(name: str, year: int) -> Pairs:
    whole, fiscal = f"{_prefix(name)}{year}", name == "be-month-fiscal"
    pairs: list[tuple[str, str]] = []
    for at in range(12):
        month = (at + _FISCAL_STARTS - 1) % 12 + 1 if fiscal else at + 1
        calendar_year = year - 1 if fiscal and month >= _FISCAL_STARTS else year
        pairs.append((f"{calendar_year}-{month:02d}", f"{whole}-Q{at // 3 + 1}"))
    return (*pairs, *((f"{whole}-Q{quarter}", whole) for quarter in range(1, 5)))


def _month_labels(name: str, codes: Collection[str]) -> Labels:
    kind_th, kind_en = ("ปีงบประมาณ", "fiscal ") if name == "be-month-fiscal" else ("พ.ศ.", "")
    labels = dict[str, tuple[str, str]]()
    for part, whole in _month_parents(name, codes):
        if found := _MONTH.fullmatch(part):
            year, month = found[1], int(found[2])
            labels[part] = (f"{MONTHS_TH[month - 1]} {year}", f"{_MONTHS_EN[month - 1]} {year} BE")
        else:
            year, quarter = whole.removeprefix(_prefix(name)), part[-1]
            labels[part] = (f"ไตรมาส {quarter} {kind_th} {year}", f"{kind_en}Q{quarter} {year} BE")
            labels[whole] = (f"{kind_th} {year}", f"{kind_en}year {year} BE")
    return labels


# Places.


def _province_parents(name: str, codes: Collection[str]) -> Pairs:
    pairs = (
        *((province.code, province.region) for province in PROVINCES),
        (UNKNOWN_PROVINCE, "unknown"),
    )
    _check(name, codes, {code for pair in pairs for code in pair})
    return tuple(sorted(pairs))


def _province_labels(_name: str, _codes: Collection[str]) -> Labels:
    provinces = {province.code: (province.label_th, province.label_en) for province in PROVINCES}
    return THAI_REGIONS | provinces | {UNKNOWN_PROVINCE: _NOT_KNOWN, "unknown": _NOT_KNOWN}


def _country_parents(name: str, codes: Collection[str]) -> Pairs:
    two = {country.alpha2: country.region for country in COUNTRIES} | {UNKNOWN_COUNTRY: "XZZ"}
    three = {country.alpha3: country.region for country in COUNTRIES} | {"ZZZ": "XZZ"}
    _check(name, codes, {*two, *three, *WORLD_REGIONS, "XZZ"})
    long = any(code in three for code in codes)
    if long and any(code in two for code in codes):
        raise RejectedError(FORMS_MIXED)
    return tuple(sorted((three if long else two).items()))


def _country_labels(_name: str, _codes: Collection[str]) -> Labels:
    names = {c.alpha2: (c.label_th, c.label_en) for c in COUNTRIES}
    names |= {c.alpha3: (c.label_th, c.label_en) for c in COUNTRIES}
    return WORLD_REGIONS | names | dict.fromkeys((UNKNOWN_COUNTRY, "ZZZ", "XZZ"), _NOT_KNOWN)


_CLASSIFICATIONS: Mapping[str, _Classification] = {
    "be-month": _Classification(parents=_month_parents, labels=_month_labels),
    "be-month-fiscal": _Classification(parents=_month_parents, labels=_month_labels),
    "th-province-region": _Classification(parents=_province_parents, labels=_province_labels),
    "iso3166-region": _Classification(parents=_country_parents, labels=_country_labels),
}

CLASSIFICATIONS = tuple(_CLASSIFICATIONS)
"""The names there are."""

"""Rows for statistics: what a petition was when it was first decided, in a few coded words.

A row holds codes only: no name, no number, no school, no date, nothing a person is known by. It says
what was decided first, and when that was as a period that is over; no appeal, correction or revocation
later on changes a row, so a period's figures are final once it has ended.

The rows still are about single people. They are counted and protected before anybody sees them
(``govlink.statistics``); they are not written to a file.

What the store does not hold is not made up. It keeps no address and no sex of an applicant, no
education system (British, American) beside the country, and nothing that was said in a draft which was
redirected at once: there the answers are ``not_recorded``, the country ``ZZ`` and the province ``00``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from ..models.countries import COUNTRIES
from ..models.periods import Grain, YearKind, period_end, period_of
from .application import CertificateReissue, EquivalenceReissue, ForeignEquivalence, Service
from .bangkok import bangkok_day
from .petition import Petition, apply
from .service import PetitionLog
from .states import State

__all__ = [
    "DAY_BANDS",
    "NOT_EXAMINED",
    "NOT_RECORDED",
    "OUTCOMES",
    "Row",
    "first_decisions",
    "origin_rows",
    "petition_rows",
    "province_rows",
    "refusal_rows",
    "reissue_rows",
    "turnaround_rows",
]

Row: TypeAlias = dict[str, str]

NOT_RECORDED = "not_recorded"
NOT_EXAMINED = "not_examined"
OUTCOMES = {
    State.APPROVED: "approved",
    State.REFUSED: "refused",
    State.REDIRECTED: "redirected",
    State.LAPSED: "closed",
    State.WITHDRAWN: "closed",
}
"""How a petition was first decided, by the state it came into."""

DAY_BANDS = (("00-07", 7), ("08-15", 15), ("16-30", 30), ("31-60", 60))
"""Bands of processing days and the last day of each; more days than the last are ``61+``."""

_LONGEST = "61+"
_BY_THE_OFFICE = frozenset({State.APPROVED, State.REFUSED, State.REDIRECTED})
_REISSUES = frozenset({Service.EQ_REISSUE, Service.CERT_REISSUE})
_COUNTRY_CODES = frozenset(country.alpha2 for country in COUNTRIES)


def first_decisions(log: PetitionLog, streams: Iterable[str]) -> Iterator[Petition]:
    """Each petition of these streams as it stood the moment it was first decided; open ones are left out.

    Raises:
        RejectedError: a stored event is not one this release can read.
        VerificationError: the events of a stream do not follow from each other.
        UnavailableError: the database failed.
    """
    for stream in streams:
        petition: Petition | None = None
        for event in log.load(stream):
            petition = apply(petition, event)
            if petition.decided_as is not None:
                yield petition
                break


def petition_rows(decided: Iterable[Petition], *, as_of: date) -> Iterator[Row]:
    """``eq_petitions_month``: month of decision, service, outcome.

    Only months that were over on ``as_of``. Of the proposal's columns the channel and the target level
    are kept in the store; they are left out because a protected table takes three dimensions. Counts by
    month of filing and counts of open petitions would change later, so they are not counted at all.
    """
    for petition, period in _closed(decided, as_of=as_of, grain=Grain.MONTH):
        yield {"period": period, "service": petition.service.value, "outcome": _outcome(petition)}


def origin_rows(
    decided: Iterable[Petition], *, as_of: date, kind: YearKind = YearKind.CALENDAR
) -> Iterator[Row]:
    """``eq_foreign_origin_year``: year, country of schooling (ISO 3166-1 alpha-2), outcome.

    Only ``FOREIGN_EQ`` petitions approved, refused or redirected, and years that were over. A part of a
    country (``CA-ON``) counts as the country. The store keeps no education system; the target level would
    be a fourth dimension. Petitions withdrawn or run out of time are few, and would hide much.
    """
    for petition, period in _closed(decided, as_of=as_of, grain=Grain.YEAR, kind=kind):
        if petition.service is Service.FOREIGN_EQ and petition.decided_as in _BY_THE_OFFICE:
            yield {"period": period, "origin": _origin(petition), "outcome": _outcome(petition)}


def reissue_rows(
    decided: Iterable[Petition], *, as_of: date, kind: YearKind = YearKind.CALENDAR
) -> Iterator[Row]:
    """``eq_reissue_year``: year, service, why a replacement is asked for.

    Only the two services for replacements, and years that were over. The level is left out: an
    equivalence certificate is asked for again without one.
    """
    for petition, period in _closed(decided, as_of=as_of, grain=Grain.YEAR, kind=kind):
        if petition.service in _REISSUES:
            yield {"period": period, "service": petition.service.value, "reason": _reissue_reason(petition)}


def refusal_rows(
    decided: Iterable[Petition], *, as_of: date, kind: YearKind = YearKind.CALENDAR
) -> Iterator[Row]:
    """``eq_refusal_reasons_year``: year, service, reason code of the refusal.

    Only petitions refused at first, in years that were over. How many of them were appealed against or
    reversed is not final when a year ends, so it is left out.
    """
    for petition, period in _closed(decided, as_of=as_of, grain=Grain.YEAR, kind=kind):
        if petition.refusal is not None:
            reason = petition.refusal.reason_code
            yield {"period": period, "service": petition.service.value, "refusal_reason": reason}


def turnaround_rows(
    decided: Iterable[Petition], *, as_of: date, kind: YearKind = YearKind.CALENDAR
) -> Iterator[Row]:
    """``eq_turnaround_quarter``: quarter, service, band of processing days.

    Only quarters that were over. Days are those on which the office's own clock ran, whole ones; while the
    applicant or a source had the turn it stood. A petition that no officer approved or refused has no
    days: it was redirected, withdrawn or ran out of time, and counts as ``not_examined``. Leaving these out
    would give the number of them away to whoever subtracts this table from ``eq_petitions_month``.

    Bands are fixed, so that nobody's days can be worked out: a mean, a median or a percentile of few people
    says how long one of them waited, and would have to be protected as well. The band that the median
    lies in can be read from the counts, where they are shown. A share within a service target needs a
    target, and none is published.
    """
    for petition, period in _closed(decided, as_of=as_of, grain=Grain.QUARTER, kind=kind):
        examined = petition.decided_as in (State.APPROVED, State.REFUSED)
        days = _band(petition.elapsed.working) if examined else NOT_EXAMINED
        yield {"period": period, "service": petition.service.value, "days": days}


def province_rows(
    decided: Iterable[Petition],
    *,
    as_of: date,
    provinces: Mapping[str, str],
    kind: YearKind = YearKind.CALENDAR,
) -> Iterator[Row]:
    """``eq_applicant_province_year``: year, the applicant's province.

    The store has no address of an applicant, so the office gives the province from its own register.
    (The number on a citizen's card names the province it was issued in, perhaps decades ago; the school's
    province is asked for one service alone. Neither is where an applicant lives.) Sex is not asked for
    at all, and a title does not say it. By service as well, most of the 77 provinces would count so few that
    they are hidden.

    Args:
        decided: Petitions as ``first_decisions`` gives them.
        as_of: Only years that were over on this day.
        provinces: By petition id, the two-digit code of the province; petitions not in it count as ``00``.
        kind: Which years.
    """
    for petition, period in _closed(decided, as_of=as_of, grain=Grain.YEAR, kind=kind):
        province = provinces.get(petition.id, "00")
        yield {"period": period, "province": province}


def _closed(
    decided: Iterable[Petition], *, as_of: date, grain: Grain, kind: YearKind = YearKind.CALENDAR
) -> Iterator[tuple[Petition, str]]:
    """Petitions decided in a period that was over on that day, with the period."""
    for petition in decided:
        if petition.decided_at is None:
            continue
        day = bangkok_day(petition.decided_at)
        if period_end(day, grain=grain, kind=kind) <= as_of:
            yield petition, period_of(day, grain=grain, kind=kind)


def _outcome(petition: Petition) -> str:
    return OUTCOMES[petition.decided_as] if petition.decided_as else NOT_RECORDED


def _origin(petition: Petition) -> str:
    details = petition.application.details if petition.application else None
    code = details.country.partition("-")[0] if isinstance(details, ForeignEquivalence) else ""
    return code if code in _COUNTRY_CODES else "ZZ"


def _reissue_reason(petition: Petition) -> str:
    details = petition.application.details if petition.application else None
    if isinstance(details, EquivalenceReissue | CertificateReissue):
        return details.reason.value
    return NOT_RECORDED


def _band(working: timedelta) -> str:
    return next((band for band, last in DAY_BANDS if working.days <= last), _LONGEST)

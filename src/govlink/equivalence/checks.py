"""The checks behind the rules: pure, one question each, None when it is passed.

A check is asked only for the services of its rule; asked for another service it has nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .application import (
    Application,
    CertificateReissue,
    Details,
    EquivalenceReissue,
    ForeignEquivalence,
    PaliEquivalence,
    Paper,
    Purpose,
    ReissueReason,
    StudyStatus,
    TargetLevel,
)
from .bangkok import bangkok_day
from .levels import COVERED_LEVELS, AmbiguousLevel, KnownLevel, Level, OtherLevel, Stream, is_year_plausible
from .places import GraduatedIn, graduated_in
from .rules import Check, Facts, Failing, Finding
from .verdicts import Target, Verdict

__all__ = [
    "agent_has_authority",
    "citizen_number_checked",
    "covered_level",
    "graduated_centrally",
    "has_papers",
    "identity_confirmed",
    "loss_shown",
    "no_open_petition",
    "not_for_higher_education",
    "pali_grade_five",
    "pali_year_before",
    "plausible_year",
    "prior_certificate_exists",
    "reissue_reason_covered",
    "schooled_abroad",
    "study_finished",
    "target_in_range",
    "unambiguous_era",
    "vocational_stream",
]

D = TypeVar("D", bound=Details)

FAIL = Failing()
_DECIDES_TARGET = {
    TargetLevel.DEGREE: Target.MHESI,
    TargetLevel.PRIMARY: Target.SCHOOL,
    TargetLevel.PARTIAL: Target.SCHOOL,
}


def _asking(kind: type[D], question: Callable[[D], Failing | None]) -> Check:
    def check(application: Application, _facts: Facts) -> Failing | None:
        details = application.details
        return question(details) if isinstance(details, kind) else None

    return check


def _not_for_higher_education(details: ForeignEquivalence) -> Failing | None:
    entering = details.purpose is Purpose.HIGHER_EDUCATION and details.target_level is TargetLevel.M6
    return FAIL if entering else None


def _target_in_range(details: ForeignEquivalence) -> Failing | None:
    target = _DECIDES_TARGET.get(details.target_level)
    return None if target is None else Failing(target=target)


def _schooled_abroad(details: ForeignEquivalence) -> Failing | None:
    return FAIL if details.country.split("-")[0] == "TH" else None


def study_finished(application: Application, _facts: Facts) -> Failing | None:
    """The schooling abroad was finished on the day of filing."""
    details = application.details
    if not isinstance(details, ForeignEquivalence):
        return None
    if details.status is StudyStatus.IN_PROGRESS:
        return FAIL
    done, filed = details.completed_on, bangkok_day(application.filed_at)
    if done is None:
        return None
    # Unknown parts count as the earliest day they can mean: nobody is turned away for an unknown day.
    return (
        FAIL if (done.year, done.month or 1, done.day or 1) > (filed.year, filed.month, filed.day) else None
    )


def prior_certificate_exists(application: Application, facts: Facts) -> Failing | None:
    """The register holds the certificate to be replaced; a silent register settles nothing."""
    if not isinstance(application.details, EquivalenceReissue):
        return None
    if facts.prior_certificate is Finding.CONFIRMED:
        return None
    denied = facts.prior_certificate is Finding.DENIED
    return FAIL if denied else Failing(verdict=Verdict.MANUAL_REVIEW)


def reissue_reason_covered(application: Application, _facts: Facts) -> Failing | None:
    """A replacement is for what was damaged or lost; an error in it is corrected instead."""
    details = application.details
    if not isinstance(details, EquivalenceReissue | CertificateReissue):
        return None
    return None if details.reason in {ReissueReason.DAMAGED, ReissueReason.LOST} else FAIL


def _covered_level(details: CertificateReissue) -> Failing | None:
    level = details.level
    if isinstance(level, OtherLevel):
        return Failing(target=Target.ESA)
    # An ambiguous name may yet turn out to be a covered level, so it is rule C5's affair.
    uncovered = isinstance(level, KnownLevel) and level.level not in COVERED_LEVELS
    return FAIL if uncovered else None


def graduated_centrally(central_provinces: frozenset[str]) -> Check:
    """The ministry itself kept the register; an unknown province goes to an officer."""

    def check(application: Application, facts: Facts) -> Failing | None:
        details = application.details
        if not isinstance(details, CertificateReissue):
            return None
        where = facts.graduated_in or graduated_in(
            details.school_province, central_provinces=central_provinces
        )
        if where is GraduatedIn.UNKNOWN:
            return Failing(verdict=Verdict.MANUAL_REVIEW)
        return None if where is GraduatedIn.CENTRAL else FAIL

    return check


def _vocational_stream(details: CertificateReissue) -> Failing | None:
    level = details.level
    if not isinstance(level, KnownLevel) or level.level is not Level.MS6V:
        return None
    return None if level.stream is Stream.VOCATIONAL else FAIL


def _unambiguous_era(details: CertificateReissue) -> Failing | None:
    return FAIL if isinstance(details.level, AmbiguousLevel) else None


def _plausible_year(details: CertificateReissue) -> Failing | None:
    level = details.level
    if not isinstance(level, KnownLevel):
        return None
    return None if is_year_plausible(level.level, details.graduation_year_be) else FAIL


def _pali_grade_five(details: PaliEquivalence) -> Failing | None:
    return None if details.grade == 5 else FAIL


def pali_year_before(year_be: int) -> Check:
    """The Pali grade was completed before that academic year."""
    return _asking(PaliEquivalence, lambda details: None if details.academic_year_be < year_be else FAIL)


def has_papers(groups: tuple[tuple[Paper, ...], ...]) -> Check:
    """One paper of each group is attached."""

    def check(application: Application, _facts: Facts) -> Failing | None:
        return None if all(application.has_paper(*group) for group in groups) else FAIL

    return check


def loss_shown(*, lost: tuple[Paper, ...], damaged: tuple[Paper, ...]) -> Check:
    """Loss or damage is shown by one of the papers for it."""

    def question(details: EquivalenceReissue, application: Application) -> Failing | None:
        wanted = {ReissueReason.LOST: lost, ReissueReason.DAMAGED: damaged}.get(details.reason)
        return None if wanted is None or application.has_paper(*wanted) else FAIL

    def check(application: Application, _facts: Facts) -> Failing | None:
        details = application.details
        return question(details, application) if isinstance(details, EquivalenceReissue) else None

    return check


def identity_confirmed(_application: Application, facts: Facts) -> Failing | None:
    """The portal's identification, DOPA or an officer confirmed who files."""
    return None if facts.identity is Finding.CONFIRMED else FAIL


def citizen_number_checked(_application: Application, _facts: Facts) -> Failing | None:
    """Passed whenever there is an application: no ``CitizenId`` exists with a wrong check digit.

    The reader of the form is what refuses; the rule is asked so that the trace says it was.
    """
    return None


def agent_has_authority(application: Application, _facts: Facts) -> Failing | None:
    """Whoever files for another shows a power of attorney."""
    acts_alone = application.agent is None
    return None if acts_alone or application.has_paper(Paper.POWER_OF_ATTORNEY) else FAIL


def no_open_petition(_application: Application, facts: Facts) -> Failing | None:
    """No other petition of this person about this matter is open."""
    return FAIL if facts.open_petition is Finding.CONFIRMED else None


not_for_higher_education = _asking(ForeignEquivalence, _not_for_higher_education)
target_in_range = _asking(ForeignEquivalence, _target_in_range)
schooled_abroad = _asking(ForeignEquivalence, _schooled_abroad)
covered_level = _asking(CertificateReissue, _covered_level)
vocational_stream = _asking(CertificateReissue, _vocational_stream)
unambiguous_era = _asking(CertificateReissue, _unambiguous_era)
plausible_year = _asking(CertificateReissue, _plausible_year)
pali_grade_five = _asking(PaliEquivalence, _pali_grade_five)

"""Terms of the vocabularies that DCAT-AP asks for, where a value of the Thai lists plainly means one.

Source: EU Publications Office, authority tables frequency, country, language, file-type and
access-right; ADMS licence types (documented). Which Thai value means which term is ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..models.code_lists import DataLanguage, FrequencyUnit, GeoCoverage, Licence

__all__ = [
    "ACCESS_PUBLIC",
    "CSV_FILE_TYPE",
    "CSV_MEDIA_TYPE",
    "FREQUENCIES",
    "LANGUAGES",
    "LICENCE_TYPES",
    "PLACES",
    "WITHOUT_INTERVAL",
]

_AUTHORITY = "http://publications.europa.eu/resource/authority"
ACCESS_PUBLIC = f"{_AUTHORITY}/access-right/PUBLIC"
CSV_FILE_TYPE = f"{_AUTHORITY}/file-type/CSV"
CSV_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/text/csv"

_FREQUENCY_CODES: Mapping[FrequencyUnit, Mapping[int, str]] = {
    FrequencyUnit.UNKNOWN: {1: "UNKNOWN"},
    FrequencyUnit.YEAR: {
        1: "ANNUAL",
        2: "BIENNIAL",
        3: "TRIENNIAL",
        4: "QUADRENNIAL",
        5: "QUINQUENNIAL",
        10: "DECENNIAL",
    },
    FrequencyUnit.HALF_YEAR: {1: "ANNUAL_2", 2: "ANNUAL"},
    FrequencyUnit.QUARTER: {1: "QUARTERLY", 2: "ANNUAL_2", 4: "ANNUAL"},
    FrequencyUnit.MONTH: {
        1: "MONTHLY",
        2: "BIMONTHLY",
        3: "QUARTERLY",
        4: "ANNUAL_3",
        6: "ANNUAL_2",
        12: "ANNUAL",
    },
    FrequencyUnit.WEEK: {1: "WEEKLY", 2: "BIWEEKLY"},
    FrequencyUnit.DAY: {1: "DAILY", 7: "WEEKLY"},
    FrequencyUnit.HOUR: {1: "HOURLY", 2: "BIHOURLY", 3: "TRIHOURLY", 12: "12HRS", 24: "DAILY"},
    FrequencyUnit.MINUTE: {1: "1MIN", 5: "5MIN", 10: "10MIN", 15: "15MIN", 30: "30MIN", 60: "HOURLY"},
    FrequencyUnit.REAL_TIME: {1: "UPDATE_CONT"},
    FrequencyUnit.NEVER: {1: "NEVER"},
    FrequencyUnit.OTHER: {1: "OTHER"},
}

FREQUENCIES: Mapping[tuple[FrequencyUnit, int], str] = {
    (unit, interval): f"{_AUTHORITY}/frequency/{code}"
    for unit, codes in _FREQUENCY_CODES.items()
    for interval, code in codes.items()
}
"""By unit and number of units. Working days have no term: five times a week is not every working day."""

WITHOUT_INTERVAL = frozenset(
    {FrequencyUnit.UNKNOWN, FrequencyUnit.REAL_TIME, FrequencyUnit.NEVER, FrequencyUnit.OTHER}
)
"""Units of which there can be no number."""

PLACES: Mapping[GeoCoverage, str] = {GeoCoverage.COUNTRY: f"{_AUTHORITY}/country/THA"}
"""Only the whole country is a place; the other choices say how finely places are told apart."""

LANGUAGES: Mapping[DataLanguage, str] = {
    language: f"{_AUTHORITY}/language/{code}"
    for language, code in (
        (DataLanguage.THAI, "THA"),
        (DataLanguage.ENGLISH, "ENG"),
        (DataLanguage.CHINESE, "ZHO"),
        (DataLanguage.MALAY, "MSA"),
        (DataLanguage.BURMESE, "MYA"),
        (DataLanguage.LAO, "LAO"),
        (DataLanguage.KHMER, "KHM"),
        (DataLanguage.JAPANESE, "JPN"),
        (DataLanguage.KOREAN, "KOR"),
        (DataLanguage.FRENCH, "FRA"),
        (DataLanguage.GERMAN, "DEU"),
        (DataLanguage.ARABIC, "ARA"),
    )
}

_ADMS = "http://purl.org/adms/licencetype"
_BY, _SA = f"{_ADMS}/Attribution", f"{_ADMS}/ViralEffect-ShareAlike"
_NC, _ND = f"{_ADMS}/NonCommercialUseOnly", f"{_ADMS}/NoDerivativeWork"

LICENCE_TYPES: Mapping[Licence, tuple[str, ...]] = {
    Licence.CC_BY: (_BY,),
    Licence.CC_BY_SA: (_BY, _SA),
    Licence.CC_NC: (_NC,),
    Licence.CC_BY_NC: (_BY, _NC),
    Licence.CC_BY_NC_SA: (_BY, _NC, _SA),
    Licence.CC_BY_NC_ND: (_BY, _NC, _ND),
    Licence.CC_BY_ND: (_BY, _ND),
    Licence.GNU_FDL: (_SA,),
}
"""What a licence's name says of its kind; names that say nothing of it have none."""

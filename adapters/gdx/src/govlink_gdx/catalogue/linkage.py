"""DOPA Linkage Center through the gateway: one path, data sets told apart by three codes.

The members of the person record were seen in code. Of the other data sets only the codes are known,
so what they answer is handed on as it comes: an object's members in ``extra``, an array's as rows.
"""

from __future__ import annotations

from govlink.models.mark import Mark

from ..keys import Key, LinkageCode, citizen_id, count, thai_name
from ..members import DateForm, Member
from .model import AnswerKind, AskedAs, CallStyle, Family, Service, gdx_endpoint

__all__ = ["AGENT_PERMISSION", "LINKAGE", "LINKAGE_PATH"]

LINKAGE_PATH = "ws/dopa/linkage/v1/link"
_GUIDE = "DGA knowledge base, Linkage API guide (the call)"
_FORM = "GDX request form FM-C17-016 (the codes)"
_ABOUT = "DGA knowledge base, about GDX (the codes)"

AGENT_PERMISSION = gdx_endpoint(
    "dopa.agent_permission",
    "ws/dopa/linkage/v1/agent/permission",
    mark=Mark.DOCUMENTED,
    source="DGA knowledge base, Linkage API guide, agent/permission",
)
"""Asks whether an officer's GovAMI session is open."""

_PERSON_MEMBERS = (
    "titleCode", "titleDesc", "titleName", "titleSex", "firstName", "middleName", "lastName",
    "fullnameAndRank", "englishTitleDesc", "englishFirstName", "englishMiddleName", "englishLastName",
    "genderCode", "genderDesc", "age", "nationalityCode", "nationalityDesc",
    "fatherName", "fatherNationalityCode", "fatherNationalityDesc",
    "motherName", "motherNationalityCode", "motherNationalityDesc",
    "ownerStatusDesc", "statusOfPersonCode", "statusOfPersonDesc",
    "recordNumber", "totalRecord",
)  # fmt: skip

_CITIZEN = (Key(name="CitizenID", check=citizen_id),)


def _data_set(
    name: str,
    service: str,
    *,
    source: str,
    version: str = "01",
    mark: Mark = Mark.DOCUMENTED,
    keys: tuple[Key, ...] = _CITIZEN,
    style: CallStyle = CallStyle.GET,
    members: tuple[Member, ...] = (),
) -> Service:
    """A data set of the civil registration office, 00023."""
    return Service(
        name=name,
        code=f"00023/{service}/{version}",
        family=Family.LINKAGE,
        endpoint=gdx_endpoint(name, LINKAGE_PATH, mark=mark, source=f"{_GUIDE}; {source}"),
        keys=keys,
        answer=AnswerKind.RECORD if members else AnswerKind.RECORD_OR_ROWS,
        asked_as=AskedAs.OFFICER,
        style=style,
        linkage=LinkageCode(office="00023", service=service, version=version),
        members=members,
    )


LINKAGE: tuple[Service, ...] = (
    _data_set(
        "dopa.linkage_person",
        "001",
        source="members of the answer seen in code",
        mark=Mark.SEEN,
        members=(
            *(Member(name=name) for name in _PERSON_MEMBERS),
            Member(name="fatherPersonalID", width=13),
            Member(name="motherPersonalID", width=13),
            Member(name="dateOfBirth", date=DateForm.BE_COMPACT),
            # Seen in code without a note on its form; the birth date beside it is compact BE (modelled).
            Member(name="dateOfMoveIn", date=DateForm.BE_COMPACT),
        ),
    ),
    _data_set("dopa.linkage_name_changes", "039", source=_FORM),
    # No document prints the version of these two; 01 is that of every other data set (modelled).
    _data_set("dopa.linkage_first_name_changes", "013", source=_ABOUT, mark=Mark.MODELLED),
    _data_set("dopa.linkage_surname_changes", "017", source=_ABOUT, mark=Mark.MODELLED),
    _data_set("dopa.linkage_marriage", "005", source=_FORM),
    _data_set("dopa.linkage_house_people", "007", source=_FORM),
    _data_set("dopa.linkage_house", "008", source=_FORM),
    _data_set("dopa.linkage_addresses", "027", source=_FORM),
    _data_set(
        "dopa.linkage_by_name",
        "042",
        source="screenshot of the POST call",
        style=CallStyle.POST_FORM,
        keys=(
            Key(name="firstName", check=thai_name),
            Key(name="lastName", check=thai_name),
            Key(name="limit", check=count),
            Key(name="middleName", check=thai_name, is_required=False),
            Key(name="recordNumber", check=count, is_required=False),
        ),
    ),
)

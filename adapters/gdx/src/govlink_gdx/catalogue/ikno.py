"""DOPA's on-line person data (IKNO), older than Linkage; DGA's form still lists 003 and 006 to 011.

Source of paths, parameters and members: GovAPI manual of 22 Nov 2018, p. 24-56 (documented). Members
that the right granted does not reach are null, empty ones are "".
"""

from __future__ import annotations

from govlink.models.mark import Mark

from ..keys import Key, address_id, citizen_id, thai_name
from ..members import DateForm, Member
from .model import AnswerKind, AskedAs, Family, Service, gdx_endpoint

__all__ = ["HOUSE_MEMBERS", "IKNO", "PERSON_MEMBERS"]

_SOURCE = "GovAPI manual of 22 Nov 2018, p. 24-56"
_NAME_PARTS = ("Prefix", "FirstName", "MiddleName", "SurName")
_ADDRESS = ("No", "Moo", "Alley", "Soi", "Road", "Tumbol", "Amphur", "Province")


def _members(*names: str) -> tuple[Member, ...]:
    return tuple(Member(name=name) for name in names)


def _dates(*names: str) -> tuple[Member, ...]:
    return tuple(Member(name=name, date=DateForm.BE_COMPACT) for name in names)


_CITIZEN_NUMBERS = tuple(
    Member(name=name, width=13) for name in ("CitizenID", "Father_CitizenID", "Mother_CitizenID")
)
_ADDRESS_ID = Member(name="AddressID", width=11)
_ADDRESS_MEMBERS = _members(*(f"Address_{part}" for part in _ADDRESS))
_EN_NAME = _members(*(f"NameEN_{part}" for part in _NAME_PARTS))

PERSON_MEMBERS: tuple[Member, ...] = (
    *_CITIZEN_NUMBERS,
    *_EN_NAME,
    *_members(*(f"NameTH_{part}" for part in _NAME_PARTS)),
    *_members("SexID", "Sex", "Age", "PersonStatusID", "PersonStatus"),
    # The manual says of BirthDate that it is compact and BE; of the others here and below that is our
    # reading. Where it is wrong nothing is misread: a year of another era is refused and stays a text.
    *_dates("BirthDate", "IssueDate", "ExpireDate", "Nationality_ChangeDate", "DomicileDate"),
    _ADDRESS_ID,
    *_ADDRESS_MEMBERS,
    *_members("IssuerID", "IssuerPlace", "IssuerAgency", "Nationality", "Nationality_Old"),
    *_members("Father_Nationality", "Father_NameTH_FirstName", "Father_FirstName"),
    *_members("Mother_Nationality", "Mother_NameTH_FirstName", "Mother_FirstName"),
    *_members("DomicileType", "DomicileStatus"),
)

HOUSE_MEMBERS: tuple[Member, ...] = (
    _ADDRESS_ID,
    *_ADDRESS_MEMBERS,
    *_members("RegistryOffice", "HouseType", "VillageName", "BuildingName", "Location", "PostCode"),
    *_dates("PermitDate", "DisposeDate"),
    # HouseVolumn is the platform's spelling.
    *_members("HouseAttribute", "HouseSize", "HouseVolumn", "OwnerFile", "OwnerFileID", "LandSize"),
    *_members("Tel", "ApproveID", "CommunityName"),
)

_CHANGE_MEMBERS = (
    *_dates("ChangeDate"),
    *_members("Place", "TypeName", "TypeGroup", "DataOld", "DataNew"),
    Member(name="TypeID", width=3),
)

_CITIZEN = (Key(name="CitizenID", check=citizen_id),)
_NAME = (Key(name="NameTH_FirstName", check=thai_name), Key(name="NameTH_SurName", check=thai_name))


def _ikno(
    name: str,
    number: str,
    path: str,
    *,
    keys: tuple[Key, ...] = _CITIZEN,
    answer: AnswerKind = AnswerKind.RECORD,
    members: tuple[Member, ...] = PERSON_MEMBERS,
    rows_in: str | None = None,
    quota_cost: int = 1,
) -> Service:
    return Service(
        name=name,
        code=f"IKNO-{number}-01",
        family=Family.IKNO,
        endpoint=gdx_endpoint(name, f"ws/dopa/{path}", mark=Mark.DOCUMENTED, source=_SOURCE),
        keys=keys,
        answer=answer,
        asked_as=AskedAs.OFFICER,
        members=members,
        rows_in=rows_in,
        quota_cost=quota_cost,
    )


IKNO: tuple[Service, ...] = (
    _ikno("dopa.ikno_simple", "001", "personal/profile/simple"),
    _ikno("dopa.ikno_normal", "002", "personal/profile/normal"),
    _ikno("dopa.ikno_full", "003", "personal/profile/full"),
    _ikno("dopa.ikno_extra", "004", "personal/profile/extra", quota_cost=2),
    _ikno("dopa.ikno_photo", "005", "personal/profile/photo", answer=AnswerKind.PHOTO, members=()),
    _ikno("dopa.ikno_english_name", "006", "personal/name/en", members=_EN_NAME),
    _ikno("dopa.ikno_house_of_person", "007", "house/profile", members=HOUSE_MEMBERS),
    _ikno(
        "dopa.ikno_house",
        "008",
        "house/profile",
        keys=(Key(name="AddressID", check=address_id),),
        members=HOUSE_MEMBERS,
    ),
    _ikno("dopa.ikno_house_people", "009", "house/person", answer=AnswerKind.ROWS, rows_in="Person"),
    _ikno(
        "dopa.ikno_name_changes",
        "010",
        "personal/change/name",
        answer=AnswerKind.ROWS,
        rows_in="Change",
        members=_CHANGE_MEMBERS,
    ),
    _ikno("dopa.ikno_by_name", "011", "personal/search", keys=_NAME, answer=AnswerKind.ROWS),
    _ikno(
        "dopa.ikno_verify",
        "012",
        "personal/verify",
        keys=(
            *_CITIZEN,
            *_NAME,
            Key(name="Father_FirstName", check=thai_name),
            Key(name="Mother_FirstName", check=thai_name),
        ),
        answer=AnswerKind.YES_NO,
        members=(),
    ),
)

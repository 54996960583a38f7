"""The Department of Business Development's register of juristic persons, version 4.

Source: DGA knowledge base, DBD API guide (documented). 008 is announced as being rebuilt and has no
path. An older path, ``ws/dbd/v2/juristic?JuristicID=``, stands in a screenshot of the guide; where a
key still has only that one, set ``endpoints``. Members keep the platform's spelling, which differs
between services: ``Tumbol`` and ``Tumbon``, ``JuristicStatus`` and, in 022, ``JuiristicStatus``.
"""

from __future__ import annotations

from govlink.models.mark import Mark

from ..keys import Key, be_year, full_thai_name, juristic_id, plain_text, thai_text
from ..members import DateForm, Member
from .model import AnswerKind, Family, Service, gdx_endpoint

__all__ = ["DBD"]

_BASE = "ws/dbd/juristic/v4/profile"
_SOURCE = "DGA knowledge base, DBD API guide"

_COMPANY = (Key(name="JuristicID", check=juristic_id),)
_YEARLY = (*_COMPANY, Key(name="Year", check=be_year))

_COMPANY_MEMBERS = (
    Member(name="JuristicID", width=13),
    # Dates come in three shapes inside this family; only of this one is the shape told.
    Member(name="RegisterDate", date=DateForm.BE_COMPACT),
)


def _dbd(
    name: str,
    number: str,
    tail: str,
    answer: AnswerKind,
    *,
    keys: tuple[Key, ...] = _COMPANY,
    members: tuple[Member, ...] = (),
) -> Service:
    return Service(
        name=name,
        code=f"DBD-{number}-04",
        family=Family.DBD,
        endpoint=gdx_endpoint(
            name, f"{_BASE}/{tail}", mark=Mark.DOCUMENTED, source=f"{_SOURCE}, DBD-{number}-04"
        ),
        keys=keys,
        answer=answer,
        members=members,
    )


_TEXT, _PDF, _IMAGE = AnswerKind.TEXT, AnswerKind.PDF, AnswerKind.IMAGE
_REGISTER = (Key(name="CMNO", check=plain_text),)
_FOREIGNER = (Key(name="ID", check=plain_text),)
_GUARANTEE = (Key(name="EsecureNo", check=plain_text),)

DBD: tuple[Service, ...] = (
    _dbd("dbd.juristic_person", "001", "information", _TEXT, members=_COMPANY_MEMBERS),
    _dbd("dbd.certificate", "002", "information/pdf", _PDF),
    _dbd("dbd.shareholders", "003", "shareholder", _TEXT),
    _dbd("dbd.shareholders_pdf", "004", "shareholder/pdf", _PDF),
    _dbd("dbd.shareholders_image_pdf", "005", "shareholder/image/pdf", _PDF),
    _dbd("dbd.shareholders_image", "006", "shareholder/image", _IMAGE),
    _dbd("dbd.financial", "007", "financial", AnswerKind.FLAT_TEXT, keys=_YEARLY),
    _dbd("dbd.financial_image_pdf", "009", "financial/image/pdf", _PDF, keys=_YEARLY),
    _dbd("dbd.financial_image", "010", "financial/image", _IMAGE, keys=_YEARLY),
    _dbd("dbd.memorandum_image_pdf", "011", "borikon/image/pdf", _PDF),
    _dbd("dbd.memorandum_image", "012", "borikon/image", _IMAGE),
    _dbd("dbd.objectives_image", "013", "objective/image", _IMAGE),
    _dbd("dbd.objectives_pdf", "014", "objective/pdf", _PDF),  # printed with http; https is used
    _dbd("dbd.register", "015", "register", _TEXT, keys=_REGISTER),
    _dbd("dbd.register_pdf", "016", "register/pdf", _PDF, keys=_REGISTER),
    _dbd("dbd.foreigner", "017", "foreigner", _TEXT, keys=_FOREIGNER),
    _dbd("dbd.foreigner_pdf", "018", "foreigner/pdf", _PDF, keys=_FOREIGNER),
    _dbd("dbd.guarantee", "019", "guarantee", _TEXT, keys=_GUARANTEE),
    _dbd("dbd.guarantee_pdf", "020", "guarantee/pdf", _PDF, keys=_GUARANTEE),
    _dbd("dbd.by_name", "021", "infobyname", _TEXT, keys=(Key(name="Name", check=thai_text),)),
    _dbd(
        "dbd.by_committee",
        "022",
        "infobycommittee",
        _TEXT,
        keys=(Key(name="Name", check=full_thai_name),),
    ),
)

"""Literal answers of the list and text kinds, and what any answer at all is read as."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    GovlinkError,
    NotFoundError,
    OfficerLoginRequired,
    RejectedError,
    UnexpectedAnswerError,
    VerificationError,
)
from govlink.flow import Response
from govlink.models.dates import PartialDate
from govlink.models.registry import RegistryRecord
from govlink_gdx.catalogue import RECORDS, SERVICES, Service
from govlink_gdx.documents import parse_pdf
from govlink_gdx.images import parse_image, parse_photo, parse_raw_text
from govlink_gdx.parse import parse_look_up

Answer = Callable[..., Response]
NAMED = {service.name: service for service in SERVICES}
LIMIT = 1024 * 1024


def read(response: Response, name: str) -> RegistryRecord:
    """Read an answer as the service of that name does."""
    return parse_look_up(response, service=NAMED[name], limit_bytes=LIMIT)


def test_people_in_a_house(answer: Answer) -> None:
    """IKNO-009: a count beside an array; numbers that lost their zeros get them back."""
    content = {
        "Count": 2,
        "Person": [
            {"CitizenID": 98000000002, "NameTH_FirstName": "สมหญิง", "BirthDate": "25380400", "Sex": None},
            {"citizenid": "1980000000038", "AddressID": 99000000017, "BirthDate": ""},
        ],
    }
    record = read(answer(200, content), "dopa.ikno_house_people")
    assert record.fields == {"Count": "2"}
    assert record.rows == (
        {"CitizenID": "0098000000002", "NameTH_FirstName": "สมหญิง", "BirthDate": "25380400"},
        {"CitizenID": "1980000000038", "AddressID": "99000000017", "BirthDate": ""},
    )
    assert record.dates == {"0/BirthDate": PartialDate(year=1995, month=4)}
    assert "สมหญิง" not in repr(record)


def test_changes_of_name(answer: Answer) -> None:
    """IKNO-010: TypeID keeps its three digits, the date its era."""
    row = {"ChangeDate": "25600615", "TypeID": 2, "DataOld": "เดิม", "DataNew": "ใหม่"}
    record = read(answer(200, {"Count": "1", "Change": [row]}), "dopa.ikno_name_changes")
    assert record.rows[0]["TypeID"] == "002"
    assert record.dates["0/ChangeDate"] == PartialDate(year=2017, month=6, day=15)


def test_bare_array(answer: Answer) -> None:
    """IKNO-011 answers with an array and nothing around it."""
    record = read(answer(200, [{"CitizenID": "1980000000038"}, {"SexID": 1}]), "dopa.ikno_by_name")
    assert [dict(row) for row in record.rows] == [{"CitizenID": "1980000000038"}, {"SexID": "1"}]
    assert record.fields == record.extra == {}


@pytest.mark.parametrize("content", [{"Count": 0, "Person": []}, {"Person": []}])
def test_an_empty_list_is_not_found(answer: Answer, content: object) -> None:
    """It says the same as 204, so a caller meets one outcome."""
    with pytest.raises(NotFoundError) as caught:
        read(answer(200, content), "dopa.ikno_house_people")
    assert caught.value.code == "gdx.empty_list"


@pytest.mark.parametrize("content", [{}, {"Person": {}}, {"Person": [1]}, {"Person": None}, []])
def test_a_list_of_another_form(answer: Answer, content: object) -> None:
    """Neither a missing list nor entries that are no objects are an empty house."""
    with pytest.raises(UnexpectedAnswerError):
        read(answer(200, content), "dopa.ikno_house_people")


def test_person_profile_with_its_null_and_empty_members(answer: Answer) -> None:
    """Null is not granted and left out, "" is granted and empty; numbers are text."""
    content = {
        "CitizenID": "1980000000038",
        "SexID": 2,
        "PersonStatusID": 1,
        "NameTH_MiddleName": "",
        "Father_CitizenID": None,
        "BirthDate": "25380000",
        "IssueDate": "25620101",
    }
    record = read(answer(200, content), "dopa.ikno_full")
    assert record.fields["SexID"] == "2"
    assert record.fields["NameTH_MiddleName"] == ""
    assert "Father_CitizenID" not in record.fields
    assert record.dates["BirthDate"] == PartialDate(year=1995)
    assert record.dates["IssueDate"] == PartialDate(year=2019, month=1, day=1)


@pytest.mark.parametrize("value", [1, 0, "true", "True", None, [], {"Result": True}])
def test_verification_is_true_or_false_and_nothing_else(answer: Answer, value: object) -> None:
    """IKNO-012: no body but JSON's own true and false is an answer."""
    with pytest.raises(UnexpectedAnswerError):
        read(answer(200, {"Result": value}), "dopa.ikno_verify")
    assert read(answer(200, {"result": False}), "dopa.ikno_verify").confirmed is False


def test_no_change_of_name_is_not_found(answer: Answer) -> None:
    """99702 in a 500 is a business answer."""
    with pytest.raises(NotFoundError):
        read(answer(500, {"Message": "[99702] ไม่มีการเปลี่ยนชื่อ"}), "dopa.ikno_name_changes")


def test_linkage_data_set_as_an_object(answer: Answer) -> None:
    """Of a data set whose members nobody published everything is in extra."""
    content = {"houseID": 99000000017, "houseTypeDesc": "บ้าน", "people": [{"a": 1}], "tel": None}
    record = read(answer(200, content), "dopa.linkage_house")
    assert (record.fields, record.rows) == ({}, ())
    assert record.extra == {"houseID": 99000000017, "houseTypeDesc": "บ้าน", "people": [{"a": 1}]}


def test_linkage_data_set_as_an_array(answer: Answer) -> None:
    """An array is rows, in the platform's spelling."""
    record = read(answer(200, [{"oldName": "เดิม", "flag": True}, {}]), "dopa.linkage_name_changes")
    assert [dict(row) for row in record.rows] == [{"oldName": "เดิม", "flag": "true"}, {}]


@pytest.mark.parametrize("content", [{}, {"Message": "failed"}, {"message": "failed", "house": 1}])
def test_a_linkage_message_is_no_record(answer: Answer, content: object) -> None:
    """Linkage tells a failure by Message, code or not; an empty object tells nothing."""
    with pytest.raises(UnexpectedAnswerError):
        read(answer(200, content), "dopa.linkage_house")


XML = b"<?xml version='1.0'?><juristic/>"
COMPANY = {
    "JuristicID": 105599000017,
    "RegisterDate": "25550131",
    "JuristicStatus": "ยังดำเนินกิจการอยู่",
    "RegisterCapital": "1000000.00",
    "CommitteeInformations": [{"Sequence": "1", "FirstName": "ทดสอบ"}, {"Sequence": "2", "Type": None}],
    "AddressInformations": [{"Tumbol": "ทดสอบ", "Odd/Name": "x"}],
}


def test_company_in_rows(answer: Answer) -> None:
    """DBD-001: lists inside a row stand under their path, the XML aside."""
    content = {"ResultList": [COMPANY], "RawData": base64.b64encode(XML).decode(), "Other": 1}
    record = read(answer(200, content), "dbd.juristic_person")
    assert dict(record.rows[0]) == {
        "JuristicID": "0105599000017",
        "RegisterDate": "25550131",
        "JuristicStatus": "ยังดำเนินกิจการอยู่",
        "RegisterCapital": "1000000.00",
        "CommitteeInformations/0/Sequence": "1",
        "CommitteeInformations/0/FirstName": "ทดสอบ",
        "CommitteeInformations/1/Sequence": "2",
        "AddressInformations/0/Tumbol": "ทดสอบ",
        "AddressInformations/0/Odd~1Name": "x",
    }
    assert record.dates == {"0/RegisterDate": PartialDate(year=2012, month=1, day=31)}
    assert record.extra == {"Other": 1}


def test_platform_spelling_is_kept(answer: Answer) -> None:
    """A misspelt member is handed on as it is spelt: nobody knows when it will be mended."""
    content = {"ResultList": [{"JuiristicStatus": "x", "AddressInformations": [{"Tumbon": "y"}]}]}
    record = read(answer(200, content), "dbd.by_committee")
    assert dict(record.rows[0]) == {"JuiristicStatus": "x", "AddressInformations/0/Tumbon": "y"}


def test_rows_nested_without_end(answer: Answer) -> None:
    """What is nested deeper than any documented answer is another form."""
    deep = b'{"ResultList": [' + b'{"a": ' * 40 + b"1" + b"}" * 40 + b"]}"
    with pytest.raises(UnexpectedAnswerError):
        read(answer(200, deep), "dbd.juristic_person")


def test_flat_text(answer: Answer) -> None:
    """DBD-007 has no ResultList: its texts are fields, in the platform's spelling."""
    content = {"JuristicID": "0105599000017", "ProperTREquipment": "1.00", "None": None, "List": [1]}
    record = read(answer(200, content), "dbd.financial")
    assert record.fields == {"JuristicID": "0105599000017", "ProperTREquipment": "1.00"}
    assert record.extra == {"List": [1]}
    for bad in ({}, {"ResultList": []}, {"Message": "x", "A": "1"}):
        with pytest.raises(UnexpectedAnswerError):
            read(answer(200, bad), "dbd.financial")


def test_raw_text_is_the_registers_own_bytes(answer: Answer) -> None:
    """The XML comes byte for byte and unread, in either byte order mark or none."""
    for content in (XML, b"\xef\xbb\xbf" + XML, "<a/>".encode("utf-16")):
        body = {"ResultList": [], "RawData": base64.b64encode(content).decode()}
        document = parse_raw_text(answer(200, body), service=NAMED["dbd.juristic_person"], limit_bytes=LIMIT)
        assert document.content == content
        assert (document.kind, document.media_type) == ("text", "application/xml")


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (None, UnexpectedAnswerError),
        ("*", UnexpectedAnswerError),
        ("", UnexpectedAnswerError),
        (base64.b64encode(b"%PDF").decode(), VerificationError),
    ],
)
def test_raw_text_of_another_form(answer: Answer, raw: str | None, error: type[GovlinkError]) -> None:
    """What is no Base64 or no XML is never handed on."""
    with pytest.raises(error):
        parse_raw_text(
            answer(200, {"ResultList": [], "RawData": raw}),
            service=NAMED["dbd.juristic_person"],
            limit_bytes=LIMIT,
        )


def test_404_names_both_of_its_meanings(answer: Answer) -> None:
    """One document says no such service, the other no such data."""
    with pytest.raises(NotFoundError) as caught:
        read(answer(404), "dbd.juristic_person")
    assert "service" in caught.value.explain("en")
    assert "บริการ" in caught.value.explain("th")


def test_an_officers_login_in_every_family(answer: Answer) -> None:
    """The demand to log in is found whatever kind of answer was asked for."""
    for service in SERVICES:
        if service.answer in RECORDS:
            with pytest.raises(OfficerLoginRequired):
                read(answer(500, {"Message": "[90026] x"}), service.name)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Result", "Message", "Code", "Person", "ResultList", "RawData", "Contents"])
            | st.sampled_from(["Data", "Size", "FileSize", "ImageHex", "CitizenID", "firstName", "Count"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
STATUSES = st.sampled_from([200, 200, 200, 204, 400, 401, 403, 404, 405, 500, 503])


@given(st.sampled_from([s for s in SERVICES if s.answer in RECORDS]), STATUSES, JSON)
def test_any_json_is_an_answer_or_a_documented_error(service: Service, status: int, content: object) -> None:
    """No answer makes a parser fail in any other way, and every field and row is text."""
    response = Response(status=status, body=json.dumps(content).encode())
    try:
        record = parse_look_up(response, service=service, limit_bytes=LIMIT)
    except GovlinkError:
        return
    assert status == 200 or record.confirmed is False
    assert all(isinstance(value, str) for row in (record.fields, *record.rows) for value in row.values())
    assert not isinstance(record.confirmed, int) or isinstance(record.confirmed, bool)


@given(STATUSES, JSON | st.binary(max_size=80))
def test_any_answer_is_a_document_or_a_documented_error(status: int, content: object) -> None:
    """Nor does any make a document's parser fail otherwise."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    response = Response(status=status, body=body)
    certificate, image, photo = (
        NAMED[name] for name in ("dbd.certificate", "dbd.shareholders_image", "dopa.ikno_photo")
    )
    for parse in (
        lambda: parse_pdf(response, service=certificate, limit_bytes=LIMIT, hash_algorithm="md5"),
        lambda: parse_image(response, service=image, limit_bytes=LIMIT, check_size=True),
        lambda: parse_photo(response, service=photo, limit_bytes=LIMIT, check_size=True),
        lambda: parse_raw_text(response, service=NAMED["dbd.juristic_person"], limit_bytes=LIMIT),
    ):
        with pytest.raises(GovlinkError):
            parse()


@given(st.integers(min_value=0, max_value=9_999_999_999_999))
def test_a_citizen_number_never_loses_a_digit(number: int) -> None:
    """As a number or as text, thirteen digits come out."""
    for value in (number, f"{number:013d}"):
        body = json.dumps({"CitizenID": value}).encode()
        record = read(Response(status=200, body=body), "dopa.ikno_simple")
        assert record.fields["CitizenID"] == f"{number:013d}"


def test_a_refused_parameter(answer: Answer) -> None:
    """A code for bad input asks the caller to correct the data."""
    with pytest.raises(RejectedError):
        read(answer(500, {"Message": "[90020] blank key"}), "dopa.ikno_simple")

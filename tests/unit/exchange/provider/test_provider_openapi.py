"""The description: valid OpenAPI 3.1, true to the services, and shown only to whom it may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from govlink.exchange.provider import (
    Answer,
    Bilingual,
    Caller,
    DescriptionReaders,
    HeaderCallers,
    JsonType,
    Member,
    Method,
)
from govlink.exchange.provider.refusals import _STATUS

from .serving import PREFIX, WORDS, Kept, application, call, entry, service

URL = f"/{PREFIX}/openapi.json"
INNER = (Member(name="Year", type=JsonType.INTEGER, description=WORDS),)
RICH = service(
    name="graduates.file",
    path="graduates/v2/file",
    method=Method.POST,
    title=Bilingual(th="แฟ้มผู้สำเร็จการศึกษา", en="graduate's file"),
    answer=(
        Member(name="Pdf", type=JsonType.BASE64, description=WORDS),
        Member(
            name="Years",
            type=JsonType.OBJECT,
            is_list=True,
            is_required=False,
            description=WORDS,
            members=INNER,
        ),
    ),
)


def test_the_description_is_valid_and_complete() -> None:
    """Both methods, both languages, every header, the key, the statuses."""
    got = call(application(service(), RICH, description_readers=DescriptionReaders.ANYONE), URL, caller=None)
    assert got.status == 200
    described: Any = got.json
    OpenAPIV31SpecValidator(described).validate()
    assert set(described["paths"]) == {f"/{PREFIX}/graduates/v1/person", f"/{PREFIX}/graduates/v2/file"}
    get = described["paths"][f"/{PREFIX}/graduates/v1/person"]["get"]
    assert [p["name"] for p in get["parameters"]] == [
        "X-Purpose",
        "X-Case-Reference",
        "X-Officer",
        "CitizenID",
        "Name",
    ]
    assert get["parameters"][0]["schema"]["enum"] == ["admission", "audit"]
    assert [p["required"] for p in get["parameters"]] == [True, True, True, True, False]
    statuses = {"200", "204", "400", "401", "403", "408", "413", "414", "429", "500", "503"}
    assert set(get["responses"]) == statuses
    post = described["paths"][f"/{PREFIX}/graduates/v2/file"]["post"]
    assert "แฟ้มผู้สำเร็จการศึกษา" in post["summary"]
    assert "graduate's file" in post["summary"]
    assert set(post["responses"]) == statuses | {"415"}
    content = post["requestBody"]["content"]
    assert set(content) == {"application/json", "application/x-www-form-urlencoded"}
    assert content["application/json"]["schema"]["required"] == ["CitizenID"]
    answer = post["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["properties"]["Pdf"]["contentEncoding"] == "base64"
    assert answer["properties"]["Years"]["type"] == "array"
    assert (answer["required"], answer["additionalProperties"]) == (["Pdf"], False)
    assert described["components"]["securitySchemes"]["Consumer-Key"]["in"] == "header"


def test_callers_read_about_their_own_services() -> None:
    """By default nobody else; and what one may not call one does not see."""
    log = Kept()
    app = application(service(), RICH, log=log)
    assert call(app, URL, caller=None).status == 401
    got = call(app, URL, headers={})
    assert list(got.json["paths"]) == [f"/{PREFIX}/graduates/v1/person"]
    assert (log.records[0].service, log.records[0].status) == ("openapi", 200)
    callers = HeaderCallers(key_header="Consumer-Key", entries=(entry(services=frozenset()),))
    assert call(application(callers=callers), URL).json["paths"] == {}


@pytest.mark.parametrize(("readers", "status"), [("nobody", 404), ("callers", 200), ("anyone", 200)])
def test_who_may_read_is_a_setting(readers: str, status: int) -> None:
    """NOBODY is as if there were none."""
    app = application(description_readers=DescriptionReaders(readers))
    assert call(app, URL).status == status
    expected = 405 if status == 200 else 404
    assert call(app, URL, method="POST").status == expected


def test_the_description_names_where_it_is_mounted() -> None:
    """A generated client calls the right place."""
    got = call(application(), f"/registry{URL}", root_path="/registry")
    assert got.json["servers"] == [{"url": "/registry"}]
    assert call(application(), URL).json["servers"] == [{"url": "/"}]


def test_every_refusal_of_a_described_call_is_described() -> None:
    """What a generated client may meet has a description; 404 and 405 are of calls that have none."""
    app = application(service(), RICH, description_readers=DescriptionReaders.ANYONE)
    described: Any = call(app, URL, caller=None).json["paths"]
    for operations in described.values():
        ((method, operation),) = operations.items()
        told = {int(status) for status in operation["responses"]}
        possible = set(_STATUS.values()) - {404, 405} - ({415} if method == "get" else set())
        assert possible == told - {200, 204}


def test_a_service_without_parameters_is_called_as_described() -> None:
    """No body is described, so none is needed, nor its media type."""

    async def yes(_values: Mapping[str, str], _caller: Caller) -> Answer | None:
        return {"Graduated": True}

    bare = service(yes, method=Method.POST, parameters=(), subject=None)
    app = application(bare, description_readers=DescriptionReaders.ANYONE)
    ((path, operations),) = call(app, URL, caller=None).json["paths"].items()
    assert "requestBody" not in operations["post"]
    assert call(app, path, method="POST").status == 200

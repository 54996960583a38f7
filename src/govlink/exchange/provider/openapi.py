"""The services as an OpenAPI 3.1 description, in Thai and English."""

from __future__ import annotations

from collections.abc import Sequence

from .purpose import PurposeHeaders
from .service import Bilingual, JsonType, Member, Method, Parameter, RegistryService

__all__ = ["describe_services"]

_OUTCOMES = {
    "204": Bilingual(th="ไม่พบข้อมูล", en="no matching data"),
    "400": Bilingual(th="ขาดพารามิเตอร์หรือพารามิเตอร์ไม่ถูกต้อง", en="parameter missing or wrong"),
    "401": Bilingual(th="ไม่รู้จักผู้เรียก", en="the caller is not known"),
    "403": Bilingual(th="ไม่มีสิทธิใช้บริการหรือวัตถุประสงค์นี้", en="no right to this service or purpose"),
    "408": Bilingual(th="เนื้อหาคำขอมาไม่ทันเวลา", en="the body did not arrive in time"),
    "413": Bilingual(th="เนื้อหาคำขอมีขนาดเกินกำหนด", en="the body is too large"),
    "414": Bilingual(th="URL ยาวเกินกำหนด", en="the URL is too long"),
    "415": Bilingual(th="ไม่รองรับชนิดเนื้อหานี้", en="the body is of another media type"),
    "429": Bilingual(
        th="เรียกใช้บ่อยเกินกำหนด",
        en="too many calls; as 408 and 413 to 415 a status of this provider, not the gateway's",
    ),
    "500": Bilingual(th="บริการขัดข้อง", en="failure while working"),
    "503": Bilingual(th="ทะเบียนต้นทางหรือบันทึกการเข้าถึงไม่พร้อม", en="registry or access log cannot serve"),
}
_ASKED_FOR = (
    Bilingual(th="รหัสวัตถุประสงค์ของการขอข้อมูล", en="code of the purpose the data are asked for"),
    Bilingual(th="เลขที่เรื่อง (percent-encoded UTF-8)", en="case reference (percent-encoded UTF-8)"),
    Bilingual(th="เจ้าหน้าที่ผู้ขอข้อมูล", en="the officer in whose name the data are asked for"),
)


def describe_services(
    services: Sequence[RegistryService],
    *,
    title: Bilingual,
    version: str,
    prefix: str,
    server_url: str,
    purpose_headers: PurposeHeaders,
    key_headers: Sequence[str],
) -> dict[str, object]:
    """The description of these services.

    ``prefix`` begins every path; ``server_url`` is where the application is mounted, ``/`` for the root.
    """
    return {
        "openapi": "3.1.0",
        "info": {"title": _text(title), "version": version},
        "servers": [{"url": server_url}],
        "paths": {
            f"/{prefix}/{service.path}": {service.method.lower(): _operation(service, purpose_headers)}
            for service in services
        },
        "components": {
            "schemas": {
                "Refusal": {
                    "type": "object",
                    "required": ["Message"],
                    "properties": {"Message": {"type": "string"}},
                }
            },
            "securitySchemes": {
                name: {"type": "apiKey", "in": "header", "name": name} for name in key_headers
            },
        },
        "security": [{name: [] for name in key_headers}] if key_headers else [],
    }


def _text(text: Bilingual) -> str:
    return f"{text.th}\n\n{text.en}"


def _operation(service: RegistryService, headers: PurposeHeaders) -> dict[str, object]:
    parameters = _header_parameters(service, headers)
    operation: dict[str, object] = {
        "operationId": service.name,
        "summary": f"{service.title.th} / {service.title.en}",
        "description": _text(service.confidentiality),
        "x-version": service.version,
        "x-purposes": sorted(service.purposes),
        "parameters": parameters,
        "responses": {
            "200": _success(service),
            **{
                s: _outcome(s, t) for s, t in _OUTCOMES.items() if s != "415" or service.method is Method.POST
            },
        },
    }
    if service.method is Method.GET:
        parameters += [
            {"in": "query", "name": p.name, "required": p.is_required, **_described(p)}
            for p in service.parameters
        ]
    elif service.parameters:
        operation["requestBody"] = _request_body(service)
    return operation


def _header_parameters(service: RegistryService, headers: PurposeHeaders) -> list[dict[str, object]]:
    named = zip((headers.purpose, headers.case_reference, headers.officer), _ASKED_FOR, strict=True)
    schemas: dict[str, object] = {headers.purpose: {"type": "string", "enum": sorted(service.purposes)}}
    return [
        {
            "in": "header",
            "name": name,
            "required": True,
            "description": _text(text),
            "schema": schemas.get(name, {"type": "string"}),
        }
        for name, text in named
        if name is not None
    ]


def _described(parameter: Parameter) -> dict[str, object]:
    schema = {"type": "string", "minLength": 1, "maxLength": parameter.max_characters}
    return {
        "description": _text(parameter.description),
        "schema": schema,
        "x-personal": parameter.is_personal,
    }


def _request_body(service: RegistryService) -> dict[str, object]:
    properties: dict[str, object] = {}
    for parameter in service.parameters:
        described = _described(parameter)
        schema = described.pop("schema")
        assert isinstance(schema, dict)  # made just above
        properties[parameter.name] = {**schema, **described}
    schema = {
        "type": "object",
        "properties": properties,
        "required": [p.name for p in service.parameters if p.is_required],
        "additionalProperties": False,
    }
    media = ("application/x-www-form-urlencoded", "application/json")
    return {"required": True, "content": {name: {"schema": schema} for name in media}}


def _success(service: RegistryService) -> dict[str, object]:
    schema = _object_schema(service.answer)
    return {"description": _text(service.title), "content": {"application/json": {"schema": schema}}}


def _outcome(status: str, text: Bilingual) -> dict[str, object]:
    if status == "204":
        return {"description": _text(text)}
    refusal = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    return {"description": _text(text), "content": {"application/json": refusal}}


def _object_schema(members: Sequence[Member]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {member.name: _schema(member) for member in members},
        "required": [member.name for member in members if member.is_required],
        "additionalProperties": False,
    }


def _schema(member: Member) -> dict[str, object]:
    if member.type is JsonType.OBJECT:
        schema = _object_schema(member.members)
    elif member.type is JsonType.BASE64:
        schema = {"type": "string", "contentEncoding": "base64"}
    else:
        schema = {"type": member.type.value}
    if member.is_list:
        schema = {"type": "array", "items": schema}
    return {**schema, "description": _text(member.description)}

"""An answer checked against its description, then written as JSON: what is not described stays inside."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping

from ...errors import Fault, UnexpectedAnswerError
from ...wire import json_body
from .service import JsonType, Member

__all__ = ["answer_body"]

ANSWER_UNDESCRIBED = Fault(
    "exchange.provider_answer_undescribed",
    en="the handler of {service} gave an answer that its description does not allow",
    th="คำตอบของบริการ {service} ไม่ตรงกับคำอธิบายของบริการ",
)


def answer_body(answer: Mapping[str, object], *, members: tuple[Member, ...], service: str) -> bytes:
    """The answer as UTF-8 JSON, bytes as standard Base64.

    Raises:
        UnexpectedAnswerError: a member is missing, is of another type or is not described. A programming
            error of the registry: nothing may go out.
    """
    try:
        return json_body(_object(answer, members))
    except ValueError:
        raise UnexpectedAnswerError(ANSWER_UNDESCRIBED, service=service) from None


def _object(value: object, members: tuple[Member, ...]) -> dict[str, object]:
    known = {member.name for member in members}
    if not isinstance(value, Mapping) or not value.keys() <= known:
        raise ValueError("members")
    if any(member.is_required and member.name not in value for member in members):
        raise ValueError("required")
    return {m.name: _written(value[m.name], m) for m in members if m.name in value}


def _written(value: object, member: Member) -> object:
    if not member.is_list:
        return _single(value, member)
    if isinstance(value, list | tuple):
        return [_single(item, member) for item in value]
    raise ValueError("list")


def _single(value: object, member: Member) -> object:
    match member.type, value:
        case (JsonType.BOOLEAN, bool()) | (JsonType.STRING, str()):
            return value
        case (JsonType.BASE64, bytes()):
            return base64.b64encode(value).decode()
        case (JsonType.OBJECT, _):
            return _object(value, member.members)
        case ((JsonType.INTEGER | JsonType.NUMBER), bool()):
            raise ValueError("type")
        case ((JsonType.INTEGER | JsonType.NUMBER), int()):
            return value
        case (JsonType.NUMBER, float()) if math.isfinite(value):
            return value
        case _:
            raise ValueError("type")

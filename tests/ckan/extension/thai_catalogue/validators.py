"""The rules of names, titles and tags."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

from ckan.logic.validators import tag_length_validator
from ckan.plugins import toolkit

from ckan import model

_NAME_MAX = 70
_TAG = re.compile(r"[\wก-๙ \-.]*")


def tag_name_validator(value: str, context: Any) -> str:
    """CKAN's rule with the whole Thai block: its own refuses vowel and tone marks."""
    if _TAG.fullmatch(value) is None:
        raise toolkit.Invalid(f'คำสำคัญ "{value}" ต้องประกอบด้วยตัวอักษร ตัวเลข ช่องว่าง หรือ - _ . เท่านั้น')
    return value


def tag_string_convert(key: Any, data: Any, errors: Any, context: Any) -> None:
    """CKAN's own, which calls its own rule of tags and not ours. It adds to the tags that are there."""
    given = data[key]
    tags = [tag.strip() for tag in given.split(",") if tag.strip()] if isinstance(given, str) else given
    taken = [int(k[1]) for k in data if len(k) == 3 and k[0] == "tags"]
    for number, tag in zip(count(max(taken, default=-1) + 1), tags):
        data[("tags", number, "name")] = tag
        tag_length_validator(tag, context)
        tag_name_validator(tag, context)


def thai_name_length(value: str) -> str:
    """At most 70 characters, where CKAN allows 100."""
    if len(value) > _NAME_MAX:
        raise toolkit.Invalid(f"URL ต้องยาวไม่เกิน {_NAME_MAX} ตัวอักษร")
    return value


def _others(key: Any, data: Any, context: Any) -> Any:
    package = context.get("package")
    own = package.id if package else data.get((*key[:-1], "id"))
    query = model.Session.query(model.Package.id)
    return query.filter(model.Package.id != own) if isinstance(own, str) else query


def thai_title_unique(key: Any, data: Any, errors: Any, context: Any) -> None:
    """No two live datasets may have one title."""
    same = _others(key, data, context).filter_by(title=data[key], type="dataset", state="active")
    if same.first() is not None:
        errors[key].append("ชื่อชุดข้อมูลนี้ถูกใช้แล้ว")


def thai_name_not_in_trash(key: Any, data: Any, errors: Any, context: Any) -> None:
    """A deleted dataset keeps its name until it is purged."""
    if _others(key, data, context).filter_by(name=data[key], state="deleted").first() is not None:
        errors[key].append("URL นี้ถูกใช้โดยชุดข้อมูลที่อยู่ในถังขยะ")

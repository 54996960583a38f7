"""The schema the simulated catalogue answers with, and how it validates and stores by it.

Names, labels, required flags and choices are those of the public extension, release 2.1.0, and of its
known forks (seen in code); what the server enforces was tried: presence, except of title and tags; the
values of lists; one category; the form of dates and e-mail addresses; and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import get_type_hints

from govlink.models.code_lists import NOT_EVERYWHERE
from govlink.models.dataset import Dataset
from govlink.models.dataset_items import ITEMS, RESOURCE_ITEMS, Item

from ..metadata import wire_name
from .variants import Variant, dataset_variant, resource_variant

__all__ = [
    "MANDATORY",
    "Variant",
    "choices_of",
    "default_resource_schema",
    "default_schema",
    "stored_fields",
    "validate_fields",
    "validate_resource_fields",
]

Field = dict[str, object]

MANDATORY = tuple(
    "tag_string" if i.member == "tags" else wire_name(i.member) for i in ITEMS if i.is_mandatory
)

_UNENFORCED = frozenset({"title", "tag_string"})
_BY_CORE = frozenset({"owner_org"})
_EMAIL = re.compile(r"[^@\s,]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_YES_NO = (("True", "ใช่"), ("False", "ไม่ใช่"))
_CONSENT = (("True", "ยินยอม"), ("False", "ไม่ยินยอม"))
_LABELS: Mapping[str, str] = {"XLS": "XLS/XLSX"}
_MISSING, _BAD_CHOICE = "ไม่มีค่า", "ค่าที่เลือกไม่ถูกต้อง"


# --- the fields -----------------------------------------------------------------------------------


def _choices(pairs: Iterable[tuple[str, str]]) -> list[object]:
    return [{"value": value, "label": label} for value, label in pairs]


_KINDS: Mapping[str, str] = {name: str(kind) for name, kind in get_type_hints(Dataset).items()}


def _field(item: Item, name: str) -> Field:
    field: Field = {"field_name": name, "label": item.label_th}
    kind = _KINDS[item.member]
    if item.is_mandatory and name not in _BY_CORE:
        field["required"] = True
    if item.choices is not None:
        values = [choice.value for choice in item.choices if choice not in NOT_EVERYWHERE]
        field["choices"] = _choices((value, _LABELS.get(value, value)) for value in values)
        if kind.startswith("tuple"):
            field["validators"] = "scheming_multiple_choice"
        elif item.member == "data_category":
            field["validators"] = "scheming_required scheming_choices"
    elif "bool" in kind:
        field["choices"] = _choices(_YES_NO)
    elif "date" in kind:
        field["validators"] = "scheming_required isodate convert_to_json_if_date"
    elif item.member == "maintainer_email":
        field["validators"] = "scheming_required unicode_safe email_validator"
    return field


def _with_other(item: Item, name: str) -> list[Field]:
    fields = [_field(item, name)]
    if item.can_be_other:
        fields.append({"field_name": f"{name}_other", "label": ""})
    return fields


def default_schema(variant: Variant = Variant.GDC) -> list[Field]:
    """The dataset fields, fresh, so that a test may change them."""
    fields: list[Field] = []
    for item in ITEMS:
        if item.member == "classification":
            continue  # a field of forks
        fields += _with_other(item, "tag_string" if item.member == "tags" else wire_name(item.member))
    harvest = "ยินยอมให้นำชื่อชุดข้อมูลไปใช้ที่ GD-Catalog"
    fields.append({"field_name": "allow_harvest", "label": harvest, "choices": _choices(_CONSENT)})
    return dataset_variant(fields, variant)


def default_resource_schema(variant: Variant = Variant.GDC) -> list[Field]:
    """The resource fields, fresh."""
    fields: list[Field] = [
        {"field_name": "url", "label": "URL"},
        {"field_name": "name", "label": "ชื่อ", "required": True},
        {"field_name": "description", "label": "รายละเอียด"},
        {"field_name": "format", "label": "รูปแบบ"},
        {"field_name": "resource_private", "label": "การเข้าถึง", "choices": _choices(_YES_NO)},
    ]
    for item in RESOURCE_ITEMS:
        fields += _with_other(item, f"resource_{wire_name(item.member)}")
    return resource_variant(fields, variant)


def choices_of(field: Mapping[str, object]) -> list[object]:
    """The values a field offers, in their order; none where any text may stand."""
    listed = field.get("choices")
    return [item["value"] for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


# --- what is refused ------------------------------------------------------------------------------


def _obeys(field: Mapping[str, object], validator: str) -> bool:
    return validator in str(field.get("validators", "")).split()


def _refuses_choice(field: Mapping[str, object], value: object) -> bool:
    if _obeys(field, "scheming_multiple_choice"):
        chosen = value if isinstance(value, list) else [value]
    elif _obeys(field, "scheming_choices"):
        chosen = [value]
    else:
        return False
    return any(v not in choices_of(field) for v in chosen)


def _refuses_date(field: Mapping[str, object], value: object) -> bool:
    """ISO only, and a year of the Buddhist era passes for one far off (tried)."""
    if not _obeys(field, "isodate"):
        return False
    day, _, time = str(value).partition("T")
    try:
        date.fromisoformat(day)
    except ValueError:
        return True
    return bool(time) and re.match(r"\d\d:\d\d", time) is None


def _refuses_email(field: Mapping[str, object], value: object) -> bool:
    return _obeys(field, "email_validator") and _EMAIL.fullmatch(str(value)) is None


_RULES: tuple[tuple[Callable[[Mapping[str, object], object], bool], str], ...] = (
    (_refuses_choice, _BAD_CHOICE),
    (_refuses_date, "รูปแบบวันที่ไม่ถูกต้อง"),
    (_refuses_email, "อีเมลไม่ถูกต้อง"),
)


def validate_fields(schema: Sequence[Mapping[str, object]], fields: Mapping[str, object]) -> Field:
    """The errors of these fields, by name, in the site's language (Thai)."""
    errors: Field = {}
    for field in schema:
        name = str(field["field_name"])
        value = fields.get(name)
        if not value:
            if field.get("required") and name not in _UNENFORCED:
                errors[name] = [_MISSING]
            continue
        for refuses, text in _RULES:
            if refuses(field, value):
                errors[name] = [text]
    return errors


def validate_resource_fields(schema: Sequence[Mapping[str, object]], fields: Mapping[str, object]) -> Field:
    """The errors of a resource's fields. A missing format is guessed from the URL's ending, as CKAN does."""
    guessed = dict(fields)
    if not guessed.get("format") and "." in str(fields.get("url") or "").rpartition("/")[2]:
        guessed["format"] = str(fields["url"]).rpartition(".")[2].upper()
    if fields.get("url_type") == "datastore" or fields.get("upload"):
        guessed["url"] = guessed.get("url") or "set by the server"
    return validate_fields(schema, guessed)


# --- what is stored -------------------------------------------------------------------------------


def _stored(field: Mapping[str, object], value: object) -> object:
    if _obeys(field, "scheming_multiple_choice"):
        offered = choices_of(field)
        chosen = value if isinstance(value, list) else [value] if value else []
        return sorted(chosen, key=lambda v: offered.index(v) if v in offered else len(offered))
    if _obeys(field, "isodate"):
        return str(value or "").partition("T")[0]
    return json.dumps(value) if isinstance(value, bool) else value


def stored_fields(schema: Sequence[Mapping[str, object]], fields: Mapping[str, object]) -> Field:
    """The fields as they are stored and shown.

    Lists come in the schema's order, and an empty one where there is none; of a date the time is cut;
    JSON true becomes the text ``true`` (tried).
    """
    found = dict(fields)
    for field in schema:
        name = str(field["field_name"])
        if name in fields or _obeys(field, "scheming_multiple_choice"):
            found[name] = _stored(field, fields.get(name))
    return found

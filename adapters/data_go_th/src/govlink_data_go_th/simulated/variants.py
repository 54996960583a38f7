"""Forks of the extension's schema, as far as they are known: what a publisher must not take for granted.

(thai-gdc-opal, the governance extension, the insurance regulator's catalogue; seen in code. Which of
their further fields are mandatory is told only where it was seen; the objectives of an agency of its own
are made up.)
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from govlink.models.code_lists import Classification, DataCategory, Licence

__all__ = ["Variant", "dataset_variant", "resource_variant"]

Field = dict[str, object]


class Variant(StrEnum):
    """Whose schema it is."""

    GDC = "gdc"
    """The public extension, release 2.1.0."""
    OPAL = "opal"
    """A later fork of an agency: other licences, a class of the data, a resource's format mandatory."""
    GOV = "gov"
    """The governance extension: a mandatory class in codes, and numbers and dates of its own."""
    OIC = "oic"
    """The insurance regulator: another name for the contact, further types and objectives."""


_OPAL_LICENCES = (
    Licence.OPEN_DATA_COMMON,
    Licence.CC_BY,
    Licence.CC_BY_NC,
    Licence.CC_BY_SA,
    Licence.CC_BY_NC_SA,
    Licence.CC_BY_NC_ND,
    Licence.CC_BY_ND,
    Licence.OTHER,
)
_DISCLOSURES = ("public", "registered", "first_trusted", "second_trusted", "secret")


def _plain(name: str, label: str) -> Field:
    return {"field_name": name, "label": label}


def _chosen(name: str, label: str, pairs: Iterable[tuple[str, str]]) -> Field:
    return {**_plain(name, label), "choices": [{"value": v, "label": shown} for v, shown in pairs]}


def _of(fields: list[Field], name: str) -> Field:
    return next(field for field in fields if field["field_name"] == name)


def _offer(field: Field, *values: str) -> None:
    listed = field.get("choices")
    assert isinstance(listed, list)  # a field of our own making
    field["choices"] = [*listed, *({"value": value, "label": value} for value in values)]


def _opal(fields: list[Field]) -> None:
    _offer(_of(fields, "data_category"), DataCategory.INTERNAL.value)
    _of(fields, "data_category").pop("validators")  # nor does it look at this value
    _of(fields, "license_id")["choices"] = [{"value": v.value, "label": v.value} for v in _OPAL_LICENCES]
    fields.append(_chosen("data_classification", "ระดับชั้นข้อมูล", ((c.value, c.value) for c in Classification)))


def _gov(fields: list[Field]) -> None:
    _offer(_of(fields, "data_category"), DataCategory.INTERNAL.value)
    codes = zip(_DISCLOSURES, (c.value for c in Classification), strict=True)
    fields.append({**_chosen("disclosure", "ระดับชั้นข้อมูล", codes), "required": True})
    fields += [_plain(name, "") for name in ("metadata_number", "distribution_type")]
    fields += [_plain(name, "") for name in ("effective_date", "end_of_use_date")]


def _oic(fields: list[Field]) -> None:
    _of(fields, "maintainer")["field_name"] = "contact_person"
    _of(fields, "maintainer_email")["field_name"] = "contact_email"
    _offer(_of(fields, "data_type"), "ข้อมูลหลัก", "ข้อมูลอ้างอิง")
    _offer(_of(fields, "objective"), "แผนพัฒนาการประกันภัย")
    fields.append(_plain("data_owner", ""))


def dataset_variant(fields: list[Field], variant: Variant) -> list[Field]:
    """These dataset fields as the variant has them."""
    changes = {Variant.OPAL: _opal, Variant.GOV: _gov, Variant.OIC: _oic}
    if variant in changes:
        changes[variant](fields)
    return fields


def resource_variant(fields: list[Field], variant: Variant) -> list[Field]:
    """These resource fields as the variant has them."""
    if variant is Variant.OPAL:
        for name in ("url", "format"):
            _of(fields, name)["required"] = True
        cdp = _chosen("resource_cdp", "หน่วยต้องการส่งข้อมูลมาที่ CDP หรือไม่", (("ใช่1", "ใช่1"), ("ไม่ใช่", "ไม่ใช่")))
        fields.append(cdp)
    return fields

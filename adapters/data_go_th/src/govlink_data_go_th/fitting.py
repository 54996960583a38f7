"""Fit a description to the schema a catalogue really has: forks of the extension differ in a few fields.

Only what is plainly the same thing under another name is fitted. Anything else that a catalogue demands
is given by the setting ``extra_fields``.
(forks: thai-gdc-opal, the governance extension and the insurance regulator's catalogue; seen in code)
"""

from __future__ import annotations

from collections.abc import Mapping

from govlink.models.dataset import Classification, DataCategory, Dataset
from govlink.models.dataset_items import OTHER_LABELS

from .parse import SchemaField

__all__ = ["CLASS_FIELDS", "RENAMED", "classification_of", "fitted"]

RENAMED: Mapping[str, str] = {"maintainer": "contact_person", "maintainer_email": "contact_email"}
"""Fields that a catalogue without them has under another name."""

CLASS_FIELDS: Mapping[str, Mapping[Classification, str]] = {
    "data_classification": {c: c.value for c in Classification},
    "disclosure": {
        Classification.OPEN: "public",
        Classification.WITHIN_ORGANISATION: "registered",
        Classification.CONFIDENTIAL: "first_trusted",
        Classification.SECRET: "second_trusted",
        Classification.TOP_SECRET: "secret",
    },
}
"""The fields that hold the class of the data, with their words for each class.

The codes are the governance extension's, after DGA's standard มสพร. 8-2565. (documented)
"""


def classification_of(dataset: Dataset) -> Classification | None:
    """The class of the data: what is said, else open for public data; None for any other category."""
    if dataset.classification is None and dataset.data_category is DataCategory.PUBLIC:
        return Classification.OPEN
    return dataset.classification


def _word_of(name: str, classification: Classification, field: SchemaField) -> str:
    """The field's own word for a class, or the Thai label where the field offers that one only."""
    word = CLASS_FIELDS[name][classification]
    if field.choices and word not in field.choices and classification.value in field.choices:
        return classification.value
    return word


def _choose_texts(fields: dict[str, object], offered: Mapping[str, SchemaField]) -> None:
    """A text given for อื่นๆ is stored as a choice, where the catalogue offers it as one."""
    for name in [n.removesuffix("_other") for n in fields if n.endswith("_other")]:
        text, chosen = fields[f"{name}_other"], fields.get(name)
        choices = offered[name].choices if name in offered else None
        if not text or not choices or text not in choices:
            continue
        if isinstance(chosen, list):
            fields[name] = list(dict.fromkeys(text if item in OTHER_LABELS else item for item in chosen))
        else:
            fields[name] = text
        fields[f"{name}_other"] = ""


def fitted(
    fields: Mapping[str, object], offered: Mapping[str, SchemaField], *, dataset: Dataset | None = None
) -> dict[str, object]:
    """The fields as this schema takes them; ``dataset`` is given for a dataset's own fields.

    Fields of a resource that the schema lacks are left out: they would be stored as strays (tried).
    """
    found = dict(fields)
    _choose_texts(found, offered)
    if dataset is None:
        return {n: v for n, v in found.items() if n in offered or not n.startswith("resource_")}
    for name, other_name in RENAMED.items():
        if name not in offered and other_name in offered:
            found[other_name] = found.pop(name)
    classification = classification_of(dataset)
    if classification is not None:
        classes = {n: _word_of(n, classification, offered[n]) for n in CLASS_FIELDS if n in offered}
        found.update(classes)
    return found

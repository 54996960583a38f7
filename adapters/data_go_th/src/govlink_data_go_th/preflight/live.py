"""The live schema of a catalogue wins over the lists the SDK knows: deployed versions differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from govlink.errors import Problem
from govlink.models.code_lists import NOT_EVERYWHERE
from govlink.models.dataset_items import ITEMS, RESOURCE_ITEMS, Item

from ..fitting import CLASS_FIELDS, RENAMED
from ..metadata import WIRE_NAMES, Wanted, wire_name
from ..parse import Schema, SchemaField
from .faults import CHOICE_UNKNOWN, FIELD_UNKNOWN, FIELD_WANTED
from .rules import refuse

__all__ = ["check_against", "drift_of"]

_CORE = frozenset({"title", "notes", "tags", "maintainer", "maintainer_email", "license_id", "state", "url"})
_BY_US = frozenset({"name", "owner_org", "tag_string", "tags", "allow_harvest", "private"})
_OF_RESOURCES = frozenset({"url", "upload", "name", "format", "description", "id", "package_id"})
_MEMBERS: Mapping[str, str] = {wire: member for member, wire in WIRE_NAMES.items()} | {
    other: member for member, other in RENAMED.items()
}


def _misfits(
    pointer: str, fields: Mapping[str, object], offered: Mapping[str, SchemaField]
) -> Iterator[Problem]:
    for name, value in fields.items():
        field = offered.get(name)
        at = f"{pointer}/{_MEMBERS.get(name, name)}"
        if field is None and not pointer and name not in _CORE:
            yield Problem(pointer=at, fault=FIELD_UNKNOWN, values=(("field", name),))
        elif field is not None and field.choices is not None:
            chosen = value if isinstance(value, list) else [value]
            if not {str(choice) for choice in chosen} <= field.choices:
                values = (("field", name), ("offered", ", ".join(sorted(field.choices))))
                yield Problem(pointer=at, fault=CHOICE_UNKNOWN, values=values)


def _wanting(pointer: str, known: frozenset[str], offered: Mapping[str, SchemaField]) -> Iterator[Problem]:
    for name, field in offered.items():
        if field.is_required and name not in known:
            yield Problem(pointer=f"{pointer}/{name}", fault=FIELD_WANTED, values=(("field", name),))


def _against(wanted: Wanted, schema: Schema) -> Iterator[Problem]:
    yield from _misfits("", wanted.filled(), schema.fields)
    yield from _wanting("", _BY_US.union(wanted.filled()), schema.fields)
    for pointer, fields in (("/table", wanted.table), ("/file", wanted.file)):
        yield from _misfits(pointer, fields, schema.resource_fields)
        yield from _wanting(pointer, _OF_RESOURCES.union(fields), schema.resource_fields)


def check_against(wanted: Wanted, schema: Schema) -> None:
    """Check against the live schema; ``wanted`` should have been fitted to it.

    Raises:
        RejectedError: a field the schema lacks, a choice it does not offer, or an item it demands.
    """
    refuse(_against(wanted, schema))


def _known_fields() -> dict[str, Item | None]:
    """The dataset fields of release 2.1.0: by wire name the item, or None for the texts of อื่นๆ."""
    found: dict[str, Item | None] = {"allow_harvest": None}
    for item in ITEMS:
        if item.member == "classification":
            continue  # a field of the forks only
        found["tag_string" if item.member == "tags" else wire_name(item.member)] = item
        if item.can_be_other:
            found[f"{wire_name(item.member)}_other"] = None
    return found


def _known_resource_fields() -> dict[str, Item | None]:
    found: dict[str, Item | None] = dict.fromkeys(("resource_private",))
    for item in RESOURCE_ITEMS:
        found[f"resource_{wire_name(item.member)}"] = item
        if item.can_be_other:
            found[f"resource_{wire_name(item.member)}_other"] = None
    return found


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _choices_drift(said: str, item: Item, live: SchemaField) -> Iterator[str]:
    if item.choices is None:
        return
    ours = {choice.value for choice in item.choices}
    if live.choices is None:
        yield f"{said} takes any text there and has no list of choices"
        return
    if more := set(live.choices) - ours:
        yield f"{said} offers further choices: {_listed(more)}"
    everywhere = {choice.value for choice in item.choices if choice not in NOT_EVERYWHERE}
    if fewer := everywhere - live.choices:
        yield f"{said} lacks the choices: {_listed(fewer)}"


def _drift(
    kind: str,
    known: Mapping[str, Item | None],
    live: Mapping[str, SchemaField],
    passed: frozenset[str],
) -> Iterator[str]:
    if unknown := set(live) - set(known) - passed:
        yield f"{kind}s that are not known here: {_listed(unknown)}"
    if lacking := set(known) - set(live) - passed:
        yield f"{kind}s that are lacking there: {_listed(lacking)}"
    for name, item in known.items():
        if name not in live or item is None or name in passed:
            continue
        if live[name].is_required != item.is_mandatory:
            yield f"{kind} {name} is {'mandatory' if live[name].is_required else 'not mandatory'} there"
        yield from _choices_drift(f"{kind} {name}", item, live[name])


def drift_of(schema: Schema) -> tuple[str, ...]:
    """How the live schema differs from the lists in this SDK, in English lines; empty where it does not.

    Fields that are filled under another name there are no drift. ``name`` and ``owner_org`` are core's.
    """
    filled = {
        there for here, there in RENAMED.items() if here not in schema.fields and there in schema.fields
    }
    renamed = {here for here, there in RENAMED.items() if there in filled}
    passed = frozenset({"name", "owner_org", *CLASS_FIELDS, *filled, *renamed})
    lines = list(_drift("field", _known_fields(), schema.fields, passed))
    if schema.resource_fields:
        lines += _drift("resource field", _known_resource_fields(), schema.resource_fields, _OF_RESOURCES)
    return tuple(lines)

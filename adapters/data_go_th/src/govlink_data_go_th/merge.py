"""Three versions of each metadata field: what stands, what is wanted, what the last publication wanted.

The last is known by fingerprints that the catalogue keeps beside the table, so no machine has to
remember it. A field that only the caller changed is written; one that only somebody else changed
stands; one that both changed is a conflict, which a person settles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from govlink.errors import ConflictError, Fault, Problem
from govlink.models.publication import Consent, FieldChange

from .identity import applied_of, fingerprint, resource_id_of
from .metadata import Wanted, plain
from .parse import Package
from .settings import PLATFORM

__all__ = [
    "FILE",
    "TABLE",
    "EditedElsewhereError",
    "Merge",
    "adopted_prints",
    "fields_of",
    "merge",
    "prints_of",
    "stored_texts",
]

TABLE, FILE = "table.", "file."
"""Stand before the names of the fields of the table's resource and of the file's."""

EDITED_ELSEWHERE = Fault(
    "data_go_th.edited_elsewhere",
    en="somebody else edited what this publication would change too: {fields}; take their text over, or "
    "allow overwriting these fields",
    th="มีผู้อื่นแก้ไขรายการที่การเผยแพร่นี้จะเปลี่ยนด้วย: {fields} ให้นำข้อความนั้นมาใช้ หรืออนุญาตให้เขียนทับรายการดังกล่าว",
)
EDITED_FIELD = Fault(
    "data_go_th.edited_field",
    en="edited on the catalogue since the last publication, and changed here as well",
    th="ถูกแก้ไขบนแค็ตตาล็อกหลังการเผยแพร่ครั้งก่อน และถูกเปลี่ยนที่นี่ด้วย",
)


class EditedElsewhereError(ConflictError):
    """Somebody edited fields that the caller changed too; ``report`` shows the versions of each."""

    report: tuple[FieldChange, ...] = ()


def _is_ours(name: str) -> bool:
    return not name.startswith(("govlink_", "url_type"))


def fields_of(wanted: Wanted, *, has_file: bool) -> dict[str, object]:
    """All fields that are merged, by the names people see in reports."""
    dataset = {k: v for k, v in wanted.fields.items() if k != "state"}
    table = {f"{TABLE}{k}": v for k, v in wanted.table.items() if _is_ours(k)}
    file = {f"{FILE}{k}": v for k, v in wanted.file.items() if _is_ours(k)} if has_file else {}
    return {**dataset, **table, **file}


def _stored_of(package: Package, names: Iterable[str]) -> dict[str, object]:
    """The fields as they stand; those of a resource that is not there are left out."""
    places: dict[str, Mapping[str, object] | None] = {
        TABLE: package.resource(resource_id_of(package.name)),
        FILE: package.resource(resource_id_of(package.name, resource_key="csv")),
    }
    found: dict[str, object] = {}
    for name in names:
        prefix = next((p for p in places if name.startswith(p)), "")
        fields = places[prefix] if prefix else package.fields
        if fields is not None:
            found[name] = plain(fields.get(name.removeprefix(prefix))) or ""
    return found


def prints_of(wanted: Mapping[str, object]) -> dict[str, str]:
    """The fingerprints of wanted fields: the base of the next comparison."""
    return {name: fingerprint(plain(value) or "") for name, value in wanted.items()}


def adopted_prints(package: Package, wanted: Mapping[str, object]) -> dict[str, str]:
    """The base for a dataset made by hand: what stands of the fields that are given, nothing else."""
    stored = _stored_of(package, wanted)
    return {name: fingerprint(value if wanted[name] else "") for name, value in stored.items()}


def _text(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or None
    return str(value) or None


def stored_texts(package: Package, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The fields as they stand, as texts, empty ones left out."""
    texts = ((name, _text(value)) for name, value in sorted(_stored_of(package, names).items()))
    return tuple((name, text) for name, text in texts if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """``writes`` are values to send by merged name; ``prints`` are to be kept as the next run's base."""

    writes: Mapping[str, object]
    changes: tuple[FieldChange, ...]
    kept: tuple[FieldChange, ...]
    prints: Mapping[str, str]

    def dataset(self) -> dict[str, object]:
        """What to write into the dataset's own fields."""
        return {k: v for k, v in self.writes.items() if not k.startswith((TABLE, FILE))}

    def resource(self, prefix: str) -> dict[str, object]:
        """What to write into the fields of one resource."""
        return {k.removeprefix(prefix): v for k, v in self.writes.items() if k.startswith(prefix)}


def _is_written(wanted: object, stored: object, base: str | None, *, may_overwrite: bool) -> bool | None:
    """Whether to write a field that differs; None where both sides changed it."""
    if base is None and not wanted:
        return False  # an optional field never given is no wish to empty it
    if not stored and base is None:
        return True
    if may_overwrite or base == fingerprint(stored):
        return True
    return False if base == fingerprint(wanted) else None


def _emptied(wanted: Mapping[str, object], base: Mapping[str, str]) -> dict[str, object]:
    """Fields of a resource that the last publication filled and this one does not give: they are cleared."""
    places = {prefix for prefix in (TABLE, FILE) if any(name.startswith(prefix) for name in wanted)}
    return {name: "" for name in base if name not in wanted and name.startswith(tuple(places))}


def merge(
    wanted: Mapping[str, object], package: Package, *, consent: Consent, published: Mapping[str, str]
) -> Merge:
    """Compare field by field.

    ``published`` are the texts that a journal remembers, for the report only.

    Raises:
        EditedElsewhereError: fields that both sides changed, or that were never ours, and hold something
            else; ``consent.overwrite`` names none of them. The message names fields and no values.
    """
    base = applied_of(package.resource(resource_id_of(package.name)))
    wanted = {**_emptied(wanted, base), **wanted}
    stored = _stored_of(package, wanted)
    writes: dict[str, object] = {}
    changes: list[FieldChange] = []
    kept: list[FieldChange] = []
    conflicts: list[FieldChange] = []
    for name, value in wanted.items():
        ours = plain(value) or ""
        theirs = stored.get(name, ours)  # a resource that is not there yet is made whole
        if ours == theirs:
            continue
        change = FieldChange(
            name=name, stored=_text(theirs), wanted=_text(ours), published=published.get(name)
        )
        verdict = _is_written(ours, theirs, base.get(name), may_overwrite=consent.may_overwrite(name))
        if verdict:
            writes[name] = value
        if verdict is not False or base.get(name) is not None:
            (conflicts if verdict is None else changes if verdict else kept).append(change)
    if conflicts:
        raise _conflict(conflicts)
    return Merge(writes=writes, changes=tuple(changes), kept=tuple(kept), prints=prints_of(wanted))


def _conflict(conflicts: list[FieldChange]) -> EditedElsewhereError:
    names = ", ".join(change.name for change in conflicts)
    problems = tuple(Problem(pointer=f"/{c.name.replace('.', '/')}", fault=EDITED_FIELD) for c in conflicts)
    error = EditedElsewhereError(
        EDITED_ELSEWHERE, platform=PLATFORM, operation="package_revise", problems=problems, fields=names
    )
    error.report = tuple(conflicts)
    return error

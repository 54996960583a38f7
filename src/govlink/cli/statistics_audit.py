"""``govlink statistics audit`` and ``report``: what anybody who holds the files can find out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError, Fault, ProtectionError
from ..models.release import Dimension, Release
from .output import error_object, language, print_json, print_table, stop_with
from .statistics_labels import labels_for
from .statistics_options import NOT_THERE, Json, on_disk, working, written
from .statistics_telling import print_worded, risks, worded

if TYPE_CHECKING:  # the solver is loaded by the commands that need it
    from ..statistics.ledger import Ledger
    from ..statistics.output import PageLanguage
    from ..statistics.releasing.checking import FileAudit

__all__ = ["add_to"]

LANGUAGE_UNKNOWN = Fault(
    "statistics.language_unknown", en="--lang takes th, en or both", th="--lang รับค่า th, en หรือ both"
)
_LANGUAGES: Mapping[str, PageLanguage] = {"th": "th", "en": "en", "both": "both"}


def add_to(group: typer.Typer) -> None:
    """Add the commands to ``govlink statistics``."""
    group.command("audit")(audit)
    group.command("report")(report)


def audit(
    table: Annotated[Path, typer.Argument(metavar="TABLE.csv", help="A table as it was published.")],
    ledger: Annotated[
        Path | None, typer.Option("--ledger", metavar="FILE", help="Attack it with everything published.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="POLICY.toml", help="Hold it to these rules, not to the report's."),
    ] = None,
    json: Json = False,
) -> None:
    """Attack a table. Exit 0 only if nothing is unprotected and nothing was changed; 80 otherwise.

    The report.json beside the table tells the rules, the hierarchies, and which cells were hidden when the
    table was sealed.
    """
    from ..statistics.policy import load_policy
    from ..statistics.releasing.checking import audit_file

    rules = load_policy(policy) if policy else None
    if not table.is_file():
        raise ConfigError(NOT_THERE, name=table.name)
    with working(f"attack {table.name}"), on_disk():
        found = audit_file(table, policy=rules, ledger=_ledger(ledger, table))
    refusal = None
    if not found.passed:
        try:
            found.refuse()
        except ProtectionError as error:
            refusal = error
    content = _content(found, table)
    if json:
        ending = {"exit_code": refusal.exit_code if refusal else 0}
        print_json(content | ending | (error_object(refusal) if refusal else {}))
    else:
        _show(found, table)
    if refusal is not None:
        stop_with(refusal)


def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where 'protect' wrote its files.")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the page: one file, no network.")
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="th, en or both; by the terminal otherwise.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", metavar="FILE.toml", help="Names in Thai and English.")
    ] = None,
    json: Json = False,
) -> None:
    """Show the public report of a release, after attacking its table once more; or make the page of it."""
    from ..statistics.output import page

    spoken = _language(lang)
    with working(f"attack {directory.name}"), on_disk():
        release = _read(directory)
    if html is not None:
        from ..statistics.releasing.files import write_file

        with written():
            named = labels_for(release, name=directory.resolve().name, given=labels)
            write_file(html.absolute(), page(release, labels=named, language=spoken))
    if json:
        print_json({"report": release.report.content(), "html": str(html) if html else None})
        return
    from ..statistics.output import report_lines

    told = language() if spoken == "both" else spoken
    columns = ("รายการ", "ค่า") if told == "th" else ("what", "value")
    print_table(directory.name, columns, report_lines(release.report, language=told))


def _ledger(path: Path | None, table: Path) -> Ledger | None:
    from ..statistics.ledger import Ledger
    from ..statistics.releasing.files import REPORT_NAME
    from ..statistics.releasing.reading import read_report

    if path is None:
        return None
    beside = table.with_name(REPORT_NAME)
    noted = read_report(beside).ledger_head if beside.is_file() else None
    return Ledger.read(path, expected_head=noted)


def _content(found: FileAudit, table: Path) -> dict[str, object]:
    result = found.result
    content: dict[str, object] = {
        "table": table.name,
        "passed": found.passed,
        "threshold": found.rules.threshold,
        "altered": found.altered,
        "opened": found.opened,
        "earlier_tables": found.earlier,
        "method": found.report.method if found.report else "suppress",
        "policy_in_force": found.is_in_force,
        "ledger_entry": found.entry,
        "not_covered": _not_covered(found),
    }
    if result is None:
        return content
    exposures = {"failures": result.failures, "unbalanced": result.unbalanced, "across": result.across}
    return (
        content
        | {
            "audited": result.audited,
            "equations": result.equations,
            "small": result.small,
            "groups": result.groups,
        }
        | {
            name: [
                {"table": e.table, "keys": e.keys, "equation": e.equation, "equation_th": e.equation_th}
                for e in exposed
            ]
            for name, exposed in exposures.items()
        }
    )


def _not_covered(found: FileAudit) -> list[str]:
    from ..statistics.audit import NOT_COVERED

    told = found.report.not_covered if found.report else NOT_COVERED
    return list(dict.fromkeys((*told, *(found.result.unjudged if found.result else ()))))


def _show(found: FileAudit, table: Path) -> None:
    thai, result = language() == "th", found.result
    rows = [("verdict", worded("passed" if found.passed else "FAILED"))]
    rows.append(("threshold", f"{found.rules.threshold:,}"))
    if result is not None:
        rows.append(("hidden cells attacked", f"{result.audited:,}"))
        rows.append(("earlier_tables", f"{found.earlier:,}"))
    if found.is_in_force is False:
        rows.append(("policy", worded("the report is of another one, or of an older wording")))
    if found.entry is not None:
        rows.append(("ledger_entry", f"{found.entry:,}"))
    rows += [("hidden when sealed, shown now", ", ".join(keys)) for keys in found.opened]
    if result is not None:
        for what, exposures in (
            ("can be worked out", result.failures),
            ("contradicted", result.unbalanced),
            ("tells of a whole group with earlier tables", result.across),
        ):
            for one in exposures:
                told = one.equation_th if thai else one.equation
                cell = (
                    f"{one.table}: {', '.join(one.keys)}" if one.table != table.name else ", ".join(one.keys)
                )
                rows.append((what, f"{cell}\n{told}" if told else cell))
        rows += [("small and shown", ", ".join(keys)) for keys in result.small]
        rows += [("tells of a whole group", ", ".join(keys)) for keys in result.groups]
    if found.altered:
        rows.append(("altered", worded("the table is not the one its report is of")))
    rows.append(("not_covered", risks(_not_covered(found))))
    print_worded(table.name, rows)


def _language(asked: str | None) -> PageLanguage:
    if asked is None:
        return language()
    if asked not in _LANGUAGES:
        raise ConfigError(LANGUAGE_UNKNOWN)
    return _LANGUAGES[asked]


def _read(directory: Path) -> Release:
    from ..statistics.release import read_release, read_table
    from ..statistics.releasing.files import TABLE_NAME

    path = directory / TABLE_NAME
    dimensions: tuple[Dimension, ...] = read_table(path).dimensions if path.is_file() else ()
    return read_release(directory, dimensions=dimensions)

"""The public report as lines of a terminal, in one language."""

from __future__ import annotations

from ...models.release import ProtectionReport
from .labels import Language
from .page.texts import METHODS, RISKS, WORDS

__all__ = ["report_lines"]


def report_lines(report: ProtectionReport, *, language: Language) -> list[tuple[str, str]]:
    """What and its value, in the order of the page."""

    def word(name: str) -> str:
        return str(getattr(WORDS[name], language))

    method = getattr(METHODS[report.method], language) if report.method in METHODS else ""
    cells = report.cells_published + report.cells_suppressed
    lines = [
        (word("policy"), f"{report.policy_id} · {word('version')} {report.policy_version}"),
        (word("method"), f"{report.method}: {method}"),
        (word("threshold"), f"{report.rules.threshold:,}"),
        (word("published"), f"{report.cells_published:,} / {cells:,}"),
        (
            word("hidden_cells"),
            f"{report.cells_suppressed:,} · {report.suppressed_share:.1%} {word('of_all')}",
        ),
        (word("verdict"), word("passed") if report.audit_verdict == "passed" else report.audit_verdict),
    ]
    lines += [(word("parameters"), f"{name} = {value}") for name, value in sorted(report.parameters.items())]
    if report.suppressed_count_share is not None:
        lines.append((word("share"), f"{report.suppressed_count_share:.2%}"))
    if report.gap is not None:
        told = word("gap_some").format(gap=f"{report.gap:.0%}") if report.gap else word("gap_none")
        lines.append((word("gap"), told))
    looked = "earlier_releases" not in report.not_covered
    lines.append((word("ledger"), (looked and report.ledger_head) or word("ledger_none")))
    lines += [(word("not_covered"), _risk(code, language)) for code in report.not_covered]
    lines += [("SHA-256", f"{word('digest_table')} {report.table_sha256_hex}")]
    lines += [("SHA-256", f"{word('digest_report')} {report.sha256_hex()}")]
    versions = " · ".join(f"{name} {version}" for name, version in sorted(report.versions.items()))
    return [*lines, (word("versions"), versions)]


def _risk(code: str, language: Language) -> str:
    return f"{code}: {getattr(RISKS[code], language)}" if code in RISKS else code

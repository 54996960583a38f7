"""The public report as a list of facts, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from ....models.release import ProtectionReport
from ....models.rules import GroupRule
from ..labels import Label, Labels
from .html import Html, both, element, joined, text
from .texts import METHODS, RISKS, SEARCHES, WORDS

__all__ = ["report_part"]


def report_part(report: ProtectionReport, *, labels: Labels) -> Html:
    """What was done, what the audit says, and what it does not look at."""
    facts = [
        element("div", element("dt", both(WORDS[name])), element("dd", content))
        for name, content in _facts(report, labels)
    ]
    return element("dl", *facts)


def _facts(report: ProtectionReport, labels: Labels) -> Iterator[tuple[str, Html]]:
    version = WORDS["version"]
    wording = Label(th=f"{version.th} {report.policy_version}", en=f"{version.en} {report.policy_version}")
    yield "policy", joined(element("b", text(report.policy_id)), text(" "), both(wording))
    told = joined(text(" "), both(METHODS[report.method])) if report.method in METHODS else text("")
    yield "method", joined(element("code", text(report.method)), told)
    if report.parameters:
        pairs = [
            element("code", text(f"{name} = {value}")) for name, value in sorted(report.parameters.items())
        ]
        yield "parameters", element("span", *pairs, class_="tags")
    yield "threshold", text(f"{report.rules.threshold:,}")
    if report.method == "suppress":
        yield from _suppression(report, labels)
    else:
        yield "verdict", both(WORDS["audit_text_perturbed"])
    # A ledger in which nothing stood yet is no look at what is out.
    looked = report.ledger_head is not None and "earlier_releases" not in report.not_covered
    yield "ledger", _digest(report.ledger_head or "") if looked else both(WORDS["ledger_none"])
    if report.subject is not None:
        yield "subject", _subject(report)
    yield "not_covered", element("ul", *(element("li", _risk(code)) for code in report.not_covered))
    digests = (("digest_table", report.table_sha256_hex), ("digest_policy", report.policy_sha256_hex))
    shown = [
        element("li", both(WORDS[name]), text(" "), _digest(digest)) for name, digest in digests if digest
    ]
    own = element("li", both(WORDS["digest_report"]), text(" "), _digest(report.sha256_hex()))
    yield "digests", element("ul", *shown, own)
    versions = [
        element("code", text(f"{name} {version}")) for name, version in sorted(report.versions.items())
    ]
    yield "versions", element("span", *versions, class_="tags")


def _suppression(report: ProtectionReport, labels: Labels) -> Iterator[tuple[str, Html]]:
    yield "zeros", both(WORDS[f"zeros_{report.rules.zeros}"])
    yield "group", _group(report.rules.group, labels) if report.rules.group else both(WORDS["group_none"])
    share = f"{report.cells_suppressed:,} · {report.suppressed_share:.1%}"
    yield "hidden_cells", joined(text(f"{share} "), both(WORDS["of_all"]))
    if report.suppressed_count_share is not None:
        yield "share", text(f"{report.suppressed_count_share:.2%}")
    if report.gap is not None:
        told = [_filled(WORDS["gap_some"], gap=f"{report.gap:.0%}") if report.gap else WORDS["gap_none"]]
        told += [SEARCHES[report.search]] if report.search in SEARCHES else []
        yield "gap", joined(*(element("span", both(label), class_="line") for label in told))
    yield "verdict", both(_filled(WORDS["audit_text"], n=f"{report.audited_cells:,}"))


def _group(rule: GroupRule, labels: Labels) -> Html:
    name = labels.dimensions.get(rule.dimension, Label(th=rule.dimension, en=rule.dimension))
    template = WORDS["group_text"]
    return both(
        Label(
            th=template.th.format(n=rule.min_groups, dimension=name.th),
            en=template.en.format(n=rule.min_groups, dimension=name.en),
        )
    )


def _subject(report: ProtectionReport) -> Html:
    if report.subject is None:
        return text("")
    parts = [element("code", text(report.subject.population or "-"))]
    parts += [
        element("code", text(f"{dimension} = {', '.join(codes)}"))
        for dimension, codes in report.subject.where
    ]
    return element("span", *parts, class_="tags")


def _risk(code: str) -> Html:
    known = joined(text(" "), both(RISKS[code])) if code in RISKS else text("")
    return joined(element("code", text(code)), known)


def _filled(label: Label, **values: str) -> Label:
    return Label(th=label.th.format(**values), en=label.en.format(**values))


def _digest(digest: str) -> Html:
    return element("code", text(digest), class_="digest")

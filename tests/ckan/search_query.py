"""The part of Solr's query language that CKAN and its users send, over documents in memory.

Fields, phrases, wildcards, ranges, groups, ``+`` and ``-``, AND, OR and NOT. There is no relevance:
a document matches or it does not. Text fields match by containing the words, without regard to case,
which is near enough to how the real index cuts Thai into words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

__all__ = ["Document", "Matcher", "parse"]

Document = Mapping[str, object]
Matcher = Callable[[Document], bool]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<sign>[+\-!](?=\S))
    | (?P<open>\()
    | (?P<close>\))
    | (?P<range>[\[{][^\]}]*[\]}])
    | (?P<phrase>"(?:[^"\\]|\\.)*")
    | (?P<field>(?:\\.|[^\s:()"\[\]{}+\-!\\])(?:\\.|[^\s:()"\[\]{}\\])*)(?=:):
    | (?P<word>(?:\\.|[^\s()"\\:])(?:\\.|[^\s()"\\])*)
    )""",
    re.VERBOSE,
)
_TEXT_FIELDS = frozenset(
    {"text", "title", "notes", "author", "maintainer", "res_name", "res_description", "license", "urls"}
)
_UNFIELDED = ("name", "title", "notes", "tags", "groups", "organization", "maintainer", "res_name")


def parse(query: str) -> Matcher:
    """A predicate for this query; the operator between bare clauses is AND, as CKAN asks for.

    Raises:
        ValueError: the query cannot be read.
    """
    parser = _Parser(query)
    matcher = parser.disjunction(field=None)
    if parser.kind is not None:
        raise ValueError(f"cannot read the query near {parser.text!r}")
    return matcher


class _Parser:
    """Recursive descent; ``kind`` and ``text`` are the token ahead, None at the end."""

    def __init__(self, query: str) -> None:
        self._query = query.strip()
        self._at = 0
        self.kind: str | None = None
        self.text = ""
        self._advance()

    def _advance(self) -> None:
        if self._at >= len(self._query):
            self.kind, self.text = None, ""
            return
        found = _TOKEN.match(self._query, self._at)
        if found is None or found.lastgroup is None:
            raise ValueError(f"cannot read the query near {self._query[self._at :]!r}")
        self._at = found.end()
        self.kind, self.text = found.lastgroup, found[found.lastgroup]
        if self.kind == "word" and self.text in {"AND", "OR", "NOT", "&&", "||"}:
            self.kind = {"&&": "AND", "||": "OR"}.get(self.text, self.text)

    def disjunction(self, *, field: str | None) -> Matcher:
        """Clauses joined by OR."""
        branches = [self._conjunction(field)]
        while self.kind == "OR":
            self._advance()
            branches.append(self._conjunction(field))
        return lambda document: any(branch(document) for branch in branches)

    def _conjunction(self, field: str | None) -> Matcher:
        clauses: list[Matcher] = []
        while self.kind not in {None, "OR", "close"}:
            if self.kind == "AND":
                self._advance()
                continue
            clauses.append(self._clause(field))
        return lambda document: all(clause(document) for clause in clauses)

    def _clause(self, field: str | None) -> Matcher:
        if self.kind == "NOT" or self.kind == "sign":
            negative = self.text != "+"
            self._advance()
            inner = self._clause(field)
            return (lambda document: not inner(document)) if negative else inner
        if self.kind == "field":
            name = _plain(self.text)
            self._advance()
            return self._clause(name)
        if self.kind == "open":
            self._advance()
            inner = self.disjunction(field=field)
            if self.kind != "close":
                raise ValueError("a parenthesis is not closed")
            self._advance()
            return inner
        return self._term(field)

    def _term(self, field: str | None) -> Matcher:
        kind, text = self.kind, self.text
        if kind not in {"word", "phrase", "range"}:
            raise ValueError(f"a value is missing before {text!r}")
        self._advance()
        if (field in {None, "*"} and text == "*") or (field is None and text == "*:*"):
            return lambda _document: True
        if kind == "range":
            return _in_range(field, text)
        exact = kind == "phrase"
        wanted = _plain(text[1:-1] if exact else text.split("^")[0])
        return _equals(field, wanted, wild=not exact and "*" in text)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _values(document: Document, field: str | None) -> list[str]:
    found = [document.get(name) for name in (_UNFIELDED if field in {None, "text"} else (field or "",))]
    flat = [item for value in found for item in (value if isinstance(value, list) else [value])]
    return [
        str(item).lower() if isinstance(item, bool) else str(item) for item in flat if item not in (None, "")
    ]


def _equals(field: str | None, wanted: str, *, wild: bool) -> Matcher:
    if wanted == "*":
        return lambda document: bool(_values(document, field))
    folded = wanted.casefold()
    if wild:
        return lambda document: any(fnmatchcase(v.casefold(), folded) for v in _values(document, field))
    if field is None or field in _TEXT_FIELDS:
        return lambda document: any(folded in v.casefold() for v in _values(document, field))
    return lambda document: wanted in _values(document, field)


def _in_range(field: str | None, text: str) -> Matcher:
    low, to, high = text[1:-1].strip().partition(" TO ")
    if not to:
        raise ValueError(f"not a range: {text!r}")
    low, high = low.strip('" '), high.strip('" ')

    def within(value: str) -> bool:
        after = low == "*" or value > low or (text[0] == "[" and value == low)
        before = high == "*" or value < high or (text[-1] == "]" and value == high)
        return after and before

    return lambda document: any(within(value) for value in _values(document, field))

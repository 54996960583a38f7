"""Nodes and values of JSON-LD, with the prefixes of all terms used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

__all__ = ["CONTEXT", "Node", "keyword", "ref", "texts", "typed"]

Node: TypeAlias = dict[str, object]

CONTEXT: Mapping[str, str] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "thgov": "urn:govlink:metadata:",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes of all terms used; ``thgov`` is ours, for the items of the Thai standard."""


def ref(iri: str) -> Node:
    """The node or term of that address."""
    return {"@id": iri}


def typed(value: object, kind: str) -> Node:
    """A value of one of the types of XML Schema."""
    return {"@value": str(value), "@type": f"xsd:{kind}"}


def texts(th: str, en: str = "") -> list[Node]:
    """A text in Thai, and in English where there is one."""
    found: list[Node] = [{"@value": th.strip(), "@language": "th"}]
    return [*found, {"@value": en.strip(), "@language": "en"}] if en.strip() else found


def keyword(tag: str) -> Node:
    """A text whose language is told only if its letters tell it."""
    is_thai = any("\u0e01" <= letter <= "\u0e5b" for letter in tag)
    return {"@value": tag, "@language": "th"} if is_thai else {"@value": tag}

"""The document: the dataset, who publishes it, and what else its graph names."""

from __future__ import annotations

import re
from urllib.parse import quote

from ..models.dataset import Dataset
from ..models.publication import PublicationState
from ..models.statements import Statement, declaration_statement, protection_statement
from .distributions import distribution_nodes
from .nodes import CONTEXT, Node, keyword, ref, texts, typed
from .published import Published
from .terms import ACCESS_PUBLIC, FREQUENCIES, LANGUAGES, LICENCE_TYPES, PLACES, WITHOUT_INTERVAL
from .thai import own_items, own_properties

__all__ = ["dataset_jsonld"]

_BUDDHIST_OFFSET = 543
_FIRST_BUDDHIST_YEAR = 2400
_IRI = "!#$%&'()*+,/:;=?@[]~"
"""What is left as it is in an address: a letter outside ASCII or a blank is escaped."""


def _year(text: str) -> Node | None:
    """The Gregorian year; one of the Buddhist era is told by its size, as portals show it."""
    if re.fullmatch(r"[0-9]{4}", text) is None or text == "0000":
        return None
    year = int(text)
    return typed(f"{year - _BUDDHIST_OFFSET if year >= _FIRST_BUDDHIST_YEAR else year:04d}", "gYear")


def _temporal(dataset: Dataset) -> Node | None:
    first, last = _year(dataset.first_year_of_data), _year(dataset.last_year_of_data)
    period: Node = {"@type": "dct:PeriodOfTime"}
    if first is not None:
        period["dcat:startDate"] = first
    if last is not None:
        period["dcat:endDate"] = last
    return period if len(period) > 1 else None


def _spatial(dataset: Dataset) -> list[Node]:
    found = [ref(PLACES[dataset.geo_coverage])] if dataset.geo_coverage in PLACES else []
    west, east = dataset.west_bound, dataset.east_bound
    north, south = dataset.north_bound, dataset.south_bound
    if west is None or east is None or north is None or south is None:
        return found
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    frame = ", ".join(f"{x:f} {y:f}" for x, y in corners)
    box = {"@value": f"POLYGON(({frame}))", "@type": "geo:wktLiteral"}
    return [*found, {"@type": "dct:Location", "dcat:bbox": box}]


def _frequency(dataset: Dataset) -> str | None:
    unit = dataset.update_frequency_unit
    interval = dataset.update_frequency_interval.strip() or "1"
    if unit in WITHOUT_INTERVAL:
        return FREQUENCIES[unit, 1]
    if re.fullmatch(r"[0-9]{1,4}", interval) is None:
        return None
    return FREQUENCIES.get((unit, int(interval)))


def _provenance(published: Published) -> Node | None:
    told: Statement | None = None
    if published.report is not None:
        told = protection_statement(published.report)
    elif published.declaration is not None:
        told = declaration_statement(published.declaration)
    if told is None:
        return None
    return {"@type": "dct:ProvenanceStatement", "rdfs:label": texts(told.th, told.en)}


def _dataset(published: Published, distributions: list[str]) -> Node:
    dataset, page = published.dataset, published.page
    found: Node = {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": published.result.dataset_id,
        "dct:title": texts(dataset.title, published.title_en),
        "dct:description": texts(dataset.notes, published.description_en),
        "dcat:keyword": [keyword(tag) for tag in sorted(dataset.tags)],
        "dct:publisher": ref(published.publisher_id),
        "dcat:contactPoint": ref(f"{page}#contact"),
        "dcat:landingPage": ref(page),
        "dct:license": ref(published.licence_id),
        "dcat:distribution": [ref(iri) for iri in distributions],
    }
    if published.result.state is PublicationState.PUBLIC:
        found["dct:accessRights"] = ref(ACCESS_PUBLIC)
    optional: Node = {
        "dct:accrualPeriodicity": ref(code) if (code := _frequency(dataset)) else None,
        "dct:spatial": _spatial(dataset),
        "dct:temporal": _temporal(dataset),
        "dct:language": [ref(LANGUAGES[x]) for x in dataset.data_language if x in LANGUAGES],
        "dct:issued": typed(dataset.data_release_date, "date") if dataset.data_release_date else None,
        "dct:modified": typed(dataset.last_updated, "date") if dataset.last_updated else None,
        "foaf:page": ref(quote(dataset.url.strip(), safe=_IRI)) if dataset.url.strip() else None,
        "dct:provenance": _provenance(published),
    }
    found |= {name: value for name, value in optional.items() if value}
    return found | own_items(dataset)


def _parties(published: Published) -> list[Node]:
    dataset = published.dataset
    name = published.publisher_th.strip() or dataset.owner_org
    licence: Node = {
        "@id": published.licence_id,
        "@type": "dct:LicenseDocument",
        "rdfs:label": dict(dataset.other).get("licence", "").strip() or dataset.licence.value,
    }
    if kinds := LICENCE_TYPES.get(dataset.licence):
        licence["dct:type"] = [ref(kind) for kind in kinds]
    return [
        {
            "@id": published.publisher_id,
            "@type": "foaf:Agent",
            "foaf:name": texts(name, published.publisher_en) if published.publisher_th.strip() else name,
        },
        {
            "@id": f"{published.page}#contact",
            "@type": "vcard:Organization",
            "vcard:fn": texts(dataset.maintainer),
            "vcard:hasEmail": ref(f"mailto:{quote(dataset.maintainer_email.strip(), safe='@+')}"),
        },
        licence,
    ]


def dataset_jsonld(published: Published) -> Node:
    """The dataset as a JSON-LD document: ``@context`` and one flat ``@graph`` of named nodes.

    The graph holds the dataset, its table with the table's API, its file, its publisher, its contact
    (an organisation's card, never a person's) and its licence, then the Thai labels of the items that
    stand under names of ours. The licence is told by its label and kind: the Thai list names no version
    of a licence, so no licence's address is claimed.
    """
    distributions, services = distribution_nodes(published)
    graph = [
        _dataset(published, [str(node["@id"]) for node in distributions]),
        *distributions,
        *services,
        *_parties(published),
        *own_properties(published.dataset),
    ]
    return {"@context": dict(CONTEXT), "@graph": graph}

"""The ways to the data: the table with its query interface, and the file beside it."""

from __future__ import annotations

from urllib.parse import quote

from ..models.dataset import DatasetResource
from .nodes import CONTEXT, Node, ref, texts, typed
from .published import Published
from .terms import CSV_FILE_TYPE, CSV_MEDIA_TYPE

__all__ = ["distribution_nodes"]


def _distribution(
    published: Published, resource_id: str, *, own: DatasetResource, title: str, download_url: str
) -> Node:
    page = published.resource_page(resource_id)
    found: Node = {
        "@id": page,
        "@type": "dcat:Distribution",
        "dct:title": texts(title),
        "dct:license": ref(published.licence_id),
        "dcat:accessURL": ref(page),
        "dcat:downloadURL": ref(download_url),
        "dct:format": ref(CSV_FILE_TYPE),
        "dcat:mediaType": ref(CSV_MEDIA_TYPE),
    }
    if own.description.strip():
        found["dct:description"] = texts(own.description)
    if modified := own.last_updated or published.dataset.last_updated:
        found["dct:modified"] = typed(modified, "date")
    return found


def _table(published: Published) -> tuple[Node, Node]:
    """The table of the DataStore: its dump is the download, its API a service."""
    dataset, resource_id = published.dataset, published.result.resource_id
    title = dataset.table.name.strip() or dataset.title.strip()
    dump = f"{published.site}/datastore/dump/{quote(resource_id, safe='')}"
    service_id = f"{published.page}#api"
    table = _distribution(published, resource_id, own=dataset.table, title=title, download_url=dump)
    table["dcat:accessService"] = ref(service_id)
    action = f"{published.site}/api/3/action"
    service: Node = {
        "@id": service_id,
        "@type": "dcat:DataService",
        "dct:title": [
            *texts(f"API ของตาราง {title}"),
            {"@value": "Query interface of the table", "@language": "en"},
        ],
        "dct:license": ref(published.licence_id),
        "dcat:endpointURL": ref(f"{action}/datastore_search"),
        "dcat:endpointDescription": ref(f"{action}/help_show?name=datastore_search"),
        "dcat:servesDataset": ref(published.page),
    }
    return table, service


def _file(published: Published) -> list[Node]:
    dataset, resource_id = published.dataset, published.result.file_resource_id
    if resource_id is None:
        return []
    title = dataset.file.name.strip() or f"{dataset.title.strip()} (CSV)"
    place = f"{published.resource_page(resource_id)}/download/{quote(dataset.name, safe='')}.csv"
    node = _distribution(published, resource_id, own=dataset.file, title=title, download_url=place)
    if published.file is not None:
        node["dcat:byteSize"] = typed(published.file.size_bytes, "nonNegativeInteger")
        node["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": ref(f"{CONTEXT['spdx']}checksumAlgorithm_sha256"),
            "spdx:checksumValue": typed(published.file.sha256_hex, "hexBinary"),
        }
    return [node]


def distribution_nodes(published: Published) -> tuple[list[Node], list[Node]]:
    """The distributions, and the services that stand behind them."""
    table, service = _table(published)
    return [table, *_file(published)], [service]

"""A stand-in for Solr: what CKAN asks of its search index, answered from memory on a loopback port."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from .search_query import Document, parse

__all__ = ["SearchIndex"]

_SCHEMA = b'<?xml version="1.0" encoding="UTF-8"?><schema name="ckan-2.11" version="1.6"></schema>'
"""CKAN reads the version out of the name, and takes this one up to 2.12."""

Parameters = dict[str, list[str]]


class SearchIndex:
    """The index and its server. ``stop`` and ``start`` keep the port and the documents."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/solr/ckan"
        self._port = port
        self._documents: dict[str, Document] = {}
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Answer from now on."""
        handler = type("Handler", (_Handler,), {"index": self})
        server = _Server(("127.0.0.1", self._port), handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._server = server

    def stop(self) -> None:
        """Refuse connections from now on."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def clear(self) -> None:
        """Forget every document."""
        with self._lock:
            self._documents.clear()

    def add(self, documents: Iterable[Document]) -> None:
        """Take documents, replacing those of the same ``index_id``."""
        with self._lock:
            self._documents.update({str(d["index_id"]): d for d in documents})

    def delete(self, query: str) -> None:
        """Drop the documents that match."""
        matches = parse(query)
        with self._lock:
            self._documents = {key: d for key, d in self._documents.items() if not matches(d)}

    def select(self, parameters: Parameters) -> dict[str, object]:
        """Answer a search."""
        matchers = [parse(q) for q in (*parameters.get("q", ["*:*"]), *parameters.get("fq", [])) if q.strip()]
        with self._lock:
            found = [d for d in self._documents.values() if all(matches(d) for matches in matchers)]
        for field, descending in reversed(_order(parameters)):
            found.sort(key=lambda d: str(d.get(field, "")), reverse=descending)
        start, rows = (
            int(parameters.get(key, [default])[0]) for key, default in (("start", "0"), ("rows", "10"))
        )
        wanted = set(re.split(r"[ ,]+", parameters.get("fl", ["*"])[0]))
        page = [
            d if "*" in wanted else {k: d[k] for k in wanted & set(d)} for d in found[start : start + rows]
        ]
        return {
            "responseHeader": {"status": 0, "QTime": 1},
            "response": {"numFound": len(found), "start": start, "docs": page},
            "facet_counts": {
                "facet_queries": {},
                "facet_fields": {
                    field: _counted(found, field) for field in parameters.get("facet.field", [])
                },
                "facet_dates": {},
                "facet_ranges": {},
            },
        }


def _order(parameters: Parameters) -> list[tuple[str, bool]]:
    parts = [part.split() for part in parameters.get("sort", [""])[0].split(",")]
    return [(p[0], p[-1] == "desc") for p in parts if p and p[0] != "score"]


def _counted(found: list[Document], field: str) -> list[object]:
    values = [v for d in found for v in _listed(d.get(field)) if v not in (None, "")]
    return [part for pair in Counter(values).most_common() for part in pair]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    index: SearchIndex
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name for it
        """Say nothing: CKAN tells in its own log what failed."""

    def do_GET(self) -> None:
        """A search, or the schema by either of the two ways CKAN asks for it."""
        url = urlsplit(self.path)
        if "schema" in self.path and "/select" not in url.path:
            self._answer(200, _SCHEMA, "application/xml")
        else:
            self._search(parse_qs(url.query))

    def do_POST(self) -> None:
        """A search too long for a URL, or a change: JSON adds, XML deletes."""
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if url.path.rstrip("/").endswith("/select"):
            self._search(parse_qs(body.decode()))
            return
        if "json" in self.headers.get("Content-Type", ""):
            self.index.add(cast("list[Document]", json.loads(body)))
        elif body:
            for query in ET.fromstring(body).iter("query"):  # noqa: S314 - our own CKAN sends it
                self.index.delete(query.text or "*:*")
        self._answer(200, b'{"responseHeader":{"status":0}}', "application/json")

    def _search(self, parameters: Parameters) -> None:
        try:
            status, content = 200, self.index.select(parameters)
        except ValueError as error:
            status, content = (
                400,
                {"error": {"code": 400, "msg": f"org.apache.solr.search.SyntaxError: {error}"}},
            )
        self._answer(status, json.dumps(content).encode(), "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

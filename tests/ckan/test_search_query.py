"""The stand-in of the search index: its query language, over documents in memory."""

from __future__ import annotations

import pytest

from .search_query import parse

DOCUMENT = {
    "name": "obec-equivalence",
    "title": "สถิติการเทียบวุฒิการศึกษา",
    "tags": ["น้ำ", "ข้อมูลเปิด"],
    "state": "active",
    "capacity": "private",
    "permission_labels": ["member-1", "creator-2"],
    "metadata_modified": "2026-07-01T09:00:00Z",
    "organization": "obec",
}


@pytest.mark.parametrize(
    "query",
    [
        "*:*",
        "*",
        "เทียบวุฒิ",
        'title:"เทียบวุฒิ"',
        "name:obec*",
        "tags:น้ำ",
        "+state:active -organization:other",
        'name:"x" OR tags:("น้ำ" OR "ไฟ")',
        '+permission_labels:("public" OR "member\\-1")',
        "metadata_modified:[2026-01-01T00:00:00Z TO *]",
        "NOT state:deleted",
        "organization:*",
        "obec AND state:active",
    ],
)
def test_finds(query: str) -> None:
    """Guards every form of query that CKAN or its users send."""
    assert parse(query)(DOCUMENT)


@pytest.mark.parametrize(
    "query",
    [
        "ภาษี",
        'title:"ภาษี"',
        "name:obec",
        "tags:น้ำมัน",
        "+state:active -organization:obec",
        'name:"x" OR tags:("ลม" OR "ไฟ")',
        '+permission_labels:("public")',
        "metadata_modified:[* TO 2026-07-01T08:59:59Z]",
        "metadata_modified:{2026-07-01T09:00:00Z TO *]",
        "NOT state:active",
        "missing:*",
        "obec state:deleted",
    ],
)
def test_does_not_find(query: str) -> None:
    """Guards that each form also leaves out, above all the labels that hide private datasets."""
    assert not parse(query)(DOCUMENT)


@pytest.mark.parametrize("query", ["(a OR b", "a)", "title:", '"open'])
def test_refuses_what_it_cannot_read(query: str) -> None:
    """Guards the 400 that CKAN turns into a search error."""
    with pytest.raises(ValueError, match=r"."):
        parse(query)

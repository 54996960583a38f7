"""Records and documents of registries: what they show and what they hand on."""

from __future__ import annotations

from dataclasses import replace

from govlink.models.dates import PartialDate
from govlink.models.registry import DocumentKind, RegistryDocument, RegistryRecord

DOCUMENT = RegistryDocument(
    service="s", kind=DocumentKind.IMAGE, file_name="1.pdf", media_type="application/pdf", content=b"1",
    sha256_hex="",
)  # fmt: skip


def test_files_are_the_document_and_those_after_it() -> None:
    """Whoever stores the files of an answer misses none, and finds them in their order."""
    second = replace(DOCUMENT, file_name="2.pdf", content=b"2")
    assert DOCUMENT.files == (DOCUMENT,)
    both = replace(DOCUMENT, further=(second,))
    assert [file.content for file in both.files] == [b"1", b"2"]


def test_a_record_shows_no_person() -> None:
    """Fields, rows and dates of a person stay out of logs."""
    born = PartialDate(year=1901, month=2)
    record = RegistryRecord(service="s", fields={"a": "ลับ"}, rows=({"b": "ลับ"},), dates={"c": born})
    assert "ลับ" not in repr(record)
    assert "1901" not in repr(record)
    assert RegistryRecord(service="s").rows == ()

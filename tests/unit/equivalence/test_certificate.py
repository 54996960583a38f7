"""Certificate records, their numbers and codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import pytest

from govlink.equivalence.application import Service
from govlink.equivalence.certificate import (
    CertificateRecord,
    NumberingScheme,
    canonical_record,
    new_verify_code,
    record_sha256,
)
from govlink.equivalence.levels import Level
from govlink.errors import ConfigError
from govlink.flow import Context
from govlink.models.identity import PersonName

RECORD = CertificateRecord(
    number="C-1",
    version=1,
    verify_code="CODE",
    petition_number="P-1",
    service=Service.FOREIGN_EQ,
    level=Level.M6,
    issued_on=date(2024, 10, 10),
    name_at_issue=PersonName(first="ก", last="ข"),
)


def test_the_digest_covers_every_field() -> None:
    """Changing anything but the digest itself changes the digest."""
    changed: dict[str, object] = {
        "number": "C-2",
        "version": 2,
        "verify_code": "OTHER",
        "petition_number": "P-2",
        "service": Service.PALI5_EQ,
        "level": Level.M3,
        "issued_on": date(2024, 10, 11),
        "name_at_issue": PersonName(title="นาย", first="ก", last="ข"),
        "replaces": "C-0",
    }
    assert {f.name for f in fields(RECORD)} == {*changed, "sha256_hex"}
    change: Callable[..., CertificateRecord] = replace
    digests = {record_sha256(change(RECORD, **{name: value})) for name, value in changed.items()}
    assert len(digests | {record_sha256(RECORD)}) == len(changed) + 1
    assert record_sha256(replace(RECORD, sha256_hex="x")) == record_sha256(RECORD)


def test_the_record_is_written_one_way_only() -> None:
    """Whoever checks the digest elsewhere must get the same bytes."""
    assert canonical_record(RECORD).decode() == (
        '{"issued_on":"2024-10-10","level":"M6","name_at_issue":{"first":"ก","last":"ข","middle":"",'
        '"title":""},"number":"C-1","petition_number":"P-1","replaces":null,"service":"FOREIGN_EQ",'
        '"verify_code":"CODE","version":1}'
    )


def test_codes_come_from_the_context_alone() -> None:
    """Fresh randomness gives another code, the same context the same one."""
    first, second = (new_verify_code(Context.system(), label="a") for _ in range(2))
    assert first != second
    context = Context(entropy=b"x" * 32)
    assert new_verify_code(context, label="a") == new_verify_code(context, label="a")
    assert new_verify_code(context, label="a") != new_verify_code(context, label="b")


def test_numbers_follow_the_scheme() -> None:
    """The office's template decides how a number looks."""
    scheme = NumberingScheme(template="สทศ {token}/{be_year} {service}")
    number = scheme.number(
        service=Service.PALI5_EQ, on=date(2024, 10, 10), context=Context(entropy=b"x" * 32), label="n"
    )
    token = number.split()[1].split("/")[0]
    assert number == f"สทศ {token}/2567 PALI5_EQ"
    assert len(token) == 12


@pytest.mark.parametrize("template", ["C-{be_year}", "{token", "{token}{name}", "{token}{0}", "{token.x}"])
def test_schemes_that_cannot_number_are_refused(template: str) -> None:
    """Without the token two certificates would share a number."""
    with pytest.raises(ConfigError):
        NumberingScheme(template=template)

"""What a verdict says in one number, in two languages and in JSON."""

from __future__ import annotations

import itertools
import json

import pytest

from govlink.errors import Fault, VerificationError
from govlink.exchange.trust import KEY_EXPIRED, KEY_REVOKED, KEY_UNKNOWN
from govlink.exchange.verdict import NO_TRUST_LIST, NOT_DETERMINED, FileKind, Part, Validity, Verdict

ALL = tuple(Validity)


def part(validity: Validity, reason: Fault | None = None) -> Part:
    """A part with this result."""
    return Part(validity=validity, reason=reason)


def verdict(*parts: Part) -> Verdict:
    """A verdict of integrity, issuer, time and status."""
    integrity, issuer, time, status = parts
    return Verdict(kind=FileKind.ENVELOPE, integrity=integrity, issuer=issuer, time=time, status=status)


ISSUERS = (
    (part(Validity.VALID), 0),
    (part(Validity.SKIPPED, NOT_DETERMINED), 0),
    (part(Validity.SKIPPED, NO_TRUST_LIST), 2),
    (part(Validity.INVALID, KEY_UNKNOWN), 2),
    (part(Validity.INVALID, KEY_EXPIRED), 1),
    (part(Validity.INVALID), 1),
    (part(Validity.ERROR), 1),
)


@pytest.mark.parametrize(("issuer", "alone"), ISSUERS)
def test_exit_codes(issuer: Part, alone: int) -> None:
    """Every combination: anything wrong is 1, an unknown issuer with nothing wrong is 2, else 0."""
    for integrity, time, status in itertools.product(ALL, repeat=3):
        wrong = {integrity, time, status} & {Validity.INVALID, Validity.ERROR}
        found = verdict(part(integrity), issuer, part(time), part(status)).exit_code
        assert found == (1 if wrong else alone)


def test_each_part_says_its_reason_in_both_languages() -> None:
    """A revoked key is told as one."""
    good = part(Validity.VALID)
    found = verdict(good, good, part(Validity.SKIPPED), part(Validity.INVALID, KEY_REVOKED))
    assert found.explain().splitlines() == [
        "integrity: valid",
        "issuer: valid",
        "time: not checked",
        "status of the key: not valid: the key had been revoked at that time",
    ]
    assert found.explain("th").splitlines()[3] == "สถานะกุญแจ: ไม่ถูกต้อง: กุญแจถูกเพิกถอนแล้ว ณ เวลานั้น"


def test_values_are_filled_in() -> None:
    """The reason of an error comes with what it named."""
    fault = Fault("test.reason", en="entry {seq} is bad", th="รายการ {seq} ผิด")
    refused = Part.refused(VerificationError(fault, seq=7))
    assert refused.text("en") == "not valid: entry 7 is bad"
    assert refused.text("th") == "ไม่ถูกต้อง: รายการ 7 ผิด"


def test_json_holds_plain_values() -> None:
    """It survives being written and read."""
    good = part(Validity.VALID)
    found = verdict(good, part(Validity.INVALID, KEY_UNKNOWN), part(Validity.SKIPPED), good).to_json()
    assert json.loads(json.dumps(found)) == found
    assert found["exit_code"] == 2
    assert found["kind"] == "envelope"
    assert found["integrity"] == {"result": "valid", "code": None, "en": "valid", "th": "ถูกต้อง"}
    issuer = found["issuer"]
    assert isinstance(issuer, dict)
    assert (issuer["result"], issuer["code"]) == ("invalid", "exchange.key_unknown")

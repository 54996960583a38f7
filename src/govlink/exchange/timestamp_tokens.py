"""Time-stamp tokens checked offline: what a chosen authority signed, when, and for which digest.

A token is the DER of an authority's whole answer (TimeStampResp, RFC 3161, section 2.4.2). It is checked
against root certificates that the agency chose; none is built in.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography.x509 import (
    Certificate,
    ObjectIdentifier,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from rfc3161_client import TimeStampResponse, VerifierBuilder, decode_timestamp_response
from rfc3161_client import VerificationError as LibraryError

from ..errors import ConfigError, Fault, VerificationError

__all__ = ["load_roots", "parse_token", "verify_timestamp"]

ROOTS_INVALID = Fault(
    "exchange.timestamp_roots_invalid",
    en="the file {name} cannot be read as PEM certificates of time-stamp authorities",
    th="อ่านไฟล์ {name} เป็นใบรับรอง PEM ของผู้ให้บริการประทับเวลาไม่ได้",
)
UNREADABLE = Fault(
    "exchange.timestamp_unreadable",
    en="the time-stamp is damaged or is none",
    th="ตราประทับเวลาเสียหายหรือไม่ใช่ตราประทับเวลา",
)
WRONG_DIGEST = Fault(
    "exchange.timestamp_wrong_digest",
    en="the time-stamp was made for another content",
    th="ตราประทับเวลานี้ออกให้แก่เนื้อหาอื่น",
)
CERTIFICATE_EXPIRED = Fault(
    "exchange.timestamp_certificate_expired",
    en="the authority's certificate was not valid at the time the time-stamp names",
    th="ใบรับรองของผู้ให้บริการประทับเวลาไม่อยู่ในอายุการใช้งาน ณ เวลาที่ประทับ",
)
UNTRUSTED = Fault(
    "exchange.timestamp_untrusted",
    en="the time-stamp's certificate does not lead to a root certificate that was chosen",
    th="ใบรับรองของตราประทับเวลาไม่เชื่อมโยงถึงใบรับรองรากที่เลือกเชื่อถือ",
)
ALTERED = Fault(
    "exchange.timestamp_altered",
    en="the time-stamp's signature does not fit its content, or its certificate is not for time-stamps",
    th="ลายมือชื่อของตราประทับเวลาไม่ตรงกับเนื้อหา หรือใบรับรองไม่ได้มีไว้เพื่อประทับเวลา",
)

_SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")


def load_roots(path: Path) -> tuple[Certificate, ...]:
    """The root certificates in a PEM file, at least one.

    Raises:
        ConfigError: the file cannot be read, or holds no or damaged certificates.
    """
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError):
        raise ConfigError(ROOTS_INVALID, name=path.name) from None


def parse_token(token: bytes) -> TimeStampResponse:
    """The parts of a granted token, nothing of it verified.

    Raises:
        VerificationError: ``exchange.timestamp_unreadable``.
    """
    try:
        response = decode_timestamp_response(token)
        _ = response.tst_info.gen_time, response.tst_info.message_imprint.message
    except Exception:  # noqa: BLE001 - the parser lets errors of several kinds out on bad input
        raise VerificationError(UNREADABLE) from None
    return response


def verify_timestamp(token: bytes, digest: bytes, *, roots: tuple[Certificate, ...]) -> datetime:
    """When the digest existed, as a chosen authority signed it. Needs no network.

    Certificates are judged at the time in the token, so that a time-stamp outlives them. Whether an
    authority's certificate was revoked is not asked: take a revoked authority's root out of ``roots``.

    Args:
        token: the DER of the authority's whole answer.
        digest: the SHA-256 digest it must be for.
        roots: certificates that are believed to end a chain; with none, nothing is.

    Raises:
        VerificationError: ``exchange.timestamp_unreadable``, ``timestamp_wrong_digest``,
            ``timestamp_certificate_expired``, ``timestamp_untrusted`` or ``timestamp_altered``.
    """
    response = parse_token(token)
    imprint = response.tst_info.message_imprint
    if imprint.hash_algorithm != _SHA256 or imprint.message != digest:
        raise VerificationError(WRONG_DIGEST)
    if not roots:
        raise VerificationError(UNTRUSTED)
    try:
        VerifierBuilder(roots=list(roots)).build().verify(response, digest)
    except LibraryError as error:
        raise VerificationError(_reason(response, str(error))) from None
    except Exception:  # noqa: BLE001 - damaged certificates fail, or warn, in several ways
        raise VerificationError(UNREADABLE) from None
    return response.tst_info.gen_time


def _reason(response: TimeStampResponse, said: str) -> Fault:
    if not _signer_was_valid(response):
        return CERTIFICATE_EXPIRED
    # The library has one error for all; its text chooses between two ways of refusing and no more.
    return UNTRUSTED if "certificate verify error" in said else ALTERED


def _signer_was_valid(response: TimeStampResponse) -> bool:
    """Whether the certificate that the signature names was valid then; also True when none is named."""
    at = response.tst_info.gen_time
    try:
        signers = {(signer.issuer, signer.serial_number) for signer in response.signed_data.signer_infos}
        return all(
            certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
            for certificate in map(load_der_x509_certificate, response.signed_data.certificates)
            if (certificate.issuer, certificate.serial_number) in signers
        )
    except Exception:  # noqa: BLE001 - a damaged certificate fails in one of several ways, not by its age
        return True

"""Whose keys are believed: a list each organisation keeps for itself, in one file.

Nobody vouches for anybody. A key enters the list when a person pins it with the fingerprint that was
compared over another channel (a telephone call, a signed letter), and leaves it by being revoked or
by running out. The file is govlink's own format, version 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ..errors import ConfigError, Fault, RejectedError, VerificationError
from .keys import EncryptionKey, KeyUse, Suite, VerifyingKey
from .manifest import check_organisation, check_text

__all__ = ["TrustEntry", "TrustList"]

KEY_UNKNOWN = Fault(
    "exchange.key_unknown",
    en="the key is not in the trust list for this use and organisation",
    th="กุญแจนี้ไม่อยู่ในรายการกุญแจที่เชื่อถือสำหรับการใช้งานและหน่วยงานนี้",
)
KEY_NOT_YET_VALID = Fault(
    "exchange.key_not_yet_valid",
    en="the key was not yet valid at that time",
    th="กุญแจยังไม่เริ่มใช้ได้ ณ เวลานั้น",
)
KEY_EXPIRED = Fault(
    "exchange.key_expired", en="the key had expired at that time", th="กุญแจหมดอายุแล้ว ณ เวลานั้น"
)
KEY_REVOKED = Fault(
    "exchange.key_revoked", en="the key had been revoked at that time", th="กุญแจถูกเพิกถอนแล้ว ณ เวลานั้น"
)
NO_SEALING_KEY = Fault(
    "exchange.no_sealing_key",
    en="the trust list has no sealing key of {organisation} that is valid now; ask for one and pin it",
    th="รายการกุญแจที่เชื่อถือไม่มีกุญแจผนึกของ {organisation} ที่ใช้ได้ในขณะนี้ โปรดขอกุญแจแล้วตรึง (pin) ไว้",
)
FINGERPRINT_WRONG = Fault(
    "exchange.fingerprint_wrong",
    en="the fingerprint given is not the whole fingerprint of this key; nothing was pinned",
    th="ลายพิมพ์กุญแจที่ระบุไม่ตรงกับกุญแจนี้ทั้งหมด จึงไม่ได้ตรึงกุญแจ",
)
ENTRY_INVALID = Fault(
    "exchange.trust_entry_invalid",
    en="an entry of the trust list contradicts itself: {what}",
    th="รายการในรายการกุญแจที่เชื่อถือขัดแย้งกันเอง: {what}",
)
KEY_ELSEWHERE = Fault(
    "exchange.key_elsewhere",
    en="this key is already pinned for another organisation",
    th="กุญแจนี้ถูกตรึงไว้กับหน่วยงานอื่นแล้ว",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustEntry:
    """One key of one organisation and the time for which it is believed.

    A key is valid from ``valid_from`` up to but not at ``valid_until``, and not from ``revoked_at`` on.
    ``pinned_at`` is None on an entry that an organisation hands out and nobody has pinned yet.

    Raises:
        RejectedError: a name or time is missing or contradicts another.
    """

    organisation: str
    name_th: str
    name_en: str
    key: VerifyingKey | EncryptionKey
    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None = None
    pinned_at: datetime | None = None

    def __post_init__(self) -> None:
        check_organisation(self.organisation)
        check_text(self.name_th, what="name_th", most=200)
        check_text(self.name_en, what="name_en", most=200)
        times = (self.valid_from, self.valid_until, self.revoked_at, self.pinned_at)
        if any(moment is not None and moment.tzinfo is None for moment in times):
            raise RejectedError(ENTRY_INVALID, what="a time without a zone")
        if self.valid_from >= self.valid_until:
            raise RejectedError(ENTRY_INVALID, what="valid_from, valid_until")

    @property
    def kid(self) -> str:
        """The whole fingerprint: the RFC 7638 thumbprint of the key."""
        return self.key.kid

    @property
    def use(self) -> KeyUse:
        """What the key may do."""
        return KeyUse.SIGN if isinstance(self.key, VerifyingKey) else KeyUse.SEAL

    @property
    def suite(self) -> Suite | None:
        """How content keys are wrapped to a sealing key; None for a signing key."""
        return self.key.suite if isinstance(self.key, EncryptionKey) else None

    def public_jwk(self) -> dict[str, str]:
        """The key as a JWK."""
        return self.key.public_jwk()

    def fault_at(self, at: datetime) -> Fault | None:
        """Why the key may not be used at that moment, or None when it may."""
        if self.revoked_at is not None and self.revoked_at <= at:
            return KEY_REVOKED
        if at < self.valid_from:
            return KEY_NOT_YET_VALID
        return KEY_EXPIRED if self.valid_until <= at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """The pinned keys. Every change makes a new list; ``trust_file`` reads and writes it.

    Raises:
        ConfigError: one key stands in it twice.
    """

    entries: tuple[TrustEntry, ...] = ()

    def __post_init__(self) -> None:
        if len({entry.kid for entry in self.entries}) != len(self.entries):
            raise ConfigError(ENTRY_INVALID, what="a key stands there twice")

    def find(self, kid: str) -> TrustEntry | None:
        """The entry of a key, valid or not, or None."""
        return next((entry for entry in self.entries if entry.kid == kid), None)

    def signer(
        self, *, kid: str, at: datetime, organisation: str | None = None
    ) -> tuple[TrustEntry, VerifyingKey]:
        """The entry and key that may have signed at that moment.

        Raises:
            VerificationError: ``exchange.key_unknown``, ``key_not_yet_valid``, ``key_expired`` or
                ``key_revoked``; a key of another organisation than the one named is unknown.
        """
        entry = self.find(kid)
        if entry is None or not isinstance(entry.key, VerifyingKey):
            raise VerificationError(KEY_UNKNOWN)
        if organisation is not None and entry.organisation != organisation:
            raise VerificationError(KEY_UNKNOWN)
        fault = entry.fault_at(at)
        if fault is not None:
            raise VerificationError(fault)
        return entry, entry.key

    def sealer(self, *, organisation: str, at: datetime) -> EncryptionKey:
        """The newest key of that organisation to which may be sealed at that moment.

        Raises:
            ConfigError: there is none.
        """
        usable = [
            (entry.valid_from, entry.kid, entry.key)
            for entry in self.entries
            if entry.organisation == organisation
            and isinstance(entry.key, EncryptionKey)
            and entry.fault_at(at) is None
        ]
        if not usable:
            raise ConfigError(NO_SEALING_KEY, organisation=organisation)
        return max(usable, key=lambda item: item[:2])[2]

    def pin(self, entry: TrustEntry, *, fingerprint: str, at: datetime) -> TrustList:
        """The list with this entry in it; an older entry of the same key is replaced.

        A revocation is never undone by pinning again.

        Args:
            entry: as the peer handed it over.
            fingerprint: the whole fingerprint as the person compared it; white space is ignored.
            at: now.

        Raises:
            RejectedError: the fingerprint is not that of the key, or the key is another organisation's.
        """
        if "".join(fingerprint.split()) != entry.kid:
            raise RejectedError(FINGERPRINT_WRONG)
        known = self.find(entry.kid)
        if known is not None and known.organisation != entry.organisation:
            raise RejectedError(KEY_ELSEWHERE)
        moments = [m for m in (entry.revoked_at, known.revoked_at if known else None) if m is not None]
        pinned = replace(entry, pinned_at=at, revoked_at=min(moments, default=None))
        return self._with(pinned)

    def revoke(self, kid: str, *, at: datetime) -> TrustList:
        """The list in which the key is not believed from that moment on.

        Raises:
            RejectedError: the list has no such key.
        """
        known = self.find(kid)
        if known is None:
            raise RejectedError(KEY_UNKNOWN)
        moment = at if known.revoked_at is None else min(at, known.revoked_at)
        return self._with(replace(known, revoked_at=moment))

    def _with(self, entry: TrustEntry) -> TrustList:
        others: Iterable[TrustEntry] = (other for other in self.entries if other.kid != entry.kid)
        return TrustList(entries=(*others, entry))

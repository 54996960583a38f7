"""An organisation's own keys: made, replaced with an overlap, and let go.

A directory of mode 700 with one file for each private key and ``keyring.json``, which says what they
are for and until when. A rotation makes new keys; the old ones still verify and open until they
retire, so that nothing in transit is lost and peers have time to pin the new ones.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from ..errors import ConfigError, Fault, UnavailableError, VerificationError
from .encoding import rfc3339
from .key_files import read_private_key, write_private_key
from .keyring_file import STATE_NAME, OwnKey, RingState, load_state, save_state
from .keys import (
    DecryptionKey,
    EncryptionKey,
    KeyUse,
    SigningKey,
    Suite,
    VerifyingKey,
    generate_decryption_key,
    generate_signing_key,
)
from .manifest import check_organisation
from .trust import TrustEntry

__all__ = ["DEFAULT_LIFETIME", "KeyRing"]

RING_EXISTS = Fault(
    "exchange.keyring_exists",
    en="this directory holds a key ring already; rotate it instead",
    th="โฟลเดอร์นี้มีพวงกุญแจอยู่แล้ว ให้ใช้การหมุนเวียนกุญแจ (rotate) แทน",
)
ROTATION_PENDING = Fault(
    "exchange.rotation_pending",
    en="keys were announced that begin at {begin}; rotate again after that",
    th="มีกุญแจที่ประกาศไว้แล้วและจะเริ่มใช้เมื่อ {begin} ให้หมุนเวียนกุญแจ (rotate) อีกครั้งหลังจากนั้น",
)
RING_UNWRITABLE = Fault(
    "exchange.keyring_unwritable",
    en="the key ring's directory cannot be written",
    th="เขียนลงโฟลเดอร์พวงกุญแจไม่ได้",
)
RING_OPEN = Fault(
    "exchange.keyring_open",
    en="the key ring's directory may be written by others; set its mode to 700",
    th="โฟลเดอร์พวงกุญแจเปิดให้ผู้อื่นเขียนได้ ให้ตั้งสิทธิเป็น 700",
)
NO_SIGNING_KEY = Fault(
    "exchange.no_signing_key",
    en="the key ring has no signing key that is valid now; rotate it",
    th="พวงกุญแจไม่มีกุญแจลงนามที่ใช้ได้ในขณะนี้ ให้หมุนเวียนกุญแจ (rotate)",
)
NOT_OUR_KEY = Fault(
    "exchange.recipient_key_unknown",
    en="the envelope was sealed to a key that is not in this key ring",
    th="ซองเอกสารนี้ผนึกไว้สำหรับกุญแจที่ไม่มีในพวงกุญแจนี้",
)
KEY_RETIRED = Fault(
    "exchange.recipient_key_retired",
    en="the envelope was sealed to a key of ours that has retired; ask the sender for the current one",
    th="ซองเอกสารนี้ผนึกด้วยกุญแจของเราที่เลิกใช้แล้ว โปรดให้ผู้ส่งใช้กุญแจปัจจุบัน",
)

DEFAULT_LIFETIME = timedelta(days=730)


class KeyRing:
    """The keys in one directory. Holds nothing itself: every call reads what is on the disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def organisation(self) -> str:
        """Whose keys these are.

        Raises:
            ConfigError: there is no key ring in the directory.
        """
        return load_state(self._directory).organisation

    def generate(
        self,
        organisation: str,
        *,
        suite: Suite = Suite.P256,
        at: datetime,
        lifetime: timedelta = DEFAULT_LIFETIME,
    ) -> None:
        """Make the first pair of keys, one to sign and one to be sealed to.

        Raises:
            RejectedError: the organisation's id is not one.
            ConfigError: there is a key ring already, or the directory is open to others.
            UnavailableError: the directory cannot be written.
        """
        check_organisation(organisation)
        with self._lock():
            if (self._directory / STATE_NAME).exists():
                raise ConfigError(RING_EXISTS)
            pair = self._new_pair(suite, valid_from=at, valid_until=at + lifetime)
            save_state(self._directory, RingState(organisation=organisation, keys=pair))

    def rotate(
        self,
        *,
        at: datetime,
        overlap: timedelta,
        suite: Suite | None = None,
        starts_in: timedelta = timedelta(0),
        lifetime: timedelta = DEFAULT_LIFETIME,
    ) -> None:
        """Make a new pair; the present keys retire ``overlap`` after the new ones begin.

        One rotation at a time: while keys announced by an earlier one have not begun, another is refused.
        It would retire them early, or before they begin at all, and peers who pinned them as the newest
        would go on sealing to them. Where all keys are lost meanwhile, a new ring in another directory is
        the way.

        Args:
            at: now.
            overlap: how long both open and verify.
            suite: how peers shall seal from then on; None keeps the present suite.
            starts_in: time for peers to pin the new keys before they are used. With none, peers refuse what
                is signed from now on until they have pinned them.
            lifetime: how long the new keys are valid.

        Raises:
            ConfigError: ``exchange.rotation_pending``; or there is no key ring, or the directory is open to
                others.
            UnavailableError: the directory cannot be written.
        """
        with self._lock():
            state = load_state(self._directory)
            latest = max(key.valid_from for key in state.keys)
            if latest > at:
                raise ConfigError(ROTATION_PENDING, begin=rfc3339(latest))
            begin = at + starts_in
            newest = max((key for key in state.keys if key.suite), key=lambda key: key.valid_from)
            pair = self._new_pair(
                suite or newest.suite or Suite.P256, valid_from=begin, valid_until=begin + lifetime
            )
            old = tuple(replace(key, valid_until=min(key.valid_until, begin + overlap)) for key in state.keys)
            save_state(self._directory, replace(state, keys=(*old, *pair)))

    def forgettable(self, *, at: datetime) -> tuple[str, ...]:
        """The ids of the keys that have retired and whose private halves are still there.

        Raises:
            ConfigError: there is no key ring.
        """
        retired = (key.kid for key in load_state(self._directory).keys if key.valid_until <= at)
        return tuple(kid for kid in retired if self._path(kid).exists())

    def forget(self, *, at: datetime) -> tuple[str, ...]:
        """Delete the private keys that have retired; returns the ids of those that were there.

        What was sealed to them can then never be opened again, by us or by whoever steals the key ring
        later. The ring still knows their ids. A disk or a backup may keep the bytes of a deleted file.

        Raises:
            ConfigError: there is no key ring, or the directory is open to others.
            UnavailableError: a file cannot be removed; those before it are gone.
        """
        with self._lock():
            there = self.forgettable(at=at)
            try:
                for kid in there:
                    self._path(kid).unlink()
            except OSError as error:
                raise UnavailableError(RING_UNWRITABLE) from error
            return there

    def current_signing(self, at: datetime) -> SigningKey:
        """The newest signing key that is valid at that moment.

        Raises:
            ConfigError: there is none, or its file is not readable or open to others.
        """
        usable = [key for key in load_state(self._directory).keys if key.suite is None and key.is_valid(at)]
        if not usable:
            raise ConfigError(NO_SIGNING_KEY)
        newest = max(usable, key=lambda key: key.valid_from)
        found = read_private_key(self._path(newest.kid), use=KeyUse.SIGN)
        assert isinstance(found, SigningKey)
        return found

    def decryption(self, kid: str, *, at: datetime) -> DecryptionKey:
        """The key of that thumbprint, while it still opens.

        A key that peers may seal to only later opens already: their clocks may be ahead of ours.

        Raises:
            VerificationError: ``exchange.recipient_key_unknown`` or ``exchange.recipient_key_retired``.
            ConfigError: its file is not readable or open to others.
        """
        known = [key for key in load_state(self._directory).keys if key.kid == kid and key.suite]
        if not known:
            raise VerificationError(NOT_OUR_KEY)
        if known[0].valid_until <= at:
            raise VerificationError(KEY_RETIRED)
        found = read_private_key(self._path(kid), use=KeyUse.SEAL)
        assert isinstance(found, DecryptionKey)
        return found

    def public_entries(self, *, name_th: str, name_en: str, at: datetime) -> tuple[TrustEntry, ...]:
        """The public keys that have not retired, as entries for peers to pin.

        Args:
            name_th: the organisation's name in Thai.
            name_en: the organisation's name in English.
            at: now.

        Raises:
            ConfigError: there is no key ring, or a file is not readable or open to others.
        """
        state = load_state(self._directory)
        return tuple(
            TrustEntry(
                organisation=state.organisation,
                name_th=name_th,
                name_en=name_en,
                key=self._public(key),
                valid_from=key.valid_from,
                valid_until=key.valid_until,
            )
            for key in state.keys
            if key.valid_until > max(at, key.valid_from)
        )

    def _path(self, kid: str) -> Path:
        return self._directory / f"{kid}.jwk"

    def _public(self, key: OwnKey) -> VerifyingKey | EncryptionKey:
        use = KeyUse.SEAL if key.suite else KeyUse.SIGN
        found = read_private_key(self._path(key.kid), use=use)
        return found.verifying_key() if isinstance(found, SigningKey) else found.encryption_key()

    def _new_pair(
        self, suite: Suite, *, valid_from: datetime, valid_until: datetime
    ) -> tuple[OwnKey, OwnKey]:
        signing, receiving = generate_signing_key(), generate_decryption_key(suite=suite)
        for key in (signing, receiving):
            write_private_key(key, self._path(key.kid))
        return (
            OwnKey(kid=signing.kid, suite=None, valid_from=valid_from, valid_until=valid_until),
            OwnKey(kid=receiving.kid, suite=suite, valid_from=valid_from, valid_until=valid_until),
        )

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Keep two processes from rotating at once; the lock goes with the process that holds it."""
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._directory.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise ConfigError(RING_OPEN)
            handle = os.open(self._directory / "keyring.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UnavailableError(RING_UNWRITABLE) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

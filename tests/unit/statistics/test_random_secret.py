"""Secrets made by a generator pass, and those made up by a person do not."""

from __future__ import annotations

import base64
import hashlib

import pytest
from pydantic import SecretStr

from govlink.errors import ConfigError
from govlink.statistics.random_secret import demand_random


def drawn(number: int) -> bytes:
    """32 bytes like random ones, the same in every run."""
    return hashlib.sha256(f"of tests {number}".encode()).digest()


@pytest.mark.parametrize("number", range(40))
def test_random_bytes_pass(number: int) -> None:
    """In the forms that generators print them in."""
    value = drawn(number)
    for text in (value.hex(), value.hex().upper(), base64.b64encode(value), base64.urlsafe_b64encode(value)):
        demand_random(SecretStr(text if isinstance(text, str) else text.decode()), place="here")
    bare = base64.urlsafe_b64encode(value).decode().rstrip("=")
    demand_random(SecretStr(bare), place="here")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 64,
        "0123456789" * 7,
        "govlink-cell-key-obec-equivalence-2569",
        "govlink-cell-key-obec-equivalence-petitions-2569",
        "รหัสลับของหน่วยงานสำหรับสถิติคำร้องเทียบวุฒิการศึกษา",
        drawn(1).hex()[:63],
        base64.b64encode(drawn(1)).decode()[:42],
        drawn(1).hex() + " ",
    ],
)
def test_words_and_short_secrets_are_refused(text: str) -> None:
    """By the place they were given in, and without a word of them."""
    with pytest.raises(ConfigError, match="here") as caught:
        demand_random(SecretStr(text), place="here")
    assert caught.value.code == "statistics.secret_guessable"
    assert len(text) < 2 or text not in str(caught.value)

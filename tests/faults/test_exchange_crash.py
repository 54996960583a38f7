"""Killed at random moments on a bad day: nothing is lost, nothing doubled, nothing left in the clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from .exchange_crash import show

DOCUMENTS = 60


@pytest.mark.slow
@pytest.mark.parametrize(
    ("roles", "kills", "seed"),
    [(("send",), 5, 11), (("send", "receive"), 6, 12)],
    ids=["sender", "both"],
)
def test_killed_again_and_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], roles: tuple[str, ...], kills: int, seed: int
) -> None:
    """Each document has one id and one receipt, was processed once, and is in both evidence logs once."""
    seen = show(tmp_path, documents=DOCUMENTS, kills=kills, roles=roles, seed=seed)
    assert seen.kills == kills, "the kills came too late to prove anything"
    with capsys.disabled():
        print(
            f"\n{seen.documents} documents, {seen.kills} kills, {seen.documents / seen.seconds:.0f} a second"
        )

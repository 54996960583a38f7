"""A ledger that was touched is refused; one that a crash cut short is mended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ConfigError, VerificationError
from govlink.statistics.ledger import Ledger, PolicyMark
from govlink.statistics.published import PublishedTable

TableOf = Callable[..., PublishedTable]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory, table_of: TableOf, mark: PolicyMark) -> bytes:
    """Four entries, one of them a restatement."""
    path = tmp_path_factory.mktemp("chain") / "ledger"
    ledger = Ledger.open(path)
    ledger.append(table_of("มกราคม", {"TH": 10, "LA": None, "MM": None}, total=25), mark=mark)
    ledger.append(table_of("b", {"TH": 20, "LA": 9}, months=("2568-02",)), mark=mark)
    ledger.append(table_of("b", {"TH": 40, "LA": 9}, months=("2568-02",)), mark=mark, restates=("b",))
    ledger.append(table_of("d", {"TH": 5, "LA": 9}, months=("2568-03",)), mark=mark)
    return path.read_bytes()


def put(folder: Path, content: bytes) -> Path:
    """A ledger file with this content."""
    path = folder / "ledger"
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path


def refused(folder: Path, content: bytes) -> bool:
    """Whether opening it is refused; it must then be as it was."""
    path = put(folder, content)
    try:
        Ledger.open(path)
    except VerificationError:
        assert path.read_bytes() == content
        return True
    return False


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0), flip=st.integers(1, 255))
def test_no_byte_can_be_changed(
    chain: bytes, tmp_path_factory: pytest.TempPathFactory, place: int, flip: int
) -> None:
    """Any byte of any line, its line feed included, but for the last line feed's own loss."""
    at = place % (len(chain) - 1)
    changed = bytearray(chain)
    changed[at] ^= flip
    assert refused(tmp_path_factory.mktemp("flip"), bytes(changed))


@pytest.mark.parametrize(
    "order",
    [(1, 2, 3), (0, 2, 3), (0, 1, 3), (0, 2, 1, 3), (1, 0, 2, 3), (0, 0, 1, 2, 3), (0, 1, 2, 3, 3)],
    ids=str,
)
def test_lines_cannot_be_removed_moved_or_repeated(
    chain: bytes, tmp_path: Path, order: tuple[int, ...]
) -> None:
    """Whole lines are tied to the one before."""
    lines = chain.splitlines(keepends=True)
    assert refused(tmp_path, b"".join(lines[number] for number in order))


def test_lines_taken_off_the_end_show_against_a_noted_head(chain: bytes, tmp_path: Path) -> None:
    """The chain alone cannot tell; the head in any later report can."""
    lines = chain.splitlines(keepends=True)
    whole = Ledger.open(put(tmp_path, chain)).head
    path = put(tmp_path, b"".join(lines[:3]))
    assert len(Ledger.open(path).entries) == 3
    with pytest.raises(VerificationError):
        Ledger.open(path, expected_head=whole)


def test_an_entry_hashed_anew_breaks_the_next(chain: bytes, tmp_path: Path) -> None:
    """Who changes a value and computes that line's hash must compute all later ones, and the head differs."""
    import hashlib

    lines = chain.splitlines(keepends=True)
    members = json.loads(lines[1])
    members["values"][0] += 1
    del members["hash"]

    def written() -> bytes:
        return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    members["hash"] = hashlib.sha256(written()).hexdigest()
    assert refused(tmp_path, lines[0] + written() + b"\n" + b"".join(lines[2:]))


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0))
def test_a_torn_last_line_is_mended(
    chain: bytes, tmp_path_factory: pytest.TempPathFactory, cut: int, table_of: TableOf, mark: PolicyMark
) -> None:
    """Wherever the last line ends, three entries stand, what was cut off is kept aside, and it goes on."""
    folder = tmp_path_factory.mktemp("torn")
    lines = chain.splitlines(keepends=True)
    start = len(chain) - len(lines[-1])
    torn = lines[-1][: cut % (len(lines[-1]) - 1)]
    path = put(folder, chain[:start] + torn)
    ledger = Ledger.open(path)
    assert len(ledger.entries) == 3
    assert path.read_bytes() == chain[:start]
    aside = [p.read_bytes() for p in folder.glob("ledger.torn-*")]
    assert aside == ([torn] if torn else [])
    ledger.append(table_of("e", {"TH": 5, "LA": 8}, months=("2568-04",)), mark=mark)
    assert len(Ledger.open(path).entries) == 4


def test_a_line_whole_but_for_its_line_feed_counts(chain: bytes, tmp_path: Path) -> None:
    """It may have been promised: dropping it would forget what was published."""
    path = put(tmp_path, chain[:-1])
    assert len(Ledger.open(path).entries) == 4
    assert path.read_bytes() == chain


def test_zeros_after_a_power_cut_are_a_torn_end(chain: bytes, tmp_path: Path) -> None:
    """Some file systems show zeros for what was not written yet."""
    path = put(tmp_path, chain + b"\0" * 700)
    assert len(Ledger.open(path).entries) == 4
    assert path.read_bytes() == chain


@pytest.mark.parametrize(
    "content", [b"\n", b"{}\n", b"[]\n", b"\xff\xfe\n", b'{"a":1,"a":2}\n', b"nonsense\n"]
)
def test_what_is_no_entry_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing that ends in a line feed is taken for a crash."""
    assert refused(tmp_path, content)


def test_a_reader_changes_nothing_and_trusts_nothing(chain: bytes, tmp_path: Path) -> None:
    """It needs no right to write, leaves a torn end alone, and finds what was altered or taken off."""
    path = put(tmp_path, chain + b'{"torn')
    path.chmod(0o444)
    ledger = Ledger.read(path)
    assert [entry.name for entry in ledger.entries] == ["มกราคม", "b", "b", "d"]
    assert path.read_bytes() == chain + b'{"torn'
    assert sorted(tmp_path.iterdir()) == [path]
    path.chmod(0o600)
    put(tmp_path, b"".join(chain.splitlines(keepends=True)[:-1]))
    assert len(Ledger.read(path).entries) == 3
    with pytest.raises(VerificationError):
        Ledger.read(path, expected_head=ledger.head)
    put(tmp_path, chain.replace(b"25", b"26", 1))
    with pytest.raises(VerificationError):
        Ledger.read(path)
    with pytest.raises(ConfigError):
        Ledger.read(tmp_path / "none")
    assert not (tmp_path / "none").exists()

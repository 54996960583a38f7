"""``govlink exchange keys``: an organisation's own keys, and the keys of others that are believed.

A key is believed when a person pins it with the fingerprint that was compared over another channel;
there is no authority to ask.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..errors import Fault, RejectedError
from .output import language, print_json, print_line, print_table

if TYPE_CHECKING:  # the exchange's libraries are loaded by the commands that need them
    from ..exchange import TrustEntry, TrustList

__all__ = ["add_to", "believed_keys"]

NOTHING_PINNED = Fault(
    "exchange.nothing_pinned",
    en="a fingerprint given is not that of a key in {file}; nothing was pinned",
    th="มีลายพิมพ์ที่ระบุซึ่งไม่ตรงกับกุญแจใดใน {file} จึงไม่ได้ตรึงกุญแจ",
)

Keys = Annotated[
    Path, typer.Option("--keys", envvar="GOVLINK_EXCHANGE_KEYS", help="The folder of our own keys.")
]
Trust = Annotated[
    Path, typer.Option("--trust", envvar="GOVLINK_EXCHANGE_TRUST", help="The file of the keys believed.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and show; write nothing.")]
SuiteOption = Annotated[
    Literal["p256", "hybrid"] | None,
    typer.Option("--suite", help="How peers seal to us; hybrid withstands a quantum computer."),
]

KEYS = Path("exchange/keys")
TRUST = Path("exchange/trust.json")


def add_to(group: typer.Typer) -> None:
    """Add the commands to ``govlink exchange``."""
    keys = typer.Typer(help="Keys: our own, and those of others that are believed.")
    for name, command in (
        ("generate", generate),
        ("rotate", rotate),
        ("forget", forget),
        ("show", show),
        ("pin", pin),
        ("trusted", trusted),
    ):
        keys.command(name)(command)
    # One fingerprint in 64 begins with a hyphen, and is no option.
    keys.command("revoke", context_settings={"ignore_unknown_options": True})(revoke)
    group.add_typer(keys, name="keys")


def generate(
    organisation: Annotated[str, typer.Argument(help="Our id, such as obec.")],
    keys: Keys = KEYS,
    suite: SuiteOption = None,
    json: Json = False,
) -> None:
    """Make our first keys: one to sign with, one to be sealed to."""
    from ..exchange import KeyRing, Suite

    KeyRing(keys).generate(organisation, suite=Suite(suite or "p256"), at=_now())
    _show_entries(_own(keys), json=json)


def rotate(
    keys: Keys = KEYS,
    overlap_days: Annotated[int, typer.Option(help="How long the old keys still open.", min=0)] = 30,
    starts_in_days: Annotated[
        int,
        typer.Option(
            help="Time for peers to pin the new keys: they refuse what is signed with a key they have not."
            " 0 where the present keys are lost or have run out.",
            min=0,
        ),
    ] = 7,
    suite: SuiteOption = None,
    json: Json = False,
) -> None:
    """Announce new keys; the old ones retire when the overlap after the new ones' beginning is over."""
    from ..exchange import KeyRing, Suite

    KeyRing(keys).rotate(
        at=_now(),
        overlap=timedelta(days=overlap_days),
        starts_in=timedelta(days=starts_in_days),
        suite=Suite(suite) if suite else None,
    )
    _show_entries(_own(keys), json=json)


def forget(keys: Keys = KEYS, dry_run: DryRun = False, json: Json = False) -> None:
    """Delete the private keys that have retired. What was sealed to them can never be opened again."""
    from ..exchange import KeyRing

    ring, moment = KeyRing(keys), _now()
    gone = ring.forgettable(at=moment) if dry_run else ring.forget(at=moment)
    if json:
        print_json({"dry_run": dry_run, "forgotten": list(gone)})
        return
    title = "Would be deleted; nothing was" if dry_run else "Deleted"
    print_table(title, ("fingerprint",), [(kid,) for kid in gone])


def show(
    keys: Keys = KEYS,
    name_th: Annotated[str, typer.Option(help="Our name in Thai; our id by default.")] = "",
    name_en: Annotated[str, typer.Option(help="Our name in English; our id by default.")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write our public keys for a peer to pin.")
    ] = None,
    json: Json = False,
) -> None:
    """Show our public keys and their fingerprints."""
    from ..exchange import save_entries

    entries = _own(keys, name_th=name_th, name_en=name_en)
    if output is not None:
        save_entries(entries, output)
    _show_entries(entries, json=json)


def pin(
    file: Annotated[Path, typer.Argument(help="The public keys a peer handed over.")],
    fingerprint: Annotated[
        list[str], typer.Option(help="The whole fingerprint, as compared by telephone or letter; repeatable.")
    ],
    trust: Trust = TRUST,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Believe a peer's keys from now on. Keys whose fingerprint is not given are left alone."""
    from ..exchange import TrustList, edit_trust, load_entries, load_trust

    handed = {entry.kid: entry for entry in load_entries(file)}
    given, moment = ["".join(text.split()) for text in fingerprint], _now()
    if not handed.keys() >= set(given):
        raise RejectedError(NOTHING_PINNED, file=file.name)

    def with_given(believed: TrustList) -> TrustList:
        for text in given:
            believed = believed.pin(handed[text], fingerprint=text, at=moment)
        return believed

    # Tried first, so that what is refused makes neither a folder nor a lock.
    believed = with_given(load_trust(trust) if trust.exists() else TrustList())
    if not dry_run:
        trust.parent.mkdir(parents=True, exist_ok=True)
        believed = edit_trust(trust, with_given)
    _show_entries(believed.entries, json=json)


def revoke(
    fingerprint: Annotated[str, typer.Argument(help="The whole fingerprint of a pinned key.")],
    trust: Trust = TRUST,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Stop believing a key, from now on. What it signed before needs a time-stamp to be believed."""
    from ..exchange import edit_trust, load_trust

    kid, moment = "".join(fingerprint.split()), _now()

    def without(believed: TrustList) -> TrustList:
        return believed.revoke(kid, at=moment)

    believed = without(load_trust(trust))
    if not dry_run:
        believed = edit_trust(trust, without)
    _show_entries(believed.entries, json=json)


def trusted(trust: Trust = TRUST, json: Json = False) -> None:
    """List the keys that are believed."""
    from ..exchange import load_trust

    _show_entries(load_trust(trust).entries, json=json)


def believed_keys(trust: Path, *, keys: Path) -> TrustList | None:
    """The pinned keys and, where there is a key ring, our own; None when there is neither.

    Raises:
        ConfigError: a file was named that is not there, or cannot be used.
    """
    from ..exchange import TrustList, load_trust

    pinned = load_trust(trust).entries if trust != TRUST or trust.exists() else ()
    known = {entry.kid for entry in pinned}
    ours = _own(keys) if keys != KEYS or keys.exists() else ()
    entries = (*pinned, *(entry for entry in ours if entry.kid not in known))
    return TrustList(entries=entries) if entries else None


def _now() -> datetime:
    return datetime.now(UTC)


def _own(keys: Path, *, name_th: str = "", name_en: str = "") -> tuple[TrustEntry, ...]:
    from ..exchange import KeyRing

    ring = KeyRing(keys)
    own = ring.organisation
    return ring.public_entries(name_th=name_th or own, name_en=name_en or own, at=_now())


def _state(entry: TrustEntry) -> str:
    fault = entry.fault_at(_now())
    return "valid" if fault is None else fault.code.removeprefix("exchange.key_")


def _show_entries(entries: tuple[TrustEntry, ...], *, json: bool) -> None:
    rows = [
        {
            "organisation": entry.organisation,
            "name": entry.name_th if language() == "th" else entry.name_en,
            "use": entry.use.value,
            "suite": entry.suite.value if entry.suite else None,
            "fingerprint": entry.kid,
            "valid_from": entry.valid_from.isoformat(timespec="seconds"),
            "valid_until": entry.valid_until.isoformat(timespec="seconds"),
            "state": _state(entry),
        }
        for entry in entries
    ]
    if json:
        print_json({"keys": rows})
        return
    columns = ("organisation", "use", "suite", "valid_from", "valid_until", "state")
    print_table("Keys", columns, [tuple(row[name] or "" for name in columns) for row in rows])
    for row in rows:  # whole on a line of its own: it is read out by telephone, and copied
        print_line(f"{row['organisation']} {row['use']}: {row['fingerprint']}")

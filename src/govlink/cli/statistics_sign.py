"""``govlink statistics sign``: put a role's sign-off under a policy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import print_json, print_table
from .statistics_options import Json, day_of

__all__ = ["add_to"]


def add_to(group: typer.Typer) -> None:
    """Add the command to ``govlink statistics``."""
    group.command("sign")(sign)


def sign(
    policy: Annotated[Path, typer.Argument(metavar="POLICY.toml", help="The policy to sign.")],
    by: Annotated[str, typer.Option("--by", help="Who answers for it: a role, never a person's name.")],
    on: Annotated[str | None, typer.Option("--on", help="The day, as YYYY-MM-DD; today by default.")] = None,
    json: Json = False,
) -> None:
    """Sign a policy: its content is checked and its sign-off written at its end, in place of an earlier one.

    Any later change to the content needs a new sign-off. The rest of the file stays as it is.
    """
    from ..statistics.policy import sign_policy

    signed = sign_policy(policy, by=by, on=day_of(on, option="--on"))
    shown = {
        "policy": signed.id,
        "version": signed.version,
        "by": signed.sign_off.by,
        "on": signed.sign_off.on.isoformat(),
        "sha256": signed.sign_off.digest,
    }
    if json:
        print_json(shown)
    else:
        print_table(f"Signed {policy.name}", ("what", "value"), list(shown.items()))

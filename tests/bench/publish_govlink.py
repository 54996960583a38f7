"""Publishing a CSV file by govlink, as a script of an agency would; a program of its own."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from pydantic import SecretStr

from govlink import Client, Config
from govlink.flow import Context, Effect, Request, Response
from govlink.models.publication import PublicationStep
from govlink.tables import table_of_csv
from govlink.transport import Transport, open_transport

from .publish_data import COLUMNS, DECLARATION, KEY, dataset
from .publish_turns import Turns

__all__ = ["Wire", "config_of"]

_FIRST_OF_A_ROW = f'{{"{KEY}":'.encode()


class Told(TypedDict):
    """What is to be published, where, and under which name."""

    url: str
    token: str
    path: str
    name: str
    slice_rows: int


@dataclass(slots=True, kw_only=True)
class Wire:
    """Carries requests and counts them, and the rows in them."""

    inner: Transport
    reads: int = 0
    writes: int = 0
    rows_read: int = 0
    rows_sent: int = 0

    def send(self, request: Request) -> Response:
        """Carry one request."""
        if request.effect is Effect.READ:
            self.reads += 1
        else:
            self.writes += 1
        if isinstance(request.body, bytes):
            self.rows_sent += request.body.count(_FIRST_OF_A_ROW)
        response = self.inner.send(request)
        if request.sink is not None and request.sink.exists():
            with request.sink.open("rb") as file:
                self.rows_read += sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(2**18), b"")) - 1
        return response

    def close(self) -> None:
        """Give back the connections."""
        self.inner.close()


@dataclass(slots=True, kw_only=True)
class TurnJournal:
    """Gives the turn away between writes of rows; keeps nothing."""

    turns: Turns

    def note(self, step: PublicationStep) -> None:
        """A write is about to be sent, or was."""
        if step.name == "rows" and step.outcome == "sent":
            self.turns.reached(step.rows_done)

    def published(self) -> tuple[tuple[str, str], ...]:
        """Not known."""
        return ()


def config_of(*, url: str, token: str, **others: object) -> Config:
    """A catalogue on this machine, and other settings of the adapter."""
    values = {"catalogue_url": url, "access_token": SecretStr(token), **others}
    return Config(platforms={"data_go_th": values})


def main(told: Told) -> None:
    """Publish, and tell what was measured."""
    turns = Turns(slice_rows=told["slice_rows"])
    wire = Wire(inner=open_transport())
    with (
        Client(
            config_of(url=told["url"], token=told["token"]),
            transport=wire,
            context=lambda: Context(clock=turns.now, entropy=secrets.token_bytes(32)),
        ) as client,
        table_of_csv(Path(told["path"]), columns=COLUMNS, key=(KEY,)) as table,
    ):
        prepared_s = turns.seconds()
        client.publish(
            table,
            dataset=dataset(told["name"]),
            declaration=DECLARATION,
            journal=TurnJournal(turns=turns),
        )
        turns.tell(
            rows=table.row_count,
            reads=wire.reads,
            writes=wire.writes,
            rows_read=wire.rows_read,
            rows_sent=wire.rows_sent,
            prepared_s=prepared_s,
        )


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

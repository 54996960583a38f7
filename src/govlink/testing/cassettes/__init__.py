"""Recorded answers that hold no secret and nobody: record on purpose, replay strictly, refuse the rest.

vcrpy carries; what is kept (an allow-list), in which form, from where, and what is refused is decided
here. vcrpy is imported when a cassette is opened, never by importing this package.
"""

from .allow_list import AllowList
from .document import (
    BodyKind,
    Cassette,
    Interaction,
    Origin,
    OriginKind,
    StoredBody,
    StoredRequest,
    StoredResponse,
)
from .errors import CassetteError
from .outcome import error_told, outcome_told
from .persister import cassette_files, read_cassette, write_cassette
from .player import Deck, opened_recording, opened_replay, recording, replaying, replaying_async

__all__ = [
    "AllowList",
    "BodyKind",
    "Cassette",
    "CassetteError",
    "Deck",
    "Interaction",
    "Origin",
    "OriginKind",
    "StoredBody",
    "StoredRequest",
    "StoredResponse",
    "cassette_files",
    "error_told",
    "opened_recording",
    "opened_replay",
    "outcome_told",
    "read_cassette",
    "recording",
    "replaying",
    "replaying_async",
    "write_cassette",
]

"""``uv run python -m tests.ckan serve 2.11``: a real CKAN on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from types import FrameType

from .catalogue import RealCatalogue, missing, running_catalogue
from .environments import VERSIONS
from .processes import ServerFailed

_WELCOME = """\
CKAN {version} with the Thai schema: {url}
organisation      {organisation}
editor's token    {editor}
sysadmin's token  {sysadmin}

To point govlink at it, set (the environment "sandbox" alone allows http, to this machine only):

export GOVLINK_ENVIRONMENT=sandbox
export GOVLINK_DATA_GO_TH_CATALOGUE_URL={url}
export GOVLINK_DATA_GO_TH_ACCESS_TOKEN={editor}

Ctrl-C ends it and removes everything.
"""


def main() -> int:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.ckan", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run a catalogue until Ctrl-C")
    serve.add_argument("version", choices=VERSIONS)
    serve.add_argument("--port", type=int, help="of CKAN; a free one if not given")
    given = parser.parse_args()
    lacking = missing()
    if lacking is not None:
        print(f"This machine cannot run a CKAN yet; {lacking}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with running_catalogue(given.version, port=given.port) as catalogue:
            print(_welcome(catalogue), flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("ended")
    except ServerFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _welcome(catalogue: RealCatalogue) -> str:
    return _WELCOME.format(
        version=catalogue.version,
        url=catalogue.url,
        organisation=catalogue.organisation,
        editor=catalogue.editor_token,
        sysadmin=catalogue.sysadmin_token,
    )


if __name__ == "__main__":
    sys.exit(main())

"""Send a folder of documents to another agency until every receipt is there. Start it whenever you like."""

from __future__ import annotations

import sys
from pathlib import Path

from govlink import Client, GovlinkError, load_config
from govlink.exchange.dispatch import Dispatch
from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.keyring import KeyRing
from govlink.exchange.party import Party
from govlink.exchange.sending import run
from govlink.exchange.trust_file import load_trust

OURS = Party(
    keys=KeyRing(Path("exchange/keys")),
    trust=lambda: load_trust(Path("exchange/trust.json")),
    evidence=EvidenceLog(Path("exchange/evidence.jsonl")),
)


def main() -> int:
    """Queue what is in the folder, send what is due. Returns an exit code of ``govlink.errors``."""
    try:
        with Dispatch(Path("exchange/outbox"), party=OURS) as dispatch, Client(load_config()) as client:
            for document in sorted(Path("documents").glob("*.pdf")):
                dispatch.enqueue(
                    document,
                    recipient="university",
                    purpose="certificates of equivalence for enrolment",
                    case_reference=document.stem,
                    file_name=document.name,
                    media_type="application/pdf",
                )
            report = run(dispatch, client.send_sealed)
    except GovlinkError as error:
        print(error.explain("th"), file=sys.stderr)
        return error.exit_code
    print(f"{report.delivered} delivered, {report.postponed} later, {report.failed} refused")
    return 65 if report.failed else 0 if report.next_due_at is None else 75


if __name__ == "__main__":
    sys.exit(main())

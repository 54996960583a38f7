"""Setting the stage: synthetic people in the registers, petitions on E-OCS, launches from ทางรัฐ.

What citizens do is done here through the sandbox's own control paths; what the office does goes
through the client, as it would in earnest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from ..equivalence.form import read_form_date
from ..errors import Fault, GovlinkError, RejectedError, UnexpectedAnswerError
from ..flow import Request
from ..models.identity import CitizenId
from ..models.petition import FiledDocument, FiledPetition
from ..models.portal import Launch
from ..sandbox.people import SyntheticOrganisation, SyntheticPerson
from ..sandbox.toolkit import World
from ..transport import Transport
from ..wire import JSON_TYPE
from .chance import chance

__all__ = ["Stage"]

STAGE_REFUSED = Fault(
    "demo.stage_refused",
    en="the sandbox refused what the demo loads into it (HTTP {status})",
    th="sandbox ไม่รับข้อมูลของการสาธิต (HTTP {status})",
)
CHANGED_NAME_SHARE = 0.02
LOST_CARD_SHARE = 0.02


class Stage:
    """The citizens' side of the demo."""

    def __init__(self, *, world: World, transport: Transport, url: str, seed: int) -> None:
        self._world = world
        self._transport = transport
        self._url = url
        self._seed = seed

    def introduce(self, petitions: Iterable[FiledPetition]) -> None:
        """Make the people and organisations of these petitions known to the registers.

        A few are registered under another surname or with another card, so that the registers have
        something to deny.
        """
        for filed in petitions:
            form = filed.form
            juristic_id = form.get("agent_juristic_id")
            if juristic_id:
                name = f"บริษัท ตัวแทนสมมติ {juristic_id[-4:]} จำกัด"
                self._world.add_organisation(SyntheticOrganisation(juristic_id=juristic_id, name_th=name))
            person = self._person(filed)
            if person is not None and person.citizen_id not in self._world.people:
                self._world.add_person(person)

    def _person(self, filed: FiledPetition) -> SyntheticPerson | None:
        form = filed.form
        try:
            citizen_id = CitizenId.parse(form.get("citizen_id", "")).value
            birth_date = read_form_date(form.get("birth_date", ""))
        except GovlinkError:
            return None
        renamed = chance(self._seed, citizen_id, "renamed") < CHANGED_NAME_SHARE
        other_card = chance(self._seed, citizen_id, "card") < LOST_CARD_SHARE
        return SyntheticPerson(
            citizen_id=citizen_id,
            title=form.get("title", ""),
            first_name=form.get("first_name", ""),
            last_name="สกุลเดิม" if renamed else form.get("last_name", ""),
            birth_date=birth_date,
            laser_code="XX0000000000" if other_card else form.get("laser_code", "") or "YY0000000000",
        )

    def file_on_eocs(self, petitions: Sequence[FiledPetition]) -> None:
        """Citizens file these on the simulated E-OCS."""
        if petitions:
            self._post("/eocs/_sandbox/petitions", [_as_filed(p) for p in petitions])

    def open_mini_app(self, filed: FiledPetition) -> Launch:
        """A citizen opens the service in the simulated ทางรัฐ and comes with a fresh launch."""
        form = filed.form
        user_id = f"user-{filed.reference}"
        profile = {
            "userId": user_id,
            **_vouched_number(form.get("citizen_id", "")),
            "firstName": form.get("first_name", ""),
            "lastName": form.get("last_name", ""),
        }
        self._post("/citizen_portal/_sandbox/profiles", [profile])
        launch = self._post("/citizen_portal/_sandbox/launches", {"userId": user_id})
        return Launch(app_id=str(launch["appId"]), token=str(launch["mToken"]))

    def _post(self, path: str, content: object) -> Mapping[str, object]:
        body = json.dumps(content, ensure_ascii=False).encode()
        request = Request(
            method="POST",
            url=self._url + path,
            operation="demo.stage",
            headers=(JSON_TYPE,),
            body=body,
        )
        response = self._transport.send(request)
        if response.status >= 300:
            raise UnexpectedAnswerError(STAGE_REFUSED, operation="demo.stage", status=response.status)
        answer = json.loads(response.body or b"{}")
        return answer if isinstance(answer, dict) else {}


def _as_filed(filed: FiledPetition) -> dict[str, object]:
    return {
        "reference": filed.reference,
        "service": filed.service,
        "channel": filed.channel.value,
        "filed_at": filed.filed_at.isoformat(),
        "form": dict(filed.form),
        "documents": [
            {"kind": d.kind, "file_name": d.file_name, "sha256": _digest(d)} for d in filed.documents
        ],
    }


def _digest(document: FiledDocument) -> str:
    """The exported list holds no digests; a synthetic paper gets that of its name."""
    return document.sha256_hex or hashlib.sha256(document.file_name.encode()).hexdigest()


def _vouched_number(text: str) -> dict[str, str]:
    """The citizen number as the portal knows it; a mistyped one it does not know."""
    try:
        return {"citizenId": CitizenId.parse(text).value}
    except RejectedError:
        return {}

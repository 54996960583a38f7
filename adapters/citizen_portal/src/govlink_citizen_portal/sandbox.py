"""A simulated ทางรัฐ for one mini app: launches that die, people who consent, inboxes, QR texts.

From the guide (documented): paths, members and the envelope; an mToken is good once and for
2 minutes; a message reaches the inbox whatever the notification flag says; a push that reaches no
subscriber answers 200 with an empty list; one live QR for each person. From public code (seen): a
refusal is HTTP 200 with a null result, and member names are bound without regard to case. Ours
(modelled): the messageCode 400 of a refusal, because no code list is published; two transaction ids
for each subscriber, after the guide's sample; the strict form of ``sendDateTime``; a scheduled message
appears in the inbox when its minute comes; who may be minted: only reserved citizen numbers.

The script of ``window.czpSdk`` has its documented path and functions; what is in it is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.errors import RejectedError
from govlink.models.identity import CitizenId
from govlink.sandbox.toolkit import World, forbidden, thai_json
from govlink.wire import field_ci

__all__ = ["simulator"]

MTOKEN_LIFE = timedelta(minutes=2)
CARD_LIFE = timedelta(minutes=5)
MESSAGES_PER_REQUEST = 1000
REFUSED = 400
SDK_PATH = "/cportal/sdk/iu/v3/sdk.js"
SDK_FILE = Path(__file__).with_name("sdk.js")
PERSONAL = ("citizenId", "firstName", "lastName", "dateOfBirthString", "mobile", "email")


@dataclass(slots=True, kw_only=True)
class _Launch:
    user_id: str
    minted_at: datetime


@dataclass(slots=True, kw_only=True)
class _Delivery:
    user_id: str
    message: str
    visible_from: datetime
    pushed: bool


@dataclass(slots=True, kw_only=True)
class _State:
    """What the simulated portal remembers. ``launches`` holds unspent tokens only."""

    profiles: dict[str, dict[str, object]] = field(default_factory=dict)
    launches: dict[str, _Launch] = field(default_factory=dict)
    inbox: list[_Delivery] = field(default_factory=list)
    pushes: list[dict[str, object]] = field(default_factory=list)
    cards: dict[str, dict[str, object]] = field(default_factory=dict)


class _Refusal(Exception):
    """Ends a handler with the portal's refusal."""


async def _content(request: Request) -> Mapping[str, object]:
    try:
        content = await request.json()
    except ValueError:
        raise _Refusal from None
    if not isinstance(content, dict):
        raise _Refusal
    return content


def _objects(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _Refusal
    return value


def _text(content: Mapping[str, object], name: str) -> str:
    value = field_ci(content, name)
    if not isinstance(value, str) or not value.strip():
        raise _Refusal
    return value


def _profile_of(content: Mapping[str, object]) -> dict[str, object]:
    """The personal members that are there; a citizen number must be a synthetic person's."""
    profile: dict[str, object] = {
        name: value for name in PERSONAL if isinstance(value := field_ci(content, name), str) and value
    }
    number = profile.get("citizenId")
    if number is not None:
        try:
            reserved = CitizenId(str(number)).is_reserved
        except RejectedError:
            reserved = False
        if not reserved:
            raise _Refusal
    profile["notification"] = field_ci(content, "notification") is not False
    return profile


class _Portal:
    """The operations, on the shared world and this simulator's own state."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = _State()

    def mint(self, user_id: str) -> dict[str, object]:
        """A launch as ทางรัฐ makes it when this person opens the mini app."""
        token = str(self.world.uuid(f"czp-mtoken-{self.world.next_number('czp-mtoken')}"))
        self.state.launches[token] = _Launch(user_id=user_id, minted_at=self.world.now())
        return {"appId": self.world.account.app_id, "mToken": token}

    def _require_app(self, content: Mapping[str, object]) -> None:
        if _text(content, "appId") != self.world.account.app_id:
            raise _Refusal

    def mock(self, content: Mapping[str, object]) -> object:
        """Mint a test launch. A citizen number known to the sandbox brings that person's user id."""
        self._require_app(content)
        given = _profile_of(content)
        number = given.get("citizenId")
        known = (u for u, p in self.state.profiles.items() if number and p.get("citizenId") == number)
        label = number or f"anonymous-{self.world.next_number('czp-anonymous')}"
        user_id = next(known, None) or str(self.world.uuid(f"czp-user-{label}"))
        self.state.profiles[user_id] = {**self.state.profiles.get(user_id, {}), **given}
        return self.mint(user_id)

    def deproc(self, content: Mapping[str, object]) -> object:
        """Give out the person behind a launch, once, within two minutes."""
        launch = self.state.launches.pop(_text(content, "mToken"), None)
        self._require_app(content)
        if launch is None or self.world.now() - launch.minted_at > MTOKEN_LIFE:
            raise _Refusal
        return {"userId": launch.user_id, **self.state.profiles[launch.user_id]}

    def _send_time(self, content: Mapping[str, object]) -> datetime | None:
        value = field_ci(content, "sendDateTime")
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise _Refusal from None
        thai = moment.utcoffset() == timedelta(hours=7) and str(value).endswith(":00+07:00")
        if not thai or moment.year >= 2400:
            raise _Refusal
        return moment

    def _addressed(self, content: Mapping[str, object]) -> list[tuple[str, str]]:
        data = _objects(field_ci(content, "data"))
        if not 0 < len(data) <= MESSAGES_PER_REQUEST:
            raise _Refusal
        return [(_text(item, "userId"), _text(item, "message")) for item in data]

    def push(self, content: Mapping[str, object]) -> object:
        """Deliver to inboxes, and push to those who subscribed; unknown users are passed over."""
        self._require_app(content)
        addressed, send_at = self._addressed(content), self._send_time(content)
        ids: list[str] = []
        for user_id, message in addressed:
            if user_id not in self.state.profiles:
                continue
            subscribed = self.state.profiles[user_id]["notification"] is True
            self.state.inbox.append(
                _Delivery(
                    user_id=user_id,
                    message=message,
                    visible_from=send_at or self.world.now(),
                    pushed=subscribed,
                )
            )
            if subscribed:
                number = self.world.next_number("czp-push")
                ids += [str(self.world.uuid(f"czp-push-{number}-{part}")) for part in ("a", "b")]
        self.state.pushes.append(
            {
                "messages": len(addressed),
                "transactionIds": ids,
                "sendDateTime": send_at.isoformat() if send_at else None,
            }
        )
        return ids

    def card(self, content: Mapping[str, object]) -> object:
        """Make a QR text; the one before is forgotten."""
        self._require_app(content)
        user_id = _text(content, "userId")
        _text(content, "docName")
        _text(content, "fullName")
        if user_id not in self.state.profiles:
            raise _Refusal
        number = self.world.next_number("czp-card")
        card = {
            "qrText": self.world.token(f"czp-card-{number}")[:40],
            "expiryDate": int((self.world.now() + CARD_LIFE).timestamp()),
        }
        self.state.cards[user_id] = dict(card)
        return card


def _envelope(world: World, *, result: object, code: int, message: str | None) -> Response:
    stamp = int(world.now().timestamp())
    return thai_json({"result": result, "requestTimeStamp": stamp, "messageCode": code, "message": message})


def _operation_routes(portal: _Portal) -> list[Route]:
    operations = (
        ("/v1/core/shield/data/mock", portal.mock, 0),
        ("/v1/core/shield/data/deproc", portal.deproc, 200),
        ("/v1/core/notification/push", portal.push, 200),
        ("/v4/core/qr/generate/vc", portal.card, 200),
    )

    def route(index: int) -> Route:
        path, operate, success = operations[index]

        async def endpoint(request: Request) -> Response:
            if refusal := forbidden(request, portal.world):
                return refusal
            try:
                result = operate(await _content(request))
            except _Refusal:
                return _envelope(portal.world, result=None, code=REFUSED, message="Failed")
            message = None if success == 0 else "Success"
            return _envelope(portal.world, result=result, code=success, message=message)

        return Route("/ws/dga/czp/uat" + path, endpoint, methods=["POST"])

    return [route(index) for index in range(len(operations))]


def _control_routes(portal: _Portal) -> list[Route]:
    """Not the portal's: how tests and the sandbox's own pages load and look at its state."""
    state, world = portal.state, portal.world

    async def load_profiles(request: Request) -> Response:
        content = await request.json()
        try:
            loaded = {_text(item, "userId"): _profile_of(item) for item in _objects(content)}
        except _Refusal:
            return thai_json({"error": "userId and a reserved citizenId (97 to 99) are needed"}, status=422)
        state.profiles.update(loaded)
        return thai_json({"profiles": len(state.profiles)})

    async def profiles(request: Request) -> Response:  # noqa: ARG001 - Starlette hands every handler one
        return thai_json([{"userId": user_id, **p} for user_id, p in state.profiles.items()])

    async def launch(request: Request) -> Response:
        user_id = (await request.json()).get("userId")
        if user_id not in state.profiles:
            return thai_json({"error": "no such profile"}, status=404)
        return thai_json(portal.mint(user_id))

    async def inbox(request: Request) -> Response:
        wanted, now = request.query_params.get("userId"), world.now()
        return thai_json(
            [
                {
                    "userId": d.user_id,
                    "message": d.message,
                    "receivedAt": d.visible_from.isoformat(),
                    "pushed": d.pushed,
                }
                for d in state.inbox
                if wanted in {None, d.user_id} and d.visible_from <= now
            ]
        )

    async def pushes(request: Request) -> Response:  # noqa: ARG001 - Starlette hands every handler one
        return thai_json(list(state.pushes))

    async def cards(request: Request) -> Response:  # noqa: ARG001 - Starlette hands every handler one
        now = world.now().timestamp()
        return thai_json({u: c for u, c in state.cards.items() if float(str(c["expiryDate"])) > now})

    return [
        Route("/_sandbox/profiles", load_profiles, methods=["POST"]),
        Route("/_sandbox/profiles", profiles),
        Route("/_sandbox/launches", launch, methods=["POST"]),
        Route("/_sandbox/inbox", inbox),
        Route("/_sandbox/pushes", pushes),
        Route("/_sandbox/cards", cards),
    ]


async def _sdk(request: Request) -> Response:  # noqa: ARG001 - Starlette hands every handler one
    return Response(
        SDK_FILE.read_bytes(), media_type="text/javascript", headers={"Cache-Control": "no-store"}
    )


def simulator(world: World) -> Starlette:
    """The portal's simulator, with the world's test account as its one mini app."""
    portal = _Portal(world)
    return Starlette(routes=[*_operation_routes(portal), Route(SDK_PATH, _sdk), *_control_routes(portal)])

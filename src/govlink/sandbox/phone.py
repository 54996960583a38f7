"""The phone: a page that opens mini apps as ทางรัฐ does, on a laptop.

Opening mints a fresh launch on the simulated portal and adds the two query members ``appId`` and
``mToken`` to the mini app's landing page (documented in the guide's sensitive-data page). The page
plays the native side of ``window.czpSdk`` for the mini app in its frame. Mini apps are opened on this
machine only: a launch that left it would carry a synthetic person to a stranger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..models.identity import check_digit
from .html import Pages
from .inside import Inside, objects
from .toolkit import World

__all__ = ["is_loopback_landing", "phone_routes", "with_launch"]

_PORTAL = "/citizen_portal/_sandbox"
# Right after the host only a port, a path or a query may follow, so that no browser reads another host.
_LANDING = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?(?:[/?][^\s\\\x00-\x1f\x7f]*)?")
_LONGEST_NAME = 100

_NOT_LOOPBACK = (
    "เปิดได้เฉพาะที่อยู่ที่ขึ้นต้นด้วย http://127.0.0.1 หรือ http://localhost",
    "Only addresses that begin with http://127.0.0.1 or http://localhost are opened.",
)
_NO_SUCH_PERSON = ("ไม่พบบุคคลนี้ในระบบจำลอง", "The simulated portal knows no such person.")
_NOT_RESERVED = (
    "เลขประจำตัวประชาชนต้องเป็นเลขสงวน (หลักที่ 2-3 เป็น 97, 98 หรือ 99)",
    "The citizen number must be a reserved one (digits 2 and 3: 97, 98 or 99).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """Two launches of the same person: one is spent by the frame, the other by the link."""

    frame_url: str
    link_url: str


def is_loopback_landing(url: str) -> bool:
    """Whether a landing page is on this machine: plain HTTP on 127.0.0.1 or localhost."""
    return _LANDING.fullmatch(url) is not None and int(urlsplit(url).netloc.partition(":")[2] or 80) <= 65535


def with_launch(landing: str, *, app_id: str, token: str) -> str:
    """The landing page's address with a launch in its query, in place of one that is there."""
    parts = urlsplit(landing)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in _MEMBERS]
    query = urlencode([*kept, ("appId", app_id), ("mToken", token)])
    return parts._replace(path=parts.path or "/", query=query).geturl()


_MEMBERS = frozenset({"appId", "mToken"})


class _Phone:
    def __init__(self, *, world: World, inside: Inside, pages: Pages) -> None:
        self._world, self._inside, self._pages = world, inside, pages

    async def show(self, request: Request) -> Response:
        """The phone; with a person and a landing page in the query it opens the mini app."""
        person = request.query_params.get("person", "")
        landing = request.query_params.get("landing", "").strip()
        if not landing:
            return await self._page(person=person)
        if not is_loopback_landing(landing):
            return await self._page(person=person, landing=landing, error=_NOT_LOOPBACK)
        opened = await self._open(person, landing)
        if opened is None:
            return await self._page(person=person, landing=landing, error=_NO_SUCH_PERSON)
        return await self._page(person=person, landing=landing, opened=opened)

    async def add_person(self, request: Request) -> Response:
        """Make a synthetic person known to the portal; without a number one is made up."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace"), max_num_fields=10))
        serial = self._world.next_number("phone-person")
        twelve = f"198{serial:09d}"
        profile = {
            "userId": f"phone-{serial}",
            "citizenId": form.get("citizenId", "").strip() or twelve + check_digit(twelve),
            "firstName": form.get("firstName", "")[:_LONGEST_NAME],
            "lastName": form.get("lastName", "")[:_LONGEST_NAME],
        }
        answer = await self._inside.post(f"{_PORTAL}/profiles", [profile])
        if answer.status >= 300:
            return await self._page(error=_NOT_RESERVED)
        return RedirectResponse(f"/phone?person={profile['userId']}", status_code=303)

    async def script(self, _: Request) -> Response:
        """The page's own script."""
        return self._pages.script("phone.js")

    async def _open(self, person: str, landing: str) -> _Opened | None:
        launches = [await self._inside.post(f"{_PORTAL}/launches", {"userId": person}) for _ in range(2)]
        urls = [
            with_launch(landing, app_id=str(a.content["appId"]), token=str(a.content["mToken"]))
            for a in launches
            if a.status == 200 and isinstance(a.content, dict)
        ]
        return _Opened(frame_url=urls[0], link_url=urls[1]) if len(urls) == 2 else None

    async def _page(
        self,
        *,
        person: str = "",
        landing: str = "",
        opened: _Opened | None = None,
        error: tuple[str, str] | None = None,
    ) -> Response:
        people = objects((await self._inside.get(f"{_PORTAL}/profiles")).content)
        inbox = objects((await self._inside.get(f"{_PORTAL}/inbox", userId=person)).content)
        return self._pages.page(
            "phone",
            status=400 if error else 200,
            people=people,
            person=person,
            landing=landing,
            opened=opened,
            error=error,
            inbox=inbox[::-1],
        )


def phone_routes(*, world: World, inside: Inside, pages: Pages) -> list[Route]:
    """The routes of the phone."""
    phone = _Phone(world=world, inside=inside, pages=pages)
    return [
        Route("/phone", phone.show),
        Route("/phone/people", phone.add_person, methods=["POST"]),
        Route("/phone/phone.js", phone.script),
    ]

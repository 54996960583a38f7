"""Linkage Center 2 in a box, with the Ministry of Education's two data sets.

Paths and members were seen in code; which numbers the services, the office and the purpose have is
made up for the sandbox.

Quirks kept: one row comes as an object and several as an array, nobody found is a plain message under
an item's 404 inside an HTTP 200, ``gpax`` is a number for students and a text for graduates, years of
students are BE and of graduates CE, a session ends 60 minutes after it began. ``POST
/_sandbox/linkage2`` loads ``{students?, graduates?}``, lists of rows as sent, known by ``personID``;
``thaid_closed`` true makes every further ThaID token be refused, ``expire`` ends all sessions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.sandbox.toolkit import World, thai_json

from ..services import SANDBOX_VALUES

__all__ = ["GRADUATES", "JOB_ID", "OFFICE_ID", "STUDENTS", "routes"]

OFFICE_ID = int(SANDBOX_VALUES["linkage2_office_id"])
JOB_ID = SANDBOX_VALUES["linkage2_job_id"]
STUDENTS = int(SANDBOX_VALUES["linkage2_student_service_id"])
GRADUATES = int(SANDBOX_VALUES["linkage2_graduate_service_id"])
LIFE = timedelta(minutes=60)


def _failed(status: int, number: int, text: str) -> Response:
    return thai_json({"errorMessage": text, "errorNumber": number}, status=status)


@dataclass(slots=True, kw_only=True)
class _Center:
    world: World
    sessions: dict[str, datetime] = field(default_factory=dict)
    rows: dict[tuple[int, str], list[dict[str, Any]]] = field(default_factory=dict)
    is_thaid_closed: bool = False
    confirmed: int = 0
    renewed: int = 0

    def token(self) -> str:
        number = self.world.next_number("linkage2-session")
        token = f"synthetic.{self.world.token(f'linkage2-{number}')}.unsigned"
        self.sessions[token] = self.world.now()
        return token

    def live(self, request: Request) -> str | None:
        """The token of a request whose session has not ended."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        begun = self.sessions.get(token)
        return token if begun is not None and self.world.now() - begun < LIFE else None

    def item(self, asked: dict[str, Any]) -> dict[str, object]:
        service_id, person = int(asked["serviceID"]), str(asked["query"].get("personalID", ""))
        rows = self.rows.get((service_id, person.zfill(13)), [])
        data: object = rows[0] if len(rows) == 1 else rows
        status, error = 200, None
        if service_id not in {STUDENTS, GRADUATES}:
            data, status, error = None, 403, {"errorMessage": "no permission", "errorNumber": 95011}
        elif not rows:
            data, status = "ไม่พบข้อมูล", 404
        return {
            "serviceID": service_id,
            "responseStatus": status,
            "responseData": data,
            "responseError": error,
            "responseTimeMs": 12,
        }

    async def login(self, request: Request) -> Response:
        if request.method == "DELETE":
            token = self.live(request)
            if token is None:
                return _failed(401, 1001, "token expired")
            del self.sessions[token]
            return Response(status_code=204)
        content = await request.json()
        if not isinstance(content.get("personalID"), int) or content.get("loginType") not in {1, 2}:
            return _failed(400, 1002, "bad request")
        return thai_json({"office": [{"officeID": OFFICE_ID, "officeName": "หน่วยงานสังเคราะห์"}]})

    async def confirm(self, request: Request) -> Response:
        content = await request.json()
        if content.get("officeID") != OFFICE_ID or not isinstance(content.get("personalID"), int):
            return _failed(400, 1002, "bad request")
        if not content.get("accessToken") or self.is_thaid_closed:
            return _failed(401, 1003, "ThaID token refused")
        self.confirmed += 1
        return thai_json({"token": self.token()})

    async def renew(self, request: Request) -> Response:
        token = self.live(request)
        if token is None:
            return _failed(401, 1001, "token expired")
        del self.sessions[token]
        self.renewed += 1
        return thai_json({"token": self.token()})

    async def jobs(self, request: Request) -> Response:
        if self.live(request) is None:
            return _failed(401, 1001, "token expired")
        return thai_json({"job": [JOB_ID]})

    async def ask(self, request: Request) -> Response:
        if self.live(request) is None:
            return _failed(401, 1001, "token expired")
        content = await request.json()
        if content.get("jobID") != JOB_ID:
            return _failed(403, 1004, "job not allowed")
        return thai_json({"data": [self.item(one) for one in content["data"]], "executeTimeMs": 20})

    async def control(self, request: Request) -> Response:
        content = await request.json()
        for number, name in ((STUDENTS, "students"), (GRADUATES, "graduates")):
            for person in {row["personID"] for row in content.get(name, [])}:
                self.rows[number, person] = [r for r in content[name] if r["personID"] == person]
        self.is_thaid_closed = bool(content.get("thaid_closed", self.is_thaid_closed))
        if content.get("expire"):
            self.sessions.clear()
        return thai_json({"people": len(self.rows), "confirmed": self.confirmed, "renewed": self.renewed})


def routes(world: World) -> list[Route]:
    """The center's calls under ``/linkage2``, and the sandbox's own."""
    center, base = _Center(world=world), "/linkage2/api/center"
    return [
        Route(f"{base}/login", center.login, methods=["POST", "DELETE"]),
        Route(f"{base}/login/confirm", center.confirm, methods=["POST"]),
        Route(f"{base}/login/renew", center.renew, methods=["POST"]),
        Route(f"{base}/user/job", center.jobs),
        Route(f"{base}/request", center.ask, methods=["POST"]),
        Route("/_sandbox/linkage2", center.control, methods=["POST"]),
    ]

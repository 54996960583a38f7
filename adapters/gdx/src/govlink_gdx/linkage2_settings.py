"""Linkage Center 2: where it is, and what an agency is told about it by the registration office."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, Field

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment

__all__ = [
    "EDUCATION_SERVICES",
    "JOBS",
    "LINKAGE2_ENDPOINTS",
    "LOGIN",
    "LOGIN_CONFIRM",
    "LOGIN_RENEW",
    "LOGOUT",
    "REQUEST",
    "Linkage2Fields",
]


def _endpoint(operation: str, path: str) -> Endpoint:
    return Endpoint(
        operation=f"linkage2.{operation}",
        urls={
            Environment.SANDBOX: f"{{sandbox}}/gdx/linkage2/{path}",
            Environment.UAT: f"{{linkage2}}/{path}",
            Environment.PRODUCTION: f"{{linkage2}}/{path}",
        },
        mark=Mark.SEEN,
        source="public clients of Linkage Center 2; no document of the protocol is published",
    )


LOGIN = _endpoint("login", "api/center/login")
LOGIN_CONFIRM = _endpoint("login_confirm", "api/center/login/confirm")
LOGIN_RENEW = _endpoint("login_renew", "api/center/login/renew")
LOGOUT = _endpoint("logout", "api/center/login")
JOBS = _endpoint("jobs", "api/center/user/job")
REQUEST = _endpoint("request", "api/center/request")

LINKAGE2_ENDPOINTS = (LOGIN, LOGIN_CONFIRM, LOGIN_RENEW, LOGOUT, JOBS, REQUEST)

EDUCATION_SERVICES: Mapping[str, str] = {
    "moe.student": "linkage2_student_service_id",
    "moe.graduate": "linkage2_graduate_service_id",
}
"""Look-ups answered through this center, with the setting that holds each one's number there."""


class Linkage2Fields(BaseModel):
    """What an agency sets to ask Linkage Center 2, which is no part of the DGA gateway.

    The center is reached through a proxy of each agency's own, so ``hosts.linkage2`` has no default.
    ``linkage2_office_id`` is the agency's number there, ``linkage2_job_id`` the purpose asked for
    (``LinkageCenter2Flows.jobs`` lists those an officer has). The numbers of the Ministry of
    Education's two data sets, ``linkage2_student_service_id`` and ``linkage2_graduate_service_id``,
    are published nowhere and so have no default either.

    ``linkage2_login_type`` 2 is the log-in by ThaID, 1 by smart card (seen in code); only the former
    is adapted. A token is taken to live ``linkage2_token_life_s`` and is renewed when less than
    ``linkage2_renew_margin_s`` of it remain, as a public client does (seen in code).
    """

    linkage2_office_id: int | None = Field(default=None, ge=0)
    linkage2_job_id: str | None = Field(default=None, min_length=1, max_length=64)
    linkage2_student_service_id: int | None = Field(default=None, ge=0)
    linkage2_graduate_service_id: int | None = Field(default=None, ge=0)
    linkage2_login_type: int = Field(default=2, ge=0)
    linkage2_token_life_s: float = Field(default=3600.0, gt=0)
    linkage2_renew_margin_s: float = Field(default=600.0, ge=0)

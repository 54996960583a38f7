"""The center, its settings and answers that the tests of Linkage Center 2 share."""

from __future__ import annotations

from pydantic import SecretStr

from govlink.flow import Response
from govlink_gdx.linkage2 import LinkageCenter2Flows
from govlink_gdx.settings import GdxSettings

from .service_box import answer

THAID = SecretStr("thaid-good-nowhere")
SET = {
    "hosts": {"linkage2": "https://lk2.invalid"},
    "linkage2_office_id": 337,
    "linkage2_job_id": "job-1",
    "linkage2_student_service_id": 41,
    "linkage2_graduate_service_id": 42,
}


def center(settings: GdxSettings, **extra: object) -> LinkageCenter2Flows:
    """The flows under all settings, but for some."""
    values = {**settings.model_dump(), **SET, **extra}
    return LinkageCenter2Flows(settings=GdxSettings.model_validate(values))


def item(service_id: int = 41, status: object = 200, data: object = None) -> dict[str, object]:
    """An item of an answer, in the form clients read."""
    return {
        "serviceID": service_id,
        "responseStatus": status,
        "responseData": data,
        "responseError": None,
        "responseTimeMs": 12,
    }


def batch(*items: object, status: int = 200) -> Response:
    """An answer to a batch."""
    return answer({"data": list(items), "executeTimeMs": 20}, status)

"""Services that need no officer's card: Laser Code, which checks the back of an identity card."""

from __future__ import annotations

from govlink.models.mark import Mark

from ..keys import Key, be_birth_date, citizen_id, laser_code, thai_name
from .model import AnswerKind, Family, Service, gdx_endpoint

__all__ = ["PUBLIC"]

PUBLIC: tuple[Service, ...] = (
    Service(
        name="dopa.laser_code",
        code="PUBLIC-001-01",  # IKNO-013-01 in older lists
        family=Family.PUBLIC,
        endpoint=gdx_endpoint(
            "dopa.laser_code",
            "ws/dopa/verification/personal",
            mark=Mark.DOCUMENTED,
            source="DGA knowledge base, Laser Code API guide; GovAPI manual of 22 Nov 2018, p. 57-58",
        ),
        keys=(
            Key(name="CitizenID", check=citizen_id),
            Key(name="FirstName", check=thai_name),
            Key(name="LastName", check=thai_name),
            Key(name="BEBirthDate", check=be_birth_date),
            Key(name="LaserCode", check=laser_code),
        ),
        answer=AnswerKind.YES_NO,
        denials=frozenset({"2", "4"}),
    ),
)

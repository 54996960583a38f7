"""How the demo tells in one word how a petition ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govlink.demo.publication import outcome_of
from govlink.equivalence.states import OPEN_STATES, State

from ..equivalence.cases import Case


@pytest.mark.parametrize("state", list(State))
def test_every_end_has_a_word(state: State) -> None:
    """The summary counts by it; what is not decided yet is open."""
    word = outcome_of(replace(Case().submitted().petition, state=state))
    known = {"approved", "refused", "redirected", "closed"}
    undecided = OPEN_STATES - {State.APPROVED} | {State.DRAFT, State.REVOKED}
    assert (word == "open") is (state in undecided)
    assert word in known | {"open"}

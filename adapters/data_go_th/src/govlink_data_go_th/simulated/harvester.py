"""The national catalogue's harvester, asked where an agency's datasets stand there.

The two actions, their parameters and the members of their replies were seen in the code and templates of
the Thai extension, release 2.1.0. What a reply holds when there is nothing to tell is modelled: one entry
of empty texts, which is what the template compares with.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["NOT_YET", "PUBLISHED", "told"]

PUBLISHED = "gdcatalog_published_state"
NOT_YET = "gdcatalog_nonpublish_state"

_MEMBERS = ("name", "metadata_modified", "governance_state", "validate_time")


def told(action: str, name: str, state: Mapping[str, str]) -> dict[str, object] | None:
    """The reply about a dataset; None to an unknown action.

    ``state`` has the members of a reply. Without ``governance_state``, its ``metadata_modified`` is when
    the dataset was published; ``published_at`` tells that of one whose change is still being dealt with.
    """
    if action not in {PUBLISHED, NOT_YET}:
        return None
    waits = bool(state.get("governance_state"))
    published_at = state.get("published_at") or ("" if waits else state.get("metadata_modified", ""))
    said = dict.fromkeys(_MEMBERS, "")
    if action == PUBLISHED and published_at:
        said |= {"name": state.get("name", name), "metadata_modified": published_at}
    if action == NOT_YET and waits:
        said |= {"name": name, **{m: state[m] for m in _MEMBERS if m in state}}
    return {"help": "", "success": True, "result": [said]}

"""The actions of the simulated catalogue in CKAN's envelope, and its two routes that are no actions.

The behaviours are those of CKAN 2.11 unless another version is chosen (tried), with the governance
extension's freezing of a dataset (seen in code).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from . import datasets, tables
from .behaviour import BEHAVIOURS
from .bodies import TooLarge, Unreadable, parse_body
from .envelope import Answer, Call, Page, Refusal, Role, missing
from .failures import Failure
from .files import mimetype_of
from .harvester import told
from .reading import DUMP_STYLES, dump
from .store import Store

__all__ = ["Catalogue"]

_READS = frozenset(
    {
        "status_show",
        "scheming_dataset_schema_show",
        "organization_list_for_user",
        "package_show",
        "package_search",
        "resource_show",
        "datastore_info",
        "datastore_search",
    }
)
_HERE: Mapping[str, Callable[[Store, Call], object]] = {
    name: getattr(module, name) for module in (datasets, tables) for name in module.__all__
}


class Catalogue(Store):
    """The store behind the table of actions."""

    def __init__(
        self, *, people: Mapping[str, Role], now: Callable[[], datetime], new_id: Callable[[], UUID]
    ) -> None:
        super().__init__(now=now, new_id=new_id)
        self._people = people
        self.log: list[tuple[str, int]] = []
        self.failures: list[Failure] = []
        self.max_body_bytes: int | None = None
        self.national: dict[str, dict[str, str]] = {}
        self._actions: Mapping[str, Callable[[Store, Call], object]] = {
            **_HERE,
            "status_show": self._status_show,
            "scheming_dataset_schema_show": self._schema_show,
            "organization_list_for_user": self._organisations_for_user,
        }

    def use_version(self, version: str) -> None:
        """Behave like another version of CKAN: 2.10, 2.11 or 2.12."""
        self.behaviour = BEHAVIOURS[version]

    # --- the wire ---------------------------------------------------------------------------------

    def answer(
        self, action: str, *, method: str, content_type: str, token: str | None, body: bytes, site_url: str
    ) -> Answer:
        """Answer one call and note it in the log."""
        try:
            answer = self._answer(action, method, content_type, token, body, site_url)
        except TooLarge:
            answer = Answer(status=413, html="<!doctype html><title>413 Request Entity Too Large</title>")
        self.log.append((action, answer.status))
        return answer

    def _answer(
        self, action: str, method: str, content_type: str, token: str | None, body: bytes, site_url: str
    ) -> Answer:
        if self.max_body_bytes is not None and len(body) > self.max_body_bytes:
            raise TooLarge
        handler = self._actions.get(action)
        if handler is None or not self._knows(action):
            return _bare(f"Action name not known: {action}")
        if method != "POST" and action not in _READS:
            return _bare("JSON Error: Invalid request. Please use POST method for your request")
        try:
            data = parse_body(body, content_type=content_type)
        except Unreadable as error:
            return _bare(f"JSON Error: {error}")
        envelope: dict[str, object] = {"help": f"{site_url}api/3/action/help_show?name={action}"}
        try:
            result = self._done(action, handler, Call(data=data, role=self.role_of(token), site_url=site_url))
        except Refusal as refusal:
            content = {**envelope, "success": False, "error": refusal.error}
            return Answer(status=refusal.status, content=content)
        return Answer(status=200, content={**envelope, "success": True, "result": result})

    def _done(self, action: str, handler: Callable[[Store, Call], object], call: Call) -> object:
        struck = next((failure for failure in self.failures if failure.strikes(action)), None)
        refusal = None if struck is None else struck.refusal()
        if refusal is not None:
            raise refusal
        was_down = self.index_is_down
        self.index_is_down = was_down or struck is not None
        try:
            return handler(self, call)
        finally:
            self.index_is_down = was_down

    def _knows(self, action: str) -> bool:
        if action == "datastore_records_delete":
            return self.behaviour.has_records_delete
        return self.schema is not None or not action.startswith("scheming_")

    def role_of(self, token: str | None) -> Role:
        """Whose token that is."""
        return self._people.get(token or "", Role.ANONYMOUS)

    # --- routes that are no actions ---------------------------------------------------------------

    def dump(self, resource_id: str, *, query: Mapping[str, str], token: str | None) -> Page:
        """The table behind a resource; who may not read it is told that there is none (tried)."""
        style = query.get("format", "csv")
        table = self.tables.get(resource_id)
        if table is None or not self.has_dump or self._readable_home(resource_id, token) is None:
            return Page.failed(HTTPStatus.NOT_FOUND)
        if style not in DUMP_STYLES:
            return Page.failed(HTTPStatus.BAD_REQUEST)
        has_bom = query.get("bom", "").lower() in {"true", "yes", "1", "on", "t", "y"}
        has_fractions = self.behaviour.tells_fractions
        chunks = dump(table, style=style, has_bom=has_bom, has_fractions=has_fractions)
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f'attachment; filename="{resource_id}.{style}"',
        }
        return Page(status=200, headers=headers, chunks=chunks)

    def download(self, resource_id: str, *, token: str | None) -> Page:
        """The file behind a resource, whatever name the link gives it (tried)."""
        content = self.keeper.files.get(resource_id)
        try:
            home = self.home_of(resource_id)
        except Refusal:
            return Page.failed(HTTPStatus.NOT_FOUND)
        if self._readable_home(resource_id, token) is None:
            return Page.failed(HTTPStatus.FORBIDDEN)
        if content is None:
            return Page.failed(HTTPStatus.NOT_FOUND)
        kind = home[1].get("mimetype") or mimetype_of(str(home[1].get("url"))) or "application/octet-stream"
        return Page(status=200, headers={"Content-Type": str(kind)}, chunks=(content,))

    def _readable_home(self, resource_id: str, token: str | None) -> object:
        call = Call(data={}, role=self.role_of(token), site_url="")
        try:
            package, _ = self.home_of(resource_id)
            return self.visible(call, package["id"])
        except Refusal:
            return None

    def national_state(self, action: str, package_id: object) -> Page:
        """What the national catalogue's harvester says about a dataset."""
        package = self.find(package_id)
        name = str(package["name"]) if package else ""
        reply = told(action, name, self.national.get(name, {}))
        if reply is None:
            return Page.failed(HTTPStatus.NOT_FOUND)
        headers = {"Content-Type": "application/json"}
        return Page(status=200, headers=headers, chunks=(Answer(status=200, content=reply).body,))

    # --- actions on the site ----------------------------------------------------------------------

    def _status_show(self, _: Store, call: Call) -> object:
        extensions = ["scheming_datasets", "thai_gdc", "datastore"]
        return {
            "site_title": "sandbox",
            "site_url": call.site_url,
            "ckan_version": self.behaviour.version,
            "thaigdc_version": "2.1.0",
            "thaigdc_catalog_type": "agency",
            "extensions": [*extensions, "thaigdc_governance"] if self.has_governance else extensions,
        }

    def _schema_show(self, _: Store, call: Call) -> object:
        if call.data.get("type") != "dataset":
            raise missing()
        fields = {"dataset_fields": deepcopy(self.schema), "resource_fields": deepcopy(self.resource_schema)}
        return {"scheming_version": 2, "dataset_type": "dataset", **fields}

    def _organisations_for_user(self, _: Store, call: Call) -> object:
        if not call.role.edits:
            return []
        return [o for o in self.organisations.values() if o["editable"]]


def _bare(text: str) -> Answer:
    return Answer(status=400, content=f"Bad request - {text}")

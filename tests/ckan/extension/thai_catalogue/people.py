"""Run once: the organisation and its people.

Prints as JSON their API tokens, and the statements that give the datastore's database its permissions.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from typing import Any

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.plugins import toolkit
from ckanext.datastore.cli import permissions_sql

from ckan import model

ORGANISATION = "obec"
PEOPLE = ("sysadmin", "editor", "member", "stranger")


def _action(action: str, as_user: str = "", /, **data: Any) -> Any:
    return toolkit.get_action(action)({"ignore_auth": True, "user": as_user}, data)


def _token_of(name: str) -> str:
    mail = f"{name}@agency.example.org"
    user = _action("user_create", name=name, email=mail, password=secrets.token_urlsafe(16))
    if name == "sysadmin":
        model.User.get(user["id"]).sysadmin = True
        model.repo.commit()
    token: str = _action("api_token_create", user=name, name="tests")["token"]
    return token


def main() -> None:
    """Make them all."""
    application = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    with application._wsgi_app.test_request_context():
        tokens = {name: _token_of(name) for name in PEOPLE}
        _action("organization_create", "sysadmin", name=ORGANISATION, title="หน่วยงานตัวอย่าง")
        for name in ("editor", "member"):
            _action("organization_member_create", "sysadmin", id=ORGANISATION, username=name, role=name)
    databases = {"maindb": "ckan", "datastoredb": "datastore"}
    roles = {"mainuser": "ckan", "writeuser": "ckan", "readuser": "datastore_ro"}
    json.dump({"tokens": tokens, "permissions": permissions_sql(**databases, **roles)}, sys.stdout)


if __name__ == "__main__":
    main()

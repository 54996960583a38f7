"""The configuration file of a CKAN, with the settings the Thai extension forces."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from . import thai_schema
from .postgres import Cluster

__all__ = ["write_configuration"]

_LOGGING = """
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic
[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""


def write_configuration(
    folder: Path, *, port: int, cluster: Cluster, redis_port: int, index_url: str
) -> Path:
    """Write ``ckan.ini`` and the schema files it names into the folder; the path of the former."""
    for name, content in (("schema", thai_schema.schema()), ("presets", thai_schema.presets())):
        (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1))
    secret = secrets.token_urlsafe(32)
    options = {
        "debug": "false",
        "SECRET_KEY": secret,
        "WTF_CSRF_SECRET_KEY": secret,
        "api_token.jwt.encode.secret": f"string:{secret}",
        "api_token.jwt.decode.secret": f"string:{secret}",
        "ckan.site_id": "thai",
        "ckan.site_title": "บัญชีข้อมูลตัวอย่าง",
        "ckan.site_url": f"http://127.0.0.1:{port}",
        "ckan.plugins": "thai_catalogue scheming_datasets datastore activity",
        "ckan.locale_default": "th",
        "ckan.storage_path": str(folder / "storage"),
        "ckan.max_resource_size": "10",
        "sqlalchemy.url": cluster.url("ckan"),
        "ckan.datastore.write_url": cluster.url("datastore"),
        "ckan.datastore.read_url": cluster.url("datastore", role="datastore_ro"),
        "ckan.datastore.sqlsearch.enabled": "false",
        "ckan.datastore.search.rows_max": "10000",
        "ckan.redis.url": f"redis://127.0.0.1:{redis_port}/0",
        "solr_url": index_url,
        "scheming.dataset_schemas": (folder / "schema.json").as_uri(),
        "scheming.presets": (folder / "presets.json").as_uri(),
    }
    lines = [f"{key} = {value}" for key, value in options.items()]
    ini = folder / "ckan.ini"
    ini.write_text("[app:main]\n" + "\n".join(lines) + "\n" + _LOGGING, encoding="utf-8")
    return ini

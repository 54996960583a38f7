"""The sandbox's pages as HTML: templates from ``pages/``, escaped, and allowed to load nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

__all__ = ["Pages"]

_THAILAND = timezone(timedelta(hours=7))
# A mini app may stand in a frame of the phone, from this machine only; nothing else is ever loaded.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; "
    "frame-src http://127.0.0.1:* http://localhost:*; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class Pages:
    """Renders templates. ``installed`` names the platforms, so that menus offer what is there."""

    def __init__(self, *, installed: frozenset[str]) -> None:
        self._environment = Environment(
            loader=PackageLoader("govlink.sandbox", "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["thai_time"] = _thai_time
        self._environment.globals["installed"] = installed

    def page(self, name: str, *, status: int = 200, **values: object) -> Response:
        """The template of that name, filled in."""
        text = self._environment.get_template(f"{name}.html").render(**values)
        return HTMLResponse(text, status_code=status, headers=_HEADERS)

    def script(self, name: str) -> Response:
        """A script of ours, as it is."""
        content = files("govlink.sandbox").joinpath("pages", name).read_bytes()
        return Response(content, media_type="text/javascript", headers=_HEADERS)


def _thai_time(value: object) -> str:
    """A moment on a Thai clock, to the second; text that is no aware moment stays as it is."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    if moment.tzinfo is None:
        return str(value)
    return moment.astimezone(_THAILAND).strftime("%Y-%m-%d %H:%M:%S")

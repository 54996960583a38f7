"""The sandbox's front page: which platforms it plays, for people as HTML and for machines as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..interfaces import AnyAdapter
from .toolkit import World, thai_json

__all__ = ["console_page"]

_PAGE = """<!doctype html>
<html lang="th"><head><meta charset="utf-8"><title>govlink sandbox</title>
<style>
body{font-family:Sarabun,"Noto Sans Thai",sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.4rem;text-align:left}
code{background:#f4f4f4;padding:.1rem .3rem}
</style></head><body>
<h1>govlink sandbox</h1>
<p>แพลตฟอร์มจำลองบนเครื่องนี้ · Simulated platforms on this machine. Nothing here leaves it.</p>
<table><tr><th>Platform</th><th>ชื่อ</th><th>Address</th><th>Rests on</th><th>Capabilities</th></tr>
{% for a in adapters %}
<tr><td>{{ a.title_en }}</td><td>{{ a.title_th }}</td><td><code>/{{ a.name }}</code></td>
<td>{{ a.mark.value }}</td><td>{{ a.provides | sort | join(", ") }}</td></tr>{% endfor %}
</table>
<p>Tokens validated: {{ world.sessions.validated_count }} · synthetic people: {{ world.people | length }}</p>
</body></html>"""


def console_page(request: Request, *, adapters: Sequence[AnyAdapter], world: World) -> Response:
    """The list of platforms; JSON unless the caller prefers HTML."""
    if "text/html" in request.headers.get("accept", ""):
        template = Environment(autoescape=select_autoescape(default=True)).from_string(_PAGE)
        return HTMLResponse(template.render(adapters=adapters, world=world))
    platforms = [
        {
            "name": a.name,
            "title_th": a.title_th,
            "title_en": a.title_en,
            "path": f"/{a.name}",
            "mark": a.mark.value,
            "provides": sorted(a.provides),
        }
        for a in adapters
    ]
    return thai_json({"platforms": platforms, "tokens_validated": world.sessions.validated_count})

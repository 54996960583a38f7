"""The sandbox's pages in a real browser: the console renders, and a mini app works in the phone.

Debian's Chromium is started headless for each page, with a profile of its own that is thrown away, and
told to resolve no host but this machine.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from govlink import Client, Config
from govlink.models.identity import PersonIdentity
from govlink.models.portal import Launch, Message
from govlink.registry import installed_adapters, load_adapter
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium"),
]

SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--virtual-time-budget=8000", "--window-size=1280,1000",
)  # fmt: skip
Browse = Callable[..., str]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    """Opens a page, runs its scripts, and gives back its document, or with other switches what they print."""

    def open_page(url: str, *wanted: str) -> str:
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [str(CHROMIUM), *SWITCHES, profile, *(wanted or ("--dump-dom",)), url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return open_page


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """A sandbox with every installed adapter."""
    with running_sandbox([load_adapter(name) for name in installed_adapters()]) as running:
        yield running


PAGE = """<!doctype html><html lang="th"><meta charset="utf-8"><title>Mini App</title>
<script src="{sandbox}/citizen_portal/cportal/sdk/iu/v3/sdk.js"></script>
<p id="token"></p><p id="name"></p><p id="scanned"></p>
<script>
const show = (id, text) => { document.getElementById(id).textContent = text; };
show("token", czpSdk.getToken());
const launch = { appId: czpSdk.getAppId(), mToken: czpSdk.getToken() };
const answer = fetch("/identify", { method: "POST", body: JSON.stringify(launch) });
answer.then((given) => given.text()).then((name) => {
  show("name", name);
  czpSdk.setTitle(`${czpSdk.isCitizenPortal()} ${name}`, true);
});
czpSdk.sendFileToNativeWithName("AAAA", "letter.pdf");
czpSdk.scanQrCode().then((text) => {
  show("scanned", text);
  czpSdk.sendFileToNativeWithUrl("/scanned", text);
});
</script>"""


@contextmanager
def mini_app(sandbox: RunningSandbox) -> Iterator[tuple[str, list[PersonIdentity]]]:
    """A mini app on loopback: its address, and whom its back end identified through the real client."""
    adapter = load_adapter("citizen_portal")
    identified: list[PersonIdentity] = []
    settings = {"citizen_portal": settings_for(adapter, sandbox)}
    with Client(Config(sandbox_url=sandbox.url, platforms=settings), adapters=[adapter]) as client:

        class Handler(BaseHTTPRequestHandler):
            """The page, and one call of its own back end."""

            def do_GET(self) -> None:
                """The landing page, whatever its query."""
                self.answer(PAGE.replace("{sandbox}", sandbox.url), "text/html")

            def do_POST(self) -> None:
                """Identify the person behind the launch, as a mini app's back end does."""
                given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                launch = Launch(app_id=given["appId"], token=given["mToken"])
                who = client.identify(launch)
                welcome = Message(portal_user_id=who.portal_user_id, text="<em>ยินดีต้อนรับ</em>")
                client.notify((welcome,))
                identified.append(who)
                self.answer(f"สวัสดี {who.name.first if who.name else ''}", "text/plain")

            def answer(self, text: str, kind: str) -> None:
                """Send a text."""
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *values: object) -> None:
                """Keep the test's output quiet."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/", identified
            finally:
                server.shutdown()
                thread.join()


def person(sandbox: RunningSandbox, number: str) -> str:
    """Somebody the simulated portal knows; their user id."""
    profile = {"userId": "u1", "citizenId": number, "firstName": "สมหญิง"}
    httpx.post(f"{sandbox.url}/citizen_portal/_sandbox/profiles", json=[profile]).raise_for_status()
    return "u1"


def text_of(dom: str, element: str) -> str:
    """The text of the element with that id."""
    found = re.search(rf'id="{element}"[^>]*>(.*?)</(?:p|strong|ol|ul)>', dom, re.DOTALL)
    assert found, dom
    return unescape(re.sub(r"<[^>]+>", "|", found[1])).strip()


def test_the_console_renders(sandbox: RunningSandbox, browse: Browse, tmp_path: Path) -> None:
    """The browser shows every platform, and there is something to see."""
    dom = browse(f"{sandbox.url}/")
    assert all(f"/{name}</code>" in dom for name in installed_adapters())
    picture = tmp_path / "console.png"
    browse(f"{sandbox.url}/console/traffic", f"--screenshot={picture}")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 5000


def test_the_phone_opens_a_mini_app(sandbox: RunningSandbox, browse: Browse, citizen_number) -> None:
    """In the frame: the script hands over the launch, the back end identifies, the phone obeys the script.

    The message was pushed after the page had been made: the inbox looked for itself, and shows text.
    """
    number = citizen_number("199000000017")
    with mini_app(sandbox) as (landing, identified):
        query = urlencode({"person": person(sandbox, number), "landing": landing})
        dom = browse(f"{sandbox.url}/phone?{query}")
    assert [i.citizen_id.value for i in identified if i.citizen_id] == [number]
    assert text_of(dom, "title") == "true สวัสดี สมหญิง"
    assert re.search(r'<span id="back"(?![^>]*hidden)', dom)
    assert "<em>ยินดีต้อนรับ</em>" in text_of(dom, "inbox")
    asked = text_of(dom, "asked")
    assert "sendFileToNativeWithName · letter.pdf" in asked
    assert "sendFileToNativeWithUrl · sandbox-qr · /scanned" in asked


def test_the_plain_link_opens_it_too(sandbox: RunningSandbox, browse: Browse, citizen_number) -> None:
    """Without a frame: getToken gives the token of the query, and it is good for one identification."""
    number = citizen_number("199000000017")
    with mini_app(sandbox) as (landing, identified):
        query = urlencode({"person": person(sandbox, number), "landing": landing})
        page = httpx.get(f"{sandbox.url}/phone?{query}").text
        [link] = re.findall(r'id="plain" href="([^"]*)"', page)
        dom = browse(unescape(link))
    [token] = parse_qs(urlsplit(unescape(link)).query)["mToken"]
    assert text_of(dom, "token") == token
    assert text_of(dom, "name") == "สวัสดี สมหญิง"
    assert [i.portal_user_id for i in identified] == ["u1"]

// The native side of window.czpSdk, as far as a laptop has one, and an inbox that looks for itself.
// Only texts are shown: whatever a mini app or a message says is never read as HTML.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const screen = byId("screen");
  const inbox = byId("inbox");

  const setTitle = (call) => {
    byId("title").textContent = call.title;
    setBack(call);
  };
  const setBack = (call) => {
    byId("back").hidden = !call.showBack;
  };
  const close = () => {
    const note = document.createElement("div");
    note.className = "screen";
    note.textContent = "Mini App ปิดตัวเองแล้ว / The mini app closed itself.";
    screen.replaceWith(note);
  };
  const scan = (call, event) => {
    event.source.postMessage({ czpSdkAnswer: call.id, text: byId("qr").value }, event.origin);
  };
  const nothing = () => {};
  const functions = new Map([
    ["setTitle", setTitle],
    ["setBackButtonVisible", setBack],
    ["closeWindow", close],
    ["sendFileToNativeWithName", nothing],
    ["sendFileToNativeWithUrl", nothing],
    ["scanQrCode", scan],
  ]);

  window.addEventListener("message", (event) => {
    const call = event.data;
    if (event.source !== screen.contentWindow || call === null || typeof call !== "object") return;
    if (!functions.has(call.czpSdk)) return;
    const line = document.createElement("li");
    line.textContent = [call.czpSdk, call.title, call.name, call.url].filter(Boolean).join(" · ");
    byId("asked").append(line);
    functions.get(call.czpSdk)(call, event);
  });

  const showInbox = async () => {
    const query = new URLSearchParams({ userId: inbox.dataset.person });
    const answer = await fetch(`/citizen_portal/_sandbox/inbox?${query}`);
    const messages = await answer.json();
    if (messages.length === 0) return;
    const lines = messages.reverse().map((message) => {
      const line = document.createElement("li");
      const time = document.createElement("span");
      time.className = "code";
      time.textContent = new Date(message.receivedAt).toLocaleString("sv-SE", { timeZone: "Asia/Bangkok" });
      line.append(time, document.createElement("br"), message.message);
      return line;
    });
    inbox.replaceChildren(...lines);
  };
  if (inbox.dataset.person) setInterval(() => showInbox().catch(() => {}), 3000);
})();

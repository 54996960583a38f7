// window.czpSdk of the sandbox. Path and functions are those of the portal's guide; the rest is ours.
// In the ทางรัฐ app these functions reach the phone. Here they tell the sandbox's phone page, if the mini
// app stands in its frame, and otherwise do nothing that could be missed.
(() => {
  "use strict";
  // Read now: a mini app with a router of its own may drop the query later.
  const launch = new URLSearchParams(window.location.search);
  const sandbox = new URL(document.currentScript.src);
  // The same sandbox under both of its names; a message to the one the phone page does not have is dropped.
  const phonePages = ["127.0.0.1", "localhost"].map((name) => `http://${name}:${sandbox.port || 80}`);
  const isFramed = window.parent !== window;
  const waiting = new Map();
  let asked = 0;

  const tell = (name, values) => {
    if (!isFramed) return;
    for (const page of phonePages) window.parent.postMessage({ czpSdk: name, ...values }, page);
  };

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !phonePages.includes(event.origin)) return;
    const answer = event.data;
    if (answer === null || typeof answer !== "object" || !waiting.has(answer.czpSdkAnswer)) return;
    waiting.get(answer.czpSdkAnswer)(String(answer.text));
    waiting.delete(answer.czpSdkAnswer);
  });

  window.czpSdk = Object.freeze({
    getAppId: () => launch.get("appId") ?? "",
    getToken: () => launch.get("mToken") ?? "",
    isCitizenPortal: () => true,
    setTitle: (title, showBack) => tell("setTitle", { title: String(title), showBack: Boolean(showBack) }),
    setBackButtonVisible: (visible) => tell("setBackButtonVisible", { showBack: Boolean(visible) }),
    closeWindow: () => tell("closeWindow", {}),
    sendFileToNativeWithName: (base64, name) =>
      tell("sendFileToNativeWithName", { name: String(name), length: String(base64).length }),
    sendFileToNativeWithUrl: (url, name) =>
      tell("sendFileToNativeWithUrl", { name: String(name), url: String(url) }),
    // The phone page answers with the text typed there; outside its frame nothing is scanned.
    scanQrCode: () =>
      isFramed
        ? new Promise((resolve) => {
            asked += 1;
            waiting.set(asked, resolve);
            tell("scanQrCode", { id: asked });
          })
        : Promise.resolve(""),
  });
})();

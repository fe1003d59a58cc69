// A service worker that does one thing: it sends what a page that is going away hands to it. A page's own last requests
// are cut off when it goes, and what browsers let outlive it has at most 64 KiB; a message to a worker has no such limit.
// It serves no request of any page.
const TRIES = 4;
const PAUSE_MS = 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(sendAll(event.data.commits)));

async function sendAll(commits) {
  // One after the other: the gateway would take a commit that was overtaken for a late one.
  for (const commit of commits) {
    if (!(await send(commit))) return;
  }
}

async function send({ url, body }) {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json" } });
      if (answer.status < 500 && answer.status !== 429) return true;
    } catch {
      // No network; what is not sent now is sent when the course is opened again.
    }
    await new Promise((done) => setTimeout(done, PAUSE_MS * 2 ** attempt));
  }
  return false;
}

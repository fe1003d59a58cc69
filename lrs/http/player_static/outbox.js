// Commits on their way: each is written down before it is sent, and struck out only once it is answered. Whatever cuts
// a page off, what it had committed is here when the course is opened again, and sent under the same bytes: the gateway
// knows them.
const COMMIT = "assidu.commit.";
const LIVE = "assidu.live.";
const LOCK = "assidu.session.";
// What browsers let outlive a page has 64 KiB together.
const KEEPALIVE_MOST = 60000;
const TIMEOUT_MS = 20000;
const AGE_MOST_MS = 30 * 86400 * 1000;
const PAUSES_MS = [1000, 2000, 5000, 10000, 30000];

export class Outbox {
  // `said` is called with "saving", "saved", "waiting", "refused" or "ended" as it changes.
  constructor(said) {
    this.said = said;
    this.path = "";
    this.track = "";
    this.count = 0;
    this.failures = 0;
    this.held = new Map();
    this.flushing = null;
    addEventListener("online", () => this.flush());
  }

  // Where commits of this page go; what an earlier page of the same track left goes there too, should its own have ended.
  address(path, track) {
    this.path = path;
    this.track = track;
  }

  put(commit) {
    this.count += 1;
    const key = `${COMMIT}${String(commit.at).padStart(15, "0")}.${String(this.count).padStart(6, "0")}.${commit.session}`;
    this.write(key, JSON.stringify(commit));
    this.said("saving");
  }

  write(key, text) {
    for (const tidy of [() => {}, () => this.thin()]) {
      tidy();
      try {
        localStorage.setItem(key, text);
        return;
      } catch {
        // No room: an older commit of the session, which the next one repeats, makes some.
      }
    }
    this.held.set(key, text);
  }

  // Leave the first and the last that wait of each session: a commit holds all that the ones before it did.
  thin() {
    const last = new Map();
    for (const key of this.keys()) last.set(this.read(key)?.session, key);
    const kept = new Set([...last.values(), this.keys()[0]]);
    for (const key of this.keys()) if (!kept.has(key)) this.strike(key);
  }

  keys() {
    const found = Object.keys(localStorage).filter((key) => key.startsWith(COMMIT));
    return [...found, ...this.held.keys()].sort();
  }

  read(key) {
    try {
      return JSON.parse(this.held.get(key) ?? localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  strike(key) {
    this.held.delete(key);
    localStorage.removeItem(key);
  }

  // What a session would end with, should its page be gone without a word.
  live(commit) {
    try {
      localStorage.setItem(LIVE + commit.session, JSON.stringify(commit));
    } catch {
      // No room: then the session ends as of its last commit.
    }
  }

  ended(session) {
    localStorage.removeItem(LIVE + session);
  }

  // For as long as the page lives; the browser lets go of it however the page ends.
  hold(session) {
    navigator.locks?.request(LOCK + session, () => new Promise(() => {}));
  }

  // Take over sessions whose page is gone: what was last known of them becomes their end.
  async adopt() {
    const locks = (await navigator.locks?.query())?.held ?? [];
    const living = new Set(locks.map((lock) => lock.name));
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(LIVE))) {
      const commit = this.read(key);
      if (living.has(LOCK + key.slice(LIVE.length))) continue;
      if (commit?.session) this.put(commit);
      localStorage.removeItem(key);
    }
  }

  // Send what waits, the oldest first; true once nothing does. One page at a time, or two would overtake each other.
  flush() {
    this.again = Boolean(this.flushing);
    this.flushing ??= this.#locked(() => this.#sendAll())
      .catch(() => this.#later())
      .then((isDone) => {
        this.flushing = null;
        return this.again ? this.flush() : isDone;
      });
    return this.flushing;
  }

  #locked(work) {
    return navigator.locks ? navigator.locks.request("assidu.flush", work) : work();
  }

  async #sendAll() {
    clearTimeout(this.timer);
    let isEnded = false;
    for (const key of this.keys()) {
      const commit = this.read(key);
      if (!commit || Date.now() - commit.at > AGE_MOST_MS) {
        this.strike(key);
        continue;
      }
      const outcome = await this.#send(commit);
      if (outcome === "again") return this.#later();
      if (outcome === "refused") this.said("refused");
      // It stays written down: a link that is given anew may still send it.
      if (outcome === "other" && commit.track === this.track) isEnded = true;
      if (outcome !== "other") this.strike(key);
    }
    this.failures = 0;
    if (isEnded) this.said("ended");
    else if (!this.keys().length) this.said("saved");
    return true;
  }

  #later() {
    this.said("waiting");
    this.timer = setTimeout(() => this.flush(), PAUSES_MS[Math.min(this.failures, PAUSES_MS.length - 1)]);
    this.failures += 1;
    return false;
  }

  // "taken", "again" for what may pass, "refused" for what never will, "other" for what another page may still send.
  async #send(commit) {
    for (const path of new Set([commit.path, commit.track === this.track ? this.path : ""])) {
      if (!path) continue;
      try {
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const headers = { "Content-Type": "application/json" };
        const answer = await fetch(this.url(commit, path), { method: "POST", body: commit.body, headers, signal });
        if (answer.ok) return "taken";
        if (answer.status >= 500 || answer.status === 429) return "again";
        if (answer.status !== 401 && answer.status !== 403) return "refused";
      } catch {
        return "again";
      }
    }
    return "other";
  }

  url(commit, path) {
    return `${path}?session=${encodeURIComponent(commit.session)}&terminate=${commit.end}`;
  }

  // The page is going: hand what waits to whoever outlives it. It stays written down here until it is answered.
  handOver(worker) {
    const commits = this.keys().map((key) => this.read(key)).filter(Boolean);
    const mine = commits.filter((commit) => commit.track === this.track);
    const letters = mine.map((commit) => ({ url: new URL(this.url(commit, this.path), location.href).href, body: commit.body }));
    if (!letters.length) return;
    if (worker) {
      worker.postMessage({ commits: letters });
      return;
    }
    let room = KEEPALIVE_MOST;
    for (const { url, body } of letters) {
      room -= new Blob([body]).size;
      if (room < 0) return;
      fetch(url, { method: "POST", body, keepalive: true, headers: { "Content-Type": "application/json" } }).catch(() => {});
    }
  }
}

// The page around a SCO: opens it, leads from one to the next, and sees to it that nothing is lost on leaving.
import { Outbox } from "./outbox.js";
import { Session } from "./session.js";

const FLUSH_MS = 8000;
const LEAVE_MS = 3000;
const RETRY_MS = 3000;

const page = JSON.parse(document.getElementById("page").textContent);
const frame = document.getElementById("sco");
const line = document.getElementById("state");
let worker = null;
let session = null;
let isLeaving = false;

const outbox = new Outbox((state) => session && say(state));

function say(state) {
  line.textContent = page.texts[state] ?? "";
  line.dataset.state = state;
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const atMost = (milliseconds, work) => Promise.race([work, pause(milliseconds)]);

async function findWorker() {
  try {
    const registration = await navigator.serviceWorker.register(page.worker, { scope: page.scope, updateViaCache: "none" });
    worker = registration.active ?? registration.waiting ?? registration.installing;
  } catch {
    // Without one, what is small is sent on leaving, and the rest at the next opening.
  }
}

async function start() {
  for (;;) {
    try {
      const answer = await fetch(page.start, { method: "POST" });
      if (answer.ok) return await answer.json();
      if (answer.status < 500 && answer.status !== 429) return null;
    } catch {
      // No network: there is nothing to show before it is back.
    }
    say("waiting");
    await pause(RETRY_MS);
  }
}

function mark(standings) {
  standings.forEach((standing, at) => {
    const badge = document.querySelector(`[data-item="${at}"] .standing`);
    if (badge) {
      badge.textContent = page.texts[standing] ?? "";
      badge.dataset.standing = standing;
    }
  });
}

// The page goes. Taking the content out of it first lets the content's windows say their last words, in which they end
// their session; left to themselves they would say them after ours, when nothing can be handed over any more.
function onPageHide() {
  frame.remove();
  session?.finish();
  outbox.handOver(worker);
}

// Leave the SCO: what it does as it closes comes first.
async function leave() {
  if (session?.isOpen) {
    const blank = new Promise((done) => frame.addEventListener("load", done, { once: true }));
    frame.src = "about:blank";
    await atMost(LEAVE_MS, blank);
    session.finish();
  }
  await atMost(FLUSH_MS, outbox.flush());
}

async function go(address) {
  if (isLeaving) return;
  isLeaving = true;
  await leave();
  location.assign(address);
}

function follow() {
  for (const link of document.querySelectorAll("a[data-go]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go(link.href);
    });
  }
  addEventListener("pagehide", onPageHide);
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    session?.note();
    session?.commit();
  });
}

function navigated(step) {
  const link = document.querySelector(`a[data-go][rel="${step > 0 ? "next" : "prev"}"]`);
  if (link) setTimeout(() => go(link.href));
}

async function open() {
  await findWorker();
  await outbox.adopt();
  // What an earlier session left unsent belongs before this one.
  await atMost(FLUSH_MS, outbox.flush());
  const started = await start();
  if (!started) {
    say("ended");
    return;
  }
  mark(started.standings);
  if (started.commit) {
    outbox.address(started.commit, started.track);
    session = new Session(started, outbox, { ended: () => say("over"), navigated });
    await session.open();
  }
  frame.src = started.href;
}

follow();
open();

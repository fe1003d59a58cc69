// The page around a SCO: opens it, leads from one to the next, and sees to it that nothing is lost on leaving.
import { Outbox } from "./outbox.js";
import { Rules } from "./rules.js";
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

// On a phone the contents would take the place of the course: there they open when asked for.
if (matchMedia("(max-width: 45rem)").matches) document.querySelector(".contents details")?.removeAttribute("open");

const rules = page.isSequenced ? new Rules(page, go) : null;
const outbox = new Outbox((state) => {
  if (!session || isLeaving) return;
  say(state);
  // What was saved may open what comes after it.
  if (state === "saved") rules?.refresh();
});

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

async function whyEnded(answer) {
  try {
    const { errors = [] } = await answer.json();
    return errors.some((each) => each.requirement === "link.revoked") ? "revoked" : "ended";
  } catch {
    return "ended";
  }
}

async function start() {
  for (;;) {
    try {
      const answer = await fetch(page.start, { method: "POST" });
      if (answer.ok) return await answer.json();
      if (answer.status < 500 && answer.status !== 429) return { ended: await whyEnded(answer) };
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
    session.finish({ isDone: page.isSequenced });
  }
  await atMost(FLUSH_MS, outbox.flush());
}

// `way` is an address, or what finds one once everything is saved; null where there is none.
async function go(way) {
  if (isLeaving) return;
  isLeaving = true;
  await leave();
  const address = typeof way === "string" ? way : await way();
  if (address) location.assign(address);
  else isLeaving = false;
}

// Say why there is nothing, and where there is something.
function close(why) {
  frame.src = "about:blank";
  frame.hidden = true;
  say(why === "over" || why === "suspended" ? `course_${why}` : "closed");
  line.dataset.state = "ended";
  const more = page.texts[`closed_${why}`];
  if (more) line.textContent = `${line.textContent.replace(/\.$/, "")} (${more}).`;
  if (!rules?.isAnyOpen) return;
  const link = document.createElement("a");
  link.href = "../";
  link.textContent = page.texts.resume;
  line.append(" ", link);
}

function follow() {
  for (const link of document.querySelectorAll("a[data-go]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (link.href) go(link.href);
    });
  }
  rules?.follow(close);
  addEventListener("pagehide", onPageHide);
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    session?.note();
    session?.commit();
  });
}

function navigated(step) {
  if (rules) return;
  const link = document.querySelector(`a[data-go][rel="${step > 0 ? "next" : "prev"}"]`);
  if (link) setTimeout(() => go(link.href));
}

async function open() {
  await findWorker();
  await outbox.adopt();
  // What an earlier session left unsent belongs before this one.
  await atMost(FLUSH_MS, outbox.flush());
  const started = await start();
  if (started.ended) {
    say(started.ended);
    line.dataset.state = "ended";
    return;
  }
  mark(started.standings);
  rules?.show(started.sequencing);
  if (started.closed) {
    close(started.closed);
    return;
  }
  if (rules && started.number !== page.number) {
    location.replace(`../${started.number}/`);
    return;
  }
  if (started.commit) {
    outbox.address(started.commit, started.track);
    session = new Session(started, outbox, {
      ended: () => say("over"), navigated, rules,
    });
    await session.open();
  }
  frame.src = started.href;
}

follow();
open();

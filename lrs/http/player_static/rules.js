// A course with rules: what can be opened is asked of the server, and shown; content's own requests are passed on.
const REFRESH_MS = 1500;
const REQUEST = /^(?:\{target=([^}]+)\})?(continue|previous|choice|jump|exit|exitAll|suspendAll|abandon|abandonAll)$/;
const VALID = /^adl\.nav\.request_valid\.(continue|previous|choice|jump)(?:\.\{target=([^}]+)\})?$/;

export class Rules {
  constructor(page, go) {
    this.page = page;
    this.go = go;
    this.known = null;
    this.timer = null;
  }

  get isAnyOpen() {
    return Boolean(this.known?.refused.some((why) => why === ""));
  }

  follow(close) {
    this.close = close;
    for (const step of document.querySelectorAll("a[data-ask]")) {
      step.addEventListener("click", (event) => {
        event.preventDefault();
        if (step.href) this.ask(step.dataset.ask);
      });
    }
  }

  // Show what can be opened, and why not.
  show(known) {
    this.known = known;
    known.refused.forEach((why, at) => {
      const entry = document.querySelector(`[data-item="${at}"]`);
      if (!entry) return;
      entry.hidden = known.hidden[at];
      const link = entry.querySelector("a");
      open(link, why === "" && link.dataset.way);
      const said = entry.querySelector(".why") ?? entry.appendChild(document.createElement("span"));
      said.className = "why";
      said.textContent = why && (this.page.texts[`closed_${why}`] ?? this.page.texts.closed_other);
    });
    for (const step of document.querySelectorAll("a[data-ask]")) {
      open(step, known[step.dataset.ask] && "#");
      step.hidden = known.hidden_controls.includes(step.dataset.ask);
    }
  }

  refresh() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      try {
        const answer = await fetch("parts");
        if (answer.ok) this.show((await answer.json()).sequencing);
      } catch {
        // No network: what is shown stands until the next time.
      }
    }, REFRESH_MS);
  }

  // Ask where something leads, once all is saved, and go there; nothing is asked while the page is going anyway.
  ask(request, target) {
    this.go(async () => {
      const answered = await post({ request, target: target ?? null });
      if (!answered) return "../";
      this.show(answered.sequencing);
      if (answered.number !== null) return `../${answered.number}/`;
      this.close(request === "suspendAll" && answered.closed === "over" ? "suspended" : answered.closed);
      return null;
    });
  }

  // What content asks for as it ends: "continue", "{target=x}choice" …
  asked(written) {
    const [, target, request] = REQUEST.exec(written) ?? [];
    // Content that only ends leaves everything to the learner.
    if (request && request !== "exit" && request !== "abandon") this.ask(request, target);
  }

  // What `adl.nav.request_valid…` says; null for any other element.
  valid(element) {
    const [, request, target] = VALID.exec(element) ?? [];
    if (!request || !this.known) return null;
    if (request === "choice") return String(this.known.choices.includes(target));
    if (request === "jump") return String(this.known.jumps.includes(target));
    return String(this.known[request]);
  }
}

function open(link, way) {
  if (way) link.setAttribute("href", way);
  else link.removeAttribute("href");
  link.setAttribute("aria-disabled", String(!way));
}

async function post(asked) {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("ask", { method: "POST", headers, body: JSON.stringify(asked) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
